//! Placement: where every piece of a product sits on a head.
//!
//! Takes [`Anchors`], a [`Product`] and the user's [`Adjustments`]; gives one [`Placement`] a piece:
//! a [`Warp`] from product millimetres to photo pixels, and whether the piece is hidden and why.

mod adjustment;
mod necklace;
mod neckline;
mod tiara;
mod wrap;

pub use adjustment::{Adjustment, Adjustments, Strength, Visibility};
pub use wrap::Wrap;

use crate::anchors::{Anchors, Name, wing};
use crate::geometry::Warp;
use crate::product::{Attach, Category, Pair, Product};
use glam::{DAffine2, DVec2};
use serde::{Deserialize, Serialize};

/// Below this probability of its point being seen, a piece is hidden. The point's own word alone counts: the part map
/// is too coarse to say whether hair lies on a lobe or beside it (training/README.md has both measured).
const SEEN: f64 = 0.55;
/// A head turned further than this (degrees) has one ear behind it.
const TURNED: f64 = 15.0;
/// A head turned further than this (degrees) has one wing of the nose behind its tip.
const ASIDE: f64 = 22.0;
/// Beyond this turn (degrees) a front view of a piece is not believable any more.
const PROFILE: f64 = 75.0;
/// Ears lie about 90 mm behind the eyes; at a portrait's usual distance (1.6 m) they look this much smaller.
const EAR_DEPTH: f64 = 0.95;
/// Drops hang facing this much outward of the face, degrees…
const DROP_YAW: f64 = 28.0;
/// …and studs, which lie flat on the lobe, this much.
const STUD_YAW: f64 = 42.0;
/// A piece lower than this (mm) is a stud.
const STUD_HEIGHT: f64 = 14.0;

/// One worn piece. `L` and `R` are the wearer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// Earring on the left lobe.
    EarringL,
    /// Earring on the right lobe.
    EarringR,
    /// Round the neck.
    Necklace,
    /// On the hair.
    Tiara,
    /// On the left nostril.
    NoseStud,
}

impl Piece {
    /// The lobe an earring hangs from; none of other pieces.
    pub fn lobe(self) -> Option<Name> {
        match self {
            Self::EarringL => Some(Name::LobeL),
            Self::EarringR => Some(Name::LobeR),
            Self::Necklace | Self::Tiara | Self::NoseStud => None,
        }
    }

    /// Is something like it worn in its place already?
    pub fn is_worn_already(self, anchors: &Anchors) -> bool {
        match self {
            Self::Necklace => anchors.wears_necklace(),
            _ => self.lobe().is_some_and(|lobe| anchors.wears_earring(lobe)),
        }
    }

    /// All pieces.
    pub const ALL: [Self; 5] = [
        Self::EarringL,
        Self::EarringR,
        Self::Necklace,
        Self::Tiara,
        Self::NoseStud,
    ];
}

/// Why a piece is not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hidden {
    /// Its place is on the far side of the turned head.
    Turned,
    /// Its place is covered, most often by hair, now and then by a hand.
    Covered,
    /// Its place lies outside the picture.
    Outside,
    /// The user said so.
    User,
}

impl std::fmt::Display for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Turned => "behind the turned head",
            Self::Covered => "covered by hair, clothes or a hand",
            Self::Outside => "outside the picture",
            Self::User => "hidden by the user",
        })
    }
}

/// Where one piece sits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// Which piece.
    pub piece: Piece,
    /// Product millimetres to photo pixels (a mirrored piece has its mirror inside).
    pub warp: Warp,
    /// What a neck hides of a chain, or a head of a band; `None` for all else.
    pub wrap: Option<Wrap>,
    /// Photo pixels per millimetre at the piece.
    pub px_per_mm: f64,
    /// The point it is fixed at and turns about, photo pixels.
    pub pivot: DVec2,
    /// How strongly it is shaded and relit.
    pub strength: Strength,
    /// Why it is not drawn; `None` when it is.
    pub hidden: Option<Hidden>,
}

/// Places every piece of a product. `size` is the photo's width and height in pixels.
pub fn place(anchors: &Anchors, product: &Product, adjustments: &Adjustments, size: DVec2) -> Vec<Placement> {
    pieces(product)
        .into_iter()
        .map(|piece| {
            let adjustment = adjustments.get(&piece).copied().unwrap_or_default();
            let Seat {
                warp,
                wrap,
                px_per_mm,
                pivot,
            } = seat(anchors, product, piece, &adjustment, size);
            // A shift is in true millimetres, whatever the size of the piece. How low a chain hangs is told by now.
            let mut shift = adjustment.shift_mm * px_per_mm / adjustment.scale;
            if piece == Piece::Necklace {
                shift.y = 0.0;
            }
            let warp = adjust(warp, pivot, shift, adjustment.rotation);
            let hidden = match adjustment.visibility {
                Visibility::Auto => {
                    hidden(anchors, piece, pivot, size).or_else(|| pendantless(product, &warp, size))
                }
                Visibility::Show => None,
                Visibility::Hide => Some(Hidden::User),
            };
            Placement {
                piece,
                warp,
                wrap,
                px_per_mm,
                pivot: pivot + shift,
                strength: adjustment.strength,
                hidden,
            }
        })
        .collect()
}

/// The pieces a product consists of.
fn pieces(product: &Product) -> Vec<Piece> {
    match (product.category, product.pair) {
        (Category::Earring, Pair::Single) => vec![Piece::EarringL],
        (Category::Earring, _) => vec![Piece::EarringL, Piece::EarringR],
        (Category::Necklace, _) => vec![Piece::Necklace],
        (Category::Tiara, _) => vec![Piece::Tiara],
        (Category::NoseStud, _) => vec![Piece::NoseStud],
    }
}

/// A piece's place before the user's changes; as in [`Placement`].
struct Seat {
    warp: Warp,
    wrap: Option<Wrap>,
    px_per_mm: f64,
    pivot: DVec2,
}

/// Where a piece of the size that the user wants sits in a picture of `size` px.
fn seat(anchors: &Anchors, product: &Product, piece: Piece, adjustment: &Adjustment, size: DVec2) -> Seat {
    let factor = adjustment.scale;
    let px_per_mm = factor / anchors.mm_per_px.value;
    let seat = |warp, px_per_mm, pivot| Seat {
        warp,
        wrap: None,
        px_per_mm,
        pivot,
    };
    match (piece, product.attach) {
        (Piece::EarringL | Piece::EarringR, Attach::Hook(hook)) => {
            let left = piece == Piece::EarringL;
            let lobe = anchors.at(if left { Name::LobeL } else { Name::LobeR });
            // Artwork shows the left one.
            let mirror = if !left && product.pair == Pair::Mirror {
                -1.0
            } else {
                1.0
            };
            let px_per_mm = px_per_mm * EAR_DEPTH;
            // Earrings hang with gravity: the head's roll does not tilt them, its yaw turns them.
            let outward = if product.size_mm.y < STUD_HEIGHT {
                STUD_YAW
            } else {
                DROP_YAW
            };
            let yaw = anchors.pose.yaw + if left { outward } else { -outward };
            let scale = DVec2::new(px_per_mm * mirror * shortened(yaw), px_per_mm);
            seat(Warp::rigid(pinned(hook, lobe, scale, 0.0)), px_per_mm, lobe)
        }
        (Piece::Necklace, Attach::Chain { end_l, end_r, lowest }) => {
            let ends = [end_l, end_r, lowest];
            let sizes = (px_per_mm, factor);
            let lower = adjustment.shift_mm.y / anchors.mm_per_px.value;
            let (warp, pivot, wrap) = necklace::drape(anchors, ends, &product.course, sizes, (size.y, lower));
            Seat {
                wrap: Some(wrap),
                ..seat(warp, px_per_mm, pivot)
            }
        }
        (Piece::Tiara, Attach::Band { base, end_l, end_r }) => {
            let (warp, place, wrap) = tiara::stand(anchors, [base, end_l, end_r], px_per_mm);
            Seat {
                wrap: Some(wrap),
                ..seat(warp, px_per_mm, place)
            }
        }
        (_, attach) => {
            let (pin, place) = match attach {
                Attach::Hook(hook) => (hook, wing(anchors, Name::NostrilL)),
                Attach::Chain { lowest, .. } => (lowest, anchors.at(Name::Notch)),
                Attach::Band { base, .. } => (base, anchors.at(Name::Hairline)),
            };
            let scale = DVec2::new(px_per_mm * shortened(anchors.pose.yaw), px_per_mm);
            let warp = Warp::rigid(pinned(pin, place, scale, anchors.pose.roll));
            seat(warp, px_per_mm, place)
        }
    }
}

/// How much a front view is narrowed by the head's yaw in degrees.
fn shortened(yaw: f64) -> f64 {
    yaw.to_radians().cos().max(PROFILE.to_radians().cos())
}

/// Puts product point `pin` (mm) on `place` (px): scaled, then turned clockwise by degrees.
fn pinned(pin: DVec2, place: DVec2, scale: DVec2, degrees: f64) -> DAffine2 {
    DAffine2::from_scale_angle_translation(scale, degrees.to_radians(), place)
        * DAffine2::from_translation(-pin)
}

/// Turns a warp by degrees and shifts it by px, as the user asked; scale is already inside.
fn adjust(warp: Warp, pivot: DVec2, shift: DVec2, rotation: f64) -> Warp {
    let change = DAffine2::from_translation(pivot + shift)
        * DAffine2::from_angle(rotation.to_radians())
        * DAffine2::from_translation(-pivot);
    Warp {
        to_photo: change * warp.to_photo,
        ..warp
    }
}

/// Why a piece cannot be seen, if so.
fn hidden(anchors: &Anchors, piece: Piece, place: DVec2, size: DVec2) -> Option<Hidden> {
    let (name, far) = match piece {
        // Turning to her left takes her left ear away from the camera.
        Piece::EarringL => (Name::LobeL, anchors.pose.yaw > TURNED),
        Piece::EarringR => (Name::LobeR, anchors.pose.yaw < -TURNED),
        Piece::NoseStud => (Name::NostrilL, false),
        Piece::Necklace | Piece::Tiara => {
            // Both reach far beyond one point; they are hidden only where there is no place for them.
            let inside = place.cmpge(-0.2 * size).all() && place.cmple(1.2 * size).all();
            return (!inside).then_some(Hidden::Outside);
        }
    };
    if piece == Piece::NoseStud && anchors.pose.yaw > ASIDE {
        return Some(Hidden::Turned);
    }
    if place.cmplt(DVec2::ZERO).any() || place.cmpgt(size).any() {
        return Some(Hidden::Outside);
    }
    let seen = anchors.point(name).visible >= SEEN;
    (!seen).then_some(if far { Hidden::Turned } else { Hidden::Covered })
}

/// A chain whose pendant hangs out of the picture does not show the product.
fn pendantless(product: &Product, warp: &Warp, size: DVec2) -> Option<Hidden> {
    let Attach::Chain { lowest, .. } = product.attach else {
        return None;
    };
    let pendant = product.course.pendant();
    let middle = warp.apply(lowest + DVec2::new(0.0, pendant / 2.0));
    let inside = middle.cmpge(DVec2::ZERO).all() && middle.cmple(size).all();
    (pendant > 0.0 && !inside).then_some(Hidden::Outside)
}

/// A head for the tests of what is put on it.
#[cfg(test)]
pub(crate) mod head {
    use crate::anchors::{Anchors, Measure, Name, PartMap, Point, Pose};
    use crate::geometry::Square;
    use glam::DVec2;

    /// At 2 px per millimetre, facing the camera, every point seen where `place` says.
    pub fn with(place: impl Fn(Name) -> DVec2, parts: PartMap) -> Anchors {
        let point = |name| Point {
            name,
            position: place(name),
            sigma: 1.0,
            visible: 1.0,
        };
        Anchors {
            points: Name::ALL.map(point).to_vec(),
            pose: Pose {
                yaw: 0.0,
                pitch: 0.0,
                roll: 0.0,
            },
            mm_per_px: Measure {
                value: 0.5,
                error: 0.05,
            },
            face: 1.0,
            crop: Square {
                center: DVec2::ZERO,
                side: 1.0,
            },
            other_head: false,
            parts,
            trinkets: Vec::new(),
            strand: None,
        }
    }
}
