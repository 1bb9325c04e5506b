//! Wear: every piece of every product put on one head, one after the other.

use super::report::PieceReport;
use super::{Clock, Engine, Error, Item, Seat, Stage, report};
use crate::anchors::{Anchors, Cover};
use crate::clear::{Own, clear};
use crate::composite::{Composite, Lies, compose};
use crate::geometry::Window;
use crate::photo::{Patch, Photo};
use crate::placement::{self, Hidden, Piece, Strength, Visibility};
use crate::restore::{self, Worn};
use glam::DVec2;
use rayon::prelude::*;
use std::borrow::Cow;

/// Places of the newest photo that are remembered beside a new one.
const REMEMBERED: usize = 3;
/// So many pieces are laid on flat at a time: a pair, as each holds its artwork at the photo's resolution.
const AT_ONCE: usize = 2;

/// What a patch behind something worn was made from.
#[derive(PartialEq)]
pub(super) struct Source {
    /// The photo's hash.
    photo: String,
    /// Where it was looked for that, and for what is worn beside.
    windows: Vec<Window>,
    /// Millimetres a pixel.
    scale: f64,
}

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
    /// All pieces of all items on one head, written into `worn`. Earrings and a necklace that the person wears already are
    /// taken off where others are put on.
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
        let mut own = to_clear(anchors, items, &seats);
        loop {
            let start = (!own.is_empty()).then(|| worn.clone());
            let put_on = self.put_on_bare(worn, photo, anchors, (items, &seats, &own), clock)?;
            let drawn = |own: &Piece| {
                let mut pieces = put_on.pieces.iter().filter(|p| p.hidden.is_none());
                pieces.any(|p| p.piece == *own)
            };
            match start {
                // What nothing else is to be seen for in the end stays.
                Some(start) if !own.iter().all(drawn) => {
                    *worn = start;
                    own.retain(drawn);
                }
                _ => return Ok(put_on),
            }
        }
    }

    /// The same where it is known in the place of which pieces something is taken off.
    fn put_on_bare(
        &mut self,
        worn: &mut Photo,
        photo: &Photo,
        anchors: &Anchors,
        (items, seats, own): (&[Item], &[Seat], &[Piece]),
        clock: &mut Clock<'_>,
    ) -> Result<PutOn, Error> {
        let mut put_on = PutOn {
            seats: seats.to_vec(),
            ..PutOn::default()
        };
        let mut bare = Cow::Borrowed(photo);
        let mut cleared = Vec::new();
        for own in own {
            clock.start(Stage::Clear)?;
            if let Some(patch) = self.behind(photo, anchors, *own)? {
                bare.to_mut().apply(&patch);
                worn.apply(&patch);
                cleared.push((*own, report::share(&patch, photo)));
                put_on.taken_off.push(patch);
            }
        }
        for seats in put_on.seats.chunks_mut(AT_ONCE) {
            clock.start(Stage::Composite)?;
            let flats = self.flats(&bare, anchors, items, seats);
            for (Seat { item, placement }, flat) in seats.iter_mut().zip(flats) {
                let Item { product, adjustments } = &items[*item];
                let asked = adjustments.get(&placement.piece);
                let forced = asked.is_some_and(|a| a.visibility == Visibility::Show);
                let piece = match flat {
                    Ok(flat) => self.put_on(worn, &flat, (placement.strength, forced), clock)?,
                    Err(hidden) => Err(hidden),
                };
                placement.hidden = piece.as_ref().err().copied();
                let (piece, colour_error) = piece.ok().unzip();
                let mut told = PieceReport::new(&product.id, placement, piece.as_ref(), photo, anchors);
                told.colour_error = colour_error.flatten();
                if let Some((_, share)) = cleared.iter().find(|(own, _)| placement.piece == *own)
                    && piece.is_some()
                {
                    told.replaces = true;
                    told.changed += share;
                }
                put_on.pieces.push(told);
                put_on.worn.extend(piece);
            }
        }
        Ok(put_on)
    }

    /// Some pieces laid on flat, side by side, or why one is not drawn.
    fn flats(
        &mut self,
        photo: &Photo,
        anchors: &Anchors,
        items: &[Item],
        seats: &[Seat],
    ) -> Vec<Result<Composite, Hidden>> {
        for seat in seats.iter().filter(|seat| seat.placement.hidden.is_none()) {
            self.art.prepare(&items[seat.item].product);
        }
        let (art, size) = (&self.art, self.generator.size());
        let flat = |Seat { item, placement }: &Seat| {
            let product = &items[*item].product;
            match placement.hidden {
                Some(hidden) => Err(hidden),
                None => art
                    .of(product)
                    .and_then(|art| compose(photo, anchors, product, art, placement, size))
                    .ok_or(Hidden::Outside),
            }
        };
        seats.par_iter().map(flat).collect()
    }

    /// What was behind that which is worn in the place of a piece; remembered for the newest photo, as a piece that is moved
    /// changes nothing of it.
    ///
    /// # Errors
    /// When the network that guesses it fails.
    fn behind(&mut self, photo: &Photo, anchors: &Anchors, piece: Piece) -> Result<Option<Patch>, Error> {
        let (hash, scale) = (photo.sha256(), anchors.mm_per_px.value);
        let own = match piece {
            Piece::Necklace => anchors.strand.as_ref().map(Own::Necklace),
            _ => anchors
                .trinkets
                .iter()
                .find(|t| Some(t.lobe) == piece.lobe())
                .map(Own::Earring),
        };
        let Some(own) = own else {
            return Ok(None);
        };
        let worn = anchors.trinkets.iter().map(|t| &t.map).chain(&anchors.strand);
        let others: Vec<&Cover> = worn
            .filter(|map| map.is_there() && map.window != own.map().window)
            .collect();
        // Windows and scale follow from the photo and the points, and all else from those.
        let windows = std::iter::once(own.map()).chain(others.iter().copied());
        let from = Source {
            photo: hash.to_owned(),
            windows: windows.map(|map| map.window).collect(),
            scale,
        };
        self.cleared.retain(|(known, _)| known.photo == hash);
        if let Some((_, patch)) = self.cleared.iter().find(|(known, _)| *known == from) {
            return Ok(Some(patch.clone()));
        }
        let patch = clear(photo, own, &others, scale, self.small.behind.as_mut())?;
        if let Some(patch) = patch.as_ref().filter(|_| !hash.is_empty()) {
            self.cleared.truncate(REMEMBERED);
            self.cleared.insert(0, (from, patch.clone()));
        }
        Ok(patch)
    }

    /// One piece that is laid on flat: generator and restore, written into `worn`; with how far it is from its artwork. Or
    /// that it is not drawn, as hardly anything of it would be seen or is in the picture, unless it is `forced`.
    fn put_on(
        &mut self,
        worn: &mut Photo,
        flat: &Composite,
        (strength, forced): (Strength, bool),
        clock: &mut Clock<'_>,
    ) -> Result<Result<(Worn, Option<f32>), Hidden>, Error> {
        let chain = matches!(flat.lies, Lies::Chain { .. });
        if flat.framed < report::FRAMED && !chain && !forced {
            return Ok(Err(Hidden::Outside));
        }
        clock.start(Stage::Generator)?;
        let corrections = self.generator.generate(flat)?;
        clock.start(Stage::Restore)?;
        // Pieces may overlap: each is laid on what the earlier ones left.
        let piece = restore::restore(worn, flat, &corrections, strength);
        if piece.visible < report::COVERED && !forced {
            return Ok(Err(Hidden::Covered));
        }
        worn.apply(&piece.patch);
        let colour_error = self
            .measured
            .then(|| restore::colour_error(worn, &piece, flat))
            .flatten();
        Ok(Ok((piece, colour_error)))
    }
}

/// The pieces that are put on and in whose place something is worn that need not stay.
fn to_clear(anchors: &Anchors, items: &[Item], seats: &[Seat]) -> Vec<Piece> {
    let kept = |Seat { item, placement }: &Seat| {
        let asked = items[*item].adjustments.get(&placement.piece);
        asked.is_some_and(|a| a.keep_own)
    };
    let goes = |piece: &Piece| {
        let drawn = |seat: &&Seat| seat.placement.piece == *piece && seat.placement.hidden.is_none();
        let mut here = seats.iter().filter(drawn).peekable();
        here.peek().is_some() && !here.any(kept)
    };
    let pieces = Piece::ALL.into_iter();
    pieces
        .filter(|piece| piece.is_worn_already(anchors))
        .filter(goes)
        .collect()
}
