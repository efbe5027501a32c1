//! A request body on its way to the guest. C++ pushes pieces as they arrive, and the guest takes them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::{Body, Frame};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError};

use crate::hooks::Hooks;

#[derive(Default)]
struct Progress {
    pieces: VecDeque<Bytes>,
    ended: bool,
    failed: bool,
    /// The guest waits for a piece, and C++ has been notified of that.
    wanted: bool,
    waker: Option<Waker>,
}

#[derive(Clone, Default)]
pub struct Inlet(Arc<Mutex<Progress>>);

impl Inlet {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        let waker = {
            let mut progress = self.progress();
            change(&mut progress);
            progress.wanted = false;
            progress.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub fn push(&self, bytes: &[u8]) {
        self.change(|progress| progress.pieces.push_back(Bytes::copy_from_slice(bytes)));
    }

    pub fn end(&self) {
        self.change(|progress| progress.ended = true);
    }

    pub fn fail(&self) {
        self.change(|progress| progress.failed = true);
    }

    fn poll_piece(&self, context: &mut Context<'_>, hooks: &Hooks) -> Poll<Piece> {
        let first_wish = {
            let mut progress = self.progress();
            if let Some(piece) = progress.pieces.pop_front() {
                return Poll::Ready(Piece::Data(piece));
            }
            if progress.failed {
                return Poll::Ready(Piece::Failed);
            }
            if progress.ended {
                return Poll::Ready(Piece::End);
            }
            progress.waker = Some(context.waker().clone());
            !std::mem::replace(&mut progress.wanted, true)
        };
        if first_wish {
            hooks.want_body();
        }
        Poll::Pending
    }

    /// The rest of the body, in the form that wasi:http expects.
    pub fn body(&self, hooks: Arc<Hooks>) -> InletBody {
        InletBody {
            inlet: self.clone(),
            hooks,
        }
    }

    /// The rest of the body, as stdin. All streams read from the same inlet.
    pub fn stream(&self, hooks: Arc<Hooks>) -> InletStream {
        InletStream {
            inlet: self.clone(),
            hooks,
            front: Front::Empty,
        }
    }
}

enum Piece {
    Data(Bytes),
    End,
    Failed,
}

pub struct InletBody {
    inlet: Inlet,
    hooks: Arc<Hooks>,
}

impl Body for InletBody {
    type Data = Bytes;
    type Error = wasmtime_wasi_http::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.inlet
            .poll_piece(context, &self.hooks)
            .map(|piece| match piece {
                Piece::Data(bytes) => Some(Ok(Frame::data(bytes))),
                Piece::End => None,
                Piece::Failed => Some(Err(wasmtime_wasi_http::Error::ConnectionTerminated)),
            })
    }
}

/// A piece that a stream took from the inlet and that the guest has not read completely.
enum Front {
    Empty,
    Data(Bytes),
    End,
    Failed,
}

pub struct InletStream {
    inlet: Inlet,
    hooks: Arc<Hooks>,
    front: Front,
}

impl InletStream {
    fn poll_front(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Front::Empty = self.front {
            let Poll::Ready(piece) = self.inlet.poll_piece(context, &self.hooks) else {
                return Poll::Pending;
            };
            self.front = match piece {
                Piece::Data(bytes) => Front::Data(bytes),
                Piece::End => Front::End,
                Piece::Failed => Front::Failed,
            };
        }
        Poll::Ready(())
    }
}

#[async_trait]
impl Pollable for InletStream {
    async fn ready(&mut self) {
        std::future::poll_fn(|context| self.poll_front(context)).await;
    }
}

#[async_trait]
impl InputStream for InletStream {
    fn read(&mut self, size: usize) -> Result<Bytes, StreamError> {
        let mut no_waker = Context::from_waker(Waker::noop());
        if self.poll_front(&mut no_waker).is_pending() {
            return Ok(Bytes::new());
        }
        match &mut self.front {
            Front::Data(bytes) => {
                let piece = bytes.split_to(size.min(bytes.len()));
                if bytes.is_empty() {
                    self.front = Front::Empty;
                }
                Ok(piece)
            }
            Front::End | Front::Empty => Err(StreamError::Closed),
            Front::Failed => Err(StreamError::LastOperationFailed(wasmtime::format_err!(
                "the request's body ended early"
            ))),
        }
    }
}
