//! Glints: how much brighter than white the small highlights of an artwork are.
//!
//! A picture ends at white, the light of a lamp in a facet does not. Where an artwork is shrunk such a facet is averaged
//! with its dark neighbours, and cut stones go grey that glitter on photographs. A broad highlight is a softly lit surface
//! and no brighter than it looks.

use crate::photo::boxed;
use crate::product::Art;

/// Highlights begin at this share of white, encoded.
const BEGIN: f32 = 0.85;
/// A small highlight is white times 1 and this. By eye, on diamonds of 3 to 6 pixels a millimetre; beyond 3 they lose their
/// dark facets, at 0 they are steel.
const MORE: f32 = 2.0;
/// Radius of the neighbourhood that tells how small it is, mm: about a facet of a carat's stone.
const NEAR_MM: f64 = 0.5;
/// Of a neighbourhood of which this share is a highlight nothing is a glint.
const BROAD: f32 = 0.5;

/// The factor on the linear light of each of an artwork's pixels, at least 1.
pub fn glints(art: &Art, mm_per_px: f64) -> Vec<f32> {
    let value = |p: &[u8]| f32::from(p[0].max(p[1]).max(p[2])) / 255.0;
    let highlight = |p: &[u8]| ((value(p) - BEGIN) / (1.0 - BEGIN)).max(0.0).powi(2);
    let opaque = |p: &[u8]| f32::from(p[3]) / 255.0;
    let pixels = || art.rgba.chunks_exact(4);
    let radius = ((NEAR_MM / mm_per_px).round() as usize).max(1);
    let near = |plane: Vec<f32>| boxed(&plane, art.width, radius);
    let bright = near(pixels().map(|p| highlight(p) * opaque(p)).collect());
    let all = near(pixels().map(opaque).collect());
    pixels()
        .zip(bright.iter().zip(&all))
        .map(|(p, (bright, all))| {
            let small = (1.0 - bright / (all * BROAD).max(1e-6)).clamp(0.0, 1.0);
            1.0 + MORE * highlight(p) * small
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 64 by 64 opaque pixels of 0.05 mm, white where asked and dark elsewhere.
    fn art(white: impl Fn(usize, usize) -> bool) -> Art {
        let value = |i: usize| if white(i % 64, i / 64) { 255 } else { 60 };
        Art {
            width: 64,
            height: 64,
            rgba: (0..64 * 64)
                .flat_map(|i| [value(i), value(i), value(i), 255])
                .collect(),
        }
    }

    #[test]
    fn facets_glint_and_broad_highlights_do_not() {
        let facets = glints(&art(|x, y| x % 8 < 3 && y % 8 < 3), 0.05);
        let broad = glints(&art(|x, _| x > 24), 0.05);
        for (i, (&facet, &broad)) in facets.iter().zip(&broad).enumerate() {
            let (x, y) = (i % 64, i / 64);
            let small = x % 8 < 3 && y % 8 < 3;
            assert!(
                if small { facet > 1.7 } else { facet == 1.0 },
                "{x}, {y}: {facet}"
            );
            assert!((1.0..1.01).contains(&broad), "{x}, {y}: {broad}");
        }
    }

    #[test]
    fn what_is_transparent_is_not_dark() {
        let mut art = art(|_, _| true);
        for (i, p) in art.rgba.chunks_exact_mut(4).enumerate() {
            if !(30..34).contains(&(i % 64)) {
                p.fill(0);
            }
        }
        assert!(glints(&art, 0.05).iter().all(|&glint| glint == 1.0));
    }
}
