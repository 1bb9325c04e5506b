//! ONNX Runtime's library: loaded at run time, asked which devices it can start.
//!
//! Takes the places it may lie in, gives the library with its environment. Both belong to the process: the
//! first one loaded stays.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::ep::{self, ExecutionProvider, ExecutionProviderDispatch};
use ort::session::Session;
use ort::session::builder::SessionBuilder;

use super::{Cause, Device, Error, Place};

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

/// Loads the library and builds the process's environment. ORT_DYLIB_PATH is never consulted. Telemetry is off; what
/// official builds tell before they can be asked is prevented by the program (`src/main.rs`).
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

/// The version from the library's file name, else from the receipt an installation left beside it.
fn version(path: &Path) -> String {
    let numbers = |text: &str| {
        let version = text.trim_matches(|c: char| !c.is_ascii_digit());
        version.contains('.').then(|| version.to_owned())
    };
    let name = path.canonicalize().unwrap_or(path.to_owned());
    let name = name
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let receipt = || super::install::receipt(path.parent()?);
    numbers(&name)
        .or_else(|| numbers(&receipt()?))
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
            return Err(format!("this ONNX Runtime was built without it; {}", how_to_get(device)).into());
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

    /// A session builder for `device`, on `threads` threads (0 for all cores).
    pub(super) fn builder(&self, device: Device, threads: usize) -> Result<SessionBuilder, Cause> {
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

/// ONNX Runtime's words as a cause of ours.
pub(super) fn words<R>(error: ort::Error<R>) -> Cause {
    error.message().to_owned().into()
}
