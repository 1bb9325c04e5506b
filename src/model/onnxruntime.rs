//! ONNX Runtime, loaded at run time from a library file.
//!
//! Takes a checked graph and its bytes, gives a session on one device. The library and its environment
//! belong to the process: the first one loaded stays.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::ep::{self, ExecutionProvider, ExecutionProviderDispatch};
use ort::session::builder::SessionBuilder;
use ort::session::{Session, SessionInputValue};
use ort::value::{DynValue, TensorRef};
use tract_onnx::prelude::f16;

use super::onnx::Graph;
use super::{Cause, Device, Error, Network, Place, Port, Tensor};

/// Relu on [1, 1, 4, 4]: a session with it shows whether a device starts. Made by tests/fixtures/model/make.py.
const PROBE: &[u8] = include_bytes!("probe.onnx");

/// The devices ONNX Runtime is asked for, best first.
pub(super) const DEVICES: [Device; 4] = [Device::Cuda, Device::DirectMl, Device::CoreMl, Device::Cpu];

static LOADED: Mutex<Option<Library>> = Mutex::new(None);

/// A loaded ONNX Runtime with its environment; clones share it.
#[derive(Clone)]
pub(super) struct Library {
    path: PathBuf,
    version: String,
    environment: ort::environment::Environment,
}

/// Loads the first usable library of `places`, or takes the one this process already has. Writes into each
/// place what came of it.
pub(super) fn open(places: &mut [Place], given: Option<&Path>) -> Result<Library, Error> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(library) = loaded.as_ref() {
        return reuse(library, places, given);
    }
    for place in places.iter_mut() {
        let Some(path) = place.library.clone() else {
            continue;
        };
        match initialise(&path) {
            Ok(library) => {
                place.outcome = "in use".to_owned();
                *loaded = Some(library.clone());
                return Ok(library);
            }
            Err(cause) => {
                place.outcome = format!("cannot be loaded: {cause}");
                place.failed = true;
            }
        }
    }
    Err(none_usable(places, given))
}

/// The library this process has already loaded, unless another one was given by hand.
fn reuse(library: &Library, places: &mut [Place], given: Option<&Path>) -> Result<Library, Error> {
    let same = |path: &PathBuf| path.canonicalize().ok() == library.path.canonicalize().ok();
    let mut found = false;
    for place in places
        .iter_mut()
        .filter(|place| place.library.as_ref().is_some_and(same))
        .take(1)
    {
        place.outcome = "in use".to_owned();
        found = true;
    }
    match given {
        Some(path) if !found && places.iter().any(|place| place.library.is_some()) => Err(Error::Library {
            path: path.to_owned(),
            why: format!(
                "this process already runs {}; start Bijou again to change it",
                library.path.display()
            ),
        }),
        Some(_) if !found => Err(none_usable(places, given)),
        _ => Ok(library.clone()),
    }
}

fn none_usable(places: &[Place], given: Option<&Path>) -> Error {
    match (given, places.first()) {
        (Some(path), Some(place)) => Error::Library {
            path: path.to_owned(),
            why: format!(
                "{}; give the library file or its folder, or leave it out",
                place.outcome
            ),
        },
        _ => Error::NoRuntime {
            looked: places
                .iter()
                .map(|place| format!("{} ({})", place.path.display(), place.outcome))
                .collect(),
        },
    }
}

/// Loads the library and builds the process's environment. ORT_DYLIB_PATH is never consulted, telemetry
/// stays off.
fn initialise(path: &Path) -> Result<Library, Cause> {
    let attempt = catch_unwind(AssertUnwindSafe(|| -> Result<_, Cause> {
        let builder = ort::init_from(path).map_err(|error| error.to_string())?;
        let environment = builder
            .with_name("bijou")
            .with_telemetry(false)
            .build()
            .map_err(words)?;
        environment.set_log_level(ort::logging::LogLevel::Fatal); // errors come back as results
        Ok(environment)
    }));
    let environment =
        attempt.unwrap_or_else(|_| Err("the library does not behave like ONNX Runtime".into()))?;
    Ok(Library {
        path: path.to_owned(),
        version: version(path),
        environment,
    })
}

/// The version from the library's file name or else from the branch its build information names.
fn version(path: &Path) -> String {
    let name = path.canonicalize().unwrap_or(path.to_owned());
    let name = name
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let numbers = |text: &str| {
        let text = text.trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
        text.contains('.').then_some(text)
    };
    let build = ort::info();
    let branch = build
        .split("git-branch=")
        .nth(1)
        .and_then(|rest| rest.split([',', ' ']).next());
    numbers(&name)
        .or_else(|| branch.and_then(numbers))
        .unwrap_or_else(|| "of unknown version".to_owned())
}

impl Library {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Whether the library was built with support for `device`.
    pub(super) fn compiled(&self, device: Device) -> bool {
        let available = match device {
            Device::Cuda => ep::CUDA::is_available(),
            Device::DirectMl => ep::DirectML::is_available(),
            Device::CoreMl => ep::CoreML::is_available(),
            Device::Cpu | Device::Auto => Ok(true),
        };
        available.unwrap_or(false)
    }

    /// Starts a session of one operator on `device`, on nothing else.
    pub(super) fn probe(&self, device: Device) -> Result<(), Cause> {
        if !self.compiled(device) {
            return Err(format!(
                "the ONNX Runtime library {} was built without it; {}",
                self.path.display(),
                how_to_get(device)
            )
            .into());
        }
        let mut builder = self.builder(device, 1)?;
        if device != Device::Cpu {
            builder = builder.with_disable_cpu_fallback().map_err(words)?;
        }
        builder.commit_from_memory(PROBE).map_err(words)?;
        Ok(())
    }

    /// The first of [`DEVICES`] that starts; `notes` tells of those that are in the library and do not.
    pub(super) fn best_device(&self, notes: &mut Vec<String>) -> Device {
        for device in DEVICES
            .into_iter()
            .filter(|&device| device != Device::Cpu && self.compiled(device))
        {
            match self.probe(device) {
                Ok(()) => return device,
                Err(cause) => notes.push(format!(
                    "The device {device} is in this ONNX Runtime but does not start, so another one is used: {cause}"
                )),
            }
        }
        Device::Cpu
    }

    fn builder(&self, device: Device, threads: usize) -> Result<SessionBuilder, Cause> {
        let threads = match threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            some => some,
        };
        let mut builder = Session::builder(&self.environment).map_err(words)?;
        builder = builder.with_intra_threads(threads).map_err(words)?;
        builder = builder.with_intra_op_spinning(false).map_err(words)?;
        builder = builder.with_deterministic_compute(true).map_err(words)?;
        builder = builder
            .with_config_entry("session.load_model_format", "ONNX")
            .map_err(words)?;
        if device == Device::DirectMl {
            builder = builder.with_memory_pattern(false).map_err(words)?;
            builder = builder.with_parallel_execution(false).map_err(words)?;
        }
        match provider(device) {
            Some(provider) => builder
                .with_execution_providers([provider.error_on_failure()])
                .map_err(words),
            None => Ok(builder),
        }
    }

    /// A session for `graph`, whose file is `bytes`.
    pub(super) fn load(
        &self,
        bytes: &[u8],
        graph: Graph,
        device: Device,
        threads: usize,
    ) -> Result<(Box<dyn Network>, Vec<Port>), Cause> {
        let mut builder = self.builder(device, threads)?;
        for (symbol, &length) in &graph.dimensions {
            builder = builder
                .with_dimension_override(symbol, i64::try_from(length)?)
                .map_err(words)?;
        }
        let Graph {
            proto,
            inputs,
            outputs,
            ..
        } = graph;
        drop(proto); // the session parses the bytes again
        let session = builder.commit_from_memory(bytes).map_err(words)?;
        let same_names = session
            .inputs()
            .iter()
            .map(|outlet| outlet.name())
            .eq(inputs.iter().map(|i| &i.port.name))
            && session
                .outputs()
                .iter()
                .map(|outlet| outlet.name())
                .eq(outputs.iter().map(|o| &o.name));
        if !same_names {
            return Err("the engine sees other inputs or outputs than the file names".into());
        }
        let mut network = OnnxRuntime {
            session,
            half_inputs: inputs.iter().map(|input| input.half).collect(),
            half_outputs: outputs.iter().map(|output| output.half).collect(),
        };
        let shapes = match network.static_outputs() {
            Some(shapes) => shapes,
            // Shapes the engine cannot tell beforehand: run once on zeros and look.
            None => {
                let zeros: Vec<Tensor> = inputs.iter().map(|input| zeros(&input.port.shape)).collect();
                network
                    .run(&zeros)?
                    .into_iter()
                    .map(|tensor| tensor.shape)
                    .collect()
            }
        };
        let ports = outputs.into_iter().zip(shapes).map(|(output, shape)| Port {
            name: output.name,
            shape,
        });
        let ports = ports.collect();
        Ok((Box::new(network), ports))
    }
}

fn zeros(shape: &[usize]) -> Tensor {
    Tensor {
        shape: shape.to_vec(),
        data: vec![0.0; shape.iter().product()],
    }
}

/// The execution provider of a device; none for the CPU, which every session has.
///
/// CUDA computes in full precision with algorithms chosen without timing them: same recipe, same bytes.
fn provider(device: Device) -> Option<ExecutionProviderDispatch> {
    match device {
        Device::Auto | Device::Cpu => None,
        Device::Cuda => {
            let search = ep::cuda::ConvAlgorithmSearch::Heuristic;
            Some(
                ep::CUDA::default()
                    .with_tf32(false)
                    .with_conv_algorithm_search(search)
                    .build(),
            )
        }
        Device::DirectMl => Some(ep::DirectML::default().build()),
        Device::CoreMl => Some(ep::CoreML::default().build()),
    }
}

fn how_to_get(device: Device) -> &'static str {
    match device {
        Device::Cuda => "`bijou runtime install --kind gpu` fetches one with it (Linux and Windows, NVIDIA)",
        Device::DirectMl => "`bijou runtime install --kind directml` fetches one with it (Windows)",
        Device::CoreMl => "it exists on macOS only",
        Device::Auto | Device::Cpu => "choose another device",
    }
}

struct OnnxRuntime {
    session: Session,
    half_inputs: Vec<bool>,
    half_outputs: Vec<bool>,
}

impl OnnxRuntime {
    /// The outputs' shapes, where the engine knows all of them beforehand.
    fn static_outputs(&self) -> Option<Vec<Vec<usize>>> {
        let shape = |outlet: &ort::value::Outlet| -> Option<Vec<usize>> {
            outlet
                .dtype()
                .tensor_shape()?
                .iter()
                .map(|&dim| usize::try_from(dim).ok())
                .collect()
        };
        self.session.outputs().iter().map(shape).collect()
    }
}

impl Network for OnnxRuntime {
    fn run(&mut self, inputs: &[Tensor]) -> Result<Vec<Tensor>, Cause> {
        let mut values: Vec<SessionInputValue<'_>> = Vec::with_capacity(inputs.len());
        for (tensor, &half) in inputs.iter().zip(&self.half_inputs) {
            values.push(if half {
                let data: Vec<f16> = tensor.data.iter().copied().map(f16::from_f32).collect();
                ort::value::Tensor::from_array((tensor.shape.clone(), data))
                    .map_err(words)?
                    .into()
            } else {
                TensorRef::from_array_view((tensor.shape.as_slice(), tensor.data.as_slice()))
                    .map_err(words)?
                    .into()
            });
        }
        let outputs = self.session.run(values.as_slice()).map_err(words)?;
        outputs
            .values()
            .zip(&self.half_outputs)
            .map(|(value, &half)| to_f32(&value, half))
            .collect()
    }
}

fn to_f32(value: &DynValue, half: bool) -> Result<Tensor, Cause> {
    let (shape, data) = if half {
        let (shape, data) = value.try_extract_tensor::<f16>().map_err(words)?;
        (shape, data.iter().map(|value| value.to_f32()).collect())
    } else {
        let (shape, data) = value.try_extract_tensor::<f32>().map_err(words)?;
        (shape, data.to_vec())
    };
    let shape = shape
        .iter()
        .map(|&dim| usize::try_from(dim))
        .collect::<Result<_, _>>()?;
    Ok(Tensor { shape, data })
}

/// ONNX Runtime's words as a cause of ours.
fn words<R>(error: ort::Error<R>) -> Cause {
    error.message().to_owned().into()
}
