//! What `bijou runtime show` tells: engine, library, devices, and why.

use std::error::Error as _;
use std::path::PathBuf;

use super::{Device, Options, Place, Runtime, library, locate};

/// The inference side as it stands on this machine.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RuntimeReport {
    /// Engine and version, none when what was asked for cannot be had.
    pub engine: Option<String>,
    /// The ONNX Runtime library in use.
    pub library: Option<PathBuf>,
    /// The device asked for.
    pub requested_device: String,
    /// The device in use.
    pub device: Option<String>,
    /// Why nothing runs.
    pub error: Option<String>,
    /// Sentences about the choice.
    pub notes: Vec<String>,
    /// Every device with whether it can be used.
    pub devices: Vec<DeviceReport>,
    /// Every place looked at for the library, in order.
    pub places: Vec<Place>,
    /// Where `bijou runtime install` puts the library.
    pub install_folder: Option<PathBuf>,
}

/// One device.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DeviceReport {
    /// "cpu", "cuda", "directml" or "coreml".
    pub name: String,
    /// It starts.
    pub usable: bool,
    /// Why it does not.
    pub why: Option<String>,
}

/// Starts what `options` ask for and tells everything about it; never fails, the failure is part of it.
pub fn report(options: &Options) -> RuntimeReport {
    let mut places = locate::places(options.runtime.as_deref());
    let loaded = library::open(&mut places, options.runtime.as_deref()).ok();
    let (runtime, error) = match Runtime::start(options) {
        Ok(runtime) => (Some(runtime), None),
        Err(error) => (None, Some(chain(&error))),
    };
    let devices = library::DEVICES.iter().rev().map(|&device| {
        let why = match &loaded {
            Some(library) => library.probe(device).err().map(|cause| cause.to_string()),
            None if device == Device::Cpu => None,
            None => Some("needs ONNX Runtime, which was not found".to_owned()),
        };
        DeviceReport {
            name: device.to_string(),
            usable: why.is_none(),
            why,
        }
    });
    RuntimeReport {
        engine: runtime.as_ref().map(|runtime| runtime.engine().to_owned()),
        library: runtime
            .as_ref()
            .and_then(|runtime| runtime.library().map(PathBuf::from)),
        requested_device: options.device.to_string(),
        device: runtime.as_ref().map(|runtime| runtime.device().1.to_owned()),
        error,
        notes: runtime
            .map(|runtime| runtime.notes().to_vec())
            .unwrap_or_default(),
        devices: devices.collect(),
        places,
        install_folder: locate::install_folder(),
    }
}

/// An error with its causes, in one line.
fn chain(error: &super::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
