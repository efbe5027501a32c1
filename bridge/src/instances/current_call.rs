//! The call that a store serves now.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::hooks::Hooks;

/// Where a guest's output goes that is not its answer: the log of the call that it serves now.
#[derive(Clone)]
pub struct LogTarget(Arc<Mutex<Arc<Hooks>>>);

impl LogTarget {
    pub fn new(hooks: &Arc<Hooks>) -> Self {
        Self(Arc::new(Mutex::new(hooks.clone())))
    }

    /// Of the call that the guest serves now.
    pub fn hooks(&self) -> Arc<Hooks> {
        self.lock().clone()
    }

    pub fn redirect(&self, hooks: &Arc<Hooks>) {
        *self.lock() = hooks.clone();
    }

    pub fn log(&self, is_stderr: bool, bytes: &[u8]) {
        self.lock().log(is_stderr, bytes);
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Hooks>> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
