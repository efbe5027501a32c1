//! What a module is, told from its bytes.

mod component;
mod core;
mod failure;
mod findings;
mod inspection;
mod outline;
mod wit;

pub use self::inspection::inspect;
