//! Which pixels of a photo are those of what is taken off.
//!
//! Takes a [`Cover`]; gives a mask over a rectangle of the photo, to be widened and closed.

use crate::anchors::{Cover, LIKELY};
use crate::geometry::Rect;
use crate::photo::boxed;
use glam::DVec2;

/// A mask over a rectangle of the photo.
pub struct Hole {
    /// Where, photo pixels.
    pub rect: Rect,
    /// Which of them are in it, row by row.
    pub inside: Vec<bool>,
}

impl Hole {
    /// Where a map is likely, in a photo so wide and high, wider by so many pixels on every side.
    pub fn likely(map: &Cover, (wide, high): (u32, u32), by: usize) -> Self {
        let (low, end) = map.bounds().unwrap_or_default();
        let rect = Rect::covering(low - by as f64, end + by as f64, wide, high);
        let pixels = 0..rect.area() as u32;
        let mut hole = Self {
            rect,
            inside: pixels.map(|i| map.at(center(i, rect)) > LIKELY).collect(),
        };
        hole.widen(by);
        hole
    }

    /// The place in the mask of a pixel of another rectangle of the photo.
    pub fn place(&self, i: usize, of: Rect) -> Option<usize> {
        let (x, y) = (of.x + i as u32 % of.width, of.y + i as u32 / of.width);
        let (u, v) = (x.wrapping_sub(self.rect.x), y.wrapping_sub(self.rect.y));
        (u < self.rect.width && v < self.rect.height).then(|| (v * self.rect.width + u) as usize)
    }

    /// Is a pixel of another rectangle in it?
    pub fn holds(&self, i: usize, of: Rect) -> bool {
        self.place(i, of).is_some_and(|j| self.inside[j])
    }

    /// The most steps from a pixel of it to its rim.
    pub fn deepest(&self) -> u32 {
        depth(&self.inside, self.rect.width as usize)
            .into_iter()
            .max()
            .unwrap_or(0)
    }

    /// It is wider by so many pixels on every side.
    pub fn widen(&mut self, by: usize) {
        let width = self.rect.width as usize;
        if width == 0 {
            return;
        }
        let plane: Vec<f32> = self.inside.iter().map(|v| f32::from(u8::from(*v))).collect();
        let least = 0.5 / ((2 * by + 1) as f32).powi(2);
        self.inside = boxed(&plane, width, by).iter().map(|v| *v > least).collect();
    }

    /// It is wider by so many pixels, but no more than it was.
    pub fn narrowed(&mut self, was: &[bool], by: usize) {
        self.widen(by);
        self.inside
            .iter_mut()
            .zip(was)
            .for_each(|(inside, was)| *inside &= was);
    }

    /// Adds what it encloses wholly, if that is no more than so many pixels.
    pub fn close(&mut self, most: f64) {
        let (width, mut seen) = (self.rect.width as usize, self.inside.clone());
        for first in 0..seen.len() {
            if std::mem::replace(&mut seen[first], true) {
                continue;
            }
            let (mut island, mut next, mut open) = (Vec::new(), vec![first], false);
            while let Some(i) = next.pop() {
                // A larger one stays as it is and need not be remembered.
                if island.len() as f64 <= most {
                    island.push(i);
                }
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
                        next.push(j);
                    }
                }
            }
            if !open && island.len() as f64 <= most {
                island.into_iter().for_each(|i| self.inside[i] = true);
            }
        }
    }

    /// The smallest rectangle of the photo that holds it; none where it is empty.
    pub fn bounds(&self) -> Option<Rect> {
        let set = || (0..self.inside.len() as u32).filter(|&i| self.inside[i as usize]);
        let columns = || set().map(|i| i % self.rect.width);
        let (left, right) = (columns().min()?, columns().max()?);
        let (top, low) = (
            set().next()? / self.rect.width,
            set().next_back()? / self.rect.width,
        );
        Some(Rect {
            x: self.rect.x + left,
            y: self.rect.y + top,
            width: right - left + 1,
            height: low - top + 1,
        })
    }
}

/// How far every pixel lies in a mask, in steps to its four neighbours; 0 outside.
pub fn depth(mask: &[bool], width: usize) -> Vec<u32> {
    let far = u32::try_from(mask.len()).unwrap_or(u32::MAX / 2);
    let mut depth: Vec<u32> = mask.iter().map(|inside| if *inside { far } else { 0 }).collect();
    let mut lower = |i: usize, neighbours: [Option<usize>; 2]| {
        let near = neighbours.into_iter().flatten().map(|j| depth[j] + 1).min();
        depth[i] = near.map_or(depth[i], |near| near.min(depth[i]));
    };
    for i in 0..mask.len() {
        lower(i, [(i % width > 0).then(|| i - 1), i.checked_sub(width)]);
    }
    for i in (0..mask.len()).rev() {
        lower(
            i,
            [
                (i % width + 1 < width).then_some(i + 1),
                (i + width < mask.len()).then_some(i + width),
            ],
        );
    }
    depth
}

/// The centre of a rectangle's pixel, photo pixels.
pub fn center(i: u32, rect: Rect) -> DVec2 {
    let (x, y) = (rect.x + i % rect.width, rect.y + i / rect.width);
    DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_islands_are_its_own_and_the_inside_of_a_hoop_is_not() {
        let ring = |inner: f64| {
            let from_middle =
                |i: usize| DVec2::new((i % 40) as f64, (i / 40) as f64).distance(DVec2::splat(20.0));
            let mut hole = Hole {
                rect: Rect {
                    x: 0,
                    y: 0,
                    width: 40,
                    height: 40,
                },
                inside: (0..1600)
                    .map(|i| (inner..16.0).contains(&from_middle(i)))
                    .collect(),
            };
            hole.close(60.0);
            (hole.inside[20 * 40 + 20], hole.inside[0])
        };
        assert_eq!(ring(3.0), (true, false));
        assert_eq!(ring(9.0), (false, false));
    }
}
