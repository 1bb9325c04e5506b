//! Tiles: how a picture is cut so that each piece, with its border, fits the device.

use super::look::Footprint;
use crate::geometry::Rect;

/// `core` with the border its look needs: cut to the picture, beginning and (inside the
/// picture) ending at multiples of the coarse cell.
pub(super) fn padded(core: Rect, picture: [u32; 2], footprint: Footprint) -> Rect {
    let Footprint { reach, coarse } = footprint;
    let low = |start: u32| start.saturating_sub(reach) / coarse * coarse;
    let high = |end: u32, limit: u32| {
        let end = end.saturating_add(reach);
        end.checked_next_multiple_of(coarse)
            .map_or(limit, |end| end.min(limit))
    };
    let (x, y) = (low(core.x), low(core.y));
    let (right, bottom) = (
        high(core.x + core.width, picture[0]),
        high(core.y + core.height, picture[1]),
    );
    Rect {
        x,
        y,
        width: right - x,
        height: bottom - y,
    }
}

/// `area` cut into rectangles of at most `side`×`side`, row by row.
pub(super) fn cut(area: Rect, side: u32) -> impl Iterator<Item = Rect> {
    let side = side.max(1);
    let starts = move |length: u32| (0..length).step_by(side as usize);
    starts(area.height).flat_map(move |dy| {
        starts(area.width).map(move |dx| Rect {
            x: area.x + dx,
            y: area.y + dy,
            width: side.min(area.width - dx),
            height: side.min(area.height - dy),
        })
    })
}

/// What two rectangles share; empty where they share nothing.
pub(super) fn shared(a: Rect, b: Rect) -> Rect {
    let (x, y) = (a.x.max(b.x), a.y.max(b.y));
    let right = (a.x + a.width).min(b.x + b.width);
    let bottom = (a.y + a.height).min(b.y + b.height);
    Rect {
        x,
        y,
        width: right.saturating_sub(x),
        height: bottom.saturating_sub(y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_an_area_exactly_once() {
        let area = Rect {
            x: 3,
            y: 5,
            width: 23,
            height: 17,
        };
        let mut seen = [[0u8; 32]; 32];
        for tile in cut(area, 8) {
            for y in tile.y..tile.y + tile.height {
                for x in tile.x..tile.x + tile.width {
                    seen[y as usize][x as usize] += 1;
                }
            }
        }
        for (y, row) in seen.iter().enumerate() {
            for (x, count) in row.iter().enumerate() {
                let inside = (3..26).contains(&x) && (5..22).contains(&y);
                assert_eq!(*count, u8::from(inside), "({x}, {y})");
            }
        }
    }

    #[test]
    fn borders_reach_far_enough_on_the_coarse_grid() {
        let core = Rect {
            x: 40,
            y: 0,
            width: 20,
            height: 30,
        };
        let tile = padded(core, [100, 33], Footprint { reach: 10, coarse: 4 });
        assert_eq!(
            tile,
            Rect {
                x: 28,
                y: 0,
                width: 44,
                height: 33
            }
        );
    }
}
