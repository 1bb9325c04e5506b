//! The surface of another picture on a photo: canvas, paper, weave, bristles, grain.
//!
//! Takes a photo, the table its colours go through and the reference's lightness; gives [`Strokes`], a change of
//! lightness at a fixed scale of the picture. The surface is random-phase noise of the reference's spectrum
//! (van Wijk 1991, "Spot noise"; Galerne, Gousseau and Morel 2011, "Random phase textures"): as fine, as strong
//! and as directed as the reference, without any of its forms, and seamless when repeated.

use super::cube::Cube;
use super::like::luma;
use super::reference::TEXTURE_SIDE;
use crate::geometry::Rect;
use crate::photo::Photo;

/// Side of the surface, pixels at the scale below; it repeats beyond.
const SIDE: usize = TEXTURE_SIDE;
/// Short side of the picture at the scale of the surface.
const SHORT: f64 = 720.0;
/// Longest side of it.
const LONGEST: f64 = 2000.0;
/// Radius within which lightness counts as the form of things, not as their surface.
const FORM: usize = 5;
/// Largest standard deviation of the change; a stronger surface is made fainter.
const STRONGEST: f32 = 0.06;
/// How different two tones are that belong to different things.
const EDGE: f32 = 0.08;

/// A change of lightness at the scale of the surface.
pub(super) struct Strokes {
    size: [usize; 2],
    /// Its pixels per photo pixel.
    scale: [f32; 2],
    change: Vec<f32>,
    /// The lightness it is laid on.
    guide: Vec<f32>,
}

impl Strokes {
    /// The surface of a reference's lightness ([`SIDE`]² values) on a photo whose colours go through `table`.
    pub fn new(photo: &Photo, table: &Cube, lightness: &[f32]) -> Self {
        let (width, height) = (f64::from(photo.width()), f64::from(photo.height()));
        let (short, long) = (width.min(height), width.max(height));
        let longest = (long * SHORT / short).min(LONGEST).round().max(1.0) as u32;
        let small = photo.resized(longest);
        let size = [small.width() as usize, small.height() as usize];
        let whole = Rect {
            x: 0,
            y: 0,
            width: small.width(),
            height: small.height(),
        };
        let guide: Vec<f32> = small
            .srgb(whole)
            .into_iter()
            .map(|p| luma(table.map(p)))
            .collect();
        let surface = surface(lightness);
        let change = (0..guide.len())
            .map(|i| {
                let (x, y) = (i % size[0], i / size[0]);
                // Paint and paper show least in the deepest shadow and the brightest light.
                let light = guide[i];
                let room = (5.0 * light * (1.15 - light)).clamp(0.25, 1.0);
                surface[y % SIDE * SIDE + x % SIDE] * room
            })
            .collect();
        Self {
            size,
            scale: [size[0] as f32 / width as f32, size[1] as f32 / height as f32],
            change,
            guide,
        }
    }

    /// The change at a photo pixel of lightness `light`: from the pixels around that are as light.
    pub fn at(&self, [x, y]: [usize; 2], light: f32) -> f32 {
        let place = |v: usize, axis: usize| {
            let last = self.size[axis] - 1;
            let at = ((v as f32 + 0.5) * self.scale[axis] - 0.5).clamp(0.0, last as f32);
            let low = (at as usize).min(last.saturating_sub(1));
            (low, (low + 1).min(last), at - low as f32)
        };
        let ((x0, x1, tx), (y0, y1, ty)) = (place(x, 0), place(y, 1));
        let (mut sum, mut total) = (0.0, 0.0);
        for (column, row, near) in [
            (x0, y0, (1.0 - tx) * (1.0 - ty)),
            (x1, y0, tx * (1.0 - ty)),
            (x0, y1, (1.0 - tx) * ty),
            (x1, y1, tx * ty),
        ] {
            let i = row * self.size[0] + column;
            let off = (self.guide[i] - light) / EDGE;
            let weight = near * (0.02 + 1.0 / (1.0 + off * off * off * off));
            sum += weight * self.change[i];
            total += weight;
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }
}

/// A surface of mean 0 that repeats every [`SIDE`] pixels.
fn surface(lightness: &[f32]) -> Vec<f32> {
    let detail = detail(lightness);
    let mut spectrum: Vec<[f32; 2]> = detail.iter().map(|v| [*v, 0.0]).collect();
    let mut phases: Vec<[f32; 2]> = (0..SIDE * SIDE)
        .map(|i| [noise((i % SIDE) as u32, (i / SIDE) as u32), 0.0])
        .collect();
    transform(&mut spectrum, false);
    // The phases of real noise are those of a real picture.
    transform(&mut phases, false);
    for (s, p) in spectrum.iter_mut().zip(&phases) {
        let size = (s[0] * s[0] + s[1] * s[1]).sqrt();
        let unit = (p[0] * p[0] + p[1] * p[1]).sqrt().max(1e-12);
        *s = [size * p[0] / unit, size * p[1] / unit];
    }
    if let Some(mean) = spectrum.first_mut() {
        *mean = [0.0; 2];
    }
    transform(&mut spectrum, true);
    let values: Vec<f32> = spectrum.iter().map(|s| s[0]).collect();
    let deviation = (values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32).sqrt();
    let factor = (STRONGEST / deviation.max(1e-9)).min(1.0);
    values.iter().map(|v| v * factor).collect()
}

/// What is finer than forms, the outlines of forms held down, faded out towards the borders so that they are
/// no lines in the spectrum.
fn detail(lightness: &[f32]) -> Vec<f32> {
    let form = blurred(&blurred(lightness));
    let detail: Vec<f32> = lightness.iter().zip(&form).map(|(v, f)| v - f).collect();
    // The median is that of the plain surface; what stands out further is the outline of a form.
    let mut sizes: Vec<f32> = detail.iter().map(|v| v.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let most = 2.0 * sizes.get(sizes.len() / 2).map_or(1e-6, |median| median.max(1e-6));
    let fade = |i: usize| {
        let edge = i.min(SIDE - 1 - i) as f32 / (SIDE as f32 / 8.0);
        edge.min(1.0)
    };
    let window = |i: usize| fade(i % SIDE) * fade(i / SIDE);
    let lost: f32 = (0..SIDE * SIDE).map(|i| window(i) * window(i)).sum::<f32>() / (SIDE * SIDE) as f32;
    let gain = 1.0 / lost.sqrt();
    detail
        .iter()
        .enumerate()
        .map(|(i, v)| v.clamp(-most, most) * window(i) * gain)
        .collect()
}

/// Mean over a square of [`FORM`] pixels to each side, cut at the borders.
fn blurred(plane: &[f32]) -> Vec<f32> {
    let pass = |input: &[f32], stride: usize, line: usize| {
        let mut out = vec![0.0; input.len()];
        for l in 0..SIDE {
            let mut sums = vec![0.0_f64; SIDE + 1];
            for i in 0..SIDE {
                sums[i + 1] = sums[i] + f64::from(input[l * line + i * stride]);
            }
            for i in 0..SIDE {
                let (a, b) = (i.saturating_sub(FORM), (i + FORM + 1).min(SIDE));
                out[l * line + i * stride] = ((sums[b] - sums[a]) / (b - a) as f64) as f32;
            }
        }
        out
    };
    pass(&pass(plane, 1, SIDE), SIDE, 1)
}

/// Two-dimensional Fourier transform of [`SIDE`]² complex numbers, in place; the inverse is divided by their
/// number.
fn transform(values: &mut [[f32; 2]], inverse: bool) {
    let mut line = [[0.0; 2]; SIDE];
    for (stride, step) in [(1, SIDE), (SIDE, 1)] {
        for l in 0..SIDE {
            for (i, v) in line.iter_mut().enumerate() {
                *v = values[l * step + i * stride];
            }
            fourier(&mut line, inverse);
            for (i, v) in line.iter().enumerate() {
                values[l * step + i * stride] = *v;
            }
        }
    }
    if inverse {
        let share = 1.0 / values.len() as f32;
        for v in values {
            *v = v.map(|part| part * share);
        }
    }
}

/// Radix-2 Fourier transform of a line (Cooley and Tukey 1965).
fn fourier(line: &mut [[f32; 2]; SIDE], inverse: bool) {
    let bits = SIDE.trailing_zeros();
    for i in 0..SIDE {
        let j = i.reverse_bits() >> (usize::BITS - bits);
        if i < j {
            line.swap(i, j);
        }
    }
    let mut half = 1;
    while half < SIDE {
        let turn = std::f32::consts::PI / half as f32 * if inverse { 1.0 } else { -1.0 };
        for start in (0..SIDE).step_by(2 * half) {
            for i in 0..half {
                let (sin, cos) = (turn * i as f32).sin_cos();
                let (a, b) = (line[start + i], line[start + i + half]);
                let b = [b[0] * cos - b[1] * sin, b[0] * sin + b[1] * cos];
                line[start + i] = [a[0] + b[0], a[1] + b[1]];
                line[start + i + half] = [a[0] - b[0], a[1] - b[1]];
            }
        }
        half *= 2;
    }
}

/// White noise of -1..1 that belongs to a place: the hash of `speck` in `shaders/common.wgsl`.
fn noise(x: u32, y: u32) -> f32 {
    let mut h = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77) ^ 0xC2B2_AE3D;
    h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
    h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    (h & 0xFFFF) as f32 / 32_767.5 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_and_back_is_identity() {
        let before: Vec<[f32; 2]> = (0..SIDE * SIDE).map(|i| [noise(i as u32, 3), 0.0]).collect();
        let mut after = before.clone();
        transform(&mut after, false);
        transform(&mut after, true);
        assert!(
            before
                .iter()
                .zip(&after)
                .all(|(a, b)| (a[0] - b[0]).abs() < 1e-3 && b[1].abs() < 1e-3)
        );
    }

    #[test]
    fn the_surface_is_as_directed_as_the_reference() {
        // Fine upright stripes over a slope: across them the surface changes, along them it does not.
        let stripes =
            |i: usize| 0.5 + 0.1 * ((i % SIDE) as f32 * 1.5).sin() + 0.3 * (i / SIDE) as f32 / SIDE as f32;
        let made = surface(&(0..SIDE * SIDE).map(stripes).collect::<Vec<_>>());
        let (mut across, mut along) = (0.0, 0.0);
        for i in 0..SIDE * (SIDE - 1) - 1 {
            across += (made[i + 1] - made[i]).abs();
            along += (made[i + SIDE] - made[i]).abs();
        }
        assert!(across > 5.0 * along, "{across} {along}");
        // A plain reference has no surface.
        assert!(surface(&[0.4; SIDE * SIDE]).iter().all(|v| v.abs() < 1e-5));
    }
}
