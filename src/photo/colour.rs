//! Colour spaces: a file's own samples to linear-light sRGB and back.
//!
//! Takes an embedded ICC profile and a sample depth; gives a [`Space`]. Profiles made of
//! curves and a matrix (nearly all cameras, phones and screens) become one exact table
//! per channel and a matrix: no clipping, and every level converts back to itself.
//! Profiles made of lookup tables go through moxcms.

use super::Samples;
use moxcms::{
    ColorProfile, DataColorSpace, Layout, Matrix3d, RenderingIntent, ToneReprCurve, TransformF32Executor,
    TransformOptions,
};
use std::sync::{Arc, OnceLock};

/// A sample type: `u8` or `u16`.
pub(super) trait Level: Copy + Into<u16> + Send + Sync {
    /// The brightest level.
    const MAX: u16;
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
            Self::Shaper(s) if s.matrix.is_none() => "Srgb",
            Self::Shaper(_) => "Shaper",
            Self::Tables(_) => "Tables",
        })
    }
}

/// Linear light of every level of each channel, and the matrices to and from linear sRGB.
pub(super) struct Shaper {
    curves: [Arc<[f32]>; 3],
    /// To linear sRGB and back; `None` for sRGB itself.
    matrix: Option<([[f32; 3]; 3], [[f32; 3]; 3])>,
}

/// moxcms transforms between the file's encoded colours and encoded sRGB, both 0..1.
pub(super) struct Tables {
    to_srgb: Arc<TransformF32Executor>,
    from_srgb: Arc<TransformF32Executor>,
    max: u16,
}

fn multiply(m: &[[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

/// The level whose linear light is nearest to `v`; `curve` rises.
fn nearest(curve: &[f32], v: f32) -> u16 {
    let above = curve.partition_point(|&c| c < v).min(curve.len() - 1);
    let below = above.saturating_sub(1);
    (if v - curve[below] < curve[above] - v {
        below
    } else {
        above
    }) as u16
}

impl Shaper {
    fn decode(&self, levels: [u16; 3]) -> [f32; 3] {
        let v = [0, 1, 2].map(|c| self.curves[c][usize::from(levels[c])]);
        self.matrix.as_ref().map_or(v, |(to, _)| multiply(to, v))
    }

    fn encode(&self, linear: [f32; 3]) -> [u16; 3] {
        let v = self
            .matrix
            .as_ref()
            .map_or(linear, |(_, from)| multiply(from, linear));
        [0, 1, 2].map(|c| nearest(&self.curves[c], v[c]))
    }
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
        let make = || {
            let curve: Arc<[f32]> = (0..=max)
                .map(|l| srgb_curve(f64::from(l) / f64::from(max)))
                .collect();
            Arc::new(Self::Shaper(Shaper {
                curves: [0; 3].map(|_| curve.clone()),
                matrix: None,
            }))
        };
        (if max == u16::from(u8::MAX) { &BYTES } else { &WORDS })
            .get_or_init(make)
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
            let shaper = Shaper::new(&profile, max).ok_or_else(|| ignored("has curves that do not rise"))?;
            return Ok(if shaper.is_srgb() {
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
        matches!(self, Self::Shaper(Shaper { matrix: None, .. }))
    }

    /// Linear-light sRGB of a row of pixels of `channels` samples; alpha is left out.
    pub(super) fn decode_row<L: Level>(&self, row: &[L], channels: usize, out: &mut [[f32; 3]]) {
        let pixels = row.chunks_exact(channels);
        match self {
            Self::Shaper(shaper) => {
                for (p, o) in pixels.zip(out) {
                    *o = shaper.decode([p[0].into(), p[1].into(), p[2].into()]);
                }
            }
            Self::Tables(tables) => {
                let scale = 1.0 / f32::from(L::MAX);
                let encoded: Vec<f32> = pixels
                    .flat_map(|p| [0, 1, 2].map(|c| f32::from(Into::<u16>::into(p[c])) * scale))
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

impl Shaper {
    /// From a profile of curves and a matrix; `None` when it cannot be inverted.
    fn new(profile: &ColorProfile, max: u16) -> Option<Self> {
        let to = profile.transform_matrix(&ColorProfile::new_srgb());
        let from = ColorProfile::new_srgb().transform_matrix(profile);
        let narrow = |m: Matrix3d| m.v.map(|row| row.map(|v| v as f32));
        let (to, from) = (narrow(to), narrow(from));
        let finite = to.iter().chain(&from).flatten().all(|v| v.is_finite());
        let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
        let [r, g, b] = curves.map(|trc| trc.as_ref().and_then(|trc| table(trc, max)));
        Some(Self {
            curves: [r?, g?, b?],
            matrix: finite.then_some((to, from)).map(Some)?,
        })
    }

    /// True when nothing differs from sRGB by as much as half an 8-bit level.
    fn is_srgb(&self) -> bool {
        let close = |a: f32, b: f32, by: f32| (a - b).abs() < by;
        let unit = |m: &[[f32; 3]; 3]| {
            (0..3).all(|i| (0..3).all(|j| close(m[i][j], f32::from(u8::from(i == j)), 0.002)))
        };
        self.matrix.as_ref().is_none_or(|(to, _)| unit(to))
            && self.curves.iter().all(|curve| {
                let top = (curve.len() - 1) as f32;
                curve
                    .iter()
                    .enumerate()
                    .all(|(l, &v)| close(super::to_srgb(v), l as f32 / top, 0.002))
            })
    }
}

/// Linear light of every level up to `max`; `None` unless the curve rises.
fn table(trc: &ToneReprCurve, max: u16) -> Option<Arc<[f32]>> {
    let evaluator = trc.make_linear_evaluator().ok()?;
    let curve: Arc<[f32]> = (0..=max)
        .map(|l| evaluator.evaluate_value(f32::from(l) / f32::from(max)))
        .collect();
    let rises = curve.windows(2).all(|w| w[0] <= w[1]) && curve.first() < curve.last();
    rises.then_some(curve)
}

fn srgb_curve(v: f64) -> f32 {
    (if v <= 0.04045 {
        v / 12.92
    } else {
        ((v + 0.055) / 1.055).powf(2.4)
    }) as f32
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
