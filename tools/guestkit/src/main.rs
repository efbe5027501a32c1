//! Makes WebAssembly guests: text to binary, C bindings from WIT, components from core modules.

mod bindings;
mod component;
mod sections;
mod worlds;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use component::Adapter;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the binary of a module or component given as text.
    Wat2wasm { input: PathBuf, output: PathBuf },
    /// Writes the C header, source and object file of a WIT world.
    CBindings {
        wit: PathBuf,
        world: String,
        output_folder: PathBuf,
    },
    /// Wraps a core module into a component.
    Component {
        core: PathBuf,
        output: PathBuf,
        /// The folder of WIT that holds the world; not needed where the module was linked with its bindings.
        #[arg(long, requires = "world")]
        wit: Option<PathBuf>,
        #[arg(long, requires = "wit")]
        world: Option<String>,
        /// What answers the module's WASI 0.1 imports.
        #[arg(long, value_enum, default_value_t = Adapter::None)]
        adapter: Adapter,
    },
    /// Rewrites each section's size with five bytes of LEB128, as linkers that patch sizes do.
    PadSizes { input: PathBuf, output: PathBuf },
    /// Fails unless the file is a valid module or component.
    Validate { input: PathBuf },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guestkit: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Wat2wasm { input, output } => write(&output, &wat::parse_file(&input)?),
        Command::CBindings {
            wit,
            world,
            output_folder,
        } => bindings::write_c(&wit, &world, &output_folder),
        Command::Component {
            core,
            output,
            wit,
            world,
            adapter,
        } => {
            let mut module = read(&core)?;
            if let (Some(wit), Some(world)) = (wit, world) {
                worlds::embed(&mut module, &wit, &world)?;
            }
            let component = component::encode(&module, adapter)
                .with_context(|| format!("cannot make a component of {}", core.display()))?;
            write(&output, &component)
        }
        Command::PadSizes { input, output } => {
            write(&output, &sections::pad_sizes(&read(&input)?)?)
        }
        Command::Validate { input } => {
            wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
                .validate_all(&read(&input)?)
                .with_context(|| format!("{} is not valid", input.display()))?;
            Ok(())
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
