//! Corrections: what a person has put right on portraits, in a file of its own (`corrections.json`).
//!
//! The app writes it, the batch reads it. A portrait is known by its bytes, so that the file holds wherever the
//! pictures lie; a product by its id.
//!
//! ```json
//! { "version": 1, "portraits": { "<sha256 of the file>": {
//!     "name": "amara.jpg", "points": [ … all 18, or none … ],
//!     "products": { "pearl-drop-gold": { "earring_l": { "shift_mm": [0.5, -1.0], "scale": 1.1 } } } } } }
//! ```

use crate::anchors::{Name, Point};
use crate::placement::Adjustments;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The version this program writes.
const VERSION: u32 = 1;

/// Why corrections cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum CorrectionsError {
    #[error("{}: the corrections cannot be read; check the name", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}: not a file of corrections; export it again from the app", path.display())]
    Json {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{}: of a newer bijou (version {version}); update bijou", path.display())]
    Newer { path: PathBuf, version: u32 },
}

/// What was put right on one portrait.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PortraitCorrections {
    /// Its file name, for people.
    pub name: String,
    /// All points in photo pixels, when one was moved; empty for the detected ones.
    pub points: Vec<Point>,
    /// Changes to the pieces of products, by product id.
    pub products: BTreeMap<String, Adjustments>,
}

/// What was put right, by the portraits' SHA-256 (lowercase hexadecimal).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrections {
    version: u32,
    /// By portrait.
    pub portraits: BTreeMap<String, PortraitCorrections>,
}

impl Default for Corrections {
    fn default() -> Self {
        Self {
            version: VERSION,
            portraits: BTreeMap::new(),
        }
    }
}

/// What every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Corrections {
    /// Reads a file. Adjustments and points out of range are left out.
    ///
    /// # Errors
    /// [`CorrectionsError`].
    pub fn load(path: &Path) -> Result<Self, CorrectionsError> {
        let text = std::fs::read_to_string(path).map_err(|source| CorrectionsError::Read {
            path: path.to_owned(),
            source,
        })?;
        let json = |source| CorrectionsError::Json {
            path: path.to_owned(),
            source,
        };
        let Version { version } = serde_json::from_str(&text).map_err(json)?;
        if version > VERSION {
            return Err(CorrectionsError::Newer {
                path: path.to_owned(),
                version,
            });
        }
        let read: Self = serde_json::from_str(&text).map_err(json)?;
        Ok(read.checked())
    }

    /// The file's text; none when a number in it cannot be written down.
    pub fn text(&self) -> Option<String> {
        serde_json::to_string_pretty(self).ok()
    }

    /// Points of a portrait set by hand; empty for the detected ones.
    pub fn points(&self, portrait: &str) -> &[Point] {
        self.portraits.get(portrait).map_or(&[], |p| &p.points)
    }

    /// Changes to the pieces of a product on a portrait.
    pub fn adjustments(&self, portrait: &str, product: &str) -> Adjustments {
        let found = self.portraits.get(portrait).and_then(|p| p.products.get(product));
        found.cloned().unwrap_or_default()
    }

    fn checked(mut self) -> Self {
        for portrait in self.portraits.values_mut() {
            for adjustments in portrait.products.values_mut() {
                adjustments.retain(|_, a| a.is_sane());
            }
            portrait.products.retain(|_, a| !a.is_empty());
            let complete = portrait.points.iter().map(|p| p.name).eq(Name::ALL);
            if !complete || portrait.points.iter().any(|p| !p.position.is_finite()) {
                portrait.points.clear();
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::placement::{Adjustment, Piece};

    #[test]
    fn corrections_come_back_and_nonsense_is_left_out() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("corrections.json");
        let mut corrections = Corrections::default();
        let good = Adjustment {
            scale: 1.25,
            ..Adjustment::default()
        };
        let bad = Adjustment {
            scale: 1e9,
            ..Adjustment::default()
        };
        let portrait = PortraitCorrections {
            name: "a.jpg".into(),
            points: Vec::new(),
            products: [(
                "drop".into(),
                [(Piece::EarringL, good), (Piece::EarringR, bad)].into(),
            )]
            .into(),
        };
        corrections.portraits.insert("ab".into(), portrait);
        std::fs::write(&path, corrections.text().unwrap()).unwrap();
        let read = Corrections::load(&path).unwrap();
        assert_eq!(read.adjustments("ab", "drop"), [(Piece::EarringL, good)].into());
        assert!(read.adjustments("ab", "other").is_empty() && read.points("ab").is_empty());
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("c.json");
        assert!(matches!(
            Corrections::load(&path),
            Err(CorrectionsError::Read { .. })
        ));
        std::fs::write(&path, "{\"version\": 9}").unwrap();
        assert!(matches!(
            Corrections::load(&path),
            Err(CorrectionsError::Newer { version: 9, .. })
        ));
        std::fs::write(&path, "[]").unwrap();
        assert!(matches!(
            Corrections::load(&path),
            Err(CorrectionsError::Json { .. })
        ));
    }
}
