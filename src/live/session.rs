//! Session: one frame after the other through the stages. Takes [`Frame`]s and a [`Wish`], gives [`Shown`] pictures.

use super::steady::Hesitation;
use super::swing::Pendulum;
use super::track::Tracker;
use crate::anchors::Anchors;
use crate::camera::Frame;
use crate::photo::Photo;
use crate::pipeline::{Engine, Error, Head, Item, Seat, Stage, StageTime};
use crate::placement::{self, Adjustments, Piece, Visibility};
use crate::product::{Attach, Product};
use crate::style::Style;
use glam::DVec2;
use std::collections::BTreeMap;
use std::time::Instant;

/// A piece is drawn where its drop hangs; its middle is this share of the way from its hook to its lower end.
const MIDDLE: f64 = 0.6;

/// What is wanted of a moving picture.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What everybody wears, the lowest first.
    pub items: Vec<Item>,
    /// A look.
    pub style: Option<Style>,
    /// How many heads, the largest first; 1 to [`MOST`](super::MOST).
    pub faces: usize,
    /// Do drops swing?
    pub swing: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            style: None,
            faces: 1,
            swing: true,
        }
    }
}

/// A frame, worn.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The finished picture.
    pub photo: Photo,
    /// The frame as it came.
    pub frame: Frame,
    /// The heads found, without jitter.
    pub heads: Vec<Anchors>,
    /// Where every piece of every head sits.
    pub seats: Vec<Vec<Seat>>,
    /// Milliseconds of every stage.
    pub stages: Vec<StageTime>,
    /// How often a head was lost until now.
    pub losses: u64,
}

/// What one wearer's pieces remember.
#[derive(Default)]
struct Wearer {
    hesitation: Hesitation,
    drops: BTreeMap<(String, Piece), Pendulum>,
}

/// Warm models and what is known from the frames before.
pub struct Session {
    engine: Engine,
    tracker: Tracker,
    wearers: BTreeMap<u64, Wearer>,
}

impl Session {
    /// With an engine started by [`Engine::start_live`].
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            tracker: Tracker::default(),
            wearers: BTreeMap::new(),
        }
    }

    /// Engine and device in use.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// One frame.
    ///
    /// # Errors
    /// When the engine or the graphics device fails; nobody in the picture is no error.
    pub fn step(&mut self, frame: Frame, wish: &Wish) -> Result<Shown, Error> {
        let since = Instant::now();
        let found = self.tracker.next(&mut self.engine, &frame, wish.faces)?;
        let sought = StageTime {
            stage: Stage::Anchors,
            ms: since.elapsed().as_secs_f64() * 1e3,
        };
        self.wearers
            .retain(|id, _| found.iter().any(|(known, _)| known == id));
        let size = DVec2::new(f64::from(frame.photo.width()), f64::from(frame.photo.height()));
        let heads: Vec<Head> = found
            .into_iter()
            .map(|(id, anchors)| {
                let wearer = self.wearers.entry(id).or_default();
                let items = wish.items.iter();
                Head {
                    items: items
                        .map(|i| wearer.adjusted(i, &anchors, size, frame.time, wish.swing))
                        .collect(),
                    anchors,
                }
            })
            .collect();
        let dressed = self.engine.dress(&frame.photo, &heads, wish.style.as_ref())?;
        Ok(Shown {
            photo: dressed.photo,
            frame,
            heads: heads.into_iter().map(|h| h.anchors).collect(),
            seats: dressed.seats,
            stages: std::iter::once(sought).chain(dressed.stages).collect(),
            losses: self.tracker.losses(),
        })
    }
}

impl Wearer {
    /// The item as it is in this frame: shown or hidden without flicker, and swinging.
    fn adjusted(&mut self, item: &Item, anchors: &Anchors, size: DVec2, time: f64, swing: bool) -> Item {
        let product = &item.product;
        let mut adjustments = Adjustments::new();
        for place in placement::place(anchors, product, &item.adjustments, size) {
            let mut own = item.adjustments.get(&place.piece).copied().unwrap_or_default();
            if own.visibility == Visibility::Auto {
                let drawn = place.hidden.is_none();
                own.visibility = self.hesitation.decide(&product.id, place.piece, drawn, time);
            }
            if let (true, Some(length)) = (swing, drop_length(product, place.piece)) {
                let drop = self.drops.entry((product.id.clone(), place.piece)).or_default();
                own.rotation += drop.next(place.pivot, anchors.mm_per_px.value, length * own.scale, time);
            }
            adjustments.insert(place.piece, own);
        }
        Item {
            product: std::sync::Arc::clone(product),
            adjustments,
        }
    }
}

/// Millimetres from an earring's hook to the middle of what hangs from it.
fn drop_length(product: &Product, piece: Piece) -> Option<f64> {
    match (piece, product.attach) {
        (Piece::EarringL | Piece::EarringR, Attach::Hook(hook)) => {
            Some((product.size_mm.y - hook.y) * MIDDLE)
        }
        _ => None,
    }
}
