//! The part of a raster where something is: nothing is worked out where it is not.

/// A rectangle of a `size`×`size` raster.
#[derive(Clone, Copy, Debug)]
pub struct Crop {
    /// Side of the raster.
    pub size: usize,
    /// First column and row.
    pub corner: [usize; 2],
    /// Columns and rows, at least one.
    pub extent: [usize; 2],
}

impl Crop {
    /// All of it.
    pub fn whole(size: usize) -> Self {
        Self {
            size,
            corner: [0; 2],
            extent: [size; 2],
        }
    }

    /// What is within `reach` columns and rows of weights above 0; one pixel where there are none.
    pub fn around(weight: &[f32], size: usize, reach: usize) -> Self {
        let (mut low, mut high) = ([size; 2], [0; 2]);
        for (i, _) in weight.iter().enumerate().filter(|(_, w)| **w > 0.0) {
            for (axis, v) in [i % size, i / size].into_iter().enumerate() {
                (low[axis], high[axis]) = (low[axis].min(v), high[axis].max(v));
            }
        }
        let corner = low.map(|v| v.saturating_sub(reach).min(size - 1));
        let extent =
            [0, 1].map(|axis| (high[axis] + reach + 1).min(size).max(corner[axis] + 1) - corner[axis]);
        Self { size, corner, extent }
    }

    /// Its part of each of the raster's planes.
    pub fn cut(&self, planes: &[f32]) -> Vec<f32> {
        let ([left, top], [width, height]) = (self.corner, self.extent);
        let all = self.size * self.size;
        let mut out = Vec::with_capacity(planes.len() / all * width * height);
        for plane in planes.chunks_exact(all) {
            let rows = plane.chunks_exact(self.size).skip(top).take(height);
            rows.for_each(|row| out.extend_from_slice(&row[left..left + width]));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_out_is_what_is_there() {
        let size = 9;
        let raster: Vec<f32> = (0..2 * size * size).map(|i| i as f32).collect();
        let mut weight = vec![0.0; size * size];
        weight[4 * size + 7] = 0.1;
        let crop = Crop::around(&weight, size, 2);
        assert_eq!((crop.corner, crop.extent), ([5, 2], [4, 5]));
        let cut = crop.cut(&raster);
        assert_eq!(cut.len(), 2 * 20);
        assert_eq!((cut[0], cut[19], cut[20]), (23.0, 62.0, 104.0));
        assert_eq!(Crop::whole(size).cut(&raster), raster);
        assert_eq!(Crop::around(&vec![0.0; size * size], size, 2).extent, [1, 1]);
    }
}
