//! Neural networks: the manifest, the engines that run them, and what they may look like.

use std::path::{Path, PathBuf};

/// What can go wrong with a model or an engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Stub.
    #[error("{0}: not implemented")]
    Stub(PathBuf),
}

/// A dense row-major f32 tensor.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Tensor {
    /// Dimensions, outermost first.
    pub shape: Vec<usize>,
    /// `shape.product()` values.
    pub data: Vec<f32>,
}

/// Name and shape of one input or output.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Name in the graph.
    pub name: String,
    /// Static shape (dynamic dimensions already fixed by the loader).
    pub shape: Vec<usize>,
}

/// Which engine is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum EngineChoice {
    /// ONNX Runtime when its library is found, else tract.
    #[default]
    Auto,
    /// ONNX Runtime or an error.
    OnnxRuntime,
    /// The embedded engine.
    Tract,
}

/// Which device is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Device {
    /// The best that starts, with a visible note.
    #[default]
    Auto,
    /// CPU
    Cpu,
    /// CUDA
    Cuda,
    /// DirectML
    DirectMl,
    /// CoreML
    CoreMl,
}

/// What is asked of the inference side.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Engine.
    pub engine: EngineChoice,
    /// Device.
    pub device: Device,
    /// An ONNX Runtime library (or the folder that holds it) given by hand.
    pub runtime: Option<PathBuf>,
    /// Threads per model run; 0 for all cores.
    pub threads: usize,
}

/// An engine that has been chosen and started.
pub struct Runtime {}

impl Runtime {
    /// Chooses and starts the engine.
    pub fn start(_options: &Options) -> Result<Self, Error> {
        Err(Error::Stub(PathBuf::new()))
    }
    /// "onnxruntime 1.31.1" or "tract 0.23.9".
    pub fn engine(&self) -> &str {
        ""
    }
    /// The device asked for and the one in use.
    pub fn device(&self) -> (&str, &str) {
        ("", "")
    }
    /// Sentences a person should see: why this engine and this device.
    pub fn notes(&self) -> &[String] {
        &[]
    }
    /// Loads an ONNX file after checking its size, hash (when given), domains and shapes.
    /// `size` fixes dynamic height and width.
    pub fn load(
        &self,
        path: &Path,
        _sha256: Option<&str>,
        _size: Option<[usize; 2]>,
    ) -> Result<Model, Error> {
        Err(Error::Stub(path.to_owned()))
    }
}

/// A loaded network; one per thread.
pub struct Model {}

impl Model {
    /// Inputs in graph order.
    pub fn inputs(&self) -> &[Port] {
        &[]
    }
    /// Outputs in graph order.
    pub fn outputs(&self) -> &[Port] {
        &[]
    }
    /// SHA-256 of the file.
    pub fn sha256(&self) -> &str {
        ""
    }
    /// Runs once. `inputs` follow [`Model::inputs`], the result follows [`Model::outputs`].
    pub fn run(&mut self, _inputs: &[Tensor]) -> Result<Vec<Tensor>, Error> {
        Err(Error::Stub(PathBuf::new()))
    }
}
