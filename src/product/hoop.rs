//! Is an earring a hoop? Then it goes through the lobe, and its inner half comes out behind it.

use super::{Art, Attach};
use glam::DVec2;

/// The artwork is looked at in so many cells across its longer side.
const CELLS: usize = 96;
/// A hoop surrounds at least this share of its box.
const LEAST: f64 = 0.3;

/// Whether nothing is drawn straight below the hook of an artwork but what it hangs in, a ring around much of the picture.
pub(super) fn is_hoop(art: &Art, attach: Attach, mm_per_px: DVec2) -> bool {
    let Attach::Hook(hook) = attach else { return false };
    let cell = art.width.max(art.height).div_ceil(CELLS);
    // One empty cell all round, so that what is outside is one area.
    let (width, height) = (art.width.div_ceil(cell) + 2, art.height.div_ceil(cell) + 2);
    let mut cells = vec![Cell::Empty; width * height];
    for (i, _) in art.rgba.chunks_exact(4).enumerate().filter(|(_, px)| px[3] > 127) {
        let (x, y) = (i % art.width / cell + 1, i / art.width / cell + 1);
        cells[y * width + x] = Cell::Drawn;
    }
    let (left, top, right, bottom) = art.bounds();
    let room = ((right - left) * (bottom - top)) as f64 / (cell * cell) as f64;
    flood(&mut cells, width);
    let enclosed = cells.iter().filter(|cell| **cell == Cell::Empty).count();
    let at = hook / mm_per_px / cell as f64;
    let (x, y) = (at.x.max(0.0) as usize + 1, at.y.max(0.0) as usize + 1);
    let mut below = (y..height).map(|y| cells[y * width + x.min(width - 1)]);
    let first = below.find(|cell| *cell != Cell::Drawn);
    first == Some(Cell::Empty) && enclosed as f64 > LEAST * room
}

#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Empty,
    Drawn,
    Outside,
}

/// Marks what can be reached from the first cell without crossing what is drawn.
fn flood(cells: &mut [Cell], width: usize) {
    let mut open = vec![0];
    while let Some(i) = open.pop() {
        if cells[i] != Cell::Empty {
            continue;
        }
        cells[i] = Cell::Outside;
        let x = i % width;
        let beside = [
            (x > 0).then(|| i - 1),
            (x + 1 < width).then_some(i + 1),
            i.checked_sub(width),
            Some(i + width).filter(|i| *i < cells.len()),
        ];
        open.extend(beside.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use crate::product::Product;

    #[test]
    fn of_the_catalogue_the_hoops_are_hoops() {
        let products = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/products");
        for folder in std::fs::read_dir(products).unwrap() {
            let product = Product::load(&folder.unwrap().path()).unwrap();
            assert_eq!(product.hoop, product.id.contains("hoop"), "{}", product.id);
        }
    }
}
