//! Notes: in plain words what is uncertain about the result, or why a piece is not seen.

use super::desk::Desk;
use super::handles::{piece_name, snake};
use super::theme::text;
use crate::anchors::Name;
use crate::placement::{Hidden, Piece};
use eframe::egui::{RichText, Ui};

/// A point known no better than this is worth a look, millimetres.
const UNSURE_MM: f64 = 3.0;
/// Probability of the head below which it is said.
const UNSURE_FACE: f64 = 0.8;

/// Shows them.
pub fn show(ui: &mut Ui, desk: &Desk) {
    ui.add_space(4.0);
    for line in lines(desk) {
        ui.label(RichText::new(line).font(text::small()).color(desk.palette.faint));
    }
}

/// All of them; none before the first result.
fn lines(desk: &Desk) -> Vec<String> {
    let (Some(result), words) = (desk.current_result(), desk.words) else {
        return Vec::new();
    };
    let outcome = &result.fitted.outcome;
    let report = &outcome.report;
    let mut lines = Vec::new();
    for piece in &report.pieces {
        let key = match piece.hidden {
            Some(Hidden::Turned) => "note-turned",
            Some(Hidden::Covered) => "note-covered",
            Some(Hidden::Outside) => "note-outside",
            Some(Hidden::User) | None => continue,
        };
        let degrees = format!("{:.0}", report.pose.yaw.abs());
        let name = piece_name(desk, piece.piece);
        lines.push(words.fill(key, &[("piece", &name), ("degrees", &degrees)]));
    }
    for piece in report.pieces.iter().filter(|p| p.hidden.is_none()) {
        let shown = piece_name(desk, piece.piece);
        let shorter = format!("{:.0}", piece.shorter_cm());
        let told = [
            (piece.is_covered(), "note-covered"),
            (piece.is_cut(), "note-cut"),
            (piece.is_behind_hand(), "note-hand"),
            (piece.over_clothes && !piece.is_over_hat(), "note-over-clothes"),
            (piece.is_over_hat(), "note-over-hat"),
            (piece.shorter_mm > 0.0, "note-shorter"),
            (piece.replaces, "note-replaces"),
        ];
        for (_, key) in told.iter().filter(|(true_here, _)| *true_here) {
            lines.push(words.fill(key, &[("piece", &shown), ("cm", &shorter)]));
        }
        let name = held_by(piece.piece);
        let point = outcome.anchors.points.iter().find(|p| p.name == name);
        let mm = point.map_or(0.0, |p| p.sigma * outcome.anchors.mm_per_px.value);
        if mm > UNSURE_MM {
            let (point, mm) = (words.named("point", &snake(name)), format!("{mm:.0}"));
            lines.push(words.fill("note-unsure", &[("point", &point), ("mm", &mm)]));
        }
    }
    if report.monochrome && report.pieces.iter().any(|p| p.hidden.is_none()) {
        lines.push(words.say("note-monochrome"));
    }
    if outcome.anchors.other_head {
        lines.push(words.say("note-faces"));
    }
    if report.face < UNSURE_FACE {
        let percent = format!("{:.0}", report.face * 100.0);
        lines.push(words.fill("note-face", &[("percent", &percent)]));
    }
    let scale = report.mm_per_px;
    let percent = format!("{:.0}", 100.0 * scale.error / scale.value);
    lines.push(words.fill("size-error", &[("percent", &percent)]));
    lines
}

/// The point a piece hangs from.
fn held_by(piece: Piece) -> Name {
    match piece {
        Piece::EarringL => Name::LobeL,
        Piece::EarringR => Name::LobeR,
        Piece::Necklace => Name::Notch,
        Piece::Tiara => Name::Hairline,
        Piece::NoseStud => Name::NostrilL,
    }
}
