//! The part map: probability of background, skin, hair and clothes over the head's crop.

use crate::geometry::Square;
use glam::DVec2;

/// A part of the picture, in the order of the network's channels.
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
}

/// Four planes of probabilities over a square of the photo; all background when empty.
#[derive(Clone, Debug, Default)]
pub struct PartMap {
    width: usize,
    height: usize,
    planes: Vec<f32>,
    square: Option<Square>,
    /// A coarser map of more of the picture, used outside the square.
    around: Option<Box<PartMap>>,
}

impl PartMap {
    /// From `[4, height, width]` probabilities over `square`.
    pub fn new(width: usize, height: usize, planes: Vec<f32>, square: Square) -> Self {
        let square = (width > 0 && height > 0 && planes.len() >= 4 * width * height).then_some(square);
        Self {
            width,
            height,
            planes,
            square,
            around: None,
        }
    }

    /// The same map with a coarser one of a larger square around it.
    #[must_use]
    pub fn within(self, around: Self) -> Self {
        Self {
            around: Some(Box::new(around)),
            ..self
        }
    }

    /// Probability 0..1 of a part at a photo pixel, bilinear; outside the square as the map around it
    /// says, or else as the nearest border.
    pub fn at(&self, part: Part, p: DVec2) -> f32 {
        let Some(square) = self.square else {
            return if part == Part::Background { 1.0 } else { 0.0 };
        };
        let unit = (p - square.min()) / square.side;
        let outside = unit.cmplt(DVec2::ZERO).any() || unit.cmpgt(DVec2::ONE).any();
        if let (true, Some(around)) = (outside, &self.around) {
            return around.at(part, p);
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

    /// Probability that something worn over skin can hide a piece here: hair or clothes.
    pub fn occlusion(&self, p: DVec2) -> f32 {
        (self.at(Part::Hair, p) + self.at(Part::Clothes, p)).clamp(0.0, 1.0)
    }
}
