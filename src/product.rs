//! Products: a folder with `product.toml` and its artwork, and the catalogue of all of them.
//!
//! Takes a product folder, gives a checked [`Product`] whose attachment points are in
//! millimetres and whose artwork is straight-alpha sRGB; or takes a `product.toml` text and a
//! picture, and publishes them as such a folder. Names and units: DESIGN 2.3.

mod art;
mod catalogue;
mod course;
mod description;
mod field;
mod folder;
mod hoop;
mod words;

pub use art::{Art, MAX_SIDE, MIN_SIDE};
pub use catalogue::{Catalogue, Problem, Summary};
pub use course::{Course, Spot};
pub use description::{Description, id_problem};
pub use folder::publish;
pub use words::{Category, Pair, UnknownWord};

use crate::publish;
use glam::DVec2;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// The file that describes a product, in its folder.
pub const FILE: &str = "product.toml";

/// What can go wrong with a product. Messages name file, field and what is expected.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder that cannot be read.
    #[error("{}: cannot be read; check the name and the permissions", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A `product.toml` that is not TOML.
    #[error("{}: not valid TOML; correct the line shown", path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A field that is missing, of the wrong type or out of range.
    #[error("{}: `{field}` must be {expected}; found {found}", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The field, as a dotted path.
        field: String,
        /// What would be right.
        expected: String,
        /// What is there.
        found: String,
    },
    /// Artwork that cannot be used.
    #[error("{}: {reason}", path.display())]
    Art {
        /// The picture.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// No product of that name.
    #[error(
        "no product `{id}`{}; `bijou products list` shows all, or name a product's folder",
        nearest(near)
    )]
    Unknown {
        /// The name asked for.
        id: String,
        /// Up to three names like it.
        near: Vec<String>,
    },
    /// Two folders with the same id.
    #[error("{}: id `{id}` is already used by {}; give one of them another id", path.display(), other.display())]
    Duplicate {
        /// The file of the later one.
        path: PathBuf,
        /// The id.
        id: String,
        /// The folder of the earlier one, which is kept.
        other: PathBuf,
    },
    /// A folder to be written that is there already.
    #[error("{}: exists already; choose another id or use --force to replace it", .0.display())]
    Exists(PathBuf),
    /// Something to be replaced that is no product.
    #[error("{}: is not a product (it has no {FILE}) and is not replaced; choose another id or folder", .0.display())]
    NotAProduct(PathBuf),
    /// A folder that cannot be written.
    #[error("{}: cannot be written; check free space and permissions", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    /// The same complaint about a file that will lie below `to` instead of `from`.
    fn moved(mut self, from: &Path, to: &Path) -> Self {
        if let Self::Read { path, .. }
        | Self::Toml { path, .. }
        | Self::Field { path, .. }
        | Self::Art { path, .. } = &mut self
            && let Ok(inside) = path.strip_prefix(from)
        {
            *path = to.join(inside);
        }
        self
    }
}

fn nearest(near: &[String]) -> String {
    match near {
        [] => String::new(),
        names => format!(" (did you mean {}?)", names.join(", ")),
    }
}

/// Attachment points in millimetres from the art's top left corner, y down. `l` is the wearer's left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Attach {
    /// Earring or nose stud: the piercing point.
    Hook(DVec2),
    /// Necklace: the two chain ends and the lowest point.
    Chain {
        /// The chain's end at the wearer's left (on the right of the picture).
        end_l: DVec2,
        /// The chain's end at the wearer's right.
        end_r: DVec2,
        /// The lowest point of the chain, where a pendant hangs.
        lowest: DVec2,
    },
    /// Tiara: middle of the lower edge and its two ends.
    Band {
        /// Middle of the lower edge.
        base: DVec2,
        /// The band's end at the wearer's left (on the right of the picture).
        end_l: DVec2,
        /// The band's end at the wearer's right.
        end_r: DVec2,
    },
}

impl Attach {
    /// The same points in another unit or frame.
    pub fn map(self, f: impl Fn(DVec2) -> DVec2) -> Self {
        match self {
            Self::Hook(hook) => Self::Hook(f(hook)),
            Self::Chain { end_l, end_r, lowest } => Self::Chain {
                end_l: f(end_l),
                end_r: f(end_r),
                lowest: f(lowest),
            },
            Self::Band { base, end_l, end_r } => Self::Band {
                base: f(base),
                end_l: f(end_l),
                end_r: f(end_r),
            },
        }
    }

    /// The points with their names in `product.toml`.
    pub fn points(&self) -> Vec<(&'static str, DVec2)> {
        match *self {
            Self::Hook(hook) => vec![("hook", hook)],
            Self::Chain { end_l, end_r, lowest } => {
                vec![("end_l", end_l), ("end_r", end_r), ("lowest", lowest)]
            }
            Self::Band { base, end_l, end_r } => vec![("base", base), ("end_l", end_l), ("end_r", end_r)],
        }
    }
}

/// One product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Unique name in the catalogue.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name (the English one where the file has none).
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
    /// Where a chain runs in it; empty for everything else.
    pub course: Course,
    /// Is it an earring that goes through the lobe as a ring?
    pub hoop: bool,
    /// SHA-256 over product.toml and artwork bytes, lowercase hexadecimal.
    pub sha256: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl Product {
    /// Reads and checks a product folder, artwork included.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Toml`], [`Error::Field`] and [`Error::Art`] name the file, the
    /// field, what is expected and what was found.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let (toml, d) = Description::read(folder)?;
        let bytes = art::read(&d.art_path)?;
        let art = art::decode(&bytes, &d.art_path)?;
        let sha256 = publish::sha256(&[&toml, &bytes]);
        let mut product = Self {
            id: d.id,
            name_en: d.name_en,
            name_zh: d.name_zh,
            category: d.category,
            metal: d.metal,
            stone: d.stone,
            pair: d.pair,
            size_mm: d.size_mm,
            attach: d.attach,
            course: Course::default(),
            hoop: false,
            sku: d.sku,
            price: d.price,
            art,
            sha256,
            folder: folder.to_owned(),
        };
        let (attach, mm_per_px) = (product.attach, product.mm_per_px());
        product.course = Course::of(&product.art, attach, mm_per_px);
        product.hoop = hoop::is_hoop(&product.art, attach, mm_per_px);
        Ok(product)
    }

    /// Millimetres of one art pixel, x and y (equal within 3 %).
    pub fn mm_per_px(&self) -> DVec2 {
        self.size_mm / DVec2::new(self.art.width as f64, self.art.height as f64)
    }
}
