//! Pair: one slider for one or both earrings. Takes the adjustments of the pieces it moves, shows where they agree and
//! where they differ, gives the new ones.
//!
//! Where both agree the slider is theirs. Where they differ it stands in the middle, a mark on the rail stands for
//! each ear and the field shows both numbers: the slider then moves both and keeps their difference, a number typed
//! into the field sets both to it.

use super::controls::row;
use super::desk::Desk;
use super::theme::text;
use crate::placement::{Adjustment, Piece};
use eframe::egui::{self, Align, DragValue, Layout, Pos2, RichText, Slider, SliderClamping, Ui, pos2, vec2};
use std::ops::RangeInclusive;

/// A number of an adjustment, as the sliders show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Per cent of the true size.
    Size,
    /// Millimetres down.
    Drop,
    /// Millimetres to the right, of a pair outward.
    Across,
    /// Degrees clockwise, of a pair outward.
    Rotation,
    /// Per cent.
    Shadow,
    /// Per cent.
    Relight,
}

/// Pieces that are changed together.
pub struct Pair {
    /// The pieces with their adjustments, the left one first.
    pub pieces: Vec<(Piece, Adjustment)>,
    /// Do they mirror each other?
    pub mirrored: bool,
}

impl Number {
    /// All of them, in the order of the sliders.
    pub const ALL: [Self; 6] = [
        Self::Size,
        Self::Drop,
        Self::Across,
        Self::Rotation,
        Self::Shadow,
        Self::Relight,
    ];

    fn key(self, mirrored: bool) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Drop => "drop",
            Self::Across if mirrored => "outward",
            Self::Across => "across",
            Self::Rotation => "rotation",
            Self::Shadow => "shadow",
            Self::Relight => "relight",
        }
    }

    /// Range, unit and decimals.
    fn scale(self, piece: Piece) -> (RangeInclusive<f64>, &'static str, usize) {
        match self {
            Self::Size => (50.0..=200.0, " %", 0),
            // A chain is worn shorter or longer by it.
            Self::Drop if piece == Piece::Necklace => (-60.0..=40.0, " mm", 1),
            Self::Drop | Self::Across => (-20.0..=20.0, " mm", 1),
            Self::Rotation => (-45.0..=45.0, "°", 1),
            Self::Shadow => (0.0..=200.0, " %", 0),
            Self::Relight => (0.0..=100.0, " %", 0),
        }
    }

    fn of(self, a: &Adjustment) -> f64 {
        match self {
            Self::Size => a.scale * 100.0,
            Self::Drop => a.shift_mm.y,
            Self::Across => a.shift_mm.x,
            Self::Rotation => a.rotation,
            Self::Shadow => f64::from(a.strength.shadow) * 100.0,
            Self::Relight => f64::from(a.strength.relight) * 100.0,
        }
    }

    fn set(self, a: &mut Adjustment, value: f64) {
        match self {
            Self::Size => a.scale = value / 100.0,
            Self::Drop => a.shift_mm.y = value,
            Self::Across => a.shift_mm.x = value,
            Self::Rotation => a.rotation = value,
            Self::Shadow => a.strength.shadow = (value / 100.0) as f32,
            Self::Relight => a.strength.relight = (value / 100.0) as f32,
        }
    }
}

/// What was done to a slider that stands for two ears.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    None,
    /// Both by so much.
    By(f64),
    /// Both to this.
    To(f64),
}

impl Pair {
    /// Shows the sliders; gives the adjustments that changed.
    pub fn show(&mut self, ui: &mut Ui, desk: &Desk) -> Vec<(Piece, Adjustment)> {
        let before = self.pieces.clone();
        for number in Number::ALL {
            let values = self.values(number);
            let first = self.pieces.first().map_or(Piece::EarringL, |(piece, _)| *piece);
            let change = match values.as_slice() {
                [left, right] if (left - right).abs() > 1e-6 => both(ui, desk, number, [*left, *right]),
                [value, ..] => {
                    let (range, unit, decimals) = number.scale(first);
                    let before = *value;
                    let mut value = before;
                    let key = number.key(self.mirrored);
                    row(ui, desk, key, &mut value, range, unit, decimals);
                    if value == before {
                        Change::None
                    } else {
                        Change::To(value)
                    }
                }
                [] => Change::None,
            };
            self.change(number, change);
        }
        let changed = self.pieces.iter().zip(before);
        changed
            .filter(|(now, was)| **now != *was)
            .map(|(now, _)| *now)
            .collect()
    }

    /// What all pieces have in common of something; none where they differ.
    pub fn common<T: PartialEq>(&self, of: impl Fn(&Adjustment) -> T) -> Option<T> {
        let first = of(&self.pieces.first()?.1);
        self.pieces.iter().all(|(_, a)| of(a) == first).then_some(first)
    }

    /// A number of each piece; outward is the same direction for both of a pair.
    fn values(&self, number: Number) -> Vec<f64> {
        let pieces = self.pieces.iter();
        pieces
            .map(|(piece, a)| self.side(*piece, number) * number.of(a))
            .collect()
    }

    fn side(&self, piece: Piece, number: Number) -> f64 {
        let turns = matches!(number, Number::Across | Number::Rotation);
        if self.mirrored && turns && piece == Piece::EarringR {
            -1.0
        } else {
            1.0
        }
    }

    fn change(&mut self, number: Number, change: Change) {
        let values = self.values(number);
        let next: Vec<f64> = match change {
            Change::None => return,
            Change::To(value) => vec![value; values.len()],
            Change::By(delta) => {
                // The one that reaches the rail's end stops the other: their difference stays.
                let (range, ..) = number.scale(self.pieces[0].0);
                let room = |least: f64, v: &f64| least.min((range.end() - v).max(0.0));
                let fall = |least: f64, v: &f64| least.min((v - range.start()).max(0.0));
                let up = values.iter().fold(f64::INFINITY, room);
                let down = values.iter().fold(f64::INFINITY, fall);
                let delta = delta.clamp(-down, up);
                values.iter().map(|v| v + delta).collect()
            }
        };
        for (i, value) in next.into_iter().enumerate() {
            let side = self.side(self.pieces[i].0, number);
            // No minus zero: it would be another number to nobody but a comparison of texts.
            number.set(&mut self.pieces[i].1, side * value + 0.0);
        }
    }
}

/// Label, both numbers and one slider with a mark for each ear.
fn both(ui: &mut Ui, desk: &Desk, number: Number, values: [f64; 2]) -> Change {
    let (range, unit, decimals) = number.scale(Piece::EarringL);
    let label = desk.words.say(number.key(true));
    let middle = f64::midpoint(values[0], values[1]);
    let (mut typed, mut slid) = (middle, middle);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.spacing_mut().interact_size.y = 18.0;
    ui.horizontal(|ui| {
        ui.label(RichText::new(&label).color(desk.palette.soft));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let spacing = ui.spacing_mut();
            (spacing.button_padding, spacing.interact_size) = (vec2(0.0, 0.0), vec2(0.0, 18.0));
            ui.visuals_mut().widgets.inactive.weak_bg_fill = egui::Color32::TRANSPARENT;
            // The subject's right ear is on the left of the picture.
            let shown = format!("{:.decimals$} / {:.decimals$}{unit}", values[1], values[0]);
            let field = DragValue::new(&mut typed)
                .range(range.clone())
                .speed(0.0)
                .clamp_existing_to_range(false)
                .custom_formatter(move |_, _| shown.clone());
            let name = desk.words.fill("exact", &[("name", &label)]);
            let _ = ui
                .add(field)
                .accessible_name(name)
                .on_hover_text(desk.words.say("both-differ"));
        });
    });
    ui.spacing_mut().slider_width = ui.available_width();
    ui.spacing_mut().interact_size.y = 14.0;
    let visuals = ui.visuals_mut();
    visuals.widgets.inactive.bg_fill = desk.palette.card_hover;
    visuals.selection.bg_fill = egui::Color32::TRANSPARENT;
    let step = 10_f64.powi(-(decimals as i32));
    let slider = Slider::new(&mut slid, range.clone())
        .show_value(false)
        .clamping(SliderClamping::Edits)
        .step_by(step);
    let response = ui.add(slider).accessible_name(label);
    let rail = response.rect.shrink2(vec2(response.rect.height() / 2.5, 0.0));
    for (value, key) in [(values[0], "mark-left"), (values[1], "mark-right")] {
        let part = egui::remap_clamp(value, range.clone(), 0.0..=1.0) as f32;
        let place = pos2(rail.left() + part * rail.width(), response.rect.bottom() + 2.0);
        mark(ui, desk, place, &desk.words.say(key));
    }
    ui.add_space(10.0);
    // Whole steps: each ear stays on the grid of its own slider.
    let delta = ((slid - middle) / step).round() * step;
    match ((typed - middle).abs() > 1e-9, delta != 0.0) {
        (true, _) => Change::To(typed),
        (false, true) => Change::By(delta),
        (false, false) => Change::None,
    }
}

/// A letter below the rail where an ear's own value is.
fn mark(ui: &Ui, desk: &Desk, place: Pos2, letter: &str) {
    let painter = ui.painter();
    let ink = desk.palette.accent;
    painter.vline(
        place.x,
        place.y - 12.0..=place.y - 4.0,
        egui::Stroke::new(1.5, ink),
    );
    let mut font = text::small();
    font.size = 9.0;
    painter.text(
        place + vec2(0.0, 1.0),
        egui::Align2::CENTER_CENTER,
        letter,
        font,
        ink,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::placement::Visibility;

    fn pair(left: f64, right: f64) -> Pair {
        let with = |scale| Adjustment {
            scale,
            ..Adjustment::default()
        };
        Pair {
            pieces: vec![(Piece::EarringL, with(left)), (Piece::EarringR, with(right))],
            mirrored: true,
        }
    }

    #[test]
    fn moving_keeps_the_difference_and_typing_sets_both() {
        let mut both = pair(0.9, 1.1);
        both.change(Number::Size, Change::By(20.0));
        assert_eq!(both.values(Number::Size).map_round(), [110.0, 130.0]);
        both.change(Number::Size, Change::By(500.0));
        // The larger one stops at the end of the rail.
        assert_eq!(both.values(Number::Size).map_round(), [180.0, 200.0]);
        both.change(Number::Size, Change::To(120.0));
        assert_eq!(both.values(Number::Size).map_round(), [120.0, 120.0]);
    }

    #[test]
    fn outward_is_outward_on_both_sides() {
        let mut both = pair(1.0, 1.0);
        both.change(Number::Across, Change::To(2.0));
        both.change(Number::Rotation, Change::To(5.0));
        let [left, right] = [both.pieces[0].1, both.pieces[1].1];
        assert_eq!((left.shift_mm.x, right.shift_mm.x), (2.0, -2.0));
        assert_eq!((left.rotation, right.rotation), (5.0, -5.0));
        assert_eq!(both.values(Number::Across), [2.0, 2.0]);
    }

    #[test]
    fn what_only_one_ear_has_is_no_common_visibility() {
        let mut both = pair(1.0, 1.0);
        assert_eq!(both.common(|a| a.visibility), Some(Visibility::Auto));
        both.pieces[1].1.visibility = Visibility::Hide;
        assert_eq!(both.common(|a| a.visibility), None);
    }

    trait Rounded {
        fn map_round(self) -> Vec<f64>;
    }

    impl Rounded for Vec<f64> {
        fn map_round(self) -> Vec<f64> {
            self.into_iter().map(f64::round).collect()
        }
    }
}
