//! Where Bijou finds its models, products and portraits, from any working directory.
//!
//! In this order: `--data DIR` / `BIJOU_DATA`, beside the executable (`share/bijou`, or the
//! folder itself), the source tree it was built from.

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
