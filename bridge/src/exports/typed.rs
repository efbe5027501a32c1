//! Calls of typed exports, and the trial instantiation of a deploy.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::component::{
    Func as ComponentFunc, Instance as ComponentInstance, Val as ComponentVal,
};
use wasmtime::{Instance, Store, Val};

use crate::call::{Call, Ended, Running};
use crate::exports::lists::{self, Layout};
use crate::failure::Failure;
use crate::ffi::{CallConfig, TypedTarget};
use crate::hooks::Hooks;
use crate::instances::core_instance::{core_store, instantiate_core};
use crate::instances::guest::{ComponentGuest, CoreGuest};
use crate::instances::life::Held;
use crate::instances::store::note_instantiated;
use crate::program::{Entry, Loaded, Program};
use crate::streams::outlet::Outlet;
use crate::values;

/// The function that a call names, with its arguments.
pub struct Target {
    interface: String,
    function: String,
    lists: Layout,
    arguments: Vec<u8>,
}

impl Target {
    pub fn new(config: &CallConfig, target: &TypedTarget, arguments: &[u8]) -> Self {
        Self {
            interface: target.interface.to_owned(),
            function: target.function.to_owned(),
            lists: Layout {
                parameters: target.parameter_lists.to_vec(),
                results: target.result_lists.to_vec(),
                response_bytes: config.response_bytes,
            },
            arguments: arguments.to_vec(),
        }
    }
}

pub fn start(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
    target: &TypedTarget,
    arguments: &[u8],
    outlet: &Outlet,
) -> Result<Call, Failure> {
    let target = Target::new(config, target, arguments);
    start_run(program, config, hooks, Some((target, outlet.clone())))
}

pub fn start_trial(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
) -> Result<Call, Failure> {
    start_run(program, config, hooks, None)
}

/// Each kind of call is a separate future that is only as large as it needs, since most calls are small.
fn start_run(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
    target: Option<(Target, Outlet)>,
) -> Result<Call, Failure> {
    let loaded = program.loaded()?.clone();
    let memory_limit = config.memory_bytes;
    let call_hooks = hooks.clone();
    let running: Running =
        match (&loaded.entry, target) {
            (Entry::Core { .. }, Some((target, outlet))) => Box::pin(async move {
                run_core(&loaded, memory_limit, &call_hooks, &target, &outlet).await
            }),
            (Entry::Component { .. }, Some((target, outlet))) => Box::pin(async move {
                run_component(&loaded, memory_limit, &call_hooks, &target, &outlet).await
            }),
            _ => Box::pin(async move { run_trial(&loaded, memory_limit, &call_hooks).await }),
        };
    Ok(Call::new(hooks, running))
}

/// Makes a fresh instance and tears it down.
async fn run_trial(loaded: &Loaded, memory_limit: u64, hooks: &Arc<Hooks>) -> Ended {
    if let Entry::Core { modules, .. } = &loaded.entry {
        let mut store = core_store(loaded, memory_limit, hooks);
        let result = instantiate_core(modules, &mut store).await.map(|_| ());
        return Ended::new(&mut store, result).dropping(store, loaded.engine.keep_resident_bytes);
    }
    let mut store = loaded.component_store(memory_limit, hooks);
    let pre = match &loaded.entry {
        Entry::Http { pre, .. } => pre.instance_pre(),
        Entry::Command(pre) => pre.instance_pre(),
        Entry::Component { pre, .. } => pre,
        Entry::Core { .. } => unreachable!("done above"),
    };
    let began = Instant::now();
    let result = async {
        loaded.linked.instantiate(&mut store).await?;
        pre.instantiate_async(&mut store).await.map(|_| ())
    }
    .await;
    note_instantiated(&mut store, began);
    Ended::new(&mut store, result).dropping(store, loaded.engine.keep_resident_bytes)
}

async fn run_core(
    loaded: &Loaded,
    memory_limit: u64,
    hooks: &Arc<Hooks>,
    target: &Target,
    outlet: &Outlet,
) -> Ended {
    let Entry::Core { modules, idle } = &loaded.entry else {
        unreachable!("start_run() looked");
    };
    let mut held = Held::take(idle, memory_limit, hooks, move |_| {
        core_store(loaded, memory_limit, hooks)
    });
    let result = async {
        let instance = match &held.instance {
            Some(instance) => instance,
            None => {
                let made = instantiate_core(modules, &mut held.store).await?;
                held.instance.insert(made)
            }
        };
        call_core(&mut held.store, instance, target, outlet).await
    }
    .await;
    let ended = held.end(result);
    held.release(ended, loaded.engine.keep_resident_bytes)
}

async fn run_component(
    loaded: &Loaded,
    memory_limit: u64,
    hooks: &Arc<Hooks>,
    target: &Target,
    outlet: &Outlet,
) -> Ended {
    let Entry::Component { pre, idle } = &loaded.entry else {
        unreachable!("start_run() looked");
    };
    let mut held = Held::take(idle, memory_limit, hooks, move |_| {
        loaded.component_store(memory_limit, hooks)
    });
    let result = async {
        let instance = match &held.instance {
            Some(instance) => instance,
            None => {
                let began = Instant::now();
                loaded.linked.instantiate(&mut held.store).await?;
                let made = pre.instantiate_async(&mut held.store).await?;
                note_instantiated(&mut held.store, began);
                held.instance.insert(made)
            }
        };
        call_component(&mut held.store, instance, target, outlet).await
    }
    .await;
    let ended = held.end(result);
    held.release(ended, loaded.engine.keep_resident_bytes)
}

pub async fn call_core(
    store: &mut Store<CoreGuest>,
    instance: &Instance,
    target: &Target,
    outlet: &Outlet,
) -> wasmtime::Result<()> {
    let function = instance
        .get_func(&mut *store, &target.function)
        .ok_or_else(|| wasmtime::format_err!("the export is gone"))?;
    if target.lists.has_lists() {
        let call = lists::call(store, instance, function, &target.lists, &target.arguments);
        let results = Box::pin(call).await?;
        outlet.write(&results);
        return Ok(());
    }
    let ty = function.ty(&*store);
    let parameter_types: Vec<_> = ty.params().collect();
    let parameters = values::decode_core(&parameter_types, &target.arguments)?;
    let mut results = vec![Val::I32(0); ty.results().len()];
    function
        .call_async(store, &parameters, &mut results)
        .await?;
    outlet.write(&values::encode_core(&results)?);
    Ok(())
}

async fn call_component(
    store: &mut Store<ComponentGuest>,
    instance: &ComponentInstance,
    target: &Target,
    outlet: &Outlet,
) -> wasmtime::Result<()> {
    let function =
        find(store, instance, target).ok_or_else(|| wasmtime::format_err!("the export is gone"))?;
    let ty = function.ty(&*store);
    let parameter_types: Vec<_> = ty.params().map(|(_, ty)| ty).collect();
    let result_types: Vec<_> = ty.results().collect();
    let parameters = values::decode_component(&parameter_types, &target.arguments)?;
    let mut results = vec![ComponentVal::Bool(false); result_types.len()];
    function
        .call_async(store, &parameters, &mut results)
        .await?;
    outlet.write(&values::encode_component(&result_types, &results)?);
    Ok(())
}

fn find(
    store: &mut Store<ComponentGuest>,
    instance: &ComponentInstance,
    target: &Target,
) -> Option<ComponentFunc> {
    let interface = if target.interface.is_empty() {
        None
    } else {
        Some(instance.get_export_index(&mut *store, None, &target.interface)?)
    };
    let index = instance.get_export_index(&mut *store, interface.as_ref(), &target.function)?;
    instance.get_func(store, index)
}
