//! Fresh instances of core modules that are not commands.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::{Instance, Store};

use crate::hooks::Hooks;
use crate::instances::core_modules::CoreModules;
use crate::instances::current_call::CurrentCall;
use crate::instances::guest::CoreGuest;
use crate::instances::store::{new_store, note_instantiated};
use crate::instances::wasi::{NO_ARGUMENTS, wasi_builder};
use crate::program::{Entry, Loaded};

pub fn core_store(loaded: &Loaded, memory_limit: u64, hooks: &Arc<Hooks>) -> Store<CoreGuest> {
    let call = CurrentCall::new(hooks);
    let asks_host = matches!(&loaded.entry, Entry::Core { modules, .. } if modules.has_imports());
    let wasi =
        asks_host.then(|| wasi_builder(&loaded.environment, &NO_ARGUMENTS, &call).build_p1());
    let guest = CoreGuest::new(call, wasi, loaded.meter(memory_limit));
    new_store(&loaded.engine.wasmtime, guest)
}

pub async fn instantiate_core(
    modules: &CoreModules,
    store: &mut Store<CoreGuest>,
) -> wasmtime::Result<Instance> {
    let began = Instant::now();
    let instance = modules.instantiate(store).await?;
    modules.initialize(store, &instance).await?;
    note_instantiated(store, began);
    Ok(instance)
}
