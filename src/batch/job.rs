//! The job: what a person asks for, as a TOML file or as options.

use super::preset::{PLAIN, Preset, Presets};
use super::{Error, Shows};
use crate::sheet::Paper;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Portraits × products × looks, and how the pictures are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Files, folders, glob patterns, or `.csv` tables with a column `portrait`.
    #[serde(default)]
    pub portraits: Vec<String>,
    /// Ids, folders, categories (`earring`…), `all`, or `.csv` tables with a column `sku` or `id`.
    pub products: Vec<String>,
    /// Looks as on the command line; `none` for the picture as it is.
    #[serde(default = "plain")]
    pub looks: Vec<String>,
    /// Names of presets; when empty, every picture is written once as [`Output`] says.
    #[serde(default)]
    pub outputs: Vec<String>,
    /// What one failed picture does to the others.
    #[serde(default)]
    pub on_error: OnError,
    /// A file of corrections, see [`crate::pipeline::Corrections`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrections: Option<PathBuf>,
    /// How pictures are written.
    pub output: Output,
    /// What deserves a person's look.
    #[serde(default)]
    pub gate: Gate,
    /// Contact sheets, if there are to be some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheets: Option<Sheets>,
    /// Presets of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preset: Vec<Preset>,
}

/// What one failed picture does to the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnError {
    /// Nothing.
    #[default]
    GoOn,
    /// The batch stops after those in hand; the next start tries again.
    Stop,
}

/// Contact sheets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sheets {
    /// Paper.
    pub paper: Paper,
    /// Pictures across.
    pub columns: u32,
    /// Dots an inch, 100 to 300.
    pub dpi: u32,
    /// Head of every page; the output folder's name when empty.
    pub title: String,
    /// Products by their English or Chinese names.
    pub names: Names,
}

/// The language of products' names on contact sheets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Default for Sheets {
    fn default() -> Self {
        Self {
            paper: Paper::A4,
            columns: 4,
            dpi: 220,
            title: String::new(),
            names: Names::En,
        }
    }
}

/// How pictures are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Where.
    pub folder: PathBuf,
    /// Names below it, without extension: see [`super::Template`].
    #[serde(default = "name")]
    pub name: String,
    /// `jpg`, `png`, `webp` or `tiff`.
    #[serde(default = "format")]
    pub format: String,
    /// JPEG quality, 1 to 100.
    #[serde(default = "crate::pipeline::quality")]
    pub quality: u8,
    /// Longer side in pixels at most; the portrait's own when absent.
    #[serde(default)]
    pub longest: Option<u32>,
    /// Before and after side by side?
    #[serde(default)]
    pub before_after: bool,
    /// What becomes of files that were there before the batch.
    #[serde(default)]
    pub existing: Existing,
}

/// What becomes of a file that was there before the batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// It stays; the picture is not made.
    #[default]
    Skip,
    /// It is replaced.
    Overwrite,
    /// It stays; the picture gets a number behind its name.
    Unique,
}

/// Bounds beyond which a picture is marked "look at this".
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gate {
    /// Least share of the product that can be seen, 0..=1.
    pub visible: f64,
    /// Least probability that this is a face, 0..=1.
    pub face: f64,
    /// Greatest turn of the head, degrees.
    pub yaw: f64,
    /// Greatest relative error of the scale.
    pub scale_error: f64,
    /// Greatest mean ΔE2000 between the product and its artwork once the light is undone.
    pub colour: f64,
    /// Greatest enlargement of a portrait or an artwork.
    pub enlarged: f64,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            visible: 0.4,
            face: 0.8,
            yaw: 50.0,
            scale_error: 0.15,
            colour: 6.0,
            enlarged: 2.0,
        }
    }
}

fn plain() -> Vec<String> {
    vec!["none".into()]
}

fn name() -> String {
    "{portrait}/{product}-{style}".into()
}

fn format() -> String {
    "jpg".into()
}

impl Output {
    /// Everything as it comes, below a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            name: name(),
            format: format(),
            quality: crate::pipeline::quality(),
            longest: None,
            before_after: false,
            existing: Existing::default(),
        }
    }
}

impl Job {
    /// Nothing yet, plain pictures into a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            portraits: Vec::new(),
            products: Vec::new(),
            looks: plain(),
            outputs: Vec::new(),
            on_error: OnError::default(),
            corrections: None,
            output: Output::new(folder),
            gate: Gate::default(),
            sheets: None,
            preset: Vec::new(),
        }
    }

    /// The presets it asks for, each once; [`Output`] itself when it names none.
    ///
    /// # Errors
    /// [`Error::NoPreset`], or [`Error::Preset`] of one of its own.
    pub fn presets(&self, known: &Presets) -> Result<Vec<Preset>, Error> {
        let mut known = known.clone();
        known.add(&self.preset)?;
        let mut wanted: Vec<Preset> = Vec::new();
        for name in &self.outputs {
            if wanted.iter().all(|p| p.name != *name) {
                wanted.push(known.get(name)?.clone());
            }
        }
        if wanted.is_empty() {
            let output = &self.output;
            wanted.push(Preset {
                longest: output.longest,
                before_after: output.before_after,
                ..Preset::plain(&output.format, output.quality)
            });
        }
        if self.portraits.is_empty() && wanted.iter().any(|p| p.shows == Shows::OnModel) {
            return Err(Error::Nothing("portraits"));
        }
        Ok(wanted)
    }

    /// Reads a job file. What it names is relative to its own folder.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Toml`] with the line, [`Error::Field`].
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        let mut job: Self = toml::from_str(&text).map_err(|source| Error::Toml {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let folder = crate::publish::parent(path);
        job.output.folder = folder.join(&job.output.folder);
        job.corrections = job.corrections.map(|file| folder.join(file));
        for word in job.portraits.iter_mut() {
            *word = folder.join(&word).to_string_lossy().into_owned();
        }
        for word in job.products.iter_mut().filter(|w| folder.join(w).exists()) {
            *word = folder.join(&word).to_string_lossy().into_owned();
        }
        job.check()?;
        Ok(job)
    }

    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`Error::Field`] or [`Error::Nothing`].
    pub fn check(&self) -> Result<(), Error> {
        for (what, list) in [("products", &self.products), ("looks", &self.looks)] {
            if list.is_empty() {
                return Err(Error::Nothing(what));
            }
        }
        let output = &self.output;
        let wrong = |field, expected, found: String| {
            Err(Error::Field {
                field,
                expected,
                found,
            })
        };
        if !["jpg", "png", "webp", "tiff"].contains(&output.format.as_str()) {
            return wrong("output.format", "jpg, png, webp or tiff", output.format.clone());
        }
        if !(1..=100).contains(&output.quality) {
            return wrong("output.quality", "from 1 to 100", output.quality.to_string());
        }
        if let Some(longest) = output.longest.filter(|l| !(16..=32_768).contains(l)) {
            return wrong("output.longest", "from 16 to 32768 pixels", longest.to_string());
        }
        if let Some(sheets) = &self.sheets {
            if !(1..=10).contains(&sheets.columns) {
                return wrong("sheets.columns", "from 1 to 10", sheets.columns.to_string());
            }
            if !(100..=300).contains(&sheets.dpi) {
                return wrong("sheets.dpi", "from 100 to 300", sheets.dpi.to_string());
            }
        }
        if self.preset.iter().any(|p| p.name == PLAIN) {
            return wrong("preset.name", "another word, this one is taken", PLAIN.into());
        }
        Ok(())
    }
}
