//! Imports and exports of core modules.

use serde_json::{Value, json};
use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{CompositeInnerType, FuncType, ValType};

use crate::inspect::failure::InspectFailure;
use crate::inspect::findings::Findings;

/// Exports that serve to build or start a module. They are not meant to be called.
const NOT_FOR_CALLERS: [&str; 5] = [
    "_initialize",
    "_start",
    "__wasm_call_ctors",
    "cabi_realloc",
    "canonical_abi_realloc",
];

pub fn describe(types: TypesRef<'_>, findings: &mut Findings) -> Result<(), InspectFailure> {
    for (module, name, ty) in types.core_imports().into_iter().flatten() {
        findings.add_import(module, name, entity_text(types, ty))?;
    }
    for (name, ty) in types.core_exports().into_iter().flatten() {
        findings.add_export(name, entity_text(types, ty))?;
        if let Some(function) = func_type(types, ty)
            && !NOT_FOR_CALLERS.contains(&name)
        {
            findings.typed_exports.push(typed_export(name, function));
        }
    }
    Ok(())
}

fn func_type<'a>(types: TypesRef<'a>, ty: EntityType) -> Option<&'a FuncType> {
    match ty {
        EntityType::Func(id) | EntityType::FuncExact(id) => {
            match &types.get(id)?.composite_type.inner {
                CompositeInnerType::Func(function) => Some(function),
                _ => None,
            }
        }
        _ => None,
    }
}

fn entity_text(types: TypesRef<'_>, ty: EntityType) -> String {
    match ty {
        EntityType::Func(_) | EntityType::FuncExact(_) => match func_type(types, ty) {
            Some(function) => func_text(function),
            None => "func".to_owned(),
        },
        EntityType::Table(_) => "table".to_owned(),
        EntityType::Memory(_) => "memory".to_owned(),
        EntityType::Global(global) => format!("global {}", global.content_type),
        EntityType::Tag(_) => "tag".to_owned(),
    }
}

fn func_text(function: &FuncType) -> String {
    let parameters = joined(function.params());
    match function.results() {
        [] => format!("func ({parameters})"),
        [one] => format!("func ({parameters}) -> {one}"),
        many => format!("func ({parameters}) -> ({})", joined(many)),
    }
}

fn joined(types: &[ValType]) -> String {
    types
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn typed_export(name: &str, function: &FuncType) -> Value {
    let parameters: Option<Vec<Value>> = function
        .params()
        .iter()
        .map(|ty| scalar(*ty).map(|ty| json!({"name": "", "type": ty})))
        .collect();
    let results: Option<Vec<Value>> = function
        .results()
        .iter()
        .map(|ty| scalar(*ty).map(Value::from))
        .collect();
    let reason = match (&parameters, &results) {
        (Some(_), Some(_)) => "",
        _ => "it takes or gives vectors or references",
    };
    json!({
        "name": name,
        "interface": "",
        "function": name,
        "parameters": parameters.filter(|_| reason.is_empty()).unwrap_or_default(),
        "results": results.filter(|_| reason.is_empty()).unwrap_or_default(),
        "not_callable_because": reason,
    })
}

fn scalar(ty: ValType) -> Option<&'static str> {
    match ty {
        ValType::I32 => Some("s32"),
        ValType::I64 => Some("s64"),
        ValType::F32 => Some("f32"),
        ValType::F64 => Some("f64"),
        ValType::V128 | ValType::Ref(_) => None,
    }
}
