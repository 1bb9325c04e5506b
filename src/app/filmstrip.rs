//! The filmstrip: the open portraits, and the ways to open more.

use super::action::{Action, Command};
use super::desk::Desk;
use super::icon::{self, Icon};
use super::state::Edit;
use super::theme::{GRID, RADIUS, text};
use crate::job::Subject;
use eframe::egui::{
    Align, Button, Layout, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2,
    WidgetInfo, vec2,
};
use std::path::Path;

/// Height of a picture.
const HEIGHT: f32 = 80.0;
/// Width of a picture.
const WIDTH: f32 = 64.0;

/// Shows it.
pub fn show(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let portraits = &desk.document().portraits;
    let bar = ui.max_rect();
    let line = Rect::from_center_size(bar.center(), vec2(bar.width(), HEIGHT));
    let row = Layout::left_to_right(Align::Min);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(line).layout(row));
    ui.spacing_mut().item_spacing.x = GRID;
    add(&mut ui, desk, actions);
    // There is but one way to go for a wheel.
    ui.style_mut().always_scroll_the_only_direction = true;
    let strip = ScrollArea::horizontal().auto_shrink([false, false]);
    strip.show(&mut ui, |ui| {
        ui.with_layout(row, |ui| {
            for (index, path) in portraits.iter().enumerate() {
                portrait(ui, desk, index, path, actions);
            }
        });
    });
}

/// One large button that opens, with the other ways beside it.
fn add(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let (palette, words) = (&desk.palette, desk.words);
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::click());
    let label = words.say("open-portrait");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    let fill = if response.hovered() {
        palette.card_hover
    } else {
        palette.card
    };
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
    let (column, _) = ui.allocate_exact_size(vec2(28.0, HEIGHT), Sense::hover());
    let ways = [
        (Icon::Camera, "camera", Command::Camera),
        (Icon::Folder, "open-folder", Command::OpenFolder),
        (Icon::Clock, "recent", Command::Recent),
    ];
    for (i, (icon, key, command)) in ways.into_iter().enumerate() {
        let place = column.min + vec2(14.0, 13.0 + 27.0 * i as f32);
        let place = Rect::from_center_size(place, Vec2::splat(26.0));
        if icon::small(ui, palette, icon, &words.say(key), place, key).clicked() {
            actions.push(Action::Do(command));
        }
    }
}

/// The portraits opened before, the newest first.
pub fn recent(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let recent = &desk.preferences.recent;
    if recent.is_empty() {
        ui.label(desk.words.say("recent-none"));
    }
    for path in recent {
        let button = Button::new(path.display().to_string())
            .truncate()
            .min_size(vec2(440.0, 32.0));
        if ui.add(button).clicked() {
            actions.push(Action::Open(vec![path.clone()]));
        }
    }
}

fn portrait(ui: &mut Ui, desk: &Desk, index: usize, path: &Path, actions: &mut Vec<Action>) {
    let palette = &desk.palette;
    let current = index == desk.document().current;
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::click());
    let label = desk.words.fill("portrait-named", &[("name", &name)]);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, current, &label));
    if response.clicked() {
        actions.push(Action::Edit(Edit::Look(index)));
    }
    if current {
        let key = ui.scope_id().with("looked at");
        let before = ui.data_mut(|d| d.get_temp_mut_or_default::<std::path::PathBuf>(key).clone());
        if before != path {
            response.scroll_to_me(None);
            ui.data_mut(|d| d.insert_temp(key, path.to_owned()));
        }
    }
    let painter = ui.painter_at(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, RADIUS, palette.card);
    if let Some(picture) = desk.pictures.get(&Subject::Portrait(path.to_owned())) {
        picture.fill(&painter, rect, RADIUS);
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
