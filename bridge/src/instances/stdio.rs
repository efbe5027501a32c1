//! The standard streams of guests.

use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError};

use crate::hooks::Hooks;
use crate::instances::current_call::CurrentCall;
use crate::streams::inlet::Inlet;
use crate::streams::outlet::{Outlet, OutletStream};

/// The number of bytes that a guest may write to its log before it yields.
const LOG_PERMIT: usize = 64 << 10;

/// The stream for a guest's output that is not its answer.
#[derive(Clone)]
pub struct LogStream {
    call: CurrentCall,
    is_stderr: bool,
}

impl LogStream {
    pub fn new(call: &CurrentCall, is_stderr: bool) -> Self {
        Self {
            call: call.clone(),
            is_stderr,
        }
    }
}

impl IsTerminal for LogStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LogStream {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for this, and this engine does not link it.
        Box::new(tokio::io::sink())
    }
}

#[async_trait]
impl Pollable for LogStream {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for LogStream {
    fn write(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        self.call.log(self.is_stderr, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        Ok(LOG_PERMIT)
    }
}

/// The stdin of guests that read the request's body from it.
pub struct BodyStdin {
    pub inlet: Inlet,
    pub hooks: Arc<Hooks>,
}

impl IsTerminal for BodyStdin {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for BodyStdin {
    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.inlet.stream(self.hooks.clone()))
    }

    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        // Only WASI 0.3 asks for this, and this engine does not link it.
        Box::new(tokio::io::empty())
    }
}

/// The stdout of guests that write their answer to it.
pub struct AnswerStdout(pub Outlet);

impl IsTerminal for AnswerStdout {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for AnswerStdout {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(OutletStream(self.0.clone()))
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for this, and this engine does not link it.
        Box::new(tokio::io::sink())
    }
}
