//! From a photograph and what its owner knows of the piece to a product folder.

use super::{Error, Proposal, propose};
use crate::photo::Photo;
use crate::product::{self, Attach, Category, Pair, Product};
use glam::DVec2;
use serde::Serialize;
use std::path::Path;

/// Name of the artwork in the folder.
const ART: &str = "front.png";

/// How large the piece itself is (without the margin of the artwork), in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// From its leftmost to its rightmost point.
    Width(f64),
    /// From its topmost to its lowest point.
    Height(f64),
}

/// What a photograph does not tell.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Unique name, also the folder's: see [`product::id_problem`].
    pub id: String,
    /// English name.
    pub name: String,
    /// Chinese name, if any.
    pub name_zh: Option<String>,
    /// Where it is worn.
    pub category: Category,
    /// Size of the piece.
    pub size: Size,
    /// Metal ("gold", "rose_gold", "silver", …).
    pub metal: String,
    /// Stone ("none", "pearl", "diamond", …).
    pub stone: String,
    /// Pair rule.
    pub pair: Pair,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Price, free text.
    pub price: Option<String>,
}

/// Cuts the piece out of `photo` and writes it as `out_dir/<id>`, whole or not at all; an existing product
/// is replaced when `force`.
///
/// # Errors
/// As [`propose`] and [`save`].
pub fn import(photo: &Photo, spec: &Spec, out_dir: &Path, force: bool) -> Result<Product, Error> {
    check(spec)?;
    save(&propose(photo, spec.category)?, spec, out_dir, force)
}

/// The second half of [`import`]: for a proposal whose points the user has moved.
///
/// # Errors
/// [`Error::Value`] for what `spec` says, [`Error::Product`] when the folder cannot be written.
pub fn save(proposal: &Proposal, spec: &Spec, out_dir: &Path, force: bool) -> Result<Product, Error> {
    check(spec)?;
    let art = &proposal.art;
    let (x0, y0, x1, y1) = art.bounds();
    let mm_per_px = match spec.size {
        Size::Width(mm) => mm / (x1 - x0).max(1) as f64,
        Size::Height(mm) => mm / (y1 - y0).max(1) as f64,
    };
    let size_mm = DVec2::new(art.width as f64, art.height as f64) * mm_per_px;
    if size_mm.max_element() > 1000.0 || size_mm.min_element() < 0.5 {
        return Err(Error::Value {
            field: "the size",
            expected: "such that the picture measures 0.5 to 1000 mm".into(),
            found: format!("{:.1} × {:.1} mm", size_mm.x, size_mm.y),
        });
    }
    let toml = File::new(spec, proposal, size_mm).to_toml()?;
    let png = art.to_png().map_err(|e| Error::Scale(e.to_string()))?;
    Ok(product::publish(out_dir, &spec.id, &toml, (ART, &png), force)?)
}

fn check(spec: &Spec) -> Result<(), Error> {
    let value = |field, expected: &str, found: &str| {
        Err(Error::Value {
            field,
            expected: expected.into(),
            found: format!("\"{}\"", found.escape_debug()),
        })
    };
    if let Some(expected) = product::id_problem(&spec.id) {
        return value("the id", expected, &spec.id);
    }
    let texts = [
        ("the name", Some(&spec.name)),
        ("the Chinese name", spec.name_zh.as_ref()),
        ("the metal", Some(&spec.metal)),
        ("the stone", Some(&spec.stone)),
        ("the SKU", spec.sku.as_ref()),
        ("the price", spec.price.as_ref()),
    ];
    for (field, text) in texts.into_iter().filter_map(|(f, t)| t.map(|t| (f, t))) {
        if text.trim().is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
            return value(field, "1 to 200 characters on one line", text);
        }
    }
    let (Size::Width(mm) | Size::Height(mm)) = spec.size;
    if !(0.5..=1000.0).contains(&mm) {
        let expected = "0.5 to 1000 mm".into();
        return Err(Error::Value {
            field: "the size",
            expected,
            found: format!("{mm} mm"),
        });
    }
    Ok(())
}

/// `product.toml` as it is written.
#[derive(Serialize)]
struct File<'a> {
    id: &'a str,
    category: &'static str,
    metal: &'a str,
    stone: &'a str,
    pair: &'static str,
    width_mm: f64,
    height_mm: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<&'a str>,
    name: Names<'a>,
    attach: toml::Table,
    art: ArtFile,
}

#[derive(Serialize)]
struct Names<'a> {
    en: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    zh: Option<&'a str>,
}

#[derive(Serialize)]
struct ArtFile {
    file: &'static str,
}

impl<'a> File<'a> {
    fn new(spec: &'a Spec, proposal: &Proposal, size_mm: DVec2) -> Self {
        let round = |v: f64| (v * 1000.0).round() / 1000.0;
        Self {
            id: &spec.id,
            category: spec.category.name(),
            metal: &spec.metal,
            stone: &spec.stone,
            pair: spec.pair.name(),
            width_mm: round(size_mm.x),
            height_mm: round(size_mm.y),
            sku: spec.sku.as_deref(),
            price: spec.price.as_deref(),
            name: Names {
                en: &spec.name,
                zh: spec.name_zh.as_deref(),
            },
            attach: points(&proposal.attach),
            art: ArtFile { file: ART },
        }
    }

    fn to_toml(&self) -> Result<String, Error> {
        toml::to_string(self).map_err(|e| Error::Value {
            field: "the description",
            expected: "texts that TOML can hold".into(),
            found: e.to_string(),
        })
    }
}

/// Points in art pixels, to a tenth.
fn points(attach: &Attach) -> toml::Table {
    let tenth = |v: f64| toml::Value::Float((v * 10.0).round() / 10.0);
    let entry = |(name, p): (&str, DVec2)| (name.to_owned(), vec![tenth(p.x), tenth(p.y)].into());
    attach.points().into_iter().map(entry).collect()
}
