//! The same stages for pictures that move: heads are found once, then followed; nothing is hashed or written down.

use super::mask::wear;
use super::{Clock, Engine, Error, Item, Seat, Stage, StageTime};
use crate::anchors::{self, Anchors};
use crate::geometry::Window;
use crate::model::Manifest;
use crate::photo::Photo;
use crate::pipeline::Choice;
use crate::style::Style;

/// The generator a moving picture is made with, where the manifest has it.
const LIVE: &str = "tryon-live";

/// A head and what it wears.
#[derive(Clone, Debug)]
pub struct Head {
    /// Where it is.
    pub anchors: Anchors,
    /// What it wears, the lowest first.
    pub items: Vec<Item>,
}

/// A frame with its heads dressed.
#[derive(Clone, Debug)]
pub struct Dressed {
    /// The frame.
    pub photo: Photo,
    /// Where every piece of every head sits.
    pub seats: Vec<Vec<Seat>>,
    /// Milliseconds of every stage.
    pub stages: Vec<StageTime>,
}

impl Engine {
    /// As [`Engine::start`], with the small generator for moving pictures, and the plain noise of a reference
    /// picture's surface: drawing it takes longer than a frame.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub fn start_live(choice: &Choice) -> Result<Self, Error> {
        let has_live = Manifest::load(&choice.root)?.entry(LIVE).is_ok();
        let mut engine = Self::start_with(choice, if has_live { LIVE } else { "tryon" })?;
        engine.measured = false;
        engine.small = engine.small.live();
        engine.texture = None;
        Ok(engine)
    }

    /// Finds up to `most` heads of a frame, the largest first.
    ///
    /// # Errors
    /// When there is none or the engine fails.
    pub fn heads(&mut self, frame: &Photo, most: usize) -> Result<Vec<Anchors>, Error> {
        let found = anchors::heads(&mut self.anchors, frame, most)?;
        found
            .into_iter()
            .map(|head| self.small.closer(frame, head))
            .collect()
    }

    /// Looks for a head beside those already known; costs one run when there is none.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn newcomer(&mut self, frame: &Photo, known: &[Anchors]) -> Result<Option<Anchors>, Error> {
        let found = anchors::newcomer(&mut self.anchors, frame, known)?;
        found.map(|head| self.small.closer(frame, head)).transpose()
    }

    /// Looks at the window where a head was; one run of the network, and one for each ear.
    ///
    /// # Errors
    /// [`anchors::Error::NoFace`] when it is not there any more, or the engine fails.
    pub fn follow(&mut self, frame: &Photo, window: Window) -> Result<Anchors, Error> {
        let found = anchors::follow(&mut self.anchors, frame, window)?;
        self.small.closer(frame, found)
    }

    /// Dresses every head of a frame.
    ///
    /// # Errors
    /// The first stage that fails.
    pub fn dress(&mut self, frame: &Photo, heads: &[Head], style: Option<&Style>) -> Result<Dressed, Error> {
        let mut go_on = |_| true;
        let mut clock = Clock::new(&mut go_on);
        let mut worn = frame.clone();
        self.art.keep(heads.iter().flat_map(|h| &h.items));
        let (mut all, mut patches) = (Vec::new(), Vec::new());
        for head in heads {
            let put_on = self.put_on_all(&mut worn, frame, &head.anchors, &head.items, &mut clock)?;
            all.push(put_on.seats);
            patches.extend(put_on.worn);
        }
        if let Some(style) = style {
            clock.start(Stage::Style)?;
            self.stylise(style, &mut worn, &wear(&patches))?;
        }
        Ok(Dressed {
            photo: worn,
            seats: all,
            stages: clock.stop(),
        })
    }
}
