//! The canvas: the picture before and after, as wipe, side by side or difference, zoomed and panned.

use super::action::{Action, Command};
use super::desk::Desk;
use super::handles::Handles;
use super::icon::{self, Icon};
use super::live;
use super::picture::Picture;
use super::theme::{GRID, Palette, TOUCH, text};
use super::view::{Sight, View};
use crate::job::Subject;
use eframe::egui::{
    Align2, Color32, CursorIcon, Key, Painter, PointerButton, Rect, Response, Role, Sense, Stroke, Ui,
    UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use serde::{Deserialize, Serialize};

/// Where the wipe's line is at first, of the picture's width.
const FIRST_WIPE: f32 = 0.13;
/// What one notch of the wheel zooms by, per point.
const WHEEL: f32 = 1.0 / 240.0;
/// What a key zooms by.
const STEP: f32 = 1.25;

/// How before and after are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// After alone.
    Worn,
    /// Before on the left of a line, after on its right.
    #[default]
    Wipe,
    /// Both, next to each other.
    SideBySide,
    /// What changed, made stronger.
    Difference,
}

impl Mode {
    /// All of them with the keys of their names, in the order of the buttons.
    pub const ALL: [(Self, &'static str, Command); 4] = [
        (Self::Worn, "mode-worn", Command::Worn),
        (Self::Wipe, "mode-wipe", Command::Wipe),
        (Self::SideBySide, "mode-side", Command::SideBySide),
        (Self::Difference, "mode-difference", Command::Difference),
    ];
}

/// The canvas's own state.
pub struct Canvas {
    view: View,
    /// Of the picture's width.
    wipe: f32,
    /// Are the named points shown?
    pub points: bool,
    handles: Handles,
    /// Size of the picture and place of the canvas when last shown.
    last: Option<(Vec2, Rect)>,
}

impl Default for Canvas {
    fn default() -> Self {
        Self {
            view: View::default(),
            wipe: FIRST_WIPE,
            points: false,
            handles: Handles::default(),
            last: None,
        }
    }
}

impl Canvas {
    /// Another portrait: all of it is shown.
    pub fn reset(&mut self) {
        self.view.fit();
        self.handles = Handles::default();
    }

    /// Does what a key asks for; zooms about the canvas's middle.
    pub fn command(&mut self, command: Command, density: f32) {
        let Some((size, canvas)) = self.last else { return };
        let mut zoom = |factor| self.view.zoom_at(factor, canvas.center(), size, canvas, density);
        match command {
            Command::ZoomIn => zoom(STEP),
            Command::ZoomOut => zoom(1.0 / STEP),
            Command::Fit => self.view.fit(),
            Command::Actual => self.view.actual(),
            Command::Points => self.points = !self.points,
            _ => {}
        }
    }

    /// Shows it.
    pub fn show(&mut self, ui: &mut Ui, desk: &Desk, actions: &mut Vec<Action>) {
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, desk.words.say("canvas")));
        ui.painter().rect_filled(rect, 0.0, desk.palette.canvas);
        let Some(portrait) = desk.current_portrait() else {
            return self.nothing(ui, desk, rect, actions);
        };
        let size = portrait.picture.size();
        let half = desk.preferences.mode == Mode::SideBySide;
        let canvas = if half { halves(rect)[1] } else { rect };
        self.last = Some((size, canvas));
        self.navigate(ui, &response, size, canvas);
        let density = ui.ctx().pixels_per_point();
        let sight = self.view.sight(size, canvas, density);
        let held = is_held(ui);
        let result = desk.current_result();
        let seats = live::seats(desk);
        let worn = Worn {
            before: &portrait.picture,
            after: result.map(|r| &r.picture).filter(|_| !live::is_ahead(desk)),
            desk,
            seats: &seats,
        };
        let painter = ui.painter_at(rect);
        match desk.preferences.mode {
            _ if held => portrait.picture.paint(&painter, sight.picture),
            Mode::Worn => worn.paint(&painter, &sight),
            Mode::Wipe => self.wipe(ui, &worn, &sight),
            Mode::SideBySide => {
                let [left, right] = halves(rect);
                let other = self.view.sight(size, left, density);
                portrait.picture.paint(&ui.painter_at(left), other.picture);
                worn.paint(&ui.painter_at(right), &sight);
            }
            Mode::Difference => match result.and_then(|r| r.difference.as_ref()) {
                Some(difference) => difference.paint(&painter, sight.picture),
                None => worn.paint(&painter, &sight),
            },
        }
        if !held {
            self.handles
                .show(ui, desk, &seats, &sight, canvas, self.points, actions);
        }
        self.tools(ui, desk, rect, size, actions);
        self.caption(ui, desk, rect, held);
    }

    /// Wheel, pinch and drag.
    fn navigate(&mut self, ui: &Ui, response: &Response, size: Vec2, canvas: Rect) {
        let density = ui.ctx().pixels_per_point();
        if response.dragged_by(PointerButton::Primary) || response.dragged_by(PointerButton::Middle) {
            self.view.pan(response.drag_delta(), size, canvas, density);
        }
        if response.double_clicked() {
            self.view.fit();
        }
        // What is worn lies over the canvas, and is what one wants to see closer.
        let Some(cursor) = ui
            .input(|i| i.pointer.hover_pos())
            .filter(|_| ui.rect_contains_pointer(response.rect))
        else {
            return;
        };
        let (wheel, pinch) = ui.input(|i| (i.smooth_scroll_delta().y, i.zoom_delta()));
        let factor = (wheel * WHEEL).exp() * pinch;
        if (factor - 1.0).abs() > 1e-4 {
            // In the left half the same picture point is as far from that half's middle.
            let shift = if canvas.contains(cursor) {
                0.0
            } else {
                canvas.width()
            };
            self.view
                .zoom_at(factor, cursor + vec2(shift, 0.0), size, canvas, density);
        }
    }

    fn wipe(&mut self, ui: &Ui, worn: &Worn<'_>, sight: &Sight) {
        let shown = sight.picture.intersect(sight.canvas);
        let x = (sight.picture.left() + self.wipe * sight.picture.width()).clamp(shown.left(), shown.right());
        let left = Rect::from_min_max(sight.canvas.min, pos2(x, sight.canvas.bottom()));
        let right = Rect::from_min_max(pos2(x, sight.canvas.top()), sight.canvas.max);
        worn.before.paint(&ui.painter_at(left), sight.picture);
        worn.paint(&ui.painter_at(right), sight);
        let knob = Rect::from_center_size(pos2(x, shown.bottom() - 5.0 * GRID), Vec2::splat(36.0));
        let grip = Rect::from_center_size(pos2(x, shown.center().y), vec2(12.0, shown.height()));
        let words = worn.desk.words;
        let line = ui.interact(grip, ui.scope_id().with("wipe line"), Sense::drag());
        let response = ui.interact(knob, ui.scope_id().with("wipe"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::slider(true, f64::from(self.wipe), words.say("wipe-line")));
        if response.has_focus() {
            let keys = |k| ui.input(|i| i.num_presses(k) as f32);
            self.wipe += 0.02 * (keys(Key::ArrowRight) - keys(Key::ArrowLeft));
        }
        let delta = response.drag_delta().x + line.drag_delta().x;
        self.wipe = (self.wipe + delta / sight.picture.width()).clamp(0.0, 1.0);
        let _ = line.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        let painter = ui.painter_at(sight.canvas);
        let white = Color32::from_white_alpha(210);
        painter.vline(x, shown.y_range(), Stroke::new(1.0, white));
        painter.circle(
            knob.center(),
            15.0,
            Color32::from_black_alpha(120),
            Stroke::new(1.2, white),
        );
        for side in [-1.0, 1.0] {
            let at = |dx: f32, dy: f32| knob.center() + vec2(side * dx, dy);
            painter.line(
                vec![at(4.0, -4.0), at(8.0, 0.0), at(4.0, 4.0)],
                Stroke::new(1.4, white),
            );
        }
        if response.has_focus() {
            painter.circle_stroke(knob.center(), 18.0, Stroke::new(1.5, worn.desk.palette.accent));
        }
        let _ = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        let label = |key: &str, align: Align2, dx: f32| {
            let place = pos2(x + dx, shown.top() + 2.0 * GRID);
            if shown.expand(1.0).contains(pos2(x + 5.0 * dx, place.y)) {
                pill(&painter, place, align, &words.say(key));
            }
        };
        label("before", Align2::RIGHT_CENTER, -14.0);
        label("after", Align2::LEFT_CENTER, 14.0);
    }

    /// Zoom and points, at the bottom right.
    fn tools(&self, ui: &mut Ui, desk: &Desk, rect: Rect, size: Vec2, actions: &mut Vec<Action>) {
        let (palette, words) = (&desk.palette, desk.words);
        let width = 3.0 * TOUCH + 56.0;
        let place = Rect::from_min_size(
            rect.right_bottom() - vec2(width + 16.0, TOUCH + 16.0),
            vec2(width, TOUCH),
        );
        let ground = palette.panel.gamma_multiply(0.92);
        ui.painter().rect_filled(place.expand(2.0), 10.0, ground);
        let mut ui = ui.new_child(
            UiBuilder::new()
                .max_rect(place)
                .layout(eframe::egui::Layout::left_to_right(eframe::egui::Align::Center)),
        );
        ui.spacing_mut().item_spacing.x = 0.0;
        if icon::button(
            &mut ui,
            palette,
            Icon::Points,
            &words.say("points"),
            true,
            self.points,
        )
        .clicked()
        {
            actions.push(Action::Do(Command::Points));
        }
        let eye = icon::button(
            &mut ui,
            palette,
            Icon::Eye,
            &words.say("hold-original"),
            true,
            false,
        );
        ui.ctx().data_mut(|d| {
            let down = eye.is_pointer_button_down_on();
            d.insert_temp(held_id(), down);
        });
        if icon::button(
            &mut ui,
            palette,
            Icon::Fit,
            &words.say("fit"),
            true,
            self.view.is_fit(),
        )
        .clicked()
        {
            actions.push(Action::Do(Command::Fit));
        }
        self.percent(&mut ui, desk, rect, size, actions);
    }

    /// How large the picture is shown; a click shows it pixel for pixel.
    fn percent(&self, ui: &mut Ui, desk: &Desk, rect: Rect, size: Vec2, actions: &mut Vec<Action>) {
        let canvas = self.last.map_or(rect, |(_, canvas)| canvas);
        let percent = self.view.zoom(size, canvas, ui.ctx().pixels_per_point()) * 100.0;
        let label = format!("{percent:.0} %");
        let button = eframe::egui::Button::new(eframe::egui::RichText::new(label).font(text::small()))
            .frame_when_inactive(false)
            .min_size(vec2(56.0, TOUCH));
        let response = ui.add(button).on_hover_text(desk.words.say("actual-size"));
        if response.clicked() {
            actions.push(Action::Do(Command::Actual));
        }
    }

    /// What is going on, or what went wrong.
    fn caption(&self, ui: &Ui, desk: &Desk, rect: Rect, held: bool) {
        let painter = ui.painter_at(rect);
        let place = pos2(rect.center().x, rect.top() + 3.0 * GRID);
        if held {
            pill(&painter, place, Align2::CENTER_CENTER, &desk.words.say("before"));
        } else if let Some(problem) = &desk.problem {
            problem_card(&painter, &desk.palette, rect, &desk.words.why(problem));
        }
    }

    /// No portrait, or one that is being read.
    fn nothing(&self, ui: &mut Ui, desk: &Desk, rect: Rect, actions: &mut Vec<Action>) {
        if let Some(path) = desk.document().portrait().filter(|_| desk.problem.is_none()) {
            // While a portrait is decoded its small picture stands in, at the same place.
            if let Some(small) = desk.pictures.get(&Subject::Portrait(path.to_owned())) {
                let sight = View::default().sight(small.size(), rect, ui.ctx().pixels_per_point());
                small.paint(&ui.painter_at(rect), sight.picture);
            }
            return;
        }
        let place = Rect::from_center_size(rect.center(), vec2(360.0, 160.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(place));
        ui.vertical_centered(|ui| {
            let title = desk
                .problem
                .as_ref()
                .map(|problem| desk.words.why(problem))
                .unwrap_or_else(|| desk.words.say("canvas-empty"));
            ui.label(eframe::egui::RichText::new(title).color(desk.palette.soft));
            ui.add_space(GRID);
            if ui.button(desk.words.say("open-portrait")).clicked() {
                actions.push(Action::Do(Command::Open));
            }
        });
    }
}

/// What is shown as "after".
struct Worn<'a> {
    before: &'a Picture,
    /// None while the flat artwork is ahead of the result.
    after: Option<&'a Picture>,
    desk: &'a Desk,
    seats: &'a [live::Seat],
}

impl Worn<'_> {
    fn paint(&self, painter: &Painter, sight: &Sight) {
        match self.after {
            Some(after) => after.paint(painter, sight.picture),
            None => live::paint(painter, self.desk, self.before, self.seats, sight),
        }
    }
}

fn held_id() -> eframe::egui::Id {
    eframe::egui::Id::unique("the original is held")
}

/// Is the original asked for, by key or by button?
fn is_held(ui: &Ui) -> bool {
    let typing = ui.ctx().egui_wants_keyboard_input();
    let key = !typing && ui.input(|i| i.key_down(Key::O) && i.modifiers.is_none());
    key || ui.ctx().data(|d| d.get_temp(held_id()).unwrap_or(false))
}

fn halves(rect: Rect) -> [Rect; 2] {
    let (left, right) = rect.split_left_right_at_fraction(0.5);
    [left, right]
}

/// Words on the picture.
pub fn pill(painter: &Painter, place: eframe::egui::Pos2, align: Align2, words: &str) {
    let galley = painter.layout_no_wrap(words.to_owned(), text::small(), Color32::from_white_alpha(235));
    let rect = align.anchor_size(place, galley.size() + vec2(18.0, 10.0));
    painter.rect_filled(rect, rect.height() / 2.0, Color32::from_black_alpha(150));
    painter.galley(rect.min + vec2(9.0, 5.0), galley, Color32::WHITE);
}

/// A sentence over the canvas.
fn problem_card(painter: &Painter, palette: &Palette, rect: Rect, problem: &str) {
    let width = (rect.width() - 96.0).clamp(160.0, 520.0);
    let galley = painter.layout(problem.to_owned(), text::body(), palette.ink, width);
    let card = Rect::from_center_size(
        pos2(rect.center().x, rect.top() + galley.size().y / 2.0 + 40.0),
        galley.size() + vec2(40.0, 28.0),
    );
    painter.rect_filled(card, 10.0, palette.panel);
    painter.rect_filled(
        Rect::from_min_size(card.min, vec2(4.0, card.height())),
        2.0,
        palette.alert,
    );
    painter.galley(card.min + vec2(20.0, 14.0), galley, palette.ink);
}
