//! Wear: every piece of every product put on one head, one after the other.

use super::report::PieceReport;
use super::{Clock, Engine, Error, Item, Seat, Stage, report};
use crate::anchors::{Anchors, Name};
use crate::clear::clear;
use crate::composite;
use crate::geometry::Square;
use crate::photo::{Patch, Photo};
use crate::placement::{self, Hidden, Placement, Visibility};
use crate::product::Product;
use crate::restore::{self, Worn};
use glam::DVec2;
use std::borrow::Cow;

/// Places of the newest photo that are remembered beside a new one.
const REMEMBERED: usize = 3;

/// What one head wears.
#[derive(Default)]
pub(super) struct PutOn {
    /// Where.
    pub seats: Vec<Seat>,
    /// Figures about it.
    pub pieces: Vec<PieceReport>,
    /// The pixels.
    pub worn: Vec<Worn>,
    /// What was taken off before.
    pub taken_off: Vec<Patch>,
}

impl Engine {
    /// All pieces of all items on one head, written into `worn`. Earrings that the person wears already are taken off
    /// where others are put on.
    pub(super) fn put_on_all(
        &mut self,
        worn: &mut Photo,
        photo: &Photo,
        anchors: &Anchors,
        items: &[Item],
        clock: &mut Clock<'_>,
    ) -> Result<PutOn, Error> {
        clock.start(Stage::Placement)?;
        let size = DVec2::new(f64::from(photo.width()), f64::from(photo.height()));
        let mut seats = Vec::new();
        for (item, Item { product, adjustments }) in items.iter().enumerate() {
            let places = placement::place(anchors, product, adjustments, size);
            seats.extend(places.into_iter().map(|placement| Seat { item, placement }));
        }
        let mut lobes = to_clear(anchors, items, &seats);
        loop {
            let start = (!lobes.is_empty()).then(|| worn.clone());
            let put_on = self.put_on_bare(worn, photo, anchors, (items, &seats, &lobes), clock)?;
            let drawn = |lobe: &Name| {
                let mut pieces = put_on.pieces.iter().filter(|p| p.hidden.is_none());
                pieces.any(|p| p.piece.lobe() == Some(*lobe))
            };
            match start {
                // An earring for which nothing else is to be seen in the end stays.
                Some(start) if !lobes.iter().all(drawn) => {
                    *worn = start;
                    lobes.retain(drawn);
                }
                _ => return Ok(put_on),
            }
        }
    }

    /// The same where it is known at which lobes an earring goes.
    fn put_on_bare(
        &mut self,
        worn: &mut Photo,
        photo: &Photo,
        anchors: &Anchors,
        (items, seats, lobes): (&[Item], &[Seat], &[Name]),
        clock: &mut Clock<'_>,
    ) -> Result<PutOn, Error> {
        let mut put_on = PutOn {
            seats: seats.to_vec(),
            ..PutOn::default()
        };
        let mut bare = Cow::Borrowed(photo);
        let mut cleared = Vec::new();
        for lobe in lobes {
            clock.start(Stage::Clear)?;
            if let Some(patch) = self.behind(photo, anchors, *lobe)? {
                bare.to_mut().apply(&patch);
                worn.apply(&patch);
                cleared.push((Some(*lobe), report::share(&patch, photo)));
                put_on.taken_off.push(patch);
            }
        }
        for Seat { item, placement } in &mut put_on.seats {
            let Item { product, adjustments } = &items[*item];
            let asked = adjustments.get(&placement.piece);
            let forced = asked.is_some_and(|a| a.visibility == Visibility::Show);
            let piece = self.put_on(worn, &bare, anchors, product, (placement, forced), clock)?;
            if let Err(hidden) = piece {
                placement.hidden = Some(hidden);
            }
            let (piece, colour_error) = piece.ok().unzip();
            let mut told = PieceReport::new(&product.id, placement, piece.as_ref(), photo, anchors);
            told.colour_error = colour_error.flatten();
            let lobe = placement.piece.lobe();
            if let Some((_, share)) = cleared.iter().find(|(cleared, _)| lobe == *cleared)
                && piece.is_some()
            {
                told.replaces = true;
                told.changed += share;
            }
            put_on.pieces.push(told);
            put_on.worn.extend(piece);
        }
        Ok(put_on)
    }

    /// What was behind the earring at a lobe; remembered for the newest photo, as a piece that is moved changes nothing
    /// of it.
    ///
    /// # Errors
    /// When the network that guesses it fails.
    fn behind(&mut self, photo: &Photo, anchors: &Anchors, lobe: Name) -> Result<Option<Patch>, Error> {
        let (hash, scale) = (photo.sha256(), anchors.mm_per_px.value);
        let Some(trinket) = anchors.trinkets.iter().find(|t| t.lobe == lobe) else {
            return Ok(None);
        };
        self.cleared.retain(|(of, _, _, _)| of == hash);
        let known =
            |(_, at, with, _): &&(String, Square, f64, Patch)| *at == trinket.square && *with == scale;
        if let Some((_, _, _, patch)) = self.cleared.iter().find(known) {
            return Ok(Some(patch.clone()));
        }
        let patch = clear(photo, trinket, scale, self.behind.as_mut())?;
        if let Some(patch) = patch.as_ref().filter(|_| !hash.is_empty()) {
            self.cleared.truncate(REMEMBERED);
            self.cleared
                .insert(0, (hash.to_owned(), trinket.square, scale, patch.clone()));
        }
        Ok(patch)
    }

    /// One piece: composite, generator, restore, written into `worn`; with how far it is from its artwork. Or why it is not
    /// drawn, be it that hardly anything of it would be seen, unless it is `forced`.
    fn put_on(
        &mut self,
        worn: &mut Photo,
        photo: &Photo,
        anchors: &Anchors,
        product: &Product,
        (placement, forced): (&Placement, bool),
        clock: &mut Clock<'_>,
    ) -> Result<Result<(Worn, Option<f32>), Hidden>, Error> {
        if let Some(hidden) = placement.hidden {
            return Ok(Err(hidden));
        }
        clock.start(Stage::Composite)?;
        let size = self.generator.size();
        let art = self.art(product);
        let Some(flat) = composite::compose(photo, anchors, product, art, placement, size) else {
            return Ok(Err(Hidden::Outside));
        };
        clock.start(Stage::Generator)?;
        let corrections = self.generator.generate(&flat)?;
        clock.start(Stage::Restore)?;
        // Pieces may overlap: each is laid on what the earlier ones left.
        let piece = restore::restore(worn, &flat, &corrections, placement.strength);
        if piece.visible < report::COVERED && !forced {
            return Ok(Err(Hidden::Covered));
        }
        worn.apply(&piece.patch);
        let colour_error = self
            .measured
            .then(|| restore::colour_error(worn, &piece, &flat))
            .flatten();
        Ok(Ok((piece, colour_error)))
    }
}

/// The lobes at which an earring is put on and another one is worn that need not stay.
fn to_clear(anchors: &Anchors, items: &[Item], seats: &[Seat]) -> Vec<Name> {
    let kept = |Seat { item, placement }: &Seat| {
        let asked = items[*item].adjustments.get(&placement.piece);
        asked.is_some_and(|a| a.keep_own)
    };
    let goes = |lobe: &Name| {
        let drawn =
            |seat: &&Seat| seat.placement.piece.lobe() == Some(*lobe) && seat.placement.hidden.is_none();
        let mut here = seats.iter().filter(drawn).peekable();
        here.peek().is_some() && !here.any(kept)
    };
    let lobes = [Name::LobeL, Name::LobeR].into_iter();
    lobes
        .filter(|lobe| anchors.wears_own(*lobe))
        .filter(goes)
        .collect()
}
