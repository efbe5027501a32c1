//! The saved contents of an instance: its memories and tables, block by block, and its mutable globals.

use std::sync::Arc;
use std::task::Poll;

use wasmtime::{Global, Instance, Memory, Store, Table, Val, ValType};

use crate::failure::Failure;
use crate::ffi::StateBlock;
use crate::instances::guest::CoreGuest;
use crate::instances::memory::{Budget, Reservation};
use crate::instances::state::exports::{global_name, memory_name, table_name};
use crate::instances::state::references::Functions;
use crate::values::{Mismatch, Reader, read_core, write_core};

const BLOCK_BYTES: usize = 4096;
/// So many bytes are compared or copied before other calls get a chance to run.
const SLICE_BYTES: usize = 1 << 20;
const V128_BYTES: usize = 16;

/// The memories, tables and globals in which an instance has its state.
pub struct Places {
    memories: Vec<Memory>,
    tables: Vec<Table>,
    globals: Vec<Global>,
    functions: Functions,
}

impl Places {
    pub fn of(store: &mut Store<CoreGuest>, instance: &Instance) -> Self {
        let memories =
            (0..).map_while(|number| instance.get_memory(&mut *store, &memory_name(number)));
        let memories = memories.collect();
        let tables = (0..).map_while(|number| instance.get_table(&mut *store, &table_name(number)));
        let tables = tables.collect();
        let globals =
            (0..).map_while(|number| instance.get_global(&mut *store, &global_name(number)));
        let globals = globals.collect();
        Self {
            memories,
            tables,
            globals,
            functions: Functions::of(store, instance),
        }
    }
}

/// The changes that a call made.
pub struct Change {
    /// The sizes of the areas and the values of the globals. Empty if nothing changed.
    pub head: Vec<u8>,
    pub blocks: Vec<StateBlock>,
}

/// A state as it was saved last. Its blocks of zeros take no memory.
pub struct Snapshot {
    head: Vec<u8>,
    /// The memories, followed by the tables.
    areas: Vec<Vec<u8>>,
    reserved: Reservation,
}

impl Snapshot {
    /// An empty `head` makes the snapshot of a state that was never saved. For any other `head`, put() adds the blocks.
    pub fn new(head: &[u8], budget: Arc<Budget>) -> Result<Self, Failure> {
        let mut snapshot = Self {
            head: head.to_vec(),
            areas: Vec::new(),
            reserved: Reservation::none(budget),
        };
        if !snapshot.is_new() {
            let sizes = read_sizes(&mut Reader::new(head)).map_err(damaged)?;
            snapshot.fit(&sizes)?;
        }
        Ok(snapshot)
    }

    pub fn is_new(&self) -> bool {
        self.head.is_empty()
    }

    pub fn bytes(&self) -> u64 {
        self.reserved.bytes()
    }

    pub fn put(&mut self, area: u32, index: u64, bytes: &[u8]) -> Result<(), Failure> {
        let index = usize::try_from(index).ok();
        let begin = index.and_then(|index| index.checked_mul(BLOCK_BYTES));
        let area = self.areas.get_mut(area as usize);
        let block = begin.and_then(|begin| area?.get_mut(begin..)?.get_mut(..bytes.len()));
        let block = block.ok_or_else(|| damaged("a block lies outside of the memories"))?;
        block.copy_from_slice(bytes);
        Ok(())
    }

    /// Writes this state to a fresh instance.
    pub async fn restore(
        &self,
        store: &mut Store<CoreGuest>,
        places: &Places,
    ) -> wasmtime::Result<()> {
        if self.areas.len() != places.memories.len() + places.tables.len() {
            return Err(damaged("it has another number of memories").into());
        }
        let (memories, tables) = self.areas.split_at(places.memories.len());
        for (table, saved) in places.tables.iter().zip(tables) {
            places.functions.restore(store, table, saved)?;
        }
        for (memory, saved) in places.memories.iter().zip(memories) {
            grow_to(store, memory, saved.len())?;
            for (slice, saved) in saved.chunks(SLICE_BYTES).enumerate() {
                let begin = slice * SLICE_BYTES;
                let current = &mut memory.data_mut(&mut *store)[begin..begin + saved.len()];
                let blocks = current
                    .chunks_mut(BLOCK_BYTES)
                    .zip(saved.chunks(BLOCK_BYTES));
                for (current, saved) in blocks.filter(|(current, saved)| current != saved) {
                    current.copy_from_slice(saved);
                }
                give_way().await;
            }
        }
        let mut reader = Reader::new(&self.head);
        read_sizes(&mut reader)?;
        for global in &places.globals {
            let ty = global.ty(&*store);
            let value = read_value(ty.content(), &mut reader, &places.functions)?;
            global.set(&mut *store, value)?;
        }
        Ok(reader.end()?)
    }

    /// Copies everything that differs from the instance to this snapshot, and returns the differences.
    pub async fn take_over(
        &mut self,
        store: &mut Store<CoreGuest>,
        places: &Places,
    ) -> wasmtime::Result<Change> {
        let encoded = places
            .tables
            .iter()
            .map(|table| places.functions.encode(store, table));
        let encoded = encoded.collect::<Result<Vec<_>, _>>()?;
        let memory_sizes = places.memories.iter().map(|m| m.data_size(&*store) as u64);
        let table_sizes = encoded.iter().map(|bytes| bytes.len() as u64);
        let sizes: Vec<u64> = memory_sizes.chain(table_sizes).collect();
        let head = head_of(store, places, &sizes)?;
        self.fit(&sizes)?;
        let mut blocks = Vec::new();
        let (memories, tables) = self.areas.split_at_mut(places.memories.len());
        for (number, (current, saved)) in
            (places.memories.len() as u32..).zip(encoded.iter().zip(tables))
        {
            take_over_slice(saved, current, (number, 0), &mut blocks);
        }
        for (number, (memory, saved)) in (0..).zip(places.memories.iter().zip(memories)) {
            for (slice, saved) in saved.chunks_mut(SLICE_BYTES).enumerate() {
                let begin = slice * SLICE_BYTES;
                let current = &memory.data(&*store)[begin..begin + saved.len()];
                let first = (begin / BLOCK_BYTES) as u64;
                take_over_slice(saved, current, (number, first), &mut blocks);
                give_way().await;
            }
        }
        let is_unchanged = blocks.is_empty() && head == self.head;
        self.head.clone_from(&head);
        let head = if is_unchanged { Vec::new() } else { head };
        Ok(Change { head, blocks })
    }

    /// Resizes the areas. New parts hold zeros.
    fn fit(&mut self, sizes: &[u64]) -> Result<(), Failure> {
        if !self.reserved.grow_to(sizes.iter().sum()) {
            return Err(Failure::new(
                "overloaded",
                "the memory of all instances is in use",
            ));
        }
        self.areas.resize_with(sizes.len(), Vec::new);
        for (area, size) in self.areas.iter_mut().zip(sizes) {
            let size = *size as usize;
            if area.len() == size {
                continue;
            }
            let mut fitting = vec![0; size];
            let both = size.min(area.len());
            fitting[..both].copy_from_slice(&area[..both]);
            *area = fitting;
        }
        Ok(())
    }
}

/// `position` is the number of the area and the number of its first block.
fn take_over_slice(
    saved: &mut [u8],
    current: &[u8],
    position: (u32, u64),
    changed: &mut Vec<StateBlock>,
) {
    let (area, first) = position;
    let blocks = saved
        .chunks_mut(BLOCK_BYTES)
        .zip(current.chunks(BLOCK_BYTES));
    for (index, (saved, current)) in (first..).zip(blocks) {
        if saved == current {
            continue;
        }
        saved.copy_from_slice(current);
        let is_zero = current.iter().all(|byte| *byte == 0);
        let bytes = if is_zero {
            Vec::new()
        } else {
            current.to_vec()
        };
        changed.push(StateBlock { area, index, bytes });
    }
}

fn head_of(
    store: &mut Store<CoreGuest>,
    places: &Places,
    sizes: &[u64],
) -> wasmtime::Result<Vec<u8>> {
    let mut head = (sizes.len() as u32).to_le_bytes().to_vec();
    for size in sizes {
        head.extend_from_slice(&size.to_le_bytes());
    }
    for global in &places.globals {
        match global.get(&mut *store) {
            Val::V128(value) => head.extend_from_slice(&value.as_u128().to_le_bytes()),
            Val::FuncRef(function) => {
                let number = places.functions.number_of(store, function.as_ref())?;
                head.extend_from_slice(&number.to_le_bytes());
            }
            value => write_core(&value, &mut head)?,
        }
    }
    Ok(head)
}

fn read_sizes(reader: &mut Reader<'_>) -> Result<Vec<u64>, Mismatch> {
    let count = reader.u32()?;
    (0..count).map(|_| reader.u64()).collect()
}

fn read_value(
    ty: &ValType,
    reader: &mut Reader<'_>,
    functions: &Functions,
) -> wasmtime::Result<Val> {
    Ok(match ty {
        ValType::V128 => {
            let mut bytes = [0; V128_BYTES];
            bytes.copy_from_slice(reader.take(V128_BYTES)?);
            Val::V128(u128::from_le_bytes(bytes).into())
        }
        ValType::Ref(_) => Val::FuncRef(functions.function(reader.u32()?)?),
        _ => read_core(ty, reader)?,
    })
}

fn grow_to(store: &mut Store<CoreGuest>, memory: &Memory, bytes: usize) -> wasmtime::Result<()> {
    let Some(missing) = bytes.checked_sub(memory.data_size(&*store)) else {
        return Err(damaged("the module starts with more memory").into());
    };
    let pages = missing as u64 / memory.page_size(&*store);
    if pages > 0 {
        memory.grow(&mut *store, pages)?;
    }
    Ok(())
}

fn damaged(why: impl ToString) -> Failure {
    Failure::internal(format!(
        "the saved state does not fit the module: {}",
        why.to_string()
    ))
}

/// Yields once, so that the polling thread can do something else.
async fn give_way() {
    let mut has_yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
