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
        Pass {
            entry: "sparkle",
            coarse: true,
        },
        Pass {
            entry: "blur_across",
            coarse: true,
        },
        Pass {
            entry: "blur_down",
            coarse: true,
        },
        Pass {
            entry: "finish",
            coarse: false,
        },
    ],
    footprint,
};

/// Position of `radius` among the parameters.
const RADIUS: usize = 1;

/// Three standard deviations of the Gaussian, and three cells for averaging, bilinear reading and rounding.
fn footprint(picture: [u32; 2], values: &[f32]) -> Footprint {
    let short_side = picture[0].min(picture[1]) as f32;
    let sigma = values.get(RADIUS).copied().unwrap_or(0.0) / 100.0 * short_side;
    // The largest power of two that leaves the Gaussian at least two cells wide.
    let coarse = 1 << ((sigma / 2.0).max(1.0) as u32).ilog2();
    let cells = (3.0 * (sigma / coarse as f32).max(0.5)).ceil() as u32 + 3;
    Footprint {
        reach: cells * coarse,
        coarse,
    }
}
