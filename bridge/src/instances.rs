//! Stores and instances. `guest` is the data of a store and `store` its life; `life` says where a call's instance comes
//! from and what becomes of it. `core_modules` and `linked_components` make instances of modules that import from
//! others, `core_instance` makes those of core modules, `memory` limits them, and `state` keeps them between calls.

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
