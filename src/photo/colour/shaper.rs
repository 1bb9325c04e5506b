//! Colour spaces of curves and a matrix, as exact tables.

use super::Level;
use crate::photo::to_srgb;
use moxcms::{ColorProfile, Matrix3d, ToneReprCurve};
use std::sync::Arc;

type Matrix = [[f32; 3]; 3];

/// The curve of each channel, and the matrices to and from linear sRGB.
pub(in crate::photo) struct Shaper {
    curves: [Arc<Curve>; 3],
    /// To linear sRGB and back; `None` for sRGB itself.
    matrix: Option<(Matrix, Matrix)>,
}

/// The linear light of every level of a channel, rising, and where to look for a value.
struct Curve {
    levels: Box<[f32]>,
    /// For each of [`Curve::BUCKETS`] + 1 even steps of 0..1, the first level at or above it.
    starts: Box<[u16]>,
}

impl Curve {
    const BUCKETS: u16 = 4096;

    /// From rising levels.
    fn new(levels: Box<[f32]>) -> Self {
        let step = |b: u16| f32::from(b) / f32::from(Self::BUCKETS);
        let start = |b: u16| levels.partition_point(|&l| l < step(b)).min(levels.len() - 1) as u16;
        Self {
            starts: (0..=Self::BUCKETS).map(start).collect(),
            levels,
        }
    }

    /// The level whose linear light is nearest to `v`.
    fn nearest(&self, v: f32) -> u16 {
        let last = self.levels.len() - 1;
        let bucket = (v * f32::from(Self::BUCKETS)).max(0.0) as usize;
        let (from, to) = match self.starts.get(bucket..bucket + 2) {
            Some(&[from, to]) if v >= 0.0 => (usize::from(from), usize::from(to)),
            _ => (0, last),
        };
        let above = (from + self.levels[from..to].partition_point(|&l| l < v)).min(last);
        let below = above.saturating_sub(1);
        (if v - self.levels[below] < self.levels[above] - v {
            below
        } else {
            above
        }) as u16
    }
}

impl Shaper {
    /// sRGB (IEC 61966-2-1) for samples up to `max`.
    pub(super) fn srgb(max: u16) -> Self {
        let linear = |v: f64| {
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        let levels = (0..=max)
            .map(|l| linear(f64::from(l) / f64::from(max)) as f32)
            .collect();
        let curve = Arc::new(Curve::new(levels));
        Self {
            curves: [curve.clone(), curve.clone(), curve],
            matrix: None,
        }
    }

    /// From a profile of curves and a matrix; `None` when it cannot be inverted.
    pub(super) fn from_profile(profile: &ColorProfile, max: u16) -> Option<Self> {
        let srgb = ColorProfile::new_srgb();
        let narrow = |m: Matrix3d| m.v.map(|row| row.map(|v| v as f32));
        let to = narrow(profile.transform_matrix(&srgb));
        let from = narrow(srgb.transform_matrix(profile));
        if !to.iter().chain(&from).flatten().all(|v| v.is_finite()) {
            return None;
        }
        let [r, g, b] = [&profile.red_trc, &profile.green_trc, &profile.blue_trc]
            .map(|trc| trc.as_ref().and_then(|trc| curve(trc, max)).map(Arc::new));
        Some(Self {
            curves: [r?, g?, b?],
            matrix: Some((to, from)),
        })
    }

    /// True for sRGB itself.
    pub(super) fn is_plain(&self) -> bool {
        self.matrix.is_none()
    }

    /// True when nothing differs from sRGB by as much as half an 8-bit level.
    pub(super) fn resembles_srgb(&self) -> bool {
        let close = |a: f32, b: f32| (a - b).abs() < 0.002;
        let unit = |m: &Matrix| (0..3).all(|i| (0..3).all(|j| close(m[i][j], f32::from(u8::from(i == j)))));
        let srgb = |curve: &Curve| {
            let top = (curve.levels.len() - 1) as f32;
            curve
                .levels
                .iter()
                .enumerate()
                .all(|(l, &v)| close(to_srgb(v), l as f32 / top))
        };
        self.matrix.as_ref().is_none_or(|(to, _)| unit(to)) && self.curves.iter().all(|c| srgb(c))
    }

    /// Linear-light sRGB of pixels of `N` samples.
    pub(super) fn decode<L: Level, const N: usize>(&self, pixels: &[[L; N]], out: &mut [[f32; 3]]) {
        let [r, g, b] = &self.curves;
        let own = |p: &[L; N]| {
            [
                r.levels[p[0].index()],
                g.levels[p[1].index()],
                b.levels[p[2].index()],
            ]
        };
        let pixels = pixels.iter().zip(out);
        match &self.matrix {
            None => pixels.for_each(|(p, o)| *o = own(p)),
            Some((to, _)) => pixels.for_each(|(p, o)| *o = multiply(to, own(p))),
        }
    }

    /// The nearest levels of a linear-light sRGB colour.
    pub(super) fn encode(&self, linear: [f32; 3]) -> [u16; 3] {
        let v = self
            .matrix
            .as_ref()
            .map_or(linear, |(_, from)| multiply(from, linear));
        [0, 1, 2].map(|c| self.curves[c].nearest(v[c]))
    }
}

/// The tone curve of a channel for samples up to `max`; `None` unless it rises.
fn curve(trc: &ToneReprCurve, max: u16) -> Option<Curve> {
    let evaluator = trc.make_linear_evaluator().ok()?;
    let levels: Box<[f32]> = (0..=max)
        .map(|l| evaluator.evaluate_value(f32::from(l) / f32::from(max)))
        .collect();
    let rises = levels.windows(2).all(|w| w[0] <= w[1]) && levels.first() < levels.last();
    rises.then(|| Curve::new(levels))
}

fn multiply(m: &Matrix, v: [f32; 3]) -> [f32; 3] {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}
