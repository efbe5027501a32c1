//! States of functions: what an instance keeps between calls. `slot` holds one state, `snapshot` its contents as they
//! were saved last; `survey` finds what a module may change, and `exports` makes that reachable.

pub mod exports;
mod references;
pub mod slot;
pub mod snapshot;
pub mod survey;
