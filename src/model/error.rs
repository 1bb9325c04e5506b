//! What can go wrong with a network, an engine, the manifest or the installation.

use std::path::{Path, PathBuf};

use super::Device;

/// An engine's own words, kept as the cause of an [`enum@Error`].
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What can go wrong with a model or an engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read {}; check that the file exists and may be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The file is larger than anything Bijou loads.
    #[error("{} is larger than {limit} bytes, the most a network may have; give a smaller network", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes a file may have.
        limit: u64,
    },
    /// The file is not the one the manifest speaks of.
    #[error(
        "{} has SHA-256 {found}, but {expected} was expected: the file was changed or damaged; `bijou models verify` \
         lists what does not match, then copy the file again",
        path.display()
    )]
    Hash {
        /// The file.
        path: PathBuf,
        /// Hexadecimal hash asked for.
        expected: String,
        /// Hexadecimal hash of the file.
        found: String,
    },
    /// The bytes are not an ONNX network.
    #[error("{} is not a complete ONNX file; export or copy it again", path.display())]
    NotOnnx {
        /// The file.
        path: PathBuf,
        /// What the reader tripped over.
        source: Cause,
    },
    /// A readable network that Bijou will not run, in a sentence that says what to change.
    #[error("{}: {why}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        why: String,
    },
    /// The engine does not accept the network.
    #[error("{engine} cannot load {}; {hint}", path.display())]
    Engine {
        /// The file.
        path: PathBuf,
        /// Engine and version.
        engine: String,
        /// What to do.
        hint: String,
        /// The engine's words.
        source: Cause,
    },
    /// The tensors handed over do not fit the network.
    #[error("{} {why}", path.display())]
    Input {
        /// The network's file.
        path: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// The engine failed while running.
    #[error("running {} failed; try `--engine tract` or `--device cpu`", path.display())]
    Run {
        /// The network's file.
        path: PathBuf,
        /// The engine's words.
        source: Cause,
    },
    /// ONNX Runtime is nowhere to be found (or in no usable version).
    #[error("no usable ONNX Runtime library found; `bijou runtime install` fetches it. Looked at: {}", looked.join("; "))]
    NoRuntime {
        /// Every place with what was found there.
        looked: Vec<String>,
    },
    /// The library given by hand cannot be used.
    #[error("the ONNX Runtime library {} cannot be used: {why}", path.display())]
    Library {
        /// The library or folder that was given.
        path: PathBuf,
        /// What is wrong and what to do.
        why: String,
    },
    /// A device asked for by name does not start.
    #[error("the device {device} cannot be used: {why}; `--device auto` takes the best that starts")]
    Device {
        /// The device asked for.
        device: Device,
        /// What is wrong.
        why: String,
    },
    /// A word that names no engine, device or package.
    #[error("unknown {what} `{word}`; choose one of {choices}")]
    Choice {
        /// What the word should name.
        what: &'static str,
        /// The word.
        word: String,
        /// The words that are known.
        choices: String,
    },
    /// The manifest has a field that is missing or wrong.
    #[error("{}: {field} {why}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// The field, as `model `name`, field `sha256``.
        field: String,
        /// What is expected there.
        why: String,
    },
    /// The manifest is not TOML.
    #[error("{} is not valid TOML; correct the line named below", path.display())]
    Toml {
        /// The manifest.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// No such entry in the manifest.
    #[error("{} has no model `{name}`; {near}", path.display())]
    UnknownModel {
        /// The manifest.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// The nearest names, as a sentence.
        near: String,
    },
    /// A network whose shapes Bijou cannot use for try-on.
    #[error("{} cannot be used as a generator: {why}", path.display())]
    Layout {
        /// The network's file.
        path: PathBuf,
        /// What it looks like and what would be usable.
        why: String,
    },
    /// ONNX Runtime could not be installed.
    #[error("cannot install {package}: {why}")]
    Install {
        /// Package and version.
        package: String,
        /// What is wrong and what to do.
        why: String,
    },
}

/// Why [`super::onnx::check`] turns bytes down, before it is known which file they came from.
#[derive(Debug)]
pub(super) enum Refusal {
    NotOnnx(Cause),
    Because(String),
}

impl Refusal {
    /// The same, as an error about `path`.
    pub(super) fn of(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::NotOnnx(source) => Error::NotOnnx { path, source },
            Self::Because(why) => Error::Refused { path, why },
        }
    }
}

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self::Because(why)
    }
}
