//! Bodies and answers on their way between C++ and guests, in pieces and with back-pressure.

pub mod inlet;
pub mod outgoing;
pub mod outlet;
mod patience;
