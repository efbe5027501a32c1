//! Instances that wait for their next call, of functions that asked for reuse.

use std::sync::{Mutex, PoisonError};

/// Idle instances hold memory, so only as many are kept as serve a busy machine.
const MAX_IDLE: usize = 16;

/// A stack: the instance used last is the warmest. Keeps nothing unless the function asked for reuse.
pub struct Idle<T> {
    reuse: bool,
    waiting: Mutex<Vec<T>>,
}

impl<T> Idle<T> {
    pub fn new(reuse: bool) -> Self {
        Self {
            reuse,
            waiting: Mutex::new(Vec::new()),
        }
    }

    /// Whether the function asked for reuse.
    pub fn keeps(&self) -> bool {
        self.reuse
    }

    pub fn take(&self) -> Option<T> {
        if !self.reuse {
            return None;
        }
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    /// Gives back what is not kept.
    pub fn give(&self, instance: T) -> Option<T> {
        if !self.reuse {
            return Some(instance);
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MAX_IDLE {
            return Some(instance);
        }
        waiting.push(instance);
        None
    }
}
