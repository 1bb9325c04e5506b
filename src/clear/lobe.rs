//! The skin of a lobe: what looks like it at the rim of an earring is not the earring's.

use crate::geometry::Rect;
use glam::DVec2;

/// Its skin is looked for so far above that place, mm, and so far to either side.
const ABOVE_MM: (f64, f64) = (3.0, 11.0);
const ASIDE_MM: f64 = 3.5;
/// Colours so far apart (encoded) are not the same skin.
const SAME: f32 = 0.15;
/// Of fewer pixels nothing is known.
const LEAST: usize = 12;

/// What is known of a lobe in a rectangle of a photo.
pub struct Lobe {
    rect: Rect,
    place: DVec2,
    mm_per_px: f64,
    /// Its skin's encoded colour, where that is known.
    skin: Option<[f32; 3]>,
}

impl Lobe {
    /// From the encoded colours of a rectangle of the photo, what is unknown of it and the place of the piercing in the photo.
    pub fn new(colours: &[[f32; 3]], unknown: &[bool], rect: Rect, place: DVec2, mm_per_px: f64) -> Self {
        let mut lobe = Self {
            rect,
            place,
            mm_per_px,
            skin: None,
        };
        let above = |i: &usize| {
            let mm = lobe.away(*i);
            !unknown[*i] && mm.x.abs() <= ASIDE_MM && (ABOVE_MM.0..ABOVE_MM.1).contains(&-mm.y)
        };
        let some: Vec<usize> = (0..colours.len()).filter(above).collect();
        let median = |c: usize| {
            let mut values: Vec<f32> = some.iter().map(|i| colours[*i][c]).collect();
            let middle = values.len() / 2;
            *values.select_nth_unstable_by(middle, f32::total_cmp).1
        };
        lobe.skin = (some.len() >= LEAST).then(|| std::array::from_fn(median));
        lobe
    }

    /// From the place of the piercing to a pixel of the rectangle, mm.
    fn away(&self, i: usize) -> DVec2 {
        let (x, y) = (i as u32 % self.rect.width, i as u32 / self.rect.width);
        let p = DVec2::new(f64::from(self.rect.x + x) + 0.5, f64::from(self.rect.y + y) + 0.5);
        (p - self.place) * self.mm_per_px
    }

    /// How much an encoded colour is like its skin, 0..1; 0 where that is not known.
    pub fn like(&self, colour: [f32; 3]) -> f32 {
        let off = |skin: [f32; 3]| {
            (0..3)
                .map(|c| ((colour[c] - skin[c]) / SAME).powi(2))
                .sum::<f32>()
        };
        self.skin.map_or(0.0, |skin| (-off(skin)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ear of skin down to its end at `y = 60`, hair below, two pixels a millimetre; pierced at `y = 50`.
    #[test]
    fn its_skin_is_known_above_it() {
        let rect = Rect {
            x: 100,
            y: 200,
            width: 80,
            height: 100,
        };
        let colours: Vec<[f32; 3]> = (0..8000)
            .map(|i| if i / 80 < 60 { [0.8, 0.6, 0.5] } else { [0.2; 3] })
            .collect();
        let unknown: Vec<bool> = (0..8000).map(|i| (48..80).contains(&(i / 80))).collect();
        let lobe = Lobe::new(&colours, &unknown, rect, DVec2::new(140.0, 250.0), 0.5);
        assert!(lobe.like([0.8, 0.6, 0.5]) > 0.9 && lobe.like([0.2; 3]) < 0.1);
        let nothing = Lobe::new(&colours, &[true; 8000], rect, DVec2::new(140.0, 250.0), 0.5);
        assert!(nothing.like([0.8, 0.6, 0.5]) == 0.0);
    }
}
