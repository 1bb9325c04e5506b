//! Oil Painting: strokes along the forms by anisotropic Kuwahara filtering (Kyprianidis, Kang and
//! Döllner 2009), with the relief of bristles. What is worn is painted with a finer brush.

use super::look::{Footprint, Look, Parameter, Pass};

pub(super) const LOOK: Look = Look {
    id: "oil_painting",
    name_en: "Oil Painting",
    name_zh: "油画",
    description: "Brush strokes that follow the forms, with the relief of thick paint",
    parameters: &[
        Parameter::real(
            "brush",
            "radius of the brush, per cent of the picture's short side",
            (0.15, 1.5),
            0.65,
        ),
        Parameter::real(
            "definition",
            "how crisply one stroke ends where another begins",
            (2.0, 16.0),
            8.0,
        ),
        Parameter::real("relief", "how far the paint stands out", (0.0, 1.0), 0.4),
        Parameter::real("jewel", "how finely what is worn is painted", (0.0, 1.0), 0.8),
    ],
    worn_only: false,
    shader: concat!(
        include_str!("../../shaders/flow.wgsl"),
        include_str!("../../shaders/oil_painting.wgsl")
    ),
    passes: &[
        Pass::coarse("tensor"),
        Pass::coarse("smooth_across"),
        Pass::coarse("smooth_down"),
        Pass::fine("paint"),
        Pass::fine("finish"),
    ],
    footprint,
};

/// Position of `brush` among the parameters.
const BRUSH: usize = 0;

/// The tensor's smoothing, a stroke of at most twice the brush's radius, the relief's step, and
/// what rounding adds.
fn footprint(picture: [u32; 2], values: &[f32]) -> Footprint {
    let brush = Footprint::share(picture, values.get(BRUSH).copied().unwrap_or(0.0)).max(1.5);
    Footprint::rough(0.45 * brush).beyond(2.15 * brush + 4.0)
}
