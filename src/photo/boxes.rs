//! Means over square windows of a plane.

/// From this radius on sums are carried along instead of added up afresh.
const LARGE: usize = 6;

/// Mean of a plane in rows of `width` over (2·radius+1)² windows, cut at its borders.
pub fn boxed(plane: &[f32], width: usize, radius: usize) -> Vec<f32> {
    if radius >= LARGE {
        return carried(plane, width, radius);
    }
    // Small windows added up afresh are exact, and whole rows are added at once.
    let rows = across(plane, width, radius);
    let height = plane.len() / width;
    let mut out = vec![0.0_f32; plane.len()];
    for (y, line) in out.chunks_exact_mut(width).enumerate() {
        let (a, b) = (y.saturating_sub(radius), (y + radius + 1).min(height));
        for row in rows[a * width..b * width].chunks_exact(width) {
            line.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
        }
        let share = 1.0 / (b - a) as f32;
        line.iter_mut().for_each(|sum| *sum *= share);
    }
    out
}

/// The same whatever the radius in the same time: running sums of the columns, and of those along each row.
fn carried(plane: &[f32], width: usize, radius: usize) -> Vec<f32> {
    let height = plane.len() / width;
    let mut out = vec![0.0_f32; plane.len()];
    let mut columns = vec![0.0_f64; width];
    let add = |columns: &mut [f64], y: usize, sign: f64| {
        let row = &plane[y * width..][..width];
        columns
            .iter_mut()
            .zip(row)
            .for_each(|(sum, v)| *sum += sign * f64::from(*v));
    };
    (0..radius.min(height)).for_each(|y| add(&mut columns, y, 1.0));
    for (y, line) in out.chunks_exact_mut(width).enumerate() {
        if y + radius < height {
            add(&mut columns, y + radius, 1.0);
        }
        if y > radius {
            add(&mut columns, y - radius - 1, -1.0);
        }
        let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
        let mut sum: f64 = columns[..radius.min(width)].iter().sum();
        for (x, value) in line.iter_mut().enumerate() {
            if x + radius < width {
                sum += columns[x + radius];
            }
            if x > radius {
                sum -= columns[x - radius - 1];
            }
            let across = (x + radius + 1).min(width) - x.saturating_sub(radius);
            *value = (sum / (rows * across) as f64) as f32;
        }
    }
    out
}

/// Mean over `radius` neighbours on either side in a row; fewer at its ends.
fn across(plane: &[f32], width: usize, radius: usize) -> Vec<f32> {
    let mut out = vec![0.0_f32; plane.len()];
    for (line, row) in out.chunks_exact_mut(width).zip(plane.chunks_exact(width)) {
        for shift in 0..=radius.min(width - 1) {
            let (left, right) = (&row[..width - shift], &row[shift..]);
            line[..width - shift]
                .iter_mut()
                .zip(right)
                .for_each(|(sum, v)| *sum += v);
            if shift > 0 {
                line[shift..].iter_mut().zip(left).for_each(|(sum, v)| *sum += v);
            }
        }
        for (x, sum) in line.iter_mut().enumerate() {
            let count = x.min(radius) + (width - 1 - x).min(radius) + 1;
            *sum /= count as f32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carried_sums_are_the_sums() {
        let plane: Vec<f32> = (0..40 * 23).map(|i| (i * 37 % 101) as f32 / 100.0).collect();
        for radius in [LARGE, 11, 50] {
            let rows = across(&plane, 40, radius);
            let carried = carried(&plane, 40, radius);
            for (i, value) in carried.iter().enumerate() {
                let (low, high) = ((i / 40).saturating_sub(radius), (i / 40 + radius + 1).min(23));
                let sum: f32 = (low..high).map(|y| rows[y * 40 + i % 40]).sum();
                assert!((value - sum / (high - low) as f32).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn a_box_of_a_constant_is_the_constant() {
        assert!(boxed(&[0.7; 256], 16, 3).iter().all(|v| (v - 0.7).abs() < 1e-6));
    }
}
