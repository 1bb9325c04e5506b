//! Where Bijou finds its models, products and portraits, from any working directory.
//!
//! In this order: `--data DIR` / `BIJOU_DATA`, beside the executable (`share/bijou`, or the
//! folder itself), the source tree it was built from. Also where it may keep what is the user's own.

use std::ffi::OsString;
use std::path::PathBuf;

/// A resource that is in none of the places looked at.
#[derive(Debug, thiserror::Error)]
#[error("{wanted} not found in {}; name the folder that holds models/ and assets/ with --data DIR or BIJOU_DATA", places.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
pub struct NotFound {
    wanted: String,
    places: Vec<PathBuf>,
}

/// The folder that holds `models/` and `assets/`. `given` comes from the command line.
///
/// # Errors
/// [`NotFound`] names every place that was looked at.
pub fn root(given: Option<PathBuf>) -> Result<PathBuf, NotFound> {
    let named = given.or_else(|| std::env::var_os("BIJOU_DATA").map(PathBuf::from));
    let places = match named {
        Some(folder) => vec![folder],
        None => {
            let beside = std::env::current_exe()
                .ok()
                .and_then(|exe| exe.parent().map(PathBuf::from));
            let mut places: Vec<PathBuf> = Vec::new();
            if let Some(folder) = beside {
                places.push(folder.join("../share/bijou"));
                places.push(folder);
            }
            places.push(PathBuf::from(env!("CARGO_MANIFEST_DIR")));
            places
        }
    };
    places
        .iter()
        .find(|p| p.join("models/manifest.toml").is_file())
        .cloned()
        .ok_or(NotFound {
            wanted: "models/manifest.toml".into(),
            places,
        })
}

/// The user's own folder for Bijou: products, the inference runtime, the session. `None` when the system
/// names no such place.
pub fn user_folder() -> Option<PathBuf> {
    user_folder_in(variable)
}

/// An environment variable that says something.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn user_folder_in(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| variable(name).map(PathBuf::from);
    if cfg!(windows) {
        folder("LOCALAPPDATA").map(|data| data.join("Bijou"))
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support/Bijou"))
    } else {
        let data = folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share")));
        data.map(|data| data.join("bijou"))
    }
}

/// Bytes of memory this program holds, where the system tells.
pub fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_users_folder_follows_the_environment() {
        let with = |vars: &[(&str, &str)]| {
            user_folder_in(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()))
        };
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[("HOME", "/h")]), Some("/h/.local/share/bijou".into()));
        assert_eq!(
            with(&[("XDG_DATA_HOME", "/x"), ("HOME", "/h")]),
            Some("/x/bijou".into())
        );
    }
}
