//! Runs WebAssembly guests for Rockpool's `src/engine`.
//!
//! This crate is thin by design: it compiles, inspects, instantiates, calls, polls and cancels, and it passes host
//! calls to C++. C++ decides what a guest may do to the world. Failures carry the codes of the list in
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
    /// The end of a call, a load or a compilation. `code` is empty on success, else one of the codes of
    /// `base/error_code.h`.
    struct Outcome {
        code: &'static str,
        /// A sentence for the caller of the function.
        message: String,
        /// Text for the function's log: Wasmtime's message and backtrace.
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

    /// Imports under this module name come from the linked module with this index.
    struct Link<'a> {
        import: &'a str,
        index: u32,
    }

    /// The machine code of a linked module, in an open file. Its own links lead to modules that are listed before it.
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
        /// For core functions, one byte for each parameter or result: the bytes of an element if it is a list, else 0.
        parameter_lists: &'a [u8],
        result_lists: &'a [u8],
    }

    /// A block of at most 4 KiB of one of a guest's memories or tables; the tables are numbered after the memories. A
    /// block without bytes holds zeros.
    struct StateBlock {
        area: u32,
        index: u64,
        bytes: Vec<u8>,
    }

    /// The changes that a call made to its guest's state.
    struct StateChange {
        changed: bool,
        head: Vec<u8>,
        blocks: Vec<StateBlock>,
    }

    /// The head of a request that a guest sends.
    struct OutgoingHead<'a> {
        /// True for wasi:http. False for `rockpool.call`: then `authority` is the callee's name as the guest wrote it,
        /// and the guest has room for `answer_bytes` of the answer.
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
        /// Nothing has arrived yet. The request's hooks are notified when it is worth looking again.
        Pending,
        Data,
        End,
        /// The guest dropped its body before the end.
        Failed,
    }

    struct Piece {
        state: PieceState,
        bytes: Vec<u8>,
    }

    extern "Rust" {
        type Engine;
        /// Fails with an exception if the address space does not hold the pool.
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
        /// Loads machine code from an open file. Check `load_outcome` before use.
        fn load(engine: &Engine, descriptor: i32, config: &ProgramConfig) -> Box<Program>;
        fn load_outcome(program: &Program) -> Outcome;

        /// Returns why a module can't keep its state between calls. Empty if it can.
        fn state_obstacle(wasm: &[u8]) -> String;
        /// The contents of a state between calls, together with its instance while that waits for the next call. One
        /// call uses it at a time.
        type State;
        fn make_state(engine: &Engine) -> Box<State>;
        fn is_loaded(state: &State) -> bool;
        /// Starts to load what was saved last; an empty `head` stands for a state that was never saved. Load the blocks
        /// afterwards. If one of them fails, the state is not loaded.
        fn load_state(state: &State, head: &[u8]) -> Outcome;
        fn load_block(state: &State, area: u32, index: u64, bytes: &[u8]) -> Outcome;
        /// Returns what a call changed, after it ended well.
        fn take_change(state: &State) -> StateChange;
        /// Marks what take_change() returned as saved.
        fn keep_change(state: &State);
        /// Ends a call's use of the state. Changes that keep_change() did not mark are lost.
        fn end_turn(state: &State);
        fn state_bytes(state: &State) -> u64;

        /// A request body on its way to the guest.
        type Inlet;
        fn make_inlet() -> Box<Inlet>;
        fn push(inlet: &Inlet, bytes: &[u8]);
        fn end(inlet: &Inlet);
        fn fail(inlet: &Inlet);

        /// An answer on its way from the guest. Its functions may be called while another thread polls the call.
        type Outlet;
        fn make_outlet() -> Box<Outlet>;
        fn has_output(outlet: &Outlet) -> bool;
        /// Returns the answer's head: u16 status, then for each field u32 length and bytes of the name and of the
        /// value, little-endian. Empty if there is no head yet.
        fn take_head(outlet: &Outlet) -> Vec<u8>;
        /// Returns the bytes of the body that have arrived, at most 64 KiB. Empty if there are none.
        fn take_body(outlet: &Outlet) -> Vec<u8>;

        /// A request that a guest sends, and the way back for its answer. Dropping it fails the rest of the answer.
        type Outgoing;
        /// # Safety
        ///
        /// `hooks` carries one reference, which the bridge takes over. It stays alive until its last reference is
        /// released.
        unsafe fn listen(outgoing: &Outgoing, hooks: *const OutgoingHooks);
        /// Returns the next piece of the request's body: at most 64 KiB, or the whole body if the guest sent it in one
        /// piece.
        fn take_request_body(outgoing: &Outgoing) -> Piece;
        fn begin_answer(outgoing: &Outgoing, status: u16, fields: &[NameValue], is_failure: bool);
        fn push_answer(outgoing: &Outgoing, bytes: &[u8]);
        /// The number of bytes of the answer that the guest has not read yet.
        fn unread(outgoing: &Outgoing) -> usize;
        fn end_answer(outgoing: &Outgoing);
        /// Fails the answer, or what is missing of it. `code` is one of `base/error_code.h`.
        fn fail_answer(outgoing: &Outgoing, code: &str);
        /// True if the guest does not wait for the answer any more.
        fn is_abandoned(outgoing: &Outgoing) -> bool;

        type Call;
        /// # Safety
        ///
        /// `hooks` carries one reference, which the bridge takes over. It stays alive until its last reference is
        /// released.
        unsafe fn start_http(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            request: &RequestHead,
            inlet: &Inlet,
            outlet: &Outlet,
        ) -> Box<Call>;
        /// `arguments` are argv, including the program's name.
        ///
        /// # Safety
        ///
        /// See `start_http`.
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
        ///
        /// See `start_http`.
        unsafe fn start_typed(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            target: &TypedTarget,
            arguments: &[u8],
            outlet: &Outlet,
        ) -> Box<Call>;
        /// Calls a function on a state, which must be loaded. No other call may use the state until end_turn().
        ///
        /// # Safety
        ///
        /// See `start_http`.
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
        ///
        /// See `start_http`.
        unsafe fn start_json(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
            function: &str,
            arguments: &[u8],
            outlet: &Outlet,
        ) -> Box<Call>;
        /// # Safety
        ///
        /// See `start_http`.
        unsafe fn start_trial(
            program: &Program,
            config: &CallConfig,
            hooks: *const CallHooks,
        ) -> Box<Call>;
        /// Runs the guest until it waits, yields at an epoch, or ends. Returns true if the call has ended.
        fn poll(call: &mut Call) -> bool;
        /// Call this after poll() returned true.
        fn outcome(call: &Call) -> Outcome;
        fn peak_memory(call: &Call) -> u64;
        /// The time that it took to make the call's instance, including start functions. 0 if the call made no
        /// instance.
        fn instantiation_ns(call: &Call) -> u64;
        /// Makes poll() panic, for the test that a panic fails one call only.
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
