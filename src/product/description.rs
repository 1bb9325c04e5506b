//! `product.toml` read and checked, without decoding the artwork.
//!
//! Takes a product folder; gives names, millimetres and attachment points (millimetres from the
//! art's top left corner). Of the artwork only the size in its header is read.

use super::field::Fields;
use super::{Attach, Category, Error, FILE, Pair, art};
use glam::DVec2;
use std::path::{Component, Path, PathBuf};
use std::{fs, io, io::Read};

/// Millimetres an artwork may measure.
const SIZE_MM: std::ops::RangeInclusive<f64> = 0.5..=1000.0;
/// An attachment point may lie this part of the picture's side outside it.
const OUTSIDE: f64 = 0.05;
/// How much the millimetres per pixel in x and y may differ.
const ASPECT: f64 = 0.03;
/// A longer description is no product's.
const MAX_TOML: u64 = 1 << 20;

/// A checked `product.toml`.
#[derive(Clone, Debug)]
pub struct Description {
    /// Unique name in the catalogue.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name (the English one where the file has none).
    pub name_zh: String,
    /// Where it is worn.
    pub category: Category,
    /// Metal.
    pub metal: String,
    /// Stone.
    pub stone: String,
    /// Pair rule.
    pub pair: Pair,
    /// Millimetres of the whole artwork.
    pub size_mm: DVec2,
    /// Attachment points in millimetres.
    pub attach: Attach,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Price.
    pub price: Option<String>,
    /// The artwork's file.
    pub art_path: PathBuf,
    /// Width and height of the artwork in pixels.
    pub art_px: (usize, usize),
}

impl Description {
    /// Reads `folder/product.toml`; gives its bytes too.
    ///
    /// # Errors
    /// As [`super::Product::load`], short of what only the artwork's pixels tell.
    pub fn read(folder: &Path) -> Result<(Vec<u8>, Self), Error> {
        let path = folder.join(FILE);
        let text = read_text(&path)?;
        let table: toml::Table = toml::from_str(&text).map_err(|source| Error::Toml {
            path: path.clone(),
            source: Box::new(source),
        })?;
        let description = Self::check(folder, Fields::top(&path, &table))?;
        Ok((text.into_bytes(), description))
    }

    fn check(folder: &Path, top: Fields) -> Result<Self, Error> {
        let id = top.text("id")?;
        if let Some(expected) = id_problem(id) {
            return Err(top.wrong("id", expected, format!("\"{}\"", id.escape_debug())));
        }
        let name = top.table("name.", "a table of names, { en = \"…\", zh = \"…\" }")?;
        let name_en = name.text("en")?;
        let category = top.word("category", &Category::ALL, Category::name)?;
        let size_mm = DVec2::new(
            top.millimetres("width_mm", SIZE_MM)?,
            top.millimetres("height_mm", SIZE_MM)?,
        );
        let art_path = art_path(folder, top)?;
        let art_px = art::dimensions(&art_path)?;
        let mm_per_px = scale(top, size_mm, art_px)?;
        Ok(Self {
            id: id.to_owned(),
            name_en: name_en.to_owned(),
            name_zh: name.optional_text("zh")?.unwrap_or(name_en).to_owned(),
            category,
            metal: top.text("metal")?.to_owned(),
            stone: top.text("stone")?.to_owned(),
            pair: top.word("pair", &Pair::ALL, Pair::name)?,
            size_mm,
            attach: attach(top, category, art_px)?.map(|px| px * mm_per_px),
            sku: top.optional_text("sku")?.map(str::to_owned),
            price: top.optional_text("price")?.map(str::to_owned),
            art_path,
            art_px,
        })
    }
}

/// What an id must be, when `id` is not that: it names a folder and is typed on command lines.
pub fn id_problem(id: &str) -> Option<&'static str> {
    let letters = id
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    let start = id.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    (!letters || !start || id.len() > 64)
        .then_some("up to 64 lower-case letters a-z, digits, - and _, beginning with a letter or digit")
}

fn read_text(path: &Path) -> Result<String, Error> {
    let wrap = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let mut text = String::new();
    fs::File::open(path)
        .map_err(wrap)?
        .take(MAX_TOML + 1)
        .read_to_string(&mut text)
        .map_err(wrap)?;
    if text.len() as u64 > MAX_TOML {
        return Err(wrap(io::Error::other("longer than 1 MiB")));
    }
    Ok(text)
}

/// The artwork's file; it must lie in the product's folder, links followed.
fn art_path(folder: &Path, top: Fields) -> Result<PathBuf, Error> {
    let art = top.table("art.", "a table { file = \"front.png\" }")?;
    let file = art.text("file")?;
    let expected = "the name of a PNG file inside the product's folder";
    let inside = Path::new(file)
        .components()
        .all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if !inside {
        return Err(art.wrong("file", expected, format!("\"{}\"", file.escape_debug())));
    }
    let path = folder.join(file);
    let real = |p: &Path| {
        fs::canonicalize(p).map_err(|source| Error::Read {
            path: p.to_owned(),
            source,
        })
    };
    if !real(&path)?.starts_with(real(folder)?) {
        return Err(art.wrong("file", expected, format!("\"{file}\", a link that leads outside")));
    }
    Ok(path)
}

/// Millimetres per pixel, when x and y agree.
fn scale(top: Fields, size_mm: DVec2, (width, height): (usize, usize)) -> Result<DVec2, Error> {
    let scale = size_mm / DVec2::new(width as f64, height as f64);
    if (scale.x / scale.y - 1.0).abs() > ASPECT {
        let expected = format!(
            "{:.2} for a picture of {width}×{height} px that is {} mm wide (millimetres per pixel equal in x and y within 3 %)",
            scale.x * height as f64,
            size_mm.x
        );
        return Err(top.wrong("height_mm", expected, format!("{}", size_mm.y)));
    }
    Ok(scale)
}

/// Attachment points in art pixels.
fn attach(top: Fields, category: Category, art_px: (usize, usize)) -> Result<Attach, Error> {
    let (names, attach) = match category {
        Category::Earring | Category::NoseStud => ("hook", None),
        Category::Necklace => ("end_l, end_r, lowest", Some("lowest")),
        Category::Tiara => ("base, end_l, end_r", Some("base")),
    };
    let table = top.table("attach.", &format!("a table of the points {names} in art pixels"))?;
    let point = |field| inside(table, field, art_px);
    let Some(middle) = attach else {
        return Ok(Attach::Hook(point("hook")?));
    };
    let (end_l, end_r, middle_point) = (point("end_l")?, point("end_r")?, point(middle)?);
    if end_l.x - end_r.x < 0.01 * art_px.0 as f64 {
        let expected = format!(
            "to the right of end_r ({}): the wearer's left is on the picture's right",
            show(end_r)
        );
        return Err(table.wrong("end_l", expected, show(end_l)));
    }
    if category == Category::Tiara {
        return Ok(Attach::Band {
            base: middle_point,
            end_l,
            end_r,
        });
    }
    if middle_point.y <= end_l.y.max(end_r.y) {
        let expected = format!("below both ends ({} and {})", show(end_l), show(end_r));
        return Err(table.wrong("lowest", expected, show(middle_point)));
    }
    Ok(Attach::Chain {
        end_l,
        end_r,
        lowest: middle_point,
    })
}

fn inside(table: Fields, field: &str, (width, height): (usize, usize)) -> Result<DVec2, Error> {
    let p = table.point(field)?;
    let size = DVec2::new(width as f64, height as f64);
    let slack = size * OUTSIDE;
    if p.cmpge(-slack).all() && p.cmple(size + slack).all() {
        return Ok(p);
    }
    let expected =
        format!("a point in art pixels inside the picture of {width}×{height} (5 % outside is allowed)");
    Err(table.wrong(field, expected, show(p)))
}

fn show(p: DVec2) -> String {
    format!("[{}, {}]", p.x, p.y)
}
