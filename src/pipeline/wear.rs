//! Wear: every piece of every product put on one head, one after the other.

use super::report::PieceReport;
use super::{Clock, Engine, Error, Item, Seat, Stage, report};
use crate::anchors::Anchors;
use crate::composite;
use crate::photo::Photo;
use crate::placement::{self, Hidden, Placement, Visibility};
use crate::product::Product;
use crate::restore::{self, Worn};
use glam::DVec2;

/// What one head wears: where, figures about it, and the pixels.
type PutOn = (Vec<Seat>, Vec<PieceReport>, Vec<Worn>);

impl Engine {
    /// All pieces of all items on one head, written into `worn`.
    pub(super) fn put_on_all(
        &mut self,
        worn: &mut Photo,
        photo: &Photo,
        anchors: &Anchors,
        items: &[Item],
        clock: &mut Clock<'_>,
    ) -> Result<PutOn, Error> {
        let (mut seats, mut pieces, mut patches) = (Vec::new(), Vec::new(), Vec::new());
        let size = DVec2::new(f64::from(photo.width()), f64::from(photo.height()));
        for (index, Item { product, adjustments }) in items.iter().enumerate() {
            clock.start(Stage::Placement)?;
            for mut placement in placement::place(anchors, product, adjustments, size) {
                let asked = adjustments.get(&placement.piece);
                let forced = asked.is_some_and(|a| a.visibility == Visibility::Show);
                let piece = self.put_on(worn, photo, anchors, product, (&placement, forced), clock)?;
                if let Err(hidden) = piece {
                    placement.hidden = Some(hidden);
                }
                let (worn, colour_error) = piece.ok().unzip();
                let mut told = PieceReport::new(&product.id, &placement, worn.as_ref(), photo, anchors);
                told.colour_error = colour_error.flatten();
                pieces.push(told);
                patches.extend(worn);
                seats.push(Seat {
                    item: index,
                    placement,
                });
            }
        }
        Ok((seats, pieces, patches))
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
