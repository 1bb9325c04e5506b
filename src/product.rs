//! Products: a folder with `product.toml` and its artwork, and the catalogue of all of them.

use glam::DVec2;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What can go wrong with a product. Messages name file, field and what is expected.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Stub.
    #[error("{0}: not implemented")]
    Stub(PathBuf),
}

/// Where a piece is worn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// On the lobes.
    Earring,
    /// Round the neck.
    Necklace,
    /// On the hair.
    Tiara,
    /// On a nostril.
    NoseStud,
}

/// How a pair of earrings is made from one artwork.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pair {
    /// The other one is mirrored.
    Mirror,
    /// Both are the same.
    Same,
    /// One piece only.
    Single,
}

/// Attachment points in millimetres from the art's top left corner, y down. `l` is the wearer's left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Attach {
    /// Earring or nose stud: the piercing point.
    Hook(DVec2),
    /// Necklace: the two chain ends and the lowest point.
    Chain {
        /// left end
        end_l: DVec2,
        /// right end
        end_r: DVec2,
        /// lowest point
        lowest: DVec2,
    },
    /// Tiara: middle of the lower edge and its two ends.
    Band {
        /// middle
        base: DVec2,
        /// left end
        end_l: DVec2,
        /// right end
        end_r: DVec2,
    },
}

/// Straight-alpha sRGB artwork, 8 bit RGBA interleaved.
#[derive(Clone, Debug, PartialEq)]
pub struct Art {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// RGBA, straight alpha, sRGB-encoded.
    pub rgba: Vec<u8>,
}

/// One product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Unique name in the catalogue.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Where it is worn.
    pub category: Category,
    /// Metal, as written in the file.
    pub metal: String,
    /// Stone, as written in the file ("none" for none).
    pub stone: String,
    /// Pair rule.
    pub pair: Pair,
    /// Millimetres of the whole artwork, width and height.
    pub size_mm: DVec2,
    /// Attachment points in millimetres.
    pub attach: Attach,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Price, free text.
    pub price: Option<String>,
    /// The artwork.
    pub art: Art,
    /// SHA-256 over product.toml and artwork bytes, lowercase hexadecimal.
    pub sha256: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl Product {
    /// Reads and checks a product folder.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        Err(Error::Stub(folder.to_owned()))
    }
}
