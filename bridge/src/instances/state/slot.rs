//! The slot of one state: what was saved last, and the state's instance while that waits for the next call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::{Instance, Store};

use crate::failure::Failure;
use crate::ffi::StateChange;
use crate::hooks::Hooks;
use crate::instances::guest::{CoreGuest, Guest};
use crate::instances::life::Life;
use crate::instances::memory::Budget;
use crate::instances::state::snapshot::{Change, Places, Snapshot};
use crate::instances::store::renew;
use crate::program::Loaded;

pub struct State {
    budget: Arc<Budget>,
    slot: Arc<Mutex<Slot>>,
}

#[derive(Default)]
struct Slot {
    /// Counts leases. A cancelled call may still end later, and must not leave anything in the slot.
    leases: u64,
    snapshot: Option<Snapshot>,
    live: Option<Live>,
    change: Option<Change>,
    is_unsaved: bool,
}

/// An instance whose contents equal its state's snapshot.
struct Live {
    store: Store<CoreGuest>,
    instance: Awake,
    loaded: Arc<Loaded>,
}

/// An instance that has the contents of its state.
pub struct Awake {
    pub instance: Instance,
    pub places: Places,
}

/// The contents of a state while one call uses it. After a lease is dropped without keep() or lose(), the state must be
/// loaded again.
pub struct Lease {
    slot: Arc<Mutex<Slot>>,
    number: u64,
    pub loaded: Arc<Loaded>,
    snapshot: Option<Snapshot>,
    live: Option<Live>,
    change: Option<Change>,
}

impl State {
    pub fn new(budget: Arc<Budget>) -> Self {
        let slot = Arc::default();
        Self { budget, slot }
    }

    pub fn is_loaded(&self) -> bool {
        lock(&self.slot).snapshot.is_some()
    }

    pub fn load(&self, head: &[u8]) -> Result<(), Failure> {
        let snapshot = Snapshot::new(head, self.budget.clone())?;
        let mut slot = lock(&self.slot);
        slot.snapshot = Some(snapshot);
        slot.live = None;
        Ok(())
    }

    pub fn load_block(&self, area: u32, index: u64, bytes: &[u8]) -> Result<(), Failure> {
        let mut slot = lock(&self.slot);
        let Some(snapshot) = &mut slot.snapshot else {
            return Err(Failure::internal("a block of no state"));
        };
        let put = snapshot.put(area, index, bytes);
        if put.is_err() {
            slot.snapshot = None;
        }
        put
    }

    pub fn take_lease(&self, loaded: Arc<Loaded>) -> Result<Lease, Failure> {
        let mut slot = lock(&self.slot);
        let snapshot = slot.snapshot.take();
        let snapshot = snapshot.ok_or_else(|| Failure::internal("the state is not loaded"))?;
        slot.leases += 1;
        Ok(Lease {
            slot: self.slot.clone(),
            number: slot.leases,
            loaded,
            snapshot: Some(snapshot),
            live: slot.live.take(),
            change: None,
        })
    }

    pub fn take_change(&self) -> StateChange {
        let change = lock(&self.slot).change.take();
        let (head, blocks) = change.map_or_else(Default::default, |c| (c.head, c.blocks));
        StateChange {
            changed: !head.is_empty(),
            head,
            blocks,
        }
    }

    pub fn keep_change(&self) {
        lock(&self.slot).is_unsaved = false;
    }

    pub fn end_lease(&self) {
        let mut slot = lock(&self.slot);
        slot.leases += 1;
        slot.change = None;
        if std::mem::take(&mut slot.is_unsaved) {
            slot.snapshot = None;
            slot.live = None;
        }
    }

    /// The bytes of memory that are held for the state.
    pub fn bytes(&self) -> u64 {
        let mut slot = lock(&self.slot);
        let saved = slot.snapshot.as_ref().map_or(0, Snapshot::bytes);
        let live = slot.live.as_mut();
        saved + live.map_or(0, |live| live.store.data_mut().meter().used())
    }
}

impl Lease {
    /// The state as it was saved last.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref()
    }

    /// After a call that ended well: copies what the call changed from the instance to the snapshot.
    pub async fn take_over(
        &mut self,
        store: &mut Store<CoreGuest>,
        awake: &Awake,
    ) -> wasmtime::Result<()> {
        let Some(snapshot) = &mut self.snapshot else {
            return Err(Failure::internal("the state is not loaded").into());
        };
        match snapshot.take_over(store, &awake.places).await {
            Ok(change) => {
                self.change = Some(change);
                Ok(())
            }
            Err(error) => {
                // The snapshot holds a part of the changes only.
                self.snapshot = None;
                Err(error)
            }
        }
    }
}

impl Life for &mut Lease {
    type Guest = CoreGuest;
    type Instance = Awake;

    /// Takes the instance that the last call left, if it is an instance of this program and fits the limit.
    fn take(&mut self, memory_limit: u64, hooks: &Arc<Hooks>) -> Option<(Store<CoreGuest>, Awake)> {
        let mut live = self.live.take()?;
        let is_ready =
            Arc::ptr_eq(&live.loaded, &self.loaded) && renew(&mut live.store, memory_limit, hooks);
        is_ready.then_some((live.store, live.instance))
    }

    /// Leaves the instance, the snapshot and the changes in the slot. C++ then saves the changes.
    fn keep(self, mut store: Store<CoreGuest>, instance: Awake) -> Option<Store<CoreGuest>> {
        store.data_mut().forget_call();
        let mut slot = lock(&self.slot);
        if slot.leases != self.number {
            return Some(store);
        }
        slot.snapshot = self.snapshot.take();
        slot.live = Some(Live {
            store,
            instance,
            loaded: self.loaded.clone(),
        });
        slot.change = self.change.take();
        slot.is_unsaved = true;
        None
    }

    /// Returns the snapshot to the slot, unless take_over() failed.
    fn lose(self) {
        let mut slot = lock(&self.slot);
        if slot.leases == self.number {
            slot.snapshot = self.snapshot.take();
        }
    }
}

fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
