//! For every patch that touches a hole the known patch that is most like it.
//!
//! Takes a [`Holed`] picture; finds patches by guesses that neighbours hand on to each other (PatchMatch, Barnes and
//! others 2009), and makes the hole of them.

use super::fill::{FREE, Holed, Pixel};

/// Patches are squares of 2 × this + 1 pixels.
const RADIUS: usize = 3;
/// What is a pixel deeper in the hole is so much less sure.
const SURER: f32 = 1.3;
/// A pixel that is unlike the guess by so much more than [`FREE`] (encoded, all channels together) counts a sixteenth where patches differ over one.
const UNLIKE: f32 = 0.15;
/// Share of the patches that fit better than the one that sets the scale.
const FITTING: f64 = 0.75;

/// How much it counts beside a patch's own colours what it is like on the whole, as it is guessed…
const GUESSED: f32 = 1.0;
/// …which is looked at in every third pixel across and down.
const SPARSE: usize = 3;

/// No patch.
const NONE: u32 = u32::MAX;

/// For every patch that touches the hole the known one that is most like it.
pub struct Search {
    width: usize,
    height: usize,
    /// Centres of the patches that touch the hole, in reading order.
    pub targets: Vec<usize>,
    /// May a patch be taken from around this pixel?
    known: Vec<bool>,
    /// By pixel, the centre of the patch found; [`NONE`] where none is asked for.
    pub found: Vec<u32>,
    /// By target, how much they differ.
    unlike: Vec<f32>,
}

impl Search {
    /// Begins with what was found at half the size, its field and width, or with random patches; none where no patch is
    /// known or none is asked for.
    pub fn new(picture: &Holed, coarser: Option<&(Vec<u32>, usize)>, random: &mut Random) -> Option<Self> {
        let (width, height) = (picture.width, picture.height());
        let inner = |i: usize| {
            let (x, y) = (i % width, i / width);
            x >= RADIUS && y >= RADIUS && x + RADIUS < width && y + RADIUS < height
        };
        let touches =
            |i: usize| rows(i, width).any(|start| picture.hole[start..=start + 2 * RADIUS].contains(&true));
        let (mut targets, mut known) = (Vec::new(), vec![false; width * height]);
        for i in (0..width * height).filter(|&i| inner(i)) {
            if touches(i) {
                targets.push(i);
            } else {
                known[i] = true;
            }
        }
        let sources: Vec<usize> = (0..known.len()).filter(|&i| known[i]).collect();
        if sources.is_empty() || targets.is_empty() {
            return None;
        }
        let mut found = vec![NONE; width * height];
        for &t in &targets {
            let (x, y) = (t % width, t / width);
            let guess = coarser.and_then(|(field, w)| {
                let there = *field.get(y / 2 * w + (x / 2).min(w - 1))?;
                let (u, v) = ((there as usize % w) * 2 + x % 2, (there as usize / w) * 2 + y % 2);
                (there != NONE && u < width && v < height && known[v * width + u]).then_some(v * width + u)
            });
            found[t] = guess.unwrap_or_else(|| sources[random.below(sources.len())]) as u32;
        }
        Some(Self {
            width,
            height,
            unlike: vec![0.0; targets.len()],
            targets,
            known,
            found,
        })
    }

    /// Compares all patches with those found, as the hole has changed.
    pub fn rate(&mut self, picture: &Holed) {
        for (t, unlike) in self.targets.iter().zip(&mut self.unlike) {
            let source = self.found[*t] as usize;
            let far = far(picture, [*t, source]);
            *unlike = far * distance(picture, [*t, source], f32::INFINITY);
        }
    }

    /// Every patch tries what its neighbours have found, and random ones ever nearer to its own, from `reach` pixels on.
    pub fn hand_on(&mut self, picture: &Holed, backward: bool, reach: usize, random: &mut Random) {
        let count = self.targets.len();
        for k in 0..count {
            let k = if backward { count - 1 - k } else { k };
            let t = self.targets[k];
            for step in [1, self.width] {
                let (neighbour, shift) = if backward {
                    (t + step, 0)
                } else {
                    (t - step, 2 * step)
                };
                let there = self.found[neighbour];
                if there != NONE {
                    // The neighbour's find, moved as far as we are from it.
                    self.try_on(picture, k, (there as usize + shift).wrapping_sub(step));
                }
            }
            let mut reach = reach.min(self.width.max(self.height));
            while reach > 1 {
                let best = self.found[t] as usize;
                let near = |v: usize, length: usize, random: &mut Random| {
                    let low = v.saturating_sub(reach);
                    low + random.below((v + reach + 1).min(length) - low)
                };
                let x = near(best % self.width, self.width, random);
                let y = near(best / self.width, self.height, random);
                self.try_on(picture, k, y * self.width + x);
                reach /= 2;
            }
        }
    }

    /// Takes a patch for a target if it may be taken and is more like it.
    fn try_on(&mut self, picture: &Holed, k: usize, source: usize) {
        if self.known.get(source).is_some_and(|known| *known) {
            let t = self.targets[k];
            let far = far(picture, [t, source]);
            let unlike = far * distance(picture, [t, source], self.unlike[k] / far);
            if unlike < self.unlike[k] {
                (self.unlike[k], self.found[t]) = (unlike, source as u32);
            }
        }
    }

    /// Every pixel of the hole becomes what the patches over it say, those more that fit and that lie near its rim.
    pub fn vote(&self, picture: &mut Holed, depth: &[u32]) {
        let mut sorted = self.unlike.clone();
        let middle = (FITTING * (sorted.len() - 1) as f64) as usize;
        let (_, scale, _) = sorted.select_nth_unstable_by(middle, f32::total_cmp);
        let scale = 2.0 * scale.max(1e-6);
        let mut sums = vec![([0.0_f32; 3], 0.0_f32); picture.pixels.len()];
        for (t, unlike) in self.targets.iter().zip(&self.unlike) {
            let weight = (-unlike / scale).exp() * SURER.powi(-(depth[*t].min(64) as i32));
            for (to, from) in rows(*t, self.width).zip(rows(self.found[*t] as usize, self.width)) {
                for x in 0..=2 * RADIUS {
                    if picture.hole[to + x] {
                        let pixel = picture.pixels[from + x];
                        let weight = weight
                            * picture
                                .guide
                                .get(to + x)
                                .map_or(1.0, |guess| like(off(pixel, *guess)));
                        let (sum, all) = &mut sums[to + x];
                        *sum = std::array::from_fn(|c| sum[c] + weight * pixel[c]);
                        *all += weight;
                    }
                }
            }
        }
        for (pixel, (sum, all)) in picture.pixels.iter_mut().zip(sums) {
            if all > 0.0 {
                *pixel = sum.map(|v| v / all);
            }
        }
    }
}

/// How much a pixel counts where so much is guessed: an edge lies where it is guessed, not where patches happen to overlap.
fn like(off: f32) -> f32 {
    (1.0 + off / (UNLIKE * UNLIKE)).powi(-4)
}

/// Squared distance of what is and what is guessed, or of two guesses, as far as it is more than [`FREE`].
fn off(a: Pixel, b: Pixel) -> f32 {
    let squared: f32 = (0..3).map(|c| (a[c] - b[c]) * (a[c] - b[c])).sum();
    (squared.sqrt() - FREE).max(0.0).powi(2)
}

/// Where the rows of the patch around a pixel begin.
fn rows(center: usize, width: usize) -> impl Iterator<Item = usize> {
    let first = center - RADIUS * width - RADIUS;
    (0..=2 * RADIUS).map(move |y| first + y * width)
}

/// The factor on how unlike two patches are that comes of how far apart they lie: what is behind a piece is sooner beside
/// it than somewhere else.
fn far(picture: &Holed, [a, b]: [usize; 2]) -> f32 {
    let width = picture.width;
    let (x, y) = (
        (a % width).abs_diff(b % width) as f32,
        (a / width).abs_diff(b / width) as f32,
    );
    1.0 + (x * x + y * y) / picture.beside.powi(2)
}

/// Sum of squared differences of two patches and of what they are like on the whole; something not below `enough` where it
/// is not below that.
fn distance(picture: &Holed, [a, b]: [usize; 2], enough: f32) -> f32 {
    let width = picture.width;
    let mut sum = 0.0;
    if !picture.guide.is_empty() {
        for (a, b) in rows(a, width).zip(rows(b, width)).step_by(SPARSE) {
            for x in (0..=2 * RADIUS).step_by(SPARSE) {
                sum += off(picture.guide[a + x], picture.guide[b + x]);
            }
        }
        sum *= GUESSED * (SPARSE * SPARSE) as f32;
        if sum >= enough {
            return sum;
        }
    }
    for (a, b) in rows(a, width).zip(rows(b, width)) {
        let (a, b) = (
            &picture.pixels[a..=a + 2 * RADIUS],
            &picture.pixels[b..=b + 2 * RADIUS],
        );
        for (p, q) in a.as_flattened().iter().zip(b.as_flattened()) {
            sum += (p - q) * (p - q);
        }
        if sum >= enough {
            break;
        }
    }
    sum
}

/// Random numbers that repeat (xorshift64*, Vigna 2016).
pub struct Random(pub u64);

impl Random {
    /// A number below `n`, which is above 0.
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        ((high * n as u64) >> 32) as usize
    }
}
