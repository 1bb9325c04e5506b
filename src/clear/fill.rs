//! What a hole in a picture may have held, made of the picture around it.
//!
//! Takes pixels, which of them are unknown, and maybe a guess of those; gives them anew. Every small patch that touches the
//! hole shall look like one that is wholly known (Wexler, Shechtman & Irani 2007) and, on the whole, like the guess, from
//! a coarse picture to a fine one; the patches are found by `search`. Where none is like the guess, what was made is
//! moved towards it in the end.

use super::hole::depth;
use super::search::{Random, Search};
use crate::photo::boxed;

/// The coarsest picture's hole is at most so deep, pixels…
const SHALLOW: u32 = 3;
/// …and its shorter side at least so long.
const LEAST_SIDE: usize = 24;
/// How often patches are found and the hole is made of them: on the coarsest picture, the finest, and those between.
const ROUNDS: [usize; 3] = [8, 3, 4];
/// How often guesses are handed on each time.
const PASSES: usize = 2;
/// Where more patches than this are asked for, they are looked for within so many pixels of what is known of them.
const MANY: usize = 40_000;
const NEAR: usize = 4;
/// Random guesses repeat, so that the same picture gives the same bytes.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// What differs from the guess by no more than this (encoded, all channels together) is like it: the guess knows what is
/// where, of its shades and its texture the photo around it knows more.
pub const FREE: f32 = 0.15;
/// What is made is moved to what it is guessed to be on the whole as far as it may where the two differ by this or more.
const OFF: f32 = 0.35;
/// What is moved there differs by no more than this from the guess on its other side, encoded.
const TEXTURE: f32 = 0.05;

/// So many pixels of the hole along its rim are softened, so often: where patches meet the photo there may be an edge, and
/// it would be a stair.
const RIM: (u32, usize) = (2, 2);

/// An encoded colour.
pub type Pixel = [f32; 3];

/// A picture with a hole.
#[derive(Clone, Debug)]
pub struct Holed {
    /// Pixels a row.
    pub width: usize,
    /// Pixels row by row; any where there is a hole.
    pub pixels: Vec<Pixel>,
    /// Which pixels are unknown.
    pub hole: Vec<bool>,
    /// What every pixel is like on the whole: the picture and, in the hole, a guess, both softly. What patches are made of
    /// shall be like that too. Empty where there is no guess.
    pub guide: Vec<Pixel>,
    /// Half the side of the box over which that is the mean at full size, pixels.
    pub soft: usize,
    /// So far what was made of patches may be moved towards the guess, 0..1.
    pub lean: f32,
    /// A patch so many pixels away counts as unlike its target by twice as much.
    pub beside: f32,
}

/// Fills the hole. Where there is no patch without a hole it is the guess alone, or the colours nearest by.
pub fn fill(picture: Holed) -> Vec<Pixel> {
    let mut levels = vec![picture];
    while let Some(coarser) = levels.last().and_then(Holed::halved) {
        levels.push(coarser);
    }
    let (last, mut random) = (levels.len() - 1, Random(SEED));
    let mut field: Option<(Vec<u32>, usize)> = None;
    let mut made: Option<Holed> = None;
    for (i, mut level) in levels.into_iter().enumerate().rev() {
        match &made {
            Some(coarser) => level.take_from(coarser),
            None => level.begin(),
        }
        let rounds = ROUNDS[if i == last { 0 } else { 1 + usize::from(i > 0) }];
        field = level.patched(field.as_ref(), rounds, &mut random);
        made = Some(level);
    }
    made.map(|made| made.leaning().soft_rimmed()).unwrap_or_default()
}

impl Holed {
    /// Rows.
    pub fn height(&self) -> usize {
        self.pixels.len() / self.width.max(1)
    }

    /// How far every pixel lies in the hole.
    fn depth(&self) -> Vec<u32> {
        depth(&self.hole, self.width)
    }

    /// Half as large; none where the hole is shallow or the picture small already.
    fn halved(&self) -> Option<Self> {
        let (width, height) = (self.width / 2, self.height() / 2);
        let deepest = self.depth().into_iter().max().unwrap_or(0);
        if deepest <= SHALLOW || width.min(height) < LEAST_SIDE {
            return None;
        }
        let (mut pixels, mut hole, mut guide) = (Vec::new(), Vec::new(), Vec::new());
        for y in 0..height {
            for x in 0..width {
                let four = [0, 1, self.width, self.width + 1].map(|d| 2 * y * self.width + 2 * x + d);
                let known = || four.into_iter().filter(|&i| !self.hole[i]);
                let count = known().count();
                let mean = |c: usize| known().map(|i| self.pixels[i][c]).sum::<f32>() / count.max(1) as f32;
                pixels.push(std::array::from_fn(mean));
                if !self.guide.is_empty() {
                    let mean = |c: usize| four.into_iter().map(|i| self.guide[i][c]).sum::<f32>() / 4.0;
                    guide.push(std::array::from_fn(mean));
                }
                hole.push(count < 2);
            }
        }
        Some(Self {
            width,
            pixels,
            hole,
            guide,
            soft: self.soft,
            lean: self.lean,
            beside: self.beside / 2.0,
        })
    }

    /// Patches that fit are not always there: what was made of them at full size, moved towards the guess where the two
    /// differ on the whole.
    fn leaning(mut self) -> Self {
        if self.guide.is_empty() {
            return self;
        }
        let whole = [0, 1, 2].map(|c| {
            let plane: Vec<f32> = self.pixels.iter().map(|p| p[c]).collect();
            boxed(&plane, self.width, self.soft)
        });
        for i in (0..self.hole.len()).filter(|&i| self.hole[i]) {
            let away: Pixel = std::array::from_fn(|c| self.guide[i][c] - whole[c][i]);
            let length = away.iter().map(|v| v * v).sum::<f32>().sqrt();
            let share = self.lean * ((length - FREE) / (OFF - FREE)).clamp(0.0, 1.0);
            self.pixels[i] = std::array::from_fn(|c| {
                // A texture stays beside what it is moved to; an edge that lies elsewhere would be a bright line.
                let (was, guess) = (self.pixels[i][c], self.guide[i][c]);
                let (low, high) = (was.min(guess - TEXTURE), was.max(guess + TEXTURE));
                (was + share * away[c]).max(low).min(high).clamp(0.0, 1.0)
            });
        }
        self
    }

    /// The picture with the hole's outermost pixels softened.
    fn soft_rimmed(mut self) -> Vec<Pixel> {
        let (w, h, depth) = (self.width, self.height(), self.depth());
        if w < 3 || h < 3 {
            return self.pixels;
        }
        let inner = |i: &usize| (1..w - 1).contains(&(i % w)) && (1..h - 1).contains(&(i / w));
        let rim: Vec<usize> = (0..w * h)
            .filter(|&i| (1..=RIM.0).contains(&depth[i]))
            .filter(inner)
            .collect();
        for _ in 0..RIM.1 {
            let at = |i: usize, c: usize| self.pixels[i][c];
            let row = |i: usize, c: usize| at(i - 1, c) + 2.0 * at(i, c) + at(i + 1, c);
            let soft = |i: usize, c: usize| (row(i - w, c) + 2.0 * row(i, c) + row(i + w, c)) / 16.0;
            let softened: Vec<Pixel> = rim.iter().map(|&i| std::array::from_fn(|c| soft(i, c))).collect();
            rim.iter()
                .zip(softened)
                .for_each(|(i, pixel)| self.pixels[*i] = pixel);
        }
        self.pixels
    }

    /// The hole as it is guessed, or as its rim has it.
    fn begin(&mut self) {
        if self.guide.is_empty() {
            return self.spread();
        }
        for ((pixel, hole), guess) in self.pixels.iter_mut().zip(&self.hole).zip(&self.guide) {
            if *hole {
                *pixel = *guess;
            }
        }
    }

    /// The hole as a picture of half the size has it, bilinear.
    fn take_from(&mut self, coarser: &Self) {
        let (w, h) = (coarser.width, coarser.height());
        for i in (0..self.pixels.len()).filter(|&i| self.hole[i]) {
            let [x, y] = [(i % self.width, w), (i / self.width, h)]
                .map(|(v, length)| ((v as f32 + 0.5) / 2.0 - 0.5).clamp(0.0, (length - 1) as f32));
            let (x0, y0) = (x as usize, y as usize);
            let (x1, y1) = ((x0 + 1).min(w - 1), (y0 + 1).min(h - 1));
            let (fx, fy) = (x - x0 as f32, y - y0 as f32);
            let at = |x: usize, y: usize, c: usize| coarser.pixels[y * w + x][c];
            self.pixels[i] = std::array::from_fn(|c| {
                let top = at(x0, y0, c) * (1.0 - fx) + at(x1, y0, c) * fx;
                let low = at(x0, y1, c) * (1.0 - fx) + at(x1, y1, c) * fx;
                top * (1.0 - fy) + low * fy
            });
        }
    }

    /// The hole as its rim has it, the outermost pixels first, each the mean of its known neighbours.
    fn spread(&mut self) {
        let (w, h, depth) = (self.width, self.height(), self.depth());
        let mut order: Vec<usize> = (0..w * h).filter(|&i| self.hole[i]).collect();
        order.sort_by_key(|&i| depth[i]);
        for i in order {
            let (x, y) = (i % w, i / w);
            let around = (y.saturating_sub(1)..(y + 2).min(h))
                .flat_map(|v| (x.saturating_sub(1)..(x + 2).min(w)).map(move |u| v * w + u));
            let (mut sum, mut count) = ([0.0; 3], 0.0_f32);
            for j in around.filter(|&j| depth[j] < depth[i]) {
                sum = std::array::from_fn(|c| sum[c] + self.pixels[j][c]);
                count += 1.0;
            }
            self.pixels[i] = sum.map(|v| v / count.max(1.0));
        }
    }

    /// Makes the hole of patches, in so many rounds; `coarser` holds the patches found at half the size and its width. Gives
    /// those found here; none where no patch is known, and then this leaves the hole as it is.
    fn patched(
        &mut self,
        coarser: Option<&(Vec<u32>, usize)>,
        rounds: usize,
        random: &mut Random,
    ) -> Option<(Vec<u32>, usize)> {
        let depth = self.depth();
        let mut search = Search::new(self, coarser, random)?;
        // On a large picture the coarser one has found what there is; it is a matter of some pixels more or less.
        let large = search.targets.len() > MANY;
        let (rounds, reach) = if large { (1, NEAR) } else { (rounds, usize::MAX) };
        if coarser.is_some() {
            // The patches found there are as sharp here as any; what is merely enlarged is like nothing but what is blurred.
            search.rate(self);
            search.vote(self, &depth);
        }
        for _ in 0..rounds {
            search.rate(self);
            for pass in 0..PASSES {
                search.hand_on(self, pass % 2 == 1, reach, random);
            }
            search.vote(self, &depth);
        }
        Some((search.found, self.width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of `side` pixels with a round hole in its middle.
    fn holed(side: usize, radius: usize, colour: impl Fn(usize, usize) -> [f32; 3]) -> (Holed, Vec<Pixel>) {
        let whole: Vec<_> = (0..side * side).map(|i| colour(i % side, i / side)).collect();
        let inside = |i: usize| {
            (i % side).abs_diff(side / 2).pow(2) + (i / side).abs_diff(side / 2).pow(2) < radius * radius
        };
        let hole: Vec<bool> = (0..side * side).map(inside).collect();
        let pixels = whole
            .iter()
            .zip(&hole)
            .map(|(p, h)| if *h { [9.0; 3] } else { *p })
            .collect();
        (
            Holed {
                width: side,
                pixels,
                hole,
                guide: vec![],
                soft: 0,
                lean: 0.7,
                beside: side as f32 / 2.0,
            },
            whole,
        )
    }

    fn worst(a: &[Pixel], b: &[Pixel]) -> f32 {
        let pairs = a.as_flattened().iter().zip(b.as_flattened());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn an_edge_goes_on_through_the_hole() {
        let (picture, whole) = holed(72, 11, |x, y| {
            if 2 * x > 40 + y {
                [0.8, 0.6, 0.5]
            } else {
                [0.1, 0.2, 0.4]
            }
        });
        let made = fill(picture);
        let wrong = made
            .iter()
            .zip(&whole)
            .filter(|(a, b)| (a[0] - b[0]).abs() > 0.35)
            .count();
        assert!(wrong < 20, "{wrong} of 380 pixels are on the wrong side");
    }

    #[test]
    fn a_texture_goes_on_and_the_rest_stays() {
        let (picture, whole) = holed(80, 12, |x, y| {
            [((x + y) % 6) as f32 / 6.0, (x % 4) as f32 / 4.0, 0.5]
        });
        let hole = picture.hole.clone();
        let made = fill(picture);
        let outside = (0..hole.len()).filter(|&i| !hole[i]);
        assert!(outside.into_iter().all(|i| made[i] == whole[i]));
        let spread = |of: &[Pixel]| {
            let some: Vec<f32> = (0..hole.len()).filter(|&i| hole[i]).map(|i| of[i][0]).collect();
            let mean = some.iter().sum::<f32>() / some.len() as f32;
            some.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / some.len() as f32
        };
        assert!(
            spread(&made) > 0.6 * spread(&whole),
            "the texture is blurred away"
        );
    }

    /// A round lobe before dark hair: where it is guessed there is skin, though hair is nearer, be the guess sharp or soft.
    #[test]
    fn a_lobe_is_made_of_skin() {
        let behind = |y: usize| if y < 30 { [0.8, 0.6, 0.5] } else { [0.1; 3] };
        let (mut picture, _) = holed(72, 12, |_, y| behind(y));
        let lobe = |i: usize| (i % 72).abs_diff(36).pow(2) + (i / 72).abs_diff(36).pow(2) < 36;
        let count = |made: &[Pixel]| (0..72 * 72).filter(|&i| lobe(i) && made[i][0] > 0.45).count();
        let all = (0..72 * 72).filter(|&i| lobe(i)).count();
        let without = count(&fill(picture.clone()));
        let guess = |i: usize| if lobe(i) { behind(0) } else { behind(i / 72) };
        let planes = [0, 1, 2].map(|c| (0..72 * 72).map(|i| guess(i)[c]).collect::<Vec<f32>>());
        for soft in [0, 2] {
            let softly = planes.each_ref().map(|plane| boxed(plane, 72, soft));
            picture.guide = (0..72 * 72).map(|i| [0, 1, 2].map(|c| softly[c][i])).collect();
            picture.soft = soft;
            let made = count(&fill(picture.clone()));
            assert!(
                made > 2 * without && 2 * made > all,
                "{soft}: {made} and {without} of {all}"
            );
        }
    }

    #[test]
    fn flat_stays_flat_and_repeats() {
        let (picture, whole) = holed(64, 9, |_, _| [0.3, 0.4, 0.5]);
        let made = fill(picture.clone());
        assert!(worst(&made, &whole) < 1e-4);
        assert_eq!(fill(picture), made);
    }

    #[test]
    fn colours_beyond_the_gamut_are_no_fault() {
        for value in [-0.6, 1.2, f32::NAN] {
            let (mut picture, _) = holed(64, 9, |_, _| [value, 0.5, 0.5]);
            picture.guide = vec![[value / 2.0 + 0.5, 0.5, 0.5]; 64 * 64];
            picture.soft = 1;
            assert_eq!(fill(picture).len(), 64 * 64);
        }
    }

    #[test]
    fn too_little_around_is_no_fault() {
        for (side, radius) in [(1, 1), (6, 2), (9, 30), (30, 14)] {
            let (picture, _) = holed(side, radius, |_, _| [0.5; 3]);
            assert_eq!(fill(picture).len(), side * side);
        }
        assert!(
            fill(Holed {
                width: 0,
                pixels: vec![],
                hole: vec![],
                guide: vec![],
                soft: 0,
                lean: 0.7,
                beside: 1.0
            })
            .is_empty()
        );
    }
}
