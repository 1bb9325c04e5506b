//! Light on the product: what the generator makes of its values, as a curve that keeps their contrast.
//!
//! A network that cannot know where the surroundings will be mirrored answers with the mean of what may be: the
//! brightness is right, but highlights are dimmed and depths are filled. So only the change of the neighbourhood's
//! mean is taken from it. A factor alone would dim the highlights of polished things, which stay near white in the
//! weakest light, and a power alone would keep them all; real pieces lie between the two.

use super::upsample::luma_of;
use crate::photo::boxed;
use rayon::prelude::*;

/// Radius of the neighbourhood, as a share of the region's side; larger than any facet.
const NEAR: f32 = 0.024;
/// Share of the power beside the factor. On 284 training renders pieces have the 5th, 50th and 95th percentile of
/// their lightness at 23, 44 and 77, the artwork at 34, 59 and 89, what a network makes of it at 28, 45 and 65, the
/// artwork under these curves at 27, 49 and 78 (training/bijou_training/measure_light.py).
const POWER: f32 = 0.4;
/// Share of the change that is applied. By eye on photographs of people all of it makes gold in dark hair a shade.
const BELIEF: f32 = 0.8;
/// Share of a neighbourhood's change that is the whole piece's. What lies under a chain says little about the light on
/// it: on photographs the network lets pearls go grey where cloth is dark. On 378 training renders half of it costs
/// 0.04 dB and brings the mean colour 0.12 nearer.
const ALIKE: f32 = 0.5;
/// Where a piece covers its pixels by less than the first of these shares, as a thin chain does, the network is not asked
/// what light does to it, but the rest of the piece and the skin beside it are; from the second on it is.
const SOLID: (f32, f32) = (0.35, 0.75);
/// Share of the change's colour, beside its brightness, that is applied: coloured light should dim a pearl, not dye
/// it. On 200 training renders a half and a fifth of it differ by less than 0.05 dB.
const TINT: f32 = 0.25;
/// How colours deepen in the shade. Gold that six women wear on photographs has a saturation (1 - least / most of the
/// channels) of 0.44 where its value is 0.9, 0.5 at 0.7, 0.6 at 0.5 and 0.64 at 0.3, as facets mirror each other and cameras
/// darken: least / most is what it is in full light to the power of 1 + this times what the value lacks of 1.
const DEEPENS: f32 = 0.9;
/// Bounds of encoded values and means, so that factors and powers stay finite.
const RANGE: (f32, f32) = (0.02, 0.98);
/// Bounds of exponents.
const EXPONENT: (f32, f32) = (0.4, 3.0);
/// Planes of a raster of curves: factor, exponent, tint of three channels.
pub const PLANES: usize = 5;

/// What light makes of the product's sRGB-encoded colours, 0..1.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// The factor on values…
    factor: f32,
    /// …and the power of the luma that takes the mean to the same place.
    exponent: f32,
    /// Factors on the channels that keep the luma of the mean.
    tint: [f32; 3],
}

impl Curve {
    /// No change.
    pub const NONE: Self = Self::from_planes([1.0; PLANES]);

    /// From one place of a raster of [`curves`].
    pub const fn from_planes([factor, exponent, red, green, blue]: [f32; PLANES]) -> Self {
        Self {
            factor,
            exponent,
            tint: [red, green, blue],
        }
    }

    /// The relit colour. The power is of the luma alone, or gold would turn red in the shade.
    pub fn apply(self, colour: [f32; 3]) -> [f32; 3] {
        let luma = luma_of(colour).max(RANGE.0);
        let gain = self.factor * (1.0 - POWER) + luma.powf(self.exponent - 1.0) * POWER;
        let most = |[r, g, b]: [f32; 3]| r.max(g).max(b);
        let lit: [f32; 3] = std::array::from_fn(|c| (colour[c] * self.tint[c] * gain).clamp(0.0, 1.0));
        let value = most(lit).max(RANGE.0);
        let deeper = DEEPENS * (most(colour) - value);
        lit.map(|c| c * (c / value).max(RANGE.0).powf(deeper))
    }
}

/// Radius of the boxes, taken twice, that make a neighbourhood on a raster of `size` pixels.
pub fn radius(size: usize) -> usize {
    ((size as f32 * NEAR).round() as usize).max(1)
}

/// Curves, [`PLANES`] planes, from the product's own encoded colours and what the generator adds to them, three planes
/// each, in rows of `width`; `weight` is the product's coverage, `white` the encoded value that white has at least in this
/// light, `dims` a factor on all values, `strength` 0..1.
pub fn curves(
    product: &[f32],
    change: &[f32],
    weight: &[f32],
    [width, radius]: [usize; 2],
    [white, dims]: [f32; 2],
    strength: f32,
) -> Vec<f32> {
    let n = weight.len();
    // Twice, so that the neighbourhood has no edge to be seen.
    let spread = |plane: &[f32]| boxed(&boxed(plane, width, radius), width, radius);
    // What is covered by halves counts a quarter: there the network sees more of the photo than of the product.
    let solid: Vec<f32> = weight.iter().map(|w| w * w).collect();
    let (total, cover) = (spread(&solid), spread(weight));
    let mean = |plane: &[f32]| {
        let weighted: Vec<f32> = plane.iter().zip(&solid).map(|(v, w)| v * w).collect();
        spread(&weighted)
    };
    let [own, change] = [product, change].map(|planes| planes.par_chunks(n).map(mean).collect::<Vec<_>>());
    let sum = |plane: &[f32]| plane.iter().sum::<f32>();
    let trust = |solid: f32, cover: f32| {
        let solidity = solid / cover.max(1e-6);
        ((solidity - SOLID.0) / (SOLID.1 - SOLID.0)).clamp(0.0, 1.0)
    };
    let trusted = trust(sum(&total), sum(&cover));
    let whole: [f32; 3] = std::array::from_fn(|c| {
        let told = sum(&change[c]) / sum(&own[c]).max(1e-6);
        let skin = if white > 0.0 { white - 1.0 } else { told };
        skin + (told - skin) * trusted
    });
    // No piece as a whole is darker than the skin beside it allows.
    let lift = (white - (1.0 + luma_of(whole) * BELIEF) * dims).max(0.0);
    let mut out = vec![1.0; PLANES * n];
    for i in (0..n).filter(|&i| total[i] > 1e-6) {
        let own: [f32; 3] = std::array::from_fn(|c| own[c][i] / total[i]);
        let alike = 1.0 - (1.0 - ALIKE) * trust(total[i], cover[i]);
        let change = std::array::from_fn(|c| {
            let (here, whole) = (change[c][i] / total[i], own[c] * whole[c]);
            let lit = own[c] + (here + (whole - here) * alike) * BELIEF;
            (lit * dims + own[c] * lift - own[c]) * strength
        });
        let curve = curve(own, change);
        for (plane, value) in curve.into_iter().enumerate() {
            out[plane * n + i] = value;
        }
    }
    out
}

/// The curve that takes a neighbourhood's mean colour to what it should be.
fn curve(own: [f32; 3], change: [f32; 3]) -> [f32; PLANES] {
    let bounded = |v: f32| v.clamp(RANGE.0, RANGE.1);
    let plain = luma_of(change);
    let before = bounded(luma_of(own));
    let after = bounded(before + plain);
    let factor = after / before;
    let tint = |c: usize| {
        let ratio = bounded(own[c] + change[c]) / bounded(own[c]);
        (ratio / factor).powf(TINT).clamp(0.5, 2.0)
    };
    let exponent = (after.ln() / before.ln()).clamp(EXPONENT.0, EXPONENT.1);
    [factor, exponent, tint(0), tint(1), tint(2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 64;

    /// Grey facets of very different brightness, and the mean of what light may make of them: fainter contrast.
    fn facets() -> (Vec<f32>, Vec<f32>) {
        let own: Vec<f32> = (0..3 * SIZE * SIZE)
            .map(|i| 0.3 + 0.6 * (i % (SIZE * SIZE) * 7 % 11) as f32 / 10.0)
            .collect();
        let change = own.iter().map(|v| -0.5 * v + 0.1).collect();
        (own, change)
    }

    fn relit(own: &[f32], change: &[f32], white: f32, strength: f32) -> Vec<f32> {
        shaded(own, change, [white, 1.0], strength)
    }

    fn shaded(own: &[f32], change: &[f32], light: [f32; 2], strength: f32) -> Vec<f32> {
        let n = SIZE * SIZE;
        let shape = [SIZE, radius(SIZE)];
        let curves = curves(own, change, &vec![1.0; n], shape, light, strength);
        let place = |i: usize| {
            let curve = Curve::from_planes(std::array::from_fn(|plane| curves[plane * n + i]));
            curve.apply(std::array::from_fn(|c| own[c * n + i]))
        };
        (0..n).flat_map(place).collect()
    }

    fn mean_and_spread(values: &[f32]) -> (f32, f32) {
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len() as f32;
        (mean, variance.sqrt())
    }

    #[test]
    fn the_mean_is_the_networks_and_the_contrast_the_artworks() {
        let (own, change) = facets();
        let lit: Vec<f32> = own.iter().zip(&change).map(|(a, b)| a + BELIEF * b).collect();
        let ((wanted, flattened), (before, contrast)) = (mean_and_spread(&lit), mean_and_spread(&own));
        let (mean, spread) = mean_and_spread(&relit(&own, &change, 0.0, 1.0));
        assert!((mean - wanted).abs() < 0.03, "mean {mean}, wanted {wanted}");
        assert!(spread / mean > 0.95 * contrast / before && spread > 1.3 * flattened);
    }

    #[test]
    fn a_side_on_dark_cloth_keeps_half_the_light_of_the_other() {
        let n = SIZE * SIZE;
        let own = vec![0.8; 3 * n];
        let change: Vec<f32> = (0..3 * n)
            .map(|i| if i % SIZE < SIZE / 2 { 0.0 } else { -0.4 })
            .collect();
        let relit = relit(&own, &change, 0.0, 1.0);
        let row = 3 * SIZE * SIZE / 2;
        let (light, dark) = (relit[row], relit[row + 3 * (SIZE - 1)]);
        let wanted = 0.4 * BELIEF * ALIKE / 2.0;
        assert!((0.8 - light - wanted).abs() < 0.02, "{light}");
        assert!(
            (light - dark - 0.4 * BELIEF * (1.0 - ALIKE)).abs() < 0.02,
            "{dark}"
        );
    }

    #[test]
    fn beside_bright_skin_a_piece_is_not_dark() {
        let own = vec![0.5; 3 * SIZE * SIZE];
        let change = vec![-0.3; 3 * SIZE * SIZE];
        for (white, wanted) in [
            (0.0, 0.5 - 0.3 * BELIEF),
            (0.75, 0.375),
            (0.2, 0.5 - 0.3 * BELIEF),
        ] {
            let lit = relit(&own, &change, white, 1.0)[0];
            assert!((lit - wanted).abs() < 0.02, "{lit}, wanted {wanted}");
        }
    }

    #[test]
    fn shade_dims_but_not_below_what_the_skin_allows() {
        let (own, change) = (vec![0.6; 3 * SIZE * SIZE], vec![-0.1; 3 * SIZE * SIZE]);
        for (white, wanted) in [(0.0, 0.7 * (0.6 - 0.1 * BELIEF)), (0.8, 0.8 * 0.6)] {
            let lit = shaded(&own, &change, [white, 0.7], 1.0)[0];
            assert!((lit - wanted).abs() < 0.02, "{lit}, wanted {wanted}");
        }
    }

    #[test]
    fn what_gets_darker_gets_deeper_in_colour() {
        let gold = [0.8, 0.67, 0.45];
        let lit = Curve::from_planes([0.5, 1.0, 1.0, 1.0, 1.0]).apply(gold);
        assert!((lit[0] - 0.8 * 0.7).abs() < 0.01, "{lit:?}");
        assert!(lit[2] / lit[0] < 0.95 * gold[2] / gold[0], "{lit:?}");
        let grey = Curve::from_planes([0.5, 1.0, 1.0, 1.0, 1.0]).apply([0.6; 3]);
        assert!(grey.iter().all(|v| (v - grey[0]).abs() < 1e-6));
    }

    #[test]
    fn no_strength_is_no_change() {
        let (own, change) = facets();
        let relit = relit(&own, &change, 1.0, 0.0);
        let n = SIZE * SIZE;
        assert!((0..3 * n).all(|i| (relit[i] - own[i % 3 * n + i / 3]).abs() < 1e-5));
    }
}
