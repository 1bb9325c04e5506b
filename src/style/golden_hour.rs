//! Golden Hour: a low sun beside the picture, its veil of light and warm haze.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "golden_hour",
    name_en: "Golden Hour",
    name_zh: "金色时刻",
    description: "Low sun from one side, warm haze and plum shadows",
    parameters: &[
        Parameter::real(
            "warmth",
            "how golden lights and how plum shadows become",
            (0.0, 1.0),
            0.6,
        ),
        Parameter::real("sun", "how bright the veil of light is", (0.0, 1.0), 0.45),
        Parameter::real(
            "direction",
            "where the sun stands, degrees: 0 right, 90 above, 180 left",
            (0.0, 360.0),
            135.0,
        ),
        Parameter::real("haze", "how far warm haze lifts the blacks", (0.0, 1.0), 0.4),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/golden_hour.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
