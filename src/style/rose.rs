//! Rose: the blush of rose gold: pink lights, mauve shadows, softer contrast.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "rose",
    name_en: "Rose",
    name_zh: "玫瑰",
    description: "Blushing lights, mauve shadows and soft contrast, for rose gold and pearls",
    parameters: &[
        Parameter::real("blush", "how pink the lights become", (0.0, 1.0), 0.6),
        Parameter::real("shadows", "how mauve the shadows become", (0.0, 1.0), 0.5),
        Parameter::real("softness", "how far contrast is softened", (0.0, 1.0), 0.5),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/rose.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
