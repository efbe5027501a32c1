//! Typed calls of core modules that keep their state.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::{Instance, Store};

use crate::call::{Call, Ended};
use crate::exports::typed::{Target, call_core};
use crate::failure::Failure;
use crate::ffi::{CallConfig, TypedTarget};
use crate::hooks::Hooks;
use crate::instances::core_instance::core_store;
use crate::instances::core_modules::CoreModules;
use crate::instances::guest::{CoreGuest, Guest};
use crate::instances::state::slot::{Lease, Live, State};
use crate::instances::state::snapshot::{Places, Snapshot};
use crate::instances::store::note_instantiated;
use crate::program::{Entry, Loaded, Program};
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
    let loaded = program.loaded()?.clone();
    let lease = state.take_lease()?;
    let target = Target::new(config, target, arguments);
    let outlet = outlet.clone();
    let memory_limit = config.memory_bytes;
    let call_hooks = hooks.clone();
    let running = Box::pin(async move {
        let place = Place {
            loaded,
            memory_limit,
            hooks: call_hooks,
        };
        run(place, lease, &target, &outlet).await
    });
    Ok(Call::new(hooks, running))
}

/// What an instance is made of and for.
struct Place {
    loaded: Arc<Loaded>,
    memory_limit: u64,
    hooks: Arc<Hooks>,
}

async fn run(place: Place, mut lease: Lease, target: &Target, outlet: &Outlet) -> Ended {
    let Place {
        loaded,
        memory_limit,
        hooks,
    } = place;
    let Entry::Core { modules, .. } = &loaded.entry else {
        unreachable!("start_stateful is called for programs of core modules");
    };
    let (mut store, mut awake) = match lease.take_live(&loaded, memory_limit, &hooks) {
        Some(live) => (live.store, Some((live.instance, live.places))),
        None => (core_store(&loaded, memory_limit, &hooks), None),
    };
    let called = async {
        if awake.is_none() {
            awake = Some(wake(modules, &mut store, &lease.snapshot).await?);
        }
        let instance = awake.as_ref().map(|(instance, _)| instance);
        call_core(&mut store, instance, target, outlet).await
    }
    .await;
    let keep_resident = loaded.engine.keep_resident_bytes;
    let (instance, places) = match (called, awake) {
        (Ok(()), Some(awake)) => awake,
        (called, _) => {
            lease.give_back();
            return failed(&mut store, called).dropping(store, keep_resident);
        }
    };
    let taken = lease.snapshot.take_over(&mut store, &places).await;
    match taken {
        Ok(change) => {
            let ended = Ended::new(&mut store, Ok(()));
            store.data_mut().forget_call();
            let live = Live {
                store,
                instance,
                places,
                loaded,
            };
            lease.finish(live, change);
            ended
        }
        Err(error) => failed(&mut store, Err(error)).dropping(store, keep_resident),
    }
}

/// A guest that exits has not come to its call's end, whatever its code.
fn failed(store: &mut Store<CoreGuest>, result: wasmtime::Result<()>) -> Ended {
    let mut ended = Ended::new(store, result);
    if ended.is_well() {
        ended.fail(Failure::new(
            "guest-exit",
            "the guest exited instead of returning, so its state is not saved",
        ));
    }
    ended
}

/// A fresh instance with the state of the snapshot. One that has none yet is initialised; else that lies behind it.
async fn wake(
    modules: &CoreModules,
    store: &mut Store<CoreGuest>,
    snapshot: &Snapshot,
) -> wasmtime::Result<(Instance, Places)> {
    let began = Instant::now();
    let instance = modules.instantiate(store).await?;
    let places = Places::of(store, &instance);
    if snapshot.is_new() {
        modules.initialize(store, &instance).await?;
    } else {
        snapshot.restore(store, &places).await?;
    }
    note_instantiated(store, began);
    Ok((instance, places))
}
