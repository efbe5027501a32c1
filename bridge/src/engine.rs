//! The Wasmtime engine, its pool, and the linkers with all that guests may import.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::runtime::Runtime;
use wasmtime::component::{Component, Linker as ComponentLinker};
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, Linker, PoolingAllocationConfig, Result,
};

use crate::failure::Failure;
use crate::ffi::EngineConfig;
use crate::imports::{core_functions, offers};
use crate::instances::guest::{ComponentGuest, CoreGuest};
use crate::instances::memory::Budget;
use crate::instances::state::{exports as state_exports, survey};

/// The size that one memory may grow to. That much address space is reserved for it, so that no bounds checks are
/// needed.
const MEMORY_RESERVATION: u64 = 4 << 30;
const GUEST_STACK_BYTES: usize = 512 << 10;
const FIBER_STACK_BYTES: usize = 1 << 20;
/// A component has several core modules and adapters. Wasmtime's default number of tables and of memories is 1 for each
/// module.
const CORE_INSTANCES_PER_COMPONENT: u32 = 20;
const MEMORIES_PER_MODULE: u32 = 4;
const TABLES_PER_MODULE: u32 = 4;
const TABLE_ELEMENTS: usize = 200_000;
/// The VM context of one core instance. This is enough for modules with some 100,000 functions.
const CORE_INSTANCE_BYTES: usize = 4 << 20;
const TABLE_KEEP_RESIDENT_BYTES: usize = 1 << 20;

pub struct Engine {
    pub wasmtime: wasmtime::Engine,
    pub budget: Arc<Budget>,
    /// A store that used more memory than this is torn down away from the reactor.
    pub keep_resident_bytes: u64,
    pub core_linker: Linker<CoreGuest>,
    pub component_linker: ComponentLinker<ComponentGuest>,
    pub compatibility: String,
    /// Drives WASI's timers and files.
    runtime: Runtime,
}

impl Engine {
    pub fn new(config: &EngineConfig) -> Result<Self> {
        let wasmtime = wasmtime::Engine::new(&wasmtime_config(config))?;
        let mut core_linker = Linker::new(&wasmtime);
        offers::link_core(&mut core_linker, |guest: &mut CoreGuest| {
            guest
                .wasi
                .as_deref_mut()
                .expect("a module that imports WASI is given it")
        })?;
        core_functions::link(&mut core_linker)?;
        let mut component_linker = ComponentLinker::new(&wasmtime);
        offers::link_component(&mut component_linker)?;
        Ok(Self {
            compatibility: compatibility(&wasmtime),
            wasmtime,
            budget: Arc::new(Budget::new(config.total_memory_bytes)),
            keep_resident_bytes: config.keep_resident_bytes as u64,
            core_linker,
            component_linker,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("wasi-timers")
                .enable_all()
                .build()?,
        })
    }

    /// Lets this thread run guests that use timers and files, until the thread ends.
    pub fn enter_thread(&self) {
        std::mem::forget(self.runtime.enter());
    }

    pub fn compile(&self, wasm: &[u8]) -> std::result::Result<Vec<u8>, Failure> {
        let compiled = if wasmparser::Parser::is_component(wasm) {
            self.wasmtime.precompile_component(wasm)
        } else {
            self.wasmtime
                .precompile_module(&state_exports::with_state_exports(wasm))
        };
        compiled.map_err(|error| Failure::new("invalid-module", format!("{error:#}")))
    }

    pub fn map_component(&self, descriptor: i32) -> std::result::Result<Component, Failure> {
        // The path names the descriptor, so that the file which was checked is the file which is mapped.
        let path = format!("/proc/self/fd/{descriptor}");
        // SAFETY: the caller guarantees that our own compile worker made this machine code.
        unsafe { Component::deserialize_file(&self.wasmtime, path) }
            .map_err(|error| Failure::new("module-unsupported", format!("{error:#}")))
    }
}

fn compatibility(wasmtime: &wasmtime::Engine) -> String {
    let mut hasher = DefaultHasher::new();
    wasmtime.precompile_compatibility_hash().hash(&mut hasher);
    survey::PREFIX.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn wasmtime_config(config: &EngineConfig) -> Config {
    let mut wasmtime = Config::new();
    wasmtime
        .epoch_interruption(true)
        .concurrency_support(false)
        .max_wasm_stack(GUEST_STACK_BYTES)
        .async_stack_size(FIBER_STACK_BYTES)
        .memory_reservation(MEMORY_RESERVATION)
        .native_unwind_info(false)
        .generate_address_map(false);
    if config.pooling {
        wasmtime.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(config)));
    } else {
        wasmtime.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    }
    wasmtime
}

fn pool(config: &EngineConfig) -> PoolingAllocationConfig {
    let instances = config.instances;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(instances.saturating_mul(4))
        .total_memories(
            instances
                .saturating_add(instances / 4)
                .max(MEMORIES_PER_MODULE),
        )
        .total_tables(instances.saturating_mul(2).max(TABLES_PER_MODULE * 4))
        .total_stacks(instances)
        .max_core_instances_per_component(CORE_INSTANCES_PER_COMPONENT)
        .max_memories_per_component(MEMORIES_PER_MODULE)
        .max_tables_per_component(TABLES_PER_MODULE * 4)
        .max_memories_per_module(MEMORIES_PER_MODULE)
        .max_tables_per_module(TABLES_PER_MODULE)
        .table_elements(TABLE_ELEMENTS)
        .max_core_instance_size(CORE_INSTANCE_BYTES)
        .max_component_instance_size(CORE_INSTANCE_BYTES)
        .max_memory_size(MEMORY_RESERVATION as usize)
        .max_unused_warm_slots(config.warm_slots)
        .linear_memory_keep_resident(config.keep_resident_bytes)
        .table_keep_resident(TABLE_KEEP_RESIDENT_BYTES)
        .pagemap_scan(if config.pagemap_scan {
            Enabled::Auto
        } else {
            Enabled::No
        });
    pool
}
