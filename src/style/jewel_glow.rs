//! Jewel Glow: a soft bloom around what sparkles on the jewellery, and around nothing else.
//!
//! The bright worn pixels are averaged into coarse cells, blurred by a separable Gaussian and
//! screened over the picture. Cells are as large as the glow is soft, so that its cost hardly
//! depends on the picture's size.

use super::look::{Footprint, Look, Parameter, Pass};

pub(super) const LOOK: Look = Look {
    id: "jewel_glow",
    name_en: "Jewel Glow",
    name_zh: "珠光",
    description: "A soft glow around the sparkle of the jewellery; nothing else changes",
    parameters: &[
        Parameter::real("amount", "how bright the glow is", (0.0, 4.0), 1.2),
        Parameter::real(
            "radius",
            "how soft the glow is, per cent of the picture's short side",
            (0.2, 4.0),
            1.0,
        ),
        Parameter::real(
            "threshold",
            "how bright a pixel must be to glow (sRGB-encoded)",
            (0.0, 0.95),
            0.6,
        ),
    ],
    worn_only: true,
    shader: include_str!("../../shaders/jewel_glow.wgsl"),
    passes: &[
        Pass::coarse("sparkle"),
        Pass::coarse("blur_across"),
        Pass::coarse("blur_down"),
        Pass::fine("finish"),
    ],
    footprint,
};

/// Position of `radius` among the parameters.
const RADIUS: usize = 1;

fn footprint(picture: [u32; 2], values: &[f32]) -> Footprint {
    let radius = values.get(RADIUS).copied().unwrap_or(0.0);
    Footprint::gaussian(Footprint::share(picture, radius))
}
