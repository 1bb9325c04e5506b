//! What a person has put right on portraits, as a file that a batch reads: portraits are known by their bytes there.

use crate::anchors::Point;
use crate::pipeline::{Corrections, PortraitCorrections};
use crate::placement::Adjustments;
use crate::publish;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is to be written.
#[derive(Clone, Debug, Default)]
pub struct CorrectionsTask {
    /// Where it goes.
    pub path: PathBuf,
    /// Portraits with the points set by hand (none for the detected ones) and the changes by product id.
    pub portraits: Vec<(PathBuf, Vec<Point>, BTreeMap<String, Adjustments>)>,
}

impl CorrectionsTask {
    /// Writes it, whole or not at all.
    pub(super) fn write(self) -> Result<PathBuf, String> {
        let mut file = Corrections::default();
        for (portrait, points, products) in self.portraits {
            let known = hash(&portrait)?;
            let name = portrait.file_name().unwrap_or_default();
            let entry = PortraitCorrections {
                name: name.to_string_lossy().into_owned(),
                points,
                products,
            };
            file.portraits.insert(known, entry);
        }
        let text = file
            .text()
            .ok_or("a correction is not a number; reset it and save again")?;
        let failed = |e| format!("{}: {e}; choose another folder", self.path.display());
        publish::file(&self.path, text.as_bytes(), true).map_err(failed)?;
        Ok(self.path)
    }
}

/// The identity of a portrait: the hash of its file's bytes, as a batch has it.
fn hash(portrait: &Path) -> Result<String, String> {
    let bytes = std::fs::read(portrait).map_err(|e| {
        format!(
            "{}: {e}; close this portrait and save the corrections again",
            portrait.display()
        )
    })?;
    Ok(publish::sha256(&[&bytes]))
}
