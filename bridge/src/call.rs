//! One call of a guest, as a future that C++ polls.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use wasmtime::Store;

use crate::failure::Failure;
use crate::ffi::Outcome;
use crate::hooks::Hooks;
use crate::instances::guest::Guest;
use crate::instances::store::denial;

/// The end of a guest's run.
pub struct Ended {
    failure: Option<Failure>,
    peak_memory: u64,
    instantiation: Duration,
    /// A store whose memory exceeds what stays resident. Tearing it down is slow, so it is dropped together with the
    /// call, which C++ does in the pool.
    _large_store: Option<Box<dyn Send>>,
}

impl Ended {
    pub fn new<G: Guest>(store: &mut Store<G>, result: wasmtime::Result<()>) -> Self {
        let failure = match result {
            Ok(()) => None,
            Err(error) => Failure::of_guest(&error, denial(store)),
        };
        Self {
            failure,
            peak_memory: store.data_mut().meter().used(),
            instantiation: *store.data_mut().instantiation(),
            _large_store: None,
        }
    }

    fn failed(failure: Failure) -> Self {
        Self {
            failure: Some(failure),
            peak_memory: 0,
            instantiation: Duration::ZERO,
            _large_store: None,
        }
    }

    /// Tears the store down now if that is cheap, else when the call is dropped.
    pub fn dropping<G: Guest>(mut self, store: Store<G>, keep_resident_bytes: u64) -> Self {
        if self.peak_memory > keep_resident_bytes {
            self._large_store = Some(Box::new(store));
        }
        self
    }

    pub fn is_well(&self) -> bool {
        self.failure.is_none()
    }

    pub fn fail(&mut self, failure: Failure) {
        self.failure = Some(failure);
    }
}

pub type Running = Pin<Box<dyn Future<Output = Ended> + Send>>;

pub struct Call {
    running: Option<Running>,
    ended: Option<Ended>,
    panics: bool,
    hooks: Arc<Hooks>,
}

impl Call {
    pub fn new(hooks: Arc<Hooks>, running: Running) -> Self {
        Self {
            running: Some(running),
            ended: None,
            panics: false,
            hooks,
        }
    }

    pub fn failed(hooks: Arc<Hooks>, failure: Failure) -> Self {
        Self {
            running: None,
            ended: Some(Ended::failed(failure)),
            panics: false,
            hooks,
        }
    }

    /// Returns true if the call has ended.
    pub fn poll(&mut self) -> bool {
        assert!(!self.panics, "a panic on purpose");
        let Some(running) = &mut self.running else {
            return true;
        };
        let waker = self.hooks.waker();
        let polled = running.as_mut().poll(&mut Context::from_waker(&waker));
        let std::task::Poll::Ready(ended) = polled else {
            return false;
        };
        self.ended = Some(ended);
        self.running = None;
        true
    }

    pub fn fail(&mut self, failure: Failure) {
        self.ended = Some(Ended::failed(failure));
        self.running = None;
    }

    pub fn outcome(&self) -> Outcome {
        match self.ended.as_ref().map(|ended| &ended.failure) {
            Some(None) => Failure::none(),
            Some(Some(failure)) => failure.clone().into_outcome(),
            None => Failure::internal("the call has not ended").into_outcome(),
        }
    }

    pub fn peak_memory(&self) -> u64 {
        self.ended.as_ref().map_or(0, |ended| ended.peak_memory)
    }

    pub fn instantiation_ns(&self) -> u64 {
        let taken = self.ended.as_ref().map(|ended| ended.instantiation);
        taken.map_or(0, |taken| {
            u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX)
        })
    }

    pub fn panic_at_next_poll(&mut self) {
        self.panics = true;
    }
}
