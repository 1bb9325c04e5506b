//! Neural networks: the engines that run them, and what a network file may look like.
//!
//! Takes an ONNX file and `f32` tensors, gives `f32` tensors. ONNX Runtime is the engine where its
//! library is found ([`install()`] fetches it), tract the embedded one that needs nothing installed.
//! A file is read once, hashed, checked and only then handed to an engine, as those bytes.

use std::path::{Path, PathBuf};

mod choice;
mod embedded;
mod error;
mod install;
mod layout;
mod locate;
mod manifest;
mod onnx;
mod onnxruntime;
mod report;

pub use choice::{Device, EngineChoice, Options};
pub use error::{Cause, Error};
pub use install::{Kind, VERSION, install, install_into, unpack};
pub use layout::{Layout, describe};
pub use locate::{Place, install_folder};
pub use manifest::{Entry, Manifest, Signal};
pub use onnx::{MAX_CHANNELS, MAX_FILE, MAX_SIDE, PORTABLE};
pub use report::{DeviceReport, RuntimeReport, report};

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

/// A network inside an engine.
trait Network: Send {
    /// Runs once on inputs whose shapes have been checked; outputs follow the graph's order.
    fn run(&mut self, inputs: &[Tensor]) -> Result<Vec<Tensor>, Cause>;
}

/// An engine that has been chosen and started.
pub struct Runtime {
    engine: String,
    library: Option<onnxruntime::Library>,
    requested: Device,
    actual: Device,
    threads: usize,
    notes: Vec<String>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime")
            .field("engine", &self.engine)
            .field("library", &self.library())
            .field("device", &self.device())
            .finish_non_exhaustive()
    }
}

impl Runtime {
    /// Chooses and starts the engine and the device.
    ///
    /// # Errors
    /// [`Error::NoRuntime`], [`Error::Library`] or [`Error::Device`] when what was asked for by name
    /// cannot be had; with `auto` the next best is taken and [`Runtime::notes`] says so.
    pub fn start(options: &Options) -> Result<Self, Error> {
        if options.engine == EngineChoice::Tract {
            return Self::embedded(options, Vec::new());
        }
        let fallback = options.engine == EngineChoice::Auto
            && options.runtime.is_none()
            && matches!(options.device, Device::Auto | Device::Cpu);
        let mut places = locate::places(options.runtime.as_deref());
        match onnxruntime::open(&mut places, options.runtime.as_deref()) {
            Ok(library) => Self::on_library(options, library, locate::complaints(&places)),
            Err(Error::NoRuntime { .. }) if fallback => {
                let mut notes = locate::complaints(&places);
                notes.push(
                    "ONNX Runtime was not found, so the embedded engine tract runs the networks, several \
                     times slower; `bijou runtime install` fetches ONNX Runtime."
                        .to_owned(),
                );
                Self::embedded(options, notes)
            }
            Err(error) => Err(error),
        }
    }

    fn embedded(options: &Options, notes: Vec<String>) -> Result<Self, Error> {
        if !matches!(options.device, Device::Auto | Device::Cpu) {
            return Err(Error::Device {
                device: options.device,
                why: "the embedded engine tract runs on the CPU only; leave the engine on auto or ask for \
                      onnxruntime"
                    .to_owned(),
            });
        }
        Ok(Self {
            engine: embedded::VERSION.to_owned(),
            library: None,
            requested: options.device,
            actual: Device::Cpu,
            threads: options.threads,
            notes,
        })
    }

    fn on_library(
        options: &Options,
        library: onnxruntime::Library,
        mut notes: Vec<String>,
    ) -> Result<Self, Error> {
        let actual = match options.device {
            Device::Auto => library.best_device(&mut notes),
            named => {
                let unusable = |why: Cause| Error::Device { device: named, why: why.to_string() };
                library.probe(named).map_err(unusable)?;
                named
            }
        };
        Ok(Self {
            engine: format!("onnxruntime {}", library.version()),
            library: Some(library),
            requested: options.device,
            actual,
            threads: options.threads,
            notes,
        })
    }

    /// Engine and version: "onnxruntime 1.31.1" or "tract 0.23.9".
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// The ONNX Runtime library in use; none with the embedded engine.
    pub fn library(&self) -> Option<&Path> {
        self.library.as_ref().map(onnxruntime::Library::path)
    }

    /// The device asked for and the one in use.
    pub fn device(&self) -> (&str, &str) {
        (self.requested.name(), self.actual.name())
    }

    /// Sentences a person should see: why this engine and this device.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Loads an ONNX file after checking its size, hash (when given), domains and shapes.
    ///
    /// Inputs must be `[1, C, H, W]` floats. `size` (`[height, width]`, 256 × 256 when none) fixes dynamic
    /// heights and widths; a dynamic batch becomes 1. The bytes that were checked are the bytes that run.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::TooLarge`], [`Error::Hash`], [`Error::NotOnnx`] and [`Error::Refused`]
    /// speak of the file; [`Error::Engine`] carries the engine's own words.
    pub fn load(&self, path: &Path, sha256: Option<&str>, size: Option<[usize; 2]>) -> Result<Model, Error> {
        let (bytes, sha256) = read_checked(path, sha256)?;
        let graph = onnx::check(&bytes, size.unwrap_or([256, 256])).map_err(|refusal| refusal.of(path))?;
        let inputs = graph.inputs.iter().map(|input| input.port.clone()).collect();
        let unusual = graph.unusual_operators();
        let loaded = match &self.library {
            Some(library) => library.load(&bytes, graph, self.actual, self.threads),
            None => {
                drop(bytes);
                embedded::load(graph)
            }
        };
        let (network, outputs) = loaded.map_err(|source| Error::Engine {
            path: path.to_owned(),
            engine: self.engine.clone(),
            hint: onnx::hint(&unusual),
            source,
        })?;
        Ok(Model { path: path.to_owned(), sha256, inputs, outputs, network })
    }
}

/// A loaded network; one per thread.
pub struct Model {
    path: PathBuf,
    sha256: String,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    network: Box<dyn Network>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("path", &self.path)
            .field("inputs", &self.inputs)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// The file it came from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Inputs in graph order.
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// Outputs in graph order.
    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    /// SHA-256 of the file, lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Runs once. `inputs` follow [`Model::inputs`], the result follows [`Model::outputs`]. Half-precision
    /// ports are converted: tensors are `f32` on both sides.
    ///
    /// # Errors
    /// [`Error::Input`] before anything runs when a tensor does not fit its port; [`Error::Run`] when the
    /// engine fails.
    pub fn run(&mut self, inputs: &[Tensor]) -> Result<Vec<Tensor>, Error> {
        self.check_inputs(inputs)?;
        let failed = |source| Error::Run { path: self.path.clone(), source };
        let outputs = self.network.run(inputs).map_err(failed)?;
        let fits = outputs.len() == self.outputs.len()
            && outputs.iter().zip(&self.outputs).all(|(tensor, port)| tensor.shape == port.shape);
        if !fits {
            return Err(failed("the outputs do not have the shapes the network promised".into()));
        }
        Ok(outputs)
    }

    fn check_inputs(&self, inputs: &[Tensor]) -> Result<(), Error> {
        let wrong = |why: String| Err(Error::Input { path: self.path.clone(), why });
        if inputs.len() != self.inputs.len() {
            return wrong(format!("takes {} inputs and was given {}", self.inputs.len(), inputs.len()));
        }
        for (tensor, port) in inputs.iter().zip(&self.inputs) {
            let Port { name, shape } = port;
            if tensor.shape != *shape {
                return wrong(format!("takes `{name}` of shape {shape:?} and was given {:?}", tensor.shape));
            }
            let volume: usize = shape.iter().product();
            let given = tensor.data.len();
            if given != volume {
                return wrong(format!("takes {volume} values for `{name}` and was given {given}"));
            }
        }
        Ok(())
    }
}

/// Reads a file of at most [`MAX_FILE`] bytes once and compares its hash; gives bytes and hash.
fn read_checked(path: &Path, sha256: Option<&str>) -> Result<(Vec<u8>, String), Error> {
    use sha2::{Digest, Sha256};
    use std::io::Read;
    let unreadable = |source| Error::Read { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Error::TooLarge { path: path.to_owned(), limit: MAX_FILE });
    }
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    match sha256 {
        Some(expected) if !expected.eq_ignore_ascii_case(&found) => {
            Err(Error::Hash { path: path.to_owned(), expected: expected.to_owned(), found })
        }
        _ => Ok((bytes, found)),
    }
}
