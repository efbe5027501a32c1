//! Makes what a core module keeps between calls reachable: its memories and mutable globals get exports of ours before
//! it is compiled, as Wasmtime reaches nothing of an instance that is not exported. The code stays as it is.

use std::borrow::Cow;

use wasm_encoder::{Encode, Module, RawSection};
use wasmparser::{Operator, Parser, Payload, TypeRef};

/// What names of such exports begin with.
pub const PREFIX: &str = "rockpool:state/";
/// Each is read and compared after each call.
const MAX_GLOBALS: usize = 1000;

/// Sections by their numbers (WebAssembly core, "Modules").
const EXPORT_SECTION: u8 = 7;
const AFTER_EXPORTS: [u8; 5] = [8, 9, 10, 11, 12];
const MEMORY_KIND: u8 = 2;
const GLOBAL_KIND: u8 = 3;

pub fn memory_name(place: usize) -> String {
    format!("{PREFIX}memory/{place}")
}

pub fn global_name(place: usize) -> String {
    format!("{PREFIX}global/{place}")
}

/// Indices of what a module itself defines and may change.
#[derive(Default)]
struct Kept {
    memories: Vec<u32>,
    globals: Vec<u32>,
    obstacle: Option<&'static str>,
}

/// The module with exports for its state; as it is if it can't keep any, or is none.
pub fn with_state_exports(wasm: &[u8]) -> Cow<'_, [u8]> {
    match Kept::of(wasm) {
        Ok(kept) if kept.obstacle.is_none() && kept.count() > 0 => {
            kept.added_to(wasm).map_or(Cow::Borrowed(wasm), Cow::Owned)
        }
        _ => Cow::Borrowed(wasm),
    }
}

/// Why a module can't keep its state, as the end of a sentence.
pub fn obstacle(wasm: &[u8]) -> Option<String> {
    if Parser::is_component(wasm) {
        return Some("it is a component, whose memories can't be reached".to_owned());
    }
    match Kept::of(wasm).and_then(|kept| Ok((kept.obstacle, table_change(wasm)?))) {
        Ok((Some(obstacle), _)) => Some(obstacle.to_owned()),
        Ok((None, Some(instruction))) => Some(format!(
            "it changes a table ({instruction}), whose functions can't be saved"
        )),
        Ok((None, None)) => None,
        Err(error) => Some(error.to_string()),
    }
}

impl Kept {
    fn of(wasm: &[u8]) -> wasmparser::Result<Self> {
        let mut kept = Self::default();
        let mut memory = 0;
        let mut global = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        match import?.ty {
                            TypeRef::Memory(_) => memory += 1,
                            TypeRef::Global(_) => global += 1,
                            _ => {}
                        }
                    }
                }
                Payload::MemorySection(memories) => {
                    kept.memories = (memory..memory + memories.count()).collect();
                }
                Payload::GlobalSection(globals) => {
                    for (index, defined) in (global..).zip(globals) {
                        let ty = defined?.ty;
                        if ty.mutable && ty.content_type.is_reference_type() {
                            kept.obstacle = Some("it has a mutable global of a reference type");
                        } else if ty.mutable {
                            kept.globals.push(index);
                        }
                    }
                    if kept.globals.len() > MAX_GLOBALS {
                        kept.obstacle = Some("it has more than 1000 mutable globals");
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        if export?.name.starts_with(PREFIX) {
                            kept.obstacle =
                                Some("it exports a name that begins with rockpool:state/");
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(kept)
    }

    fn count(&self) -> usize {
        self.memories.len() + self.globals.len()
    }

    fn added_to(&self, wasm: &[u8]) -> wasmparser::Result<Vec<u8>> {
        let mut module = Module::new();
        let mut is_added = false;
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            if let Payload::ExportSection(exports) = &payload {
                let entries = &wasm[exports.original_position()..exports.range().end];
                self.add_section(&mut module, exports.count(), entries);
                is_added = true;
                continue;
            }
            let Some((id, range)) = payload.as_section() else {
                continue;
            };
            if !is_added && AFTER_EXPORTS.contains(&id) {
                self.add_section(&mut module, 0, &[]);
                is_added = true;
            }
            let data = &wasm[range];
            module.section(&RawSection { id, data });
        }
        if !is_added {
            self.add_section(&mut module, 0, &[]);
        }
        Ok(module.finish())
    }

    /// The module's own exports, `count` in `entries`, and those of its state.
    fn add_section(&self, module: &mut Module, count: u32, entries: &[u8]) {
        let mut data = Vec::new();
        (count + self.count() as u32).encode(&mut data);
        data.extend_from_slice(entries);
        let memories = self.memories.iter().enumerate();
        let memories = memories.map(|(place, index)| (memory_name(place), MEMORY_KIND, *index));
        let globals = self.globals.iter().enumerate();
        let globals = globals.map(|(place, index)| (global_name(place), GLOBAL_KIND, *index));
        for (name, kind, index) in memories.chain(globals) {
            name.as_str().encode(&mut data);
            data.push(kind);
            index.encode(&mut data);
        }
        let id = EXPORT_SECTION;
        module.section(&RawSection { id, data: &data });
    }
}

/// The first instruction that changes a table.
fn table_change(wasm: &[u8]) -> wasmparser::Result<Option<&'static str>> {
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CodeSectionEntry(body) = payload? else {
            continue;
        };
        for operator in body.get_operators_reader()? {
            let name = match operator? {
                Operator::TableSet { .. } => "table.set",
                Operator::TableGrow { .. } => "table.grow",
                Operator::TableFill { .. } => "table.fill",
                Operator::TableCopy { .. } => "table.copy",
                Operator::TableInit { .. } => "table.init",
                _ => continue,
            };
            return Ok(Some(name));
        }
    }
    Ok(None)
}
