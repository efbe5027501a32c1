//! A request that a guest sends, and the answer on its way back. C++ decides who answers. The readers pull both bodies,
//! so that a slow reader slows the writer down.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::{Body, Frame};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

use crate::ffi::{NameValue, OutgoingHooks, Piece, PieceState};
use crate::streams::patience::Patience;

/// The reference-counted C++ side of one request.
struct Listener(*const OutgoingHooks);

// SAFETY: OutgoingHooks may be used and released on any thread (src/engine/run/call_hooks.h).
unsafe impl Send for Listener {}
// SAFETY: see above.
unsafe impl Sync for Listener {}

impl Listener {
    fn get(&self) -> &OutgoingHooks {
        // SAFETY: the reference that `self` holds keeps it alive.
        unsafe { &*self.0 }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.get().release();
    }
}

impl Wake for Listener {
    fn wake(self: Arc<Self>) {
        self.get().changed();
    }
}

pub struct AnswerHead {
    pub status: StatusCode,
    pub fields: HeaderMap,
    /// True if the platform answered instead of the callee.
    pub is_failure: bool,
}

#[derive(Default)]
enum Answer {
    #[default]
    Awaited,
    Begun(AnswerHead),
    /// The guest has taken the head.
    Taken,
    /// The request failed, with one of the codes of `base/error_code.h`.
    Failed(String),
}

#[derive(Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    Finished,
    Broken,
}

#[derive(Default)]
struct Progress {
    request_body: Option<HyperOutgoingBody>,
    answer: Answer,
    pieces: VecDeque<Bytes>,
    /// The number of bytes in `pieces`.
    waiting: usize,
    end: End,
    /// Wakes the guest, which waits for the answer or for more of it.
    reader: Option<Waker>,
    /// The guest does not wait for the answer any more.
    abandoned: bool,
    listener: Option<Arc<Listener>>,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Progress>>);

impl Shared {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the progress, and wakes the guest.
    fn tell_guest(&self, change: impl FnOnce(&mut Progress)) {
        let reader = {
            let mut progress = self.progress();
            change(&mut progress);
            progress.reader.take()
        };
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Changes the progress, and notifies C++.
    fn tell_listener(&self, change: impl FnOnce(&mut Progress)) {
        let listener = {
            let mut progress = self.progress();
            change(&mut progress);
            progress.listener.clone()
        };
        if let Some(listener) = listener {
            listener.wake();
        }
    }

    /// Notifies C++ that the guest does not wait any more, unless the answer is complete.
    fn abandon(&self) {
        if self.progress().end == End::Open {
            self.tell_listener(|progress| progress.abandoned = true);
        }
    }
}

/// The times that the guest is ready to wait.
#[derive(Clone, Copy, Default)]
pub struct Timeouts {
    pub first_byte: Option<Duration>,
    pub between_bytes: Option<Duration>,
}

/// Makes both ends of a request: the end that C++ holds, and the end at which the guest waits.
pub fn pair(
    request_body: Option<HyperOutgoingBody>,
    timeouts: Timeouts,
) -> (Outgoing, FutureAnswer) {
    let shared = Shared::default();
    shared.progress().request_body = request_body;
    (
        Outgoing(shared.clone()),
        FutureAnswer {
            shared,
            is_settled: false,
            first_byte: Patience::begun(timeouts.first_byte),
            between_bytes: timeouts.between_bytes,
        },
    )
}

/// The end of C++: it takes the request and puts in the answer.
pub struct Outgoing(Shared);

impl Outgoing {
    /// # Safety
    ///
    /// `hooks` carries one reference, which is taken over. It stays alive until its last reference is released.
    pub unsafe fn listen(&self, hooks: *const OutgoingHooks) {
        self.0.progress().listener = Some(Arc::new(Listener(hooks)));
    }

    /// Returns the next piece of the request's body. If it is pending, the listener is notified of a change.
    pub fn take_request_body(&self) -> Piece {
        let (body, listener) = {
            let mut progress = self.0.progress();
            (progress.request_body.take(), progress.listener.clone())
        };
        let Some(mut body) = body else {
            return piece(PieceState::End, &[]);
        };
        let waker = listener.map_or_else(|| Waker::noop().clone(), Waker::from);
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut body).poll_frame(&mut context) {
                Poll::Pending => {
                    self.0.progress().request_body = Some(body);
                    return piece(PieceState::Pending, &[]);
                }
                Poll::Ready(None) => return piece(PieceState::End, &[]),
                Poll::Ready(Some(Err(_))) => return piece(PieceState::Failed, &[]),
                Poll::Ready(Some(Ok(frame))) => match frame.data_ref() {
                    Some(data) if !data.is_empty() => {
                        let taken = piece(PieceState::Data, data);
                        self.0.progress().request_body = Some(body);
                        return taken;
                    }
                    _ => {}
                },
            }
        }
    }

    pub fn begin_answer(&self, status: u16, fields: &[NameValue], is_failure: bool) {
        let answer = match head(status, fields, is_failure) {
            Ok(head) => Answer::Begun(head),
            Err(_) => Answer::Failed("bad-guest-response".to_owned()),
        };
        self.0.tell_guest(|progress| progress.answer = answer);
    }

    pub fn push_answer(&self, bytes: &[u8]) {
        self.0.tell_guest(|progress| {
            progress.waiting += bytes.len();
            progress.pieces.push_back(Bytes::copy_from_slice(bytes));
        });
    }

    /// The number of bytes of the answer that the guest has not read yet.
    pub fn unread(&self) -> usize {
        self.0.progress().waiting
    }

    pub fn end_answer(&self) {
        self.0.tell_guest(|progress| progress.end = End::Finished);
    }

    /// Fails the answer, or what is missing of it.
    pub fn fail_answer(&self, code: &str) {
        self.0.tell_guest(|progress| {
            if matches!(progress.answer, Answer::Awaited) {
                progress.answer = Answer::Failed(code.to_owned());
            }
            if progress.end == End::Open {
                progress.end = End::Broken;
            }
        });
    }

    pub fn is_abandoned(&self) -> bool {
        self.0.progress().abandoned
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.fail_answer("cancelled");
        // The body is dropped without holding the lock, since that may wake the guest's end of it.
        let _unread = self.0.progress().request_body.take();
    }
}

fn piece(state: PieceState, bytes: &[u8]) -> Piece {
    Piece {
        state,
        bytes: bytes.to_vec(),
    }
}

fn head(status: u16, fields: &[NameValue], is_failure: bool) -> http::Result<AnswerHead> {
    let mut map = HeaderMap::with_capacity(fields.len());
    for field in fields {
        map.append(
            HeaderName::from_bytes(field.name)?,
            HeaderValue::from_bytes(field.value)?,
        );
    }
    Ok(AnswerHead {
        status: StatusCode::from_u16(status)?,
        fields: map,
        is_failure,
    })
}

/// The guest's end until it has taken the answer. Dropping it earlier cancels the request.
pub struct FutureAnswer {
    shared: Shared,
    is_settled: bool,
    first_byte: Patience,
    between_bytes: Option<Duration>,
}

pub enum Taken {
    Pending,
    Answer(AnswerHead, AnswerBody),
    /// There will be no answer. The code is one of `base/error_code.h`.
    Failed(String),
    /// The answer was taken before.
    Again,
}

impl FutureAnswer {
    pub fn take(&mut self) -> Taken {
        if self.is_settled {
            return Taken::Again;
        }
        let answer = {
            let mut progress = self.shared.progress();
            match progress.answer {
                Answer::Awaited if !self.first_byte.has_ended() => return Taken::Pending,
                Answer::Awaited => Answer::Failed("timeout".to_owned()),
                _ => std::mem::replace(&mut progress.answer, Answer::Taken),
            }
        };
        if matches!(&answer, Answer::Failed(_)) {
            self.shared.abandon();
        }
        self.is_settled = true;
        match answer {
            Answer::Begun(head) => Taken::Answer(
                head,
                AnswerBody {
                    shared: self.shared.clone(),
                    between_bytes: Patience::new(self.between_bytes),
                },
            ),
            Answer::Failed(code) => Taken::Failed(code),
            Answer::Awaited | Answer::Taken => Taken::Again,
        }
    }

    pub async fn ready(&mut self) {
        std::future::poll_fn(|context| {
            let mut progress = self.shared.progress();
            if self.is_settled || !matches!(progress.answer, Answer::Awaited) {
                return Poll::Ready(());
            }
            progress.reader = Some(context.waker().clone());
            self.first_byte.poll_end(context)
        })
        .await;
    }
}

impl Drop for FutureAnswer {
    fn drop(&mut self) {
        if !self.is_settled {
            self.shared.abandon();
        }
    }
}

/// The body of an answer. Dropping it before its end cancels the request.
pub struct AnswerBody {
    shared: Shared,
    between_bytes: Patience,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = wasmtime_wasi_http::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Self {
            shared,
            between_bytes,
        } = &mut *self;
        let piece = {
            let mut progress = shared.progress();
            match progress.pieces.pop_front() {
                Some(piece) => piece,
                None => {
                    return match progress.end {
                        End::Finished => Poll::Ready(None),
                        End::Broken => Poll::Ready(Some(Err(Self::Error::ConnectionTerminated))),
                        End::Open => {
                            progress.reader = Some(context.waker().clone());
                            let late = between_bytes.poll_end(context);
                            late.map(|()| Some(Err(Self::Error::ConnectionReadTimeout)))
                        }
                    };
                }
            }
        };
        between_bytes.renew();
        shared.tell_listener(|progress| progress.waiting -= piece.len());
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.shared.abandon();
    }
}
