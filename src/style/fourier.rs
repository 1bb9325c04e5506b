//! Two-dimensional Fourier transform of a square of [`SIDE`]² complex numbers (Cooley and Tukey 1965).

/// Side of the square: a power of two.
pub(super) const SIDE: usize = super::reference::TEXTURE_SIDE;

/// Real and imaginary part.
pub(super) type Complex = [f32; 2];

/// Transforms in place; the inverse is divided by their number.
pub(super) fn transform(values: &mut [Complex], inverse: bool) {
    let mut line = [[0.0; 2]; SIDE];
    for (stride, step) in [(1, SIDE), (SIDE, 1)] {
        for l in 0..SIDE {
            for (i, v) in line.iter_mut().enumerate() {
                *v = values[l * step + i * stride];
            }
            along(&mut line, inverse);
            for (i, v) in line.iter().enumerate() {
                values[l * step + i * stride] = *v;
            }
        }
    }
    if inverse {
        let share = 1.0 / values.len() as f32;
        for v in values {
            *v = v.map(|part| part * share);
        }
    }
}

/// One line, radix 2.
fn along(line: &mut [Complex; SIDE], inverse: bool) {
    let bits = SIDE.trailing_zeros();
    for i in 0..SIDE {
        let j = i.reverse_bits() >> (usize::BITS - bits);
        if i < j {
            line.swap(i, j);
        }
    }
    let mut half = 1;
    while half < SIDE {
        let turn = std::f32::consts::PI / half as f32 * if inverse { 1.0 } else { -1.0 };
        for start in (0..SIDE).step_by(2 * half) {
            for i in 0..half {
                let (sin, cos) = (turn * i as f32).sin_cos();
                let (a, b) = (line[start + i], line[start + i + half]);
                let b = [b[0] * cos - b[1] * sin, b[0] * sin + b[1] * cos];
                line[start + i] = [a[0] + b[0], a[1] + b[1]];
                line[start + i + half] = [a[0] - b[0], a[1] - b[1]];
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_and_back_is_identity() {
        let before: Vec<Complex> = (0..SIDE * SIDE)
            .map(|i| [super::super::surface::speck(i as u32, 3), 0.0])
            .collect();
        let mut after = before.clone();
        transform(&mut after, false);
        transform(&mut after, true);
        let near = |(a, b): (&Complex, &Complex)| (a[0] - b[0]).abs() < 1e-3 && b[1].abs() < 1e-3;
        assert!(before.iter().zip(&after).all(near));
    }
}
