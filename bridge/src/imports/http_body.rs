//! `wasi:http/types.outgoing-body`, as a buffer that the guest fills and the outlet empties.
//!
//! It replaces the resource of wasmtime-wasi-http, whose two channels cost a small answer more than the guest does
//! (docs/adr/0004-speed.md). All functions of `wasi:http/types` that name the resource are here, since a resource has
//! one host type.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use wasmtime::component::{Linker, Resource, ResourceTable, ResourceType};
use wasmtime::format_err;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::{DynOutputStream, OutputStream, Pollable, StreamError};
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Trailers};
use wasmtime_wasi_http::p2::body::{HyperOutgoingBody, StreamContext};
use wasmtime_wasi_http::p2::types::{HostOutgoingRequest, HostOutgoingResponse};

use crate::instances::guest::ComponentGuest;

/// The most bytes in the buffer. A guest that writes more waits for the reader.
const CAPACITY: usize = 64 << 10;

/// Wasmtime links this version to each 0.2.x that guests import.
const INTERFACE: &str = "wasi:http/types@0.2.12";

/// Replaces the outgoing bodies of wasmtime-wasi-http. The linker must allow shadowing.
pub fn link(linker: &mut Linker<ComponentGuest>) -> wasmtime::Result<()> {
    let mut types = linker.instance(INTERFACE)?;
    types.resource(
        "outgoing-body",
        ResourceType::host::<OutgoingBody>(),
        |mut store, index| {
            let body = Resource::<OutgoingBody>::new_own(index);
            store.data_mut().table().delete(body)?;
            Ok(())
        },
    )?;
    types.func_wrap(
        "[method]outgoing-response.body",
        |mut store, (response,): (Resource<HostOutgoingResponse>,)| {
            let table = store.data_mut().table();
            let HostOutgoingResponse { headers, body, .. } = table.get_mut(&response)?;
            let made = make(body, headers, StreamContext::Response);
            Ok((hand_out(table, made)?,))
        },
    )?;
    types.func_wrap(
        "[method]outgoing-request.body",
        |mut store, (request,): (Resource<HostOutgoingRequest>,)| {
            let table = store.data_mut().table();
            let HostOutgoingRequest { headers, body, .. } = table.get_mut(&request)?;
            let made = make(body, headers, StreamContext::Request);
            Ok((hand_out(table, made)?,))
        },
    )?;
    types.func_wrap(
        "[method]outgoing-body.write",
        |mut store, (body,): (Resource<OutgoingBody>,)| {
            Ok((write(store.data_mut().table(), &body)?,))
        },
    )?;
    types.func_wrap(
        "[static]outgoing-body.finish",
        |mut store, (body, trailers): (Resource<OutgoingBody>, Option<Resource<Trailers>>)| {
            let table = store.data_mut().table();
            let body = table.delete(body)?;
            // Trailers are dropped: HTTP/1.1 clients need not understand them, and no client asked for them.
            if let Some(trailers) = trailers {
                table.delete(trailers)?;
            }
            Ok((body.finish(),))
        },
    )
}

/// Makes the one body of a message. Fails if the guest has the body already, or if Content-Length is not a number.
fn make(
    reader: &mut Option<HyperOutgoingBody>,
    headers: &HeaderMap,
    context: StreamContext,
) -> Result<OutgoingBody, ()> {
    if reader.is_some() {
        return Err(());
    }
    let shared = Shared(Arc::new(Mutex::new(Progress {
        expected: content_length(headers)?,
        ..Progress::default()
    })));
    *reader = Some(Reader(shared.clone()).boxed_unsync());
    Ok(OutgoingBody {
        shared,
        context,
        is_written: false,
    })
}

/// RFC 9110 section 8.6: `1*DIGIT`. There must be at most one, since the framing depends on it.
pub fn content_length(headers: &HeaderMap) -> Result<Option<u64>, ()> {
    let mut values = headers.get_all(CONTENT_LENGTH).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let is_decimal = value.as_bytes().iter().all(u8::is_ascii_digit);
    let text = value.to_str().map_err(|_| ())?;
    match text.parse() {
        Ok(length) if is_decimal && values.next().is_none() => Ok(Some(length)),
        _ => Err(()),
    }
}

fn hand_out(
    table: &mut ResourceTable,
    made: Result<OutgoingBody, ()>,
) -> wasmtime::Result<Result<Resource<OutgoingBody>, ()>> {
    Ok(match made {
        Ok(body) => Ok(table.push(body)?),
        Err(()) => Err(()),
    })
}

fn write(
    table: &mut ResourceTable,
    body: &Resource<OutgoingBody>,
) -> wasmtime::Result<Result<Resource<DynOutputStream>, ()>> {
    let host = table.get_mut(body)?;
    if std::mem::replace(&mut host.is_written, true) {
        return Ok(Err(()));
    }
    let stream: DynOutputStream = Box::new(Writer {
        shared: host.shared.clone(),
        context: host.context,
    });
    Ok(Ok(table.push_child(stream, body)?))
}

#[derive(Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    Finished,
    /// The guest dropped the body without `finish`, or wrote another length than it announced.
    Aborted,
    /// The reader was dropped.
    Unread,
}

#[derive(Default)]
struct Progress {
    buffer: Vec<u8>,
    /// The number of bytes that the guest has written so far.
    written: u64,
    /// The Content-Length of the message.
    expected: Option<u64>,
    end: End,
    /// Wakes the reader when there are bytes.
    reader: Option<Waker>,
    /// Wakes the guest when there is room.
    writer: Option<Waker>,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Progress>>);

impl Shared {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, end: End) {
        let reader = {
            let mut progress = self.progress();
            if progress.end != End::Open {
                return;
            }
            progress.end = end;
            progress.reader.take()
        };
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

/// The resource. Dropping it without `finish` breaks its message.
pub struct OutgoingBody {
    shared: Shared,
    context: StreamContext,
    is_written: bool,
}

impl OutgoingBody {
    fn finish(self) -> Result<(), ErrorCode> {
        let (written, expected) = {
            let progress = self.shared.progress();
            (progress.written, progress.expected)
        };
        if expected.is_some_and(|expected| expected != written) {
            return Err(self.context.as_body_size_error(written));
        }
        self.shared.end(End::Finished);
        Ok(())
    }
}

impl Drop for OutgoingBody {
    fn drop(&mut self) {
        self.shared.end(End::Aborted);
    }
}

/// The guest's output stream.
struct Writer {
    shared: Shared,
    context: StreamContext,
}

#[async_trait]
impl OutputStream for Writer {
    fn write(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        let reader = {
            let mut progress = self.shared.progress();
            if progress.end == End::Unread {
                return Err(StreamError::Closed);
            }
            if bytes.len() > CAPACITY.saturating_sub(progress.buffer.len()) {
                return Err(StreamError::trap("a write beyond what check-write allowed"));
            }
            progress.written += bytes.len() as u64;
            if progress
                .expected
                .is_some_and(|most| progress.written > most)
            {
                let error = self.context.as_body_size_error(progress.written);
                return Err(StreamError::LastOperationFailed(format_err!(error)));
            }
            progress.buffer.extend_from_slice(&bytes);
            progress.reader.take()
        };
        if let Some(reader) = reader {
            reader.wake();
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        match self.shared.progress().end {
            End::Unread => Err(StreamError::Closed),
            _ => Ok(()),
        }
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        let progress = self.shared.progress();
        match progress.end {
            End::Unread => Err(StreamError::Closed),
            _ => Ok(CAPACITY.saturating_sub(progress.buffer.len())),
        }
    }
}

#[async_trait]
impl Pollable for Writer {
    async fn ready(&mut self) {
        std::future::poll_fn(|context| {
            let mut progress = self.shared.progress();
            if progress.end == End::Unread || progress.buffer.len() < CAPACITY {
                return Poll::Ready(());
            }
            progress.writer = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// The end that C++ reads the message from.
struct Reader(Shared);

impl Body for Reader {
    type Data = Bytes;
    type Error = wasmtime_wasi_http::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let (piece, writer) = {
            let mut progress = self.0.progress();
            if progress.buffer.is_empty() {
                return match progress.end {
                    End::Finished | End::Unread => Poll::Ready(None),
                    End::Aborted => {
                        Poll::Ready(Some(Err(wasmtime_wasi_http::Error::HttpProtocolError)))
                    }
                    End::Open => {
                        progress.reader = Some(context.waker().clone());
                        Poll::Pending
                    }
                };
            }
            (std::mem::take(&mut progress.buffer), progress.writer.take())
        };
        if let Some(writer) = writer {
            writer.wake();
        }
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let writer = {
            let mut progress = self.0.progress();
            progress.end = End::Unread;
            progress.buffer = Vec::new();
            progress.writer.take()
        };
        if let Some(writer) = writer {
            writer.wake();
        }
    }
}
