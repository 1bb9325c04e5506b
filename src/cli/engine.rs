//! The options every command shares that runs a network.

use bijou::model::{Device, EngineChoice, Options};
use clap::ValueEnum;
use std::path::PathBuf;

/// `--engine`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Engine {
    /// ONNX Runtime when its library is found, else tract
    #[default]
    Auto,
    /// ONNX Runtime or an error
    Onnxruntime,
    /// The embedded engine
    Tract,
}

/// `--device`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum DeviceName {
    /// The best that starts
    #[default]
    Auto,
    /// The processor
    Cpu,
    /// NVIDIA, through CUDA
    Cuda,
    /// Windows GPUs, through DirectML
    Directml,
    /// Apple, through CoreML
    Coreml,
}

/// Which engine runs the networks, and where.
#[derive(clap::Args, Clone, Debug)]
pub struct EngineArgs {
    /// Inference engine
    #[arg(long, value_enum, default_value_t)]
    pub engine: Engine,
    /// Device; an error when it cannot start, but for auto
    #[arg(long, value_enum, default_value_t)]
    pub device: DeviceName,
    /// The ONNX Runtime library, or the folder that holds it
    #[arg(long, value_name = "PATH")]
    pub runtime: Option<PathBuf>,
}

impl EngineArgs {
    /// As the library's options.
    pub fn options(&self) -> Options {
        Options {
            engine: match self.engine {
                Engine::Auto => EngineChoice::Auto,
                Engine::Onnxruntime => EngineChoice::OnnxRuntime,
                Engine::Tract => EngineChoice::Tract,
            },
            device: match self.device {
                DeviceName::Auto => Device::Auto,
                DeviceName::Cpu => Device::Cpu,
                DeviceName::Cuda => Device::Cuda,
                DeviceName::Directml => Device::DirectMl,
                DeviceName::Coreml => Device::CoreMl,
            },
            runtime: self.runtime.clone(),
            threads: 0,
        }
    }
}
