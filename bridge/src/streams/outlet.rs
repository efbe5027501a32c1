//! An answer on its way from the guest: first the head, then pieces of the body with back-pressure.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::Body;
use hyper::Response;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

/// The most bytes that wait here. A guest that writes more waits for the client.
const CAPACITY: usize = 64 << 10;

#[derive(Default)]
struct Progress {
    head: Vec<u8>,
    body: Vec<u8>,
    /// The source of the body, once a wasi:http guest has set a response.
    source: Option<HyperOutgoingBody>,
    answer: Answer,
    /// Wakes the writer when there is room.
    waker: Option<Waker>,
}

/// How far a wasi:http guest has come with its answer.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Answer {
    #[default]
    None,
    /// The guest answered with an error-code instead of a response.
    Refused,
    Streaming,
    /// The body is complete.
    Complete,
    /// The guest dropped its body before the end, or wrote another length than it announced.
    Broken,
}

enum Pumped {
    /// There will be no more bytes, or the guest has not answered yet.
    Done,
    /// The outlet waits for room.
    Full,
    /// The outlet waits for the guest.
    Dry,
}

#[derive(Clone, Default)]
pub struct Outlet(Arc<Mutex<Progress>>);

impl Outlet {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub fn has_output(&self) -> bool {
        let progress = self.progress();
        !progress.head.is_empty() || !progress.body.is_empty()
    }

    pub fn take_head(&self) -> Vec<u8> {
        std::mem::take(&mut self.progress().head)
    }

    pub fn take_body(&self) -> Vec<u8> {
        let (body, waker) = {
            let mut progress = self.progress();
            (std::mem::take(&mut progress.body), progress.waker.take())
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        body
    }

    pub fn write(&self, bytes: &[u8]) {
        self.progress().body.extend_from_slice(bytes);
    }

    pub fn answer(&self) -> Answer {
        self.progress().answer
    }

    /// Sets the guest's response, or the error that the guest set instead.
    pub fn set_response(&self, response: Result<Response<HyperOutgoingBody>, ErrorCode>) {
        let mut progress = self.progress();
        match response {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                progress.head = encode_head(&parts);
                progress.source = Some(body);
                progress.answer = Answer::Streaming;
            }
            Err(_) => progress.answer = Answer::Refused,
        }
    }

    /// Moves what the guest wrote into the outlet. Ready if there will be no more bytes, or if the guest has not
    /// answered yet.
    pub fn poll_pump(&self, context: &mut Context<'_>) -> Poll<()> {
        match self.pump(context) {
            Pumped::Done => Poll::Ready(()),
            Pumped::Full | Pumped::Dry => Poll::Pending,
        }
    }

    /// Call this for a guest that has ended well. Waits until everything that it wrote is in the outlet. A body that it
    /// did not finish is broken, since nothing can finish it any more.
    pub async fn settle(&self) {
        std::future::poll_fn(|context| match self.pump(context) {
            Pumped::Done => Poll::Ready(()),
            Pumped::Full => Poll::Pending,
            Pumped::Dry => {
                let mut progress = self.progress();
                progress.source = None;
                progress.answer = Answer::Broken;
                Poll::Ready(())
            }
        })
        .await;
    }

    fn pump(&self, context: &mut Context<'_>) -> Pumped {
        let mut progress = self.progress();
        let Some(mut source) = progress.source.take() else {
            return Pumped::Done;
        };
        loop {
            if progress.body.len() >= CAPACITY {
                progress.waker = Some(context.waker().clone());
                progress.source = Some(source);
                return Pumped::Full;
            }
            match Pin::new(&mut source).poll_frame(context) {
                Poll::Pending => {
                    progress.source = Some(source);
                    return Pumped::Dry;
                }
                Poll::Ready(Some(Ok(frame))) => {
                    if let Some(data) = frame.data_ref() {
                        progress.body.extend_from_slice(data);
                    }
                }
                Poll::Ready(Some(Err(_))) => {
                    progress.answer = Answer::Broken;
                    return Pumped::Done;
                }
                Poll::Ready(None) => {
                    progress.answer = Answer::Complete;
                    return Pumped::Done;
                }
            }
        }
    }

    fn room(&self) -> usize {
        CAPACITY.saturating_sub(self.progress().body.len())
    }

    fn poll_room(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut progress = self.progress();
        if progress.body.len() < CAPACITY {
            return Poll::Ready(());
        }
        progress.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// u16 status, then for each field u32 length and bytes of the name and of the value, little-endian.
fn encode_head(parts: &http::response::Parts) -> Vec<u8> {
    let mut head = Vec::with_capacity(128);
    head.extend_from_slice(&parts.status.as_u16().to_le_bytes());
    for (name, value) in &parts.headers {
        for text in [name.as_str().as_bytes(), value.as_bytes()] {
            head.extend_from_slice(&(text.len() as u32).to_le_bytes());
            head.extend_from_slice(text);
        }
    }
    head
}

/// The stdout of guests that write their answer to it.
pub struct OutletStream(pub Outlet);

#[async_trait]
impl Pollable for OutletStream {
    async fn ready(&mut self) {
        std::future::poll_fn(|context| self.0.poll_room(context)).await;
    }
}

#[async_trait]
impl OutputStream for OutletStream {
    fn write(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        if bytes.len() > self.0.room() {
            return Err(StreamError::trap("a write beyond what check-write allowed"));
        }
        self.0.write(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        Ok(self.0.room())
    }
}
