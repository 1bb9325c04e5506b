//! Colour spaces: a file's own samples to linear-light sRGB and back.
//!
//! Takes an embedded ICC profile and a sample depth; gives a [`Space`]. Profiles made of
//! curves and a matrix (nearly all cameras, phones and screens) become one exact table
//! per channel and a matrix: no clipping, and every level converts back to itself.
//! Profiles made of lookup tables go through moxcms.

mod shaper;

use super::Samples;
use moxcms::{ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformF32Executor, TransformOptions};
use shaper::Shaper;
use std::sync::{Arc, OnceLock};

/// A sample type: `u8` or `u16`.
pub(super) trait Level: Copy + Into<u16> + Send + Sync {
    /// The brightest level.
    const MAX: u16;
    /// The sample as a place in a table.
    fn index(self) -> usize {
        usize::from(self.into())
    }
    /// The sample of a level; levels above [`Level::MAX`] do not occur.
    fn from_level(level: u16) -> Self;
}

impl Level for u8 {
    const MAX: u16 = 255;
    fn from_level(level: u16) -> Self {
        level.min(255) as Self
    }
}

impl Level for u16 {
    const MAX: u16 = 65535;
    fn from_level(level: u16) -> Self {
        level
    }
}

/// How samples of one picture relate to linear-light sRGB.
pub(super) enum Space {
    /// Curves and a matrix.
    Shaper(Shaper),
    /// Lookup tables, through moxcms by way of encoded sRGB.
    Tables(Tables),
}

impl std::fmt::Debug for Space {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Shaper(s) if s.is_plain() => "Srgb",
            Self::Shaper(_) => "Shaper",
            Self::Tables(_) => "Tables",
        })
    }
}

/// moxcms transforms between the file's encoded colours and encoded sRGB, both 0..1.
pub(super) struct Tables {
    to_srgb: Arc<TransformF32Executor>,
    from_srgb: Arc<TransformF32Executor>,
    max: u16,
}

impl Tables {
    fn decode_row(&self, encoded: &[f32], out: &mut [[f32; 3]]) {
        let srgb = out.as_flattened_mut();
        if self.to_srgb.transform(encoded, srgb).is_err() {
            srgb.copy_from_slice(encoded);
        }
        srgb.iter_mut().for_each(|v| *v = super::to_linear(*v));
    }

    fn encode_row(&self, linear: &[[f32; 3]]) -> Vec<[u16; 3]> {
        let srgb: Vec<f32> = linear
            .as_flattened()
            .iter()
            .map(|&v| super::to_srgb(v.clamp(0.0, 1.0)))
            .collect();
        let mut own = srgb.clone();
        if self.from_srgb.transform(&srgb, &mut own).is_err() {
            own = srgb;
        }
        let level = |v: f32| (v.clamp(0.0, 1.0) * f32::from(self.max)).round() as u16;
        own.as_chunks::<3>().0.iter().map(|p| p.map(level)).collect()
    }
}

impl Space {
    /// The exact sRGB curve (IEC 61966-2-1) for samples up to `max`.
    pub(super) fn srgb(max: u16) -> Arc<Self> {
        static BYTES: OnceLock<Arc<Space>> = OnceLock::new();
        static WORDS: OnceLock<Arc<Space>> = OnceLock::new();
        let made = if max == u16::from(u8::MAX) { &BYTES } else { &WORDS };
        made.get_or_init(|| Arc::new(Self::Shaper(Shaper::srgb(max))))
            .clone()
    }

    /// The space of an ICC profile for samples up to `max`, or one sentence why it cannot be used.
    pub(super) fn from_icc(icc: &[u8], max: u16) -> Result<Arc<Self>, String> {
        let ignored = |why: &str| format!("the embedded colour profile {why}; the colours are taken as sRGB");
        let profile = ColorProfile::new_from_slice(icc).map_err(|_| ignored("is damaged"))?;
        match profile.color_space {
            DataColorSpace::Rgb => {}
            DataColorSpace::Gray => return Err(ignored("is for grey pictures")),
            _ => return Err(ignored("is not for RGB pictures")),
        }
        let tables = [
            &profile.lut_a_to_b_perceptual,
            &profile.lut_a_to_b_colorimetric,
            &profile.lut_a_to_b_saturation,
        ];
        if profile.is_matrix_shaper() && tables.iter().all(|t| t.is_none()) {
            let shaper =
                Shaper::from_profile(&profile, max).ok_or_else(|| ignored("has curves that do not rise"))?;
            return Ok(if shaper.resembles_srgb() {
                Self::srgb(max)
            } else {
                Arc::new(Self::Shaper(shaper))
            });
        }
        let options = TransformOptions {
            rendering_intent: RenderingIntent::RelativeColorimetric,
            ..Default::default()
        };
        let srgb = ColorProfile::new_srgb();
        let to_srgb = profile.create_transform_f32(Layout::Rgb, &srgb, Layout::Rgb, options);
        let from_srgb = srgb.create_transform_f32(Layout::Rgb, &profile, Layout::Rgb, options);
        match (to_srgb, from_srgb) {
            (Ok(to_srgb), Ok(from_srgb)) => Ok(Arc::new(Self::Tables(Tables {
                to_srgb,
                from_srgb,
                max,
            }))),
            _ => Err(ignored("works in one direction only")),
        }
    }

    /// True for plain sRGB.
    pub(super) fn is_srgb(&self) -> bool {
        matches!(self, Self::Shaper(shaper) if shaper.is_plain())
    }

    /// Linear-light sRGB of a row of pixels of `channels` samples; alpha is left out.
    pub(super) fn decode_row<L: Level>(&self, row: &[L], channels: usize, out: &mut [[f32; 3]]) {
        match self {
            Self::Shaper(shaper) if channels == 3 => shaper.decode(row.as_chunks::<3>().0, out),
            Self::Shaper(shaper) => shaper.decode(row.as_chunks::<4>().0, out),
            Self::Tables(tables) => {
                let own = |v: L| f32::from(v.into()) / f32::from(L::MAX);
                let encoded: Vec<f32> = row
                    .chunks_exact(channels)
                    .flat_map(|p| [own(p[0]), own(p[1]), own(p[2])])
                    .collect();
                tables.decode_row(&encoded, &mut out[..encoded.len() / 3]);
            }
        }
    }

    /// The nearest levels of linear-light sRGB colours; what the space cannot hold is clipped.
    pub(super) fn encode_row(&self, linear: &[[f32; 3]]) -> Vec<[u16; 3]> {
        match self {
            Self::Shaper(shaper) => linear.iter().map(|&c| shaper.encode(c)).collect(),
            Self::Tables(tables) => tables.encode_row(linear),
        }
    }
}

impl Samples {
    /// The brightest level of this depth.
    pub(super) fn max(&self) -> u16 {
        match self {
            Self::U8(_) => u8::MAX.into(),
            Self::U16(_) => u16::MAX,
        }
    }
}
