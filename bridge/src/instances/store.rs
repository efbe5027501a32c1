//! The life of a store: how it is made, and renewed for each further call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::Store;

use crate::hooks::Hooks;
use crate::instances::guest::Guest;
use crate::instances::memory::Denial;

/// The number of bytes that one host call may copy out of a guest.
const HOST_CALL_FUEL: usize = 8 << 20;

/// Makes a store with every limit of the platform. It yields at each epoch.
pub fn new_store<G: Guest>(engine: &wasmtime::Engine, guest: G) -> Store<G> {
    let mut store = Store::new(engine, guest);
    store.limiter(|guest| guest.meter());
    store.epoch_deadline_async_yield_and_update(1);
    refill(&mut store);
    store
}

/// Prepares a store that served a call for the next one. Returns false if it holds more memory than that call may have.
pub fn renew<G: Guest>(store: &mut Store<G>, memory_limit: u64, hooks: &Arc<Hooks>) -> bool {
    if !store.data_mut().meter().renew(memory_limit) {
        return false;
    }
    store.data().call().redirect(hooks);
    *store.data_mut().instantiation() = Duration::ZERO;
    refill(store);
    true
}

fn refill<G: Guest>(store: &mut Store<G>) {
    store.set_hostcall_fuel(HOST_CALL_FUEL);
    store.set_epoch_deadline(1);
}

/// Call this when the instance has been made. `began` is the time at which that started.
pub fn note_instantiated<G: Guest>(store: &mut Store<G>, began: Instant) {
    *store.data_mut().instantiation() = began.elapsed();
    store.data_mut().meter().note_instantiated();
}

pub fn denial<G: Guest>(store: &mut Store<G>) -> Denial {
    store.data_mut().meter().denial
}
