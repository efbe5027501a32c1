//! The kinds of calls: one module for each way in which C++ calls an export of a guest. `lists` passes lists of numbers
//! to core functions and back.
//!
//! Not here: how a call comes to its instance (`instances::life`).

pub mod command;
pub mod http;
mod lists;
pub mod stateful;
pub mod text;
pub mod typed;
