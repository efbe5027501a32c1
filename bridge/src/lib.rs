//! Runs WebAssembly guests for Rockpool's `src/engine`.
//!
//! Thin by design: compile, inspect, instantiate, call, poll, cancel, and pass host calls to C++. What a guest may do to
//! the world is decided there; here it is only translated. Failures are named by the codes of the one list in
//! `src/base/error_code.h`.

mod call;
mod engine;
mod entry_points;
mod exports;
mod failure;
mod hooks;
mod imports;
mod inspect;
mod instances;
mod program;
mod streams;
mod values;

use call::Call;
use engine::Engine;
use entry_points::*;
use instances::state::slot::State;
use program::Program;
use streams::inlet::Inlet;
use streams::outgoing::Outgoing;
use streams::outlet::Outlet;

#[cxx::bridge(namespace = "rockpool::bridge")]
mod ffi {
    /// How something ended: well if `code` is empty, else one of the codes of `base/error_code.h`.
    struct Outcome {
        code: &'static str,
        /// For callers of functions.
        message: String,
        /// For the function's log: backtrace, Wasmtime's words.
        detail: String,
    }

    struct EngineConfig {
        pooling: bool,
        pagemap_scan: bool,
        instances: u32,
        warm_slots: u32,
        keep_resident_bytes: usize,
        total_memory_bytes: u64,
    }

    struct InspectOutcome {
        ok: bool,
        unsupported: bool,
        text: String,
    }

    struct CompileOutcome {
        outcome: Outcome,
        machine_code: Vec<u8>,
    }

    struct NameValue<'a> {
        name: &'a [u8],
        value: &'a [u8],
    }

    /// What a module imports under a name comes from that linked module.
    struct Link<'a> {
        import: &'a str,
        index: u32,
    }

    /// Machine code from an open file. Its links lead to modules before it.
    struct LinkedModule<'a> {
        descriptor: i32,
        links: Vec<Link<'a>>,
    }

    struct ProgramConfig<'a> {
        is_component: bool,
        abi: &'a str,
        reuse: bool,
        environment: Vec<NameValue<'a>>,
        links: Vec<Link<'a>>,
        linked: Vec<LinkedModule<'a>>,
    }

    struct RequestHead<'a> {
        method: &'a [u8],
        https: bool,
        authority: &'a [u8],
        path_with_query: &'a [u8],
        fields: &'a [NameValue<'a>],
    }

    struct CallConfig {
        memory_bytes: u64,
        response_bytes: u64,
    }

    struct TypedTarget<'a> {
        interface: &'a str,
        function: &'a str,
        /// Of a core function: for each parameter and result the bytes of an element if it is a list, else 0.
        parameter_lists: &'a [u8],
        result_lists: &'a [u8],
    }

    /// A piece, 4 KiB at most, of one of a guest's memories, or of its tables, which are counted behind them; without bytes: zeros.
    struct StateBlock {
        area: u32,
        index: u64,
        bytes: Vec<u8>,
    }

    /// What a call changed of its guest's state.
    struct StateChange {
        changed: bool,
        head: Vec<u8>,
        blocks: Vec<StateBlock>,
    }

    /// A request that a guest sends.
    struct OutgoingHead<'a> {
        /// Sent through wasi:http; else through `rockpool.call`, and `authority` names the callee as the guest does, who has
        /// room for so many `answer_bytes`.
        is_http: bool,
        method: &'a [u8],
        scheme: &'a [u8],
        authority: &'a [u8],
        path_with_query: &'a [u8],
        fields: &'a [NameValue<'a>],
        has_body: bool,
        answer_bytes: u64,
    }

    enum PieceState {
        /// Nothing yet; the request's hooks tell when to look again.
        Pending,
        Data,
        End,
        /// The guest gave its body up.
        Failed,
    }

    struct Piece {
        state: PieceState,
        bytes: Vec<u8>,
    }

    extern "Rust" {
        type Engine;
        /// Fails (as an exception) where the address space does not hold the pool.
        fn make_engine(config: &EngineConfig) -> Result<Box<Engine>>;
        fn enter_thread(engine: &Engine);
        fn compatibility(engine: &Engine) -> String;
        fn increment_epoch(engine: &Engine);
        fn memory_in_use(engine: &Engine) -> u64;
        fn compile(engine: &Engine, wasm: &[u8]) -> CompileOutcome;

        fn inspect(wasm: &[u8]) -> InspectOutcome;
        fn offered_core() -> Vec<String>;
        fn offered_interfaces() -> Vec<String>;

        type Program;
        /// Machine code from an open file; check `load_outcome` before use.
        fn load(engine: &Engine, descriptor: i32, config: &ProgramConfig) -> Box<Program>;
        fn load_outcome(program: &Program) -> Outcome;

        /// Why a module can't keep its state between calls; empty if it can.
        fn state_obstacle(wasm: &[u8]) -> String;
        /// What an instance keeps between calls, and the instance itself while it waits for the next. One call at a time.
        type State;
        fn make_state(engine: &Engine) -> Box<State>;
        fn is_loaded(state: &State) -> bool;
        /// Begins with what was saved last; with an empty `head`, with nothing. The blocks follow. Where one of them
        /// fails, nothing is loaded.
        fn load_state(state: &State, head: &[u8]) -> Outcome;
        fn load_block(state: &State, area: u32, index: u64, bytes: &[u8]) -> Outcome;
        /// After a call that ended well.
        fn take_change(state: &State) -> StateChange;
        /// What take_change() gave is saved.
        fn keep_change(state: &State);
        /// The call is over; what it changed is lost, unless it is kept.
        fn end_turn(state: &State);
        fn state_bytes(state: &State) -> u64;

        /// A request body on its way to the guest.
        type Inlet;
        fn make_inlet() -> Box<Inlet>;
        fn push(inlet: &Inlet, bytes: &[u8]);
        fn end(inlet: &Inlet);
        fn fail(inlet: &Inlet);

        /// An answer on its way from the guest. Callable while another thread polls the call.
        type Outlet;
        fn make_outlet() -> Box<Outlet>;
        fn has_output(outlet: &Outlet) -> bool;
        /// Empty if there is none; else u16 status, then for each field u32 length and bytes of name and of value,
        /// little-endian.
        fn take_head(outlet: &Outlet) -> Vec<u8>;
        /// What is there, at most 64 KiB; empty if nothing is.
        fn take_body(outlet: &Outlet) -> Vec<u8>;

        /// A request that a guest sends, and the way back for its answer. Dropping it fails the rest of the answer.
        type Outgoing;
        /// # Safety
        /// `hooks` stays alive until its reference count, taken over here, is zero.
        unsafe fn listen(outgoing: &Outgoing, hooks: *const OutgoingHooks);
        /// At most 64 KiB of what comes next of the request's body, unless it is a whole one.
        fn take_request_body(outgoing: &Outgoing) -> Piece;
        fn begin_answer(outgoing: &Outgoing, status: u16, fields: &[NameValue], is_failure: bool);
        fn push_answer(outgoing: &Outgoing, bytes: &[u8]);
        /// Bytes of the answer that the guest has not read yet.
        fn unread(outgoing: &Outgoing) -> usize;
        fn end_answer(outgoing: &Outgoing);
        /// Instead of an answer or of the rest of one; `code` is one of `base/error_code.h`.
        fn fail_answer(outgoing: &Outgoing, code: &str);
        /// Whether the guest waits for the answer no more.
        fn is_abandoned(outgoing: &Outgoing) -> bool;

        type Call;
        /// # Safety
        /// `hooks` stays alive until its reference count, taken over here, is zero.
        unsafe fn start_http(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            request: &RequestHead,
            inlet: &Inlet,
            outlet: &Outlet,
        ) -> Box<Call>;
        /// `arguments` are argv, the program's name included.
        ///
        /// # Safety
        /// As for `start_http`.
        unsafe fn start_command(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            environment: &[NameValue],
            arguments: &[String],
            inlet: &Inlet,
            outlet: &Outlet,
        ) -> Box<Call>;
        /// # Safety
        /// As for `start_http`.
        unsafe fn start_typed(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            target: &TypedTarget,
            arguments: &[u8],
            outlet: &Outlet,
        ) -> Box<Call>;
        /// On a state that is loaded. Its call alone may use it until end_turn().
        ///
        /// # Safety
        /// As for `start_http`.
        unsafe fn start_stateful(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            state: &State,
            target: &TypedTarget,
            arguments: &[u8],
            outlet: &Outlet,
        ) -> Box<Call>;
        /// # Safety
        /// As for `start_http`.
        unsafe fn start_json(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            function: &str,
            arguments: &[u8],
            outlet: &Outlet,
        ) -> Box<Call>;
        /// # Safety
        /// As for `start_http`.
        unsafe fn start_trial(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
        ) -> Box<Call>;
        /// Runs the guest until it waits, yields at an epoch, or ends. True: the call has ended.
        fn poll(call: &mut Call) -> bool;
        /// After poll() gave true.
        fn outcome(call: &Call) -> Outcome;
        fn peak_memory(call: &Call) -> u64;
        /// What making the call's instance took, start functions included; 0 where none was made.
        fn instantiation_ns(call: &Call) -> u64;
        /// For the test that a panic costs one call.
        fn panic_at_next_poll(call: &mut Call);
    }

    unsafe extern "C++" {
        include!("engine/run/call_hooks.h");
        #[namespace = "rockpool::engine"]
        type CallHooks;
        fn retain(self: &CallHooks);
        fn release(self: &CallHooks);
        fn wake(self: &CallHooks);
        fn want_body(self: &CallHooks);
        fn log(self: &CallHooks, stderr_stream: bool, bytes: &[u8]);
        fn send(self: &CallHooks, head: &OutgoingHead, outgoing: Box<Outgoing>);

        #[namespace = "rockpool::engine"]
        type OutgoingHooks;
        fn release(self: &OutgoingHooks);
        fn changed(self: &OutgoingHooks);
    }
}
