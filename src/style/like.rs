//! Like a picture: a photo in the colours and the texture of another. Takes the photo, the reference and the
//! look's values; gives a [`Recolour`], which changes pixels wherever they lie.
//!
//! Colours go by a table of optimal transport (`transport.rs`); the reference's surface is drawn over the lightness
//! at a fixed scale (`texture.rs`, `painter.rs`) and goes up to the photo's own resolution along its edges (joint bilateral
//! upsampling: Kopf, Cohen, Lischinski and Uyttendaele 2007). Jewellery keeps its drawing, and skin most of its
//! hue. Strength is the one balance between content and style.

use super::Error;
use super::cube::Cube;
use super::grade::{decode, encode};
use super::look::{Look, Parameter};
use super::painter::Painter;
use super::picture::Strip;
use super::reference::{self, Reference};
use super::texture::Strokes;
use super::transport::{self, Amount};
use crate::geometry::Rect;
use crate::photo::Photo;
use rayon::prelude::*;

/// What a style begins with that names a picture: `like:FILE[:STRENGTH][,NAME=VALUE…]`.
pub(super) const PREFIX: &str = "like:";

/// Not in the list of looks: it is nothing without its file.
pub(super) static LOOK: Look = Look {
    id: "like",
    name_en: "Like a Picture",
    name_zh: "仿照图片",
    description: "The colours and the texture of a picture of your own: a painting, a campaign",
    parameters: &[
        Parameter::real(
            "colour",
            "how far colours move to the picture's",
            (0.0, 1.0),
            0.85,
        ),
        Parameter::real("light", "how far tones move to the picture's", (0.0, 1.0), 0.5),
        Parameter::real(
            "texture",
            "how much of the picture's surface shows: canvas, paper, bristles",
            (0.0, 1.0),
            0.35,
        ),
        Parameter::real("skin", "how much of its own colour skin keeps", (0.0, 1.0), 0.6),
    ],
    worn_only: false,
    shader: "",
    passes: &[],
    footprint: Look::point,
};

/// Positions of the parameters.
const COLOUR: usize = 0;
const LIGHT: usize = 1;
const TEXTURE: usize = 2;
const SKIN: usize = 3;
/// Share of the texture that what is worn is spared, and skin at its plainest.
const SPARED_WORN: f32 = 1.0;
const SPARED_SKIN: f32 = 0.6;

/// True when values ask for the picture's surface.
pub(super) fn has_texture(values: &[f32]) -> bool {
    values.get(TEXTURE).is_some_and(|texture| *texture > 0.0)
}

/// One photo's way to the style of one picture.
pub(super) struct Recolour {
    table: Cube,
    strokes: Option<Strokes>,
    texture: f32,
    strength: f32,
}

impl Recolour {
    /// Looks at the whole photo.
    ///
    /// # Errors
    /// [`Error::Texture`] when the painter's network fails.
    pub fn new(
        photo: &Photo,
        reference: &Reference,
        values: &[f32],
        strength: f32,
        painter: Option<&mut Painter>,
    ) -> Result<Self, Error> {
        let value = |i: usize| values.get(i).copied().unwrap_or(0.0);
        let amount = Amount {
            light: value(LIGHT),
            colour: value(COLOUR),
            skin: value(SKIN),
        };
        let table = transport::table(&reference::colours(photo), &reference.colours, amount);
        let texture = value(TEXTURE);
        let empty = photo.width() == 0 || photo.height() == 0;
        let strokes = (has_texture(values) && !empty)
            .then(|| Strokes::new(photo, &table, &reference.surface, painter))
            .transpose()?;
        Ok(Self {
            table,
            strokes,
            texture,
            strength,
        })
    }

    /// The pixels of `core` of a strip, recoloured.
    pub fn apply(&self, strip: &Strip<'_>, core: Rect) -> Vec<[f32; 3]> {
        let width = core.width.max(1) as usize;
        let mut out = vec![[0.0; 3]; core.area()];
        let texels = strip.texels(core);
        out.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
            for (x, pixel) in row.iter_mut().enumerate() {
                let [r, g, b, worn] = texels[y * width + x];
                let at = [core.x as usize + x, core.y as usize + y];
                *pixel = self.pixel([r, g, b], worn, at);
            }
        });
        out
    }

    fn pixel(&self, linear: [f32; 3], worn: f32, at: [usize; 2]) -> [f32; 3] {
        let encoded = linear.map(encode);
        // Beyond sRGB the table is taken at its edge, and the photo keeps what it has more.
        let inside = encoded.map(|v| v.clamp(0.0, 1.0));
        let mut styled = self.table.map(inside);
        if let Some(strokes) = &self.strokes {
            let spared = (1.0 - SPARED_WORN * worn) * (1.0 - SPARED_SKIN * transport::skin(inside));
            let change = strokes.at(at, luma(styled)) * self.texture * spared;
            styled = styled.map(|v| (v + change).clamp(0.0, 1.0));
        }
        [0, 1, 2].map(|c| {
            let mixed = inside[c] + self.strength * (styled[c] - inside[c]);
            decode(mixed + (encoded[c] - inside[c]))
        })
    }
}

/// Rec. 709 luma of an encoded colour.
pub(super) fn luma([r, g, b]: [f32; 3]) -> f32 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
