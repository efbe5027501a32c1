//! Bodies and answers on their way between C++ and guests, in pieces and with back-pressure: `inlet` and `outlet` for
//! the request and the answer of a call, `outgoing` for a request that a guest sends itself, with its answer.
//!
//! Not here: the resources through which guests see them (`imports`, `instances::stdio`).

pub mod inlet;
pub mod outgoing;
pub mod outlet;
mod patience;
