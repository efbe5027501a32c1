//! Everything that guests may import: `offers` fills the linkers, and the other modules define our own interfaces or
//! replace those of wasmtime-wasi-http. Requests leave through `streams::outgoing`.
//!
//! Not here: WASI itself, which wasmtime-wasi defines (`instances::wasi` sets it up).

pub mod core_functions;
mod functions;
mod http_body;
mod http_outgoing;
pub mod offers;
