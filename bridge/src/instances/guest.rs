//! The data that a store holds for its guest.

use std::time::Duration;

use wasmtime::component::{Instance as ComponentInstance, ResourceTable};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::instances::current_call::CurrentCall;
use crate::instances::field_rules::FieldRules;
use crate::instances::memory::Meter;
use crate::instances::wasi::Wasi;

/// The most resources that one call may have open at once.
const MAX_RESOURCES: usize = 10_000;
/// The most resources that an instance may have open between two calls. Language runtimes keep a few, such as the
/// standard streams. More than these are a leak, and the bodies or connections behind them take memory.
const MAX_LEFT_RESOURCES: usize = 100;

/// The data of a store.
pub trait Guest: Send + 'static {
    fn meter(&mut self) -> &mut Meter;
    fn call(&self) -> &CurrentCall;
    /// The time that it took to make this call's instance, including start functions. Zero if the call found its
    /// instance.
    fn instantiation(&mut self) -> &mut Duration;
    /// Drops what the host kept for the call that has ended.
    fn forget_call(&mut self) {}
    /// Call this after a call that ended well. Returns false if the guest left so much behind that a later call could
    /// run out of it; the instance must then not serve another call.
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
    /// The instances that the function's own instance imports from, in the order of the version.
    pub linked: Vec<ComponentInstance>,
}

pub struct CoreGuest {
    call: CurrentCall,
    /// Empty if the module does not import from WASI. Boxed because it is large.
    pub wasi: Option<Box<WasiP1Ctx>>,
    /// The answer of the function that the guest called last.
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
        // Resources that earlier calls left open do not reduce the number that the next call may open.
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
