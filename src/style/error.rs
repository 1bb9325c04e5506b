//! What can go wrong with styles, as sentences for people.

use super::{cube, preset};
use crate::{gpu, model, photo};
use std::path::PathBuf;

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
    /// A file is not the one that was named by its hash.
    #[error(
        "{} is not the file this style was made with (its SHA-256 is {found}); put the original back, or leave \
         sha256=… out to use it as it is now", path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// Its hash now.
        found: String,
    },
    /// A reference picture cannot be read.
    #[error("the reference picture cannot be used")]
    Reference(#[from] photo::Error),
    /// The network that draws a surface failed.
    #[error("the surface of the reference picture was not drawn; texture=0 takes its colours alone")]
    Texture(#[from] model::Error),
    /// A preset is missing, broken, of a newer version, or may not be called so.
    #[error(transparent)]
    Preset(#[from] preset::Error),
    /// The graphics device failed.
    #[error(transparent)]
    Gpu(#[from] gpu::Error),
}
