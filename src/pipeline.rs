//! Pipeline: the one place that knows the order of the stages.
//!
//! Takes a [`Photo`] and a [`Request`] that names the pieces to wear; gives an [`Outcome`]: the worn photo,
//! the [`Recipe`] that makes it again and a [`Report`]. An [`Engine`] keeps models warm and reuses the
//! stages whose inputs did not change.

mod artworks;
mod clock;
mod corrections;
mod live;
mod look;
mod mask;
mod recipe;
mod report;
mod small;
mod wear;

pub use corrections::{Corrections, CorrectionsError, PortraitCorrections};
pub use live::{Dressed, Head};
pub use recipe::{Models, Recipe, Source, VERSION, WornProduct, quality};
pub use report::{PieceReport, Report, StageTime};

use crate::anchors::{self, Anchors, Point};
use crate::generator::{self, Generator};
use crate::gpu;
use crate::model::{self, Manifest, Model, Runtime};
use crate::photo::{Patch, Photo};
use crate::placement::{Adjustments, Placement};
use crate::product::Product;
use crate::style::{self, Style, Styler};
use artworks::Artworks;
use clock::Clock;
use small::Small;
use std::path::PathBuf;
use std::sync::Arc;
use wear::PutOn;

/// The network that draws the surface of a reference picture.
const TEXTURE: &str = "texture";
/// How many photos' anchors are remembered.
const REMEMBERED: usize = 256;

/// What can go wrong between a photo and a worn photo.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum Error {
    #[error(transparent)]
    Anchors(#[from] anchors::Error),
    #[error(transparent)]
    Generator(#[from] generator::Error),
    #[error(transparent)]
    Model(#[from] model::Error),
    #[error(transparent)]
    Style(#[from] style::Error),
    #[error(transparent)]
    Gpu(#[from] gpu::Error),
    #[error("cancelled")]
    Cancelled,
}

/// A stage of the flow, for progress and timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Stage {
    Anchors,
    Placement,
    Clear,
    Composite,
    Generator,
    Restore,
    Style,
}

/// A product to wear.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which; shared, because its artwork is large.
    pub product: Arc<Product>,
    /// The user's changes to its pieces.
    pub adjustments: Adjustments,
}

impl Item {
    /// A product as it comes.
    pub fn new(product: impl Into<Arc<Product>>) -> Self {
        Self {
            product: product.into(),
            adjustments: Adjustments::new(),
        }
    }
}

/// What is wanted of one try-on.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What is worn, the lowest first.
    pub items: Vec<Item>,
    /// Points corrected by hand or taken from a recipe; detected ones are used when empty.
    pub points: Vec<Point>,
    /// A look, applied last.
    pub style: Option<Style>,
}

impl From<Product> for Request {
    /// One product as it comes.
    fn from(product: Product) -> Self {
        Self {
            items: vec![Item::new(product)],
            ..Self::default()
        }
    }
}

/// Where one piece of one product sits.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Index of the product in [`Request::items`].
    pub item: usize,
    /// Where.
    pub placement: Placement,
}

/// A finished try-on.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The photo with the product worn.
    pub photo: Photo,
    /// What the anchors stage found, with the points corrected by hand.
    pub anchors: Anchors,
    /// Where every piece sits.
    pub seats: Vec<Seat>,
    /// What shows the photo without that which was taken off.
    pub taken_off: Vec<Patch>,
    /// What makes it again.
    pub recipe: Recipe,
    /// Figures about it.
    pub report: Report,
}

/// Which model files to use.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Folder that holds `models/`.
    pub root: PathBuf,
    /// A generator of the user's own, instead of the manifest's `tryon`.
    pub generator: Option<PathBuf>,
    /// Engine and device.
    pub options: model::Options,
}

impl Choice {
    /// Hashes of the model files as they are now, without loading them.
    ///
    /// # Errors
    /// When the manifest or a file cannot be read.
    pub fn models(&self) -> Result<Models, Error> {
        let manifest = Manifest::load(&self.root)?;
        let own = |name: &str| model::hash(&manifest.entry(name)?.file);
        let generator = match &self.generator {
            Some(file) => model::hash(file)?,
            None => own("tryon")?,
        };
        let mut models = Models::new(own("anchors")?, generator);
        models.texture = own(TEXTURE).ok();
        Ok(small::note_files(&manifest, models))
    }
}

/// Called before every stage; returning `false` cancels.
pub type Progress<'a> = &'a mut dyn FnMut(Stage) -> bool;

/// Warm models and the results of earlier stages.
pub struct Engine {
    runtime: Runtime,
    anchors: Model,
    small: Small,
    generator: Generator,
    styler: Option<Styler>,
    /// The network that draws surfaces, loaded at the first look.
    texture: Option<model::Entry>,
    detected: Vec<(String, Anchors)>,
    art: Artworks,
    /// What was behind that which is worn in the newest photo, and what it was made from.
    cleared: Vec<(wear::Source, Patch)>,
    /// Are results compared with their artwork?
    measured: bool,
}

impl Engine {
    /// Starts the inference engine and loads the models.
    ///
    /// # Errors
    /// When no engine starts, or a model is missing, broken or of an unusable shape.
    pub fn start(choice: &Choice) -> Result<Self, Error> {
        Self::start_with(choice, "tryon")
    }

    /// The same with the generator that the manifest names so.
    fn start_with(choice: &Choice, generator: &str) -> Result<Self, Error> {
        let runtime = Runtime::start(&choice.options)?;
        let manifest = Manifest::load(&choice.root)?;
        let anchors = load(&runtime, manifest.entry("anchors")?)?;
        let small = Small::load(&runtime, &manifest)?;
        let generator = match &choice.generator {
            Some(file) => runtime.load(file, None, None)?,
            None => load(&runtime, manifest.entry(generator)?)?,
        };
        let generator = Generator::new(generator)?;
        Ok(Self {
            runtime,
            anchors,
            small,
            generator,
            styler: None,
            texture: manifest.entry(TEXTURE).ok().cloned(),
            detected: Vec::new(),
            art: Artworks::default(),
            cleared: Vec::new(),
            measured: true,
        })
    }

    /// The inference engine in use.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The generator in use.
    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// Finds the head, or remembers it from an earlier call on the same photo.
    ///
    /// # Errors
    /// When there is no face or the engine fails.
    pub fn detect(&mut self, photo: &Photo) -> Result<Anchors, Error> {
        // A picture without a file has no hash to be known by.
        let known = |(hash, _): &&(String, Anchors)| !hash.is_empty() && hash == photo.sha256();
        if let Some((_, anchors)) = self.detected.iter().find(known) {
            return Ok(anchors.clone());
        }
        let found = anchors::detect(&mut self.anchors, photo)?;
        let found = self.small.closer(photo, found)?;
        if self.detected.len() == REMEMBERED {
            self.detected.remove(0);
        }
        self.detected.push((photo.sha256().to_owned(), found.clone()));
        Ok(found)
    }

    /// Puts products on.
    ///
    /// # Errors
    /// The first stage that fails, or [`Error::Cancelled`].
    pub fn run(
        &mut self,
        photo: &Photo,
        request: &Request,
        progress: Progress<'_>,
    ) -> Result<Outcome, Error> {
        let mut clock = Clock::new(progress);
        let spent = self.spent();
        clock.start(Stage::Anchors)?;
        let found = self.detect(photo)?;
        let anchors = self.small.corrected(photo, &found, &request.points)?;
        let mut worn = photo.clone();
        self.art.keep(request.items.iter());
        let put_on = self.put_on_all(&mut worn, photo, &anchors, &request.items, &mut clock)?;
        let PutOn {
            seats,
            pieces,
            worn: patches,
            taken_off,
        } = put_on;
        let changed = patches.iter().map(|w| &w.patch).chain(&taken_off);
        let outside = mask::outside(photo, &worn, &changed.collect::<Vec<_>>());
        if let Some(style) = &request.style {
            clock.start(Stage::Style)?;
            self.stylise(style, &mut worn, &mask::wear(&patches))?;
        }
        let stages = clock.stop();
        let adapter = request.style.is_some().then(|| self.adapter()).flatten();
        let models = self.models(request.style.as_ref());
        let recipe = Recipe::new(photo, models, &self.runtime, adapter, &anchors, request);
        let mut report = Report::new(&self.runtime, photo, &anchors, pieces, stages);
        report.outside = outside;
        report.models_ms = (self.spent() - spent).as_secs_f64() * 1e3;
        Ok(Outcome {
            photo: worn,
            anchors,
            seats,
            taken_off,
            recipe,
            report,
        })
    }

    /// Time inside the networks so far.
    fn spent(&self) -> std::time::Duration {
        self.anchors.spent() + self.small.spent() + self.generator.spent()
    }

    /// Hashes of the models in use with a style.
    fn models(&self, style: Option<&Style>) -> Models {
        let drawn = style.filter(|style| style.draws()).and(self.styler.as_ref());
        let anchors = self.anchors.sha256().to_owned();
        let mut models = Models::new(anchors, self.generator.sha256().to_owned());
        models.texture = drawn.and_then(Styler::painter).map(str::to_owned);
        self.small.note(models)
    }
}

/// A manifest model, checked by its hash.
fn load(runtime: &Runtime, entry: &model::Entry) -> Result<Model, Error> {
    Ok(runtime.load(&entry.file, entry.sha256.as_deref(), entry.size)?)
}
