//! The filmstrip: the open portraits, and the ways to open more.

use super::action::{Action, Command};
use super::desk::Desk;
use super::icon::{self, Icon};
use super::state::Edit;
use super::theme::{GRID, RADIUS, text};
use crate::job::Subject;
use eframe::egui::{
    Align, Button, Layout, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use std::path::Path;

/// Height of a picture.
const HEIGHT: f32 = 80.0;
/// Width of a picture.
const WIDTH: f32 = 64.0;

/// Shows it.
pub fn show(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let portraits = &desk.document().portraits;
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        add(ui, desk, actions);
        ScrollArea::horizontal().auto_shrink([false, true]).show(ui, |ui| {
            ui.horizontal(|ui| {
                for (index, path) in portraits.iter().enumerate() {
                    portrait(ui, desk, index, path, actions);
                }
            });
        });
    });
}

/// One large button that opens, with the other ways beside it.
fn add(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let (palette, words) = (&desk.palette, desk.words);
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::click());
    let label = words.say("open-portrait");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    let fill = if response.hovered() { palette.card_hover } else { palette.card };
    ui.painter().rect_filled(rect, RADIUS, fill);
    if response.has_focus() {
        icon::ring(ui.painter(), palette, rect);
    }
    let place = rect.center() - vec2(0.0, 9.0);
    icon::paint(ui.painter(), Icon::Plus, place, 16.0, palette.accent);
    let below = Rect::from_center_size(rect.center() + vec2(0.0, 18.0), vec2(WIDTH, 16.0));
    super::catalogue::centered(ui, below, &words.say("open"), text::small(), palette.soft);
    if response.on_hover_text(words.say("open-hint")).clicked() {
        actions.push(Action::Do(Command::Open));
    }
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space(4.0);
        for (icon, key, command) in [
            (Icon::Camera, "camera", Command::Camera),
            (Icon::Folder, "open-folder", Command::OpenFolder),
            (Icon::Clock, "recent", Command::Recent),
        ] {
            if icon::button(ui, palette, icon, &words.say(key), true, false).clicked() {
                actions.push(Action::Do(command));
            }
        }
    });
}

/// The portraits opened before, the newest first.
pub fn recent(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    ui.set_width(440.0);
    let recent = &desk.preferences.recent;
    if recent.is_empty() {
        ui.label(desk.words.say("recent-none"));
    }
    for path in recent {
        let button = Button::new(path.display().to_string()).truncate().min_size(vec2(440.0, 32.0));
        if ui.add(button).clicked() {
            actions.push(Action::Open(vec![path.clone()]));
        }
    }
}

fn portrait(ui: &mut Ui, desk: &Desk, index: usize, path: &Path, actions: &mut Vec<Action>) {
    let palette = &desk.palette;
    let current = index == desk.document().current;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::click());
    let label = desk.words.fill("portrait-named", &[("name", &name)]);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, current, &label));
    if response.clicked() {
        actions.push(Action::Edit(Edit::Look(index)));
    }
    let painter = ui.painter_at(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, RADIUS, palette.card);
    if let Some(picture) = desk.pictures.get(&Subject::Portrait(path.to_owned())) {
        // Filled, cut at the sides, faces sit in the upper part.
        let size = picture.size() * (WIDTH / picture.size().x).max(HEIGHT / picture.size().y);
        let top = (size.y - HEIGHT) * 0.3;
        let place = Rect::from_min_size(pos2(rect.center().x - size.x / 2.0, rect.top() - top), size);
        picture.paint(&painter, place);
        round(&painter, rect, palette.panel);
    }
    let stroke = if current {
        Stroke::new(2.0, palette.accent)
    } else if response.hovered() || response.has_focus() {
        Stroke::new(1.5, palette.soft)
    } else {
        Stroke::NONE
    };
    painter.rect_stroke(rect, RADIUS, stroke, StrokeKind::Inside);
    let near = response.hovered() || ui.rect_contains_pointer(rect) || response.has_focus();
    if near && desk.document().portraits.len() > 1 {
        let place = Rect::from_center_size(rect.right_top() + vec2(-12.0, 12.0), Vec2::splat(20.0));
        painter.circle_filled(place.center(), 9.0, palette.panel.gamma_multiply(0.85));
        let label = desk.words.fill("close-named", &[("name", &name)]);
        if icon::small(ui, palette, Icon::Close, &label, place, ("close", index)).clicked() {
            actions.push(Action::Edit(Edit::Close(index)));
        }
    }
    response.on_hover_text(path.display().to_string());
}

/// Covers the corners of a picture, which has none of its own, with the ground's colour.
pub fn round(painter: &eframe::egui::Painter, rect: Rect, ground: eframe::egui::Color32) {
    let width = 4.0;
    let radius = f32::from(RADIUS) + width;
    painter.rect_stroke(rect, radius - width, Stroke::new(width, ground), StrokeKind::Outside);
    let r = f32::from(RADIUS);
    for (corner, sx, sy) in [
        (rect.left_top(), 1.0, 1.0),
        (rect.right_top(), -1.0, 1.0),
        (rect.right_bottom(), -1.0, -1.0),
        (rect.left_bottom(), 1.0, -1.0),
    ] {
        // The part of a square corner outside its quarter circle, as a fan about the corner.
        let center = corner + vec2(sx * r, sy * r);
        let bow = (0..=8).map(|i| {
            let (s, c) = (std::f32::consts::FRAC_PI_2 * i as f32 / 8.0).sin_cos();
            center - vec2(sx * c * r, sy * s * r)
        });
        let bow: Vec<_> = bow.collect();
        for pair in bow.windows(2) {
            let fan = vec![corner, pair[0], pair[1]];
            painter.add(eframe::egui::Shape::convex_polygon(fan, ground, Stroke::NONE));
        }
    }
}
