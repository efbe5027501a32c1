//! Components from core modules.

use anyhow::Result;
use clap::ValueEnum;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
    WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::ComponentEncoder;

/// What answers a core module's WASI 0.1 imports.
#[derive(Clone, Copy, ValueEnum)]
pub enum Adapter {
    /// Nothing: the module has no such imports.
    None,
    /// WASI 0.2; the component exports `wasi:cli/run` as well.
    Command,
    /// WASI 0.2; the component exports what its world says.
    Reactor,
}

impl Adapter {
    fn module(self) -> Option<&'static [u8]> {
        match self {
            Adapter::None => None,
            Adapter::Command => Some(WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
            Adapter::Reactor => Some(WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
        }
    }
}

/// Wraps a core module whose world is embedded in it. The result is valid.
pub fn encode(module: &[u8], adapter: Adapter) -> Result<Vec<u8>> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(module)?;
    if let Some(adapter) = adapter.module() {
        encoder.adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, adapter)?;
    }
    encoder.encode()
}
