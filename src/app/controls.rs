//! Controls: for everything worn its size, place, turn, shadow and light, and in plain words what is uncertain.

use super::action::{Action, Command};
use super::desk::Desk;
use super::icon::{self, Icon};
use super::notes;
use super::pair::Pair;
use super::state::Edit;
use super::theme::{GRID, text};
use crate::job::Subject;
use crate::placement::{Piece, Visibility};
use crate::product::Category;
use eframe::egui::{
    self, Align, DragValue, Layout, Rect, RichText, Sense, Slider, SliderClamping, Ui, Vec2, vec2,
};
use std::ops::RangeInclusive;

/// Which pieces of a pair the sliders move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Side {
    #[default]
    Both,
    Left,
    Right,
}

/// The panel's own state.
#[derive(Default)]
pub struct Controls {
    side: Side,
    unfolded: Option<String>,
}

impl Controls {
    /// Shows a product's sliders, and the names alone of what else is worn.
    pub fn unfold(&mut self, id: String) {
        self.unfolded = Some(id);
    }

    /// Shows everything worn, the newest first.
    pub fn show(&mut self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let worn = &desk.document().worn;
        heading(ui, desk, "worn-title", |ui| {
            if worn.len() > 1 {
                let label = desk.words.say("take-off-all");
                if quiet(ui, desk, &label) {
                    actions.push(Action::Do(Command::TakeOff));
                }
            }
        });
        if worn.is_empty() {
            ui.label(RichText::new(desk.words.say("worn-none")).color(desk.palette.soft));
        }
        let open = self.unfolded.clone().filter(|id| desk.document().wears(id));
        let open = open.or_else(|| worn.last().map(|w| w.id.clone()));
        for product in worn.iter().rev() {
            let unfolded = open.as_ref() == Some(&product.id);
            self.title(ui, desk, &product.id, unfolded, actions);
            if unfolded {
                self.product(ui, desk, &product.id, product.category, actions);
                ui.add_space(GRID);
            }
        }
        notes::show(ui, desk);
    }

    /// Small picture, name, reset and take off.
    fn title(&mut self, ui: &mut Ui, desk: &Desk, id: &str, open: bool, actions: &mut Vec<Action>) {
        let (palette, words) = (&desk.palette, desk.words);
        let name = desk.name(id);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GRID;
            let width = ui.available_width() - 2.0 * 28.0 - GRID;
            let (rect, response) = ui.allocate_exact_size(vec2(width, 44.0), Sense::click());
            response.widget_info(|| {
                egui::WidgetInfo::selected(
                    egui::Role::Button,
                    true,
                    open,
                    words.fill("adjust-named", &[("name", &name)]),
                )
            });
            if response.clicked() {
                self.unfold(id.to_owned());
            }
            icon::face(ui, palette, rect.expand(2.0), &response);
            let art = Rect::from_min_size(rect.min, Vec2::splat(44.0));
            ui.painter().rect_filled(art, 6.0, palette.ground);
            if let Some(picture) = desk.pictures.get(&Subject::Product(id.to_owned())) {
                let room = art.shrink(5.0);
                let size =
                    picture.size() * (room.width() / picture.size().x).min(room.height() / picture.size().y);
                picture.paint(ui.painter(), Rect::from_center_size(room.center(), size));
            }
            let mut job =
                egui::text::LayoutJob::simple(name.clone(), text::body(), palette.ink, width - 54.0);
            job.wrap.max_rows = 2;
            let galley = ui.painter().layout_job(job);
            let place = egui::pos2(art.right() + 10.0, rect.center().y - galley.size().y / 2.0);
            ui.painter().galley(place, galley, palette.ink);
            ui.spacing_mut().item_spacing.x = 0.0;
            for (icon, key, action) in [
                (Icon::Reset, "reset-named", Edit::Straighten(id.to_owned())),
                (Icon::Close, "take-off-named", take_off(desk, id)),
            ] {
                let (rect, _) = ui.allocate_exact_size(vec2(28.0, 28.0), Sense::hover());
                let label = words.fill(key, &[("name", &name)]);
                if icon::small(ui, palette, icon, &label, rect, (key, id)).clicked() {
                    actions.push(Action::Edit(action));
                }
            }
        });
    }

    fn product(&mut self, ui: &mut Ui, desk: &Desk, id: &str, category: Category, actions: &mut Vec<Action>) {
        let pieces = self.pieces(ui, desk, id, category);
        let Some(portrait) = desk.document().portrait() else {
            return;
        };
        let now = desk.document().adjustments(portrait, id);
        let of = |piece: &Piece| now.get(piece).copied().unwrap_or_default();
        let mut pair = Pair {
            mirrored: pieces.len() == 2,
            pieces: pieces.iter().map(|piece| (*piece, of(piece))).collect(),
        };
        let words = desk.words;
        let edits = ui.push_id(id, |ui| {
            let mut edits = pair.show(ui, desk);
            ui.add_space(2.0);
            let choices = [
                (Some(Visibility::Auto), words.say("visibility-auto")),
                (Some(Visibility::Show), words.say("visibility-show")),
                (Some(Visibility::Hide), words.say("visibility-hide")),
            ];
            let before = pair.common(|a| a.visibility);
            let mut chosen = before;
            segments(ui, desk, &words.say("visibility"), &choices, &mut chosen);
            if let Some(visibility) = chosen.filter(|_| chosen != before) {
                edits = pair.pieces.clone();
                edits.iter_mut().for_each(|(_, a)| a.visibility = visibility);
            }
            if wears_own(desk, &pair) {
                let choices = [
                    (Some(false), words.say("own-take-off")),
                    (Some(true), words.say("own-keep")),
                ];
                let before = pair.common(|a| a.keep_own);
                let mut chosen = before;
                ui.add_space(4.0);
                segments(ui, desk, &words.say("own"), &choices, &mut chosen);
                if let Some(keep) = chosen.filter(|_| chosen != before) {
                    edits = pair.pieces.clone();
                    edits.iter_mut().for_each(|(_, a)| a.keep_own = keep);
                }
            }
            edits
        });
        if !edits.inner.is_empty() {
            actions.push(Action::Edit(Edit::Adjust(id.to_owned(), edits.inner)));
        }
    }

    /// The pieces the sliders move; the left one leads a pair.
    fn pieces(&mut self, ui: &mut Ui, desk: &Desk, id: &str, category: Category) -> Vec<Piece> {
        match category {
            Category::Necklace => return vec![Piece::Necklace],
            Category::Tiara => return vec![Piece::Tiara],
            Category::NoseStud => return vec![Piece::NoseStud],
            Category::Earring => {}
        }
        if desk
            .product(id)
            .is_some_and(|p| p.pair == crate::product::Pair::Single)
        {
            return vec![Piece::EarringL];
        }
        let words = desk.words;
        let choices = [
            (Side::Both, words.say("side-both")),
            (Side::Left, words.say("side-left")),
            (Side::Right, words.say("side-right")),
        ];
        segments(ui, desk, &words.say("side"), &choices, &mut self.side);
        match self.side {
            Side::Both => vec![Piece::EarringL, Piece::EarringR],
            Side::Left => vec![Piece::EarringL],
            Side::Right => vec![Piece::EarringR],
        }
    }
}

/// Is something worn already where one of these pieces goes?
fn wears_own(desk: &Desk, pair: &Pair) -> bool {
    desk.current_result().is_some_and(|result| {
        let anchors = &result.fitted.outcome.anchors;
        pair.pieces
            .iter()
            .any(|(piece, _)| piece.is_worn_already(anchors))
    })
}

/// What takes a product off.
fn take_off(desk: &Desk, id: &str) -> Edit {
    let worn = desk.document().worn.iter().find(|w| w.id == id);
    worn.map_or(Edit::TakeOff, |w| Edit::Wear(w.clone()))
}

/// Label and number above a thin slider.
pub fn row(
    ui: &mut Ui,
    desk: &Desk,
    key: &str,
    value: &mut f64,
    range: RangeInclusive<f64>,
    unit: &str,
    decimals: usize,
) {
    let label = desk.words.say(key);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.spacing_mut().interact_size.y = 18.0;
    ui.horizontal(|ui| {
        ui.label(RichText::new(&label).color(desk.palette.soft));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let spacing = ui.spacing_mut();
            (spacing.button_padding, spacing.interact_size) = (vec2(0.0, 0.0), vec2(0.0, 18.0));
            let visuals = &mut ui.visuals_mut().widgets;
            visuals.inactive.weak_bg_fill = egui::Color32::TRANSPARENT;
            let speed = (range.end() - range.start()) / 400.0;
            let field = DragValue::new(value)
                .range(range.clone())
                .speed(speed)
                .clamp_existing_to_range(false)
                .suffix(unit)
                .fixed_decimals(decimals);
            let _ = ui
                .add(field)
                .accessible_name(desk.words.fill("exact", &[("name", &label)]));
        });
    });
    ui.spacing_mut().slider_width = ui.available_width();
    ui.spacing_mut().interact_size.y = 14.0;
    let step = 10_f64.powi(-(decimals as i32));
    let visuals = ui.visuals_mut();
    visuals.widgets.inactive.bg_fill = desk.palette.card_hover;
    visuals.selection.bg_fill = desk.palette.accent.gamma_multiply(0.7);
    // What a hand has dragged further than the rail reaches stays there.
    let slider = Slider::new(value, range)
        .show_value(false)
        .clamping(SliderClamping::Edits)
        .step_by(step);
    let _ = ui.add(slider).accessible_name(label);
    ui.add_space(4.0);
}

/// A few words of which one is chosen.
pub fn segments<T: Copy + PartialEq>(
    ui: &mut Ui,
    desk: &Desk,
    label: &str,
    choices: &[(T, String)],
    chosen: &mut T,
) {
    let palette = &desk.palette;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    ui.painter().rect_filled(rect, 8.0, palette.card);
    let width = rect.width() / choices.len().max(1) as f32;
    for (i, (value, name)) in choices.iter().enumerate() {
        let place = Rect::from_min_size(rect.min + vec2(i as f32 * width, 0.0), vec2(width, rect.height()));
        let on = value == chosen;
        let response = ui.interact(place, ui.scope_id().with((label, i)), Sense::click());
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::RadioButton, true, on, format!("{label}: {name}"))
        });
        if response.clicked() {
            *chosen = *value;
        }
        if on {
            ui.painter()
                .rect_filled(place.shrink(3.0), 6.0, palette.accent.gamma_multiply(0.24));
        }
        if response.has_focus() {
            icon::ring(ui.painter(), palette, place);
        }
        let ink = match (on, response.hovered()) {
            (true, _) => palette.accent,
            (false, true) => palette.ink,
            (false, false) => palette.soft,
        };
        super::catalogue::centered(ui, place, name, text::body(), ink);
    }
    ui.add_space(6.0);
}

/// A panel's title with something at its right end.
pub fn heading(ui: &mut Ui, desk: &Desk, key: &str, right: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.label(
            RichText::new(desk.words.say(key))
                .font(text::title())
                .color(desk.palette.ink),
        );
        ui.with_layout(Layout::right_to_left(Align::Center), right);
    });
}

/// Words that can be clicked and do not shout.
pub fn quiet(ui: &mut Ui, desk: &Desk, label: &str) -> bool {
    let words = RichText::new(label).font(text::small()).color(desk.palette.soft);
    ui.add(egui::Button::new(words).frame_when_inactive(false))
        .clicked()
}
