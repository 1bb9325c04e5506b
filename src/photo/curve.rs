//! The sRGB curve for many samples at a time. Takes linear light, gives encoded values.

/// The sRGB curve as a table: a power for every sample of every network's input costs more than the resampling.
/// Straight lines between its 8193 places are at most 1e-5 off.
pub struct Encoding {
    table: Vec<f32>,
}

impl Encoding {
    const STEPS: usize = 8192;

    /// The one table.
    pub fn get() -> &'static Self {
        static ENCODING: std::sync::OnceLock<Encoding> = std::sync::OnceLock::new();
        ENCODING.get_or_init(|| {
            let places = (0..=Self::STEPS).map(|i| i as f32 / Self::STEPS as f32);
            let mut table: Vec<f32> = places.map(super::to_srgb).collect();
            table.push(1.0);
            Self { table }
        })
    }

    /// Linear light to an encoded value, both 0..1; what lies beyond is clipped.
    pub fn at(&self, v: f32) -> f32 {
        let place = v.clamp(0.0, 1.0) * Self::STEPS as f32;
        let (low, share) = (place as usize, place.fract());
        self.table[low] + (self.table[low + 1] - self.table[low]) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_curve() {
        for i in 0..=100_000_u32 {
            let v = i as f32 / 100_000.0;
            let off = (Encoding::get().at(v) - crate::photo::to_srgb(v)).abs();
            assert!(off < 1e-5, "{v}: {off}");
        }
    }
}
