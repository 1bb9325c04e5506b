//! How far two pictures differ: PSNR, SSIM and CIEDE2000.
//!
//! Takes two [`Photo`]s of one size, gives a [`Report`]. Both are compared as encoded sRGB,
//! 0..1, alpha left out of everything but the count of differing pixels. The numbers are
//! those of scikit-image (`peak_signal_noise_ratio`, `structural_similarity` with
//! `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`, `deltaE_ciede2000` over
//! `rgb2lab`).

mod colour;

use crate::geometry::Rect;
use crate::photo::{Photo, Samples};
use rayon::prelude::*;

/// Why two pictures cannot be compared.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Their sizes differ.
    #[error("the pictures are {a:?} and {b:?} pixels; only pictures of one size can be compared: resize one")]
    Size {
        /// Width and height of the first.
        a: (u32, u32),
        /// Width and height of the second.
        b: (u32, u32),
    },
    /// They are smaller than the window of SSIM.
    #[error("the pictures are {size:?} pixels; they need at least 11 x 11 to be compared")]
    TooSmall {
        /// Width and height of both.
        size: (u32, u32),
    },
}

/// How far two pictures differ.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    /// Peak signal-to-noise ratio in decibels over all channels; infinite when equal.
    pub psnr: f64,
    /// Structural similarity (Wang et al. 2004), mean over pixels and channels; 1 when equal.
    pub ssim: f64,
    /// Mean colour difference CIEDE2000; 1 is just noticeable.
    pub delta_e2000: f64,
    /// Width of both, pixels.
    pub width: u32,
    /// Height of both, pixels.
    pub height: u32,
    /// Pixels of which any channel, alpha too, differs at all.
    pub differing_pixels: u64,
}

/// Taps of the SSIM window: scipy's Gaussian of sigma 1.5 cut at 3.5 sigma.
const TAPS: usize = 11;
/// Rows a task works on.
const BAND: u32 = 64;

/// Colour difference CIEDE2000 of two encoded sRGB colours, 0..1; 1 is just noticeable.
pub fn delta_e2000(a: [f64; 3], b: [f64; 3]) -> f64 {
    colour::delta_e2000(colour::lab(a), colour::lab(b))
}

/// Sums over one band of rows, added up in order.
#[derive(Clone, Copy, Default)]
struct Sums {
    squares: f64,
    ssim: f64,
    delta_e: f64,
    differing: u64,
}

/// Compares two pictures of one size.
///
/// # Errors
/// [`Error::Size`] when the sizes differ, [`Error::TooSmall`] below 11×11 pixels.
pub fn compare(a: &Photo, b: &Photo) -> Result<Report, Error> {
    let size = (a.width(), a.height());
    if size != (b.width(), b.height()) {
        return Err(Error::Size {
            a: size,
            b: (b.width(), b.height()),
        });
    }
    if size.0.min(size.1) < TAPS as u32 {
        return Err(Error::TooSmall { size });
    }
    let (width, height) = size;
    let bands: Vec<Sums> = (0..height.div_ceil(BAND))
        .into_par_iter()
        .map(|i| band(a, b, i * BAND, BAND.min(height - i * BAND)))
        .collect();
    let sum = |f: fn(&Sums) -> f64| bands.iter().map(f).sum::<f64>();
    let pixels = f64::from(width) * f64::from(height);
    let windows = f64::from(width - (TAPS as u32 - 1)) * f64::from(height - (TAPS as u32 - 1));
    let mse = sum(|s| s.squares) / (3.0 * pixels);
    Ok(Report {
        psnr: if mse == 0.0 {
            f64::INFINITY
        } else {
            -10.0 * mse.log10()
        },
        ssim: sum(|s| s.ssim) / (3.0 * windows),
        delta_e2000: sum(|s| s.delta_e) / pixels,
        width,
        height,
        differing_pixels: bands.iter().map(|s| s.differing).sum(),
    })
}

/// Sums over rows `y..y + rows`; the SSIM windows are those that start in these rows.
fn band(a: &Photo, b: &Photo, y: u32, rows: u32) -> Sums {
    let width = a.width() as usize;
    let reach = (rows + TAPS as u32 - 1).min(a.height() - y);
    let rect = Rect {
        x: 0,
        y,
        width: a.width(),
        height: reach,
    };
    let (pa, pb) = (a.srgb(rect), b.srgb(rect));
    let own = rows as usize * width;
    let mut sums = Sums {
        ssim: ssim(&pa, &pb, width),
        ..Default::default()
    };
    let first = y as usize * width;
    for (i, (&p, &q)) in pa[..own].iter().zip(&pb[..own]).enumerate() {
        let differs = p != q;
        sums.differing += u64::from(differs || alpha(a, first + i) != alpha(b, first + i));
        if differs {
            let (p, q) = (p.map(f64::from), q.map(f64::from));
            sums.squares += (0..3).map(|c| (p[c] - q[c]).powi(2)).sum::<f64>();
            sums.delta_e += delta_e2000(p, q);
        }
    }
    sums
}

/// Alpha of a pixel, 0..1.
fn alpha(photo: &Photo, pixel: usize) -> f32 {
    match (photo.channels(), photo.samples()) {
        (4, Samples::U8(s)) => f32::from(s[pixel * 4 + 3]) / 255.0,
        (4, Samples::U16(s)) => f32::from(s[pixel * 4 + 3]) / 65535.0,
        _ => 1.0,
    }
}

/// The window's weights, which add up to 1.
fn window() -> [f64; TAPS] {
    let weights: [f64; TAPS] = std::array::from_fn(|i| {
        let x = i as f64 - (TAPS / 2) as f64;
        (-x * x / (2.0 * 1.5 * 1.5)).exp()
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|w| w / sum)
}

/// Sum of SSIM over all channels and all windows that lie inside the given rows.
fn ssim(a: &[[f32; 3]], b: &[[f32; 3]], width: usize) -> f64 {
    let weights = window();
    let height = a.len() / width;
    let mut columns = vec![[0.0; 5]; width];
    let mut sum = 0.0;
    for y in 0..(height + 1).saturating_sub(TAPS) {
        let rows = y * width..(y + TAPS) * width;
        if a[rows.clone()] == b[rows] {
            sum += 3.0 * (width - (TAPS - 1)) as f64;
            continue;
        }
        for c in 0..3 {
            columns.fill([0.0; 5]);
            for (k, w) in weights.iter().enumerate() {
                let row = (y + k) * width..(y + k + 1) * width;
                for (m, (p, q)) in columns.iter_mut().zip(a[row.clone()].iter().zip(&b[row])) {
                    let (p, q) = (f64::from(p[c]), f64::from(q[c]));
                    let moments = [p, q, p * p, q * q, p * q];
                    m.iter_mut().zip(moments).for_each(|(m, v)| *m += w * v);
                }
            }
            sum += columns
                .windows(TAPS)
                .map(|m| similarity(m, &weights))
                .sum::<f64>();
        }
    }
    sum
}

/// SSIM of one window from the vertical sums of its columns.
fn similarity(columns: &[[f64; 5]], weights: &[f64; TAPS]) -> f64 {
    const C1: f64 = 0.01 * 0.01;
    const C2: f64 = 0.03 * 0.03;
    let mut m = [0.0; 5];
    for (column, w) in columns.iter().zip(weights) {
        m.iter_mut().zip(column).for_each(|(m, v)| *m += w * v);
    }
    let [mp, mq, pp, qq, pq] = m;
    let (vp, vq, vpq) = (pp - mp * mp, qq - mq * mq, pq - mp * mq);
    (2.0 * mp * mq + C1) * (2.0 * vpq + C2) / ((mp * mp + mq * mq + C1) * (vp + vq + C2))
}
