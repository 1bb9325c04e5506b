//! Style: gives a finished picture a look, on the graphics device.
//!
//! Takes a picture in linear light, where the jewellery is ([`Wear`]) and a [`Style`] (looks in a
//! row, each with its strength and parameters); gives the picture in that style. Strength 0 changes no bit.
//!
//! A look is one Rust file here and one shader of the same stem in `shaders/`: add both, and
//! a line in [`looks`]. A shader is one or more compute passes over tiles with a border
//! ([`look::Footprint`]), so that pictures of any size come out as if done in one piece.

mod bands;
mod canvas;
pub mod cube;
mod error;
mod fourier;
mod grade;
mod like;
pub mod look;
mod noise;
mod oklab;
mod painter;
mod picture;
pub mod preset;
mod reference;
mod step;
mod styler;
mod surface;
mod texture;
mod tiles;
mod transport;

mod cool_silver;
mod editorial_matte;
mod finish;
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

pub use error::Error;
pub use look::{Look, Parameter};
pub use picture::{StylePicture, Wear};
pub use preset::Preset;
pub use step::Step;
pub use styler::Styler;

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

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

/// The photo finish: a look that does nothing until one of its parameters is set.
pub fn finish() -> &'static Look {
    &finish::LOOK
}

/// The style of a reference picture: a look that is nothing without its file (`like:FILE`).
pub fn like() -> &'static Look {
    &like::LOOK
}

/// The look of an id, exactly as [`looks`] spells it, or the photo finish.
///
/// # Errors
/// [`Error::UnknownLook`] offers the nearest ids.
pub fn look(id: &str) -> Result<&'static Look, Error> {
    let known = || looks().iter().chain([finish()]);
    known()
        .find(|look| look.id == id)
        .ok_or_else(|| Error::UnknownLook {
            name: id.to_owned(),
            hint: hint(id, known().map(|look| look.id)),
        })
}

/// Looks in the order they are applied, each with its strength and the values of its parameters. The text
/// form of one is `ID[:STRENGTH][,NAME=VALUE…]`, `noir:0.7,vignette=0.2` for example; several are joined by
/// `+`. [`fmt::Display`] writes it with defaults left out, and serialisation uses it too.
///
/// - `cube:FILE[:STRENGTH]` is the colour table of a `.cube` file ([`cube::Cube`]);
/// - `like:FILE[:STRENGTH][,NAME=VALUE…]` is the style of a picture ([`like`]);
/// - `preset:NAME[:STRENGTH]` is a saved row of looks ([`Preset`]) and is written out as those looks.
///
/// What names a file is written with `,sha256=HEX`; read with it, another file is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Style {
    /// At least one.
    steps: Vec<Step>,
}

impl Style {
    /// One look at full strength with its defaults.
    pub fn new(look: &'static Look) -> Self {
        Self {
            steps: vec![Step::new(look)],
        }
    }

    /// Reads the text form; strength is 1 where it is left out. Files it names are read, presets looked up
    /// in the user's folder.
    ///
    /// # Errors
    /// One [`Error`] for each thing that can be misspelt, out of range or unreadable; names are offered.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut steps = Vec::new();
        for part in step::split(text) {
            match part.strip_prefix(preset::PREFIX) {
                Some(rest) => steps.extend(preset::style(rest)?.steps),
                None => steps.push(Step::parse(part)?),
            }
        }
        Ok(Self { steps })
    }

    /// The looks in the order they are applied.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// True when the surface of a reference picture is part of it, for which a [`Styler`] may have a network.
    pub fn draws(&self) -> bool {
        self.steps.iter().any(Step::draws)
    }

    /// The last step, which is the only one of a plain look.
    fn last(&self) -> &Step {
        // There is always one: no constructor leaves `steps` empty.
        &self.steps[self.steps.len() - 1]
    }

    /// The look; of a row of them the last.
    pub fn look(&self) -> &'static Look {
        self.last().look
    }

    /// The ids of the looks, joined by `+`: short enough for a file's name.
    pub fn name(&self) -> String {
        let ids: Vec<_> = self.steps.iter().map(|step| step.look.id).collect();
        ids.join("+")
    }

    /// How strong the (last) look is: 0 leaves the picture as it is, 1 is the look in full.
    pub fn strength(&self) -> f32 {
        self.last().strength
    }

    /// The values of the (last) look's parameters, in the order of [`Look::parameters`].
    pub fn values(&self) -> &[f32] {
        &self.last().values
    }

    /// The same style with every look `share` as strong as it was; a look at full strength gets just that
    /// strength.
    ///
    /// # Errors
    /// [`Error::Strength`] outside 0..=1.
    pub fn with_strength(mut self, share: f32) -> Result<Self, Error> {
        for step in &mut self.steps {
            let whole = step.strength;
            step.set_strength(share, whole)?;
        }
        Ok(self)
    }

    /// The same style with one parameter of the (last) look changed.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`], or [`Error::Value`] outside the parameter's range.
    pub fn with(mut self, name: &str, value: f32) -> Result<Self, Error> {
        if let Some(step) = self.steps.last_mut() {
            step.set(name, &value.to_string())?;
        }
        Ok(self)
    }

    /// This style, then another.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.steps.extend(next.steps);
        self
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps.iter().enumerate() {
            let plus = if i > 0 { "+" } else { "" };
            write!(f, "{plus}{step}")?;
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
