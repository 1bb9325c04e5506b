//! The part map: probability of background, skin, hair and clothes over the head's crop, and of hands before them.

use super::Cover;
use crate::geometry::{Square, Window};
use glam::DVec2;

/// A part of the picture, the first four in the order of the network's channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Whatever is behind the person.
    Background,
    /// Bare skin, eyes and lips included.
    Skin,
    /// Hair, brows and beards.
    Hair,
    /// Anything worn that is not jewellery.
    Clothes,
    /// A hand or an arm before the head or the body, its sleeve, and what it holds.
    Hand,
}

/// Four planes of probabilities over a window of the photo; all background when empty.
#[derive(Clone, Debug, Default)]
pub struct PartMap {
    width: usize,
    height: usize,
    planes: Vec<f32>,
    window: Option<Window>,
    /// A coarser map of more of the picture, used outside the square.
    around: Option<Box<PartMap>>,
    /// Hands, which lie before all else.
    hands: Option<Cover>,
}

impl PartMap {
    /// From `[4, height, width]` probabilities over `window`.
    pub fn new(width: usize, height: usize, planes: Vec<f32>, window: impl Into<Window>) -> Self {
        let window = (width > 0 && height > 0 && planes.len() >= 4 * width * height).then(|| window.into());
        Self {
            width,
            height,
            planes,
            window,
            around: None,
            hands: None,
        }
    }

    /// The same map with hands before what it shows.
    #[must_use]
    pub fn behind(self, hands: Cover) -> Self {
        Self {
            hands: Some(hands).filter(Cover::is_there),
            ..self
        }
    }

    /// Takes hands out of a map of `cells` a side of something worn: rings, watches and fingers are no necklaces.
    pub(super) fn less_hands(&self, map: &mut [f32], cells: usize, window: impl Into<Window>) {
        let (Some(hands), window) = (&self.hands, window.into()) else {
            return;
        };
        for (i, value) in map.iter_mut().enumerate() {
            let cell = DVec2::new((i % cells) as f64 + 0.5, (i / cells) as f64 + 0.5);
            *value *= 1.0 - hands.at(window.place(cell / cells as f64));
        }
    }

    /// Is a hand before anything?
    pub fn has_hands(&self) -> bool {
        self.hands.is_some()
    }

    /// The same map with a coarser one of a larger square around it.
    #[must_use]
    pub fn within(self, around: Self) -> Self {
        Self {
            around: Some(Box::new(around)),
            ..self
        }
    }

    /// Side of a cell of the map, photo pixels; 0 of an empty one.
    pub fn cell(&self) -> f64 {
        self.window
            .map_or(0.0, |window| window.square.side / self.width as f64)
    }

    /// Probability 0..1 of a part at a photo pixel, bilinear; outside the square as the map around it
    /// says, or else as the nearest border.
    pub fn at(&self, part: Part, p: DVec2) -> f32 {
        let hand = self.hands.as_ref().map_or(0.0, |hands| hands.at(p));
        match part {
            Part::Hand => hand,
            _ => self.network_at(part, p) * (1.0 - hand),
        }
    }

    /// The same as the network says that knows nothing of hands.
    fn network_at(&self, part: Part, p: DVec2) -> f32 {
        let Some(window) = self.window else {
            return if part == Part::Background { 1.0 } else { 0.0 };
        };
        let unit = window.unit(p);
        let outside = unit.cmplt(DVec2::ZERO).any() || unit.cmpgt(DVec2::ONE).any();
        if let (true, Some(around)) = (outside, &self.around) {
            return around.network_at(part, p);
        }
        let x = (unit.x * self.width as f64 - 0.5).clamp(0.0, (self.width - 1) as f64);
        let y = (unit.y * self.height as f64 - 0.5).clamp(0.0, (self.height - 1) as f64);
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let (fx, fy) = ((x - x0 as f64) as f32, (y - y0 as f64) as f32);
        let plane = &self.planes[part as usize * self.width * self.height..];
        let v = |x: usize, y: usize| plane[y * self.width + x];
        let top = v(x0, y0) * (1.0 - fx) + v(x1, y0) * fx;
        let bottom = v(x0, y1) * (1.0 - fx) + v(x1, y1) * fx;
        top * (1.0 - fy) + bottom * fy
    }

    /// Probability 0..1 of any of some parts at every pixel centre of a `size`×`size` raster over a square of the photo,
    /// as [`PartMap::at`] says; 0 of an empty map.
    pub fn over(&self, parts: &[Part], over: Square, size: usize) -> Vec<f32> {
        let to_photo = over.from_raster(size);
        let place =
            |x: usize, y: usize| to_photo.transform_point2(DVec2::new(x as f64 + 0.5, y as f64 + 0.5));
        let sum_at = |x: usize, y: usize| {
            let sum: f32 = parts.iter().map(|part| self.at(*part, place(x, y))).sum();
            sum.clamp(0.0, 1.0)
        };
        let Some(window) = self.window else {
            return vec![0.0; size * size];
        };
        if window.turn != 0.0 || self.has_hands() {
            return (0..size * size).map(|i| sum_at(i % size, i / size)).collect();
        }
        let n = self.width * self.height;
        // Here there are no hands, of which the network knows nothing.
        let planes = || parts.iter().filter(|part| **part != Part::Hand);
        let sum = |i: usize| planes().map(|part| self.planes[*part as usize * n + i]).sum();
        let sums: Vec<f32> = (0..n).map(sum).collect();
        // The raster's axes are the map's: a column has one place in the map's rows, a row one in its columns.
        let taps = |unit: f64, length: usize| {
            let v = (unit * length as f64 - 0.5).clamp(0.0, (length - 1) as f64);
            let low = v as usize;
            let inside = (0.0..=1.0).contains(&unit);
            (low, (low + 1).min(length - 1), (v - low as f64) as f32, inside)
        };
        let columns: Vec<_> = (0..size)
            .map(|x| taps(window.unit(place(x, 0)).x, self.width))
            .collect();
        let mut out = Vec::with_capacity(size * size);
        for y in 0..size {
            let (y0, y1, fy, inside) = taps(window.unit(place(0, y)).y, self.height);
            let (top, bottom) = (
                &sums[y0 * self.width..][..self.width],
                &sums[y1 * self.width..][..self.width],
            );
            for (x, &(x0, x1, fx, within)) in columns.iter().enumerate() {
                out.push(if inside && within {
                    let above = top[x0] + (top[x1] - top[x0]) * fx;
                    let below = bottom[x0] + (bottom[x1] - bottom[x0]) * fx;
                    (above + (below - above) * fy).clamp(0.0, 1.0)
                } else {
                    sum_at(x, y)
                });
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of a place below a hand, beside it, and where there is none at all.
    #[test]
    fn a_hand_is_before_all_parts() {
        let square = Square {
            center: DVec2::splat(8.0),
            side: 16.0,
        };
        let skin = || PartMap::new(2, 2, [[0.0; 4], [1.0; 4], [0.0; 4], [0.0; 4]].concat(), square);
        let hand = (0..256).map(|i| if i % 16 < 6 { 0.9 } else { 0.0 }).collect();
        let held = skin().behind(Cover::whole(hand, square));
        let told = |map: &PartMap, x: f64| {
            let place = DVec2::new(x, 8.0);
            let own = [Part::Skin, Part::Hand, Part::Background].map(|part| map.at(part, place));
            let over = map.over(&[Part::Skin, Part::Hand], square, 16)[8 * 16 + x as usize];
            assert!((over - own[0] - own[1]).abs() < 1e-5, "{over} {own:?}");
            own
        };
        let near = |a: [f32; 3], b: [f32; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(near(told(&held, 3.5), [0.1, 0.9, 0.0]));
        assert!(near(told(&held, 12.5), [1.0, 0.0, 0.0]));
        assert!(near(told(&skin(), 3.5), [1.0, 0.0, 0.0]) && !skin().has_hands());
    }

    #[test]
    fn a_raster_says_what_its_places_say() {
        let square = |x: f64, y: f64, side: f64| Square {
            center: DVec2::new(x, y),
            side,
        };
        let planes = |seed: usize| {
            (0..4 * 12 * 16)
                .map(|i| ((i * seed) % 101) as f32 / 250.0)
                .collect()
        };
        let around = PartMap::new(16, 12, planes(37), square(50.0, 60.0, 400.0));
        let map = PartMap::new(16, 12, planes(53), square(40.0, 40.0, 90.0)).within(around);
        let tilted = Window {
            square: square(44.0, 38.0, 80.0),
            turn: 0.4,
        };
        let tilted = PartMap::new(16, 12, planes(71), tilted).within(map.clone());
        for (map, over) in [&map, &tilted]
            .into_iter()
            .flat_map(|map| [(map, square(45.0, 35.0, 30.0)), (map, square(10.0, 80.0, 120.0))])
        {
            let parts = [Part::Hair, Part::Clothes];
            let raster = map.over(&parts, over, 24);
            for (i, value) in raster.iter().enumerate() {
                let p = DVec2::new((i % 24) as f64 + 0.5, (i / 24) as f64 + 0.5);
                let p = over.from_raster(24).transform_point2(p);
                let wanted = parts
                    .map(|part| map.at(part, p))
                    .iter()
                    .sum::<f32>()
                    .clamp(0.0, 1.0);
                assert!((value - wanted).abs() < 1e-5, "{i}: {value} {wanted}");
            }
        }
    }
}
