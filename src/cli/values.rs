//! Numbers as they are typed: within what a piece can bear, or a sentence that says what is expected.

use glam::DVec2;

/// A size, times the true one.
pub fn factor(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (0.1..=10.0).contains(&v) => Ok(v),
        _ => Err("expected a factor from 0.1 to 10, e.g. 1.2".into()),
    }
}

/// How strong a shadow is.
pub fn strength(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(v) if (0.0..=2.0).contains(&v) => Ok(v),
        _ => Err("expected a strength from 0 to 2, e.g. 0.8".into()),
    }
}

/// A share of the whole.
pub fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(v) if (0.0..=1.0).contains(&v) => Ok(v),
        _ => Err("expected a strength from 0 to 1, e.g. 0.8".into()),
    }
}

/// An angle, clockwise.
pub fn degrees(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (-360.0..=360.0).contains(&v) => Ok(v),
        _ => Err("expected degrees from -360 to 360, e.g. 5".into()),
    }
}

/// Millimetres to the right and down.
pub fn pair(text: &str) -> Result<DVec2, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|v| v.trim().parse::<f64>()).collect();
    match numbers.as_deref() {
        Ok(&[x, y]) if x.abs() <= 500.0 && y.abs() <= 500.0 => Ok(DVec2::new(x, y)),
        _ => Err("expected two millimetres, e.g. 1.5,-2".into()),
    }
}
