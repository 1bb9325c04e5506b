//! Soft Focus: a diffusion filter before the lens, with the jewellery kept sharp by the wear mask.
//!
//! Light is averaged into coarse cells, blurred by a separable Gaussian and mixed in; lights spill over.

use super::look::{Footprint, Look, Parameter, Pass};

pub(super) const LOOK: Look = Look {
    id: "soft_focus",
    name_en: "Soft Focus",
    name_zh: "柔焦",
    description: "A tender veil over skin and background; the jewellery stays sharp",
    parameters: &[
        Parameter::real("amount", "how much of the picture is veiled", (0.0, 1.0), 0.5),
        Parameter::real(
            "radius",
            "how soft the veil is, per cent of the picture's short side",
            (0.2, 4.0),
            0.9,
        ),
        Parameter::real("glow", "how far the lights spill over", (0.0, 1.0), 0.4),
        Parameter::real("jewel", "how sharp what is worn stays", (0.0, 1.0), 1.0),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/soft_focus.wgsl"),
    passes: &[
        Pass::coarse("gather"),
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
