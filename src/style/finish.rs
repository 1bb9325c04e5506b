//! Photo finish: what a retoucher does last, off until asked for. Local contrast, denoising, sharpening, a glow
//! that spares skin, and on what is worn the grain of the photo itself where it is missing, so that the
//! jewellery does not look pasted in.
//!
//! The photo's noise is measured (`noise.rs`) and handed to the shader behind the parameters.

use super::look::{Footprint, Look, Parameter, Pass};
use super::noise::{Noise, STEPS};

pub(super) static LOOK: Look = Look {
    id: "finish",
    name_en: "Photo Finish",
    name_zh: "照片精修",
    description: "Local contrast, denoising, sharpening, glow and the photo's own grain on the jewellery",
    parameters: &[
        Parameter::real("contrast", "local contrast: forms stand out", (0.0, 1.0), 0.0),
        Parameter::real(
            "denoise",
            "how far the photo's noise is smoothed away",
            (0.0, 1.0),
            0.0,
        ),
        Parameter::real(
            "sharpen",
            "how far edges are sharpened, not the noise",
            (0.0, 1.0),
            0.0,
        ),
        Parameter::real(
            "glow",
            "a soft glow around lights; skin is spared",
            (0.0, 1.0),
            0.0,
        ),
        Parameter::real(
            "grain",
            "the photo's own grain on the jewellery, as far as it is missing there",
            (0.0, 1.0),
            0.0,
        ),
        Parameter::seed(),
    ],
    worn_only: false,
    shader: include_str!("../../shaders/finish.wgsl"),
    passes: &[
        Pass::coarse("gather"),
        Pass::coarse("across"),
        Pass::coarse("down"),
        Pass::fine("finish"),
    ],
    footprint,
};

/// How many parameters do something; the seed alone does nothing.
const ACTIVE: usize = 5;
/// Radius of local contrast and of the glow, per cent of the short side.
const WIDE: f32 = 2.5;

/// True when nothing is asked for.
pub(super) fn is_idle(values: &[f32]) -> bool {
    values.iter().take(ACTIVE).all(|v| *v == 0.0)
}

/// The values and, behind them, the photo's noise.
pub(super) fn with_noise(values: &[f32], noise: &Noise) -> Vec<f32> {
    debug_assert!(values.len() + STEPS < super::look::MAX_PARAMETERS);
    let mut all = values.to_vec();
    all.extend(noise.sigma);
    all.push(noise.clotted);
    all
}

/// The wide blur; then two pixels for denoising.
fn footprint(picture: [u32; 2], _values: &[f32]) -> Footprint {
    Footprint::gaussian(Footprint::share(picture, WIDE)).beyond(3.0)
}
