//! Looks: what each would make of the user's own picture, and how strong the chosen one is; the style of a
//! picture, and looks one over the other, saved under a name.

use super::action::Action;
use super::controls::{heading, quiet, row};
use super::desk::{Desk, LIKE, PRESET, comes_from_files};
use super::dialog::Question;
use super::icon;
use super::state::Edit;
use super::theme::{RADIUS, text};
use crate::job::Subject;
use crate::style;
use eframe::egui::{Rect, RichText, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, vec2};
use std::path::Path;

/// Pictures in a row.
const COLUMNS: usize = 3;
/// Labels of the parameters of a picture's style, in their order.
const LIKE_ROWS: [&str; 4] = ["like-colour", "like-light", "like-texture", "like-skin"];

/// Shows them.
pub fn show(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    heading(ui, desk, "looks-title", |_| {});
    let document = desk.document();
    let gap = 8.0;
    let width = ((ui.available_width() - gap * (COLUMNS as f32 - 1.0)) / COLUMNS as f32).floor();
    let height = width;
    let looks = style::looks();
    let mut choices = vec![(None, desk.words.say("look-none"), Subject::Plain)];
    for look in looks {
        let name = desk.words.pick(look.name_en, look.name_zh).to_owned();
        choices.push((Some(look.id), name, Subject::Look(look.id)));
    }
    for line in choices.chunks(COLUMNS) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height + 18.0), Sense::hover());
        for (i, (id, name, subject)) in line.iter().enumerate() {
            let place = Rect::from_min_size(
                rect.min + vec2(i as f32 * (width + gap), 0.0),
                vec2(width, height),
            );
            if look(ui, desk, place, name, subject, document.look.as_deref() == *id) {
                actions.push(Action::Edit(Edit::Style(id.map(str::to_owned))));
            }
        }
    }
    own(ui, desk, actions);
    if document.look.is_some() {
        let mut strength = f64::from(document.strength) * 100.0;
        let before = strength;
        ui.scope(|ui| row(ui, desk, "strength", &mut strength, 0.0..=100.0, " %", 0));
        if strength != before {
            actions.push(Action::Edit(Edit::Strength((strength / 100.0) as f32)));
        }
    }
    if document.look.as_ref().is_some_and(|look| look.starts_with(LIKE)) {
        for (parameter, key) in style::like().parameters.iter().zip(LIKE_ROWS) {
            let set = document.settings.get(parameter.name).copied();
            if let Some(value) = share(ui, desk, key, set.unwrap_or(parameter.default)) {
                actions.push(Action::Edit(Edit::Setting(parameter.name, value)));
            }
        }
    }
    rows(ui, desk, actions);
}

/// A slider from 0 to 100 %; the new value when it was moved.
pub(super) fn share(ui: &mut Ui, desk: &Desk, key: &str, value: f32) -> Option<f32> {
    let before = f64::from(value) * 100.0;
    let mut now = before;
    ui.scope(|ui| row(ui, desk, key, &mut now, 0.0..=100.0, " %", 0));
    ((now - before).abs() > 0.05).then_some((now / 100.0) as f32)
}

/// The user's own: the style of a picture, a colour table, saved rows of looks.
fn own(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let chosen = desk
        .document()
        .look
        .as_deref()
        .filter(|look| comes_from_files(look));
    ui.horizontal_wrapped(|ui| {
        for (key, question) in [
            ("look-like", Question::Reference),
            ("look-table", Question::Table),
        ] {
            if quiet(ui, desk, &desk.words.say(key)) {
                actions.push(Action::PickLook(question));
            }
        }
        for name in &desk.presets {
            if quiet(ui, desk, &desk.words.fill("look-preset", &[("name", name)])) {
                actions.push(Action::BringLook(format!("{PRESET}{name}")));
            }
        }
    });
    if let Some(look) = chosen {
        let name = look.split_once(':').map_or(look, |(_, file)| file);
        let name = Path::new(name).file_name().unwrap_or_default().to_string_lossy();
        let words = desk.words.fill("look-chosen", &[("name", &name)]);
        ui.label(
            RichText::new(words)
                .font(text::small())
                .color(desk.palette.accent),
        );
    }
}

/// Looks one over the other: the ones kept, keeping the one chosen, saving them all.
fn rows(ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
    let document = desk.document();
    if let Some(under) = &document.under {
        let names: Vec<_> = under
            .split('+')
            .map(|step| step.split([':', ',']).next().unwrap_or(step))
            .collect();
        let words = desk.words.fill("look-under", &[("names", &names.join(", "))]);
        ui.label(RichText::new(words).font(text::small()).color(desk.palette.soft));
    }
    let Some(style) = desk.style() else { return };
    if document.look.is_some() && quiet(ui, desk, &desk.words.say("look-keep")) {
        // The finish stays where it is: it belongs to the photo.
        let kept = style.steps().iter().filter(|step| step.look() != style::finish());
        let texts: Vec<_> = kept.map(ToString::to_string).collect();
        actions.push(Action::Edit(Edit::Keep(texts.join("+"))));
    }
    ui.horizontal(|ui| {
        let id = ui.scope_id().with("preset-name");
        let mut name: String = ui.data_mut(|data| data.get_temp(id)).unwrap_or_default();
        let field = TextEdit::singleline(&mut name)
            .hint_text(desk.words.say("preset-name"))
            .desired_width(ui.available_width() - 90.0);
        let _ = ui.add(field).accessible_name(desk.words.say("preset-name"));
        if !name.trim().is_empty() && quiet(ui, desk, &desk.words.say("preset-save")) {
            actions.push(Action::SavePreset(name.trim().to_owned()));
            name.clear();
        }
        ui.data_mut(|data| data.insert_temp(id, name));
    });
}

fn look(ui: &Ui, desk: &Desk, place: Rect, name: &str, subject: &Subject, on: bool) -> bool {
    let palette = &desk.palette;
    let response = ui.interact(place, ui.scope_id().with(("look", name)), Sense::click());
    let label = desk.words.fill("look-named", &[("name", &name)]);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, &label));
    let painter = ui.painter_at(place.intersect(ui.clip_rect()));
    painter.rect_filled(place, RADIUS, palette.card);
    if let Some(picture) = desk.pictures.get(subject) {
        picture.fill(&painter, place, RADIUS);
    }
    let stroke = if on {
        Stroke::new(2.0, palette.accent)
    } else if response.hovered() {
        Stroke::new(1.5, palette.soft)
    } else {
        Stroke::NONE
    };
    painter.rect_stroke(place, RADIUS, stroke, StrokeKind::Inside);
    if response.has_focus() {
        icon::ring(&painter, palette, place);
    }
    let ink = if on { palette.accent } else { palette.soft };
    let below = Rect::from_min_size(place.left_bottom(), vec2(place.width(), 18.0));
    let mut job =
        eframe::egui::text::LayoutJob::simple(name.to_owned(), text::small(), ink, place.width() + 6.0);
    job.wrap.max_rows = 1;
    let galley = ui.painter().layout_job(job);
    ui.painter()
        .galley(below.center() - galley.size() / 2.0, galley, ink);
    response.clicked()
}
