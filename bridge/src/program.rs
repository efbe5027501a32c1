//! The module of one version, ready to be instantiated.

use std::sync::Arc;

use wasmtime::component::{Instance as ComponentInstance, InstancePre as ComponentPre};
use wasmtime::{Instance, Store};
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};

use crate::engine::Engine;
use crate::failure::Failure;
use crate::ffi::{NameValue, Outcome, ProgramConfig};
use crate::hooks::Hooks;
use crate::instances::core_modules::CoreModules;
use crate::instances::current_call::CurrentCall;
use crate::instances::guest::{ComponentGuest, CoreGuest};
use crate::instances::idle::Idle;
use crate::instances::linked_components::LinkedComponents;
use crate::instances::memory::{Budget, Meter};
use crate::instances::store::new_store;
use crate::instances::wasi::{Environment, Wasi};

pub enum Entry {
    Http {
        pre: ProxyPre<ComponentGuest>,
        idle: Idle<ComponentGuest, Proxy>,
    },
    Command(CommandPre<ComponentGuest>),
    Component {
        pre: ComponentPre<ComponentGuest>,
        idle: Idle<ComponentGuest, ComponentInstance>,
    },
    Core {
        modules: CoreModules,
        idle: Idle<CoreGuest, Instance>,
    },
}

pub struct Loaded {
    pub entry: Entry,
    /// The components that a component is linked with. Empty for core modules.
    pub linked: LinkedComponents,
    pub environment: Environment,
    pub engine: EngineParts,
}

/// The parts of the engine that calls need. Cloning them is cheap.
#[derive(Clone)]
pub struct EngineParts {
    pub wasmtime: wasmtime::Engine,
    pub budget: Arc<Budget>,
    pub keep_resident_bytes: u64,
}

/// A loaded program, or the reason why loading it failed.
pub struct Program(Result<Arc<Loaded>, Failure>);

impl Program {
    pub fn failed(failure: Failure) -> Self {
        Self(Err(failure))
    }

    pub fn load(engine: &Engine, descriptor: i32, config: &ProgramConfig) -> Self {
        Self(load(engine, descriptor, config).map(Arc::new))
    }

    pub fn outcome(&self) -> Outcome {
        match &self.0 {
            Ok(_) => Failure::none(),
            Err(failure) => failure.clone().into_outcome(),
        }
    }

    pub fn loaded(&self) -> Result<&Arc<Loaded>, Failure> {
        self.0.as_ref().map_err(Clone::clone)
    }
}

impl Loaded {
    pub fn meter(&self, limit: u64) -> Meter {
        Meter::new(self.engine.budget.clone(), limit)
    }

    /// Makes a store for a fresh instance, which gets the environment that was granted, and nothing else.
    pub fn component_store(&self, memory_limit: u64, hooks: &Arc<Hooks>) -> Store<ComponentGuest> {
        let call = CurrentCall::new(hooks);
        let wasi = Wasi::Deferred(self.environment.clone());
        let guest = ComponentGuest::new(call, wasi, self.meter(memory_limit));
        new_store(&self.engine.wasmtime, guest)
    }
}

pub fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn environment_of(variables: &[NameValue]) -> Environment {
    variables
        .iter()
        .map(|variable| (text_of(variable.name), text_of(variable.value)))
        .collect()
}

fn import_missing(error: wasmtime::Error) -> Failure {
    Failure::new("import-missing", format!("{error:#}"))
}

fn load(engine: &Engine, descriptor: i32, config: &ProgramConfig) -> Result<Loaded, Failure> {
    let (entry, linked) = if config.is_component {
        load_component(engine, descriptor, config)?
    } else {
        let modules = CoreModules::load(engine, descriptor, config)?;
        let idle = Idle::new(config.reuse);
        (Entry::Core { modules, idle }, LinkedComponents::default())
    };
    Ok(Loaded {
        entry,
        linked,
        environment: environment_of(&config.environment),
        engine: EngineParts {
            wasmtime: engine.wasmtime.clone(),
            budget: engine.budget.clone(),
            keep_resident_bytes: engine.keep_resident_bytes,
        },
    })
}

fn load_component(
    engine: &Engine,
    descriptor: i32,
    config: &ProgramConfig,
) -> Result<(Entry, LinkedComponents), Failure> {
    let component = engine.map_component(descriptor)?;
    if config.linked.is_empty() {
        let pre = engine.component_linker.instantiate_pre(&component);
        let entry = component_entry(pre.map_err(import_missing)?, config)?;
        return Ok((entry, LinkedComponents::default()));
    }
    let (linked, linker) = LinkedComponents::load(engine, &component, config)?;
    let pre = linker.instantiate_pre(&component);
    let entry = component_entry(pre.map_err(import_missing)?, config)?;
    Ok((entry, linked))
}

fn component_entry(
    pre: ComponentPre<ComponentGuest>,
    config: &ProgramConfig,
) -> Result<Entry, Failure> {
    let no_entry = |error: wasmtime::Error| Failure::new("no-entry-point", format!("{error:#}"));
    match config.abi {
        "http" => ProxyPre::new(pre)
            .map(|pre| Entry::Http {
                pre,
                idle: Idle::new(config.reuse),
            })
            .map_err(no_entry),
        "cgi" | "argv" => CommandPre::new(pre).map(Entry::Command).map_err(no_entry),
        _ => Ok(Entry::Component {
            pre,
            idle: Idle::new(config.reuse),
        }),
    }
}
