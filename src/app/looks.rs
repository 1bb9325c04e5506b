//! Looks: what each would make of the user's own picture, and how strong the chosen one is.

use super::action::Action;
use super::controls::{heading, row};
use super::desk::Desk;
use super::icon;
use super::state::Edit;
use super::theme::{RADIUS, text};
use crate::job::Subject;
use crate::style;
use eframe::egui::{Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// Pictures in a row.
const COLUMNS: usize = 3;

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
    if document.look.is_some() {
        let mut strength = f64::from(document.strength) * 100.0;
        let before = strength;
        ui.scope(|ui| row(ui, desk, "strength", &mut strength, 0.0..=100.0, " %", 0));
        if strength != before {
            actions.push(Action::Edit(Edit::Strength((strength / 100.0) as f32)));
        }
    }
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
