//! Watercolour: transparent washes with dark rims, pooling pigment and the grain of the paper (Bousseau,
//! Kaplan, Thollot and Sillion 2006). What is worn is painted in more detail.

use super::look::{Footprint, Look, Parameter, Pass};

pub(super) const LOOK: Look = Look {
    id: "watercolour",
    name_en: "Watercolour",
    name_zh: "水彩",
    description: "Transparent washes with dark rims, pooled pigment and paper grain",
    parameters: &[
        Parameter::real(
            "wash",
            "width of a wash, per cent of the picture's short side",
            (0.2, 2.0),
            0.55,
        ),
        Parameter::real("rims", "how dark the rim of a wash dries", (0.0, 1.0), 0.5),
        Parameter::real("pooling", "how unevenly the pigment settles", (0.0, 1.0), 0.4),
        Parameter::real("grain", "how visible the paper is", (0.0, 1.0), 0.4),
        Parameter::real("jewel", "how detailed what is worn is painted", (0.0, 1.0), 0.8),
        Parameter::seed(),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/watercolour.wgsl"),
    passes: &[
        Pass::coarse("gather"),
        Pass::coarse("across"),
        Pass::coarse("down"),
        Pass::coarse("rims"),
        Pass::fine("finish"),
    ],
    footprint,
};

/// Position of `wash` among the parameters.
const WASH: usize = 0;
/// How far the unsteady hand moves an edge, per cent of the short side.
const WANDER: f32 = 0.45;

/// The bilateral filter reaches less far than a Gaussian's three standard deviations; then the hand's
/// wandering, and a cell more for the slope.
fn footprint(picture: [u32; 2], values: &[f32]) -> Footprint {
    let wash = values.get(WASH).copied().unwrap_or(0.0);
    let washes = Footprint::rough(Footprint::share(picture, wash));
    washes.beyond(Footprint::share(picture, WANDER) + (washes.coarse + 2) as f32)
}
