//! Means over square windows of a plane.

/// Mean of a `size`×`size` plane over (2·radius+1)² windows, cut at its borders.
pub fn boxed(plane: &[f32], size: usize, radius: usize) -> Vec<f32> {
    // Windows are small: adding them up afresh is exact, and whole rows are added at once.
    let rows = across(plane, size, radius);
    let mut out = vec![0.0_f32; plane.len()];
    for (y, line) in out.chunks_exact_mut(size).enumerate() {
        let (a, b) = (y.saturating_sub(radius), (y + radius + 1).min(size));
        for row in rows[a * size..b * size].chunks_exact(size) {
            line.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
        }
        let share = 1.0 / (b - a) as f32;
        line.iter_mut().for_each(|sum| *sum *= share);
    }
    out
}

/// Mean over `radius` neighbours on either side in a row; fewer at its ends.
fn across(plane: &[f32], size: usize, radius: usize) -> Vec<f32> {
    let mut out = vec![0.0_f32; plane.len()];
    for (line, row) in out.chunks_exact_mut(size).zip(plane.chunks_exact(size)) {
        for shift in 0..=radius.min(size - 1) {
            let (left, right) = (&row[..size - shift], &row[shift..]);
            line[..size - shift]
                .iter_mut()
                .zip(right)
                .for_each(|(sum, v)| *sum += v);
            if shift > 0 {
                line[shift..].iter_mut().zip(left).for_each(|(sum, v)| *sum += v);
            }
        }
        for (x, sum) in line.iter_mut().enumerate() {
            let count = x.min(radius) + (size - 1 - x).min(radius) + 1;
            *sum /= count as f32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_of_a_constant_is_the_constant() {
        assert!(boxed(&[0.7; 256], 16, 3).iter().all(|v| (v - 0.7).abs() < 1e-6));
    }
}
