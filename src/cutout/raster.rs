//! Small operations on row-major rasters: smoothing, distances, components, hole-filling colours.

/// The four neighbours of pixel `i` inside the picture.
pub(super) fn neighbours(i: usize, width: usize, len: usize) -> impl Iterator<Item = usize> {
    let x = i % width;
    let left = (x > 0).then(|| i - 1);
    let right = (x + 1 < width).then_some(i + 1);
    let up = i.checked_sub(width);
    let down = (i + width < len).then_some(i + width);
    [left, right, up, down].into_iter().flatten()
}

/// Connected components (4-neighbours) of the set pixels, as lists of pixel indices.
pub(super) fn components(set: &[bool], width: usize) -> Vec<Vec<usize>> {
    let mut seen = vec![false; set.len()];
    let mut all = Vec::new();
    for start in 0..set.len() {
        if !set[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        let mut members = vec![start];
        let mut next = 0;
        while next < members.len() {
            for j in neighbours(members[next], width, set.len()) {
                if set[j] && !seen[j] {
                    seen[j] = true;
                    members.push(j);
                }
            }
            next += 1;
        }
        all.push(members);
    }
    all
}

/// Distance in pixels to the nearest set pixel (chamfer 1, √2), infinite where none is set.
pub(super) fn distance(set: &[bool], width: usize) -> Vec<f32> {
    let height = set.len() / width;
    let mut d: Vec<f32> = set.iter().map(|&s| if s { 0.0 } else { f32::INFINITY }).collect();
    let diagonal = std::f32::consts::SQRT_2;
    for y in 0..height {
        for x in 0..width {
            let i = y * width + x;
            let mut best = d[i];
            if x > 0 {
                best = best.min(d[i - 1] + 1.0);
            }
            if y > 0 {
                best = best.min(d[i - width] + 1.0);
                if x > 0 {
                    best = best.min(d[i - width - 1] + diagonal);
                }
                if x + 1 < width {
                    best = best.min(d[i - width + 1] + diagonal);
                }
            }
            d[i] = best;
        }
    }
    backward(&mut d, width, height);
    d
}

fn backward(d: &mut [f32], width: usize, height: usize) {
    let diagonal = std::f32::consts::SQRT_2;
    for y in (0..height).rev() {
        for x in (0..width).rev() {
            let i = y * width + x;
            let mut best = d[i];
            if x + 1 < width {
                best = best.min(d[i + 1] + 1.0);
            }
            if y + 1 < height {
                best = best.min(d[i + width] + 1.0);
                if x + 1 < width {
                    best = best.min(d[i + width + 1] + diagonal);
                }
                if x > 0 {
                    best = best.min(d[i + width - 1] + diagonal);
                }
            }
            d[i] = best;
        }
    }
}

/// Binomial smoothing 1 4 6 4 1 in both directions (about Gaussian σ = 1), edges repeated.
pub(super) fn smooth(px: &[[f32; 3]], width: usize) -> Vec<[f32; 3]> {
    let height = px.len() / width;
    let pass = |src: &[[f32; 3]], horizontal: bool| -> Vec<[f32; 3]> {
        let at = |x: usize, y: usize, k: isize| {
            let shift = |v: usize, top: usize| v.saturating_add_signed(k).min(top - 1);
            if horizontal {
                y * width + shift(x, width)
            } else {
                shift(y, height) * width + x
            }
        };
        (0..src.len())
            .map(|i| {
                let (x, y) = (i % width, i / width);
                let mut sum = [0.0; 3];
                for (k, w) in [(-2, 1.0), (-1, 4.0), (0, 6.0), (1, 4.0), (2, 1.0)] {
                    let p = src[at(x, y, k)];
                    (0..3).for_each(|c| sum[c] += w / 16.0 * p[c]);
                }
                sum
            })
            .collect()
    };
    pass(&pass(px, true), false)
}

/// Largest central difference of any channel, per pixel.
pub(super) fn gradient(px: &[[f32; 3]], width: usize) -> Vec<f32> {
    let height = px.len() / width;
    (0..px.len())
        .map(|i| {
            let (x, y) = (i % width, i / width);
            let (l, r) = (i - usize::from(x > 0), i + usize::from(x + 1 < width));
            let (u, d) = (
                if y > 0 { i - width } else { i },
                if y + 1 < height { i + width } else { i },
            );
            let along = |c: usize| ((px[r][c] - px[l][c]) / 2.0).hypot((px[d][c] - px[u][c]) / 2.0);
            along(0).max(along(1)).max(along(2))
        })
        .collect()
}

/// Smooth colours everywhere from those of the `known` pixels: weighted averages in a pyramid, filled from
/// coarse to fine (pull-push, Gortler et al. 1996), stopped at blocks of 4 px and interpolated.
pub(super) fn fill(px: &[[f32; 3]], known: &[bool], width: usize) -> Vec<[f32; 3]> {
    let height = px.len() / width;
    let mut levels = vec![Level {
        width,
        height,
        px: px
            .iter()
            .zip(known)
            .map(|(p, &k)| if k { [p[0], p[1], p[2], 1.0] } else { [0.0; 4] })
            .collect(),
    }];
    while let Some(top) = levels.last()
        && (top.width > 1 || top.height > 1)
    {
        levels.push(top.half());
    }
    let finest = 2.min(levels.len() - 1);
    let mut filled = levels[levels.len() - 1].clone();
    for level in levels[finest..levels.len() - 1].iter().rev() {
        filled = level.over(&filled);
    }
    let scale = (1 << finest) as f32;
    (0..px.len())
        .map(|i| {
            let [r, g, b, w] = filled.at((i % width) as f32 / scale, (i / width) as f32 / scale, scale);
            let w = w.max(1e-6);
            [r / w, g / w, b / w]
        })
        .collect()
}

/// One level of the pyramid; colours are multiplied by their weight.
#[derive(Clone)]
struct Level {
    width: usize,
    height: usize,
    px: Vec<[f32; 4]>,
}

impl Level {
    /// Sums of 2 × 2 pixels, weights at most 1.
    fn half(&self) -> Level {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut px = vec![[0.0f32; 4]; width * height];
        for (i, p) in self.px.iter().enumerate() {
            let target = &mut px[i / self.width / 2 * width + i % self.width / 2];
            (0..4).for_each(|c| target[c] += p[c]);
        }
        for p in &mut px {
            let w = p[3].max(1.0);
            p.iter_mut().for_each(|v| *v /= w);
        }
        Level { width, height, px }
    }

    /// This level where it has weight, the coarser one elsewhere.
    fn over(&self, coarse: &Level) -> Level {
        let blend = |(i, p): (usize, &[f32; 4])| {
            let back = coarse.at((i % self.width) as f32 / 2.0, (i / self.width) as f32 / 2.0, 2.0);
            std::array::from_fn(|c| p[c] + (1.0 - p[3]) * back[c])
        };
        Level {
            width: self.width,
            height: self.height,
            px: self.px.iter().enumerate().map(blend).collect(),
        }
    }

    /// Bilinear value for a finer pixel whose index divided by `scale` is `x`, `y`.
    fn at(&self, x: f32, y: f32, scale: f32) -> [f32; 4] {
        let shift = 0.5 / scale - 0.5;
        let (x, y) = ((x + shift).max(0.0), (y + shift).max(0.0));
        let (x0, y0) = (
            (x as usize).min(self.width - 1),
            (y as usize).min(self.height - 1),
        );
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let p = |x: usize, y: usize| self.px[y * self.width + x];
        let (a, b, c, d) = (p(x0, y0), p(x1, y0), p(x0, y1), p(x1, y1));
        std::array::from_fn(|k| {
            (a[k] * (1.0 - fx) + b[k] * fx) * (1.0 - fy) + (c[k] * (1.0 - fx) + d[k] * fx) * fy
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_continues_a_gradient_into_a_hole() {
        let (w, h) = (64, 48);
        let px: Vec<[f32; 3]> = (0..w * h)
            .map(|i| [0.2 + (i % w) as f32 / 100.0, 0.5, 0.9])
            .collect();
        let inside = |i: usize| (24..36).contains(&(i % w)) && (16..32).contains(&(i / w));
        let known: Vec<bool> = (0..w * h).map(|i| !inside(i)).collect();
        let filled = fill(&px, &known, w);
        for i in (0..w * h).filter(|i| (4..60).contains(&(i % w))) {
            assert!(
                (filled[i][0] - px[i][0]).abs() < 0.05,
                "{i}: {:?} for {:?}",
                filled[i],
                px[i]
            );
            assert!((filled[i][1] - 0.5).abs() < 1e-4);
        }
    }

    #[test]
    fn distance_and_components() {
        let set = [true, false, false, true, false, false];
        assert_eq!(distance(&set, 3), [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]);
        assert_eq!(components(&[true, false, true, true, false, true], 3).len(), 2);
        assert!(distance(&[false; 6], 3).iter().all(|d| d.is_infinite()));
    }
}
