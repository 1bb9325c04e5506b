//! Small: the networks beside the anchors and the generator, each used where the manifest has one.
//!
//! Most look at a part of the head more closely once that is found; one guesses what is behind what is taken off.

use super::{Error, Models, load};
use crate::anchors::{self, Anchors, Name, Point};
use crate::model::{self, Manifest, Model, Runtime};
use crate::photo::Photo;
use std::time::Duration;

/// Looks at ears more closely.
pub(super) const EAR: &str = "ear";
/// Finds the earring worn already.
pub(super) const TRINKET: &str = "trinket";
/// Finds the necklace worn already.
pub(super) const STRAND: &str = "strand";
/// Finds hands before the head.
pub(super) const HAND: &str = "hand";
/// Guesses what is behind what is worn already.
pub(super) const BEHIND: &str = "behind";
/// A lobe or throat moved by hand further than this (mm) is looked at again.
const MOVED_MM: f64 = 2.0;
/// In moving pictures every so many heads is looked at for hands while there are none: a look costs a fifth of a frame. An
/// odd number, so that of two heads not always the same one is.
const EVERY: u32 = 5;

/// Those that there are.
pub(super) struct Small {
    ear: Option<Model>,
    trinket: Option<Model>,
    strand: Option<Model>,
    hand: Option<Model>,
    pub behind: Option<Model>,
    watch: Watch,
}

/// When hands are looked for: always, or in moving pictures now and then until there is one, and then as long as it stays.
#[derive(Default)]
struct Watch {
    /// How many heads are passed over after one without hands.
    pause: u32,
    /// How many are left of those.
    left: u32,
}

impl Watch {
    /// Is the next head looked at?
    fn is_due(&mut self) -> bool {
        let due = self.left == 0;
        self.left = self.left.saturating_sub(1);
        due
    }

    /// What a look told.
    fn told(&mut self, hands: bool) {
        self.left = if hands { 0 } else { self.pause };
    }
}

impl Small {
    /// Loads what the manifest has.
    ///
    /// # Errors
    /// When a model is broken or of an unusable shape.
    pub fn load(runtime: &Runtime, manifest: &Manifest) -> Result<Self, Error> {
        let maybe = |name: &str| match manifest.entry(name) {
            Ok(entry) => load(runtime, entry).map(Some),
            Err(_) => Ok(None),
        };
        Ok(Self {
            ear: maybe(EAR)?,
            trinket: maybe(TRINKET)?,
            strand: maybe(STRAND)?,
            hand: maybe(HAND)?,
            behind: maybe(BEHIND)?,
            watch: Watch::default(),
        })
    }

    /// Those for moving pictures: what is made up behind what is worn would not stay the same from frame to frame.
    #[must_use]
    pub fn live(self) -> Self {
        Self {
            trinket: None,
            strand: None,
            behind: None,
            watch: Watch {
                pause: EVERY - 1,
                left: 0,
            },
            ..self
        }
    }

    /// A head with its ears looked at more closely, hands before it, and what is worn where there are none.
    pub fn closer(&mut self, photo: &Photo, mut found: Anchors) -> Result<Anchors, Error> {
        if let Some(ear) = &mut self.ear {
            anchors::look_at_ears(ear, photo, &mut found)?;
        }
        if let Some(hand) = &mut self.hand
            && self.watch.is_due()
        {
            anchors::look_for_hands(hand, photo, &mut found)?;
            self.watch.told(found.parts.has_hands());
        }
        self.look_for_worn(photo, &mut found, (true, true))?;
        Ok(found)
    }

    /// The head with points put right by hand; what she wears of her own is looked for where lobes and throat then are.
    pub fn corrected(&mut self, photo: &Photo, found: &Anchors, points: &[Point]) -> Result<Anchors, Error> {
        let mut anchors = found.clone().corrected(points);
        let most = MOVED_MM / anchors.mm_per_px.value;
        let moved = |name: &Name| anchors.at(*name).distance(found.at(*name)) > most;
        let places = ([Name::LobeL, Name::LobeR].iter().any(moved), moved(&Name::Notch));
        self.look_for_worn(photo, &mut anchors, places)?;
        Ok(anchors)
    }

    /// What she wears of her own, at the ears, around the throat, or both.
    fn look_for_worn(
        &mut self,
        photo: &Photo,
        anchors: &mut Anchors,
        (ears, throat): (bool, bool),
    ) -> Result<(), Error> {
        if let Some(trinket) = self.trinket.as_mut().filter(|_| ears) {
            anchors::look_for_trinkets(trinket, photo, anchors)?;
        }
        if let Some(strand) = self.strand.as_mut().filter(|_| throat) {
            anchors::look_for_strand(strand, photo, anchors)?;
        }
        Ok(())
    }

    /// Time inside them so far.
    pub fn spent(&self) -> Duration {
        let all = [&self.ear, &self.trinket, &self.strand, &self.hand, &self.behind];
        all.into_iter().flatten().map(Model::spent).sum()
    }

    /// Their hashes, beside those of the others.
    pub fn note(&self, models: Models) -> Models {
        let hash = |model: &Option<Model>| model.as_ref().map(|m| m.sha256().to_owned());
        Models {
            ear: hash(&self.ear),
            trinket: hash(&self.trinket),
            strand: hash(&self.strand),
            hand: hash(&self.hand),
            behind: hash(&self.behind),
            ..models
        }
    }
}

/// Hashes of their files as they are now, beside those of the others.
pub(super) fn note_files(manifest: &Manifest, models: Models) -> Models {
    let hash = |name: &str| model::hash(&manifest.entry(name).ok()?.file).ok();
    Models {
        ear: hash(EAR),
        trinket: hash(TRINKET),
        strand: hash(STRAND),
        hand: hash(HAND),
        behind: hash(BEHIND),
        ..models
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_are_looked_for_now_and_then_and_as_long_as_they_stay() {
        let looks = |mut watch: Watch, hands: [bool; 8]| {
            hands.map(|hands| {
                let due = watch.is_due();
                if due {
                    watch.told(hands);
                }
                due
            })
        };
        let (pause, left) = (2, 0);
        let seen = looks(
            Watch { pause, left },
            [false, true, true, true, true, false, false, false],
        );
        assert_eq!(seen, [true, false, false, true, true, true, false, false]);
        assert_eq!(looks(Watch::default(), [false; 8]), [true; 8]);
    }
}
