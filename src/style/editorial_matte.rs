//! Editorial Matte: the matte print of a fashion magazine.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "editorial_matte",
    name_en: "Editorial Matte",
    name_zh: "杂志哑光",
    description: "Matte blacks, held-back whites, muted colour and a breath of petrol",
    parameters: &[
        Parameter::real(
            "matte",
            "how far blacks are lifted and whites held back",
            (0.0, 1.0),
            0.7,
        ),
        Parameter::real("contrast", "steepness of the middle tones", (0.0, 1.0), 0.3),
        Parameter::real("mute", "how far colours are muted", (0.0, 1.0), 0.5),
        Parameter::real("petrol", "how blue-green the shadows become", (0.0, 1.0), 0.5),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/editorial_matte.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
