//! States of functions: what an instance keeps between calls. `slot` holds one state, and `snapshot` is its contents as
//! they were saved last. `survey` finds what a module may change, `exports` makes that reachable, and `references`
//! saves references to functions.

pub mod exports;
mod references;
pub mod slot;
pub mod snapshot;
pub mod survey;
