//! What a module is, told from its bytes: the JSON that `src/engine/module/inspection_json.cc` reads.

mod component;
mod core;
mod wit;

use serde_json::{Value, json};
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

/// Why a module can't be inspected.
#[derive(Debug)]
pub struct InspectFailure {
    /// The module is sound, but needs what this engine does not do.
    pub unsupported: bool,
    pub message: String,
}

impl InspectFailure {
    fn invalid(message: impl ToString) -> Self {
        Self {
            unsupported: false,
            message: message.to_string(),
        }
    }

    fn unsupported(message: impl ToString) -> Self {
        Self {
            unsupported: true,
            message: message.to_string(),
        }
    }
}

/// What an engine of Wasmtime 48's default configuration validates with, built without its `gc`
/// and `threads` features and without component-model concurrency.
const FEATURES: WasmFeatures = WasmFeatures::WASM3
    .union(WasmFeatures::COMPONENT_MODEL)
    .difference(
        WasmFeatures::GC_TYPES
            .union(WasmFeatures::EXCEPTIONS)
            .union(WasmFeatures::THREADS),
    );

/// Far beyond real modules; what is above would make the stored inspection too big to handle.
const MAX_ITEMS: usize = 20_000;
const MAX_NAME_BYTES: usize = 1 << 20;

const WASM_PAGE_BYTES: u64 = 64 << 10;

/// What is collected while a module's items are walked.
#[derive(Default)]
struct Findings {
    exports: Vec<Value>,
    imports: Vec<Value>,
    typed_exports: Vec<Value>,
    items: usize,
    name_bytes: usize,
}

impl Findings {
    fn add_export(&mut self, name: &str, ty: String) -> Result<(), InspectFailure> {
        self.count(name.len() + ty.len())?;
        self.exports.push(json!({"name": name, "type": ty}));
        Ok(())
    }

    fn add_import(&mut self, module: &str, name: &str, ty: String) -> Result<(), InspectFailure> {
        self.count(module.len() + name.len() + ty.len())?;
        self.imports
            .push(json!({"module": module, "name": name, "type": ty}));
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<(), InspectFailure> {
        self.items += 1;
        self.name_bytes += bytes;
        if self.items > MAX_ITEMS || self.name_bytes > MAX_NAME_BYTES {
            return Err(InspectFailure::unsupported(format!(
                "the module has more than {MAX_ITEMS} imports, exports and functions in them, \
                 or their names and types are longer than {MAX_NAME_BYTES} bytes"
            )));
        }
        Ok(())
    }
}

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
    // Sound with every proposal on: then it is this engine that lacks something.
    match Validator::new_with_features(WasmFeatures::all()).validate_all(wasm) {
        Ok(_) => Err(InspectFailure::unsupported(refused)),
        Err(error) => Err(InspectFailure::invalid(error)),
    }
}

/// What every binary begins with.
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

/// What the sections of a valid binary say without types.
struct Outline<'a> {
    encoding: Encoding,
    /// Names at the top level of a component.
    component_imports: Vec<&'a str>,
    component_exports: Vec<&'a str>,
    /// Over the memories of all modules within.
    initial_memory_bytes: u64,
}

impl<'a> Outline<'a> {
    fn read(wasm: &'a [u8]) -> wasmparser::Result<Self> {
        let mut outline = Outline {
            encoding: Encoding::Module,
            component_imports: Vec::new(),
            component_exports: Vec::new(),
            initial_memory_bytes: 0,
        };
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::Version { encoding, .. } => {
                    if depth == 0 {
                        outline.encoding = encoding;
                    }
                    depth += 1;
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        let bytes = memory?.initial.saturating_mul(WASM_PAGE_BYTES);
                        outline.initial_memory_bytes =
                            outline.initial_memory_bytes.saturating_add(bytes);
                    }
                }
                Payload::ComponentImportSection(imports) if depth == 1 => {
                    for import in imports {
                        outline.component_imports.push(import?.name.name);
                    }
                }
                Payload::ComponentExportSection(exports) if depth == 1 => {
                    for export in exports {
                        outline.component_exports.push(export?.name.name);
                    }
                }
                _ => {}
            }
        }
        Ok(outline)
    }
}
