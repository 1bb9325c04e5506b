//! Colours of one picture moved to those of another: samples of both in, a colour table out.
//!
//! Sliced optimal transport (Pitié, Kokaram and Dahyot 2007, "Automated colour grading using colour distribution
//! transfer"; Rabin et al. 2011, "Wasserstein barycenter and its application to texture mixing") in Oklab. What
//! the samples move by is then made a smooth field over all colours, because transport itself posterises: averaged
//! over near colours, held to the mean move where there are no samples, and smoothed until it is nowhere steeper
//! than [`STEEPEST`], so that no two colours meet or change places. Skin keeps most of its hue.

use super::cube::Cube;
use super::grade::encode;
use super::oklab;
use rayon::prelude::*;

/// Samples taken of each picture.
const SAMPLES: usize = 2048;
/// Turns of the three axes along which samples are matched.
const TURNS: u32 = 24;
/// Points a side of the lattice on which the field is found.
const FIELD: usize = 17;
/// Points a side of the table.
pub(super) const POINTS: usize = 33;
/// How near colours must be to move together (standard deviation, Oklab).
const NEAR: f32 = 0.07;
/// Weight of the mean move against the samples near a colour, in samples.
const DOUBT: f32 = 6.0;
/// Largest slope of the field: below 1 no colours meet.
pub(super) const STEEPEST: f32 = 0.8;
/// Most smoothings.
const SMOOTHINGS: usize = 40;

/// How far colours move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amount {
    /// Share of the move in lightness.
    pub light: f32,
    /// Share of the move in colour.
    pub colour: f32,
    /// Share of its colour that skin keeps.
    pub skin: f32,
}

/// The table that gives a picture of the colours `content` those of `style` (both Oklab).
pub(super) fn table(content: &[[f32; 3]], style: &[[f32; 3]], amount: Amount) -> Cube {
    if content.is_empty() || style.is_empty() {
        return Cube::lattice(2, lattice(2).collect());
    }
    let content = thinned(content);
    let moves = matched(&content, &thinned(style));
    let mut field = field(&content, &moves, amount);
    for _ in 0..SMOOTHINGS {
        if steepness(&field) <= STEEPEST {
            break;
        }
        field = smoothed(&field);
    }
    let shrink = (STEEPEST / steepness(&field).max(1e-6)).min(1.0);
    let colours: Vec<_> = lattice(POINTS)
        .map(|rgb| {
            let at = lab(rgb);
            let step = between(&field, rgb);
            in_gamut([0, 1, 2].map(|c| at[c] + shrink * step[c]))
        })
        .collect();
    Cube::lattice(POINTS, colours)
}

/// [`SAMPLES`] of the samples, evenly through the picture.
fn thinned(samples: &[[f32; 3]]) -> Vec<[f32; 3]> {
    (0..SAMPLES)
        .map(|i| samples[i * samples.len() / SAMPLES])
        .collect()
}

/// How far each of `from` moves so that together they are spread as `to`.
fn matched(from: &[[f32; 3]], to: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let mut now = from.to_vec();
    for turn in 0..TURNS {
        let mut step = vec![[0.0; 3]; now.len()];
        for axis in axes(turn) {
            let along = |p: &[f32; 3]| p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2];
            let mut order: Vec<(f32, usize)> = now.iter().map(along).zip(0..).collect();
            let mut wanted: Vec<f32> = to.iter().map(along).collect();
            order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            wanted.sort_by(f32::total_cmp);
            for ((value, i), target) in order.into_iter().zip(wanted) {
                for c in 0..3 {
                    step[i][c] += (target - value) * axis[c];
                }
            }
        }
        for (p, s) in now.iter_mut().zip(step) {
            for c in 0..3 {
                p[c] += s[c];
            }
        }
    }
    now.iter()
        .zip(from)
        .map(|(a, b)| [0, 1, 2].map(|c| a[c] - b[c]))
        .collect()
}

/// Three axes at right angles: a random turn, the same for the same number.
fn axes(turn: u32) -> [[f32; 3]; 3] {
    let mut state = turn.wrapping_mul(0x9E37_79B9).wrapping_add(0x7F4A_7C15);
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    // A unit quaternion (Marsaglia 1972 by rejection would branch; normalising a cube's point is random enough).
    let q = [random(), random(), random(), random()];
    let length = q.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-3);
    let [w, x, y, z] = q.map(|v| v / length);
    [
        [
            1.0 - 2.0 * (y * y + z * z),
            2.0 * (x * y - w * z),
            2.0 * (x * z + w * y),
        ],
        [
            2.0 * (x * y + w * z),
            1.0 - 2.0 * (x * x + z * z),
            2.0 * (y * z - w * x),
        ],
        [
            2.0 * (x * z - w * y),
            2.0 * (y * z + w * x),
            1.0 - 2.0 * (x * x + y * y),
        ],
    ]
}

/// Encoded colours of a lattice, red fastest.
fn lattice(points: usize) -> impl Iterator<Item = [f32; 3]> {
    let last = (points - 1) as f32;
    (0..points.pow(3))
        .map(move |i| [i % points, i / points % points, i / points / points].map(|v| v as f32 / last))
}

fn lab(encoded: [f32; 3]) -> [f32; 3] {
    oklab::from_linear(encoded.map(super::grade::decode))
}

/// The moves as a field over the lattice of [`FIELD`] points.
fn field(content: &[[f32; 3]], moves: &[[f32; 3]], amount: Amount) -> Vec<[f32; 3]> {
    let count = content.len() as f32;
    let mean = |c: usize| moves.iter().map(|m| m[c]).sum::<f32>() / count;
    let all = [mean(0), mean(1), mean(2)];
    let points: Vec<_> = lattice(FIELD).collect();
    points
        .par_iter()
        .map(|rgb| {
            let at = lab(*rgb);
            let mut sum = all.map(|m| m * DOUBT);
            let mut weight = DOUBT;
            for (sample, step) in content.iter().zip(moves) {
                let off = [0, 1, 2].map(|c| (at[c] - sample[c]) / NEAR);
                let squared = off.iter().map(|v| v * v).sum::<f32>();
                if squared < 18.0 {
                    let w = (-0.5 * squared).exp();
                    weight += w;
                    for c in 0..3 {
                        sum[c] += w * step[c];
                    }
                }
            }
            let keep = amount.skin * skin_around(at);
            let share = [
                amount.light * (1.0 - 0.4 * keep),
                amount.colour * (1.0 - keep),
                amount.colour * (1.0 - keep),
            ];
            [0, 1, 2].map(|c| sum[c] / weight * share[c])
        })
        .collect()
}

/// How steep the field is: the largest change of the move against the change of the colour itself.
fn steepness(field: &[[f32; 3]]) -> f32 {
    let colours: Vec<_> = lattice(FIELD).map(lab).collect();
    let strides = [1, FIELD, FIELD * FIELD];
    let far = |a: [f32; 3], b: [f32; 3]| (0..3).map(|c| (a[c] - b[c]).powi(2)).sum::<f32>().sqrt();
    let mut most: f32 = 0.0;
    for i in 0..field.len() {
        for stride in strides {
            if i / stride % FIELD + 1 < FIELD {
                let j = i + stride;
                most = most.max(far(field[i], field[j]) / far(colours[i], colours[j]).max(1e-4));
            }
        }
    }
    most
}

/// The field averaged with its neighbours, 1 2 1 along each axis.
fn smoothed(field: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let mut field = field.to_vec();
    for stride in [1, FIELD, FIELD * FIELD] {
        let before = field.clone();
        for (i, value) in field.iter_mut().enumerate() {
            let at = i / stride % FIELD;
            let low = if at > 0 { i - stride } else { i };
            let high = if at + 1 < FIELD { i + stride } else { i };
            *value = [0, 1, 2].map(|c| 0.25 * (before[low][c] + before[high][c]) + 0.5 * before[i][c]);
        }
    }
    field
}

/// The field at an encoded colour: trilinear.
fn between(field: &[[f32; 3]], rgb: [f32; 3]) -> [f32; 3] {
    let at = rgb.map(|v| v * (FIELD - 1) as f32);
    let low = at.map(|v| (v as usize).min(FIELD - 2));
    let mut sum = [0.0; 3];
    for corner in 0..8_usize {
        let on = [corner & 1, corner >> 1 & 1, corner >> 2];
        let weight: f32 = (0..3)
            .map(|c| {
                let t = at[c] - low[c] as f32;
                if on[c] == 1 { t } else { 1.0 - t }
            })
            .product();
        let index = (low[0] + on[0]) + FIELD * ((low[1] + on[1]) + FIELD * (low[2] + on[2]));
        for c in 0..3 {
            sum[c] += weight * field[index][c];
        }
    }
    sum
}

/// An Oklab colour as encoded sRGB; what is out of gamut loses colour, not lightness or hue.
fn in_gamut([l, a, b]: [f32; 3]) -> [f32; 3] {
    let l = l.clamp(0.0, 1.0);
    let inside = |rgb: &[f32; 3]| rgb.iter().all(|v| (-1e-4..=1.0001).contains(v));
    let at = |share: f32| oklab::to_linear([l, a * share, b * share]);
    let (mut low, mut high) = (0.0, 1.0);
    if !inside(&at(1.0)) {
        for _ in 0..10 {
            let middle = 0.5 * (low + high);
            if inside(&at(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        high = low;
    }
    at(high).map(|v| encode(v.clamp(0.0, 1.0)))
}

/// How near an Oklab colour is to skin's: as wide as the field must be smooth, so that cheek and lip still
/// differ and no border shows.
fn skin_around([l, a, b]: [f32; 3]) -> f32 {
    let off = (a - 0.045).powi(2) + (b - 0.055).powi(2);
    (-off / (2.0 * 0.06 * 0.06)).exp() * ((l - 0.15) / 0.25).clamp(0.0, 1.0)
}

/// How much an encoded colour is of skin's hue, 0..1; as `shaders/common.wgsl` has it.
pub(super) fn skin([r, g, b]: [f32; 3]) -> f32 {
    let smooth = |low: f32, high: f32, v: f32| {
        let t = ((v - low) / (high - low)).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    };
    let colourful = r - b;
    let hue = (g - b) / colourful.max(0.001);
    smooth(0.0, 0.2, hue)
        * (1.0 - smooth(0.7, 0.95, hue))
        * smooth(0.02, 0.1, colourful)
        * (1.0 - smooth(0.5, 0.75, colourful))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Amount = Amount {
        light: 1.0,
        colour: 1.0,
        skin: 0.0,
    };

    /// A cloud of colours around a middle.
    fn cloud(middle: [f32; 3], spread: f32) -> Vec<[f32; 3]> {
        (0..3000_u32)
            .map(|i| {
                let noise = [2_654_435_761_u32, 40_503, 69_069].map(|k| {
                    let v = i.wrapping_mul(k) >> 8;
                    (v % 1000) as f32 / 1000.0 - 0.5
                });
                [0, 1, 2].map(|c| middle[c] + spread * noise[c])
            })
            .collect()
    }

    /// Mean and standard deviation of a coordinate.
    fn spread(samples: &[[f32; 3]], c: usize) -> [f32; 2] {
        let n = samples.len() as f32;
        let mean = samples.iter().map(|s| s[c]).sum::<f32>() / n;
        let square = samples.iter().map(|s| (s[c] - mean).powi(2)).sum::<f32>() / n;
        [mean, square.sqrt()]
    }

    #[test]
    fn matching_gives_one_cloud_the_spread_of_the_other() {
        let (from, to) = (
            thinned(&cloud([0.6, 0.02, 0.03], 0.2)),
            thinned(&cloud([0.4, -0.05, -0.1], 0.1)),
        );
        let moves = matched(&from, &to);
        let after: Vec<_> = from
            .iter()
            .zip(&moves)
            .map(|(p, m)| [0, 1, 2].map(|c| p[c] + m[c]))
            .collect();
        for c in 0..3 {
            let ([m0, s0], [m1, s1]) = (spread(&after, c), spread(&to, c));
            assert!(
                (m0 - m1).abs() < 2e-3 && (s0 - s1).abs() < 4e-3,
                "{c}: {m0} {m1} {s0} {s1}"
            );
        }
    }

    #[test]
    fn the_table_neither_folds_nor_posterises() {
        // Two far islands: transport alone would tear the colours between them apart.
        let mut to = cloud([0.25, -0.05, -0.12], 0.05);
        to.extend(cloud([0.85, 0.06, 0.1], 0.05));
        let cube = table(&cloud([0.6, 0.02, 0.03], 0.4), &to, ALL);
        let mut before = -1.0;
        for i in 0..=255 {
            let grey = i as f32 / 255.0;
            let light = lab(cube.map([grey; 3]))[0];
            assert!(
                light > before - 1e-4,
                "grey {i} becomes darker than the one before"
            );
            before = light;
        }
        let same = table(
            &cloud([0.6, 0.02, 0.03], 0.4),
            &cloud([0.6, 0.02, 0.03], 0.4),
            ALL,
        );
        for rgb in lattice(9) {
            let (a, b) = (same.map(rgb), rgb);
            assert!((0..3).all(|c| (a[c] - b[c]).abs() < 0.02), "{b:?} {a:?}");
        }
    }

    #[test]
    fn skin_keeps_its_hue_when_asked() {
        let (from, to) = (cloud([0.7, 0.03, 0.04], 0.3), cloud([0.5, -0.1, -0.15], 0.2));
        let face = [0.85, 0.65, 0.52];
        let moved = |skin: f32| {
            let cube = table(&from, &to, Amount { skin, ..ALL });
            let (a, b) = (lab(cube.map(face)), lab(face));
            (a[1] - b[1]).hypot(a[2] - b[2])
        };
        assert!(moved(1.0) < 0.75 * moved(0.0), "{} {}", moved(1.0), moved(0.0));
    }
}
