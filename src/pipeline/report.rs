//! Report: figures about a try-on that a person or a program can judge it by.

use super::Stage;
use crate::anchors::{Anchors, Measure, Part, Pose};
use crate::model::Runtime;
use crate::photo::{Patch, Photo, Toning};
use crate::placement::{Hidden, Piece, Placement};
use crate::restore::Worn;
use serde::Serialize;

/// Less than this share inside the picture is worth a word.
const CUT: f32 = 0.995;
/// More than this share behind a hand is as well.
const BEHIND: f32 = 0.02;

/// A piece of which less than this share is seen is all but covered.
pub(super) const COVERED: f32 = 0.15;
/// One that is no chain is not drawn where less than this share of it lies inside the picture: a tiara's tips at its upper
/// edge show no product.
pub(super) const FRAMED: f32 = 0.3;

/// Milliseconds a stage took, all pieces together.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct StageTime {
    /// Which.
    pub stage: Stage,
    /// Wall-clock milliseconds.
    pub ms: f64,
}

/// What became of one piece.
#[derive(Clone, Debug, Serialize)]
pub struct PieceReport {
    /// Id of its product.
    pub product: String,
    /// Which.
    pub piece: Piece,
    /// Why it is not drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Share of the product that can be seen, 0..1.
    pub visible: f32,
    /// Share of the product that lies inside the picture, or of what hangs lowest of a chain, if that is less; 0..1.
    pub framed: f32,
    /// Share of it that a hand hides, 0..1.
    pub behind_hand: f32,
    /// Does it lie over clothes: a closed neckline, or what covers the head?
    pub over_clothes: bool,
    /// By how much a chain is worn shorter than it is, so that its pendant is in the picture, mm.
    pub shorter_mm: f64,
    /// Does it take the place of one that the person wears, which is taken off?
    pub replaces: bool,
    /// Darkest shadow, 0..1 of the photo's encoded value.
    pub deepest_shadow: f32,
    /// Share of the photo's pixels that changed, and with it that of what was taken off at its place.
    pub changed: f64,
    /// Pixels per millimetre at the piece.
    pub px_per_mm: f64,
    /// Mean ΔE2000 between the product and its artwork after the light is undone, before any look; none where it
    /// is too thin to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour_error: Option<f32>,
}

impl PieceReport {
    /// Is a part of it that matters outside the picture?
    pub fn is_cut(&self) -> bool {
        self.hidden.is_none() && self.framed < CUT
    }

    /// Is a part of it behind a hand?
    pub fn is_behind_hand(&self) -> bool {
        self.hidden.is_none() && self.behind_hand > BEHIND
    }

    /// By how much a chain is worn shorter, in whole centimetres, as chains are sold.
    pub fn shorter_cm(&self) -> f64 {
        (self.shorter_mm / 10.0).ceil()
    }

    /// Does it lie over a hat, a veil or a scarf?
    pub fn is_over_hat(&self) -> bool {
        self.over_clothes && self.piece == Piece::Tiara
    }

    /// Does it lie over a closed neckline?
    pub fn is_over_collar(&self) -> bool {
        self.over_clothes && self.piece == Piece::Necklace
    }

    /// Is it drawn, and all but covered?
    pub fn is_covered(&self) -> bool {
        self.hidden.is_none() && self.visible < COVERED
    }

    /// The piece in plain words, with its product where `pieces` has such a piece of another one.
    pub fn name(&self, pieces: &[Self]) -> String {
        let other = |p: &Self| p.piece == self.piece && p.product != self.product;
        match words(self.piece) {
            name if pieces.iter().any(other) => format!("{name} {}", self.product),
            name => name.to_owned(),
        }
    }

    /// From a placement and, where it was drawn, its result.
    pub(super) fn new(
        product: &str,
        placement: &Placement,
        worn: Option<&Worn>,
        photo: &Photo,
        anchors: &Anchors,
    ) -> Self {
        let drawn = worn.is_some();
        let hidden = placement.hidden;
        Self {
            product: product.to_owned(),
            piece: placement.piece,
            hidden,
            why: hidden.map(|h| h.to_string()),
            visible: worn.map_or(0.0, |w| w.visible),
            framed: worn.map_or(0.0, |w| w.framed),
            behind_hand: worn.map_or(0.0, |w| w.behind_hand),
            over_clothes: drawn && over_clothes(placement, anchors),
            shorter_mm: placement.wrap.filter(|_| drawn).map_or(0.0, |w| w.shorter_mm),
            replaces: false,
            deepest_shadow: worn.map_or(0.0, |w| w.deepest_shadow),
            changed: worn.map_or(0.0, |w| share(&w.patch, photo)),
            px_per_mm: placement.px_per_mm,
            colour_error: None,
        }
    }
}

/// Figures about one try-on.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Engine and version.
    pub engine: String,
    /// The device asked for.
    pub requested_device: String,
    /// The device in use.
    pub device: String,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Scale at the eyes.
    pub mm_per_px: Measure,
    /// Turn of the head, degrees.
    pub pose: Pose,
    /// Probability of the head.
    pub face: f64,
    /// Is there another, smaller head?
    pub other_head: bool,
    /// Is the picture in black and white, and so what is worn?
    pub monochrome: bool,
    /// Pixels that changed outside the wear mask, before any look; anything but 0 is a fault of the program.
    pub outside: u64,
    /// Milliseconds inside the networks.
    pub models_ms: f64,
    /// One entry a piece.
    pub pieces: Vec<PieceReport>,
    /// Time by stage.
    pub stages: Vec<StageTime>,
}

impl Report {
    /// Gathers what is known.
    pub(super) fn new(
        runtime: &Runtime,
        photo: &Photo,
        anchors: &Anchors,
        pieces: Vec<PieceReport>,
        stages: Vec<StageTime>,
    ) -> Self {
        let (requested, actual) = runtime.device();
        let mut notes = runtime.notes().to_vec();
        notes.extend_from_slice(photo.notes());
        if anchors.other_head {
            notes.push("there is more than one face in the picture; the largest one is used".into());
        }
        let monochrome = Toning::of(photo, anchors.crop).is_some();
        if monochrome && pieces.iter().any(|p| p.hidden.is_none()) {
            notes.push("the picture is in black and white, and so is what is worn in it".into());
        }
        for piece in &pieces {
            let name = piece.name(&pieces);
            if let Some(why) = &piece.why {
                notes.push(format!("{name} is not drawn: {why}"));
            } else if piece.is_cut() {
                let more = "use a picture that shows more around it";
                notes.push(format!("{name} is cut off by the picture's edge; {more}"));
            }
            if piece.is_covered() {
                notes.push(format!("hardly anything of {name} can be seen"));
            }
            if piece.is_behind_hand() {
                notes.push(format!("a part of {name} is behind a hand"));
            }
            if piece.shorter_mm > 0.0 {
                notes.push(format!(
                    "{name} is worn {:.0} cm shorter than it is, so that its pendant is in the picture",
                    piece.shorter_cm()
                ));
            }
            if piece.replaces {
                notes.push(format!(
                    "{name} takes the place of one that is worn in the picture; what was behind that is made up"
                ));
            }
            if piece.over_clothes {
                let why = match piece.piece {
                    Piece::Tiara => "the head is covered",
                    _ => "the neckline is closed",
                };
                notes.push(format!("{why}: {name} lies over the clothes"));
            }
        }
        let scale = anchors.mm_per_px;
        notes.push(format!(
            "sizes are true to ±{:.0} %",
            100.0 * scale.error / scale.value
        ));
        Self {
            engine: runtime.engine().into(),
            requested_device: requested.into(),
            device: actual.into(),
            notes,
            mm_per_px: scale,
            pose: anchors.pose,
            face: anchors.face,
            other_head: anchors.other_head,
            monochrome,
            outside: 0,
            models_ms: 0.0,
            pieces,
            stages,
        }
    }
}

/// Share of a photo's pixels that a patch changes.
pub(super) fn share(patch: &Patch, photo: &Photo) -> f64 {
    let changed = patch.changed.iter().filter(|c| **c).count();
    changed as f64 / (f64::from(photo.width()) * f64::from(photo.height()))
}

/// Is what a piece lies on worn as well?
fn over_clothes(placement: &Placement, anchors: &Anchors) -> bool {
    match placement.piece {
        Piece::Necklace => placement.wrap.is_some_and(|wrap| wrap.outside),
        Piece::Tiara => anchors.parts.at(Part::Clothes, placement.pivot) > 0.5,
        Piece::EarringL | Piece::EarringR | Piece::NoseStud => false,
    }
}

/// A piece in plain words.
fn words(piece: Piece) -> &'static str {
    match piece {
        Piece::EarringL => "the left earring",
        Piece::EarringR => "the right earring",
        Piece::Necklace => "the necklace",
        Piece::Tiara => "the tiara",
        Piece::NoseStud => "the nose stud",
    }
}
