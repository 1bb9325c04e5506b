//! Clear: the earring that a person wears already is taken off, before another one is put on.
//!
//! Takes a [`Photo`] and a [`Trinket`]; gives a [`Patch`] that shows what may have been behind it: what there is on the
//! whole a network guesses ([`guess`]), and that is made of the photo's own pixels around it ([`fill`]). Every pixel
//! outside the patch stays.

mod fill;
mod guess;
mod lobe;
mod search;

use crate::anchors::{LIKELY, Trinket};
use crate::geometry::Rect;
use crate::model::{Error, Model};
use crate::photo::{LinearImage, Patch, Photo, boxed, to_linear, to_srgb};
use fill::{Holed, fill};
use glam::DVec2;
use guess::Guess;
use lobe::Lobe;

/// An earring's edge is known to about so many millimetres, and its glow and its shadow are beside it.
const EDGE_MM: f64 = 0.9;
/// What is less probable than this is left where it looks like the lobe's skin by more than the second.
const SPARED: (f32, f32) = (0.55, 0.4);
/// What is left within it that is no larger than this is its own, square millimetres; the inside of a hoop is not.
const ISLAND_MM2: f64 = 12.0;
/// So many millimetres around are looked through for what may be behind, and at least as far as the earring is large.
const AROUND_MM: f64 = 14.0;
/// The same, pixels at least: of fewer no patch can be taken.
const AROUND: f64 = 24.0;

/// Takes off what is worn at an ear; none where nothing is seen of it. `mm_per_px`: of the photo; `model`: the network of
/// the kind `behind`, without which the picture around has to say what was there.
///
/// # Errors
/// When the network fails.
pub fn clear(
    photo: &Photo,
    trinket: &Trinket,
    mm_per_px: f64,
    model: Option<&mut Model>,
) -> Result<Option<Patch>, Error> {
    let edge = (EDGE_MM / mm_per_px).ceil().clamp(1.0, 1e3) as usize;
    let square = trinket.square;
    let (wide, high) = (photo.width(), photo.height());
    let all = Rect::covering(square.min(), square.min() + square.side, wide, high);
    let mut hole = widened(&likely(trinket, all), all.width as usize, edge);
    let Some(inner) = bounds(&hole, all) else {
        return Ok(None);
    };
    let around = (AROUND_MM / mm_per_px).max(f64::from(inner.width.max(inner.height)));
    let low = DVec2::new(f64::from(inner.x), f64::from(inner.y));
    let end = low + DVec2::new(f64::from(inner.width), f64::from(inner.height));
    // All that the guess looks at, too, where the hole is long and narrow.
    let around = around
        .max(AROUND)
        .max(guess::SIDE / 2.0 * f64::from(inner.width.max(inner.height)));
    let rect = Rect::covering(low - around, end + around, wide, high);
    let place_in_all = |i: usize, rect: Rect| {
        let (x, y) = (rect.x + i as u32 % rect.width, rect.y + i as u32 / rect.width);
        let (u, v) = (x.wrapping_sub(all.x), y.wrapping_sub(all.y));
        (u < all.width && v < all.height).then(|| (v * all.width + u) as usize)
    };
    let inside = |hole: &[bool], i: usize, rect: Rect| place_in_all(i, rect).is_some_and(|j| hole[j]);
    // What is transparent is as unknown as what is behind the earring.
    let opaque = photo.opaque(rect);
    let unknown = |hole: &[bool]| -> Vec<bool> {
        (0..rect.area())
            .map(|i| !opaque[i] || inside(hole, i, rect))
            .collect()
    };
    let colours: Vec<[f32; 3]> = photo
        .linear(rect)
        .pixels
        .into_iter()
        .map(|p| p.map(to_srgb))
        .collect();
    let lobe = Lobe::new(&colours, &unknown(&hole), rect, trinket.place, mm_per_px);
    let most = hole.clone();
    for (i, colour) in colours.iter().enumerate() {
        if let Some(j) = place_in_all(i, rect).filter(|j| hole[*j]) {
            let sure = trinket.at(center(j as u32, all)) > SPARED.0;
            hole[j] = sure || lobe.like(*colour) < SPARED.1;
        }
    }
    // Thin lines of it are left nowhere.
    let wider = widened(&hole, all.width as usize, edge.div_ceil(3));
    hole = wider
        .into_iter()
        .zip(most)
        .map(|(wider, most)| wider && most)
        .collect();
    close(&mut hole, all.width as usize, ISLAND_MM2 / mm_per_px.powi(2));
    let Some(inner) = bounds(&hole, all) else {
        return Ok(None);
    };
    let unknown = unknown(&hole);
    if unknown.iter().all(|unknown| *unknown) {
        return Ok(None);
    }
    let width = rect.width as usize;
    let mut holed = Holed {
        width,
        pixels: colours,
        hole: unknown,
        guide: Vec::new(),
        soft: 0,
    };
    if let Some(model) = model {
        let missing = |p: DVec2| place_of(p, rect).is_none_or(|i| holed.hole[i]);
        let guess = Guess::new(model, photo, inner, mm_per_px, missing)?;
        holed.soft = guess.coarse().ceil().clamp(1.0, 1e3) as usize;
        holed.guide = softly(&holed, &guess, rect);
    }
    let made = fill(holed);
    let first = (inner.y - rect.y) as usize * width + (inner.x - rect.x) as usize;
    let rows = (0..inner.height as usize).flat_map(|y| &made[first + y * width..][..inner.width as usize]);
    Ok(Some(Patch {
        rect: inner,
        colours: LinearImage {
            width: inner.width as usize,
            height: inner.height as usize,
            pixels: rows.map(|rgb| rgb.map(to_linear)).collect(),
        },
        changed: (0..inner.area()).map(|i| inside(&hole, i, inner)).collect(),
    }))
}

/// The pixel of a rectangle at a place of the photo.
fn place_of(p: DVec2, rect: Rect) -> Option<usize> {
    let (x, y) = (p.x.floor() - f64::from(rect.x), p.y.floor() - f64::from(rect.y));
    let inside = x >= 0.0 && y >= 0.0 && x < f64::from(rect.width) && y < f64::from(rect.height);
    inside.then(|| y as usize * rect.width as usize + x as usize)
}

/// What is known of a rectangle, and guessed of the rest, each the mean over a box of the picture's softness.
fn softly(picture: &Holed, guess: &Guess, rect: Rect) -> Vec<[f32; 3]> {
    let mut whole = picture.pixels.clone();
    for i in (0..whole.len()).filter(|&i| picture.hole[i]) {
        whole[i] = guess.at(center(i as u32, rect));
    }
    for c in 0..3 {
        let plane: Vec<f32> = whole.iter().map(|rgb| rgb[c]).collect();
        let soft = boxed(&plane, picture.width, picture.soft);
        whole.iter_mut().zip(soft).for_each(|(rgb, v)| rgb[c] = v);
    }
    whole
}

/// Pixels of a rectangle that are likely the earring's.
fn likely(trinket: &Trinket, rect: Rect) -> Vec<bool> {
    let pixels = 0..rect.area() as u32;
    pixels.map(|i| trinket.at(center(i, rect)) > LIKELY).collect()
}

/// The centre of a rectangle's pixel, photo pixels.
fn center(i: u32, rect: Rect) -> DVec2 {
    let (x, y) = (rect.x + i % rect.width, rect.y + i / rect.width);
    DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5)
}

/// A mask, wider by so many pixels on every side.
fn widened(mask: &[bool], width: usize, by: usize) -> Vec<bool> {
    if width == 0 {
        return Vec::new();
    }
    let plane: Vec<f32> = mask.iter().map(|inside| f32::from(u8::from(*inside))).collect();
    let least = 0.5 / ((2 * by + 1) as f32).powi(2);
    boxed(&plane, width, by).iter().map(|v| *v > least).collect()
}

/// Adds to a mask what it encloses wholly, if that is no more than so many pixels.
fn close(mask: &mut [bool], width: usize, most: f64) {
    let mut seen = mask.to_vec();
    for first in 0..seen.len() {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        let (mut island, mut next, mut open) = (vec![first], 0, false);
        while let Some(&i) = island.get(next) {
            let (left, right) = (i % width > 0, i % width + 1 < width);
            open |= !left || !right || i < width || i + width >= seen.len();
            let around = [
                (left, 1, 0),
                (right, 0, 1),
                (i >= width, width, 0),
                (true, 0, width),
            ];
            for (_, back, on) in around.into_iter().filter(|(inside, ..)| *inside) {
                let j = i + on - back;
                if j < seen.len() && !std::mem::replace(&mut seen[j], true) {
                    island.push(j);
                }
            }
            next += 1;
        }
        if !open && island.len() as f64 <= most {
            island.into_iter().for_each(|i| mask[i] = true);
        }
    }
}

/// The smallest rectangle of the photo that holds what is set of a mask over `rect`; none where nothing is.
fn bounds(mask: &[bool], rect: Rect) -> Option<Rect> {
    let set = || (0..mask.len() as u32).filter(|&i| mask[i as usize]);
    let columns = || set().map(|i| i % rect.width);
    let (left, right) = (columns().min()?, columns().max()?);
    let (top, low) = (set().next()? / rect.width, set().next_back()? / rect.width);
    Some(Rect {
        x: rect.x + left,
        y: rect.y + top,
        width: right - left + 1,
        height: low - top + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchors::Name;
    use crate::geometry::Square;

    const SIDE: u32 = 200;

    /// A pearl of `radius` pixels before the border of cheek and backdrop, half a millimetre a pixel, and how far a place
    /// is from its middle.
    fn portrait(radius: f64) -> (Photo, Photo, impl Fn(u32, u32) -> f64) {
        let from_middle =
            |x: u32, y: u32| DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5).distance(DVec2::splat(100.0));
        let behind = |x: u32, y: u32| {
            if 3 * x > 250 + y / 2 {
                [40, 70, 110]
            } else {
                [210, 160, 130]
            }
        };
        let draw = |worn: bool| {
            let pixel = move |i: u32| {
                let (x, y) = (i % SIDE, i / SIDE);
                if worn && from_middle(x, y) < radius {
                    [250; 3]
                } else {
                    behind(x, y)
                }
            };
            Photo::from_rgb8(SIDE, SIDE, (0..SIDE * SIDE).flat_map(pixel).collect())
        };
        (draw(true), draw(false), from_middle)
    }

    fn whole() -> Rect {
        Rect {
            x: 0,
            y: 0,
            width: SIDE,
            height: SIDE,
        }
    }

    /// What the network would say of a pearl in the middle.
    fn seen(radius: f64) -> Trinket {
        let square = Square {
            center: DVec2::splat(100.0),
            side: 160.0,
        };
        let place = |i: usize| {
            square
                .from_raster(64)
                .transform_point2(DVec2::new((i % 64) as f64 + 0.5, (i / 64) as f64 + 0.5))
        };
        let likely =
            |i: usize| ((radius - place(i).distance(square.center)) / 2.5 + 0.5).clamp(0.0, 1.0) as f32;
        let map = (0..64 * 64).map(likely).collect();
        Trinket::new(Name::LobeL, map, square, DVec2::new(100.0, 80.0), 0.5)
    }

    #[test]
    fn a_pearl_is_gone_and_only_its_place_has_changed() {
        let (mut photo, bare, from_middle) = portrait(16.0);
        let trinket = seen(16.0);
        assert!(trinket.is_worn());
        let patch = clear(&photo, &trinket, 0.5, None).unwrap().unwrap();
        for (i, changed) in patch.changed.iter().enumerate() {
            let (x, y) = (
                patch.rect.x + i as u32 % patch.rect.width,
                patch.rect.y + i as u32 / patch.rect.width,
            );
            let far = from_middle(x, y);
            assert!(*changed || far > 16.0, "a rest of it stays at {x}, {y}");
            assert!(!changed || far < 24.0, "{x}, {y} has nothing to do with it");
        }
        photo.apply(&patch);
        let pixels = |photo: &Photo| photo.srgb(whole());
        let off = |(a, b): (&[f32; 3], &[f32; 3])| (a[0] - b[0]).abs() > 0.15;
        let wrong = pixels(&photo)
            .iter()
            .zip(&pixels(&bare))
            .filter(|pair| off(*pair))
            .count();
        assert!(wrong < 40, "{wrong} of 800 pixels are not as they were behind it");
    }

    #[test]
    fn small_islands_are_its_own_and_the_inside_of_a_hoop_is_not() {
        let ring = |inner: f64| {
            let from_middle =
                |i: usize| DVec2::new((i % 40) as f64, (i / 40) as f64).distance(DVec2::splat(20.0));
            let mut mask: Vec<bool> = (0..1600)
                .map(|i| (inner..16.0).contains(&from_middle(i)))
                .collect();
            close(&mut mask, 40, 60.0);
            (mask[20 * 40 + 20], mask[0])
        };
        assert_eq!(ring(3.0), (true, false));
        assert_eq!(ring(9.0), (false, false));
    }

    #[test]
    fn where_nothing_is_worn_nothing_is_made_up() {
        let (photo, _, _) = portrait(0.0);
        assert!(!seen(0.0).is_worn());
        assert!(clear(&photo, &seen(0.0), 0.5, None).unwrap().is_none());
        // A map that lies beside the picture, or is larger than it, is no fault.
        let full = |x: f64, side: f64| {
            let center = DVec2::splat(x);
            let map = vec![1.0; 64 * 64];
            Trinket::new(Name::LobeR, map, Square { center, side }, center, 0.5)
        };
        assert!(clear(&photo, &full(-500.0, 160.0), 0.5, None).unwrap().is_none());
        // Where nothing is known nothing can be made up.
        assert!(clear(&photo, &full(100.0, 900.0), 0.5, None).unwrap().is_none());
    }

    #[test]
    fn what_is_cut_out_of_a_portrait_is_not_made_up_of() {
        let (photo, bare, from_middle) = portrait(16.0);
        let cheek = |x: u32, y: u32| 3 * x <= 250 + y / 2;
        let mut samples = Vec::new();
        for (i, rgb) in photo.srgb(whole()).iter().enumerate() {
            let (x, y) = (i as u32 % SIDE, i as u32 / SIDE);
            let shown = cheek(x, y) || from_middle(x, y) < 18.0;
            samples.extend(rgb.map(|v| if shown { (v * 255.0).round() as u8 } else { 0 }));
            samples.push(if shown { 255 } else { 0 });
        }
        let mut photo = Photo::from_rgba8(SIDE, SIDE, samples);
        let patch = clear(&photo, &seen(16.0), 0.5, None).unwrap().unwrap();
        photo.apply(&patch);
        let pairs = photo.srgb(whole()).into_iter().zip(bare.srgb(whole()));
        let dark = pairs.enumerate().filter(|(i, (made, real))| {
            let (x, y) = (*i as u32 % SIDE, *i as u32 / SIDE);
            from_middle(x, y) < 16.0 && cheek(x, y) && made[0] < real[0] - 0.15
        });
        assert_eq!(dark.count(), 0, "the cheek is made of what was cut away");
    }
}
