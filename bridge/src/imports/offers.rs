//! The list of what this server offers to guests. The linkers are filled here as well, so that list and linkers agree.

use std::sync::OnceLock;
use wasmtime::component::{HasData, Linker as ComponentLinker, ResourceTable};
use wasmtime::{Caller, Engine, Linker, Store};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::bindings::io;
use wasmtime_wasi::p2::bindings::random::random::Host;
use wasmtime_wasi::{WasiCtx, WasiView};

use crate::imports::{core_functions, functions, http_body, http_outgoing};
use crate::instances::guest::ComponentGuest;

/// Adds everything that core modules may import to their linker: WASI 0.1 under its current and its first name, and
/// random numbers for modules that were built without WASI.
pub fn link_core<T: Send + 'static>(
    linker: &mut Linker<T>,
    wasi: impl Fn(&mut T) -> &mut WasiP1Ctx + Copy + Send + Sync + 'static,
) -> wasmtime::Result<()> {
    wasmtime_wasi::p1::add_to_linker_async(linker, wasi)?;
    wasmtime_wasi::p0::add_to_linker_async(linker, wasi)?;
    let random_i32 = move |mut caller: Caller<'_, T>| {
        let random = wasi(caller.data_mut())
            .ctx()
            .ctx
            .random()
            .get_random_u64()?;
        Ok(random as i32)
    };
    linker.func_wrap("env", "randomi32", random_i32)?;
    Ok(())
}

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// Adds WASI 0.2, wasi:http and our own interfaces to a linker for components.
pub fn link_component(linker: &mut ComponentLinker<ComponentGuest>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    linker.allow_shadowing(true);
    // Streams need only the table, so a guest that uses nothing else does not cause a WASI context to be made.
    io::error::add_to_linker::<_, Io>(linker, ComponentGuest::table)?;
    io::poll::add_to_linker::<_, Io>(linker, ComponentGuest::table)?;
    io::streams::add_to_linker::<_, Io>(linker, ComponentGuest::table)?;
    http_body::link(linker)?;
    http_outgoing::link(linker)?;
    linker.allow_shadowing(false);
    functions::link_component(linker)
}

/// "module.name" of every function that core modules may import.
pub fn offered_core() -> Vec<String> {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    NAMES
        .get_or_init(|| core_names().unwrap_or_default())
        .clone()
}

fn core_names() -> wasmtime::Result<Vec<String>> {
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    link_core(&mut linker, |wasi: &mut WasiP1Ctx| wasi)?;
    let mut store = Store::new(&engine, WasiCtx::builder().build_p1());
    let mut names: Vec<String> = linker
        .iter(&mut store)
        .map(|(module, name, _)| format!("{module}.{name}"))
        .chain(core_functions::NAMES.map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// The interfaces that components may import, each with its highest version. Wasmtime links every version that is
/// compatible by semver: any 0.2.x.
pub fn offered_interfaces() -> Vec<String> {
    INTERFACES
        .iter()
        .map(|name| format!("{name}@{VERSION}"))
        .chain([functions::INTERFACE.to_owned()])
        .collect()
}

/// The version of the WIT packages in wasmtime-wasi and wasmtime-wasi-http 48.
const VERSION: &str = "0.2.12";

/// The interfaces that link_component() adds. A component's linker can't list them.
const INTERFACES: [&str; 29] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];
