//! Ink Line: pen strokes by the flow-based extended difference of Gaussians (Winnemöller, Kyprianidis
//! and Olsen 2012) on a pale wash. What is worn keeps its colour.

use super::look::{Footprint, Look, Parameter, Pass};

pub(super) const LOOK: Look = Look {
    id: "ink_line",
    name_en: "Ink Line",
    name_zh: "墨线",
    description: "A pen drawing with a pale wash; the jewellery keeps its colour",
    parameters: &[
        Parameter::real(
            "line",
            "thickness of the pen, per cent of the picture's short side",
            (0.05, 0.4),
            0.11,
        ),
        Parameter::real(
            "detail",
            "how fine a difference is still drawn",
            (4.0, 60.0),
            34.0,
        ),
        Parameter::real(
            "shadow",
            "how far the deepest shadows are brushed in",
            (0.0, 1.0),
            0.5,
        ),
        Parameter::real(
            "wash",
            "how much of the picture's tones and colours shines through",
            (0.0, 1.0),
            0.7,
        ),
        Parameter::real(
            "jewel",
            "how much of its colour the jewellery keeps",
            (0.0, 1.0),
            1.0,
        ),
    ],
    worn_only: false,
    shader: concat!(
        include_str!("../../shaders/flow.wgsl"),
        include_str!("../../shaders/ink_line.wgsl")
    ),
    passes: &[
        Pass::coarse("tensor"),
        Pass::coarse("smooth_across"),
        Pass::coarse("smooth_down"),
        Pass::fine("difference"),
        Pass::fine("finish"),
    ],
    footprint,
};

/// Position of `line` among the parameters.
const LINE: usize = 0;
/// Steps the shader takes to each side of a pixel, across the flow and along it.
const ACROSS: f32 = 3.0;
const ALONG: f32 = 4.0;

/// The tensor's smoothing; the steps across the flow, half a pixel more each for rounding their length
/// and up to √2 longer on a diagonal; then the steps along it.
fn footprint(picture: [u32; 2], values: &[f32]) -> Footprint {
    let line = Footprint::share(picture, values.get(LINE).copied().unwrap_or(0.0)).max(0.6);
    let across = (2.2 * 1.6 * line + 0.5 * ACROSS).max(ACROSS) * std::f32::consts::SQRT_2;
    let along = ALONG * (1.5 * line).max(1.0);
    Footprint::rough(2.2 * line).beyond(across + along + 5.0)
}
