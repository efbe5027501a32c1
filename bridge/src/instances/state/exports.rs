//! Exports that make a core module's state reachable. Wasmtime reaches only what an instance exports. So, before a
//! module is compiled, its memories, its mutable globals and the tables that it changes get exports of ours. The
//! module's code stays the same.

use std::borrow::Cow;

use wasm_encoder::{Encode, Module, RawSection};
use wasmparser::{Parser, Payload};

use crate::instances::state::survey::{Kept, PREFIX};

/// The numbers of sections (WebAssembly core, "Modules").
const EXPORT_SECTION: u8 = 7;
const AFTER_EXPORTS: [u8; 5] = [8, 9, 10, 11, 12];
const FUNCTION_KIND: u8 = 0;
const TABLE_KIND: u8 = 1;
const MEMORY_KIND: u8 = 2;
const GLOBAL_KIND: u8 = 3;

pub fn memory_name(number: usize) -> String {
    format!("{PREFIX}memory/{number}")
}

pub fn global_name(number: usize) -> String {
    format!("{PREFIX}global/{number}")
}

pub fn table_name(number: usize) -> String {
    format!("{PREFIX}table/{number}")
}

pub fn function_name(index: u32) -> String {
    format!("{}{index}", function_prefix())
}

/// The prefix is followed by the function's index, which does not depend on the compiler.
pub fn function_prefix() -> String {
    format!("{PREFIX}function/")
}

/// Returns the module with exports for its state. Returns it unchanged if it can't keep a state, or if it is not a core
/// module.
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
    match Kept::of(wasm) {
        Ok(kept) => kept.obstacle.map(str::to_owned),
        Err(error) => Some(error.to_string()),
    }
}

impl Kept {
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

    /// Adds the module's own exports, which are the `count` in `entries`, and those of its state.
    fn add_section(&self, module: &mut Module, count: u32, entries: &[u8]) {
        let mut data = Vec::new();
        (count + self.count() as u32).encode(&mut data);
        data.extend_from_slice(entries);
        for (name, kind, index) in self.exports() {
            name.as_str().encode(&mut data);
            data.push(kind);
            index.encode(&mut data);
        }
        let id = EXPORT_SECTION;
        module.section(&RawSection { id, data: &data });
    }

    fn exports(&self) -> impl Iterator<Item = (String, u8, u32)> {
        let memories = self.memories.iter().enumerate();
        let memories = memories.map(|(number, index)| (memory_name(number), MEMORY_KIND, *index));
        let globals = self.globals.iter().enumerate();
        let globals = globals.map(|(number, index)| (global_name(number), GLOBAL_KIND, *index));
        let tables = self.tables.iter().enumerate();
        let tables = tables.map(|(number, index)| (table_name(number), TABLE_KIND, *index));
        let functions = self.functions.iter();
        let functions = functions.map(|index| (function_name(*index), FUNCTION_KIND, *index));
        memories.chain(globals).chain(tables).chain(functions)
    }
}
