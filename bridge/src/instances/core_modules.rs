//! The core modules of a version: one module alone, or together with the modules that it is linked to. In a call's
//! store, each of them has its own instance.

use std::fs::File;
use std::os::fd::BorrowedFd;

use wasmtime::{
    ExternType, ImportType, Instance, InstancePre, Linker, Module, ModuleExport, Store,
};

use crate::engine::Engine;
use crate::failure::Failure;
use crate::ffi::{Link, ProgramConfig};
use crate::instances::guest::CoreGuest;

/// Reactors (WASI 0.1's word for modules that are not commands) expect this call before any other.
const INITIALIZE: &str = "_initialize";

pub enum CoreModules {
    Alone {
        pre: InstancePre<CoreGuest>,
        has_imports: bool,
        is_initialized: bool,
    },
    Linked(LinkedModules),
}

pub struct LinkedModules {
    linker: Linker<CoreGuest>,
    /// Each module comes after those that it imports from. The last one is the function's own.
    modules: Vec<LinkedModule>,
}

struct LinkedModule {
    module: Module,
    /// The source of each import.
    sources: Vec<Source>,
}

enum Source {
    Host,
    Export {
        instance: usize,
        export: ModuleExport,
    },
}

impl CoreModules {
    pub fn load(engine: &Engine, descriptor: i32, config: &ProgramConfig) -> Result<Self, Failure> {
        let module = load_module(engine, descriptor)?;
        if config.linked.is_empty() {
            let has_imports = module.imports().len() > 0;
            let is_initialized = module.get_export(INITIALIZE).is_none();
            let pre = engine.core_linker.instantiate_pre(&module);
            return pre
                .map(|pre| Self::Alone {
                    pre,
                    has_imports,
                    is_initialized,
                })
                .map_err(|error| Failure::new("import-missing", format!("{error:#}")));
        }
        let mut modules: Vec<LinkedModule> = Vec::with_capacity(config.linked.len() + 1);
        for linked in &config.linked {
            let module = load_module(engine, linked.descriptor)?;
            let sources = sources_of(&module, &linked.links, &modules)?;
            modules.push(LinkedModule { module, sources });
        }
        let sources = sources_of(&module, &config.links, &modules)?;
        modules.push(LinkedModule { module, sources });
        let linker = engine.core_linker.clone();
        Ok(Self::Linked(LinkedModules { linker, modules }))
    }

    /// True if a module imports anything from the host.
    pub fn has_imports(&self) -> bool {
        match self {
            Self::Alone { has_imports, .. } => *has_imports,
            Self::Linked(linked) => {
                let mut sources = linked.modules.iter().flat_map(|linked| &linked.sources);
                sources.any(|source| matches!(source, Source::Host))
            }
        }
    }

    /// Runs what a fresh instance expects before its first call.
    pub async fn initialize(
        &self,
        store: &mut Store<CoreGuest>,
        instance: &Instance,
    ) -> wasmtime::Result<()> {
        match self {
            Self::Alone {
                is_initialized: true,
                ..
            } => Ok(()),
            _ => initialize(store, instance).await,
        }
    }

    /// Makes the function's own instance, and before it the instances that it is linked to. Those are initialised; the
    /// function's own is not.
    pub async fn instantiate(&self, store: &mut Store<CoreGuest>) -> wasmtime::Result<Instance> {
        match self {
            Self::Alone { pre, .. } => pre.instantiate_async(store).await,
            Self::Linked(linked) => Box::pin(linked.instantiate(store)).await,
        }
    }
}

impl LinkedModules {
    async fn instantiate(&self, store: &mut Store<CoreGuest>) -> wasmtime::Result<Instance> {
        let mut instances: Vec<Instance> = Vec::with_capacity(self.modules.len());
        for LinkedModule { module, sources } in &self.modules {
            if let Some(linked) = instances.last() {
                initialize(store, linked).await?;
            }
            let mut imports = Vec::with_capacity(sources.len());
            for (import, source) in module.imports().zip(sources) {
                let found = match source {
                    Source::Host => self.linker.try_get_by_import(&mut *store, &import)?,
                    Source::Export { instance, export } => {
                        instances[*instance].get_module_export(&mut *store, export)
                    }
                };
                imports.push(found.ok_or_else(|| wasmtime::format_err!("an import is gone"))?);
            }
            instances.push(Instance::new_async(&mut *store, module, &imports).await?);
        }
        let own = instances.pop();
        own.ok_or_else(|| wasmtime::format_err!("there is no module"))
    }
}

async fn initialize(store: &mut Store<CoreGuest>, instance: &Instance) -> wasmtime::Result<()> {
    let Some(function) = instance.get_func(&mut *store, INITIALIZE) else {
        return Ok(());
    };
    match function.typed::<(), ()>(&*store) {
        Ok(initialize) => initialize.call_async(store, ()).await,
        Err(_) => Ok(()),
    }
}

fn load_module(engine: &Engine, descriptor: i32) -> Result<Module, Failure> {
    // SAFETY: the caller keeps the descriptor open during this call.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    let owned = borrowed
        .try_clone_to_owned()
        .map_err(|error| Failure::internal(error.to_string()))?;
    // SAFETY: the caller guarantees that our own compile worker made this machine code.
    unsafe { Module::deserialize_open_file(&engine.wasmtime, File::from(owned)) }
        .map_err(|error| Failure::new("module-unsupported", format!("{error:#}")))
}

/// `before` are the modules that the links may lead to. Imports that a linked module does not export come from the
/// host.
fn sources_of(
    module: &Module,
    links: &[Link],
    before: &[LinkedModule],
) -> Result<Vec<Source>, Failure> {
    module
        .imports()
        .map(|import| {
            let link = links.iter().find(|link| link.import == import.module());
            let Some(link) = link else {
                return Ok(Source::Host);
            };
            let instance = link.index as usize;
            let linked = before.get(instance);
            let linked = linked.ok_or_else(|| Failure::internal("a link leads nowhere"))?;
            source_of(&import, instance, &linked.module)
        })
        .collect()
}

fn source_of(import: &ImportType<'_>, instance: usize, linked: &Module) -> Result<Source, Failure> {
    let Some(exported) = linked.get_export(import.name()) else {
        return Ok(Source::Host);
    };
    if !fits(&import.ty(), &exported) {
        return Err(Failure::new(
            "import-missing",
            format!(
                "{}.{}: what is exported under that name is of another type or size",
                import.module(),
                import.name()
            ),
        ));
    }
    let export = linked.get_export_index(import.name());
    let export = export.ok_or_else(|| Failure::internal("an export has no index"))?;
    Ok(Source::Export { instance, export })
}

/// True if an export of type `given` satisfies an import of type `wanted` (WebAssembly core, "Import matching").
fn fits(wanted: &ExternType, given: &ExternType) -> bool {
    match (wanted, given) {
        (ExternType::Func(wanted), ExternType::Func(given)) => given.matches(wanted),
        (ExternType::Global(wanted), ExternType::Global(given)) => {
            wanted.mutability() == given.mutability()
                && wanted.content().matches(given.content())
                && given.content().matches(wanted.content())
        }
        (ExternType::Memory(wanted), ExternType::Memory(given)) => {
            let sizes = (given.minimum(), given.maximum());
            wanted.is_64() == given.is_64()
                && wanted.is_shared() == given.is_shared()
                && wanted.page_size() == given.page_size()
                && is_within(sizes, (wanted.minimum(), wanted.maximum()))
        }
        (ExternType::Table(wanted), ExternType::Table(given)) => {
            let sizes = (given.minimum(), given.maximum());
            wanted.is_64() == given.is_64()
                && wanted.element().matches(given.element())
                && given.element().matches(wanted.element())
                && is_within(sizes, (wanted.minimum(), wanted.maximum()))
        }
        _ => false,
    }
}

fn is_within(given: (u64, Option<u64>), wanted: (u64, Option<u64>)) -> bool {
    let below = match (given.1, wanted.1) {
        (_, None) => true,
        (Some(given), Some(wanted)) => given <= wanted,
        (None, Some(_)) => false,
    };
    given.0 >= wanted.0 && below
}
