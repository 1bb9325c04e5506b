//! The closed sets of words a `product.toml` and the command line know.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

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

impl Category {
    /// All of them, in the order they are listed.
    pub const ALL: [Self; 4] = [Self::Earring, Self::Necklace, Self::Tiara, Self::NoseStud];

    /// Does a head wear one of it only? Necklaces may lie over each other.
    pub fn is_alone(self) -> bool {
        self != Self::Necklace
    }

    /// The name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Earring => "earring",
            Self::Necklace => "necklace",
            Self::Tiara => "tiara",
            Self::NoseStud => "nose_stud",
        }
    }
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

impl Pair {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mirror, Self::Same, Self::Single];

    /// The name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mirror => "mirror",
            Self::Same => "same",
            Self::Single => "single",
        }
    }
}

/// A word that is none of those a field allows.
#[derive(Debug, thiserror::Error)]
#[error("`{found}` is none of {allowed}")]
pub struct UnknownWord {
    found: String,
    allowed: String,
}

/// Finds a word among a closed set; `-` and `_` mean the same.
fn word<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, UnknownWord> {
    let asked = text.replace('-', "_");
    all.iter()
        .copied()
        .find(|&v| name(v) == asked)
        .ok_or_else(|| UnknownWord {
            found: text.to_owned(),
            allowed: all.iter().map(|&v| name(v)).collect::<Vec<_>>().join(", "),
        })
}

impl FromStr for Category {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        word(text, &Self::ALL, Self::name)
    }
}

impl FromStr for Pair {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        word(text, &Self::ALL, Self::name)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
