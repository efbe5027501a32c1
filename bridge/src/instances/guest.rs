//! What a store holds for its guest.

use std::time::Duration;

use wasmtime::component::{Instance as ComponentInstance, ResourceTable};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::instances::current_call::CurrentCall;
use crate::instances::field_rules::FieldRules;
use crate::instances::memory::Meter;
use crate::instances::wasi::Wasi;

/// Resources that one call may have open at once.
const MAX_RESOURCES: usize = 10_000;
/// Resources that a kept instance may have open between two calls. Language runtimes keep a few (standard streams); more are
/// a leak, and what they refer to (bodies, connections) takes memory.
const MAX_LEFT_RESOURCES: usize = 100;

/// The data of a store.
pub trait Guest: Send + 'static {
    fn meter(&mut self) -> &mut Meter;
    fn call(&self) -> &CurrentCall;
    /// How long this call's instance took to make, start functions included; zero if it was there already.
    fn instantiation(&mut self) -> &mut Duration;
    /// Drops what the host kept for the call that has ended.
    fn forget_call(&mut self) {}
    /// After a call that ended well. False: the guest left so much behind that a later call could run out of it, so the
    /// instance must not serve one.
    fn can_serve_again(&mut self) -> bool;
}

pub struct ComponentGuest {
    call: CurrentCall,
    wasi: Wasi,
    http: WasiHttpCtx,
    table: ResourceTable,
    field_rules: FieldRules,
    meter: Meter,
    instantiation: Duration,
    /// Instances that the own one imports from, as the version lists them.
    pub linked: Vec<ComponentInstance>,
}

pub struct CoreGuest {
    call: CurrentCall,
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

    fn call(&self) -> &CurrentCall {
        &self.call
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

    fn call(&self) -> &CurrentCall {
        &self.call
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

impl ComponentGuest {
    pub fn new(call: CurrentCall, wasi: Wasi, meter: Meter) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_RESOURCES);
        Self {
            call,
            wasi,
            http: WasiHttpCtx::new(),
            table,
            field_rules: FieldRules,
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
    pub fn new(call: CurrentCall, wasi: Option<WasiP1Ctx>, meter: Meter) -> Self {
        Self {
            call,
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
            ctx: self.wasi.get(&self.call),
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for ComponentGuest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.field_rules,
        }
    }
}
