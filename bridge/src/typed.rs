//! Calls of typed exports, and the trial instantiation of a deploy.

use std::sync::Arc;

use wasmtime::component::{
    Func as ComponentFunc, Instance as ComponentInstance, Val as ComponentVal,
};
use wasmtime::{Instance, Store, Val};

use crate::call::{Call, Ended};
use crate::failure::Failure;
use crate::ffi::CallConfig;
use crate::guest::{ComponentGuest, CoreGuest, Guest, new_store, wasi_builder};
use crate::hooks::Hooks;
use crate::memory::Meter;
use crate::outlet::Outlet;
use crate::program::{Entry, Loaded, Program};
use crate::values;

/// What a call names.
struct Target {
    interface: String,
    function: String,
    arguments: Vec<u8>,
}

pub fn start(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
    interface: &str,
    function: &str,
    arguments: &[u8],
    outlet: &Outlet,
) -> Result<Call, Failure> {
    let target = Target {
        interface: interface.to_owned(),
        function: function.to_owned(),
        arguments: arguments.to_vec(),
    };
    let loaded = program.loaded()?.clone();
    let meter = loaded.meter(config.memory_bytes);
    let outlet = outlet.clone();
    Ok(Call::new(
        hooks.clone(),
        Box::pin(run(loaded, meter, hooks, Some((target, outlet)))),
    ))
}

pub fn start_trial(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
) -> Result<Call, Failure> {
    let loaded = program.loaded()?.clone();
    let meter = loaded.meter(config.memory_bytes);
    Ok(Call::new(
        hooks.clone(),
        Box::pin(run(loaded, meter, hooks, None)),
    ))
}

/// Instantiates, and calls the target if there is one.
async fn run(
    loaded: Arc<Loaded>,
    meter: Meter,
    hooks: Arc<Hooks>,
    target: Option<(Target, Outlet)>,
) -> Ended {
    match &loaded.entry {
        Entry::Core { pre, imports_wasi } => {
            let wasi = imports_wasi.then(|| wasi_builder(&loaded.environment, &hooks).build_p1());
            let mut store = new_store(&loaded.engine.wasmtime, CoreGuest::new(wasi, meter));
            let result = async {
                let instance = pre.instantiate_async(&mut store).await?;
                initialize(&mut store, &instance).await?;
                match target {
                    Some((target, outlet)) => {
                        call_core(&mut store, &instance, &target, &outlet).await
                    }
                    None => Ok(()),
                }
            }
            .await;
            end(store, result, &loaded)
        }
        Entry::Component(pre) => {
            let mut store = component_store(&loaded, meter, &hooks);
            let result = async {
                let instance = pre.instantiate_async(&mut store).await?;
                match target {
                    Some((target, outlet)) => {
                        call_component(&mut store, &instance, &target, &outlet).await
                    }
                    None => Ok(()),
                }
            }
            .await;
            end(store, result, &loaded)
        }
        Entry::Http(pre) => {
            let mut store = component_store(&loaded, meter, &hooks);
            let result = pre.instantiate_async(&mut store).await.map(|_| ());
            end(store, result, &loaded)
        }
        Entry::Command(pre) => {
            let mut store = component_store(&loaded, meter, &hooks);
            let result = pre.instantiate_async(&mut store).await.map(|_| ());
            end(store, result, &loaded)
        }
    }
}

fn component_store(loaded: &Loaded, meter: Meter, hooks: &Arc<Hooks>) -> Store<ComponentGuest> {
    let wasi = wasi_builder(&loaded.environment, hooks).build();
    new_store(&loaded.engine.wasmtime, ComponentGuest::new(wasi, meter))
}

fn end<G: Guest>(store: Store<G>, result: wasmtime::Result<()>, loaded: &Loaded) -> Ended {
    Ended::new(store, result, loaded.engine.keep_resident_bytes)
}

/// Reactors (WASI 0.1's word for modules that are no commands) want `_initialize` called before all else.
async fn initialize(store: &mut Store<CoreGuest>, instance: &Instance) -> wasmtime::Result<()> {
    let Some(function) = instance.get_func(&mut *store, "_initialize") else {
        return Ok(());
    };
    match function.typed::<(), ()>(&*store) {
        Ok(initialize) => initialize.call_async(store, ()).await,
        Err(_) => Ok(()),
    }
}

async fn call_core(
    store: &mut Store<CoreGuest>,
    instance: &Instance,
    target: &Target,
    outlet: &Outlet,
) -> wasmtime::Result<()> {
    let function = instance
        .get_func(&mut *store, &target.function)
        .ok_or_else(|| wasmtime::format_err!("the export is gone"))?;
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
