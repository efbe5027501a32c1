//! What guests may import: `offers` fills the linkers, the other modules define interfaces of our own or replace those
//! of wasmtime-wasi-http. Requests leave through `streams::outgoing`.

pub mod core_functions;
mod functions;
mod http_body;
mod http_outgoing;
pub mod offers;
