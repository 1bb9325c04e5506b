//! What is asked of the inference side: engine, device, library, threads.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::Error;

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

impl EngineChoice {
    /// Every choice, in the order a person should see them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::OnnxRuntime, Self::Tract];

    /// The word used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::OnnxRuntime => "onnxruntime",
            Self::Tract => "tract",
        }
    }
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

impl Device {
    /// Every choice, in the order a person should see them.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Cpu, Self::Cuda, Self::DirectMl, Self::CoreMl];

    /// The word used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::DirectMl => "directml",
            Self::CoreMl => "coreml",
        }
    }
}

/// Finds a word among the names of `all`.
fn parse<T: Copy>(
    what: &'static str,
    word: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, Error> {
    all.iter()
        .copied()
        .find(|&choice| name(choice) == word)
        .ok_or_else(|| Error::Choice {
            what,
            word: word.to_owned(),
            choices: all
                .iter()
                .map(|&choice| name(choice))
                .collect::<Vec<_>>()
                .join(", "),
        })
}

impl FromStr for EngineChoice {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self, Error> {
        parse("engine", word, &Self::ALL, Self::name)
    }
}

impl FromStr for Device {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self, Error> {
        parse("device", word, &Self::ALL, Self::name)
    }
}

impl fmt::Display for EngineChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
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
    /// Threads per model run; 0 for all cores. The embedded engine always uses one.
    pub threads: usize,
}
