//! Calls of exports from text to text: the arguments are written to the guest's memory at `__heap_base`, and the two
//! numbers that the export returns are the address and the length of the result.

use std::sync::Arc;

use wasmtime::{Extern, Instance, Memory, Store};

use crate::call::{Call, Ended};
use crate::failure::Failure;
use crate::ffi::CallConfig;
use crate::hooks::Hooks;
use crate::instances::core_instance::{core_store, instantiate_core};
use crate::instances::core_modules::CoreModules;
use crate::instances::guest::CoreGuest;
use crate::instances::memory::Denial;
use crate::instances::store::denial;
use crate::program::{Entry, Program};
use crate::streams::outlet::Outlet;

/// The memory grows by this before each call, as room for the arguments.
const PAGES_FOR_ARGUMENTS: u64 = 1;
const MAX_RESULT_BYTES: usize = 64 << 10;

pub fn start(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
    function: &str,
    arguments: &[u8],
    outlet: &Outlet,
) -> Result<Call, Failure> {
    let loaded = program.loaded()?.clone();
    let mut store = core_store(&loaded, config.memory_bytes, &hooks);
    let function = function.to_owned();
    let arguments = arguments.to_vec();
    let outlet = outlet.clone();
    let running = Box::pin(async move {
        let Entry::Core { modules, .. } = &loaded.entry else {
            unreachable!("start_json is called for programs of abi json");
        };
        let result = call(modules, &mut store, &function, &arguments, &outlet).await;
        Ended::new(&mut store, result).dropping(store, loaded.engine.keep_resident_bytes)
    });
    Ok(Call::new(hooks, running))
}

async fn call(
    modules: &CoreModules,
    store: &mut Store<CoreGuest>,
    function: &str,
    arguments: &[u8],
    outlet: &Outlet,
) -> wasmtime::Result<()> {
    let instance = instantiate_core(modules, store).await?;
    let function = instance.get_typed_func::<(u32, u32), (u32, u32)>(&mut *store, function)?;
    let memory = instance
        .get_memory(&mut *store, "memory")
        .ok_or_else(|| wasmtime::format_err!("the memory is gone"))?;
    let address = heap_base(store, &instance)?;
    make_room(store, memory)?;
    memory
        .write(&mut *store, address as usize, arguments)
        .map_err(|_| no_room("the arguments do not fit into the guest's memory at __heap_base"))?;
    let place = (address, arguments.len() as u32);
    let (at, length) = function.call_async(&mut *store, place).await?;
    outlet.write(text_at(memory.data(&*store), at as usize, length as usize)?);
    Ok(())
}

fn heap_base(store: &mut Store<CoreGuest>, instance: &Instance) -> wasmtime::Result<u32> {
    match instance.get_export(&mut *store, "__heap_base") {
        Some(Extern::Global(global)) => global.get(store).i32().map(i32::cast_unsigned),
        _ => None,
    }
    .ok_or_else(|| wasmtime::format_err!("__heap_base is gone"))
}

fn make_room(store: &mut Store<CoreGuest>, memory: Memory) -> wasmtime::Result<()> {
    match memory.grow(&mut *store, PAGES_FOR_ARGUMENTS) {
        Ok(_) => Ok(()),
        // The memory's own maximum refused the growth, not a limit.
        Err(_) if denial(store) == Denial::None => Err(no_room(
            "the guest's memory can't grow by the page that takes the arguments",
        )),
        Err(refused) => Err(refused),
    }
}

fn no_room(message: &str) -> wasmtime::Error {
    Failure::new("guest-trap", message).into()
}

fn text_at(memory: &[u8], at: usize, length: usize) -> wasmtime::Result<&[u8]> {
    if length > MAX_RESULT_BYTES {
        return Err(bad_response(format!(
            "the guest's result has {length} bytes, {MAX_RESULT_BYTES} are allowed"
        )));
    }
    memory
        .get(at..)
        .and_then(|behind| behind.get(..length))
        .ok_or_else(|| bad_response("the guest's result lies outside of its memory".to_owned()))
}

fn bad_response(message: String) -> wasmtime::Error {
    Failure::new("bad-guest-response", message).into()
}
