//! The thread that owns the inference engine: try-ons first, exports between them.

use super::export::{self, Item as ExportTask};
use super::files::{self, FileTask};
use super::queue::Queue;
use super::{Event, Pyramid, Reason, Teller, sentence};
use crate::anchors::Point;
use crate::model::Layout;
use crate::photo::Photo;
use crate::pipeline::{Choice, Engine, Error, Item, Outcome, Request, Stage};
use crate::placement::Adjustments;
use crate::product::Product;
use crate::style::Style;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// A look by its text form, `noir:0.7` for example.
pub type Look = Option<Style>;

/// What is asked of one try-on.
#[derive(Clone, Debug)]
pub struct Fitting {
    /// The portrait's file.
    pub portrait: PathBuf,
    /// The portrait.
    pub photo: Arc<Photo>,
    /// Product folders and the user's changes, the lowest first.
    pub items: Vec<(PathBuf, Adjustments)>,
    /// Points corrected by hand; empty for the detected ones.
    pub points: Vec<Point>,
    /// The look.
    pub look: Look,
    /// Make the difference picture too?
    pub difference: bool,
}

/// A finished try-on.
#[derive(Debug)]
pub struct Fitted {
    /// Its id.
    pub id: u64,
    /// What was asked.
    pub fitting: Fitting,
    /// The products worn, in the order of the request.
    pub products: Vec<Arc<Product>>,
    /// The result and figures about it.
    pub outcome: Outcome,
    /// The result's pixels for the screen.
    pub pixels: Pyramid,
    /// What changed, when asked for.
    pub difference: Option<Pyramid>,
    /// Milliseconds from start to finish.
    pub ms: f64,
    /// Memory the program holds, bytes, where the system tells.
    pub memory: Option<u64>,
}

/// What is known of a started engine.
#[derive(Clone, Debug)]
pub struct EngineInfo {
    /// Engine and version.
    pub engine: String,
    /// The device asked for.
    pub requested: String,
    /// The device in use.
    pub device: String,
    /// Why.
    pub notes: Vec<String>,
    /// Milliseconds to load.
    pub ms: f64,
    /// What was understood of the generator in use.
    pub generator: GeneratorInfo,
    /// Why the user's own generator is not in use, when one was asked for.
    pub refused: Option<Reason>,
}

/// What was understood of a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratorInfo {
    /// Planes of its input.
    pub channels: usize,
    /// Side of the square it works on, pixels.
    pub size: usize,
    /// Does it answer with corrections? Otherwise it is a plain Pix2Pix, which answers with a picture.
    pub corrections: bool,
}

impl GeneratorInfo {
    fn of(engine: &Engine) -> Self {
        let generator = engine.generator();
        let (channels, corrections) = match generator.layout() {
            Layout::Corrections => (8, true),
            Layout::ImageToImage { channels } => (channels, false),
        };
        Self {
            channels,
            size: generator.size(),
            corrections,
        }
    }
}

/// What two try-ons must have in common for the older one to be worth finishing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subject {
    portrait: PathBuf,
    products: Vec<PathBuf>,
    look: Option<String>,
}

impl Subject {
    pub fn of(fitting: &Fitting) -> Self {
        Self {
            portrait: fitting.portrait.clone(),
            products: fitting.items.iter().map(|(folder, _)| folder.clone()).collect(),
            look: fitting.look.as_ref().map(Style::name),
        }
    }
}

/// Work for this thread.
pub(super) enum Task {
    Start(Box<Choice>),
    Fit(u64, Box<Fitting>),
    Export(Box<ExportTask>),
}

impl Task {
    pub fn is_fit(&self) -> bool {
        matches!(self, Self::Fit(..))
    }

    pub fn is_start(&self) -> bool {
        matches!(self, Self::Start(_))
    }
}

/// The thread's own things.
pub(super) struct Desk {
    tasks: Queue<Task>,
    files: Queue<FileTask>,
    teller: Teller,
    /// Try-ons older than this id are of no use any more.
    oldest: Arc<AtomicU64>,
    cancelled: Arc<AtomicBool>,
    engine: Option<Engine>,
    products: HashMap<PathBuf, Arc<Product>>,
}

impl Desk {
    pub fn new(
        tasks: Queue<Task>,
        files: Queue<FileTask>,
        teller: Teller,
        oldest: Arc<AtomicU64>,
        cancelled: Arc<AtomicBool>,
    ) -> Self {
        Self {
            tasks,
            files,
            teller,
            oldest,
            cancelled,
            engine: None,
            products: HashMap::new(),
        }
    }

    /// Works until the queue is closed.
    pub fn work(mut self) {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Start(choice) => self.start(&choice),
                Task::Fit(id, fitting) => self.fit(id, *fitting),
                Task::Export(task) => self.export(*task),
            }
        }
    }

    fn start(&mut self, choice: &Choice) {
        // Two engines at once would need twice the memory.
        self.engine = None;
        let since = Instant::now();
        let result = begin(choice).map(|(engine, refused)| {
            let runtime = engine.runtime();
            let (requested, device) = runtime.device();
            let info = EngineInfo {
                engine: runtime.engine().into(),
                requested: requested.into(),
                device: device.into(),
                notes: runtime.notes().to_vec(),
                ms: since.elapsed().as_secs_f64() * 1e3,
                generator: GeneratorInfo::of(&engine),
                refused,
            };
            self.engine = Some(engine);
            info
        });
        self.teller.tell(Event::Engine(result));
    }

    fn fit(&mut self, id: u64, fitting: Fitting) {
        let since = Instant::now();
        let products = match self.products(&fitting) {
            Ok(products) => products,
            Err(error) => return self.teller.tell(Event::Failed(id, error.into())),
        };
        let request = request(&fitting, &products);
        let (teller, oldest) = (self.teller.clone(), Arc::clone(&self.oldest));
        // That it has not started was told when it did not.
        let Some(engine) = &mut self.engine else { return };
        let mut progress = |stage: Stage| {
            teller.tell(Event::Stage(id, stage));
            // A newer wish for the same pieces waits for this one: a drag would starve otherwise.
            oldest.load(Ordering::SeqCst) <= id
        };
        match engine.run(&fitting.photo, &request, &mut progress) {
            Ok(outcome) => {
                let pixels = Pyramid::of_photo(&outcome.photo);
                let difference = fitting
                    .difference
                    .then(|| Pyramid::of_photo(&fitting.photo).difference(&pixels))
                    .flatten();
                let styled = fitting.look.is_some();
                let plain = if styled { &*fitting.photo } else { &outcome.photo };
                let looks = FileTask::Looks {
                    portrait: fitting.portrait.clone(),
                    before: fitting.photo.resized(files::LOOK_SIDE),
                    plain: plain.resized(files::LOOK_SIDE),
                    styled,
                };
                self.files.push_newest(looks, FileTask::is_looks);
                self.teller.tell(Event::Fitted(Box::new(Fitted {
                    id,
                    fitting,
                    products,
                    outcome,
                    pixels,
                    difference,
                    ms: since.elapsed().as_secs_f64() * 1e3,
                    memory: crate::resources::memory(),
                })));
            }
            Err(Error::Cancelled) => {}
            Err(error) => self.teller.tell(Event::Failed(id, (&error).into())),
        }
    }

    fn products(&mut self, fitting: &Fitting) -> Result<Vec<Arc<Product>>, String> {
        let folders = fitting.items.iter().map(|(folder, _)| folder);
        folders
            .map(|folder| {
                if let Some(product) = self.products.get(folder) {
                    return Ok(Arc::clone(product));
                }
                let product = Arc::new(Product::load(folder).map_err(|e| sentence(&e))?);
                self.products.insert(folder.clone(), Arc::clone(&product));
                Ok(product)
            })
            .collect()
    }

    fn export(&mut self, task: ExportTask) {
        let result = if self.cancelled.load(Ordering::SeqCst) {
            Err(None)
        } else {
            self.render(&task).map_err(Some)
        };
        match result {
            Ok((before, outcome)) => self.files.push(FileTask::Write(Box::new(export::Picture {
                task,
                before,
                outcome,
            }))),
            Err(error) => task.finish(&self.teller, Err(error.unwrap_or_default())),
        }
    }

    /// The picture of an export, at full size.
    fn render(&mut self, task: &ExportTask) -> Result<(Arc<Photo>, Outcome), String> {
        let photo = match &task.photo {
            Some(photo) => Arc::clone(photo),
            None => Arc::new(Photo::open(&task.portrait).map_err(|e| sentence(&e))?),
        };
        let fitting = Fitting {
            portrait: task.portrait.clone(),
            photo: Arc::clone(&photo),
            items: task.items.clone(),
            points: task.points.clone(),
            look: task.look.clone(),
            difference: false,
        };
        let products = self.products(&fitting)?;
        let cancelled = Arc::clone(&self.cancelled);
        let Some(engine) = &mut self.engine else {
            return Err("the inference engine has not started; see the status panel".into());
        };
        let mut progress = |_| !cancelled.load(Ordering::SeqCst);
        let outcome = match engine.run(&photo, &request(&fitting, &products), &mut progress) {
            // An empty reason is a wish of the user, not a failure.
            Err(Error::Cancelled) => return Err(String::new()),
            other => other.map_err(|e| sentence(&e))?,
        };
        Ok((photo, outcome))
    }
}

/// Starts the engine; where the user's own generator is of no use, with Bijou's, and says why.
fn begin(choice: &Choice) -> Result<(Engine, Option<Reason>), Reason> {
    let error = match Engine::start(choice) {
        Ok(engine) => return Ok((engine, None)),
        Err(error) => error,
    };
    if choice.generator.is_none() {
        return Err((&error).into());
    }
    let plain = Choice {
        generator: None,
        ..choice.clone()
    };
    // When that fails too, its own reason counts.
    let engine = Engine::start(&plain).map_err(|e| Reason::from(&e))?;
    Ok((engine, Some(Reason::of_generator(&error))))
}

fn request(fitting: &Fitting, products: &[Arc<Product>]) -> Request {
    let adjustments = fitting.items.iter().map(|(_, adjustments)| adjustments.clone());
    Request {
        items: products
            .iter()
            .zip(adjustments)
            .map(|(product, adjustments)| Item {
                product: Arc::clone(product),
                adjustments,
            })
            .collect(),
        points: fitting.points.clone(),
        style: fitting.look.clone(),
    }
}
