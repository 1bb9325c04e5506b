//! The desk: everything panels read. They change nothing here; they ask for [`Action`](super::action::Action)s.

use super::history::History;
use super::picture::Picture;
use super::room::Room;
use super::session::Preferences;
use super::state::Document;
use super::theme::Palette;
use super::words::Words;
use crate::anchors::{Anchors, Point};
use crate::job::{Bare, EngineInfo, Fitted, Reason, Subject};
use crate::photo::{Patch, Photo};
use crate::pipeline::Stage;
use crate::placement::Adjustments;
use crate::product::{Product, Summary};
use crate::style::{self, Style};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How the id of a look begins that is a colour table of the user's; the file follows.
pub const TABLE: &str = "cube:";
/// The same for the style of a picture.
pub const LIKE: &str = "like:";
/// The same for a saved row of looks; its name follows.
pub const PRESET: &str = "preset:";

/// Does a look come from files, which the frame thread does not read?
pub fn comes_from_files(look: &str) -> bool {
    [TABLE, LIKE, PRESET].iter().any(|prefix| look.contains(prefix))
}

/// How the engine is.
#[derive(Clone, Debug, Default)]
pub enum EngineState {
    /// On its way.
    #[default]
    Loading,
    /// Ready.
    Ready(EngineInfo),
    /// It did not start, and why.
    Failed(Reason),
}

/// The portrait looked at, decoded.
pub struct Portrait {
    /// Its file.
    pub path: PathBuf,
    /// Its samples.
    pub photo: Arc<Photo>,
    /// Its picture.
    pub picture: Picture,
}

/// The newest result.
pub struct Result {
    /// Everything but the pixels.
    pub fitted: Box<Fitted>,
    /// The picture.
    pub picture: Picture,
    /// What changed.
    pub difference: Option<Picture>,
}

/// A portrait and the artwork of what is worn, in a look; or a portrait without what was taken off.
pub struct Dressed {
    /// The portrait's file.
    pub portrait: PathBuf,
    /// The look's text form.
    pub look: Option<String>,
    /// What was taken off.
    pub taken_off: Vec<Patch>,
    /// The portrait with nothing worn.
    pub picture: Picture,
    /// Artwork by product id.
    pub art: HashMap<String, Picture>,
}

impl From<Bare> for Dressed {
    fn from(bare: Bare) -> Self {
        let art = bare
            .art
            .into_iter()
            .map(|(id, pixels)| (id, Picture::new(pixels)));
        Self {
            portrait: bare.portrait,
            look: bare.look,
            taken_off: bare.taken_off,
            picture: Picture::new(bare.pixels),
            art: art.collect(),
        }
    }
}

/// What a try-on depends on; another wish, another result.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The portrait's file.
    pub portrait: PathBuf,
    /// Product folders and adjustments.
    pub items: Vec<(PathBuf, Adjustments)>,
    /// Points set by hand.
    pub points: Vec<Point>,
    /// The look's text form.
    pub look: Option<String>,
    /// With a difference picture?
    pub difference: bool,
}

/// Everything panels read.
pub struct Desk {
    /// The document and how it came to be.
    pub history: History,
    /// Which room is open; every start is in the first.
    pub room: Room,
    /// How the user likes the window.
    pub preferences: Preferences,
    /// Texts.
    pub words: Words,
    /// Colours.
    pub palette: Palette,
    /// The catalogue.
    pub products: Vec<Summary>,
    /// Has it been read?
    pub listed: bool,
    /// Small pictures.
    pub pictures: HashMap<Subject, Picture>,
    /// The portrait looked at, once it is decoded.
    pub portrait: Option<Portrait>,
    /// The newest result.
    pub result: Option<Result>,
    /// What the newest result was asked for.
    pub shown: Option<Wish>,
    /// What was asked for last.
    pub wanted: Option<Wish>,
    /// The portrait in the look now chosen with nothing worn, for as long as a hand moves a piece.
    pub bare: Option<Dressed>,
    /// Products loaded for the live room, by folder.
    pub shelf: HashMap<PathBuf, Arc<Product>>,
    /// Looks that come from files and were read, by their ids.
    pub tables: HashMap<String, Style>,
    /// Names of the saved rows of looks.
    pub presets: Vec<String>,
    /// Where the running try-on is.
    pub stage: Option<Stage>,
    /// The engine.
    pub engine: EngineState,
    /// Why the portrait looked at has no result.
    pub problem: Option<Reason>,
}

impl Desk {
    /// Nothing is read, decoded or worked out yet.
    pub fn new(document: Document, preferences: Preferences, words: Words) -> Self {
        Self {
            history: History::new(document),
            room: Room::default(),
            palette: preferences.theme.palette(),
            preferences,
            words,
            products: Vec::new(),
            listed: false,
            pictures: HashMap::new(),
            portrait: None,
            result: None,
            shown: None,
            wanted: None,
            bare: None,
            shelf: HashMap::new(),
            tables: HashMap::new(),
            presets: Vec::new(),
            stage: None,
            engine: EngineState::Loading,
            problem: None,
        }
    }

    /// The document.
    pub fn document(&self) -> &Document {
        self.history.document()
    }

    /// A product of the catalogue.
    pub fn product(&self, id: &str) -> Option<&Summary> {
        self.products.iter().find(|p| p.id == id)
    }

    /// A product's name in the language now chosen.
    pub fn name(&self, id: &str) -> String {
        match self.product(id) {
            Some(p) => self.words.pick(&p.name_en, &p.name_zh).to_owned(),
            None => id.to_owned(),
        }
    }

    /// The result, when it belongs to the portrait looked at.
    pub fn current_result(&self) -> Option<&Result> {
        let path = self.document().portrait()?;
        self.result.as_ref().filter(|r| r.fitted.fitting.portrait == path)
    }

    /// The portrait looked at, when it is decoded.
    pub fn current_portrait(&self) -> Option<&Portrait> {
        let path = self.document().portrait()?;
        self.portrait.as_ref().filter(|p| p.path == path)
    }

    /// The loaded product of an id, once it was worn.
    pub fn loaded(&self, id: &str) -> Option<&Arc<Product>> {
        let products = &self.result.as_ref()?.fitted.products;
        products.iter().find(|p| p.id == id)
    }

    /// The head in the portrait looked at, with the points as they are set now.
    pub fn anchors(&self) -> Option<Anchors> {
        let result = self.current_result()?;
        let path = self.document().portrait()?;
        let anchors = result.fitted.outcome.anchors.clone();
        Some(anchors.corrected(self.document().points(path)))
    }

    /// What the document wishes to see; nothing without a portrait.
    pub fn wish(&self, difference: bool) -> Option<Wish> {
        let document = self.document();
        let portrait = document.portrait()?;
        Some(Wish {
            portrait: portrait.to_owned(),
            items: self.items(portrait),
            points: document.points(portrait).to_vec(),
            look: self.look(),
            difference,
        })
    }

    /// Product folders and adjustments for a portrait.
    pub fn items(&self, portrait: &Path) -> Vec<(PathBuf, Adjustments)> {
        let document = self.document();
        let worn = document.worn.iter();
        worn.filter_map(|w| {
            let product = self.product(&w.id)?;
            Some((product.folder.clone(), document.adjustments(portrait, &w.id)))
        })
        .collect()
    }

    /// The text form of all that is done to the picture's colours; while files are read only its likeness.
    pub fn look(&self) -> Option<String> {
        let document = self.document();
        if document.look.is_none() && document.under.is_none() && document.finish.is_empty() {
            return None;
        }
        let coming = || format!("{:?} {:?}", document.under, document.look);
        Some(self.style().map_or_else(coming, |style| style.to_string()))
    }

    /// The finish, the looks kept and the look chosen; none while files of theirs are still being read.
    pub fn style(&self) -> Option<Style> {
        let document = self.document();
        let mut row: Option<Style> = None;
        let mut add =
            |style: Style| row = Some(row.take().map_or(style.clone(), |before| before.then(style)));
        if !document.finish.is_empty() {
            let mut finish = Style::new(style::finish());
            for (name, value) in &document.finish {
                finish = finish.with(name, *value).ok()?;
            }
            add(finish);
        }
        if let Some(under) = &document.under {
            add(self.read(under)?);
        }
        if let Some(look) = &document.look {
            let mut style = self.read(look)?.with_strength(document.strength).ok()?;
            for (name, value) in &document.settings {
                style = style.with(name, *value).ok()?;
            }
            add(style);
        }
        row
    }

    /// A look by its text; none when it comes from files that were not read yet.
    fn read(&self, text: &str) -> Option<Style> {
        match self.tables.get(text) {
            Some(style) => Some(style.clone()),
            None if comes_from_files(text) => None,
            None => Style::parse(text).ok(),
        }
    }

    /// The portrait looked at in the look now chosen and without what was taken off, when it was made.
    pub fn current_bare(&self) -> Option<&Dressed> {
        let path = self.document().portrait()?;
        let bare = self.bare.as_ref().filter(|b| b.portrait == path)?;
        let shown = self.taken_off().iter().map(|p| p.rect);
        let same = bare.taken_off.iter().map(|p| p.rect).eq(shown);
        (same && bare.look == self.look()).then_some(bare)
    }

    /// What the newest result shows the portrait without.
    pub fn taken_off(&self) -> &[Patch] {
        self.current_result()
            .map_or(&[], |result| &result.fitted.outcome.taken_off)
    }

    /// Is the newest result in black and white?
    pub fn is_monochrome(&self) -> bool {
        self.current_result()
            .is_some_and(|result| result.fitted.outcome.report.monochrome)
    }

    /// Can a piece be dragged before the portrait as it is, or must what is beside and below it be made first?
    pub fn is_plain(&self) -> bool {
        self.look().is_none() && self.taken_off().is_empty() && !self.is_monochrome()
    }

    /// Is something being worked out?
    pub fn is_busy(&self) -> bool {
        self.wanted.is_some() && self.wanted != self.shown && self.problem.is_none()
    }
}
