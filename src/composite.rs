//! Composite: the region around a piece, bare and with the product laid on flat.
//!
//! Takes a [`Photo`], [`Anchors`], a [`Product`] and a [`Placement`]; gives a [`Composite`]: planes
//! of the model's size, sRGB-encoded as in training, and the product's layer at full resolution in
//! premultiplied linear light.

mod art;
mod cast;
mod exposure;
mod focus;
mod glint;
mod order;
mod parts;
mod skin;

pub use art::ArtPyramid;
pub use cast::Cast;

use crate::anchors::{Anchors, Part};
use crate::geometry::{Rect, Square};
use crate::photo::{Crop, Photo, Toning, to_srgb};
use crate::placement::Placement;
use crate::product::{Attach, Category, Product};
use glam::{DAffine2, DVec2};
use parts::Parts;
use rayon::prelude::*;

/// The region is this many times the piece's largest extent…
const SURROUNDINGS: f64 = 2.0;
/// …and at least so many millimetres wide, as in training.
const LEAST_MM: f64 = 45.0;
/// What is lower than this above a chain's lowest point hangs there.
const HANGING_MM: f64 = 6.0;
/// Into so many cells across and down an artwork is divided to see how far a bend carries it.
const CELLS: usize = 12;

/// Within this share of the region's side of a piece it has to be known exactly what lies there.
const BESIDE: f64 = 0.1;
/// Rows that are drawn one after the other.
const STRIP: usize = 16;

/// A piece and its surroundings.
#[derive(Clone, Debug)]
pub struct Composite {
    /// The region of interest.
    pub square: Square,
    /// Side of the planes below, pixels.
    pub size: usize,
    /// The photo, planar `[3, size, size]`, sRGB-encoded 0..1.
    pub photo: Vec<f32>,
    /// The photo with the product laid on flat, same layout.
    pub flat: Vec<f32>,
    /// The product's coverage `[size, size]`, 0..1.
    pub coverage: Vec<f32>,
    /// Probability of hair, clothes or hands `[size, size]`, 0..1.
    pub occlusion: Vec<f32>,
    /// How far a collar, hair or a hand certainly covers the product `[size, size]`, 0..1; empty where nothing does.
    pub covered: Vec<f32>,
    /// How far the product certainly lies over everything but that `[size, size]`, 0..1; empty where nothing is
    /// certain.
    pub seen: Vec<f32>,
    /// Probability that nothing is there that the piece could shade `[size, size]`, 0..1: nothing of the person, or a hand
    /// before it.
    pub unshaded: Vec<f32>,
    /// The sRGB-encoded value that white has at least in the light of the skin around, above 1 where that is brighter than
    /// the artwork's; 0 where little is seen.
    pub white: f32,
    /// What the product lies on, and how the light falls there.
    pub lies: Lies,
    /// Photo pixels a millimetre of the product.
    pub px_per_mm: f64,
    /// The factor on sRGB-encoded values by which the shade at its place dims the product further than the generator says.
    pub dims: f32,
    /// Share of the product inside the photo that is left of a chain whose ends go out of sight, 0..1.
    pub left: f32,
    /// Share of the product that lies inside the photo, or of what hangs lowest of a chain, if that is less; 0..1.
    pub framed: f32,
    /// Share of the product inside the photo that a hand hides, 0..1.
    pub behind_hand: f32,
    /// What the photo makes of colours, where it is in black and white; the product above and below has it already.
    pub toning: Option<Toning>,
    /// The colour of the light, where it is coloured.
    pub cast: Cast,
    /// The same product at the photo's resolution.
    pub full: Layer,
}

/// What a product lies on.
#[derive(Clone, Copy, Debug)]
pub enum Lies {
    /// On nothing but the place it hangs from.
    Free,
    /// On the body all along, where skin gets brighter to the right: the natural logarithm of its luminance for each mm.
    Chain {
        /// See there.
        brighter: f64,
    },
    /// On the head.
    Band,
    /// On the wing of the nose.
    Stud,
}

/// A product at full resolution over a rectangle of the photo.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Where, in photo pixels.
    pub rect: Rect,
    /// `rect.area()` pixels `[r, g, b, a]`, linear light, premultiplied.
    pub pixels: Vec<[f32; 4]>,
}

/// The region of a placed piece: a square around its artwork.
pub fn region(product: &Product, art: &ArtPyramid, placement: &Placement) -> Square {
    let [low, high] = art.content_mm(product.size_mm);
    let corners = [
        low,
        DVec2::new(high.x, low.y),
        high,
        DVec2::new(low.x, high.y),
        (low + high) / 2.0,
    ];
    let points = corners.map(|mm| placement.warp.apply(mm));
    let min = points.iter().copied().reduce(DVec2::min).unwrap_or_default();
    let max = points.iter().copied().reduce(DVec2::max).unwrap_or_default();
    let extent = (max - min).max_element() * SURROUNDINGS;
    Square {
        center: (min + max) / 2.0,
        side: extent.max(LEAST_MM * placement.px_per_mm).max(8.0),
    }
}

/// Lays a piece on flat, at the model's `size` and at full resolution.
///
/// Returns `None` when the piece lies wholly outside the photo or its warp is degenerate.
pub fn compose(
    photo: &Photo,
    anchors: &Anchors,
    product: &Product,
    art: &ArtPyramid,
    placement: &Placement,
    size: usize,
) -> Option<Composite> {
    let square = region(product, art, placement);
    let rect = Rect::covering(
        square.min(),
        square.min() + square.side,
        photo.width(),
        photo.height(),
    );
    let inverse = placement.warp.inverse()?;
    if rect.is_empty() {
        return None;
    }
    let to_photo = square.from_raster(size);
    let plain = mirrored(photo, square, size);
    let sharp = focus::footprint(photo, square, placement.px_per_mm);
    let coarse = (sharp * size as f64 / square.side).max(1.0);
    let toning = Toning::of(photo, anchors.crop);
    let toned = |mut pixels: Vec<[f32; 4]>| {
        if let Some(toning) = &toning {
            pixels
                .par_iter_mut()
                .for_each(|p| *p = toning.apply_premultiplied(*p));
        }
        pixels
    };
    let mut small = toned(lay(product, art, placement, to_photo, [size, size], coarse));
    let occlusion = anchors
        .parts
        .over(&[Part::Hair, Part::Clothes, Part::Hand], square, size);
    let coverage: Vec<f32> = small.iter().map(|p| p[3]).collect();
    let parts = Parts::new(&anchors.parts, square, &plain, size);
    let extent = DVec2::new(f64::from(photo.width()), f64::from(photo.height()));
    let place =
        |i: usize| to_photo.transform_point2(DVec2::new((i % size) as f64 + 0.5, (i / size) as f64 + 0.5));
    let within = |p: DVec2| p.cmpge(DVec2::ZERO).all() && p.cmplt(extent).all();
    let inside: Vec<f32> = coverage
        .iter()
        .enumerate()
        .map(|(i, &c)| if c > 0.0 && within(place(i)) { c } else { 0.0 })
        .collect();
    let share = |here: &dyn Fn(DVec2) -> bool| {
        let sums = (0..size * size)
            .filter(|&i| coverage[i] > 0.0 && here(inverse.apply(place(i))))
            .fold((0.0, 0.0), |(a, b), i| (a + inside[i], b + coverage[i]));
        if sums.1 > 0.0 { sums.0 / sums.1 } else { 1.0 }
    };
    let framed = if inside == coverage {
        1.0
    } else {
        let hanging = match product.attach {
            Attach::Chain { lowest, .. } => share(&|mm| mm.y > lowest.y - HANGING_MM),
            Attach::Hook(_) | Attach::Band { .. } => 1.0,
        };
        share(&|_| true).min(hanging)
    };
    let order = order::order(anchors, product, placement, square, &parts, &plain, &inside);
    let mut left = 1.0;
    if let Some(wrap) = order.wrap.filter(|_| order.wrap != placement.wrap) {
        let (mut some, mut all) = (0.0, 0.0);
        for (i, p) in small.iter_mut().enumerate().filter(|(_, p)| p[3] > 0.0) {
            let front = wrap.front(inverse.apply(place(i))) as f32;
            *p = p.map(|v| v * front);
            some += inside[i] * front;
            all += inside[i];
        }
        left = if all > 0.0 { some / all } else { 1.0 };
    }
    let plane = size * size;
    let mut flat = plain.clone();
    for (i, p) in small.iter().enumerate().filter(|(_, p)| p[3] > 0.0) {
        for c in 0..3 {
            let v = &mut flat[c * plane + i];
            *v = *v * (1.0 - p[3]) + to_srgb((p[c] / p[3]).clamp(0.0, 1.0)) * p[3];
        }
    }
    let coverage: Vec<f32> = small.iter().map(|p| p[3]).collect();
    let unshaded = parts.unshaded(Crop::around(&coverage, size, (BESIDE * size as f64) as usize));
    let over = skin::over_skin(&product.stone);
    let near = match product.attach {
        Attach::Hook(_) => Some((placement.pivot, placement.px_per_mm)),
        Attach::Chain { .. } | Attach::Band { .. } => None,
    };
    let around = skin::Around::look(anchors, to_photo, extent, &plain, &coverage, near);
    let (tone, face) = skin::tone(photo, anchors);
    let lies = match product.attach {
        Attach::Hook(_) if product.category == Category::NoseStud => Lies::Stud,
        Attach::Hook(_) => Lies::Free,
        Attach::Chain { .. } => Lies::Chain {
            brighter: around.brighter_aside() * placement.px_per_mm,
        },
        Attach::Band { .. } => Lies::Band,
    };
    let corner = DAffine2::from_translation(DVec2::new(f64::from(rect.x), f64::from(rect.y)));
    let ended = Placement {
        wrap: order.wrap,
        ..*placement
    };
    let pixels = lay(
        product,
        art,
        &ended,
        corner,
        [rect.width as usize, rect.height as usize],
        sharp,
    );
    Some(Composite {
        square,
        size,
        photo: plain,
        flat,
        coverage,
        occlusion,
        covered: order.covered,
        seen: order.seen,
        unshaded,
        white: around.white(over, tone),
        dims: if near.is_some() { around.dims(tone) } else { 1.0 },
        lies,
        px_per_mm: placement.px_per_mm,
        left,
        framed,
        behind_hand: order.behind_hand,
        full: Layer {
            rect,
            pixels: toned(pixels),
        },
        cast: toning.as_ref().map_or_else(|| around.cast(face), |_| Cast::NONE),
        toning,
    })
}

/// The photo's region at the model's size; where it reaches beyond the photo it is mirrored, as in training.
fn mirrored(photo: &Photo, square: Square, size: usize) -> Vec<f32> {
    let plain = photo.sample(square, size);
    let scale = size as f64 / square.side;
    let low = square.min();
    let last = size as f64 - 1.0;
    // Whole raster columns (and rows) that lie inside the photo.
    let range = |low: f64, length: u32| {
        let first = (-low * scale).ceil().clamp(0.0, last) as usize;
        let end = ((f64::from(length) - low) * scale)
            .floor()
            .clamp(1.0, size as f64) as usize;
        (first, end.max(first + 1))
    };
    let (xs, ys) = (range(low.x, photo.width()), range(low.y, photo.height()));
    if xs == (0, size) && ys == (0, size) {
        return plain;
    }
    let fold = |v: usize, (first, end): (usize, usize)| {
        let (v, first, end) = (v as i64, first as i64, end as i64);
        let folded = if v < first {
            2 * first - v
        } else if v >= end {
            2 * end - 2 - v
        } else {
            v
        };
        folded.clamp(first, end - 1) as usize
    };
    let plane = size * size;
    (0..3 * plane)
        .map(|i| {
            let (c, y, x) = (i / plane, i % plane / size, i % size);
            plain[c * plane + fold(y, ys) * size + fold(x, xs)]
        })
        .collect()
}

/// Draws the artwork into a raster of `[width, height]` pixels that `to_photo` carries into the photo; each takes in as
/// much as `footprint` pixels.
fn lay(
    product: &Product,
    art: &ArtPyramid,
    placement: &Placement,
    to_photo: DAffine2,
    [width, height]: [usize; 2],
    footprint: f64,
) -> Vec<[f32; 4]> {
    let mut out = vec![[0.0; 4]; width * height];
    let Some(inverse) = placement.warp.inverse() else {
        return out;
    };
    let per_mm = DVec2::new(art.width() as f64, art.height() as f64) / product.size_mm;
    let to_art = |x: f64, y: f64| inverse.apply(to_photo.transform_point2(DVec2::new(x, y))) * per_mm;
    // Most pixels are far from the artwork; a step of the raster is nowhere much longer than in these places.
    let (right, low) = (width as f64, height as f64);
    let places = [
        (0.0, 0.0),
        (right, 0.0),
        (0.0, low),
        (right, low),
        (right / 2.0, low / 2.0),
    ];
    let step = |(x, y): (f64, f64)| {
        let here = to_art(x, y);
        here.distance(to_art(x + 1.0, y))
            .max(here.distance(to_art(x, y + 1.0)))
    };
    let margin = DVec2::splat(2.0 * footprint * places.into_iter().map(step).fold(0.0, f64::max) + 2.0);
    let edge = DVec2::new(art.width() as f64, art.height() as f64) + margin;
    let (from, to) = extent(placement, product.size_mm, to_photo.inverse());
    let (from, to) = (from - footprint, to + footprint);
    let columns = from.x.clamp(0.0, right) as usize..to.x.clamp(0.0, right) as usize;
    // A row's places are the upper ends of its pixels' sides and the lower ends of those above.
    let line = |y: usize| -> Vec<DVec2> {
        let places = columns.start..=columns.end;
        places.map(|x| to_art(x as f64 + 0.5, y as f64 + 0.5)).collect()
    };
    let rows = from.y.clamp(0.0, low) as usize..to.y.clamp(0.0, low).ceil() as usize;
    let wanted = &mut out[rows.start * width..rows.end.max(rows.start) * width];
    wanted
        .par_chunks_mut(STRIP * width)
        .enumerate()
        .for_each(|(strip, pixels)| {
            let mut here = line(rows.start + strip * STRIP);
            for (y, row) in (rows.start + strip * STRIP..).zip(pixels.chunks_exact_mut(width)) {
                let below = line(y + 1);
                for (i, pixel) in row[columns.clone()].iter_mut().enumerate() {
                    let center = here[i];
                    if center.cmplt(-margin).any() || center.cmpgt(edge).any() {
                        continue;
                    }
                    let (across, down) = (here[i + 1] - center, below[i] - center);
                    let front = placement.wrap.map_or(1.0, |wrap| wrap.front(center / per_mm)) as f32;
                    if front > 0.0 {
                        *pixel = art
                            .sample(center, across * footprint, down * footprint)
                            .map(|v| v * front);
                    }
                }
                here = below;
            }
        });
    out
}

/// Between which corners of a raster an artwork of `size_mm` is drawn, with room to spare; `to_raster` carries the photo
/// into it.
fn extent(placement: &Placement, size_mm: DVec2, to_raster: DAffine2) -> (DVec2, DVec2) {
    let place = |column: usize, row: usize| {
        let mm = size_mm * DVec2::new(column as f64, row as f64) / CELLS as f64;
        to_raster.transform_point2(placement.warp.apply(mm))
    };
    let (mut min, mut max, mut cell) = (DVec2::INFINITY, DVec2::NEG_INFINITY, 0.0_f64);
    for row in 0..=CELLS {
        for column in 0..=CELLS {
            let here = place(column, row);
            let next = [
                place((column + 1).min(CELLS), row),
                place(column, (row + 1).min(CELLS)),
            ];
            (min, max) = (min.min(here), max.max(here));
            cell = next.iter().map(|p| p.distance(here)).fold(cell, f64::max);
        }
    }
    (min - cell - 2.0, max + cell + 2.0)
}
