//! Reads modules without running them: whether they are valid, and what they import and export. Each module of this
//! folder describes one part, and `inspection` joins them.

mod component;
mod core;
mod failure;
mod findings;
mod inspection;
mod outline;
mod wit;

pub use self::inspection::inspect;
