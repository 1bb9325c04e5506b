//! The user's own look: a colour table from a `.cube` file. Takes the file's path and, from a recipe, its
//! hash; gives graded pixels.
//!
//! Runs on the processor, row by row, on sRGB-encoded values, as colour tables for pictures expect.

use super::Error;
use super::cube::Cube;
use super::look::Look;
use crate::publish;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a style begins with that names a file: `cube:FILE[:STRENGTH]`.
pub(super) const PREFIX: &str = "cube:";

/// Not in the list of looks: it is nothing without its file.
pub(super) static LOOK: Look = Look {
    id: "cube",
    name_en: "Colour Table",
    name_zh: "色彩查找表",
    description: "A colour table of your own, from a .cube file",
    parameters: &[],
    worn_only: false,
    shader: "",
    passes: &[],
    footprint: Look::point,
};

/// A colour table and where it was read.
#[derive(Clone, Debug)]
pub(super) struct Grade {
    pub path: PathBuf,
    /// SHA-256 of the file.
    pub sha256: String,
    cube: Arc<Cube>,
}

/// Grades are alike when their tables are.
impl PartialEq for Grade {
    fn eq(&self, other: &Self) -> bool {
        self.cube == other.cube
    }
}

impl Grade {
    /// Reads a `.cube` file; with a hash, that file only.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Changed`] or [`Error::Table`].
    pub fn load(path: &Path, wanted: Option<&str>) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|source| Error::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let sha256 = publish::sha256(&[&bytes]);
        if wanted.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&sha256)) {
            return Err(Error::Changed {
                path: path.to_owned(),
                found: sha256,
            });
        }
        let cube = Cube::parse(&String::from_utf8_lossy(&bytes)).map_err(|source| Error::Table {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            sha256,
            cube: Arc::new(cube),
        })
    }

    /// Pixels in linear light through the table, mixed with themselves by `strength` (encoded).
    pub fn apply(&self, pixels: &mut [[f32; 3]], strength: f32) {
        pixels.par_iter_mut().for_each(|pixel| {
            let encoded = pixel.map(encode);
            let graded = self.cube.map(encoded);
            for c in 0..3 {
                pixel[c] = decode(encoded[c] + strength * (graded[c] - encoded[c]));
            }
        });
    }
}

/// IEC 61966-2-1, odd about 0, as `shaders/common.wgsl` has it.
pub(super) fn encode(v: f32) -> f32 {
    let a = v.abs();
    let encoded = if a <= 0.003_130_8 {
        a * 12.92
    } else {
        1.055 * a.powf(1.0 / 2.4) - 0.055
    };
    encoded.copysign(v)
}

/// The other way.
pub(super) fn decode(v: f32) -> f32 {
    let a = v.abs();
    let light = if a <= 0.040_45 {
        a / 12.92
    } else {
        ((a + 0.055) / 1.055).powf(2.4)
    };
    light.copysign(v)
}
