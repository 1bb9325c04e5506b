//! Proposed attachment points, from the outline of cut-out artwork.
//!
//! Takes artwork, gives points in art pixels (pixel centres at +0.5). They follow where Bijou's own
//! designs have them; the user may move them in `product.toml`.

use crate::product::{Art, Attach, Category};
use glam::DVec2;

/// How far inside the piece a point lies, of its height.
const INSET: f64 = 0.015;

/// The points a category needs.
pub(super) fn propose(art: &Art, category: Category) -> Attach {
    let shape = Shape::new(art);
    match category {
        Category::NoseStud => Attach::Hook(shape.center()),
        Category::Earring if shape.is_stud() => Attach::Hook(shape.center()),
        Category::Earring => Attach::Hook(shape.top()),
        Category::Necklace => {
            let (end_l, end_r) = (shape.extreme(1.0, -1.0), shape.extreme(-1.0, -1.0));
            let lowest = shape.chain_bottom();
            // A bar or a straight chain has no depth: the lowest point stays below the ends.
            let y = lowest.y.max(end_l.y.max(end_r.y) + 1.0);
            Attach::Chain {
                end_l,
                end_r,
                lowest: DVec2::new(lowest.x, y),
            }
        }
        Category::Tiara => Attach::Band {
            base: shape.base(),
            end_l: shape.extreme(1.0, 0.5),
            end_r: shape.extreme(-1.0, 0.5),
        },
    }
}

/// The solid pixels (alpha of at least half) of an artwork.
struct Shape<'a> {
    art: &'a Art,
    /// Bounds of the solid pixels, ends excluded.
    min: (usize, usize),
    max: (usize, usize),
}

impl<'a> Shape<'a> {
    fn new(art: &'a Art) -> Self {
        let mut shape = Self {
            art,
            min: (art.width - 1, art.height - 1),
            max: (art.width, art.height),
        };
        let solid: Vec<_> = shape.solid().collect();
        let xs = || solid.iter().map(|p| p.0);
        let ys = || solid.iter().map(|p| p.1);
        if let (Some(x0), Some(x1), Some(y0), Some(y1)) = (xs().min(), xs().max(), ys().min(), ys().max()) {
            (shape.min, shape.max) = ((x0, y0), (x1 + 1, y1 + 1));
        }
        shape
    }

    fn is_solid(&self, x: usize, y: usize) -> bool {
        self.art.rgba[(y * self.art.width + x) * 4 + 3] >= 128
    }

    fn solid(&self) -> impl Iterator<Item = (usize, usize)> {
        let width = self.art.width;
        (0..width * self.art.height)
            .map(move |i| (i % width, i / width))
            .filter(|&(x, y)| self.is_solid(x, y))
    }

    fn size(&self) -> DVec2 {
        DVec2::new((self.max.0 - self.min.0) as f64, (self.max.1 - self.min.1) as f64)
    }

    /// Middle of the bounds.
    fn center(&self) -> DVec2 {
        DVec2::new((self.min.0 + self.max.0) as f64, (self.min.1 + self.max.1) as f64) / 2.0
    }

    /// A compact piece, filled in its middle: it sits on the lobe instead of hanging from it.
    fn is_stud(&self) -> bool {
        let (size, c) = (self.size(), self.center());
        size.y < 1.25 * size.x && self.is_solid(c.x as usize, c.y as usize)
    }

    /// Middle of the topmost run, a little inside.
    fn top(&self) -> DVec2 {
        let y = self.min.1;
        let Some(first) = (self.min.0..self.max.0).find(|&x| self.is_solid(x, y)) else {
            return self.center();
        };
        let last = (first..self.max.0)
            .take_while(|&x| self.is_solid(x, y))
            .last()
            .unwrap_or(first);
        DVec2::new(
            (first + last + 1) as f64 / 2.0,
            y as f64 + (INSET * self.size().y).max(0.5),
        )
    }

    /// Centre of the pixel farthest in a direction measured in widths and heights of the piece.
    fn extreme(&self, dx: f64, dy: f64) -> DVec2 {
        let size = self.size();
        let reach = |(x, y): &(usize, usize)| dx * *x as f64 / size.x + dy * *y as f64 / size.y;
        let farthest = self.solid().max_by(|a, b| reach(a).total_cmp(&reach(b)));
        farthest.map_or(self.center(), |(x, y)| DVec2::new(x as f64 + 0.5, y as f64 + 0.5))
    }

    /// Where the chain passes above the piece's lowest pixel: up from there through a pendant, over small gaps.
    fn chain_bottom(&self) -> DVec2 {
        let y = self.max.1 - 1;
        let run: Vec<usize> = (self.min.0..self.max.0)
            .filter(|&x| self.is_solid(x, y))
            .collect();
        let x = run
            .get(run.len() / 2)
            .copied()
            .unwrap_or((self.min.0 + self.max.0) / 2);
        let gap = (0.02 * self.size().y).ceil() as usize;
        let (mut top, mut row) = (y, y);
        while row > self.min.1 && top - row <= gap {
            row -= 1;
            if self.is_solid(x, row) {
                top = row;
            }
        }
        let inset = (INSET * self.size().y).min((y - top) as f64 / 2.0);
        DVec2::new(x as f64 + 0.5, top as f64 + 0.5 + inset)
    }

    /// The lower edge in the middle column.
    fn base(&self) -> DVec2 {
        let x = (self.min.0 + self.max.0) / 2;
        let low = (self.min.1..self.max.1)
            .rev()
            .find(|&y| self.is_solid(x, y))
            .unwrap_or(self.max.1 - 1);
        DVec2::new(x as f64 + 0.5, low as f64 + 0.5)
    }
}
