//! The call that a store serves now.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::hooks::Hooks;

/// The call that a store's guest serves now. Output that is not its answer goes to this call's log, and its requests
/// are sent as requests of this call.
#[derive(Clone)]
pub struct CurrentCall(Arc<Mutex<Arc<Hooks>>>);

impl CurrentCall {
    pub fn new(hooks: &Arc<Hooks>) -> Self {
        Self(Arc::new(Mutex::new(hooks.clone())))
    }

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
