//! Style: gives a finished picture a look, on the graphics device.
//!
//! Takes a picture in linear light, where the jewellery is ([`Wear`]) and a [`Style`] (a look,
//! its strength, its parameters); gives the picture in that look. Strength 0 changes no bit.
//!
//! A look is one Rust file here and one shader of the same stem in `shaders/`: add both, and
//! a line in [`looks`]. A shader is one or more compute passes over tiles with a border
//! ([`look::Footprint`]), so that pictures of any size come out as if done in one piece.

mod canvas;
pub mod cube;
mod grade;
pub mod look;
mod picture;
mod styler;
mod tiles;

mod cool_silver;
mod editorial_matte;
mod golden_hour;
mod high_key;
mod ink_line;
mod jewel_glow;
mod noir;
mod oil_painting;
mod rose;
mod soft_focus;
mod sparkle;
mod studio_clean;
mod vintage_film;
mod warm_gold;
mod watercolour;

pub use look::{Look, Parameter};
pub use picture::{StylePicture, Wear};
pub use styler::Styler;

use crate::gpu;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What can go wrong when a style is named or applied. Every message says what to write or do instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no look of this name.
    #[error("there is no look named `{name}`; {hint}")]
    UnknownLook {
        /// The name given.
        name: String,
        /// The nearest names, or all of them.
        hint: String,
    },
    /// The look has no parameter of this name.
    #[error("the look {look} has no parameter `{name}`; {hint}")]
    UnknownParameter {
        /// The look.
        look: &'static str,
        /// The name given.
        name: String,
        /// The nearest names, or all of them.
        hint: String,
    },
    /// Strength is not a number from 0 to 1.
    #[error(
        "the strength `{text}` of the look {look} is not a number from 0 to 1; write for example {look}:0.7"
    )]
    Strength {
        /// The look.
        look: &'static str,
        /// The strength given.
        text: String,
    },
    /// A parameter's value is not a number in its range.
    #[error("the value `{text}` of {look}'s {name} is not {kind} from {min} to {max}")]
    Value {
        /// The look.
        look: &'static str,
        /// The parameter.
        name: &'static str,
        /// The value given.
        text: String,
        /// `a number` or `a whole number`.
        kind: &'static str,
        /// Least value.
        min: f32,
        /// Greatest value.
        max: f32,
    },
    /// Something after the look is not `name=value`.
    #[error("`{text}` after the look {look} is not a parameter; write {look}:STRENGTH,NAME=VALUE")]
    Syntax {
        /// The look.
        look: &'static str,
        /// The part that was not understood.
        text: String,
    },
    /// Sizes and numbers of pixels disagree.
    #[error("the {what} to style holds {found} values where {width} × {height} need {}; pass one for every pixel", width * height)]
    Size {
        /// `picture` or `wear mask`.
        what: &'static str,
        /// Number of values found.
        found: usize,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// The look reaches further than this device's textures are wide.
    #[error(
        "the look {look} needs tiles of {needed} pixels on this picture, and the graphics adapter {adapter} \
         holds {limit}; choose a smaller radius or a smaller picture"
    )]
    TooLarge {
        /// The look.
        look: &'static str,
        /// The adapter.
        adapter: String,
        /// Side of a tile with its border, pixels.
        needed: u32,
        /// The device's greatest texture side, pixels.
        limit: u32,
    },
    /// A colour table's file cannot be read.
    #[error("the colour table {} cannot be read; check its path", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A colour table's file holds no colour table.
    #[error("{} is not a usable .cube colour table; correct it or export it again", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// The line and the reason.
        #[source]
        source: cube::Error,
    },
    /// The graphics device failed.
    #[error(transparent)]
    Gpu(#[from] gpu::Error),
}

/// All looks, in the order people see them.
pub fn looks() -> &'static [Look] {
    &[
        studio_clean::LOOK,
        warm_gold::LOOK,
        cool_silver::LOOK,
        rose::LOOK,
        golden_hour::LOOK,
        high_key::LOOK,
        editorial_matte::LOOK,
        noir::LOOK,
        vintage_film::LOOK,
        soft_focus::LOOK,
        jewel_glow::LOOK,
        sparkle::LOOK,
        oil_painting::LOOK,
        watercolour::LOOK,
        ink_line::LOOK,
    ]
}

/// The look of an id, exactly as [`looks`] spells it.
///
/// # Errors
/// [`Error::UnknownLook`] offers the nearest ids.
pub fn look(id: &str) -> Result<&'static Look, Error> {
    looks()
        .iter()
        .find(|look| look.id == id)
        .ok_or_else(|| Error::UnknownLook {
            name: id.to_owned(),
            hint: hint(id, looks().iter().map(|look| look.id)),
        })
}

/// A look, how strong, and the values of its parameters. Its text form is
/// `ID[:STRENGTH][,NAME=VALUE…]`, `noir:0.7,vignette=0.2` for example; [`fmt::Display`] writes
/// it with defaults left out, and serialisation uses it too. `cube:FILE[:STRENGTH]` is the colour
/// table of a `.cube` file ([`cube::Cube`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Style {
    look: &'static Look,
    strength: f32,
    values: Vec<f32>,
    grade: Option<grade::Grade>,
}

impl Style {
    /// The look at full strength with its defaults.
    pub fn new(look: &'static Look) -> Self {
        Self {
            look,
            strength: 1.0,
            values: look.parameters.iter().map(|p| p.default).collect(),
            grade: None,
        }
    }

    /// Reads the text form; strength is 1 where it is left out.
    ///
    /// # Errors
    /// One [`Error`] for each thing that can be misspelt or out of range; names are offered.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(rest) = text.trim().strip_prefix(grade::PREFIX) {
            let (file, strength) = grade::split(rest);
            let mut style = Self::new(&grade::LOOK);
            style.grade = Some(grade::Grade::load(file)?);
            return strength.map_or(Ok(style.clone()), |text| style.at(text));
        }
        let mut parts = text.split(',').map(str::trim);
        let first = parts.next().unwrap_or_default();
        let (id, strength) = first
            .split_once(':')
            .map_or((first, None), |(id, s)| (id.trim(), Some(s.trim())));
        let mut style = Self::new(look(id)?);
        if let Some(text) = strength {
            style = style.at(text)?;
        }
        for part in parts {
            let syntax = || Error::Syntax {
                look: style.look.id,
                text: part.to_owned(),
            };
            let (name, value) = part.split_once('=').ok_or_else(syntax)?;
            style.set(name.trim(), value.trim())?;
        }
        Ok(style)
    }

    /// The same style at the strength a text names.
    fn at(self, text: &str) -> Result<Self, Error> {
        let bad = Error::Strength {
            look: self.look.id,
            text: text.to_owned(),
        };
        self.with_strength(text.parse().unwrap_or(f32::NAN))
            .map_err(|_| bad)
    }

    /// The look.
    pub fn look(&self) -> &'static Look {
        self.look
    }

    /// How strong: 0 leaves the picture as it is, 1 is the look in full.
    pub fn strength(&self) -> f32 {
        self.strength
    }

    /// The same style at another strength.
    ///
    /// # Errors
    /// [`Error::Strength`] outside 0..=1.
    pub fn with_strength(mut self, strength: f32) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&strength) {
            return Err(Error::Strength {
                look: self.look.id,
                text: strength.to_string(),
            });
        }
        self.strength = strength;
        Ok(self)
    }

    /// The values of the look's parameters, in the order of [`Look::parameters`].
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The same style with one parameter changed.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`], or [`Error::Value`] outside the parameter's range.
    pub fn with(mut self, name: &str, value: f32) -> Result<Self, Error> {
        self.set(name, &value.to_string())?;
        Ok(self)
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let parameters = self.look.parameters;
        let index =
            parameters
                .iter()
                .position(|p| p.name == name)
                .ok_or_else(|| Error::UnknownParameter {
                    look: self.look.id,
                    name: name.to_owned(),
                    hint: hint(name, parameters.iter().map(|p| p.name)),
                })?;
        let parameter = &parameters[index];
        self.values[index] = text
            .parse()
            .ok()
            .filter(|v| parameter.allows(*v))
            .ok_or_else(|| Error::Value {
                look: self.look.id,
                name: parameter.name,
                text: text.to_owned(),
                kind: if parameter.whole {
                    "a whole number"
                } else {
                    "a number"
                },
                min: parameter.min,
                max: parameter.max,
            })?;
        Ok(())
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(grade) = &self.grade {
            return write!(f, "{}{}:{}", grade::PREFIX, grade.path.display(), self.strength);
        }
        write!(f, "{}:{}", self.look.id, self.strength)?;
        for (parameter, value) in self.look.parameters.iter().zip(&self.values) {
            if *value != parameter.default {
                write!(f, ",{}={value}", parameter.name)?;
            }
        }
        Ok(())
    }
}

impl FromStr for Style {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Style {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<Style> for String {
    fn from(style: Style) -> Self {
        style.to_string()
    }
}

/// `did you mean …?` with up to three near names, or all names where none is near. A name is
/// near when it, or one of the words in it, is spelt nearly alike.
fn hint(name: &str, known: impl Iterator<Item = &'static str>) -> String {
    let known: Vec<_> = known.collect();
    let wanted = name.to_lowercase();
    let near = |k: &'static str| {
        let words = k.split('_').chain([k]);
        let distances = words.filter_map(|word| {
            let distance = strsim::damerau_levenshtein(&wanted, word);
            (distance <= word.len().div_ceil(3)).then_some(distance)
        });
        distances.min().map(|distance| (distance, k))
    };
    let mut nearest: Vec<_> = known.iter().filter_map(|k| near(k)).collect();
    nearest.sort_unstable();
    match nearest.as_slice() {
        [] => format!("there are {}", known.join(", ")),
        some => {
            let names: Vec<_> = some.iter().take(3).map(|(_, k)| *k).collect();
            format!("did you mean {}?", names.join(" or "))
        }
    }
}
