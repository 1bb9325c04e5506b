//! Icons: a few thin lines each, drawn in the colour of their text, and the buttons that carry them.

use super::theme::{GRID, Palette, RADIUS, TOUCH};
use eframe::egui::style::WidgetVisuals;
use eframe::egui::{
    Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2,
};
use std::f32::consts::TAU;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Icon {
    Undo,
    Redo,
    Clock,
    Heart,
    HeartFull,
    Search,
    Plus,
    Close,
    Sun,
    Moon,
    Help,
    Camera,
    Points,
    Fit,
    Eye,
    Reset,
    Folder,
}

/// Draws thin lines on a square from -1 to 1.
struct Pen<'a> {
    painter: &'a Painter,
    center: Pos2,
    size: f32,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.center + vec2(x, y) * self.size / 2.0
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    /// Part of a circle; a whole turn is 1.
    fn arc(&self, x: f32, y: f32, r: f32, from: f32, to: f32) {
        let angle = |i: usize| (from + (to - from) * i as f32 / 24.0) * TAU;
        let point = |i| (x + r * angle(i).cos(), y + r * angle(i).sin());
        self.line(&(0..=24).map(point).collect::<Vec<_>>());
    }

    fn dot(&self, x: f32, y: f32) {
        let (place, radius) = (self.at(x, y), self.size * 0.06);
        self.painter.circle_filled(place, radius, self.stroke.color);
    }
}

/// Draws an icon of `size` points about `center`.
pub fn paint(painter: &Painter, icon: Icon, center: Pos2, size: f32, color: Color32) {
    let pen = Pen {
        painter,
        center,
        size,
        stroke: Stroke::new(1.4, color),
    };
    match icon {
        Icon::Undo => bow(&pen, 1.0),
        Icon::Redo => bow(&pen, -1.0),
        Icon::Heart | Icon::HeartFull => heart(&pen, icon == Icon::HeartFull),
        Icon::Clock | Icon::Search | Icon::Plus | Icon::Close | Icon::Help | Icon::Reset => sign(&pen, icon),
        _ => thing(&pen, icon),
    }
}

/// An arrow that turns back.
fn bow(pen: &Pen<'_>, side: f32) {
    let mirrored = |points: &[(f32, f32)]| {
        pen.line(&points.iter().map(|&(x, y)| (x * side, y)).collect::<Vec<_>>());
    };
    mirrored(&[(-0.35, -0.85), (-0.85, -0.35), (-0.35, 0.15)]);
    let half: Vec<_> = (0..=12)
        .map(|i| TAU * (-0.25 + 0.5 * i as f32 / 12.0))
        .map(|a| (0.3 + 0.55 * a.cos(), 0.2 + 0.55 * a.sin()))
        .collect();
    mirrored(&[(-0.85, -0.35), (0.3, -0.35)]);
    mirrored(&half);
    mirrored(&[(0.3, 0.75), (-0.2, 0.75)]);
}

fn heart(pen: &Pen<'_>, full: bool) {
    let curve = (0..=40).map(|i| {
        let t = TAU * i as f32 / 40.0;
        let x = t.sin().powi(3);
        let y = -(13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos()) / 16.0;
        pen.at(x * 0.85, y * 0.85 - 0.05)
    });
    let points: Vec<_> = curve.collect();
    if full {
        // The heart is not convex: each half with the middle line is.
        let (right, left) = points.split_at(21);
        let color = pen.stroke.color;
        pen.painter
            .add(Shape::convex_polygon(right.to_vec(), color, Stroke::NONE));
        let left = points[20..=20].iter().chain(left).copied().collect();
        pen.painter.add(Shape::convex_polygon(left, color, Stroke::NONE));
    }
    pen.painter.add(Shape::line(points, pen.stroke));
}

/// What stands for something to do.
fn sign(pen: &Pen<'_>, icon: Icon) {
    match icon {
        Icon::Clock => {
            pen.arc(0.0, 0.0, 0.85, 0.0, 1.0);
            pen.line(&[(0.0, -0.5), (0.0, 0.05), (0.4, 0.3)]);
        }
        Icon::Search => {
            pen.arc(-0.15, -0.15, 0.6, 0.0, 1.0);
            pen.line(&[(0.3, 0.3), (0.85, 0.85)]);
        }
        Icon::Plus => {
            pen.line(&[(-0.75, 0.0), (0.75, 0.0)]);
            pen.line(&[(0.0, -0.75), (0.0, 0.75)]);
        }
        Icon::Close => {
            pen.line(&[(-0.55, -0.55), (0.55, 0.55)]);
            pen.line(&[(0.55, -0.55), (-0.55, 0.55)]);
        }
        Icon::Help => {
            pen.arc(0.0, -0.4, 0.42, -0.5, 0.17);
            pen.line(&[(0.21, -0.03), (0.0, 0.2), (0.0, 0.42)]);
            pen.dot(0.0, 0.8);
        }
        Icon::Reset => {
            pen.arc(0.0, 0.05, 0.75, -0.15, 0.65);
            pen.line(&[(0.05, -0.7), (0.48, -0.58), (0.6, -0.98)]);
        }
        _ => {}
    }
}

/// What looks like a thing.
fn thing(pen: &Pen<'_>, icon: Icon) {
    match icon {
        Icon::Sun => {
            pen.arc(0.0, 0.0, 0.4, 0.0, 1.0);
            for i in 0..8 {
                let (s, c) = (TAU * i as f32 / 8.0).sin_cos();
                pen.line(&[(0.65 * c, 0.65 * s), (0.92 * c, 0.92 * s)]);
            }
        }
        Icon::Moon => {
            pen.arc(0.0, 0.0, 0.8, 0.04, 0.71);
            pen.arc(0.42, -0.42, 0.72, 0.18, 0.57);
        }
        Icon::Camera => {
            pen.line(&[
                (-0.9, -0.45),
                (-0.4, -0.45),
                (-0.25, -0.75),
                (0.25, -0.75),
                (0.4, -0.45),
                (0.9, -0.45),
                (0.9, 0.7),
                (-0.9, 0.7),
                (-0.9, -0.45),
            ]);
            pen.arc(0.0, 0.1, 0.36, 0.0, 1.0);
        }
        Icon::Points => {
            for (x, y) in [(-0.6, -0.6), (0.6, -0.6), (0.0, 0.05), (-0.35, 0.7), (0.35, 0.7)] {
                pen.arc(x, y, 0.18, 0.0, 1.0);
            }
        }
        Icon::Fit => {
            for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
                pen.line(&[(0.8 * x, 0.35 * y), (0.8 * x, 0.8 * y), (0.35 * x, 0.8 * y)]);
            }
        }
        Icon::Eye => {
            pen.arc(0.0, 0.65, 1.1, 0.61, 0.89);
            pen.arc(0.0, -0.65, 1.1, 0.11, 0.39);
            pen.arc(0.0, 0.0, 0.28, 0.0, 1.0);
        }
        Icon::Folder => pen.line(&[
            (-0.9, 0.7),
            (-0.9, -0.7),
            (-0.3, -0.7),
            (-0.1, -0.42),
            (0.9, -0.42),
            (0.9, 0.7),
            (-0.9, 0.7),
        ]),
        _ => {}
    }
}

/// A square button of one icon; `label` is its name for those who cannot see it and its tooltip.
pub fn button(ui: &mut Ui, palette: &Palette, icon: Icon, label: &str, enabled: bool, on: bool) -> Response {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(TOUCH), sense);
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, on, label));
    if ui.is_rect_visible(rect) {
        let color = match (enabled, on) {
            (false, _) => palette.faint.gamma_multiply(0.5),
            (true, true) => palette.accent,
            (true, false) => palette.ink,
        };
        face(ui, palette, rect, &response);
        paint(ui.painter(), icon, rect.center(), GRID * 1.9, color);
    }
    response.on_hover_text(label)
}

/// A smaller one at a given place, with the id of what it belongs to.
pub fn small(
    ui: &Ui,
    palette: &Palette,
    icon: Icon,
    label: &str,
    rect: Rect,
    key: impl std::hash::Hash + std::fmt::Debug,
) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(("icon", key)), Sense::click());
    let on = icon == Icon::HeartFull;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, label));
    let color = if on || response.hovered() || response.has_focus() {
        palette.accent
    } else {
        palette.soft
    };
    paint(ui.painter(), icon, rect.center(), rect.width() * 0.55, color);
    response.on_hover_text(label)
}

/// The ground of a flat button: none at rest, a card under the pointer, a ring when it has the keyboard.
pub fn face(ui: &Ui, palette: &Palette, rect: Rect, response: &Response) {
    if response.hovered() && response.sense.interactive() {
        ui.painter().rect_filled(rect, RADIUS, palette.card_hover);
    }
    if response.has_focus() {
        ring(ui.painter(), palette, rect);
    }
}

/// A list opens below.
pub fn chevron(ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _open: bool) {
    let at = |x: f32, y: f32| rect.center() + vec2(x, y);
    let stroke = Stroke::new(1.4, visuals.text_color().gamma_multiply(0.6));
    let points = vec![at(-4.0, -2.0), at(0.0, 2.0), at(4.0, -2.0)];
    ui.painter().line(points, stroke);
}

/// What has the keyboard.
pub fn ring(painter: &Painter, palette: &Palette, rect: Rect) {
    let stroke = Stroke::new(1.5, palette.accent);
    painter.rect_stroke(rect.shrink(1.0), RADIUS, stroke, eframe::egui::StrokeKind::Inside);
}
