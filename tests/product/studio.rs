//! Made-up jewellery and photographs of it: artwork drawn from formulas, laid on backgrounds with
//! gradients, soft shadows and noise, in linear light.

use bijou::photo::{LinearImage, to_linear, to_srgb};
use bijou::product::Art;

/// A colour in linear light, or nothing, at a point of the unit square scaled to the picture.
type Paint = fn(f32, f32) -> Option<[f32; 3]>;

/// Draws artwork with 6×6 samples a pixel.
pub fn draw(width: usize, height: usize, paint: Paint) -> Art {
    const N: usize = 6;
    let mut rgba = Vec::new();
    for i in 0..width * height {
        let (mut sum, mut hits) = ([0.0f32; 3], 0.0f32);
        for s in 0..N * N {
            let at = |p: usize, k: usize| (p as f32 + (k as f32 + 0.5) / N as f32) / width as f32;
            if let Some(c) = paint(at(i % width, s % N), at(i / width, s / N)) {
                (0..3).for_each(|k| sum[k] += c[k]);
                hits += 1.0;
            }
        }
        let byte = |v: f32| (v * 255.0).round() as u8;
        match byte(hits / (N * N) as f32) {
            0 => rgba.extend([0; 4]),
            a => rgba.extend(
                sum.map(|v| byte(to_srgb((v / hits).min(1.0))))
                    .into_iter()
                    .chain([a]),
            ),
        }
    }
    Art { width, height, rgba }
}

/// A torus seen from the front, polished metal; and a pearl hanging from it.
pub fn hoop(x: f32, y: f32, metal: [f32; 3]) -> Option<[f32; 3]> {
    let (dx, dy) = (x - 0.5, y - 0.46);
    let across = (dx.hypot(dy) - 0.36) / 0.035;
    if across.abs() < 1.0 {
        let light = 0.25
            + 0.75
                * (1.0 - (across - 0.3 * dy.atan2(dx).cos()).powi(2))
                    .max(0.0)
                    .powi(2);
        let band = 0.75 + 0.25 * (9.0 * dy.atan2(dx)).sin();
        return Some(metal.map(|m| m * light * band));
    }
    let (px, py) = ((x - 0.5) / 0.13, (y - 0.98) / 0.13);
    let r2 = px * px + py * py;
    let shade = |r2: f32| 0.3 + 0.6 * (1.0 - r2).sqrt() + 0.1 * (1.0 - (px + 0.3).hypot(py + 0.3)).max(0.0);
    (r2 < 1.0).then(|| [0.93, 0.87, 0.8].map(|c| c * shade(r2)))
}

pub fn gold_hoop(x: f32, y: f32) -> Option<[f32; 3]> {
    hoop(x, y, [0.95, 0.66, 0.28])
}

pub fn silver_hoop(x: f32, y: f32) -> Option<[f32; 3]> {
    hoop(x, y, [0.82, 0.82, 0.8])
}

/// A chain of round links along a parabola, with a pendant.
pub fn necklace(x: f32, y: f32) -> Option<[f32; 3]> {
    let u = ((x - 0.03) / 0.94 * 40.0).floor().clamp(0.0, 39.0);
    for k in [u - 1.0, u, u + 1.0] {
        let cx = 0.03 + (k + 0.5) / 40.0 * 0.94;
        let cy = 0.6 - 2.4 * (cx - 0.5).powi(2);
        let r = (x - cx).hypot(y - cy) / 0.02;
        if (0.55..1.0).contains(&r) {
            let light = 0.4 + 0.6 * (12.0 * (y - cy).atan2(x - cx)).sin().abs();
            return Some([0.9, 0.6, 0.25].map(|m| m * light));
        }
    }
    let (px, py) = ((x - 0.5).abs(), (y - 0.7).abs());
    let facet = ((x * 40.0).floor() + (y * 40.0).floor()) as i32 % 3;
    (px + py < 0.085).then(|| [0.05, 0.35, 0.16].map(|c| c * (1.0 + facet as f32)))
}

/// What lies behind the piece, linear light at 0..1 coordinates.
pub type Backdrop = fn(f32, f32) -> [f32; 3];

pub const BACKDROPS: [(&str, Backdrop); 4] = [
    ("grey", |x, y| [0.32 + 0.08 * x - 0.05 * y; 3]),
    ("white", |x, y| {
        [
            0.84 - 0.1 * (x - 0.5).powi(2) - 0.15 * y,
            0.84 - 0.14 * y,
            0.82 - 0.12 * y,
        ]
    }),
    ("blue", |x, y| [0.05 + 0.02 * x, 0.12 + 0.05 * y, 0.38 + 0.12 * x]),
    ("black", |x, _| [0.012 + 0.004 * x; 3]),
];

/// The piece on a larger picture at `at`: contact shadow, mixing in linear light, noise in the encoding.
pub fn photograph(art: &Art, at: usize, backdrop: Backdrop) -> LinearImage {
    let (width, height) = (art.width + 2 * at, art.height + 2 * at);
    let alpha = |x: i64, y: i64| -> f32 {
        let inside = (0..art.width as i64).contains(&x) && (0..art.height as i64).contains(&y);
        if inside {
            f32::from(art.rgba[(y as usize * art.width + x as usize) * 4 + 3]) / 255.0
        } else {
            0.0
        }
    };
    let mut cover: Vec<f32> = (0..width * height)
        .map(|i| {
            alpha(
                (i % width) as i64 - at as i64 - 14,
                (i / width) as i64 - at as i64 - 18,
            )
        })
        .collect();
    (0..3).for_each(|_| cover = box_blur(&box_blur(&cover, width, 12, true), width, 12, false));
    let mut state = 1u64;
    let pixels = (0..width * height)
        .map(|i| {
            let (x, y) = (i % width, i / width);
            let shadow = 1.0 - 0.55 * cover[i];
            let back = backdrop(x as f32 / width as f32, y as f32 / height as f32).map(|v| v * shadow);
            let (u, v) = (x as i64 - at as i64, y as i64 - at as i64);
            let a = alpha(u, v);
            let noisy = |mixed: f32, state: &mut u64| to_linear(to_srgb(mixed) + 0.008 * gauss(state));
            let front = |k: usize| {
                if a > 0.0 {
                    to_linear(byte(art, u, v, k))
                } else {
                    0.0
                }
            };
            [0, 1, 2].map(|k| noisy(a * front(k) + (1.0 - a) * back[k], &mut state))
        })
        .collect();
    LinearImage {
        width,
        height,
        pixels,
    }
}

fn byte(art: &Art, x: i64, y: i64, k: usize) -> f32 {
    f32::from(art.rgba[(y as usize * art.width + x as usize) * 4 + k]) / 255.0
}

fn box_blur(v: &[f32], width: usize, r: i64, horizontal: bool) -> Vec<f32> {
    let (w, h) = (width as i64, (v.len() / width) as i64);
    let at = |x: i64, y: i64| v[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize];
    (0..v.len() as i64)
        .map(|i| {
            let (x, y) = (i % w, i / w);
            (-r..=r)
                .map(|k| if horizontal { at(x + k, y) } else { at(x, y + k) })
                .sum::<f32>()
                / (2 * r + 1) as f32
        })
        .collect()
}

/// Standard normal numbers, always the same ones.
pub fn gauss(state: &mut u64) -> f32 {
    let mut uniform = || {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 40) as f32 / (1u64 << 24) as f32
    };
    let (a, b) = (uniform().max(1e-7), uniform());
    (-2.0 * a.ln()).sqrt() * (std::f32::consts::TAU * b).cos()
}
