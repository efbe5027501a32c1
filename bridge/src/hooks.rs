//! The reference-counted C++ side of one call, and the waker that notifies it.

use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::ffi::{CallHooks, OutgoingHead};
use crate::streams::outgoing::Outgoing;

/// One reference to the call's C++ object.
pub struct Hooks(*const CallHooks);

// SAFETY: CallHooks may be used and released on any thread (src/engine/run/call_hooks.h).
unsafe impl Send for Hooks {}
// SAFETY: see above.
unsafe impl Sync for Hooks {}

impl Hooks {
    /// Takes over one reference.
    ///
    /// # Safety
    ///
    /// `hooks` is alive, and the reference belongs to the caller.
    pub unsafe fn adopt(hooks: *const CallHooks) -> Self {
        Self(hooks)
    }

    fn get(&self) -> &CallHooks {
        // SAFETY: the reference that `self` holds keeps it alive.
        unsafe { &*self.0 }
    }

    pub fn log(&self, stderr_stream: bool, bytes: &[u8]) {
        self.get().log(stderr_stream, bytes);
    }

    pub fn want_body(&self) {
        self.get().want_body();
    }

    /// Passes a request of the guest to C++, which decides about it.
    pub fn send(&self, head: &OutgoingHead, outgoing: Outgoing) {
        self.get().send(head, Box::new(outgoing));
    }

    pub fn waker(&self) -> Waker {
        self.get().retain();
        // SAFETY: the functions of the table count the references of the object that they receive.
        unsafe { Waker::from_raw(RawWaker::new(self.0.cast(), &WAKER)) }
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        self.get().release();
    }
}

static WAKER: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, release);

fn object<'a>(data: *const ()) -> &'a CallHooks {
    // SAFETY: each waker holds a reference, so the object is alive while one of the waker's functions runs.
    unsafe { &*data.cast::<CallHooks>() }
}

fn clone(data: *const ()) -> RawWaker {
    object(data).retain();
    RawWaker::new(data, &WAKER)
}

fn wake(data: *const ()) {
    object(data).wake();
    object(data).release();
}

fn wake_by_ref(data: *const ()) {
    object(data).wake();
}

fn release(data: *const ()) {
    object(data).release();
}
