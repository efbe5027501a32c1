//! The outline of a module: what its sections say without their types.

use wasmparser::{Encoding, Parser, Payload};

const WASM_PAGE_BYTES: u64 = 64 << 10;

/// The facts in the sections of a valid binary that need no types.
pub struct Outline<'a> {
    pub encoding: Encoding,
    /// The names at the top level of a component.
    pub component_imports: Vec<&'a str>,
    pub component_exports: Vec<&'a str>,
    /// The sum over the memories of all modules inside.
    pub initial_memory_bytes: u64,
}

impl<'a> Outline<'a> {
    pub fn read(wasm: &'a [u8]) -> wasmparser::Result<Self> {
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
