//! Handles: every piece can be dragged, scaled at its corners and turned at its knob; every named point can be
//! dragged. Millimetres and degrees stand beside what is being moved.

use super::action::Action;
use super::canvas::pill;
use super::desk::Desk;
use super::live::Seat;
use super::state::Edit;
use super::view::Sight;
use crate::anchors::Name;
use crate::placement::{Adjustment, Piece};
use eframe::egui::{
    Align2, Color32, CursorIcon, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2,
};
use glam::DVec2;

/// Half the side of what can be grabbed, points.
const GRAB: f32 = 9.0;
/// How far above a piece its knob is, points.
const KNOB: f32 = 26.0;
/// The frame is never smaller than this, points.
const SMALLEST: f32 = 26.0;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Move,
    Scale,
    Turn,
}

/// A drag that goes on.
#[derive(Clone, Debug)]
struct Drag {
    id: String,
    piece: Piece,
    kind: Kind,
    start: Adjustment,
    /// Where it began, picture pixels.
    origin: DVec2,
}

/// The handles' own state.
#[derive(Default)]
pub struct Handles {
    drag: Option<Drag>,
    selected: Option<(String, Piece)>,
}

impl Handles {
    /// Shows them.
    #[allow(clippy::too_many_arguments)]
    pub fn show(
        &mut self,
        ui: &Ui,
        desk: &Desk,
        seats: &[Seat],
        sight: &Sight,
        canvas: Rect,
        points: bool,
        actions: &mut Vec<Action>,
    ) {
        if points {
            self.points(ui, desk, sight, canvas, actions);
            return;
        }
        for seat in seats.iter().filter(|s| s.placement.hidden.is_none()) {
            self.piece(ui, desk, seat, sight, canvas, actions);
        }
        if ui.input(|i| i.pointer.any_released()) {
            self.drag = None;
        }
    }

    fn piece(
        &mut self,
        ui: &Ui,
        desk: &Desk,
        seat: &Seat,
        sight: &Sight,
        canvas: Rect,
        actions: &mut Vec<Action>,
    ) {
        let frame = frame(seat, sight);
        let body = Rect::from_points(&frame).intersect(canvas);
        if body.is_negative() {
            return;
        }
        let key = (seat.id.clone(), seat.placement.piece);
        let label = format!(
            "{} · {}",
            desk.name(&seat.id),
            piece_name(desk, seat.placement.piece)
        );
        let id = ui.scope_id().with(("piece", &key));
        let response = ui.interact(body, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
        if response.clicked() || response.drag_started() {
            self.selected = Some(key.clone());
            actions.push(Action::Unfold(seat.id.clone()));
        }
        let selected = self.selected.as_ref() == Some(&key);
        self.follow(ui, desk, seat, sight, &response, Kind::Move, actions);
        let shown = response.hovered() || response.has_focus() || selected || self.dragged(&key);
        if !shown {
            return;
        }
        let painter = ui.painter_at(canvas);
        let ink = desk.palette.accent;
        outline(&painter, &frame, ink, selected);
        if selected || self.dragged(&key) {
            self.grips(ui, desk, seat, sight, &painter, (id, &frame), actions);
        }
        if self.dragged(&key) {
            let adjustment = adjustment(desk, seat);
            let place = Rect::from_points(&frame).center_bottom() + vec2(0.0, 20.0);
            pill(
                &painter,
                place,
                Align2::CENTER_CENTER,
                &numbers(desk, &adjustment),
            );
        }
        let _ = response.on_hover_and_drag_cursor(CursorIcon::Move);
    }

    /// Corners to scale by and the knob to turn by.
    #[allow(clippy::too_many_arguments)]
    fn grips(
        &mut self,
        ui: &Ui,
        desk: &Desk,
        seat: &Seat,
        sight: &Sight,
        painter: &eframe::egui::Painter,
        (id, frame): (eframe::egui::Id, &[Pos2; 4]),
        actions: &mut Vec<Action>,
    ) {
        let ink = desk.palette.accent;
        for (i, corner) in frame.iter().enumerate() {
            let name = desk.words.say("handle-size");
            let grab = self.grab(ui, *corner, id.with(i), &name);
            self.follow(ui, desk, seat, sight, &grab, Kind::Scale, actions);
            painter.circle(*corner, 4.5, Color32::WHITE, Stroke::new(1.5, ink));
            let _ = grab.on_hover_and_drag_cursor(CursorIcon::ResizeNwSe);
        }
        let top = frame[0] + (frame[1] - frame[0]) / 2.0;
        let up = (frame[0] - frame[3]).normalized();
        let knob = top + up * KNOB;
        painter.line_segment([top, knob], Stroke::new(1.0, ink));
        painter.circle(knob, 5.0, ink, Stroke::new(1.5, Color32::WHITE));
        let grab = self.grab(ui, knob, id.with("knob"), &desk.words.say("handle-turn"));
        self.follow(ui, desk, seat, sight, &grab, Kind::Turn, actions);
        let _ = grab.on_hover_and_drag_cursor(CursorIcon::Grab);
    }

    fn grab(&self, ui: &Ui, place: Pos2, id: eframe::egui::Id, label: &str) -> Response {
        let rect = Rect::from_center_size(place, Vec2::splat(2.0 * GRAB));
        let response = ui.interact(rect, id, Sense::drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
        response
    }

    fn dragged(&self, key: &(String, Piece)) -> bool {
        let drag = self.drag.as_ref();
        drag.is_some_and(|d| d.id == key.0 && d.piece == key.1)
    }

    /// Turns a drag of `response` into a change of its piece.
    #[allow(clippy::too_many_arguments)]
    fn follow(
        &mut self,
        ui: &Ui,
        desk: &Desk,
        seat: &Seat,
        sight: &Sight,
        response: &Response,
        kind: Kind,
        actions: &mut Vec<Action>,
    ) {
        let Some(pointer) = response.interact_pointer_pos().map(|p| sight.to_picture(p)) else {
            return;
        };
        if response.drag_started() {
            let press = ui.input(|i| i.pointer.press_origin());
            self.drag = Some(Drag {
                id: seat.id.clone(),
                piece: seat.placement.piece,
                kind,
                start: adjustment(desk, seat),
                origin: press.map_or(pointer, |p| sight.to_picture(p)),
            });
        }
        let Some(drag) = self
            .drag
            .as_ref()
            .filter(|d| response.dragged() && d.kind == kind)
        else {
            return;
        };
        let next = moved(drag, seat, pointer);
        if next.is_sane() && next != adjustment(desk, seat) {
            let change = vec![(seat.placement.piece, next)];
            actions.push(Action::Edit(Edit::Adjust(seat.id.clone(), change)));
        }
    }

    fn points(&mut self, ui: &Ui, desk: &Desk, sight: &Sight, canvas: Rect, actions: &mut Vec<Action>) {
        let Some(anchors) = desk.anchors() else { return };
        let painter = ui.painter_at(canvas);
        for point in &anchors.points {
            let place = sight.to_screen(point.position);
            if !canvas.contains(place) {
                continue;
            }
            let name = desk.words.named("point", &snake(point.name));
            let response = self.grab(ui, place, ui.scope_id().with(("point", point.name)), &name);
            let sure = point.visible >= 0.5;
            let ink = if sure {
                desk.palette.accent
            } else {
                desk.palette.soft
            };
            let radius = if response.hovered() || response.dragged() {
                6.0
            } else {
                4.0
            };
            let sigma = (point.sigma as f32 * sight.scale).min(80.0);
            painter.circle_filled(place, sigma, ink.gamma_multiply(0.14));
            painter.circle(place, radius, ink, Stroke::new(1.2, Color32::WHITE));
            if response.hovered() || response.dragged() || response.has_focus() {
                let mm = point.sigma * anchors.mm_per_px.value;
                let label = format!("{name}  ±{mm:.1} mm");
                pill(&painter, place + vec2(0.0, -20.0), Align2::CENTER_CENTER, &label);
            }
            if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
                let edit = Edit::Point(point.name, sight.to_picture(pointer), anchors.points.clone());
                actions.push(Action::Edit(edit));
            }
            let _ = response.on_hover_and_drag_cursor(CursorIcon::Move);
        }
    }
}

/// The adjustment after the pointer went from the drag's origin to `pointer`, both picture pixels.
fn moved(drag: &Drag, seat: &Seat, pointer: DVec2) -> Adjustment {
    let mut next = drag.start;
    let pivot = seat.placement.pivot;
    let (from, to) = (drag.origin - pivot, pointer - pivot);
    let tenth = |v: f64| (v * 10.0).round() / 10.0;
    match drag.kind {
        Kind::Move => {
            // A shift is in true millimetres, whatever the size of the piece.
            let px_per_mm = seat.placement.px_per_mm / drag.start.scale;
            let shift = drag.start.shift_mm + (pointer - drag.origin) / px_per_mm;
            next.shift_mm = DVec2::new(tenth(shift.x), tenth(shift.y));
        }
        Kind::Scale if from.length() > 1.0 => {
            let scale = drag.start.scale * to.length() / from.length();
            next.scale = ((scale * 100.0).round() / 100.0).clamp(0.3, 3.0);
        }
        Kind::Turn if from.length() > 1.0 => {
            let turn = drag.start.rotation + from.angle_to(to).to_degrees();
            let turn = (turn + 180.0).rem_euclid(360.0) - 180.0;
            next.rotation = (turn * 2.0).round() / 2.0;
        }
        Kind::Scale | Kind::Turn => {}
    }
    next
}

/// The user's changes to a piece as the document has them.
fn adjustment(desk: &Desk, seat: &Seat) -> Adjustment {
    let document = desk.document();
    let portrait = document.portrait();
    let adjustments = portrait.map(|p| document.adjustments(p, &seat.id));
    adjustments
        .and_then(|a| a.get(&seat.placement.piece).copied())
        .unwrap_or_default()
}

/// Corners on the screen, clockwise from the artwork's top left; a small piece gets a larger frame.
fn frame(seat: &Seat, sight: &Sight) -> [Pos2; 4] {
    let mm = seat.size_mm;
    let corners = [DVec2::ZERO, DVec2::new(mm.x, 0.0), mm, DVec2::new(0.0, mm.y)];
    let frame = corners.map(|c| sight.to_screen(seat.placement.warp.apply(c)));
    let center = frame.iter().fold(Vec2::ZERO, |sum, p| sum + p.to_vec2()) / 4.0;
    let least = (frame[1] - frame[0]).length().min((frame[3] - frame[0]).length());
    let factor = (SMALLEST / least.max(1.0)).max(1.0);
    frame.map(|p| (center + (p.to_vec2() - center) * factor).to_pos2())
}

fn outline(painter: &eframe::egui::Painter, frame: &[Pos2; 4], ink: Color32, strong: bool) {
    let stroke = Stroke::new(1.2, if strong { ink } else { ink.gamma_multiply(0.7) });
    let mut line = frame.to_vec();
    line.push(frame[0]);
    if strong {
        painter.add(Shape::line(line, stroke));
    } else {
        painter.extend(Shape::dashed_line(&line, stroke, 5.0, 4.0));
    }
}

fn numbers(desk: &Desk, a: &Adjustment) -> String {
    // Nothing has no sign.
    let signed = |v: f64| format!("{:+.1}", if v.abs() < 0.05 { 0.0 } else { v });
    desk.words.fill(
        "handle-numbers",
        &[
            ("x", &signed(a.shift_mm.x)),
            ("y", &signed(a.shift_mm.y)),
            ("size", &format!("{:.0}", a.scale * 100.0)),
            ("turn", &signed(a.rotation)),
        ],
    )
}

/// A piece in words.
pub fn piece_name(desk: &Desk, piece: Piece) -> String {
    desk.words.say(match piece {
        Piece::EarringL => "piece-earring-l",
        Piece::EarringR => "piece-earring-r",
        Piece::Necklace => "piece-necklace",
        Piece::Tiara => "piece-tiara",
        Piece::NoseStud => "piece-nose-stud",
    })
}

/// `EarTopL` as `ear_top_l`.
pub fn snake(name: Name) -> String {
    let mut text = String::new();
    for c in format!("{name:?}").chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
