//! Choosing an engine and a device, and loading network files with them.

use std::path::Path;

use super::{
    Cause, Device, EngineChoice, Error, Model, Options, embedded, library, locate, onnx, read_checked,
};

/// An engine that has been chosen and started.
pub struct Runtime {
    engine: String,
    library: Option<library::Library>,
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
        match library::open(&mut places, options.runtime.as_deref()) {
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

    fn on_library(options: &Options, found: library::Library, mut notes: Vec<String>) -> Result<Self, Error> {
        let actual = match options.device {
            Device::Auto => found.best_device(&mut notes),
            named => {
                let unusable = |why: Cause| Error::Device {
                    device: named,
                    why: why.to_string(),
                };
                found.probe(named).map_err(unusable)?;
                named
            }
        };
        Ok(Self {
            engine: format!("onnxruntime {}", found.version()),
            library: Some(found),
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
        self.library.as_ref().map(library::Library::path)
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
        Ok(Model {
            path: path.to_owned(),
            sha256,
            inputs,
            outputs,
            network,
            spent: std::time::Duration::ZERO,
        })
    }
}
