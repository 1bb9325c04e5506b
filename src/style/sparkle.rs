//! Sparkle: thin four-pointed glints on real highlights of the jewellery, and on nothing else.
//!
//! The brightest worn spot of each coarse cell is found, the strongest of every neighbourhood becomes a
//! star, and a star draws four fading arms, as a cross-screen filter before the lens does.

use super::look::{Footprint, Look, Parameter, Pass};

pub(super) const LOOK: Look = Look {
    id: "sparkle",
    name_en: "Sparkle",
    name_zh: "星芒",
    description: "Thin four-pointed glints on the real highlights of the jewellery; nothing else changes",
    parameters: &[
        Parameter::real("amount", "how bright the glints are", (0.0, 4.0), 1.0),
        Parameter::real(
            "size",
            "length of the longest arm, per cent of the picture's short side",
            (0.5, 8.0),
            2.4,
        ),
        Parameter::real(
            "threshold",
            "how bright a spot must be to glint (sRGB-encoded)",
            (0.0, 0.95),
            0.6,
        ),
    ],
    worn_only: true,
    shader: include_str!("../../shaders/sparkle.wgsl"),
    passes: &[
        Pass::coarse("peak"),
        Pass::coarse("alone"),
        Pass::coarse("near"),
        Pass::fine("finish"),
    ],
    footprint,
};

/// Position of `size` among the parameters.
const SIZE: usize = 1;
/// Cells a star is kept apart from the next, and what rounding may add on the way to its last pixel.
const APART: u32 = 7;

/// Cells about half an arm wide: stars stand apart, and an arm is found by looking at a few cells.
fn footprint(picture: [u32; 2], values: &[f32]) -> Footprint {
    let arm = Footprint::share(picture, values.get(SIZE).copied().unwrap_or(0.0)).max(3.0);
    let coarse = 1 << ((arm / 2.0).max(1.0) as u32).ilog2();
    Footprint {
        reach: ((arm / coarse as f32).ceil() as u32 + APART) * coarse,
        coarse,
    }
}
