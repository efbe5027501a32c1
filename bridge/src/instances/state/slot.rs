//! One state of a function: what was saved of it, and the instance that has it while it waits for its next call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::{Instance, Store};

use crate::failure::Failure;
use crate::ffi::StateChange;
use crate::hooks::Hooks;
use crate::instances::guest::{CoreGuest, Guest};
use crate::instances::memory::Budget;
use crate::instances::state::snapshot::{Cells, Change, Image};
use crate::instances::store::renew;
use crate::program::Loaded;

pub struct State {
    budget: Arc<Budget>,
    cell: Arc<Mutex<Cell>>,
}

#[derive(Default)]
struct Cell {
    /// Counts turns: a call that was given up may still end, and must not leave anything.
    turn: u64,
    image: Option<Image>,
    live: Option<Live>,
    change: Option<Change>,
    is_unsaved: bool,
}

/// An instance that is as its state's image.
pub struct Live {
    pub store: Store<CoreGuest>,
    pub instance: Instance,
    pub cells: Cells,
    pub loaded: Arc<Loaded>,
}

/// What one call has of a state. If it is dropped, the state has to be loaded anew.
pub struct Turn {
    cell: Arc<Mutex<Cell>>,
    number: u64,
    pub image: Image,
    live: Option<Live>,
}

impl State {
    pub fn new(budget: Arc<Budget>) -> Self {
        let cell = Arc::default();
        Self { budget, cell }
    }

    pub fn is_loaded(&self) -> bool {
        lock(&self.cell).image.is_some()
    }

    pub fn load(&self, head: &[u8]) -> Result<(), Failure> {
        let image = Image::new(head, self.budget.clone())?;
        let mut cell = lock(&self.cell);
        cell.image = Some(image);
        cell.live = None;
        Ok(())
    }

    pub fn load_block(&self, area: u32, index: u64, bytes: &[u8]) -> Result<(), Failure> {
        let mut cell = lock(&self.cell);
        let Some(image) = &mut cell.image else {
            return Err(Failure::internal("a block of no state"));
        };
        let put = image.put(area, index, bytes);
        if put.is_err() {
            cell.image = None;
        }
        put
    }

    pub fn take_turn(&self) -> Result<Turn, Failure> {
        let mut cell = lock(&self.cell);
        let image = cell.image.take();
        let image = image.ok_or_else(|| Failure::internal("the state is not loaded"))?;
        cell.turn += 1;
        Ok(Turn {
            cell: self.cell.clone(),
            number: cell.turn,
            image,
            live: cell.live.take(),
        })
    }

    pub fn take_change(&self) -> StateChange {
        let change = lock(&self.cell).change.take();
        let (head, blocks) = change.map_or_else(Default::default, |c| (c.head, c.blocks));
        StateChange {
            changed: !head.is_empty(),
            head,
            blocks,
        }
    }

    pub fn keep_change(&self) {
        lock(&self.cell).is_unsaved = false;
    }

    pub fn end_turn(&self) {
        let mut cell = lock(&self.cell);
        cell.turn += 1;
        cell.change = None;
        if std::mem::take(&mut cell.is_unsaved) {
            cell.image = None;
            cell.live = None;
        }
    }

    /// Held in memory for it.
    pub fn bytes(&self) -> u64 {
        let mut cell = lock(&self.cell);
        let image = cell.image.as_ref().map_or(0, Image::bytes);
        let live = cell.live.as_mut();
        image + live.map_or(0, |live| live.store.data_mut().meter().used())
    }
}

impl Turn {
    /// The instance that the last call left, if it is one of this program and fits the limit.
    pub fn take_live(
        &mut self,
        loaded: &Arc<Loaded>,
        memory_limit: u64,
        hooks: &Arc<Hooks>,
    ) -> Option<Live> {
        let mut live = self.live.take()?;
        let is_ready =
            Arc::ptr_eq(&live.loaded, loaded) && renew(&mut live.store, memory_limit, hooks);
        is_ready.then_some(live)
    }

    /// The call failed before it changed the image.
    pub fn give_back(self) {
        let mut cell = lock(&self.cell);
        if cell.turn == self.number {
            cell.image = Some(self.image);
        }
    }

    /// The call ended well; what it changed is to be saved.
    pub fn finish(self, live: Live, change: Change) {
        let mut cell = lock(&self.cell);
        if cell.turn != self.number {
            return;
        }
        cell.image = Some(self.image);
        cell.live = Some(live);
        cell.change = Some(change);
        cell.is_unsaved = true;
    }
}

fn lock(cell: &Mutex<Cell>) -> MutexGuard<'_, Cell> {
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}
