//! The options every command shares that runs a network.

use bijou::model::{Device, EngineChoice, Options};
use std::path::PathBuf;

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
