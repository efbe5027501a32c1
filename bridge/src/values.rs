//! Arguments and results of typed calls: converts between Wasmtime's values and the bytes that
//! `src/engine/values/typed_values.h` describes.

mod component;
mod core;
mod reader;

pub use self::component::{decode_component, encode_component};
pub use self::core::{decode_core, encode_core, read_core, write_core};
pub use self::reader::{Mismatch, Reader};
