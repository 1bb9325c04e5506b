//! Noir: black and white of rich contrast, luminous skin, darker corners, no grain.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "noir",
    name_en: "Noir",
    name_zh: "黑白经典",
    description: "Black and white with deep blacks, luminous skin and slightly darker corners",
    parameters: &[
        Parameter::real("contrast", "how steep the middle tones are", (0.0, 1.0), 0.7),
        Parameter::real(
            "filter",
            "an orange filter before the film: brighter skin and gold",
            (0.0, 1.0),
            0.5,
        ),
        Parameter::real("vignette", "how much light the corners lose", (0.0, 1.0), 0.4),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/noir.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
