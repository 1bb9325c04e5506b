//! Vintage Film: a print that has seen some summers: faded blacks, cream, grain.

use super::look::{Look, Parameter};

pub(super) const LOOK: Look = Look {
    id: "vintage_film",
    name_en: "Vintage Film",
    name_zh: "复古胶片",
    description: "Faded blacks, creamy lights, muted colour and film grain",
    parameters: &[
        Parameter::real(
            "fade",
            "how far blacks, whites and colours have faded",
            (0.0, 1.0),
            0.8,
        ),
        Parameter::real(
            "warmth",
            "how creamy the lights and how cool the shadows are",
            (0.0, 1.0),
            0.7,
        ),
        Parameter::real("grain", "how visible the grain is", (0.0, 1.0), 0.35),
        Parameter::seed(),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/vintage_film.wgsl"),
    passes: Look::POINT_PASSES,
    footprint: Look::point,
};
