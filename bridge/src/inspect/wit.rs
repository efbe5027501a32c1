//! WIT types as JSON trees: `"u8"`, `{"list": "u8"}`, `{"record": [["x", "s32"]]}`.

use serde_json::{Value, json};
use wasmparser::PrimitiveValType;
use wasmparser::component_types::{ComponentDefinedType, ComponentDefinedTypeId, ComponentValType};
use wasmparser::types::TypesRef;

use crate::inspect::failure::InspectFailure;

/// No interface has deeper types. The limit exists because the readers of the trees recurse.
const MAX_DEPTH: usize = 24;
/// Types are shared within a component, but the trees repeat them: a few hundred bytes could describe a tree of any
/// size.
const MAX_NODES: usize = 50_000;

/// The reason why a function of such a type can't be called with JSON.
type NotPlain = String;

/// Makes the trees of the types of one component.
pub struct TypeTrees<'a> {
    types: TypesRef<'a>,
    nodes: usize,
}

impl<'a> TypeTrees<'a> {
    pub fn new(types: TypesRef<'a>) -> Self {
        Self { types, nodes: 0 }
    }

    pub fn tree(
        &mut self,
        ty: &ComponentValType,
    ) -> Result<Result<Value, NotPlain>, InspectFailure> {
        match self.value(ty, 0) {
            Ok(tree) => Ok(Ok(tree)),
            Err(Obstacle::NotPlain(why)) => Ok(Err(why)),
            Err(Obstacle::TooBig) => Err(InspectFailure::unsupported(format!(
                "the exported functions' types are nested more than {MAX_DEPTH} deep or have \
                 more than {MAX_NODES} parts"
            ))),
        }
    }

    fn value(&mut self, ty: &ComponentValType, depth: usize) -> Result<Value, Obstacle> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return Err(Obstacle::TooBig);
        }
        match ty {
            ComponentValType::Primitive(primitive) => primitive_name(*primitive),
            ComponentValType::Type(id) => self.defined(*id, depth + 1),
        }
    }

    fn defined(&mut self, id: ComponentDefinedTypeId, depth: usize) -> Result<Value, Obstacle> {
        let types = self.types;
        match &types[id] {
            ComponentDefinedType::Primitive(primitive) => primitive_name(*primitive),
            ComponentDefinedType::Record(record) => {
                let mut fields = Vec::new();
                for (name, ty) in &record.fields {
                    fields.push(json!([name.as_str(), self.value(ty, depth)?]));
                }
                Ok(json!({"record": fields}))
            }
            ComponentDefinedType::Variant(variant) => {
                let mut cases = Vec::new();
                for (name, case) in &variant.cases {
                    cases.push(json!([name.as_str(), self.side(&case.ty, depth)?]));
                }
                Ok(json!({"variant": cases}))
            }
            ComponentDefinedType::List { element, .. } => {
                Ok(json!({"list": self.value(element, depth)?}))
            }
            ComponentDefinedType::Tuple(tuple) => {
                let mut members = Vec::new();
                for ty in &tuple.types {
                    members.push(self.value(ty, depth)?);
                }
                Ok(json!({"tuple": members}))
            }
            ComponentDefinedType::Flags(names) => Ok(json!({"flags": self.names(names)?})),
            ComponentDefinedType::Enum(names) => Ok(json!({"enum": self.names(names)?})),
            ComponentDefinedType::Option { ty, .. } => {
                Ok(json!({"option": self.value(ty, depth)?}))
            }
            ComponentDefinedType::Result { ok, err, .. } => {
                Ok(json!({"result": [self.side(ok, depth)?, self.side(err, depth)?]}))
            }
            ComponentDefinedType::Own(_) | ComponentDefinedType::Borrow(_) => {
                Err(not_plain("it uses a resource"))
            }
            ComponentDefinedType::Future { .. } => Err(not_plain("it uses a future")),
            ComponentDefinedType::Stream { .. } => Err(not_plain("it uses a stream")),
            _ => Err(not_plain("it uses a map or a list of fixed length")),
        }
    }

    /// The tree of a result's side or of a variant's case. Null if it carries no value.
    fn side(&mut self, ty: &Option<ComponentValType>, depth: usize) -> Result<Value, Obstacle> {
        match ty {
            Some(ty) => self.value(ty, depth),
            None => Ok(Value::Null),
        }
    }

    fn names<S: ToString>(
        &mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Result<Vec<String>, Obstacle> {
        let names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
        self.nodes += names.len();
        if self.nodes > MAX_NODES {
            return Err(Obstacle::TooBig);
        }
        Ok(names)
    }
}

enum Obstacle {
    NotPlain(NotPlain),
    TooBig,
}

fn not_plain(why: &str) -> Obstacle {
    Obstacle::NotPlain(why.to_owned())
}

fn primitive_name(primitive: PrimitiveValType) -> Result<Value, Obstacle> {
    match primitive {
        PrimitiveValType::ErrorContext => Err(not_plain("it uses an error-context")),
        plain => Ok(Value::from(plain.to_string())),
    }
}
