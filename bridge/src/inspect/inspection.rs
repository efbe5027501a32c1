//! The inspection of a module: whether it is valid, and the JSON that `src/engine/module/inspection_json.cc` reads.

use serde_json::json;
use wasmparser::{Encoding, Validator, WasmFeatures};

use crate::inspect::failure::InspectFailure;
use crate::inspect::findings::Findings;
use crate::inspect::outline::Outline;
use crate::inspect::{component, core};

/// The features of an engine with Wasmtime 48's default configuration that is built without its `gc` and `threads`
/// features and without component-model concurrency.
const FEATURES: WasmFeatures = WasmFeatures::WASM3
    .union(WasmFeatures::COMPONENT_MODEL)
    .difference(
        WasmFeatures::GC_TYPES
            .union(WasmFeatures::EXCEPTIONS)
            .union(WasmFeatures::THREADS),
    );

/// Validates `wasm` and describes it as JSON.
pub fn inspect(wasm: &[u8]) -> Result<String, InspectFailure> {
    let types = validate(wasm)?;
    let outline = Outline::read(wasm).map_err(InspectFailure::invalid)?;
    let mut findings = Findings::default();
    match outline.encoding {
        Encoding::Module => core::describe(types.as_ref(), &mut findings)?,
        Encoding::Component => component::describe(types.as_ref(), &outline, &mut findings)?,
    }
    let kind = match outline.encoding {
        Encoding::Module => "core-module",
        Encoding::Component => "component",
    };
    Ok(json!({
        "kind": kind,
        "exports": findings.exports,
        "typed_exports": findings.typed_exports,
        "imports": findings.imports,
        "initial_memory_bytes": outline.initial_memory_bytes,
    })
    .to_string())
}

fn validate(wasm: &[u8]) -> Result<wasmparser::types::Types, InspectFailure> {
    if !wasm.starts_with(MAGIC) {
        return Err(InspectFailure::invalid(what_else_it_is(wasm)));
    }
    let refused = match Validator::new_with_features(FEATURES).validate_all(wasm) {
        Ok(types) => return Ok(types),
        Err(error) => error,
    };
    // If the module is valid with every proposal switched on, this engine lacks a feature.
    match Validator::new_with_features(WasmFeatures::all()).validate_all(wasm) {
        Ok(_) => Err(InspectFailure::unsupported(refused)),
        Err(error) => Err(InspectFailure::invalid(error)),
    }
}

/// The first bytes of every binary.
const MAGIC: &[u8] = b"\0asm";

fn what_else_it_is(bytes: &[u8]) -> &'static str {
    match bytes.trim_ascii_start() {
        [] => "it is empty",
        [b'(', ..] | [b';', b';', ..] => {
            "it is WebAssembly's text format; wat2wasm (for components: wasm-tools parse) makes a binary of it"
        }
        [0x1f, 0x8b, ..] => "it is compressed; unpack it first",
        _ => "it does not begin with \"\\0asm\"",
    }
}
