//! Where a picture lies in the canvas: zoom about a point, pan, fit, 100 %.

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};
use glam::DVec2;

/// Screen pixels per picture pixel, at most.
const CLOSEST: f32 = 16.0;
/// Free space round a fitted picture, points.
const AIR: f32 = 24.0;

/// Zoom and place.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct View {
    /// Screen pixels per picture pixel; as large as fits when none.
    zoom: Option<f32>,
    /// The picture pixel in the canvas's middle; the picture's own middle when none.
    center: Option<Vec2>,
}

/// A view of one picture in one canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The canvas, points.
    pub canvas: Rect,
    /// Where the whole picture lies, points.
    pub picture: Rect,
    /// Points per picture pixel.
    pub scale: f32,
}

impl Sight {
    /// Picture pixels to screen points.
    pub fn to_screen(self, p: DVec2) -> Pos2 {
        self.picture.min + vec2(p.x as f32, p.y as f32) * self.scale
    }

    /// Screen points to picture pixels.
    pub fn to_picture(self, p: Pos2) -> DVec2 {
        let v = (p - self.picture.min) / self.scale;
        DVec2::new(f64::from(v.x), f64::from(v.y))
    }
}

impl View {
    /// The whole picture.
    pub fn fit(&mut self) {
        *self = Self::default();
    }

    /// One picture pixel to one screen pixel.
    pub fn actual(&mut self) {
        self.zoom = Some(1.0);
    }

    /// Is the whole picture shown?
    pub fn is_fit(&self) -> bool {
        self.zoom.is_none()
    }

    /// Screen pixels per picture pixel.
    pub fn zoom(&self, size: Vec2, canvas: Rect, density: f32) -> f32 {
        self.zoom.unwrap_or_else(|| fitting(size, canvas) * density)
    }

    /// Where a picture of `size` pixels lies in a canvas; `density` is screen pixels per point.
    pub fn sight(&self, size: Vec2, canvas: Rect, density: f32) -> Sight {
        let zoom = self.zoom(size, canvas, density);
        let scale = zoom / density;
        let center = self.center.unwrap_or(size / 2.0);
        let mut min = canvas.center() - center * scale;
        // Whole screen pixels, or 100 % would not be crisp.
        if zoom >= 1.0 {
            min = pos2(
                (min.x * density).round() / density,
                (min.y * density).round() / density,
            );
        }
        Sight {
            canvas,
            picture: Rect::from_min_size(min, size * scale),
            scale,
        }
    }

    /// Zooms by a factor so that what is under `cursor` stays there.
    pub fn zoom_at(&mut self, factor: f32, cursor: Pos2, size: Vec2, canvas: Rect, density: f32) {
        let sight = self.sight(size, canvas, density);
        let fit = fitting(size, canvas) * density;
        let zoom = (sight.scale * density * factor).clamp(fit.min(1.0) * 0.5, CLOSEST);
        let under = (cursor - sight.picture.min) / sight.scale;
        let center = under - (cursor - canvas.center()) * density / zoom;
        self.zoom = Some(zoom);
        self.center = Some(kept(center, size));
    }

    /// Moves the picture by so many points.
    pub fn pan(&mut self, delta: Vec2, size: Vec2, canvas: Rect, density: f32) {
        let sight = self.sight(size, canvas, density);
        let center = self.center.unwrap_or(size / 2.0) - delta / sight.scale;
        self.zoom = Some(sight.scale * density);
        self.center = Some(kept(center, size));
    }
}

/// Points per picture pixel at which all of it fits.
fn fitting(size: Vec2, canvas: Rect) -> f32 {
    let room = (canvas.size() - Vec2::splat(2.0 * AIR)).max(Vec2::splat(16.0));
    (room.x / size.x.max(1.0)).min(room.y / size.y.max(1.0))
}

/// The canvas's middle always shows some of the picture.
fn kept(center: Vec2, size: Vec2) -> Vec2 {
    center.clamp(Vec2::ZERO, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Vec2 = vec2(1000.0, 1500.0);

    fn canvas() -> Rect {
        Rect::from_min_size(pos2(200.0, 50.0), vec2(700.0, 600.0))
    }

    #[test]
    fn a_fitted_picture_lies_inside_and_in_the_middle() {
        let sight = View::default().sight(SIZE, canvas(), 2.0);
        assert!(canvas().contains_rect(sight.picture));
        assert!((sight.picture.center() - canvas().center()).length() < 0.01);
    }

    #[test]
    fn what_is_under_the_cursor_stays_there() {
        let mut view = View::default();
        let cursor = pos2(480.0, 300.0);
        for factor in [1.3, 2.0, 0.8] {
            let before = view.sight(SIZE, canvas(), 1.0).to_picture(cursor);
            view.zoom_at(factor, cursor, SIZE, canvas(), 1.0);
            let after = view.sight(SIZE, canvas(), 1.0).to_picture(cursor);
            // At 100 % and above the picture snaps to whole pixels.
            assert!((before - after).length() < 1.5, "{before} {after}");
        }
    }

    #[test]
    fn a_hundred_percent_is_one_pixel_to_one() {
        let mut view = View::default();
        view.actual();
        let sight = view.sight(SIZE, canvas(), 2.0);
        assert_eq!(sight.picture.size(), SIZE / 2.0);
    }
}
