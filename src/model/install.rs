//! Fetches ONNX Runtime: `bijou runtime install`.
//!
//! Takes the kind of build, gives the folder it lies in. The library comes out of the official Python
//! package, which pip downloads and checks; Python itself is not needed afterwards.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use super::{Error, locate};
use crate::publish;

/// The version of ONNX Runtime Bijou is tested with.
pub const VERSION: &str = "1.31.1";

/// Written into the folder that an installation fills.
const RECEIPT: &str = "installed.txt";

/// Which build of ONNX Runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Kind {
    /// CPU (on macOS also CoreML).
    #[default]
    Cpu,
    /// NVIDIA's CUDA, Linux and Windows; CUDA and cuDNN must be installed.
    Gpu,
    /// DirectML, Windows.
    DirectMl,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Cpu, Self::Gpu, Self::DirectMl];

    /// The word used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
            Self::DirectMl => "directml",
        }
    }

    /// The Python package that carries it.
    fn package(self) -> &'static str {
        match self {
            Self::Cpu => "onnxruntime",
            Self::Gpu => "onnxruntime-gpu",
            Self::DirectMl => "onnxruntime-directml",
        }
    }
}

impl FromStr for Kind {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == word)
            .ok_or_else(|| Error::Choice {
                what: "kind of ONNX Runtime",
                word: word.to_owned(),
                choices: Self::ALL.map(Self::name).join(", "),
            })
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// Installs ONNX Runtime into [`super::install_folder`] and gives that folder. Does nothing when the same
/// version and kind is already there; an earlier one is replaced whole.
///
/// # Errors
/// [`Error::Install`] in a sentence: no Python, no pip, no such version for this system, folder in the way.
pub fn install(kind: Kind, version: &str) -> Result<PathBuf, Error> {
    let folder = locate::install_folder().ok_or_else(|| Error::Install {
        package: kind.package().to_owned(),
        why: "the system names no folder for it; set BIJOU_RUNTIME to a folder".to_owned(),
    })?;
    install_into(&folder, kind, version)?;
    Ok(folder)
}

/// [`install`] into a folder of one's own choice.
///
/// # Errors
/// As for [`install`].
pub fn install_into(folder: &Path, kind: Kind, version: &str) -> Result<(), Error> {
    let package = format!("{}=={version}", kind.package());
    let fail = |why: String| Error::Install {
        package: package.clone(),
        why,
    };
    if installed(folder).as_deref() == Some(package.as_str()) {
        return Ok(());
    }
    check_target(folder).map_err(fail)?;
    let downloads = tempfile::tempdir().map_err(|error| fail(format!("no temporary folder: {error}")))?;
    let wheel = download(&package, downloads.path()).map_err(fail)?;
    unpack(&wheel, folder, &package)
}

/// What a folder's receipt says, when the library is there too.
fn installed(folder: &Path) -> Option<String> {
    locate::library_in(folder)?;
    receipt(folder)
}

/// The package an installation filled this folder with, as `onnxruntime==1.31.1`.
pub(super) fn receipt(folder: &Path) -> Option<String> {
    Some(fs::read_to_string(folder.join(RECEIPT)).ok()?.trim().to_owned())
}

/// Refuses to replace a folder that an installation did not fill.
fn check_target(folder: &Path) -> Result<(), String> {
    let occupied = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if folder.is_file() || (occupied && !folder.join(RECEIPT).is_file()) {
        return Err(format!(
            "{} holds something else, which would be lost; empty it or set BIJOU_RUNTIME to another folder",
            folder.display()
        ));
    }
    Ok(())
}

/// Downloads the wheel of `package` into `folder` with pip; gives its path.
fn download(package: &str, folder: &Path) -> Result<PathBuf, String> {
    let mut command = pip()?;
    command.args([
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--quiet",
    ]);
    // The library does not depend on Python's version, so take a wheel that is sure to exist.
    command
        .args(["--python-version", "3.12", "--dest"])
        .arg(folder)
        .arg(package);
    let output = command
        .output()
        .map_err(|error| format!("pip does not start: {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = words.lines().filter(|line| line.contains("ERROR")).collect();
        let last = last.last().copied().unwrap_or(words.trim());
        return Err(format!(
            "pip could not download it; check the network and that this version exists for {} {}. pip said: {last}",
            std::env::consts::OS,
            std::env::consts::ARCH
        ));
    }
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths
        .find(|path| path.extension() == Some(OsStr::new("whl")))
        .ok_or_else(|| "pip left no wheel".to_owned())
}

/// The first Python on this machine that has pip, ready for its arguments.
fn pip() -> Result<Command, String> {
    let pythons: &[&[&str]] = if cfg!(windows) {
        &[&["py", "-3"], &["python"]]
    } else {
        &[&["python3"], &["python"]]
    };
    let mut without_pip = None;
    for words in pythons {
        let command = || {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).args(["-m", "pip"]);
            command
        };
        match command().arg("--version").output() {
            Ok(output) if output.status.success() => return Ok(command()),
            Ok(_) => without_pip = Some(words[0]),
            Err(_) => {}
        }
    }
    Err(match without_pip {
        Some(python) => format!("{python} has no pip; install it (python3-pip, or `{python} -m ensurepip`)"),
        None => {
            "Python was not found; install Python 3 with pip (it is needed for the download only)".to_owned()
        }
    })
}

/// Takes the libraries and licences out of a wheel into `folder`, which appears whole or not at all.
/// `receipt` is what [`install_into`] compares next time.
///
/// # Errors
/// [`Error::Install`] when the wheel holds no library for this system or the folder cannot be replaced.
pub fn unpack(wheel: &Path, folder: &Path, receipt: &str) -> Result<(), Error> {
    let fail = |why: String| Error::Install {
        package: receipt.to_owned(),
        why,
    };
    check_target(folder).map_err(fail)?;
    let folder = std::path::absolute(folder).unwrap_or(folder.to_owned());
    let fill = |fresh: &Path| {
        extract(wheel, fresh)?;
        if locate::library_in(fresh).is_none() {
            let why = "the package holds no ONNX Runtime library for this system";
            return Err(io::Error::other(why));
        }
        fs::write(fresh.join(RECEIPT), format!("{receipt}\n"))
    };
    publish::folder(&folder, true, fill, |e| e).map_err(|error| {
        fail(format!(
            "{}: {error}; close programs that use it, and check that it may be written or set BIJOU_RUNTIME to another folder",
            folder.display()
        ))
    })
}

/// Writes the wanted files of a wheel flat into `into`.
fn extract(wheel: &Path, into: &Path) -> io::Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(wheel)?).map_err(io::Error::other)?;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(io::Error::other)?;
        let name = file.name().map_err(io::Error::other)?.into_owned();
        if let Some(name) = wanted(&name) {
            io::copy(&mut file, &mut File::create(into.join(name))?)?;
        }
    }
    Ok(())
}

/// The bare file name of a wheel's entry worth keeping: shared libraries of `capi/` and the licences.
fn wanted(entry: &str) -> Option<&str> {
    let (folder, name) = entry.rsplit_once('/')?;
    let library = [".so", ".dylib", ".dll"]
        .iter()
        .any(|ending| name.ends_with(ending))
        || name.contains(".so.");
    let keep = match folder {
        "onnxruntime/capi" => library && !name.contains("pybind"),
        "onnxruntime" => matches!(name, "LICENSE" | "ThirdPartyNotices.txt" | "Privacy.md"),
        _ => false,
    };
    (keep && !name.contains('\\')).then_some(name)
}
