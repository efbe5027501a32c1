//! WIT worlds, found in a folder with its dependencies under `deps/`.

use std::path::Path;

use anyhow::{Context, Result};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// Reads the folder and picks a world of its top-level package, or of another by its full name (`wasi:http/proxy`).
pub fn load(folder: &Path, world: &str) -> Result<(Resolve, WorldId)> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_path(folder)
        .with_context(|| format!("cannot read the WIT in {}", folder.display()))?;
    let id = resolve.select_world(&[package], Some(world))?;
    Ok((resolve, id))
}

/// Adds the custom section that tells `component::encode` which world the core module implements.
pub fn embed(module: &mut Vec<u8>, folder: &Path, world: &str) -> Result<()> {
    let (resolve, id) = load(folder, world)?;
    embed_component_metadata(module, &resolve, id, StringEncoding::UTF8, false)
}
