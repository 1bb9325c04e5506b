//! The document: what the user has made. Plain data; every change is one [`Edit`].

use crate::anchors::{Name, Point};
use crate::placement::{Adjustment, Adjustments, Piece};
use crate::product::Category;
use glam::DVec2;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A product that is worn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Worn {
    /// Product id.
    pub id: String,
    /// Where it is worn.
    pub category: Category,
}

/// The user's changes on one portrait.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Corrections {
    /// By product id.
    pub adjustments: BTreeMap<String, Adjustments>,
    /// All points, when one was moved; empty for the detected ones.
    pub points: Vec<Point>,
}

/// The document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Open portraits.
    pub portraits: Vec<PathBuf>,
    /// The one looked at.
    pub current: usize,
    /// What is worn, the lowest first; on every portrait the same.
    pub worn: Vec<Worn>,
    /// By portrait.
    pub corrections: BTreeMap<PathBuf, Corrections>,
    /// A look's id.
    pub look: Option<String>,
    /// Its strength 0..=1.
    pub strength: f32,
    /// Values of its parameters that were set.
    pub settings: BTreeMap<String, f32>,
    /// Looks kept under it, in a style's text form.
    pub under: Option<String>,
    /// The photo finish, by its parameters' names.
    pub finish: BTreeMap<String, f32>,
    /// Products the user likes, by id.
    pub favourites: BTreeSet<String>,
}

/// A change of the document.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Opens portraits that are not open yet and looks at the first of them.
    Open(Vec<PathBuf>),
    /// Closes a portrait.
    Close(usize),
    /// Looks at a portrait.
    Look(usize),
    /// Puts a product on or takes it off.
    Wear(Worn),
    /// Takes everything off.
    TakeOff,
    /// Changes pieces of a product on the portrait looked at.
    Adjust(String, Vec<(Piece, Adjustment)>),
    /// Forgets the changes to a product on the portrait looked at.
    Straighten(String),
    /// Moves a point; the list is all points as they were.
    Point(Name, DVec2, Vec<Point>),
    /// Forgets the moved points of the portrait looked at.
    Points,
    /// Chooses a look.
    Style(Option<String>),
    /// Sets the look's strength.
    Strength(f32),
    /// Sets a parameter of the look.
    Setting(&'static str, f32),
    /// Keeps the looks now chosen, in a style's text form, under the next one.
    Keep(String),
    /// Sets a parameter of the photo finish.
    Finish(&'static str, f32),
    /// Likes a product or not.
    Favourite(String),
}

impl Edit {
    /// The key of its name in the list of changes.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Open(_) => "edit-open",
            Self::Close(_) => "edit-close",
            Self::Look(_) => "edit-look-at",
            Self::Wear(_) => "edit-wear",
            Self::TakeOff => "edit-take-off",
            Self::Adjust(..) => "edit-adjust",
            Self::Straighten(_) => "edit-straighten",
            Self::Point(..) => "edit-point",
            Self::Points => "edit-points",
            Self::Style(_) => "edit-style",
            Self::Strength(_) => "edit-strength",
            Self::Setting(..) => "edit-setting",
            Self::Keep(_) => "edit-keep",
            Self::Finish(..) => "edit-finish",
            Self::Favourite(_) => "edit-favourite",
        }
    }

    /// What it is about, for the list of changes and to tell one drag from another.
    pub fn subject(&self) -> String {
        let name = |path: &PathBuf| {
            path.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        match self {
            Self::Open(paths) => paths.first().map(name).unwrap_or_default(),
            Self::Wear(worn) => worn.id.clone(),
            Self::Adjust(id, _) | Self::Straighten(id) | Self::Favourite(id) => id.clone(),
            Self::Point(name, ..) => format!("{name:?}"),
            Self::Style(look) => look.clone().unwrap_or_default(),
            Self::Setting(name, _) | Self::Finish(name, _) => (*name).to_owned(),
            Self::Keep(_) => String::new(),
            Self::Close(_) | Self::Look(_) | Self::TakeOff | Self::Points | Self::Strength(_) => {
                String::new()
            }
        }
    }
}

impl Document {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            strength: 1.0,
            ..Self::default()
        }
    }

    /// The portrait looked at.
    pub fn portrait(&self) -> Option<&Path> {
        self.portraits.get(self.current).map(PathBuf::as_path)
    }

    /// The user's changes to a product on a portrait.
    pub fn adjustments(&self, portrait: &Path, id: &str) -> Adjustments {
        let corrections = self.corrections.get(portrait);
        corrections
            .and_then(|c| c.adjustments.get(id))
            .cloned()
            .unwrap_or_default()
    }

    /// The points set by hand on a portrait; empty when there are none.
    pub fn points(&self, portrait: &Path) -> &[Point] {
        self.corrections.get(portrait).map_or(&[], |c| &c.points)
    }

    /// Is a product worn?
    pub fn wears(&self, id: &str) -> bool {
        self.worn.iter().any(|w| w.id == id)
    }

    /// Everything put right that a file from elsewhere may have wrong.
    pub fn checked(mut self) -> Self {
        self.current = self.current.min(self.portraits.len().saturating_sub(1));
        self.strength = if self.strength.is_finite() {
            self.strength.clamp(0.0, 1.0)
        } else {
            1.0
        };
        for corrections in self.corrections.values_mut() {
            for adjustments in corrections.adjustments.values_mut() {
                adjustments.retain(|_, a| a.is_sane());
            }
            let complete = corrections.points.iter().map(|p| p.name).eq(Name::ALL);
            if !complete || corrections.points.iter().any(|p| !p.position.is_finite()) {
                corrections.points.clear();
            }
        }
        self
    }

    /// The document after a change.
    #[must_use]
    pub fn after(&self, edit: &Edit) -> Self {
        let mut next = self.clone();
        match edit {
            Edit::Open(paths) => next.open(paths),
            Edit::Close(index) => next.close(*index),
            Edit::Look(index) if *index < next.portraits.len() => next.current = *index,
            Edit::Look(_) => {}
            Edit::Wear(worn) => next.wear(worn),
            Edit::TakeOff => next.worn.clear(),
            Edit::Adjust(id, pieces) => {
                let Some(corrections) = next.here() else {
                    return next;
                };
                let adjustments = corrections.adjustments.entry(id.clone()).or_default();
                adjustments.extend(pieces.iter().filter(|(_, a)| a.is_sane()).copied());
                adjustments.retain(|_, a| *a != Adjustment::default());
                if adjustments.is_empty() {
                    corrections.adjustments.remove(id);
                }
            }
            Edit::Straighten(id) => {
                if let Some(corrections) = next.here() {
                    corrections.adjustments.remove(id);
                }
            }
            Edit::Point(name, position, before) => next.point(*name, *position, before),
            Edit::Points => {
                if let Some(corrections) = next.here() {
                    corrections.points.clear();
                }
            }
            Edit::Style(look) => {
                next.look.clone_from(look);
                next.settings.clear();
                if look.is_none() {
                    next.under = None;
                }
            }
            Edit::Setting(name, value) => {
                next.settings.insert((*name).to_owned(), *value);
            }
            Edit::Keep(looks) => {
                next.under = Some(looks.clone());
                next.look = None;
                next.strength = 1.0;
                next.settings.clear();
            }
            Edit::Finish(name, value) => {
                next.finish.insert((*name).to_owned(), *value);
                next.finish.retain(|_, v| *v > 0.0);
            }
            Edit::Strength(strength) => next.strength = strength.clamp(0.0, 1.0),
            Edit::Favourite(id) => {
                if !next.favourites.remove(id) {
                    next.favourites.insert(id.clone());
                }
            }
        }
        next.corrections.retain(|_, c| *c != Corrections::default());
        next
    }

    fn here(&mut self) -> Option<&mut Corrections> {
        let portrait = self.portraits.get(self.current)?.clone();
        Some(self.corrections.entry(portrait).or_default())
    }

    fn open(&mut self, paths: &[PathBuf]) {
        for path in paths {
            if !self.portraits.contains(path) {
                self.portraits.push(path.clone());
            }
        }
        let first = paths
            .first()
            .and_then(|p| self.portraits.iter().position(|q| q == p));
        self.current = first.unwrap_or(self.current);
    }

    fn close(&mut self, index: usize) {
        if index < self.portraits.len() {
            self.portraits.remove(index);
            if index < self.current {
                self.current -= 1;
            }
            self.current = self.current.min(self.portraits.len().saturating_sub(1));
        }
    }

    /// One tiara, one nose stud and one pair of earrings fit a head; necklaces may lie over each other.
    fn wear(&mut self, worn: &Worn) {
        if self.wears(&worn.id) {
            self.worn.retain(|w| w.id != worn.id);
            return;
        }
        if worn.category.is_alone() {
            self.worn.retain(|w| w.category != worn.category);
        }
        self.worn.push(worn.clone());
    }

    fn point(&mut self, name: Name, position: DVec2, before: &[Point]) {
        let Some(corrections) = self.here() else { return };
        if corrections.points.is_empty() {
            before.clone_into(&mut corrections.points);
        }
        if let Some(point) = corrections.points.iter_mut().find(|p| p.name == name) {
            // What a hand has set is certain and seen.
            (point.position, point.sigma, point.visible) = (position, 0.0, 1.0);
        }
    }
}
