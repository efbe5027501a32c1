//! What a store holds for its guest: WASI with nothing granted but environment and streams, and the memory meter.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderName;
use tokio::io::{AsyncRead, AsyncWrite};
use wasmtime::Store;
use wasmtime::component::{Instance as ComponentInstance, ResourceTable};
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView, async_trait};
use wasmtime_wasi_http::{
    Error, RequestOptions, Result as HttpResult, WasiBody, WasiHttpCtx, WasiHttpCtxView,
    WasiHttpHooks, WasiHttpView,
};

use crate::hooks::Hooks;
use crate::instances::idle::Idle;
use crate::instances::memory::{Denial, Meter};
use crate::streams::inlet::Inlet;
use crate::streams::outlet::{Outlet, OutletStream};

/// Bytes that one host call may copy out of a guest.
const HOST_CALL_FUEL: usize = 8 << 20;
/// Resources that one call may have open at once.
const MAX_RESOURCES: usize = 10_000;
/// Resources that a kept instance may have open between two calls. Language runtimes keep a few (standard streams); more are
/// a leak, and what they refer to (bodies, connections) takes memory.
const MAX_LEFT_RESOURCES: usize = 100;
const MAX_RANDOM_BYTES: u64 = 1 << 20;
/// argv of guests that are no commands; language runtimes expect a program's name.
pub const NO_ARGUMENTS: [&str; 1] = ["function"];
/// What a guest may write to its log before it yields.
const LOG_PERMIT: usize = 64 << 10;

/// The data of a store.
pub trait Guest: Send + 'static {
    fn meter(&mut self) -> &mut Meter;
    fn log(&self) -> &LogTarget;
    /// How long this call's instance took to make, start functions included; zero if it was there already.
    fn instantiation(&mut self) -> &mut Duration;
    /// Drops what the host kept for the call that has ended.
    fn forget_call(&mut self) {}
    /// After a call that ended well. False: the guest left so much behind that a later call could run out of it, so the
    /// instance must not serve one.
    fn can_serve_again(&mut self) -> bool;
}

/// Where a guest's output goes that is not its answer: the log of the call that it serves now.
#[derive(Clone)]
pub struct LogTarget(Arc<Mutex<Arc<Hooks>>>);

impl LogTarget {
    pub fn new(hooks: &Arc<Hooks>) -> Self {
        Self(Arc::new(Mutex::new(hooks.clone())))
    }

    /// Of the call that the guest serves now.
    pub fn hooks(&self) -> Arc<Hooks> {
        self.lock().clone()
    }

    fn redirect(&self, hooks: &Arc<Hooks>) {
        *self.lock() = hooks.clone();
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Hooks>> {
        self.0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

pub struct ComponentGuest {
    log: LogTarget,
    wasi: Wasi,
    http: WasiHttpCtx,
    table: ResourceTable,
    hooks: FieldRules,
    meter: Meter,
    instantiation: Duration,
    /// Instances that the own one imports from, as the version lists them.
    pub linked: Vec<ComponentInstance>,
}

pub struct CoreGuest {
    log: LogTarget,
    /// Absent where the module imports nothing of it; large.
    pub wasi: Option<Box<WasiP1Ctx>>,
    /// What the last function that it called answered.
    pub response: Vec<u8>,
    meter: Meter,
    instantiation: Duration,
}

impl Guest for ComponentGuest {
    fn meter(&mut self) -> &mut Meter {
        &mut self.meter
    }

    fn log(&self) -> &LogTarget {
        &self.log
    }

    fn instantiation(&mut self) -> &mut Duration {
        &mut self.instantiation
    }

    fn can_serve_again(&mut self) -> bool {
        let open = self.table.iter_mut().count();
        // What earlier calls left is not taken from what the next one may open.
        self.table.set_max_capacity(MAX_RESOURCES + open);
        open <= MAX_LEFT_RESOURCES && !self.meter.is_filling_up()
    }
}

impl Guest for CoreGuest {
    fn meter(&mut self) -> &mut Meter {
        &mut self.meter
    }

    fn log(&self) -> &LogTarget {
        &self.log
    }

    fn instantiation(&mut self) -> &mut Duration {
        &mut self.instantiation
    }

    fn forget_call(&mut self) {
        self.response = Vec::new();
        self.meter.hold(0);
    }

    fn can_serve_again(&mut self) -> bool {
        !self.meter.is_filling_up()
    }
}

/// Variables that are granted to every instance of a version.
pub type Environment = Arc<[(String, String)]>;

/// A WASI context costs more than a small guest's whole work, and many never ask for theirs.
pub enum Wasi {
    Made(Box<WasiCtx>),
    /// Made at the first use: with this environment, without stdin, output to the log.
    Deferred(Environment),
}

impl Wasi {
    fn get(&mut self, log: &LogTarget) -> &mut WasiCtx {
        if let Self::Deferred(environment) = self {
            *self = Self::Made(Box::new(
                wasi_builder(environment, &NO_ARGUMENTS, log).build(),
            ));
        }
        match self {
            Self::Made(wasi) => wasi,
            Self::Deferred(_) => unreachable!("made above"),
        }
    }
}

impl ComponentGuest {
    pub fn new(log: LogTarget, wasi: Wasi, meter: Meter) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_RESOURCES);
        Self {
            log,
            wasi,
            http: WasiHttpCtx::new(),
            table,
            hooks: FieldRules,
            meter,
            instantiation: Duration::ZERO,
            linked: Vec::new(),
        }
    }

    pub fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

impl CoreGuest {
    pub fn new(log: LogTarget, wasi: Option<WasiP1Ctx>, meter: Meter) -> Self {
        Self {
            log,
            wasi: wasi.map(Box::new),
            response: Vec::new(),
            meter,
            instantiation: Duration::ZERO,
        }
    }
}

impl WasiView for ComponentGuest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: self.wasi.get(&self.log),
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for ComponentGuest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.hooks,
        }
    }
}

/// What differs from wasmtime-wasi-http's own ways; requests go through `imports::http_outgoing`.
struct FieldRules;

type Transmission = Box<dyn Future<Output = HttpResult<()>> + Send>;
type Sending =
    Box<dyn Future<Output = HttpResult<(http::Response<WasiBody>, Transmission)>> + Send>;

impl WasiHttpHooks for FieldRules {
    /// Never called: the linker has another `outgoing-handler`.
    fn send_request(
        &mut self,
        _request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _transmission: Transmission,
    ) -> Sending {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }

    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        FORBIDDEN_FIELDS.contains(&name.as_str())
    }
}

/// Those of wasmtime-wasi-http, which compares nine names that it makes anew each time: fields of the connection (RFC
/// 9110 section 7.6.1), and what only the platform may set.
const FORBIDDEN_FIELDS: [&str; 9] = [
    "connection",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// A store with every limit of the platform set; it yields at each epoch.
pub fn new_store<G: Guest>(engine: &wasmtime::Engine, guest: G) -> Store<G> {
    let mut store = Store::new(engine, guest);
    store.limiter(|guest| guest.meter());
    store.epoch_deadline_async_yield_and_update(1);
    refill(&mut store);
    store
}

/// An instance that served a call before, ready for the next one. None if there is none, or if it holds more memory
/// already than that call may have.
pub fn take_idle<G: Guest, I>(
    idle: &Idle<(Store<G>, I)>,
    memory_limit: u64,
    hooks: &Arc<Hooks>,
) -> Option<(Store<G>, I)> {
    let (mut store, instance) = idle.take()?;
    if !renew(&mut store, memory_limit, hooks) {
        idle.give((store, instance));
        return None;
    }
    Some((store, instance))
}

/// Keeps an instance whose call ended well for the next one. Returns the store of one that is not kept: the function did
/// not ask for reuse, enough instances wait already, or a later call could run out of what this one's guest holds.
pub fn keep_idle<G: Guest, I>(
    idle: &Idle<(Store<G>, I)>,
    mut store: Store<G>,
    instance: I,
) -> Option<Store<G>> {
    if !idle.keeps() || !store.data_mut().can_serve_again() {
        return Some(store);
    }
    store.data_mut().forget_call();
    idle.give((store, instance)).map(|(store, _)| store)
}

/// Makes a store that served a call ready for the next one. False: it holds more memory already than that call may have.
pub fn renew<G: Guest>(store: &mut Store<G>, memory_limit: u64, hooks: &Arc<Hooks>) -> bool {
    if !store.data_mut().meter().renew(memory_limit) {
        return false;
    }
    store.data().log().redirect(hooks);
    *store.data_mut().instantiation() = Duration::ZERO;
    refill(store);
    true
}

fn refill<G: Guest>(store: &mut Store<G>) {
    store.set_hostcall_fuel(HOST_CALL_FUEL);
    store.set_epoch_deadline(1);
}

/// The instance whose making began then is there.
pub fn note_instantiated<G: Guest>(store: &mut Store<G>, began: Instant) {
    *store.data_mut().instantiation() = began.elapsed();
    store.data_mut().meter().note_instantiated();
}

pub fn denial<G: Guest>(store: &mut Store<G>) -> Denial {
    store.data_mut().meter().denial
}

/// WASI with the environment and argv given, no files, no sockets; stdout and stderr go to the log.
pub fn wasi_builder(
    environment: &[(String, String)],
    arguments: &[impl AsRef<str>],
    log: &LogTarget,
) -> WasiCtxBuilder {
    let mut builder = WasiCtxBuilder::new();
    builder
        .envs(environment)
        .args(arguments)
        .allow_tcp(false)
        .allow_udp(false)
        .max_random_size(MAX_RANDOM_BYTES)
        .stdout(LogStream::new(log, false))
        .stderr(LogStream::new(log, true));
    builder
}

/// A guest's output that is not its answer.
#[derive(Clone)]
struct LogStream {
    target: LogTarget,
    is_stderr: bool,
}

impl LogStream {
    fn new(target: &LogTarget, is_stderr: bool) -> Self {
        Self {
            target: target.clone(),
            is_stderr,
        }
    }
}

impl IsTerminal for LogStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LogStream {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Asked for by WASI 0.3 only, which this engine does not link.
        Box::new(tokio::io::sink())
    }
}

#[async_trait]
impl Pollable for LogStream {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for LogStream {
    fn write(&mut self, bytes: Bytes) -> Result<(), StreamError> {
        self.target.lock().log(self.is_stderr, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamError> {
        Ok(())
    }

    fn check_write(&mut self) -> Result<usize, StreamError> {
        Ok(LOG_PERMIT)
    }
}

/// Stdin where it is the request's body.
pub struct BodyStdin {
    pub inlet: Inlet,
    pub hooks: Arc<Hooks>,
}

impl IsTerminal for BodyStdin {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for BodyStdin {
    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.inlet.stream(self.hooks.clone()))
    }

    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        // Asked for by WASI 0.3 only, which this engine does not link.
        Box::new(tokio::io::empty())
    }
}

/// Stdout where it is the answer.
pub struct AnswerStdout(pub Outlet);

impl IsTerminal for AnswerStdout {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for AnswerStdout {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(OutletStream(self.0.clone()))
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Asked for by WASI 0.3 only, which this engine does not link.
        Box::new(tokio::io::sink())
    }
}
