//! Components that import from other components. Each component has its own instance in the call's store, and calls of
//! imported functions are forwarded there. Values are copied; resources cannot be passed from one component to another.

use std::sync::Arc;

use wasmtime::component::types::{ComponentFunc, ComponentInstance, ComponentItem, Type};
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, LinkerInstance};
use wasmtime::{Store, StoreContextMut};

use crate::engine::Engine;
use crate::failure::Failure;
use crate::ffi::{Link, ProgramConfig};
use crate::instances::guest::ComponentGuest;

/// The components that a version's own component imports from. Each one comes after those that it imports from itself.
#[derive(Clone, Default)]
pub struct LinkedComponents(Arc<[InstancePre<ComponentGuest>]>);

impl LinkedComponents {
    /// Also returns the linker for the function's own component.
    pub fn load(
        engine: &Engine,
        own: &Component,
        config: &ProgramConfig,
    ) -> Result<(Self, Linker<ComponentGuest>), Failure> {
        let mut components: Vec<Component> = Vec::with_capacity(config.linked.len());
        let mut templates = Vec::with_capacity(config.linked.len());
        for linked in &config.linked {
            let component = engine.map_component(linked.descriptor)?;
            let linker = linker_for(engine, &component, &linked.links, &components)?;
            let template = linker.instantiate_pre(&component);
            templates.push(template.map_err(|error| missing(format!("{error:#}")))?);
            components.push(component);
        }
        let linker = linker_for(engine, own, &config.links, &components)?;
        Ok((Self(templates.into()), linker))
    }

    /// Call this before the function's own component is instantiated in the same store.
    pub async fn instantiate(&self, store: &mut Store<ComponentGuest>) -> wasmtime::Result<()> {
        for template in self.0.iter() {
            let instance = template.instantiate_async(&mut *store).await?;
            store.data_mut().linked.push(instance);
        }
        Ok(())
    }
}

fn missing(message: String) -> Failure {
    Failure::new("import-missing", message)
}

fn linker_for(
    engine: &Engine,
    component: &Component,
    links: &[Link],
    before: &[Component],
) -> Result<Linker<ComponentGuest>, Failure> {
    let mut linker = engine.component_linker.clone();
    for link in links {
        let index = link.index as usize;
        let linked = before.get(index);
        let linked = linked.ok_or_else(|| Failure::internal("a link leads nowhere"))?;
        let defined = linker.instance(link.import);
        let mut instance = defined.map_err(|error| missing(format!("{error:#}")))?;
        let wanted = interface_of(engine, component, link.import, Side::Import)?;
        let forwarded = Forwarded {
            import: link.import,
            given: interface_of(engine, linked, link.import, Side::Export)?,
            linked,
            index,
        };
        forwarded.define(engine, &wanted, &mut instance)?;
    }
    Ok(linker)
}

enum Side {
    Import,
    Export,
}

fn interface_of(
    engine: &Engine,
    component: &Component,
    name: &str,
    side: Side,
) -> Result<ComponentInstance, Failure> {
    let ty = component.component_type();
    let found = match side {
        Side::Import => ty.get_import(&engine.wasmtime, name),
        Side::Export => ty.get_export(&engine.wasmtime, name),
    };
    match found.map(|found| found.ty) {
        Some(ComponentItem::ComponentInstance(interface)) => Ok(interface),
        _ => Err(missing(format!("{name} is no interface on both sides"))),
    }
}

/// An interface that one component imports and a linked component exports.
struct Forwarded<'a> {
    import: &'a str,
    given: ComponentInstance,
    linked: &'a Component,
    index: usize,
}

impl Forwarded<'_> {
    fn define(
        &self,
        engine: &Engine,
        wanted: &ComponentInstance,
        instance: &mut LinkerInstance<'_, ComponentGuest>,
    ) -> Result<(), Failure> {
        for (name, item) in wanted.exports(&engine.wasmtime) {
            match item.ty {
                ComponentItem::ComponentFunc(wanted) => {
                    self.check(engine, name, &wanted)?;
                    forward(instance, name, self.index, self.place_of(name)?)?;
                }
                ComponentItem::Resource(_) => return Err(self.uses_resources(name)),
                // A plain type needs no definition.
                _ => {}
            }
        }
        Ok(())
    }

    fn check(&self, engine: &Engine, name: &str, wanted: &ComponentFunc) -> Result<(), Failure> {
        let import = self.import;
        let given = match self.given.get_export(&engine.wasmtime, name) {
            Some(item) => item.ty,
            None => return Err(missing(format!("{import}: '{name}' is not exported"))),
        };
        let ComponentItem::ComponentFunc(given) = given else {
            return Err(missing(format!(
                "{import}: '{name}' is exported, but no function"
            )));
        };
        let all = wanted.params().map(|(_, ty)| ty).chain(wanted.results());
        if all
            .into_iter()
            .any(|ty| matches!(ty, Type::Own(_) | Type::Borrow(_)))
        {
            return Err(self.uses_resources(name));
        }
        let same = wanted
            .params()
            .map(|(_, ty)| ty)
            .eq(given.params().map(|(_, ty)| ty))
            && wanted.results().eq(given.results());
        if same {
            return Ok(());
        }
        Err(missing(format!(
            "{import}: '{name}' is exported with other types"
        )))
    }

    fn uses_resources(&self, name: &str) -> Failure {
        Failure::new(
            "module-unsupported",
            format!(
                "{}: '{name}' is or takes a resource, which links do not carry; 'wac plug' makes one component of two",
                self.import
            ),
        )
    }

    fn place_of(&self, name: &str) -> Result<ComponentExportIndex, Failure> {
        let interface = self.linked.get_export_index(None, self.import);
        interface
            .and_then(|interface| self.linked.get_export_index(Some(&interface), name))
            .ok_or_else(|| Failure::internal("an export has no index"))
    }
}

fn forward(
    instance: &mut LinkerInstance<'_, ComponentGuest>,
    name: &str,
    index: usize,
    place: ComponentExportIndex,
) -> Result<(), Failure> {
    let defined = instance.func_new_async(
        name,
        move |mut store: StoreContextMut<'_, ComponentGuest>, _, parameters, results| {
            Box::new(async move {
                let gone = || wasmtime::format_err!("a linked component is gone");
                let linked = *store.data().linked.get(index).ok_or_else(gone)?;
                let function = linked.get_func(&mut store, place).ok_or_else(gone)?;
                function.call_async(&mut store, parameters, results).await
            })
        },
    );
    defined.map_err(|error| missing(format!("{error:#}")))
}
