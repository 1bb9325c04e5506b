//! Where an ONNX Runtime library may lie, in the order it is looked for.

use crate::resources;
use std::path::{Path, PathBuf};

/// One place that was looked at.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Place {
    /// What the place is: "given by hand", "beside the program" …
    pub what: String,
    /// The folder or file.
    pub path: PathBuf,
    /// The library found there.
    pub library: Option<PathBuf>,
    /// What came of it: "nothing here", "found", "in use", "cannot be loaded: …".
    pub outcome: String,
    /// A library was found and could not be used.
    pub failed: bool,
}

/// The places to look at, in order; `given` by hand is the only one when there is one.
pub(super) fn places(given: Option<&Path>) -> Vec<Place> {
    if let Some(path) = given {
        return vec![look("given by hand", path.to_owned())];
    }
    let mut folders: Vec<(&str, PathBuf)> = Vec::new();
    if let Some(beside) = std::env::current_exe().ok().as_deref().and_then(Path::parent) {
        folders.push(("beside the program", beside.to_owned()));
        folders.push(("beside the program", beside.join("../lib")));
    }
    folders.extend(
        install_folders()
            .into_iter()
            .map(|folder| ("installed by Bijou", folder)),
    );
    folders.extend(
        system_folders()
            .into_iter()
            .map(|folder| ("system library", folder)),
    );
    folders
        .into_iter()
        .map(|(what, folder)| look(what, folder))
        .collect()
}

/// Where `bijou runtime install` puts the library: `BIJOU_RUNTIME`, else `runtime/` in the source tree
/// the program was built from while that tree is there and writable, else the user's data folder. None
/// when the system names no such folder.
pub fn install_folder() -> Option<PathBuf> {
    install_folders().into_iter().next()
}

/// Every folder an earlier installation may have filled, the present choice first.
fn install_folders() -> Vec<PathBuf> {
    if let Some(folder) = resources::variable("BIJOU_RUNTIME") {
        return vec![PathBuf::from(folder)];
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let writable = source
        .metadata()
        .is_ok_and(|data| data.is_dir() && !data.permissions().readonly());
    let in_source = source.join("runtime");
    let mut folders = Vec::new();
    if writable || in_source.is_dir() {
        folders.push(in_source);
    }
    folders.extend(resources::user_folder().map(|folder| folder.join("runtime")));
    folders
}

fn system_folders() -> Vec<PathBuf> {
    let folders: &[&str] = if cfg!(target_os = "macos") {
        &["/opt/homebrew/lib", "/usr/local/lib"]
    } else if cfg!(windows) {
        &[] // the onnxruntime.dll in System32 belongs to Windows and is an old one
    } else if cfg!(target_arch = "aarch64") {
        &[
            "/usr/local/lib",
            "/usr/lib",
            "/usr/lib64",
            "/usr/lib/aarch64-linux-gnu",
        ]
    } else {
        &[
            "/usr/local/lib",
            "/usr/lib",
            "/usr/lib64",
            "/usr/lib/x86_64-linux-gnu",
        ]
    };
    folders.iter().map(PathBuf::from).collect()
}

fn look(what: &str, path: PathBuf) -> Place {
    let library = if path.is_dir() {
        library_in(&path)
    } else {
        path.is_file().then(|| path.clone())
    };
    let library = library.map(|file| std::path::absolute(&file).unwrap_or(file));
    let outcome = match (&library, path.exists()) {
        (Some(_), _) => "found",
        (None, true) => "nothing here",
        (None, false) => "does not exist",
    };
    Place {
        what: what.to_owned(),
        path,
        outcome: outcome.to_owned(),
        library,
        failed: false,
    }
}

/// The ONNX Runtime library in a folder; the newest by name when there are several.
pub(super) fn library_in(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    entries
        .filter(|path| path.is_file() && is_library(path))
        .max_by_key(|path| version_key(path))
}

/// Whether a file name is that of the ONNX Runtime library on this system.
fn is_library(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    if cfg!(windows) {
        name.eq_ignore_ascii_case("onnxruntime.dll")
    } else if cfg!(target_os = "macos") {
        name.ends_with(".dylib") && (name.starts_with("libonnxruntime.") || name == "libonnxruntime.dylib")
    } else {
        name == "libonnxruntime.so" || name.starts_with("libonnxruntime.so.")
    }
}

/// The numbers in a file name, so that 1.31 comes after 1.9.
fn version_key(path: &Path) -> Vec<u32> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    name.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// Sentences about the libraries that were found and could not be used.
pub(super) fn complaints(places: &[Place]) -> Vec<String> {
    let failed = places.iter().filter(|place| place.failed);
    failed
        .map(|place| format!("{}: {}", place.path.display(), place.outcome))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_library_of_a_folder_is_taken_and_providers_are_not_libraries() {
        let folder = tempfile::tempdir().unwrap();
        let name = |version: &str| match std::env::consts::OS {
            "windows" => "onnxruntime.dll".to_owned(),
            "macos" => format!("libonnxruntime.{version}.dylib"),
            _ => format!("libonnxruntime.so.{version}"),
        };
        std::fs::write(folder.path().join("libonnxruntime_providers_shared.so"), "").unwrap();
        assert_eq!(library_in(folder.path()), None);
        for version in ["1.9.0", "1.31.1"] {
            std::fs::write(folder.path().join(name(version)), "").unwrap();
        }
        assert_eq!(
            library_in(folder.path()),
            Some(folder.path().join(name("1.31.1")))
        );
    }

    #[test]
    fn a_place_given_by_hand_is_the_only_one() {
        let places = places(Some(Path::new("no/such/folder")));
        assert_eq!(places.len(), 1);
        assert_eq!(places[0].outcome, "does not exist");
    }
}
