//! Studio Clean: a catalogue picture: soft light, gentle contrast, fresh colour, whites without a cast.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "studio_clean",
    name_en: "Studio Clean",
    name_zh: "洁净影棚",
    description: "Soft fill light, gentle contrast, a little more colour, and whites without a cast",
    parameters: &[
        Parameter::real(
            "light",
            "how much fill light opens the middle tones",
            (0.0, 1.0),
            0.4,
        ),
        Parameter::real("contrast", "how steep the middle tones are", (0.0, 1.0), 0.25),
        Parameter::real(
            "vibrance",
            "how much colour gains, pale colours most",
            (0.0, 1.0),
            0.18,
        ),
        Parameter::real(
            "neutral",
            "how neutral the brightest tones become",
            (0.0, 1.0),
            0.7,
        ),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/studio_clean.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
