//! High Key: bright and airy, as on a lit white ground; nothing clips.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "high_key",
    name_en: "High Key",
    name_zh: "明亮高调",
    description: "Bright, airy and soft, whites without a cast and nothing burnt out",
    parameters: &[
        Parameter::real("exposure", "how much brighter", (0.0, 1.0), 0.45),
        Parameter::real("softness", "how far shadows are opened", (0.0, 1.0), 0.5),
        Parameter::real(
            "purity",
            "how far the lightest tones lose their cast",
            (0.0, 1.0),
            0.6,
        ),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/high_key.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
