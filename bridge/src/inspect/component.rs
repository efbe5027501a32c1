//! Imports and exports of components.

use std::collections::HashMap;

use serde_json::{Value, json};
use wasmparser::component_types::{ComponentEntityType, ComponentFuncTypeId};
use wasmparser::types::TypesRef;

use crate::inspect::failure::InspectFailure;
use crate::inspect::findings::Findings;
use crate::inspect::outline::Outline;
use crate::inspect::wit::TypeTrees;

/// A function that the component exports at its root or in an interface.
struct Function<'a> {
    /// Empty at the root.
    interface: &'a str,
    name: &'a str,
    id: ComponentFuncTypeId,
}

pub fn describe(
    types: TypesRef<'_>,
    outline: &Outline<'_>,
    findings: &mut Findings,
) -> Result<(), InspectFailure> {
    let mut trees = TypeTrees::new(types);
    for name in &outline.component_imports {
        if let Some(item) = types.component_item_for_import(name) {
            findings.add_import(name, "", entity_text(&item.ty).to_owned())?;
        }
    }
    let mut functions = Vec::new();
    for name in &outline.component_exports {
        let Some(item) = types.component_item_for_export(name) else {
            continue;
        };
        findings.add_export(name, entity_text(&item.ty).to_owned())?;
        collect_functions(types, name, &item.ty, &mut functions);
    }
    let mut count_of_name: HashMap<&str, usize> = HashMap::new();
    for function in &functions {
        *count_of_name.entry(function.name).or_default() += 1;
    }
    for function in &functions {
        findings.count(function.interface.len() + function.name.len())?;
        let unique = count_of_name.get(function.name) == Some(&1);
        findings
            .typed_exports
            .push(typed_export(types, &mut trees, function, unique)?);
    }
    Ok(())
}

fn collect_functions<'a>(
    types: TypesRef<'a>,
    export: &'a str,
    ty: &ComponentEntityType,
    functions: &mut Vec<Function<'a>>,
) {
    match ty {
        ComponentEntityType::Func(id) => functions.push(Function {
            interface: "",
            name: export,
            id: *id,
        }),
        ComponentEntityType::Instance(id) if !is_wasi_entry_point(export) => {
            let items = types.get(*id).into_iter().flat_map(|ty| &ty.exports);
            for (name, item) in items {
                if let ComponentEntityType::Func(id) = item.ty {
                    functions.push(Function {
                        interface: export,
                        name,
                        id,
                    });
                }
            }
        }
        _ => {}
    }
}

/// `http` and `cgi` guests are entered through these interfaces. They are not meant to be called with arguments.
fn is_wasi_entry_point(interface: &str) -> bool {
    interface.starts_with("wasi:http/") || interface.starts_with("wasi:cli/")
}

fn entity_text(ty: &ComponentEntityType) -> &'static str {
    match ty {
        ComponentEntityType::Module(_) => "module",
        ComponentEntityType::Func(_) => "func",
        ComponentEntityType::Value(_) => "value",
        ComponentEntityType::Type { .. } => "type",
        ComponentEntityType::Instance(_) => "instance",
        ComponentEntityType::Component(_) => "component",
    }
}

fn typed_export(
    types: TypesRef<'_>,
    trees: &mut TypeTrees<'_>,
    function: &Function<'_>,
    unique: bool,
) -> Result<Value, InspectFailure> {
    let name = if unique || function.interface.is_empty() {
        function.name.to_owned()
    } else {
        format!("{}#{}", function.interface, function.name)
    };
    let signature = &types[function.id];
    let mut parameters = Vec::new();
    let mut results = Vec::new();
    let mut reason = String::new();
    if signature.async_ {
        reason = "it is async".to_owned();
    }
    for (parameter, ty) in &signature.params {
        match trees.tree(ty)? {
            Ok(tree) => parameters.push(json!({"name": parameter.as_str(), "type": tree})),
            Err(why) => reason = why,
        }
    }
    if let Some(ty) = &signature.result {
        match trees.tree(ty)? {
            Ok(tree) => results.push(tree),
            Err(why) => reason = why,
        }
    }
    if !reason.is_empty() {
        parameters.clear();
        results.clear();
    }
    Ok(json!({
        "name": name,
        "interface": function.interface,
        "function": function.name,
        "parameters": parameters,
        "results": results,
        "not_callable_because": reason,
    }))
}
