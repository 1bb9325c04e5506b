//! Cool Silver: clean daylight for silver and diamonds; skin keeps most of its warmth.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "cool_silver",
    name_en: "Cool Silver",
    name_zh: "冷银",
    description: "Silver lights and steel shadows, muted colour, skin left warm",
    parameters: &[
        Parameter::real("coolness", "how silver the lights become", (0.0, 1.0), 0.6),
        Parameter::real("shadows", "how steel-blue the shadows become", (0.0, 1.0), 0.5),
        Parameter::real("mute", "how far colours are muted", (0.0, 1.0), 0.5),
        Parameter::real("contrast", "steepness of the middle tones", (0.0, 1.0), 0.15),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/cool_silver.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
