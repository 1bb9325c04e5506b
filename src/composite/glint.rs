//! Glints: how much brighter than white the small highlights of an artwork are.
//!
//! A picture ends at white, the light of a lamp in a facet does not. Where an artwork is shrunk such a facet is averaged
//! with its dark neighbours, and cut stones go grey that glitter on photographs. A broad highlight, or a long one on a
//! polished edge, is a softly lit surface and no brighter than it looks.

use super::skin::is_pearl;
use crate::product::Art;
use rayon::prelude::*;
use std::f64::consts::PI;

/// Highlights begin at this share of white, encoded.
const BEGIN: f32 = 0.85;
/// The smallest highlight is white times 1 and this. By eye, on photographs of 3 to 6 pixels a millimetre: at 0 diamonds are
/// steel there, at twice this they lose their dark facets. Renders do not ask for it: on 32 of them with diamonds the 95th
/// percentile of lightness is 83, without glints 87.
const MORE: f32 = 5.0;
/// A facet's highlight ends within so many mm to either side, in every direction.
const FACET_MM: f64 = 0.7;
/// Of a line of which this share is highlight nothing is a glint.
const LONG: f32 = 0.7;
/// In so many directions it is looked, half a turn of them…
const WAYS: usize = 8;
/// …and at no more than so many places to either side, however fine the artwork is.
const PLACES: f64 = 12.0;

/// Has a stone, as a product's description names it, facets? Polished metal mirrors its surroundings in streaks, which
/// would come out in patches.
pub fn is_cut(stone: &str) -> bool {
    stone != "none" && !is_pearl(stone)
}

/// The factor on the linear light of each of an artwork's pixels, at least 1.
pub fn glints(art: &Art, mm_per_px: f64) -> Vec<f32> {
    let bright: Vec<f32> = art.rgba.chunks_exact(4).map(highlight).collect();
    let (width, height) = (art.width as isize, art.height as isize);
    let reach = (FACET_MM / mm_per_px).max(1.0);
    let places = reach.min(PLACES).round();
    let side = |(dx, dy): (f64, f64), step: f64| {
        let far = reach * step / places;
        ((dx * far).round() as isize, (dy * far).round() as isize)
    };
    let lines: [Vec<(isize, isize)>; WAYS] = std::array::from_fn(|way| {
        let (dy, dx) = (way as f64 * PI / WAYS as f64).sin_cos();
        let steps = (1..=places as usize).map(|step| step as f64);
        steps
            .flat_map(|step| [side((dx, dy), step), side((dx, dy), -step)])
            .collect()
    });
    let glint = |(i, &here): (usize, &f32)| {
        if here <= 0.0 {
            return 1.0;
        }
        let (x, y) = ((i % art.width) as isize, (i / art.width) as isize);
        let share = |line: &Vec<(isize, isize)>| {
            let there = line.iter().filter_map(|(dx, dy)| {
                let (x, y) = (x + dx, y + dy);
                let inside = (0..width).contains(&x) && (0..height).contains(&y);
                let value = *bright.get((y * width + x) as usize).filter(|_| inside)?;
                (value >= 0.0).then_some(value.min(here))
            });
            let (sum, count) = there.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
            // Of a line that lies mostly in the air the rest says nothing.
            if 2 * count < line.len() {
                0.0
            } else {
                sum / (count as f32 * here)
            }
        };
        let longest = lines.iter().map(share).fold(0.0, f32::max);
        1.0 + MORE * here * (1.0 - longest / LONG).max(0.0)
    };
    bright.par_iter().enumerate().map(glint).collect()
}

/// How much of a highlight a pixel is, 0..1; less than 0 where nothing is.
fn highlight(p: &[u8]) -> f32 {
    if p[3] == 0 {
        return -1.0;
    }
    let value = f32::from(p[0].max(p[1]).max(p[2])) / 255.0;
    ((value - BEGIN) / (1.0 - BEGIN)).max(0.0).powi(2)
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
    fn facets_glint() {
        let facet = |x: usize, y: usize| x % 11 < 4 && y % 9 < 4;
        for (i, glint) in glints(&art(facet), 0.05).into_iter().enumerate() {
            let (x, y) = (i % 64, i / 64);
            let right = if facet(x, y) { glint > 1.5 } else { glint == 1.0 };
            assert!(right, "{x}, {y}: {glint}");
        }
    }

    #[test]
    fn one_colour_stays_as_it_is() {
        let mut art = art(|x, y| (9..50).contains(&x) && (13..40).contains(&y));
        for p in art.rgba.chunks_exact_mut(4) {
            if p[0] < 100 {
                p.fill(0);
            } else {
                p[..3].copy_from_slice(&[230, 120, 40]);
            }
        }
        assert!(glints(&art, 0.05).iter().all(|&glint| glint == 1.0));
    }

    #[test]
    fn broad_and_long_highlights_do_not() {
        // Away from the picture's borders, where nothing is known to go on.
        let inside = |i: &usize| (15..49).contains(&(i % 64)) && (15..49).contains(&(i / 64));
        for (name, art) in [
            ("half", art(|x, _| x > 31)),
            ("bar", art(|x, _| (30..36).contains(&x))),
            ("slant", art(|x, y| (30..38).contains(&(x + y / 2)))),
        ] {
            let glints = glints(&art, 0.05);
            let most = (0..64 * 64).filter(inside).map(|i| glints[i]).fold(0.0, f32::max);
            assert!(most < 1.0 + 0.15 * MORE, "{name}: {most}");
        }
    }
}
