//! The surface of a picture: canvas, paper, weave, bristles, grain, and how it is drawn.
//!
//! Takes a picture's lightness; gives [`Surface`]: noise of its spectrum and its marks, a few numbers that tell ways
//! of drawing apart. The noise is random-phase noise (van Wijk 1991, "Spot noise"; Galerne, Gousseau and Morel 2011,
//! "Random phase textures"): as fine and as directed as the picture, without any of its forms, and seamless when
//! repeated. `training/bijou_training/surface.py` is the same in Python, step for step.

use super::fourier::{Complex, transform};

/// Side of the lightness and of the noise, pixels.
pub(super) const SIDE: usize = super::fourier::SIDE;
/// How many numbers tell how a picture is drawn.
pub(super) const MARKS: usize = 3 * RADII.len() + 1;
/// Radius within which lightness counts as the form of things, not as their surface.
const FORM: usize = 5;
/// Radii that part the surface into bands.
const RADII: [usize; 4] = [1, 2, 4, 8];

/// What a picture lends besides its colours.
#[derive(Clone, Debug)]
pub(super) struct Surface {
    /// Noise of the surface's spectrum, [`SIDE`]² values of mean 0 and deviation 1; repeats beyond.
    pub noise: Vec<f32>,
    /// How strong the surface is: the deviation of its lightness, outlines of forms held down.
    pub deviation: f32,
    /// For every band how strong it is (log of the mean size), how plain (mean over root mean square, lower for few
    /// strong marks on little), and whether light or dark marks stand out (-1..1); last whether fine marks are in
    /// the light or the dark (-1..1).
    pub marks: [f32; MARKS],
}

impl Surface {
    /// Of a lightness of [`SIDE`]² values, encoded 0..1.
    pub fn of(lightness: &[f32]) -> Self {
        let (noise, deviation) = noise(lightness);
        Self {
            noise,
            deviation,
            marks: marks(lightness),
        }
    }
}

/// Random-phase noise of deviation 1, and the deviation it had.
fn noise(lightness: &[f32]) -> (Vec<f32>, f32) {
    let mut spectrum: Vec<Complex> = detail(lightness).iter().map(|v| [*v, 0.0]).collect();
    let mut phases: Vec<Complex> = (0..SIDE * SIDE)
        .map(|i| [speck((i % SIDE) as u32, (i / SIDE) as u32), 0.0])
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
    let deviation = root_mean_square(&values);
    let factor = if deviation > 1e-6 { 1.0 / deviation } else { 0.0 };
    (values.iter().map(|v| v * factor).collect(), deviation)
}

/// What is finer than forms, the outlines of forms held down, faded out towards the borders so that they are
/// no lines in the spectrum.
fn detail(lightness: &[f32]) -> Vec<f32> {
    let fine = difference(lightness, &mean(lightness, FORM));
    // The median is that of the plain surface; what stands out further is the outline of a form.
    let mut sizes: Vec<f32> = fine.iter().map(|v| v.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let most = 2.0 * sizes.get(sizes.len() / 2).map_or(1e-6, |median| median.max(1e-6));
    let fade = |i: usize| {
        let edge = i.min(SIDE - 1 - i) as f32 / (SIDE as f32 / 8.0);
        edge.min(1.0)
    };
    let window = |i: usize| fade(i % SIDE) * fade(i / SIDE);
    let lost: f32 = (0..SIDE * SIDE).map(|i| window(i) * window(i)).sum::<f32>() / (SIDE * SIDE) as f32;
    let gain = 1.0 / lost.sqrt();
    fine.iter()
        .enumerate()
        .map(|(i, v)| v.clamp(-most, most) * window(i) * gain)
        .collect()
}

/// See [`Surface::marks`].
fn marks(lightness: &[f32]) -> [f32; MARKS] {
    let mut marks = [0.0; MARKS];
    let levels: Vec<Vec<f32>> = RADII.iter().map(|radius| mean(lightness, *radius)).collect();
    let mut finer = lightness;
    for (coarser, found) in levels.iter().zip(marks.chunks_exact_mut(3)) {
        let band = difference(finer, coarser);
        let size = average(band.iter().map(|v| v.abs()));
        let square = average(band.iter().map(|v| v * v)) + 1e-12;
        let lean = average(band.iter().map(|v| v * v.abs())) / square;
        found.copy_from_slice(&[(size + 1e-3).ln(), size / square.sqrt(), lean]);
        finer = coarser;
    }
    if let (Some(last), [_, second, .., tone]) = (marks.last_mut(), levels.as_slice()) {
        let fine: Vec<f32> = difference(lightness, second).iter().map(|v| v.abs()).collect();
        *last = correlation(&fine, tone);
    }
    marks
}

/// How two planes go together, -1..1; 0 where one is plain.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let (mean_a, mean_b) = (average(a.iter().copied()), average(b.iter().copied()));
    let product = |x: &[f32], mx: f32, y: &[f32], my: f32| {
        average(x.iter().zip(y).map(move |(x, y)| (x - mx) * (y - my)))
    };
    let spread = (product(a, mean_a, a, mean_a) * product(b, mean_b, b, mean_b)).sqrt() + 1e-9;
    product(a, mean_a, b, mean_b) / spread
}

fn difference(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn average(values: impl ExactSizeIterator<Item = f32>) -> f32 {
    let count = values.len().max(1) as f64;
    (values.map(f64::from).sum::<f64>() / count) as f32
}

fn root_mean_square(values: &[f32]) -> f32 {
    average(values.iter().map(|v| v * v)).sqrt()
}

/// Mean over a square of `radius` pixels to each side, cut at the borders, twice.
fn mean(plane: &[f32], radius: usize) -> Vec<f32> {
    let pass = |input: &[f32], stride: usize, line: usize| {
        let mut out = vec![0.0; input.len()];
        let mut sums = vec![0.0_f64; SIDE + 1];
        for l in 0..SIDE {
            for i in 0..SIDE {
                sums[i + 1] = sums[i] + f64::from(input[l * line + i * stride]);
            }
            for i in 0..SIDE {
                let (a, b) = (i.saturating_sub(radius), (i + radius + 1).min(SIDE));
                out[l * line + i * stride] = ((sums[b] - sums[a]) / (b - a) as f64) as f32;
            }
        }
        out
    };
    let once = |input: &[f32]| pass(&pass(input, 1, SIDE), SIDE, 1);
    once(&once(plane))
}

/// White noise of -1..1 that belongs to a place: the hash of `speck` in `shaders/common.wgsl`.
pub(super) fn speck(x: u32, y: u32) -> f32 {
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
    fn the_noise_is_as_directed_as_the_reference() {
        // Fine upright stripes over a slope: across them the surface changes, along them it does not.
        let stripes =
            |i: usize| 0.5 + 0.1 * ((i % SIDE) as f32 * 1.5).sin() + 0.3 * (i / SIDE) as f32 / SIDE as f32;
        let made = Surface::of(&(0..SIDE * SIDE).map(stripes).collect::<Vec<_>>());
        let (mut across, mut along) = (0.0, 0.0);
        for i in 0..SIDE * (SIDE - 1) - 1 {
            across += (made.noise[i + 1] - made.noise[i]).abs();
            along += (made.noise[i + SIDE] - made.noise[i]).abs();
        }
        assert!(across > 5.0 * along, "{across} {along}");
        assert!((root_mean_square(&made.noise) - 1.0).abs() < 1e-3);
        // A plain reference has no surface.
        let plain = Surface::of(&[0.4; SIDE * SIDE]);
        assert!(plain.deviation < 1e-5 && plain.marks.iter().all(|m| m.is_finite()));
    }
}
