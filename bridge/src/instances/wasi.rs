//! WASI contexts, which grant nothing but an environment and standard streams.

use std::sync::Arc;

use wasmtime_wasi::{WasiCtx, WasiCtxBuilder};

use crate::instances::current_call::CurrentCall;
use crate::instances::stdio::LogStream;

const MAX_RANDOM_BYTES: u64 = 1 << 20;
/// The argv of guests that are not commands. Language runtimes expect a program's name.
pub const NO_ARGUMENTS: [&str; 1] = ["function"];

/// The environment variables that are granted to every instance of a version.
pub type Environment = Arc<[(String, String)]>;

/// A WASI context. Making one costs more than all the work of a small guest, and many guests never use theirs.
pub enum Wasi {
    Made(Box<WasiCtx>),
    /// The context is made at its first use: with this environment, without stdin, and with output to the log.
    Deferred(Environment),
}

impl Wasi {
    pub fn get(&mut self, call: &CurrentCall) -> &mut WasiCtx {
        if let Self::Deferred(environment) = self {
            *self = Self::Made(Box::new(
                wasi_builder(environment, &NO_ARGUMENTS, call).build(),
            ));
        }
        match self {
            Self::Made(wasi) => wasi,
            Self::Deferred(_) => unreachable!("made above"),
        }
    }
}

/// WASI with this environment and these arguments, without files and sockets. Stdout and stderr go to the log.
pub fn wasi_builder(
    environment: &[(String, String)],
    arguments: &[impl AsRef<str>],
    call: &CurrentCall,
) -> WasiCtxBuilder {
    let mut builder = WasiCtxBuilder::new();
    builder
        .envs(environment)
        .args(arguments)
        .allow_tcp(false)
        .allow_udp(false)
        .max_random_size(MAX_RANDOM_BYTES)
        .stdout(LogStream::new(call, false))
        .stderr(LogStream::new(call, true));
    builder
}
