//! The job: what a person asks for, as a TOML file or as options.

use super::Error;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Portraits × products × looks, and how the pictures are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Files, folders, glob patterns, or `.csv` tables with a column `portrait`.
    pub portraits: Vec<String>,
    /// Ids, folders, categories (`earring`…), `all`, or `.csv` tables with a column `sku` or `id`.
    pub products: Vec<String>,
    /// Looks as on the command line; `none` for the picture as it is.
    #[serde(default = "plain")]
    pub looks: Vec<String>,
    /// How pictures are written.
    pub output: Output,
    /// What deserves a person's look.
    #[serde(default)]
    pub gate: Gate,
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
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            visible: 0.4,
            face: 0.8,
            yaw: 50.0,
            scale_error: 0.15,
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
        for (what, list) in [
            ("portraits", &self.portraits),
            ("products", &self.products),
            ("looks", &self.looks),
        ] {
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
        Ok(())
    }
}
