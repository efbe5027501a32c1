//! Instances and their stores: what a store holds, how instances are made, how long they live, and what is kept of them
//! between two calls.

pub mod core_instance;
pub mod core_modules;
pub mod current_call;
mod field_rules;
pub mod guest;
pub mod idle;
pub mod life;
pub mod linked_components;
pub mod memory;
pub mod state;
pub mod stdio;
pub mod store;
pub mod wasi;
