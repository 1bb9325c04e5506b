//! The options every command shares that runs a network.

use bijou::model::{Device, EngineChoice, Manifest, Options};
use std::path::{Path, PathBuf};

/// Which engine runs the networks, and where.
#[derive(clap::Args, Clone, Debug)]
pub struct EngineArgs {
    /// Inference engine: auto, onnxruntime or tract
    #[arg(long, default_value_t)]
    pub engine: EngineChoice,
    /// Device: auto, cpu, cuda, directml or coreml; one named that cannot start is an error
    #[arg(long, default_value_t)]
    pub device: Device,
    /// The ONNX Runtime library, or the folder that holds it
    #[arg(long, value_name = "PATH")]
    pub runtime: Option<PathBuf>,
}

impl EngineArgs {
    /// As the library's options.
    pub fn options(&self) -> Options {
        Options {
            engine: self.engine,
            device: self.device,
            runtime: self.runtime.clone(),
            threads: 0,
        }
    }
}

/// The file of `--model`: a path, or a name of the manifest in `root`. An error for a bare name that is neither.
pub fn generator(root: &Path, given: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    let Some(path) = given else { return Ok(None) };
    let bare = path.extension().is_none() && path.components().count() == 1;
    Ok(Some(match path.to_str() {
        Some(name) if bare && !path.exists() => Manifest::load(root)?.entry(name)?.file.clone(),
        _ => path.to_owned(),
    }))
}
