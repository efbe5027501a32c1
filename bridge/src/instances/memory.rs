//! The memory that guests may have: a limit for each call, and one budget for all instances together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::ResourceLimiter;

/// The bytes of a table element (a pointer on 64-bit hosts).
const TABLE_ELEMENT_BYTES: u64 = 8;

/// The memory of all instances.
pub struct Budget {
    limit: u64,
    used: AtomicU64,
}

impl Budget {
    pub fn new(limit: u64) -> Self {
        Self {
            limit,
            used: AtomicU64::new(0),
        }
    }

    pub fn in_use(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: u64) -> bool {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= self.limit {
            return true;
        }
        self.used.fetch_sub(bytes, Ordering::Relaxed);
        false
    }

    fn give_back(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Memory that the host holds for a guest, outside of the guest's own memories.
pub struct Reservation {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Reservation {
    pub fn none(budget: Arc<Budget>) -> Self {
        Self { budget, bytes: 0 }
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns false if there is not so much memory; then nothing changes.
    pub fn grow_to(&mut self, bytes: u64) -> bool {
        let wanted = bytes.saturating_sub(self.bytes);
        if !self.budget.take(wanted) {
            return false;
        }
        self.bytes += wanted;
        true
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}

/// Which limit refused the last growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    None,
    Function,
    Server,
}

/// Counts all linear memories and tables of one store together (Wasmtime's own limiter counts each one alone), and what
/// the host keeps for their guest.
pub struct Meter {
    budget: Arc<Budget>,
    limit: u64,
    used: u64,
    /// The memory that was used when the present call began.
    used_at_start: u64,
    held: u64,
    pub denial: Denial,
}

impl Meter {
    pub fn new(budget: Arc<Budget>, limit: u64) -> Self {
        Self {
            budget,
            limit,
            used: 0,
            used_at_start: 0,
            held: 0,
            denial: Denial::None,
        }
    }

    /// The memory of all memories and tables. They do not shrink, so this is also the peak.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Prepares for the next call of the same store. Returns false if the store uses more than that call's limit
    /// already; then nothing changes.
    pub fn renew(&mut self, limit: u64) -> bool {
        if self.used > limit {
            return false;
        }
        self.limit = limit;
        self.used_at_start = self.used;
        self.denial = Denial::None;
        true
    }

    /// Call this when the guest has its first memories and tables.
    pub fn note_instantiated(&mut self) {
        self.used_at_start = self.used;
    }

    /// True if the present call grew memories or tables into the last quarter of its limit. If a guest grows with each
    /// call, it would soon run out of memory during one.
    pub fn is_filling_up(&self) -> bool {
        self.used > self.used_at_start && self.used > self.limit / 4 * 3
    }

    /// The number of bytes that may still be grown or held.
    pub fn room(&self) -> u64 {
        self.limit.saturating_sub(self.used + self.held)
    }

    /// Holds so many bytes for the guest, instead of those that were held before. Returns false if that is not
    /// possible; then no bytes are held.
    pub fn hold(&mut self, bytes: u64) -> bool {
        self.budget.give_back(self.held);
        self.held = 0;
        if bytes > self.room() || !self.budget.take(bytes) {
            return false;
        }
        self.held = bytes;
        true
    }

    fn grow(&mut self, bytes: u64) -> bool {
        let wanted = self.used.saturating_add(bytes);
        if bytes > self.room() {
            self.denial = Denial::Function;
        } else if !self.budget.take(bytes) {
            self.denial = Denial::Server;
        } else {
            self.used = wanted;
            return true;
        }
        false
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.budget.give_back(self.used + self.held);
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // Growth that the module's own maximum refuses anyway is not counted.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        Ok(self.grow(desired.saturating_sub(current) as u64))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let elements = desired.saturating_sub(current) as u64;
        Ok(self.grow(elements.saturating_mul(TABLE_ELEMENT_BYTES)))
    }
}
