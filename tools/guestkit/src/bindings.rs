//! C bindings of a WIT world.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wit_bindgen_core::Files;

use crate::worlds;

/// Writes `WORLD.h`, `WORLD.c` and `WORLD_component_type.o` into the folder, which is made if it is absent.
pub fn write_c(wit: &Path, world: &str, folder: &Path) -> Result<()> {
    let (mut resolve, id) = worlds::load(wit, world)?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default()
        .build()
        .generate(&mut resolve, id, &mut files)?;

    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, contents) in files.iter() {
        let path = folder.join(name);
        fs::write(&path, contents).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
