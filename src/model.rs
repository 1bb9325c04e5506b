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
mod library;
mod locate;
mod manifest;
mod onnx;
mod onnxruntime;
mod ports;
mod report;
mod runtime;

pub use choice::{Device, EngineChoice, Options};
pub use error::{Cause, Error};
pub use install::{Kind, VERSION, install, install_into, unpack};
pub use layout::{Layout, describe};
pub use locate::{Place, install_folder};
pub use manifest::{Entry, Manifest, Signal};
pub use onnx::{MAX_FILE, PORTABLE};
pub use ports::{MAX_CHANNELS, MAX_SIDE};
pub use report::{DeviceReport, RuntimeReport, report};
pub use runtime::Runtime;

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

/// A loaded network; one per thread.
pub struct Model {
    path: PathBuf,
    sha256: String,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    network: Box<dyn Network>,
    spent: std::time::Duration,
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

    /// Time inside the engine so far, all runs together.
    pub fn spent(&self) -> std::time::Duration {
        self.spent
    }

    /// Runs once. `inputs` follow [`Model::inputs`], the result follows [`Model::outputs`]. Half-precision
    /// ports are converted: tensors are `f32` on both sides.
    ///
    /// # Errors
    /// [`Error::Input`] before anything runs when a tensor does not fit its port; [`Error::Run`] when the
    /// engine fails.
    pub fn run(&mut self, inputs: &[Tensor]) -> Result<Vec<Tensor>, Error> {
        self.check_inputs(inputs)?;
        let failed = |source| Error::Run {
            path: self.path.clone(),
            source,
        };
        let since = std::time::Instant::now();
        let outputs = self.network.run(inputs).map_err(failed)?;
        self.spent += since.elapsed();
        let fits = outputs.len() == self.outputs.len()
            && outputs
                .iter()
                .zip(&self.outputs)
                .all(|(tensor, port)| tensor.shape == port.shape);
        if !fits {
            return Err(failed(
                "the outputs do not have the shapes the network promised".into(),
            ));
        }
        Ok(outputs)
    }

    fn check_inputs(&self, inputs: &[Tensor]) -> Result<(), Error> {
        let wrong = |why: String| {
            Err(Error::Input {
                path: self.path.clone(),
                why,
            })
        };
        if inputs.len() != self.inputs.len() {
            return wrong(format!(
                "takes {} inputs and was given {}",
                self.inputs.len(),
                inputs.len()
            ));
        }
        for (tensor, port) in inputs.iter().zip(&self.inputs) {
            let Port { name, shape } = port;
            if tensor.shape != *shape {
                return wrong(format!(
                    "takes `{name}` of shape {shape:?} and was given {:?}",
                    tensor.shape
                ));
            }
            let volume: usize = shape.iter().product();
            let given = tensor.data.len();
            if given != volume {
                return wrong(format!(
                    "takes {volume} values for `{name}` and was given {given}"
                ));
            }
        }
        Ok(())
    }
}

/// SHA-256 of a model file as it is now, lower-case hexadecimal.
///
/// # Errors
/// [`Error::Read`] or [`Error::TooLarge`].
pub fn hash(path: &Path) -> Result<String, Error> {
    read_checked(path, None).map(|(_, sha256)| sha256)
}

/// Reads a file of at most [`MAX_FILE`] bytes once and compares its hash; gives bytes and hash.
fn read_checked(path: &Path, sha256: Option<&str>) -> Result<(Vec<u8>, String), Error> {
    use std::io::Read;
    let unreadable = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            limit: MAX_FILE,
        });
    }
    let found = crate::publish::sha256(&[&bytes]);
    match sha256 {
        Some(expected) if !expected.eq_ignore_ascii_case(&found) => Err(Error::Hash {
            path: path.to_owned(),
            expected: expected.to_owned(),
            found,
        }),
        _ => Ok((bytes, found)),
    }
}
