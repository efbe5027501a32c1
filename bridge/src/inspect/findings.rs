//! The imports and exports that an inspection found.

use serde_json::{Value, json};

use crate::inspect::failure::InspectFailure;

/// These limits are far beyond real modules. Without them, a stored inspection could become too big to handle.
const MAX_ITEMS: usize = 20_000;
const MAX_NAME_BYTES: usize = 1 << 20;

/// The imports and exports found so far.
#[derive(Default)]
pub struct Findings {
    pub exports: Vec<Value>,
    pub imports: Vec<Value>,
    pub typed_exports: Vec<Value>,
    items: usize,
    name_bytes: usize,
}

impl Findings {
    pub fn add_export(&mut self, name: &str, ty: String) -> Result<(), InspectFailure> {
        self.count(name.len() + ty.len())?;
        self.exports.push(json!({"name": name, "type": ty}));
        Ok(())
    }

    pub fn add_import(
        &mut self,
        module: &str,
        name: &str,
        ty: String,
    ) -> Result<(), InspectFailure> {
        self.count(module.len() + name.len() + ty.len())?;
        self.imports
            .push(json!({"module": module, "name": name, "type": ty}));
        Ok(())
    }

    pub fn count(&mut self, bytes: usize) -> Result<(), InspectFailure> {
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
