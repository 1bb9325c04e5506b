//! Anchors: where a head's named points are, how sure that is, and what every part is.
//!
//! Takes a [`Photo`], gives [`Anchors`]. One network runs on the whole photo to find the head (and, where that shows none,
//! on parts of it), on the head's crop, turned upright, and on a lower one mirrored; the points are the means of the last
//! two. A run on the photo with that head blanked tells whether there is another one. A small second network
//! looks at each ear more closely, a third one for what is worn there already.

mod cover;
mod ears;
mod hand;
mod head;
mod look;
mod lying;
mod mirrored;
mod motion;
mod nose;
mod parts;
mod search;
mod sight;
mod strand;
mod trinket;

pub use cover::{Cover, LIKELY};
pub use ears::look_at_ears;
pub use hand::look_for_hands;
pub use head::{crop, extent, window};
pub use motion::{follow, heads, newcomer};
pub use nose::wing;
pub use parts::{Part, PartMap};
pub use strand::look_for_strand;
pub use trinket::{Trinket, look_for_trinkets};

use crate::geometry::Square;
use crate::model::{self, Model};
use crate::photo::Photo;
use glam::DVec2;
use serde::{Deserialize, Serialize};
use sight::{Sight, blank, look};
use std::path::PathBuf;

/// Side of the network's input, pixels.
pub const SIZE: usize = 256;
/// Skin at the notch from which a neckline is open: of 140 photographs of people those with a tie have 0 to 0.28.
const OPEN: f32 = 0.5;
/// Background from which the notch is taken to lie outside the picture; from there to the middle of the neck it is looked in
/// so many steps where less of it is.
const BEYOND: f32 = 0.2;
const THROAT: i32 = 20;
/// Probability below which there is no head.
const FACE: f32 = 0.5;
/// A head that is tilted by more degrees lies on its side: what hangs would hang across the face.
const LYING: f64 = 60.0;
/// A head must be so many pixels high.
const LEAST: f64 = 60.0;
/// A second head must be at least this probable, so that a busy background does not count.
const OTHER_FACE: f32 = 0.8;

/// What can go wrong in finding a head.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing in the picture looks like a head.
    #[error("no face found; use a picture in which the head is at least 60 pixels high and not cut off")]
    NoFace,
    /// There are too few pixels of a head to say where anything is.
    #[error("the head is {0:.0} pixels high; use a picture in which it is at least 60 pixels high")]
    Small(f64),
    /// The picture lies on its side or is upside down.
    #[error(
        "the head is turned by {0:.0} degrees, so the picture lies on its side or is upside down; turn it upright in any picture viewer, save it and open it again"
    )]
    Lying(f64),
    /// The network is not one that finds points.
    #[error("{}: gives {found} where {wanted} is expected; run `bijou models verify`", path.display())]
    Shape {
        /// Its file.
        path: PathBuf,
        /// What it should give.
        wanted: String,
        /// What it gives.
        found: String,
    },
    /// The engine failed.
    #[error("the points of the head could not be found")]
    Model(#[from] model::Error),
}

/// The named points, in the order of the network's outputs. `L` and `R` are the subject's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Name {
    LobeL,
    LobeR,
    EyeL,
    EyeR,
    NoseTip,
    NostrilL,
    NostrilR,
    MouthL,
    MouthR,
    Chin,
    EarTopL,
    EarTopR,
    NeckL,
    NeckR,
    Notch,
    Hairline,
    ShoulderL,
    ShoulderR,
}

impl Name {
    /// All names, in order.
    pub const ALL: [Self; 18] = [
        Self::LobeL,
        Self::LobeR,
        Self::EyeL,
        Self::EyeR,
        Self::NoseTip,
        Self::NostrilL,
        Self::NostrilR,
        Self::MouthL,
        Self::MouthR,
        Self::Chin,
        Self::EarTopL,
        Self::EarTopR,
        Self::NeckL,
        Self::NeckR,
        Self::Notch,
        Self::Hairline,
        Self::ShoulderL,
        Self::ShoulderR,
    ];
}

/// One named point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Which.
    pub name: Name,
    /// Photo pixels; may lie outside the picture.
    pub position: DVec2,
    /// Standard deviation of the position, photo pixels.
    pub sigma: f64,
    /// Probability 0..1 that the point can be seen.
    pub visible: f64,
}

/// Turn of the head, degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Positive: the subject turns to her left (to the right of the picture).
    pub yaw: f64,
    /// Positive: the subject looks up.
    pub pitch: f64,
    /// Positive: the head's top tilts to the right of the picture.
    pub roll: f64,
}

/// A measured value and its standard error, in the same unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The value.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
}

/// Everything known about the head in a photo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Anchors {
    /// The 18 points, in the order of [`Name::ALL`].
    pub points: Vec<Point>,
    /// Turn of the head.
    pub pose: Pose,
    /// Millimetres per photo pixel at the depth of the eyes.
    pub mm_per_px: Measure,
    /// Probability 0..1 that this is a head.
    pub face: f64,
    /// The square the second run looked at, which it may have turned as the head is tilted.
    pub crop: Square,
    /// Is there a further, smaller head in the picture?
    pub other_head: bool,
    /// What every place of the crop is; not part of a recipe.
    #[serde(skip)]
    pub parts: PartMap,
    /// What is worn at the ears already, where that was looked for; not part of a recipe.
    #[serde(skip)]
    pub trinkets: Vec<Trinket>,
    /// The necklace worn already, where that was looked for; not part of a recipe.
    #[serde(skip)]
    pub strand: Option<Cover>,
}

impl Anchors {
    /// The point of a name.
    pub fn point(&self, name: Name) -> &Point {
        &self.points[name as usize]
    }

    /// The same head with points set by hand, and with the scale and tilt that follow from them. A list that is
    /// not one point a name changes nothing.
    #[must_use]
    pub fn corrected(mut self, points: &[Point]) -> Self {
        let complete = points.iter().map(|p| p.name).eq(Name::ALL);
        if complete && self.points != points {
            points.clone_into(&mut self.points);
            self.pose.roll = head::roll(points);
            self.mm_per_px = head::mm_per_px(points, self.pose);
        }
        self
    }

    /// Is there skin at the notch? A tie's knot or a turtleneck's cloth lies there, though above it the throat may be
    /// bare. Where the picture ends above it or a hand lies there, the last of the throat that is seen tells.
    pub fn open_neckline(&self) -> bool {
        let (notch, neck) = (
            self.at(Name::Notch),
            (self.at(Name::NeckL) + self.at(Name::NeckR)) / 2.0,
        );
        let places = (0..=THROAT).map(|i| notch.lerp(neck, f64::from(i) / f64::from(THROAT)));
        let away = |place| self.parts.at(Part::Background, place) + self.parts.at(Part::Hand, place);
        let place = places.into_iter().find(|place| away(*place) < BEYOND);
        match place {
            Some(place) => self.parts.at(Part::Skin, place) > OPEN,
            // Of a throat that hands hide nothing is known; most that are held are bare.
            None => self.parts.at(Part::Skin, notch) + self.parts.at(Part::Hand, notch) > OPEN,
        }
    }

    /// Is an earring worn at a lobe already?
    pub fn wears_earring(&self, lobe: Name) -> bool {
        self.trinkets.iter().any(|t| t.lobe == lobe && t.map.is_there())
    }

    /// Is a necklace worn already?
    pub fn wears_necklace(&self) -> bool {
        self.strand.as_ref().is_some_and(Cover::is_there)
    }

    /// Position of a point, photo pixels.
    pub fn at(&self, name: Name) -> DVec2 {
        self.point(name).position
    }
}

/// Finds the largest head of a photo.
///
/// # Errors
/// [`Error::NoFace`] when there is none, [`Error::Small`] when it has too few pixels, [`Error::Lying`] when the picture is
/// not upright, [`Error::Model`] when the engine fails.
pub fn detect(model: &mut Model, photo: &Photo) -> Result<Anchors, Error> {
    let whole = whole(photo);
    let raster = photo.sample(whole, SIZE);
    let found = search::search(model, photo, whole, &raster)?;
    let blanked = blank(&raster, whole, crop(&found.sight.points));
    let other = look(model, whole.into(), &blanked)?;
    let apart = |points: &[Point]| head::apart(&found.sight.points, points);
    let other = if other.face > OTHER_FACE && apart(&other.points) {
        let closer = look_closer(model, photo, &other)?;
        let upright = closer.pose.roll.abs() < LYING;
        let certain = search::certain(model, photo, other, closer)?;
        certain.filter(|o| upright && apart(&o.sight.points))
    } else {
        None
    };
    let other_head = other.is_some();
    let larger = other.filter(|o| extent(&o.sight.points) > extent(&found.sight.points));
    let search::Found { first, sight } = larger.unwrap_or(found);
    let high = head::HIGH * extent(&sight.points);
    if high < LEAST {
        return Err(Error::Small(high));
    }
    let around = first.part_map();
    let mut found = anchors(sight, other_head);
    found.parts = found.parts.within(around);
    nose::off_the_openings(photo, &mut found);
    Ok(found)
}

/// Second run: on the head's crop of what the first one found, upright if it is tilted.
fn look_closer(model: &mut Model, photo: &Photo, found: &Sight) -> Result<Sight, Error> {
    let window = window(&found.points, found.pose.roll);
    look(model, window, &photo.sample(window, SIZE))
}

/// The smallest square that holds the whole photo, centred.
fn whole(photo: &Photo) -> Square {
    let (w, h) = (f64::from(photo.width()), f64::from(photo.height()));
    Square {
        center: DVec2::new(w / 2.0, h / 2.0),
        side: w.max(h),
    }
}

/// A sight as the stage's answer.
fn anchors(sight: Sight, other_head: bool) -> Anchors {
    let parts = sight.part_map();
    Anchors {
        mm_per_px: head::mm_per_px(&sight.points, sight.pose),
        pose: sight.pose,
        face: f64::from(sight.face),
        crop: sight.window.square,
        other_head,
        parts,
        trinkets: Vec::new(),
        strand: None,
        points: sight.points,
    }
}
