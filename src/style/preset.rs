//! Presets: rows of looks saved under a name. Takes and gives small TOML files in the user's folder, which can
//! be exported, sent to somebody and imported.

use super::{Error as StyleError, Style};
use crate::{publish, resources};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a style begins with that names a preset: `preset:NAME[:STRENGTH]`.
pub(super) const PREFIX: &str = "preset:";
/// The version this program writes.
pub const VERSION: u32 = 1;
/// Longest name, characters.
const LONGEST: usize = 60;

/// What can go wrong with presets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no folder for the user's own things.
    #[error(
        "presets have no place: the system names no folder for your own files; set HOME or XDG_DATA_HOME"
    )]
    NoFolder,
    /// A name that cannot be a preset's.
    #[error("`{0}` cannot be a preset's name; use 1 to {LONGEST} letters, digits, spaces, - and _")]
    Name(String),
    /// There is no preset of this name.
    #[error("there is no preset named `{name}`; {hint}")]
    Unknown {
        /// The name given.
        name: String,
        /// The names there are.
        hint: String,
    },
    /// The preset exists already.
    #[error("there is a preset named `{0}` already; choose another name, or add --force to replace it")]
    Exists(String),
    /// The file cannot be read or written.
    #[error("{} cannot be read or written; check the path and its permissions", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is no preset.
    #[error("{} is not a preset: {why}; export it again", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The file is of a newer program.
    #[error("{} is a preset of a newer bijou (version {version}, this one reads up to {VERSION}); update bijou", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

/// A saved row of looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Format version.
    version: u32,
    /// Its name.
    pub name: String,
    /// The looks, in a style's text form.
    pub style: String,
}

/// What every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Preset {
    /// A preset of a style.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn new(name: &str, style: &Style) -> Result<Self, Error> {
        Ok(Self {
            version: VERSION,
            name: checked(name)?.to_owned(),
            style: style.to_string(),
        })
    }

    /// Reads a preset's file. Its looks are not looked up yet: they may name files that are elsewhere here.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Newer`], [`Error::Broken`] or [`Error::Name`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::File {
            path: path.to_owned(),
            source,
        })?;
        let broken = |why: &toml::de::Error| Error::Broken {
            path: path.to_owned(),
            why: why.message().to_owned(),
        };
        // The version first: a newer preset may be made of other fields.
        let Version { version } = toml::from_str(&text).map_err(|e| broken(&e))?;
        if version > VERSION {
            return Err(Error::Newer {
                path: path.to_owned(),
                version,
            });
        }
        let preset: Self = toml::from_str(&text).map_err(|e| broken(&e))?;
        checked(&preset.name)?;
        if super::step::split(&preset.style)
            .iter()
            .any(|step| step.starts_with(PREFIX))
        {
            return Err(Error::Broken {
                path: path.to_owned(),
                why: "it names another preset".to_owned(),
            });
        }
        Ok(preset)
    }

    /// Writes it to a file.
    ///
    /// # Errors
    /// [`Error::Exists`] without `replace`, [`Error::File`].
    pub fn write(&self, path: &Path, replace: bool) -> Result<(), Error> {
        if !replace && path.exists() {
            return Err(Error::Exists(self.name.clone()));
        }
        let failed = |source| Error::File {
            path: path.to_owned(),
            source,
        };
        let text = toml::to_string(self).map_err(|e| failed(std::io::Error::other(e)))?;
        std::fs::create_dir_all(publish::parent(path)).map_err(failed)?;
        publish::file(path, text.as_bytes(), replace).map_err(failed)
    }

    /// Saves it among the user's own.
    ///
    /// # Errors
    /// As [`Preset::write`], and [`Error::NoFolder`].
    pub fn save(&self, replace: bool) -> Result<PathBuf, Error> {
        let path = place(&self.name)?;
        self.write(&path, replace)?;
        Ok(path)
    }

    /// The user's own preset of a name.
    ///
    /// # Errors
    /// [`Error::Unknown`], and as [`Preset::read`].
    pub fn open(name: &str) -> Result<Self, Error> {
        let path = place(name)?;
        if !path.is_file() {
            let names: Vec<_> = Self::list().into_iter().map(|p| p.name).collect();
            let hint = if names.is_empty() {
                "save one with `bijou styles save NAME STYLE`".to_owned()
            } else {
                format!("there are {}", names.join(", "))
            };
            return Err(Error::Unknown {
                name: name.trim().to_owned(),
                hint,
            });
        }
        Self::read(&path)
    }

    /// The user's own presets by name; files that are none are left out.
    pub fn list() -> Vec<Self> {
        let entries = folder().and_then(|folder| std::fs::read_dir(folder).ok());
        let paths = entries.into_iter().flatten().flatten().map(|e| e.path());
        let mut presets: Vec<Self> = paths
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .filter_map(|path| Self::read(&path).ok())
            .collect();
        presets.sort_by(|a, b| a.name.cmp(&b.name));
        presets
    }

    /// Forgets a preset of the user's own.
    ///
    /// # Errors
    /// [`Error::Unknown`] or [`Error::File`].
    pub fn remove(name: &str) -> Result<(), Error> {
        Self::open(name)?;
        let path = place(name)?;
        std::fs::remove_file(&path).map_err(|source| Error::File { path, source })
    }
}

/// The style of `NAME[:STRENGTH]`.
pub(super) fn style(text: &str) -> Result<Style, StyleError> {
    let (name, strength) = match text.rsplit_once(':') {
        Some((name, strength)) => (name, Some(strength.trim())),
        None => (text, None),
    };
    let style = Style::parse(&Preset::open(name)?.style)?;
    let Some(text) = strength else {
        return Ok(style);
    };
    let bad = |_| StyleError::Strength {
        look: "preset",
        text: text.to_owned(),
    };
    style.with_strength(text.parse().unwrap_or(f32::NAN)).map_err(bad)
}

fn folder() -> Option<PathBuf> {
    resources::user_folder().map(|folder| folder.join("presets"))
}

/// Where a preset of this name lies.
fn place(name: &str) -> Result<PathBuf, Error> {
    let name = checked(name)?;
    let folder = folder().ok_or(Error::NoFolder)?;
    Ok(folder.join(format!("{name}.toml")))
}

/// A name that is also a file's on every system and stands in a style's text.
fn checked(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let fits = (1..=LONGEST).contains(&name.chars().count()) && name.chars().all(plain);
    if fits {
        Ok(name)
    } else {
        Err(Error::Name(name.to_owned()))
    }
}
