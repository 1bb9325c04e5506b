//! Clear: the earring or the necklace that a person wears already is taken off, before another one is put on.
//!
//! Takes a [`Photo`] and what is [`Own`]; gives a [`Patch`] that shows what may have been behind it, made of the photo's own
//! pixels around it ([`fill`]): what there is behind it on the whole a network guesses ([`guess`]). Every pixel outside the
//! patch stays.

mod fill;
mod guess;
mod hole;
mod lobe;
mod own;
mod rim;
mod search;

pub use own::Own;

use crate::anchors::{Cover, Trinket};
use crate::geometry::Rect;
use crate::model::{Error, Model};
use crate::photo::{LinearImage, Patch, Photo, to_linear};
use fill::{Holed, fill};
use glam::DVec2;
use guess::Guess;
use hole::{Hole, center};
use lobe::Lobe;

/// What is less probable than this is left where it looks like the lobe's skin by more than the second.
const SPARED: (f32, f32) = (0.55, 0.4);
/// What is left within it that is no larger than this is its own, square millimetres; the inside of a hoop is not.
const ISLAND_MM2: f64 = 12.0;

/// Takes off what is worn; none where nothing is seen of it. `others`: what is worn beside, of which nothing is made;
/// `mm_per_px`: of the photo; `model`: the network of the kind `behind`, without which the picture around has to say what
/// was there.
///
/// # Errors
/// When the network fails.
pub fn clear(
    photo: &Photo,
    own: Own<'_>,
    others: &[&Cover],
    mm_per_px: f64,
    model: Option<&mut Model>,
) -> Result<Option<Patch>, Error> {
    let (wide, high) = (photo.width(), photo.height());
    let edge = own.edge(mm_per_px);
    let mut hole = Hole::likely(own.map(), (wide, high), edge);
    let others: Vec<_> = others
        .iter()
        .map(|map| Hole::likely(map, (wide, high), edge))
        .collect();
    let Some(inner) = hole.bounds() else {
        return Ok(None);
    };
    let low = DVec2::new(f64::from(inner.x), f64::from(inner.y));
    let end = low + DVec2::new(f64::from(inner.width), f64::from(inner.height));
    let around = own.around(inner, mm_per_px);
    let rect = Rect::covering(low - around, end + around, wide, high);
    // What is transparent is as unknown as what is behind.
    let unknown = |hole: &Hole, rect: Rect| -> Vec<bool> {
        let held = |i: usize| hole.holds(i, rect) || others.iter().any(|other| other.holds(i, rect));
        let pixels = photo.opaque(rect).into_iter().enumerate();
        pixels.map(|(i, shown)| !shown || held(i)).collect()
    };
    let colours = photo.srgb(rect);
    let (missing, thin) = (unknown(&hole, rect), edge.div_ceil(3));
    match own {
        Own::Earring(trinket) => {
            let lobe = Lobe::new(&colours, &missing, rect, trinket.place, mm_per_px);
            spare(&mut hole, &lobe, &colours, rect, (trinket, thin));
        }
        Own::Necklace(map) => rim::spare(&mut hole, map, (&colours, &missing), rect, (thin, mm_per_px)),
    }
    hole.close(ISLAND_MM2 / mm_per_px.powi(2));
    let (Some(inner), missing) = (hole.bounds(), unknown(&hole, rect)) else {
        return Ok(None);
    };
    if missing.iter().all(|missing| *missing) {
        return Ok(None);
    }
    let width = rect.width as usize;
    let mut holed = Holed {
        width,
        pixels: colours,
        hole: missing,
        guide: Vec::new(),
        soft: 0,
        lean: own.lean(),
        beside: own.beside(rect, mm_per_px) as f32,
    };
    if let Some(model) = model {
        let hidden = |p: DVec2| pixel(p, (wide, high)).is_none_or(|one| unknown(&hole, one).contains(&true));
        let guess = Guess::new(model, photo, &own.guessed(&hole, inner, mm_per_px), hidden)?;
        holed.soft = guess.coarse().ceil().clamp(1.0, 1e3) as usize;
        holed.guide = guess.over(&holed, rect);
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
        changed: (0..inner.area()).map(|i| hole.holds(i, inner)).collect(),
    }))
}

/// Leaves what looks like the lobe's skin at an earring's rim, but no lines of it thinner than some pixels.
fn spare(hole: &mut Hole, lobe: &Lobe, colours: &[[f32; 3]], rect: Rect, (trinket, thin): (&Trinket, usize)) {
    let most = hole.inside.clone();
    for (i, colour) in colours.iter().enumerate() {
        if let Some(j) = hole.place(i, rect).filter(|j| hole.inside[*j]) {
            let sure = trinket.map.at(center(j as u32, hole.rect)) > SPARED.0;
            hole.inside[j] = sure || lobe.like(*colour) < SPARED.1;
        }
    }
    hole.narrowed(&most, thin);
}

/// The pixel at a place of a photo so wide and high.
fn pixel(p: DVec2, (wide, high): (u32, u32)) -> Option<Rect> {
    let inside = p.x >= 0.0 && p.y >= 0.0 && p.x < f64::from(wide) && p.y < f64::from(high);
    inside.then_some(Rect {
        x: p.x as u32,
        y: p.y as u32,
        width: 1,
        height: 1,
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
        assert!(trinket.map.is_there());
        let patch = clear(&photo, Own::Earring(&trinket), &[], 0.5, None)
            .unwrap()
            .unwrap();
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
    fn a_necklace_is_gone_and_the_skin_beside_it_goes_on() {
        // A chain across skin that is darker below, as wide as four cells of its map.
        let behind = |y: u32| [220, 170, 140].map(|v: u8| v - (y / 4) as u8);
        let draw = |worn: bool| {
            let pixel = move |i: u32| match i / SIDE {
                y @ 90..98 if worn => [40, 40, (y * 2) as u8],
                y => behind(y),
            };
            Photo::from_rgb8(SIDE, SIDE, (0..SIDE * SIDE).flat_map(pixel).collect())
        };
        let (mut photo, bare) = (draw(true), draw(false));
        let square = Square {
            center: DVec2::splat(100.0),
            side: f64::from(SIDE),
        };
        let rows = 45..50;
        let map: Vec<f32> = (0..100 * 100)
            .map(|i| f32::from(u8::from(rows.contains(&(i / 100)))))
            .collect();
        let patch = clear(&photo, Own::Necklace(&Cover::whole(map, square)), &[], 0.5, None)
            .unwrap()
            .unwrap();
        photo.apply(&patch);
        let (made, real) = (photo.srgb(whole()), bare.srgb(whole()));
        let worst = made
            .as_flattened()
            .iter()
            .zip(real.as_flattened())
            .map(|(a, b)| (a - b).abs());
        let worst = worst.fold(0.0, f32::max);
        assert!(worst < 0.05, "{worst} from what is behind");
    }

    #[test]
    fn what_is_worn_beside_is_nothing_to_make_it_of() {
        // A gold chain runs from the pearl's left and right on.
        let (photo, _, from_middle) = portrait(16.0);
        let mut rgb: Vec<u8> = photo
            .srgb(whole())
            .iter()
            .flat_map(|p| p.map(|v| (v * 255.0) as u8))
            .collect();
        for y in 94..106 {
            for x in (0..SIDE).filter(|&x| from_middle(x, y) >= 16.0) {
                rgb[3 * (y * SIDE + x) as usize..][..3].copy_from_slice(&[250, 200, 0]);
            }
        }
        let mut photo = Photo::from_rgb8(SIDE, SIDE, rgb);
        let square = Square {
            center: DVec2::splat(100.0),
            side: 192.0,
        };
        let rows = |i: usize| (46..51).contains(&(i / 96)) && (i % 96).abs_diff(48) > 9;
        let map = (0..96 * 96).map(|i| f32::from(u8::from(rows(i)))).collect();
        let chain = Cover::whole(map, square);
        let patch = clear(&photo, Own::Earring(&seen(16.0)), &[&chain], 0.5, None)
            .unwrap()
            .unwrap();
        photo.apply(&patch);
        let made = photo.srgb(whole()).into_iter().enumerate();
        let gold = made.filter(|(i, rgb)| {
            let (x, y) = (*i as u32 % SIDE, *i as u32 / SIDE);
            from_middle(x, y) < 14.0 && rgb[2] < 0.25
        });
        assert_eq!(gold.count(), 0, "the chain goes on where the pearl was");
    }

    #[test]
    fn where_nothing_is_worn_nothing_is_made_up() {
        let (photo, _, _) = portrait(0.0);
        assert!(!seen(0.0).map.is_there());
        assert!(
            clear(&photo, Own::Earring(&seen(0.0)), &[], 0.5, None)
                .unwrap()
                .is_none()
        );
        // A map that lies beside the picture, or is larger than it, is no fault.
        let full = |x: f64, side: f64| {
            let center = DVec2::splat(x);
            let map = vec![1.0; 64 * 64];
            Trinket::new(Name::LobeR, map, Square { center, side }, center, 0.5)
        };
        assert!(
            clear(&photo, Own::Earring(&full(-500.0, 160.0)), &[], 0.5, None)
                .unwrap()
                .is_none()
        );
        // Where nothing is known nothing can be made up.
        assert!(
            clear(&photo, Own::Earring(&full(100.0, 900.0)), &[], 0.5, None)
                .unwrap()
                .is_none()
        );
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
        let patch = clear(&photo, Own::Earring(&seen(16.0)), &[], 0.5, None)
            .unwrap()
            .unwrap();
        photo.apply(&patch);
        let pairs = photo.srgb(whole()).into_iter().zip(bare.srgb(whole()));
        let dark = pairs.enumerate().filter(|(i, (made, real))| {
            let (x, y) = (*i as u32 % SIDE, *i as u32 / SIDE);
            from_middle(x, y) < 16.0 && cheek(x, y) && made[0] < real[0] - 0.15
        });
        assert_eq!(dark.count(), 0, "the cheek is made of what was cut away");
    }
}
