//! Typed calls of core modules that keep their state.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::Store;

use crate::call::{Call, Ended};
use crate::exports::typed::{Target, call_core};
use crate::failure::Failure;
use crate::ffi::{CallConfig, TypedTarget};
use crate::hooks::Hooks;
use crate::instances::core_instance::core_store;
use crate::instances::core_modules::CoreModules;
use crate::instances::guest::CoreGuest;
use crate::instances::life::Held;
use crate::instances::state::slot::{Awake, Lease, State};
use crate::instances::state::snapshot::{Places, Snapshot};
use crate::instances::store::note_instantiated;
use crate::program::{Entry, Program};
use crate::streams::outlet::Outlet;

pub fn start(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
    state: &State,
    target: &TypedTarget,
    arguments: &[u8],
    outlet: &Outlet,
) -> Result<Call, Failure> {
    let mut lease = state.take_lease(program.loaded()?.clone())?;
    let target = Target::new(config, target, arguments);
    let outlet = outlet.clone();
    let memory_limit = config.memory_bytes;
    let call_hooks = hooks.clone();
    let running =
        Box::pin(async move { run(&mut lease, memory_limit, &call_hooks, &target, &outlet).await });
    Ok(Call::new(hooks, running))
}

async fn run(
    lease: &mut Lease,
    memory_limit: u64,
    hooks: &Arc<Hooks>,
    target: &Target,
    outlet: &Outlet,
) -> Ended {
    let keep_resident_bytes = lease.loaded.engine.keep_resident_bytes;
    let mut held = Held::take(lease, memory_limit, hooks, move |lease| {
        core_store(&lease.loaded, memory_limit, hooks)
    });
    let result = call(&mut held, target, outlet).await;
    let has_returned = result.is_ok();
    let mut ended = held.end(result);
    // A guest that exits, even with code 0, did not return from its call.
    if !has_returned && ended.is_well() {
        ended.fail(Failure::new(
            "guest-exit",
            "the guest exited instead of returning, so its state is not saved",
        ));
    }
    held.release(ended, keep_resident_bytes)
}

async fn call(
    held: &mut Held<&mut Lease>,
    target: &Target,
    outlet: &Outlet,
) -> wasmtime::Result<()> {
    let Held {
        life: lease,
        store,
        instance,
    } = held;
    let awake = match instance {
        Some(awake) => awake,
        None => {
            let (Entry::Core { modules, .. }, Some(snapshot)) =
                (&lease.loaded.entry, lease.snapshot())
            else {
                unreachable!("start_stateful is called for core modules and loaded states");
            };
            instance.insert(wake(modules, store, snapshot).await?)
        }
    };
    call_core(store, &awake.instance, target, outlet).await?;
    lease.take_over(store, awake).await
}

/// Makes a fresh instance and gives it the contents of the snapshot. A new state runs `_initialize`; a restored one has
/// already run it.
async fn wake(
    modules: &CoreModules,
    store: &mut Store<CoreGuest>,
    snapshot: &Snapshot,
) -> wasmtime::Result<Awake> {
    let began = Instant::now();
    let instance = modules.instantiate(store).await?;
    let places = Places::of(store, &instance);
    if snapshot.is_new() {
        modules.initialize(store, &instance).await?;
    } else {
        snapshot.restore(store, &places).await?;
    }
    note_instantiated(store, began);
    Ok(Awake { instance, places })
}
