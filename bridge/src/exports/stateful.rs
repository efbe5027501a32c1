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
use crate::instances::state::slot::{Live, State, Turn};
use crate::instances::state::snapshot::{Cells, Image};
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
    let turn = state.take_turn()?;
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
        run(place, turn, &target, &outlet).await
    });
    Ok(Call::new(hooks, running))
}

/// What an instance is made of and for.
struct Place {
    loaded: Arc<Loaded>,
    memory_limit: u64,
    hooks: Arc<Hooks>,
}

async fn run(place: Place, mut turn: Turn, target: &Target, outlet: &Outlet) -> Ended {
    let Place {
        loaded,
        memory_limit,
        hooks,
    } = place;
    let Entry::Core { modules, .. } = &loaded.entry else {
        unreachable!("start_stateful is called for programs of core modules");
    };
    let (mut store, mut awake) = match turn.take_live(&loaded, memory_limit, &hooks) {
        Some(live) => (live.store, Some((live.instance, live.cells))),
        None => (core_store(&loaded, memory_limit, &hooks), None),
    };
    let called = async {
        if awake.is_none() {
            awake = Some(wake(modules, &mut store, &turn.image).await?);
        }
        let instance = awake.as_ref().map(|(instance, _)| instance);
        call_core(&mut store, instance, target, outlet).await
    }
    .await;
    let keep_resident = loaded.engine.keep_resident_bytes;
    let (instance, cells) = match (called, awake) {
        (Ok(()), Some(awake)) => awake,
        (called, _) => {
            turn.give_back();
            return failed(&mut store, called).dropping(store, keep_resident);
        }
    };
    let taken = turn.image.take_over(&mut store, &cells).await;
    match taken {
        Ok(change) => {
            let ended = Ended::new(&mut store, Ok(()));
            store.data_mut().forget_call();
            let live = Live {
                store,
                instance,
                cells,
                loaded,
            };
            turn.finish(live, change);
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

/// A fresh instance with the state of the image. One that has none yet is initialised; else that lies behind it.
async fn wake(
    modules: &CoreModules,
    store: &mut Store<CoreGuest>,
    image: &Image,
) -> wasmtime::Result<(Instance, Cells)> {
    let began = Instant::now();
    let instance = modules.instantiate(store).await?;
    let cells = Cells::of(store, &instance);
    if image.is_new() {
        modules.initialize(store, &instance).await?;
    } else {
        image.restore(store, &cells).await?;
    }
    note_instantiated(store, began);
    Ok((instance, cells))
}
