//! Lists of numbers as arguments and results of core functions: they are in the guest's memory, and the function gets
//! or returns address and count. `src/engine/module/function_type.h` says which functions can be called with lists.

use wasmtime::{Func, Instance, Memory, Store, TypedFunc, Val, ValType};

use crate::failure::Failure;
use crate::instances::guest::CoreGuest;
use crate::values::{Reader, read_core, write_core};

/// The same limit as for the values that a component returns from one call.
const MAX_RESULT_BYTES: usize = 8 << 20;
/// A pair of address and count in a guest's memory.
const PAIR_BYTES: u32 = 8;
const PAIR_ALIGNMENT: u32 = 4;

/// Which parameters and results are lists: the bytes of an element for a list, 0 for a number.
pub struct Layout {
    pub parameters: Vec<u8>,
    pub results: Vec<u8>,
    /// The limit of the function's response. A list that could only make longer JSON is refused.
    pub response_bytes: u64,
}

impl Layout {
    pub fn has_lists(&self) -> bool {
        let mut widths = self.parameters.iter().chain(&self.results);
        widths.any(|width| *width != 0)
    }
}

/// Calls `function`. `src/engine/values/typed_values.h` describes how `arguments` and the returned results are encoded.
pub async fn call(
    store: &mut Store<CoreGuest>,
    instance: &Instance,
    function: Func,
    layout: &Layout,
    arguments: &[u8],
) -> wasmtime::Result<Vec<u8>> {
    let mut heap = Heap::of(store, instance)?;
    let ty = function.ty(&*store);
    let form = ResultForm::of(layout, ty.results().len());
    let mut parameters = Vec::with_capacity(ty.params().len());
    let mut types = ty.params();
    if form == ResultForm::StructReturn {
        types.next();
        let place = heap.allocate(store, PAIR_BYTES, PAIR_ALIGNMENT).await?;
        parameters.push(Val::I32(place.cast_signed()));
    }
    let mut reader = Reader::new(arguments);
    for width in &layout.parameters {
        let ty = types.next().unwrap_or(ValType::I32);
        if *width == 0 {
            parameters.push(read_core(&ty, &mut reader)?);
            continue;
        }
        types.next();
        let count = reader.u32()?;
        let bytes = reader.take(count as usize * usize::from(*width))?;
        let address = heap.put(store, bytes, u32::from(*width)).await?;
        parameters.push(Val::I32(address.cast_signed()));
        parameters.push(Val::I32(count.cast_signed()));
    }
    reader.end()?;
    let mut results = vec![Val::I32(0); ty.results().len()];
    function
        .call_async(&mut *store, &parameters, &mut results)
        .await?;
    let memory = heap.memory.data(&*store);
    match form {
        ResultForm::Values => {}
        ResultForm::Address => results = pair_at(memory, address_of(results.first()))?,
        ResultForm::StructReturn => results = pair_at(memory, address_of(parameters.first()))?,
    }
    encode(layout, &results, memory)
}

/// The ways in which a function returns a list.
#[derive(PartialEq)]
enum ResultForm {
    /// Address and count are two results.
    Values,
    /// The result is the address of a pair of address and count.
    Address,
    /// The function writes the pair of address and count to the address in its first parameter.
    StructReturn,
}

impl ResultForm {
    fn of(layout: &Layout, results: usize) -> Self {
        let lists = layout.results.iter().filter(|width| **width != 0).count();
        if results == layout.results.len() + lists {
            Self::Values
        } else if results == 1 {
            Self::Address
        } else {
            Self::StructReturn
        }
    }
}

fn address_of(value: Option<&Val>) -> u32 {
    value.and_then(Val::i32).unwrap_or(0).cast_unsigned()
}

/// The guest's memory, and the function that allocates in it.
struct Heap {
    memory: Memory,
    allocator: Option<Allocator>,
}

enum Allocator {
    /// Returns an address for a size.
    Plain(TypedFunc<u32, u32>),
    /// The allocator of the component model: returns an address for old address, old size, alignment and new size.
    Realloc(TypedFunc<(u32, u32, u32, u32), u32>),
}

impl Heap {
    fn of(store: &mut Store<CoreGuest>, instance: &Instance) -> wasmtime::Result<Self> {
        let memory = instance
            .get_memory(&mut *store, "memory")
            .ok_or_else(|| wasmtime::format_err!("the memory is gone"))?;
        Ok(Self {
            memory,
            allocator: Allocator::of(store, instance),
        })
    }

    async fn allocate(
        &mut self,
        store: &mut Store<CoreGuest>,
        size: u32,
        alignment: u32,
    ) -> wasmtime::Result<u32> {
        let address = match &self.allocator {
            Some(Allocator::Plain(function)) => function.call_async(&mut *store, size).await?,
            Some(Allocator::Realloc(function)) => {
                let wanted = (0, 0, alignment, size);
                function.call_async(&mut *store, wanted).await?
            }
            None => return Err(wasmtime::format_err!("the allocator is gone")),
        };
        if address == 0 {
            return Err(bad_place("has no room for the arguments"));
        }
        if address % alignment != 0 {
            return Err(bad_place("gave an address that its elements can't be at"));
        }
        Ok(address)
    }

    /// Writes the bytes to the guest's memory and returns their address. An empty list gets some aligned address, since
    /// the guest reads nothing there.
    async fn put(
        &mut self,
        store: &mut Store<CoreGuest>,
        bytes: &[u8],
        alignment: u32,
    ) -> wasmtime::Result<u32> {
        if bytes.is_empty() {
            return Ok(alignment);
        }
        let size =
            u32::try_from(bytes.len()).map_err(|_| bad_place("has no room for the arguments"))?;
        let address = self.allocate(store, size, alignment).await?;
        self.memory
            .write(&mut *store, address as usize, bytes)
            .map_err(|_| bad_place("gave an address outside of its memory"))?;
        Ok(address)
    }
}

impl Allocator {
    /// Returns the first allocator that the module exports. src/engine/module/function_type.cc refuses modules without one.
    fn of(store: &mut Store<CoreGuest>, instance: &Instance) -> Option<Self> {
        for name in ["allocate", "malloc"] {
            if let Ok(function) = instance.get_typed_func(&mut *store, name) {
                return Some(Self::Plain(function));
            }
        }
        let realloc = instance.get_typed_func(&mut *store, "cabi_realloc");
        realloc.ok().map(Self::Realloc)
    }
}

/// Reads the pair of address and count at `address`, two u32.
fn pair_at(memory: &[u8], address: u32) -> wasmtime::Result<Vec<Val>> {
    if !address.is_multiple_of(PAIR_ALIGNMENT) {
        return Err(bad_result("the guest's result stands at an odd address"));
    }
    let mut reader = Reader::new(bytes_at(memory, address, PAIR_BYTES as usize)?);
    let mut next = || reader.u32().map(|number| Val::I32(number.cast_signed()));
    Ok(vec![next()?, next()?])
}

fn encode(layout: &Layout, results: &[Val], memory: &[u8]) -> wasmtime::Result<Vec<u8>> {
    let mut encoded = Vec::new();
    let mut results = results.iter();
    for width in &layout.results {
        let first = results.next();
        if *width == 0 {
            write_core(first.unwrap_or(&Val::I32(0)), &mut encoded)?;
            continue;
        }
        let count = address_of(results.next());
        let list = list_at(memory, address_of(first), count, *width)?;
        if encoded.len() + list.len() > MAX_RESULT_BYTES {
            return Err(bad_result("the guest's lists have more than 8 MiB"));
        }
        // In JSON, each number takes at least a digit and a comma.
        if u64::from(count) * 2 > layout.response_bytes {
            return Err(bad_result(
                "the guest's list is longer than the function's response limit",
            ));
        }
        encoded.extend_from_slice(&count.to_le_bytes());
        encoded.extend_from_slice(list);
    }
    Ok(encoded)
}

fn list_at(memory: &[u8], address: u32, count: u32, width: u8) -> wasmtime::Result<&[u8]> {
    if count == 0 {
        return Ok(&[]);
    }
    if !address.is_multiple_of(u32::from(width)) {
        return Err(bad_result(
            "the guest's list stands at an address that its elements can't be at",
        ));
    }
    bytes_at(memory, address, count as usize * usize::from(width))
}

fn bytes_at(memory: &[u8], address: u32, size: usize) -> wasmtime::Result<&[u8]> {
    memory
        .get(address as usize..)
        .and_then(|behind| behind.get(..size))
        .ok_or_else(|| bad_result("the guest's result lies outside of its memory"))
}

fn bad_place(why: &str) -> wasmtime::Error {
    Failure::new("guest-trap", format!("the guest's allocator {why}")).into()
}

fn bad_result(message: &str) -> wasmtime::Error {
    Failure::new("bad-guest-response", message).into()
}
