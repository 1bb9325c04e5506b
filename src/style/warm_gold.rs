//! Warm Gold: evening light: split toning that flatters gold and skin, lightness kept.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "warm_gold",
    name_en: "Warm Gold",
    name_zh: "暖金",
    description: "Golden lights and umber shadows, like the last hour of sun",
    parameters: &[
        Parameter::real("warmth", "how golden the lights become", (0.0, 1.0), 0.6),
        Parameter::real("shadows", "how brown the shadows become", (0.0, 1.0), 0.5),
        Parameter::real(
            "balance",
            "the tone where shadows turn into lights",
            (0.2, 0.8),
            0.45,
        ),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/warm_gold.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
