//! References to functions in the tables and globals of a state. A reference is valid in one instance only, so it is
//! saved as the function's number in the module.

use std::collections::HashMap;

use wasmtime::{Func, Instance, Ref, Store, Table};

use crate::failure::Failure;
use crate::instances::guest::CoreGuest;
use crate::instances::state::exports::function_prefix;

const NUMBER_BYTES: usize = 4;
/// Any other number is the function's index plus 1.
const NULL: u32 = 0;

/// The functions that an instance's references may lead to.
pub struct Functions {
    by_number: HashMap<u32, Func>,
    by_place: HashMap<usize, u32>,
}

impl Functions {
    pub fn of(store: &mut Store<CoreGuest>, instance: &Instance) -> Self {
        let prefix = function_prefix();
        let exports = instance.exports(&mut *store);
        let by_number: HashMap<u32, Func> = exports
            .filter_map(|export| {
                let index: u32 = export.name().strip_prefix(&prefix)?.parse().ok()?;
                Some((index + 1, export.into_func()?))
            })
            .collect();
        let by_place = by_number
            .iter()
            .map(|(number, function)| (function.to_raw(&mut *store).addr(), *number))
            .collect();
        Self {
            by_number,
            by_place,
        }
    }

    pub fn number_of(
        &self,
        store: &mut Store<CoreGuest>,
        function: Option<&Func>,
    ) -> Result<u32, Failure> {
        let Some(function) = function else {
            return Ok(NULL);
        };
        let place = function.to_raw(store).addr();
        let number = self.by_place.get(&place).copied();
        number.ok_or_else(|| Failure::internal("the state refers to a function of no number"))
    }

    pub fn function(&self, number: u32) -> Result<Option<Func>, Failure> {
        if number == NULL {
            return Ok(None);
        }
        let function = self.by_number.get(&number).copied();
        let function = function
            .ok_or_else(|| Failure::internal("the saved state refers to a function that is none"));
        function.map(Some)
    }

    /// Encodes the elements of a table.
    pub fn encode(&self, store: &mut Store<CoreGuest>, table: &Table) -> Result<Vec<u8>, Failure> {
        let size = table.size(&*store);
        let mut bytes = Vec::with_capacity(size as usize * NUMBER_BYTES);
        for place in 0..size {
            let element = table.get(&mut *store, place);
            let function = element.as_ref().and_then(Ref::as_func).flatten();
            let number = self.number_of(store, function)?;
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Ok(bytes)
    }

    /// Writes saved elements to the table of a fresh instance.
    pub fn restore(
        &self,
        store: &mut Store<CoreGuest>,
        table: &Table,
        bytes: &[u8],
    ) -> wasmtime::Result<()> {
        let (numbers, _) = bytes.as_chunks::<NUMBER_BYTES>();
        let present = self.encode(store, table)?;
        let (present, _) = present.as_chunks::<NUMBER_BYTES>();
        let Some(missing) = numbers.len().checked_sub(present.len()) else {
            return Err(Failure::internal("the module starts with a larger table").into());
        };
        if missing > 0 {
            table.grow(&mut *store, missing as u64, Ref::Func(None))?;
        }
        let null = NULL.to_le_bytes();
        let present = present.iter().chain(std::iter::repeat(&null));
        for (place, (saved, present)) in (0..).zip(numbers.iter().zip(present)) {
            if saved != present {
                let function = self.function(u32::from_le_bytes(*saved))?;
                table.set(&mut *store, place, Ref::Func(function))?;
            }
        }
        Ok(())
    }
}
