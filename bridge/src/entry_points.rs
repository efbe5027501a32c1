//! The functions that C++ calls: each function of `extern "Rust"` in `lib.rs`. A panic never leaves them.
//!
//! Most run in guarded(). The others cannot panic: `compatibility`, `increment_epoch`, `memory_in_use`, `load_outcome`,
//! `outcome`, `peak_memory`, `instantiation_ns` and `panic_at_next_poll` read, copy or set one value; `make_state`,
//! `make_inlet` and `make_outlet` make an empty object. poll() has its own guard. Two things still end the process:
//! memory that runs out, and a panic in a destructor, since cxx drops boxes without a guard.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::call::Call;
use crate::engine::Engine;
use crate::exports::{command, http, stateful, text, typed};
use crate::failure::Failure;
use crate::imports::offers;
use crate::instances::state::exports as state_exports;
use crate::instances::state::slot::State;
use crate::program::Program;
use crate::streams::inlet::Inlet;
use crate::streams::outgoing::Outgoing;
use crate::streams::outlet::Outlet;
use crate::{ffi, hooks};

/// Runs `body`. If it panics, `on_panic` turns the panic's message into the result, since panics must not reach C++.
fn guarded<T>(body: impl FnOnce() -> T, on_panic: impl FnOnce(String) -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "panic".to_owned());
        on_panic(message)
    })
}

pub(crate) fn make_engine(config: &ffi::EngineConfig) -> Result<Box<Engine>, String> {
    guarded(
        || {
            Engine::new(config)
                .map(Box::new)
                .map_err(|error| format!("{error:#}"))
        },
        Err,
    )
}

pub(crate) fn enter_thread(engine: &Engine) {
    guarded(|| engine.enter_thread(), |_| ());
}

pub(crate) fn compatibility(engine: &Engine) -> String {
    engine.compatibility.clone()
}

pub(crate) fn increment_epoch(engine: &Engine) {
    engine.wasmtime.increment_epoch();
}

pub(crate) fn memory_in_use(engine: &Engine) -> u64 {
    engine.budget.in_use()
}

pub(crate) fn compile(engine: &Engine, wasm: &[u8]) -> ffi::CompileOutcome {
    let failed = |failure: Failure| ffi::CompileOutcome {
        outcome: failure.into_outcome(),
        machine_code: Vec::new(),
    };
    guarded(
        || match engine.compile(wasm) {
            Ok(machine_code) => ffi::CompileOutcome {
                outcome: Failure::none(),
                machine_code,
            },
            Err(failure) => failed(failure),
        },
        |panic| failed(Failure::internal(panic)),
    )
}

pub(crate) fn inspect(wasm: &[u8]) -> ffi::InspectOutcome {
    guarded(
        || match crate::inspect::inspect(wasm) {
            Ok(text) => ffi::InspectOutcome {
                ok: true,
                unsupported: false,
                text,
            },
            Err(failure) => ffi::InspectOutcome {
                ok: false,
                unsupported: failure.unsupported,
                text: failure.message,
            },
        },
        |panic| ffi::InspectOutcome {
            ok: false,
            unsupported: true,
            text: panic,
        },
    )
}

pub(crate) fn offered_core() -> Vec<String> {
    guarded(offers::offered_core, |_| Vec::new())
}

pub(crate) fn offered_interfaces() -> Vec<String> {
    guarded(offers::offered_interfaces, |_| Vec::new())
}

pub(crate) fn load(engine: &Engine, descriptor: i32, config: &ffi::ProgramConfig) -> Box<Program> {
    Box::new(guarded(
        || Program::load(engine, descriptor, config),
        |panic| Program::failed(Failure::internal(panic)),
    ))
}

pub(crate) fn load_outcome(program: &Program) -> ffi::Outcome {
    program.outcome()
}

pub(crate) fn state_obstacle(wasm: &[u8]) -> String {
    guarded(
        || state_exports::obstacle(wasm).unwrap_or_default(),
        |panic| panic,
    )
}

pub(crate) fn make_state(engine: &Engine) -> Box<State> {
    Box::new(State::new(engine.budget.clone()))
}

pub(crate) fn is_loaded(state: &State) -> bool {
    guarded(|| state.is_loaded(), |_| false)
}

/// Runs `body` guarded, and turns its failure or panic into an outcome.
fn outcome_of(body: impl FnOnce() -> Result<(), Failure>) -> ffi::Outcome {
    let result = guarded(body, |panic| Err(Failure::internal(panic)));
    result.map_or_else(Failure::into_outcome, |()| Failure::none())
}

pub(crate) fn load_state(state: &State, head: &[u8]) -> ffi::Outcome {
    outcome_of(|| state.load(head))
}

pub(crate) fn load_block(state: &State, area: u32, index: u64, bytes: &[u8]) -> ffi::Outcome {
    outcome_of(|| state.load_block(area, index, bytes))
}

pub(crate) fn take_change(state: &State) -> ffi::StateChange {
    guarded(
        || state.take_change(),
        |_| ffi::StateChange {
            changed: false,
            head: Vec::new(),
            blocks: Vec::new(),
        },
    )
}

pub(crate) fn keep_change(state: &State) {
    guarded(|| state.keep_change(), |_| ());
}

pub(crate) fn end_turn(state: &State) {
    guarded(|| state.end_lease(), |_| ());
}

pub(crate) fn state_bytes(state: &State) -> u64 {
    guarded(|| state.bytes(), |_| 0)
}

pub(crate) fn make_inlet() -> Box<Inlet> {
    Box::new(Inlet::default())
}

pub(crate) fn push(inlet: &Inlet, bytes: &[u8]) {
    guarded(|| inlet.push(bytes), |_| ());
}

pub(crate) fn end(inlet: &Inlet) {
    guarded(|| inlet.end(), |_| ());
}

pub(crate) fn fail(inlet: &Inlet) {
    guarded(|| inlet.fail(), |_| ());
}

pub(crate) fn make_outlet() -> Box<Outlet> {
    Box::new(Outlet::default())
}

pub(crate) fn has_output(outlet: &Outlet) -> bool {
    guarded(|| outlet.has_output(), |_| false)
}

pub(crate) fn take_head(outlet: &Outlet) -> Vec<u8> {
    guarded(|| outlet.take_head(), |_| Vec::new())
}

pub(crate) fn take_body(outlet: &Outlet) -> Vec<u8> {
    guarded(|| outlet.take_body(), |_| Vec::new())
}

pub(crate) unsafe fn listen(outgoing: &Outgoing, hooks: *const ffi::OutgoingHooks) {
    // SAFETY: the caller of this function promises the same.
    guarded(|| unsafe { outgoing.listen(hooks) }, |_| ());
}

pub(crate) fn take_request_body(outgoing: &Outgoing) -> ffi::Piece {
    guarded(
        || outgoing.take_request_body(),
        |_| ffi::Piece {
            state: ffi::PieceState::Failed,
            bytes: Vec::new(),
        },
    )
}

pub(crate) fn begin_answer(
    outgoing: &Outgoing,
    status: u16,
    fields: &[ffi::NameValue],
    is_failure: bool,
) {
    guarded(|| outgoing.begin_answer(status, fields, is_failure), |_| ());
}

pub(crate) fn push_answer(outgoing: &Outgoing, bytes: &[u8]) {
    guarded(|| outgoing.push_answer(bytes), |_| ());
}

pub(crate) fn unread(outgoing: &Outgoing) -> usize {
    guarded(|| outgoing.unread(), |_| 0)
}

pub(crate) fn end_answer(outgoing: &Outgoing) {
    guarded(|| outgoing.end_answer(), |_| ());
}

pub(crate) fn fail_answer(outgoing: &Outgoing, code: &str) {
    guarded(|| outgoing.fail_answer(code), |_| ());
}

pub(crate) fn is_abandoned(outgoing: &Outgoing) -> bool {
    guarded(|| outgoing.is_abandoned(), |_| true)
}

/// # Safety
///
/// `hooks` is alive, and one of its references belongs to this call.
unsafe fn start(
    hooks: *const ffi::CallHooks,
    make: impl FnOnce(Arc<hooks::Hooks>) -> Result<Call, Failure>,
) -> Box<Call> {
    // SAFETY: the caller of this function promises the same.
    let hooks = Arc::new(unsafe { hooks::Hooks::adopt(hooks) });
    Box::new(guarded(
        || make(hooks.clone()).unwrap_or_else(|failure| Call::failed(hooks.clone(), failure)),
        |panic| Call::failed(hooks.clone(), Failure::internal(panic)),
    ))
}

pub(crate) unsafe fn start_http(
    program: &Program,
    config: &ffi::CallConfig,
    hooks: *const ffi::CallHooks,
    request: &ffi::RequestHead,
    inlet: &Inlet,
    outlet: &Outlet,
) -> Box<Call> {
    // SAFETY: the caller of this function promises the same.
    unsafe {
        start(hooks, |hooks| {
            http::start(program, config, hooks, request, inlet, outlet)
        })
    }
}

pub(crate) unsafe fn start_command(
    program: &Program,
    config: &ffi::CallConfig,
    hooks: *const ffi::CallHooks,
    environment: &[ffi::NameValue],
    arguments: &[String],
    inlet: &Inlet,
    outlet: &Outlet,
) -> Box<Call> {
    // SAFETY: the caller of this function promises the same.
    unsafe {
        start(hooks, |hooks| {
            command::start(
                program,
                config,
                hooks,
                environment,
                arguments,
                inlet,
                outlet,
            )
        })
    }
}

pub(crate) unsafe fn start_typed(
    program: &Program,
    config: &ffi::CallConfig,
    hooks: *const ffi::CallHooks,
    target: &ffi::TypedTarget,
    arguments: &[u8],
    outlet: &Outlet,
) -> Box<Call> {
    // SAFETY: the caller of this function promises the same.
    unsafe {
        start(hooks, |hooks| {
            typed::start(program, config, hooks, target, arguments, outlet)
        })
    }
}

pub(crate) unsafe fn start_stateful(
    program: &Program,
    config: &ffi::CallConfig,
    hooks: *const ffi::CallHooks,
    state: &State,
    target: &ffi::TypedTarget,
    arguments: &[u8],
    outlet: &Outlet,
) -> Box<Call> {
    // SAFETY: the caller of this function promises the same.
    unsafe {
        start(hooks, |hooks| {
            stateful::start(program, config, hooks, state, target, arguments, outlet)
        })
    }
}

pub(crate) unsafe fn start_json(
    program: &Program,
    config: &ffi::CallConfig,
    hooks: *const ffi::CallHooks,
    function: &str,
    arguments: &[u8],
    outlet: &Outlet,
) -> Box<Call> {
    // SAFETY: the caller of this function promises the same.
    unsafe {
        start(hooks, |hooks| {
            text::start(program, config, hooks, function, arguments, outlet)
        })
    }
}

pub(crate) unsafe fn start_trial(
    program: &Program,
    config: &ffi::CallConfig,
    hooks: *const ffi::CallHooks,
) -> Box<Call> {
    // SAFETY: the caller of this function promises the same.
    unsafe { start(hooks, |hooks| typed::start_trial(program, config, hooks)) }
}

pub(crate) fn poll(call: &mut Call) -> bool {
    let payload = match catch_unwind(AssertUnwindSafe(|| call.poll())) {
        Ok(done) => return done,
        Err(payload) => payload,
    };
    let message = guarded(|| std::panic::resume_unwind(payload), |message| message);
    guarded(
        || call.fail(Failure::internal(message)),
        // Dropping the future panicked as well. The call has its failure, and no future any more.
        |_| (),
    );
    true
}

pub(crate) fn outcome(call: &Call) -> ffi::Outcome {
    call.outcome()
}

pub(crate) fn peak_memory(call: &Call) -> u64 {
    call.peak_memory()
}

pub(crate) fn instantiation_ns(call: &Call) -> u64 {
    call.instantiation_ns()
}

pub(crate) fn panic_at_next_poll(call: &mut Call) {
    call.panic_at_next_poll();
}
