//! The point-wise looks again, on the processor and in double precision; sRGB-encoded in and out.

pub fn encode(v: f64) -> f64 {
    let a = v.abs();
    v.signum()
        * if a <= 0.003_130_8 {
            a * 12.92
        } else {
            1.055 * a.powf(1.0 / 2.4) - 0.055
        }
}

fn luma(c: [f64; 3]) -> f64 {
    0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
}

fn ramp(low: f64, high: f64, x: f64) -> f64 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn s_curve(x: f64, amount: f64) -> f64 {
    x - amount * (std::f64::consts::TAU * x).sin() / std::f64::consts::TAU
}

fn unit(c: [f64; 3]) -> [f64; 3] {
    c.map(|v| v.clamp(0.0, 1.0))
}

fn each(f: impl Fn(usize) -> f64) -> [f64; 3] {
    [f(0), f(1), f(2)]
}

pub fn studio_clean(c: [f64; 3], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let colourful = inside.iter().copied().fold(0.0, f64::max) - inside.iter().copied().fold(1.0, f64::min);
    let gain = (1.0 + p[2] * (1.0 - colourful)) * (1.0 - p[3] * ramp(0.75, 1.0, y));
    let lit = y + 0.4 * p[0] * y * (1.0 - y);
    let styled = unit(each(|i| s_curve(lit, p[1]) + (inside[i] - y) * gain));
    each(|i| styled[i] + c[i] - inside[i])
}

pub fn warm_gold(c: [f64; 3], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let light = ramp(p[2] - 0.3, p[2] + 0.35, y) * (1.0 - 0.75 * ramp(0.8, 1.0, y));
    let dark = (1.0 - ramp(p[2] - 0.35, p[2] + 0.25, y)) * ramp(0.0, 0.2, y);
    let (gold, umber) = ([1.0, 0.80, 0.38], [0.62, 0.36, 0.22]);
    let toned = unit(each(|i| {
        let gilt = p[0] * light * 0.34 * (gold[i] - luma(gold));
        inside[i] + gilt + p[1] * dark * 0.28 * (umber[i] - luma(umber))
    }));
    each(|i| toned[i] + c[i] - inside[i])
}

/// Linear light in; `away` is the distance from the centre, 1 in the corners.
pub fn noir(linear: [f64; 3], away: f64, p: &[f64]) -> [f64; 3] {
    let (eye, film) = ([0.2126, 0.7152, 0.0722], [0.58, 0.37, 0.05]);
    let grey: f64 = (0..3)
        .map(|i| linear[i] * (eye[i] + p[1] * (film[i] - eye[i])))
        .sum();
    let light = grey.clamp(0.0, 1.0) * (1.0 - p[2] * ramp(0.35, 1.0, away));
    [s_curve(encode(light), p[0]); 3]
}

/// Pictures whose short side is at most 1200 pixels: a grain is a pixel.
pub fn vintage_film(c: [f64; 3], pixel: [u32; 2], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let words = pcg3d([pixel[0], pixel[1], p[3] as u32]);
    let grain = words
        .iter()
        .map(|w| f64::from(w >> 8) / 16_777_216.0)
        .sum::<f64>()
        * 2.0
        / 3.0
        - 1.0;
    let visible = p[2] * 0.16 * (0.35 + 2.6 * y * (1.0 - y));
    let (cool, cream) = ([-0.015, 0.005, 0.025], [-0.02, 0.01, 0.085]);
    unit(each(|i| {
        let muted = inside[i] + 0.25 * p[0] * (y - inside[i]);
        let black = p[0] * (0.085 + p[1] * cool[i]);
        let white = 1.0 - p[0] * (0.03 + p[1] * cream[i]);
        black + (white - black) * muted + visible * grain
    }))
}

fn pcg3d(point: [u32; 3]) -> [u32; 3] {
    let mut v = point.map(|w| w.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    let stir = |v: &mut [u32; 3]| {
        v[0] = v[0].wrapping_add(v[1].wrapping_mul(v[2]));
        v[1] = v[1].wrapping_add(v[2].wrapping_mul(v[0]));
        v[2] = v[2].wrapping_add(v[0].wrapping_mul(v[1]));
    };
    stir(&mut v);
    v = v.map(|w| w ^ (w >> 16));
    stir(&mut v);
    v
}

/// A tint of no luma.
fn tint(colour: [f64; 3]) -> [f64; 3] {
    each(|i| colour[i] - luma(colour))
}

fn skin(c: [f64; 3]) -> f64 {
    let colourful = c[0] - c[2];
    let hue = (c[1] - c[2]) / colourful.max(0.001);
    let of_hue = ramp(0.0, 0.2, hue) * (1.0 - ramp(0.7, 0.95, hue));
    of_hue * ramp(0.02, 0.1, colourful) * (1.0 - ramp(0.5, 0.75, colourful))
}

pub fn cool_silver(c: [f64; 3], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let free = 1.0 - 0.7 * skin(inside);
    let light = ramp(0.3, 0.85, y) * (1.0 - 0.75 * ramp(0.85, 1.0, y));
    let dark = (1.0 - ramp(0.1, 0.65, y)) * ramp(0.0, 0.15, y);
    let (silver, steel) = (tint([0.68, 0.86, 1.0]), tint([0.26, 0.40, 0.62]));
    let styled = unit(each(|i| {
        let muted = inside[i] + 0.45 * p[2] * free * (y - inside[i]);
        let toned = p[0] * light * 0.24 * silver[i] + p[1] * dark * 0.30 * steel[i];
        muted + free * toned + s_curve(y, p[3]) - y
    }));
    each(|i| styled[i] + c[i] - inside[i])
}

pub fn rose(c: [f64; 3], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let light = ramp(0.15, 0.65, y) * (1.0 - 0.7 * ramp(0.8, 1.0, y));
    let dark = (1.0 - ramp(0.1, 0.6, y)) * ramp(0.0, 0.15, y);
    let free = 1.0 - 0.45 * skin(inside);
    let soft = s_curve(y + 0.22 * p[2] * y * (1.0 - y), -0.25 * p[2]) - y + 0.035 * p[2] * (1.0 - y);
    let (pink, mauve) = (tint([1.0, 0.68, 0.72]), tint([0.52, 0.28, 0.38]));
    let styled = unit(each(|i| {
        inside[i] + free * p[0] * light * 0.26 * pink[i] + p[1] * dark * 0.24 * mauve[i] + soft
    }));
    each(|i| styled[i] + c[i] - inside[i])
}

/// `place` is the pixel from the centre, in half diagonals, y down.
pub fn golden_hour(c: [f64; 3], place: [f64; 2], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let light = ramp(0.15, 0.75, y) * (1.0 - 0.6 * ramp(0.8, 1.0, y));
    let dark = (1.0 - ramp(0.05, 0.55, y)) * ramp(0.0, 0.15, y);
    let (gold, plum) = (tint([1.0, 0.76, 0.42]), tint([0.54, 0.34, 0.36]));
    let angle = p[2].to_radians();
    let veil = ramp(-0.35, 1.05, place[0] * angle.cos() - place[1] * angle.sin()).powi(2);
    let (haze, flare) = ([1.0, 0.74, 0.52], [1.0, 0.74, 0.42]);
    unit(each(|i| {
        let toned = inside[i] + p[0] * (light * 0.22 * gold[i] + dark * 0.20 * plum[i]);
        let hazy = toned.clamp(0.0, 1.0) + p[3] * 0.09 * (1.0 - y).powi(2) * haze[i];
        hazy + p[1] * 0.62 * veil * flare[i] * (1.0 - hazy)
    }))
}

pub fn high_key(c: [f64; 3], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let lit = 1.0 - (1.0 - y).max(0.0001).powf(1.0 + 1.1 * p[0]);
    let open = lit + 0.10 * p[1] * (1.0 - lit).powi(2);
    let gain = (1.0 + 0.35 * p[0]) * (1.0 - p[2] * ramp(0.72, 1.0, open));
    unit(each(|i| open + (inside[i] - y) * gain))
}

pub fn editorial_matte(c: [f64; 3], p: &[f64]) -> [f64; 3] {
    let inside = unit(c);
    let y = luma(inside);
    let curved = s_curve(y, p[1]);
    let tone = curved + p[0] * (0.13 * (1.0 - curved).powi(3) - 0.06 * curved.powi(3));
    let gain = 1.0 - 0.5 * p[2] * (1.0 - 0.5 * skin(inside));
    let (dark, light) = (1.0 - ramp(0.05, 0.55, y), ramp(0.5, 0.95, y));
    let (petrol, cream) = (tint([0.22, 0.42, 0.46]), tint([1.0, 0.93, 0.80]));
    unit(each(|i| {
        tone + (inside[i] - y) * gain + p[3] * (dark * 0.22 * petrol[i] + light * 0.10 * cream[i])
    }))
}

/// sRGB-encoded to linear light (IEC 61966-2-1).
pub fn decode(v: f64) -> f64 {
    if v <= 0.04045 {
        v / 12.92
    } else {
        ((v + 0.055) / 1.055).powf(2.4)
    }
}
