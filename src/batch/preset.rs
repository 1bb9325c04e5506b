//! Output presets: what is made of every picture, by name. Shipped ones lie in `assets/outputs.toml`, the user's own
//! in `outputs.toml` of the user's folder, a job's own in the job file; the later goes before the earlier.

use super::{Error, Template};
use crate::photo::Profile;
use crate::resources;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Name of the preset that `[output]` of a job describes by itself.
pub const PLAIN: &str = "picture";
/// Shortest and longest sides, pixels.
const SIDES: std::ops::RangeInclusive<u32> = 16..=32_768;

/// What a picture shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// The product on a portrait.
    #[default]
    OnModel,
    /// The product alone.
    Packshot,
}

/// How a picture fills a canvas of another shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// It is cropped, round face and jewel.
    Cover,
    /// All of it is seen, centred on the background.
    #[default]
    Contain,
}

/// An sRGB colour, `#rrggbb` in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub [u8; 3]);

impl TryFrom<String> for Colour {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("a colour is written #rrggbb, not {text}");
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii());
        let digits = digits.ok_or_else(wrong)?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
        let [_, r, g, b] = number.to_be_bytes();
        Ok(Self([r, g, b]))
    }
}

impl From<Colour> for String {
    fn from(Colour([r, g, b]): Colour) -> Self {
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// One way to write a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// The day its sizes were looked up, `2026-11-24`.
    pub dated: String,
    /// A sentence for people.
    #[serde(default)]
    pub about: String,
    /// The product worn or alone.
    #[serde(default)]
    pub shows: Shows,
    /// `jpg`, `png`, `webp` or `tiff`.
    pub format: String,
    /// JPEG quality, 1 to 100.
    #[serde(default = "crate::pipeline::quality")]
    pub quality: u8,
    /// Longer side at most, pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<u32>,
    /// Longer side at least, pixels: smaller pictures are enlarged, and the report says how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<u32>,
    /// Exactly these pixels, width and height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canvas: Option<[u32; 2]>,
    /// How the picture fills the canvas.
    #[serde(default)]
    pub fit: Fit,
    /// With `contain`: the share of the canvas's sides the picture may take, 0..=1.
    #[serde(default = "whole")]
    pub fill: f64,
    /// Around it, and under a packshot.
    #[serde(default = "white")]
    pub background: Colour,
    /// Colour space.
    #[serde(default)]
    pub profile: Profile,
    /// Before and after side by side?
    #[serde(default)]
    pub before_after: bool,
    /// A name template of its own, see [`Template`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

const fn whole() -> f64 {
    1.0
}

const fn white() -> Colour {
    Colour([255; 3])
}

impl Preset {
    /// The picture as it comes, in a format.
    pub fn plain(format: &str, quality: u8) -> Self {
        Self {
            name: PLAIN.into(),
            dated: String::new(),
            about: String::new(),
            shows: Shows::OnModel,
            format: format.into(),
            quality,
            longest: None,
            least: None,
            canvas: None,
            fit: Fit::default(),
            fill: whole(),
            background: white(),
            profile: Profile::Keep,
            before_after: false,
            file: None,
        }
    }

    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`Error::Preset`].
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |expected: &'static str| {
            Err(Error::Preset {
                name: self.name.clone(),
                expected,
            })
        };
        let plain = |c: char| c.is_alphanumeric() || "-_".contains(c);
        if self.name.is_empty() || !self.name.chars().all(plain) {
            return wrong("a name of letters, digits, - and _");
        }
        if self.name != PLAIN && !is_date(&self.dated) {
            return wrong("dated like \"2026-11-24\"");
        }
        if !["jpg", "png", "webp", "tiff"].contains(&self.format.as_str()) {
            return wrong("format jpg, png, webp or tiff");
        }
        if !(1..=100).contains(&self.quality) {
            return wrong("quality from 1 to 100");
        }
        let sides = [self.longest, self.least].into_iter().flatten();
        if !sides
            .chain(self.canvas.into_iter().flatten())
            .all(|side| SIDES.contains(&side))
        {
            return wrong("sides from 16 to 32768 pixels");
        }
        if self.canvas.is_some() && (self.longest.is_some() || self.least.is_some()) {
            return wrong("either canvas or longest and least, not both");
        }
        if self
            .least
            .zip(self.longest)
            .is_some_and(|(least, longest)| least > longest)
        {
            return wrong("least not above longest");
        }
        if !(0.05..=1.0).contains(&self.fill) {
            return wrong("fill from 0.05 to 1");
        }
        if self.shows == Shows::Packshot && self.canvas.is_none() {
            return wrong("a canvas, because it shows a packshot");
        }
        self.file
            .as_deref()
            .map_or(Ok(()), |file| Template::parse(file).map(drop))
    }
}

fn is_date(text: &str) -> bool {
    let digits = |range| {
        text.get(range)
            .is_some_and(|t: &str| t.bytes().all(|b| b.is_ascii_digit()))
    };
    text.len() == 10
        && digits(0..4)
        && &text[4..5] == "-"
        && digits(5..7)
        && &text[7..8] == "-"
        && digits(8..10)
}

/// A file of presets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    preset: Vec<Preset>,
}

/// All presets there are.
#[derive(Clone, Debug, Default)]
pub struct Presets {
    all: Vec<Preset>,
}

impl Presets {
    /// The user's own file, if the system names a place for it.
    pub fn user_file() -> Option<PathBuf> {
        resources::user_folder().map(|folder| folder.join("outputs.toml"))
    }

    /// The shipped ones below `root`, then the user's own.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Toml`], [`Error::Preset`] of a file that is there and wrong.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let mut presets = Self::default();
        let own = Self::user_file().filter(|file| file.exists());
        for file in std::iter::once(root.join("assets/outputs.toml")).chain(own) {
            let text = std::fs::read_to_string(&file).map_err(|source| Error::Read {
                path: file.clone(),
                source,
            })?;
            let read: File = toml::from_str(&text).map_err(|source| Error::Toml {
                path: file.clone(),
                source: Box::new(source),
            })?;
            presets.add(&read.preset)?;
        }
        Ok(presets)
    }

    /// Adds presets; one of the same name is replaced.
    ///
    /// # Errors
    /// [`Error::Preset`].
    pub fn add(&mut self, more: &[Preset]) -> Result<(), Error> {
        for preset in more {
            preset.check()?;
            match self.all.iter_mut().find(|p| p.name == preset.name) {
                Some(known) => *known = preset.clone(),
                None => self.all.push(preset.clone()),
            }
        }
        Ok(())
    }

    /// All of them.
    pub fn list(&self) -> &[Preset] {
        &self.all
    }

    /// One by name.
    ///
    /// # Errors
    /// [`Error::NoPreset`] with the names there are.
    pub fn get(&self, name: &str) -> Result<&Preset, Error> {
        self.all
            .iter()
            .find(|p| p.name == name)
            .ok_or_else(|| Error::NoPreset {
                name: name.to_owned(),
                known: self.all.iter().map(|p| p.name.clone()).collect(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_presets_are_sane_and_dated() {
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/outputs.toml")).unwrap();
        let file: File = toml::from_str(&text).unwrap();
        let mut presets = Presets::default();
        presets.add(&file.preset).unwrap();
        for name in ["web", "square", "story", "print", "packshot"] {
            assert!(is_date(&presets.get(name).unwrap().dated), "{name}");
        }
        let packshot = presets.get("packshot").unwrap();
        assert_eq!((packshot.canvas, packshot.fill), (Some([2000, 2000]), 0.85));
        assert!(presets.get("wed").is_err());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let good = Preset {
            dated: "2026-01-31".into(),
            name: "mine".into(),
            ..Preset::plain("jpg", 90)
        };
        good.check().unwrap();
        let wrong = [
            Preset {
                dated: "soon".into(),
                ..good.clone()
            },
            Preset {
                format: "bmp".into(),
                ..good.clone()
            },
            Preset {
                canvas: Some([4, 4]),
                ..good.clone()
            },
            Preset {
                shows: Shows::Packshot,
                ..good.clone()
            },
            Preset {
                fill: f64::NAN,
                ..good.clone()
            },
            Preset {
                name: "../x".into(),
                ..good.clone()
            },
            Preset {
                longest: Some(100),
                canvas: Some([100, 100]),
                ..good
            },
        ];
        assert!(wrong.iter().all(|p| p.check().is_err()));
        assert!(Colour::try_from("#12345".to_owned()).is_err());
        assert_eq!(String::from(Colour([255, 0, 16])), "#ff0010");
    }
}
