//! The wear mask of a whole try-on: where its pieces are, and the proof that nothing else changed.

use crate::geometry::Rect;
use crate::photo::{Patch, Photo, Samples};
use crate::restore::Worn;
use crate::style;

/// The products' coverage over the smallest rectangle that holds all pieces.
pub(super) fn wear(pieces: &[Worn]) -> style::Wear {
    let rects = || pieces.iter().map(|p| p.patch.rect).filter(|r| !r.is_empty());
    let (x, y) = (
        rects().map(|r| r.x).min().unwrap_or(0),
        rects().map(|r| r.y).min().unwrap_or(0),
    );
    let right = rects().map(|r| r.x + r.width).max().unwrap_or(x);
    let bottom = rects().map(|r| r.y + r.height).max().unwrap_or(y);
    let rect = Rect {
        x,
        y,
        width: right - x,
        height: bottom - y,
    };
    let mut weight = vec![0.0_f32; rect.area()];
    for piece in pieces.iter().filter(|p| !p.patch.rect.is_empty()) {
        let own = piece.patch.rect;
        for (row, values) in piece.coverage.chunks(own.width as usize).enumerate() {
            let start =
                (own.y - y) as usize * rect.width as usize + row * rect.width as usize + (own.x - x) as usize;
            for (w, v) in weight[start..start + values.len()].iter_mut().zip(values) {
                *w = w.max(*v);
            }
        }
    }
    style::Wear { rect, weight }
}

/// How many pixels differ between two photos of one size outside what all patches change.
pub(super) fn outside(before: &Photo, after: &Photo, patches: &[&Patch]) -> u64 {
    match (before.samples(), after.samples()) {
        (Samples::U8(a), Samples::U8(b)) => strays(before, a, b, patches),
        (Samples::U16(a), Samples::U16(b)) => strays(before, a, b, patches),
        _ => u64::from(before.width()) * u64::from(before.height()),
    }
}

fn strays<T: PartialEq>(photo: &Photo, a: &[T], b: &[T], patches: &[&Patch]) -> u64 {
    let (width, channels) = (photo.width() as usize, photo.channels());
    let inside = |x: usize, y: usize| {
        patches.iter().any(|patch| {
            let rect = patch.rect;
            let (dx, dy) = (x.wrapping_sub(rect.x as usize), y.wrapping_sub(rect.y as usize));
            let here = dx < rect.width as usize && dy < rect.height as usize;
            here && patch.changed[dy * rect.width as usize + dx]
        })
    };
    let rows = a
        .chunks_exact(width * channels)
        .zip(b.chunks_exact(width * channels));
    let mut count = 0;
    // Most rows are equal, and comparing them whole is fast.
    for (y, (a, b)) in rows.enumerate().filter(|(_, (a, b))| a != b) {
        let pixels = a.chunks_exact(channels).zip(b.chunks_exact(channels));
        let differing = pixels.enumerate().filter(|(_, (a, b))| a != b);
        count += differing.filter(|(x, _)| !inside(*x, y)).count() as u64;
    }
    count
}
