//! Calls of commands: `_start` of core modules and `wasi:cli/run` of components. Stdin is the request's body, and
//! stdout is the answer.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::Store;
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::CommandPre;

use crate::call::{Call, Ended};
use crate::failure::Failure;
use crate::ffi::{CallConfig, NameValue};
use crate::hooks::Hooks;
use crate::instances::core_modules::CoreModules;
use crate::instances::current_call::CurrentCall;
use crate::instances::guest::{ComponentGuest, CoreGuest};
use crate::instances::linked_components::LinkedComponents;
use crate::instances::stdio::{AnswerStdout, BodyStdin};
use crate::instances::store::{new_store, note_instantiated};
use crate::instances::wasi::{Wasi, wasi_builder};
use crate::program::{Entry, Program, text_of};
use crate::streams::inlet::Inlet;
use crate::streams::outlet::Outlet;

pub fn start(
    program: &Program,
    config: &CallConfig,
    hooks: Arc<Hooks>,
    environment: &[NameValue],
    arguments: &[String],
    inlet: &Inlet,
    outlet: &Outlet,
) -> Result<Call, Failure> {
    let loaded = program.loaded()?.clone();
    let call = CurrentCall::new(&hooks);
    let mut wasi = wasi_builder(&loaded.environment, arguments, &call);
    for variable in environment {
        wasi.env(text_of(variable.name), text_of(variable.value));
    }
    wasi.stdout(AnswerStdout(outlet.clone())).stdin(BodyStdin {
        inlet: inlet.clone(),
        hooks: hooks.clone(),
    });
    let meter = loaded.meter(config.memory_bytes);
    let running = Box::pin(async move {
        let engine = &loaded.engine;
        match &loaded.entry {
            Entry::Command(pre) => {
                let guest = ComponentGuest::new(call, Wasi::Made(Box::new(wasi.build())), meter);
                let mut store = new_store(&engine.wasmtime, guest);
                let result = run_component(pre, &loaded.linked, &mut store).await;
                Ended::new(&mut store, result).dropping(store, engine.keep_resident_bytes)
            }
            Entry::Core { modules, .. } => {
                let guest = CoreGuest::new(call, Some(wasi.build_p1()), meter);
                let mut store = new_store(&engine.wasmtime, guest);
                let result = run_core(modules, &mut store).await;
                Ended::new(&mut store, result).dropping(store, engine.keep_resident_bytes)
            }
            _ => unreachable!("start_command is called for programs of abi cgi and argv"),
        }
    });
    Ok(Call::new(hooks, running))
}

async fn run_core(modules: &CoreModules, store: &mut Store<CoreGuest>) -> wasmtime::Result<()> {
    let began = Instant::now();
    let instance = modules.instantiate(store).await?;
    note_instantiated(store, began);
    let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
    start.call_async(store, ()).await
}

async fn run_component(
    pre: &CommandPre<ComponentGuest>,
    linked: &LinkedComponents,
    store: &mut Store<ComponentGuest>,
) -> wasmtime::Result<()> {
    let began = Instant::now();
    linked.instantiate(store).await?;
    let command = pre.instantiate_async(&mut *store).await?;
    note_instantiated(store, began);
    match command.wasi_cli_run().call_run(store).await? {
        Ok(()) => Ok(()),
        Err(()) => Err(I32Exit(1).into()),
    }
}
