//! The life of an instance: where a call's instance comes from, and what becomes of it when the call has ended.
//!
//! | mode   | before the call                                      | after a call that ended well                  |
//! |--------|------------------------------------------------------|-----------------------------------------------|
//! | fresh  | the call makes an instance                           | it is torn down                               |
//! | reused | the call takes a waiting instance, or makes one      | it waits for the next call                    |
//! | kept   | the call takes its state's instance, or restores one | its state keeps it, together with the changes |
//!
//! `Idle` is the mode of a function's instances: fresh, or reused if the function asked for reuse. `Lease` is the mode
//! of a state's instance. In all modes, an instance whose call failed is torn down. Commands, calls from text to text
//! and trials always make a fresh instance, and do not use this module.

use std::sync::Arc;

use wasmtime::Store;

use crate::call::Ended;
use crate::hooks::Hooks;
use crate::instances::guest::Guest;

/// A mode, as one call uses it.
pub trait Life: Sized {
    type Guest: Guest;
    type Instance;

    /// Takes an instance that an earlier call left, and prepares it for this call. `None` if there is no such instance,
    /// or if it holds more memory than this call may have.
    fn take(
        &mut self,
        memory_limit: u64,
        hooks: &Arc<Hooks>,
    ) -> Option<(Store<Self::Guest>, Self::Instance)>;

    /// Keeps an instance whose call ended well. Returns the store of an instance that is not kept.
    fn keep(
        self,
        store: Store<Self::Guest>,
        instance: Self::Instance,
    ) -> Option<Store<Self::Guest>>;

    /// release() calls this instead of keep() if the call failed.
    fn lose(self) {}
}

/// The store and the instance of one call.
pub struct Held<L: Life> {
    pub life: L,
    pub store: Store<L::Guest>,
    /// `None` in a fresh store, until the call has made its instance.
    pub instance: Option<L::Instance>,
}

impl<L: Life> Held<L> {
    /// Takes an instance that an earlier call left, or makes a fresh store. Use a `move` closure: a variable that it
    /// borrows becomes a part of the call's future.
    pub fn take(
        mut life: L,
        memory_limit: u64,
        hooks: &Arc<Hooks>,
        make_store: impl FnOnce(&L) -> Store<L::Guest>,
    ) -> Self {
        let (store, instance) = match life.take(memory_limit, hooks) {
            Some((store, instance)) => (store, Some(instance)),
            None => (make_store(&life), None),
        };
        Self {
            life,
            store,
            instance,
        }
    }

    /// Call this when the guest has returned or failed. The store lives on until release().
    pub fn end(&mut self, result: wasmtime::Result<()>) -> Ended {
        if result.is_err() {
            self.instance = None;
        }
        Ended::new(&mut self.store, result)
    }

    /// Keeps the instance for a later call, or tears it down.
    pub fn release(self, ended: Ended, keep_resident_bytes: u64) -> Ended {
        let leftover = match self.instance {
            Some(instance) => self.life.keep(self.store, instance),
            None => {
                self.life.lose();
                Some(self.store)
            }
        };
        match leftover {
            Some(store) => ended.dropping(store, keep_resident_bytes),
            None => ended,
        }
    }
}
