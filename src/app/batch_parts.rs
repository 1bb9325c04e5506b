//! Small things the batch room is made of: portraits that can be left out, words that are on or off.

use super::desk::Desk;
use super::icon;
use super::theme::{RADIUS, text};
use crate::batch::Preset;
use crate::job::Subject;
use eframe::egui::{Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};
use std::path::Path;

/// Size of a portrait in the list.
const PORTRAIT: [f32; 2] = [58.0, 72.0];

/// A file's name without its extension.
pub fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Format, size and date of a preset.
pub fn facts(preset: &Preset) -> String {
    let size = match (preset.canvas, preset.longest, preset.least) {
        (Some([width, height]), ..) => format!("{width} × {height}"),
        (None, Some(longest), _) => format!("≤ {longest}"),
        (None, None, Some(least)) => format!("≥ {least}"),
        (None, None, None) => String::new(),
    };
    format!("{size}  {}  ·  {}", preset.format, preset.dated)
}

/// A small portrait that can be left out.
pub fn portrait(ui: &mut Ui, desk: &Desk, path: &Path, on: bool) -> bool {
    let palette = &desk.palette;
    let (rect, response) = ui.allocate_exact_size(PORTRAIT.into(), Sense::click());
    let label = desk.words.fill("batch-portrait", &[("name", &stem(path))]);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &label));
    let painter = ui.painter_at(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, RADIUS, palette.card);
    if let Some(picture) = desk.pictures.get(&Subject::Portrait(path.to_owned())) {
        picture.fill(&painter, rect, RADIUS);
    }
    if !on {
        painter.rect_filled(rect, RADIUS, palette.canvas.gamma_multiply(0.78));
    }
    let stroke = match (on, response.hovered() || response.has_focus()) {
        (true, _) => Stroke::new(2.0, palette.accent),
        (false, true) => Stroke::new(1.5, palette.soft),
        (false, false) => Stroke::NONE,
    };
    painter.rect_stroke(rect, RADIUS, stroke, StrokeKind::Inside);
    response.clicked()
}

/// A word that is on or off.
pub fn chip(ui: &mut Ui, desk: &Desk, name: &str, on: bool, role: Role) -> bool {
    let palette = &desk.palette;
    let ink = if on { palette.accent } else { palette.soft };
    let galley = ui.painter().layout_no_wrap(name.to_owned(), text::body(), ink);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(24.0, 12.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(role, true, on, name));
    let fill = match (on, response.hovered()) {
        (true, _) => palette.accent.gamma_multiply(0.22),
        (false, true) => palette.card_hover,
        (false, false) => palette.card,
    };
    ui.painter().rect_filled(rect, rect.height() / 2.0, fill);
    if response.has_focus() {
        icon::ring(ui.painter(), palette, rect);
    }
    let place = Rect::from_center_size(rect.center(), galley.size());
    ui.painter().galley(place.min, galley, ink);
    response.clicked()
}
