//! Instances that wait for their next call, if their function asked for reuse.

use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::Store;

use crate::hooks::Hooks;
use crate::instances::guest::Guest;
use crate::instances::life::Life;
use crate::instances::store::renew;

/// Idle instances hold memory, so no more are kept than a busy machine needs.
const MAX_IDLE: usize = 16;

/// A stack, since the instance that was used last is the warmest. It stays empty unless the function asked for reuse.
pub struct Idle<G: 'static, I> {
    reuse: bool,
    waiting: Mutex<Vec<(Store<G>, I)>>,
}

impl<G: Guest, I> Idle<G, I> {
    pub fn new(reuse: bool) -> Self {
        Self {
            reuse,
            waiting: Mutex::new(Vec::new()),
        }
    }

    /// Returns the instance if enough others wait already.
    fn push(&self, instance: (Store<G>, I)) -> Option<(Store<G>, I)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MAX_IDLE {
            return Some(instance);
        }
        waiting.push(instance);
        None
    }

    fn pop(&self) -> Option<(Store<G>, I)> {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }
}

impl<G: Guest, I> Life for &Idle<G, I> {
    type Guest = G;
    type Instance = I;

    fn take(&mut self, memory_limit: u64, hooks: &Arc<Hooks>) -> Option<(Store<G>, I)> {
        if !self.reuse {
            return None;
        }
        let (mut store, instance) = self.pop()?;
        if !renew(&mut store, memory_limit, hooks) {
            self.push((store, instance));
            return None;
        }
        Some((store, instance))
    }

    /// Does not keep an instance if the function did not ask for reuse, if enough instances wait already, or if a later
    /// call could run out of what this guest holds.
    fn keep(self, mut store: Store<G>, instance: I) -> Option<Store<G>> {
        if !self.reuse || !store.data_mut().can_serve_again() {
            return Some(store);
        }
        store.data_mut().forget_call();
        self.push((store, instance)).map(|(store, _)| store)
    }
}
