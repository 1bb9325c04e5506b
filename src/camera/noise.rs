//! Sensor noise for pictures that have none, so that what is steady on them is steady before a camera too.

use crate::photo::{Photo, Samples};

/// Length of the table, samples; a prime, so that frames of any size start at different places of it.
const TABLE: usize = 1_000_003;

/// Gaussian noise, the same in every run.
pub struct Noise {
    table: Vec<i8>,
    next: usize,
}

impl Noise {
    /// `sigma` is the standard deviation in levels of 255.
    pub fn new(sigma: f64) -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut uniform = || {
            // SplitMix64 (Steele et al. 2014).
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let table = (0..TABLE)
            .map(|_| {
                // The sum of twelve uniform numbers is near enough to a Gaussian.
                let sum: f64 = (0..12).map(|_| uniform()).sum();
                ((sum - 6.0) * sigma).round().clamp(-127.0, 127.0) as i8
            })
            .collect();
        Self { table, next: 0 }
    }

    /// A noisy copy; other noise every time.
    pub fn on(&mut self, photo: &Photo) -> Photo {
        let Samples::U8(clean) = photo.samples() else {
            return photo.clone();
        };
        self.next = (self.next + 499_979) % TABLE;
        let mut noisy = Vec::with_capacity(clean.len());
        let mut from = self.next;
        let mut rest = clean.as_slice();
        while !rest.is_empty() {
            let noise = &self.table[from..];
            let (now, later) = rest.split_at(rest.len().min(noise.len()));
            noisy.extend(now.iter().zip(noise).map(|(&v, &n)| v.saturating_add_signed(n)));
            (rest, from) = (later, 0);
        }
        Photo::from_rgb8(photo.width(), photo.height(), noisy)
    }
}
