//! The survey of a core module's binary: which parts of its instances must be kept as their state.

use std::collections::BTreeSet;

use wasmparser::{
    ConstExpr, Element, ElementItems, Operator, Parser, Payload, RefType, TableInit, TypeRef,
    ValType,
};

/// The prefix of the exports that `exports` adds.
pub const PREFIX: &str = "rockpool:state/";

/// Each mutable global is read and compared after each call.
const MAX_GLOBALS: usize = 1000;

/// The indices of everything that a module defines itself and may change.
#[derive(Default)]
pub struct Kept {
    pub memories: Vec<u32>,
    pub globals: Vec<u32>,
    /// Empty if the module changes none of its tables.
    pub tables: Vec<u32>,
    /// The functions that tables and globals may refer to. Empty if none of these may change.
    pub functions: BTreeSet<u32>,
    /// Why the module can't keep its state, as the end of a sentence.
    pub obstacle: Option<&'static str>,
}

#[derive(Default)]
struct Survey {
    kept: Kept,
    imported: Imported,
    has_other_tables: bool,
    changes_references: bool,
    changes_tables: bool,
}

#[derive(Default)]
struct Imported {
    memories: u32,
    globals: u32,
    tables: u32,
}

impl Kept {
    pub fn of(wasm: &[u8]) -> wasmparser::Result<Self> {
        let mut survey = Survey::default();
        for payload in Parser::new(0).parse_all(wasm) {
            survey.look_at(payload?)?;
        }
        Ok(survey.end())
    }

    pub fn count(&self) -> usize {
        self.memories.len() + self.globals.len() + self.tables.len() + self.functions.len()
    }
}

impl Survey {
    fn look_at(&mut self, payload: Payload) -> wasmparser::Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    match import?.ty {
                        TypeRef::Memory(_) => self.imported.memories += 1,
                        TypeRef::Global(_) => self.imported.globals += 1,
                        TypeRef::Table(_) => self.imported.tables += 1,
                        _ => {}
                    }
                }
            }
            Payload::TableSection(tables) => {
                for (index, table) in (self.imported.tables..).zip(tables) {
                    let table = table?;
                    self.has_other_tables |= table.ty.element_type != RefType::FUNCREF;
                    self.kept.tables.push(index);
                    if let TableInit::Expr(init) = table.init {
                        self.note_functions(&init)?;
                    }
                }
            }
            Payload::MemorySection(memories) => {
                let first = self.imported.memories;
                self.kept.memories = (first..first + memories.count()).collect();
            }
            Payload::GlobalSection(globals) => {
                for (index, global) in (self.imported.globals..).zip(globals) {
                    let global = global?;
                    self.note_functions(&global.init_expr)?;
                    if global.ty.mutable {
                        self.note_mutable_global(index, global.ty.content_type);
                    }
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if export.name.starts_with(PREFIX) {
                        self.refuse("it exports a name that begins with rockpool:state/");
                    }
                    if export.kind == wasmparser::ExternalKind::Func {
                        self.kept.functions.insert(export.index);
                    }
                }
            }
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.note_elements(element?)?;
                }
            }
            Payload::CodeSectionEntry(body)
                if !self.kept.tables.is_empty() && !self.changes_tables =>
            {
                for operator in body.get_operators_reader()? {
                    self.changes_tables |= changes_table(&operator?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note_mutable_global(&mut self, index: u32, ty: ValType) {
        self.kept.globals.push(index);
        if self.kept.globals.len() > MAX_GLOBALS {
            self.refuse("it has more than 1000 mutable globals");
        }
        match ty {
            ValType::Ref(RefType::FUNCREF) => self.changes_references = true,
            ValType::Ref(_) => {
                self.refuse("it has a mutable global that refers to something but functions");
            }
            _ => {}
        }
    }

    fn note_elements(&mut self, element: Element) -> wasmparser::Result<()> {
        match element.items {
            ElementItems::Functions(functions) => {
                for function in functions {
                    self.kept.functions.insert(function?);
                }
            }
            ElementItems::Expressions(_, expressions) => {
                for expression in expressions {
                    self.note_functions(&expression?)?;
                }
            }
        }
        Ok(())
    }

    fn note_functions(&mut self, expression: &ConstExpr) -> wasmparser::Result<()> {
        for operator in expression.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator? {
                self.kept.functions.insert(function_index);
            }
        }
        Ok(())
    }

    fn refuse(&mut self, why: &'static str) {
        self.kept.obstacle.get_or_insert(why);
    }

    /// Tables that never change are equal in each instance, so they are not kept.
    fn end(mut self) -> Kept {
        if self.changes_tables && self.has_other_tables {
            self.refuse("it changes a table that refers to something but functions");
        }
        if !self.changes_tables {
            self.kept.tables.clear();
        }
        if !self.changes_tables && !self.changes_references {
            self.kept.functions.clear();
        }
        self.kept
    }
}

fn changes_table(operator: &Operator) -> bool {
    matches!(
        operator,
        Operator::TableSet { .. }
            | Operator::TableGrow { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. }
    )
}
