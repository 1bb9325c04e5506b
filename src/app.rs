//! The window: takes a document, shows it, turns what the user does into changes of it.
//!
//! Every frame drains the worker's events, lays out the panels, does what they ask for and sends the newest wish
//! to the worker. Nothing here waits: no inference, no file, no dialog.

mod act;
pub mod action;
mod arrivals;
pub mod batch;
mod batch_parts;
mod batch_run;
mod camera;
pub mod canvas;
mod catalogue;
mod controls;
pub mod desk;
pub mod dialog;
mod events;
pub mod export;
mod filmstrip;
mod finish;
mod frames;
mod handles;
pub mod history;
mod icon;
mod import;
pub mod live;
mod live_record;
mod live_room;
mod live_source;
mod looks;
mod notes;
mod overlay;
mod pair;
mod picture;
mod restart;
pub mod room;
pub mod session;
mod shortcuts;
pub mod state;
mod status;
pub mod theme;
mod toast;
mod topbar;
mod view;
mod window;
pub mod words;

pub use frames::FrameTimes;
pub use restart::AFTER_LOSS;
pub use window::{Error, run};

use crate::camera::Origin;
use crate::gpu::Gpu;
use crate::job::{FileTask, Wake, Worker};
use crate::model;
use crate::pipeline::Choice;
use action::Action;
use batch::BatchRoom;
use camera::Camera;
use canvas::Canvas;
use catalogue::Catalogue;
use controls::Controls;
use desk::{Desk, EngineState};
use dialog::Dialogs;
use eframe::egui::{self, Ui};
use export::Progress;
use import::Import;
use overlay::Overlay;
use room::Room;
use session::{Opened, Preferences, Session};
use state::{Document, Edit, Worn};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use toast::Toasts;
use words::{Language, Words};

/// A change is written down after this long at the latest.
const SAVE_AFTER: Duration = Duration::from_millis(1200);
/// What a first visitor sees.
const SAMPLE: &str = "elif";
/// What she wears.
const SAMPLE_PRODUCT: &str = "emerald-drop-gold";

/// How the window is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folder that holds `models/` and `assets/`.
    pub root: PathBuf,
    /// Portraits to open.
    pub portraits: Vec<PathBuf>,
    /// The user's folder for the session; nothing is kept without one.
    pub folder: Option<PathBuf>,
    /// Folder of the user's own products; none can be saved without one.
    pub products: Option<PathBuf>,
    /// What stands in the place of cameras.
    pub camera: Option<Origin>,
    /// Why this program was started again by itself.
    pub after_loss: Option<String>,
    /// The room the window opens in.
    pub room: Room,
    /// Engine and device; the session's are taken where these are on automatic.
    pub engine: model::Options,
}

/// The window's state.
pub struct App {
    desk: Desk,
    options: Options,
    worker: Worker,
    wake: Wake,
    dialogs: Dialogs,
    camera: Camera,
    canvas: Canvas,
    batch: BatchRoom,
    catalogue: Catalogue,
    controls: Controls,
    import: Import,
    live: live_room::LiveRoom,
    /// Product folders on their way to the live room.
    loading: std::collections::HashSet<PathBuf>,
    overlay: Option<Overlay>,
    history_open: bool,
    progress: Progress,
    toasts: Toasts,
    /// Id of the newest try-on asked for.
    newest: u64,
    /// A look that comes from files and is to be chosen once it is read.
    brought: Option<String>,
    /// The portrait that is being decoded.
    decoding: Option<PathBuf>,
    /// Counts presses of the pointer: changes of one press are one step.
    gesture: u64,
    /// Since when something is not written down.
    unsaved: Option<Instant>,
    /// A newer program's session is not written over.
    read_only: bool,
    begun: bool,
    frames: FrameTimes,
    gpu: Option<Gpu>,
    lost: Option<String>,
    /// The program is to be started again once this window is closed.
    restarts: bool,
}

impl App {
    /// Opens the session; nothing is decoded or loaded yet. `wake` asks for a frame.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(ctx: &egui::Context, options: Options, frames: FrameTimes) -> std::io::Result<Self> {
        let waker = ctx.clone();
        let wake: Wake = Arc::new(move || waker.request_repaint());
        let mut toasts = Toasts::default();
        let opened = options.folder.as_deref().map_or(Opened::None, Session::open);
        let read_only = matches!(opened, Opened::Newer(_));
        let (document, preferences) = match &opened {
            Opened::Found(session) => (session.document.clone(), session.preferences.clone()),
            _ => (first_document(&options.root), Preferences::default()),
        };
        let locale = std::env::var("LANG").unwrap_or_default();
        let language = preferences
            .language
            .unwrap_or_else(|| Language::of_locale(&locale));
        let words = Words { language };
        match &opened {
            Opened::Broken(path) => toasts.warn(words.fill("session-broken", &[("path", &path.display())])),
            Opened::Newer(path) => toasts.warn(words.fill("session-newer", &[("path", &path.display())])),
            Opened::None | Opened::Found(_) => {}
        }
        if let Some(why) = &options.after_loss {
            toasts.warn(words.fill("after-loss", &[("why", why)]));
        }
        theme::dress(ctx, preferences.theme);
        let mut desk = Desk::new(document, preferences, words);
        desk.room = options.room;
        Ok(Self {
            desk,
            options,
            worker: Worker::start(Arc::clone(&wake))?,
            wake: Arc::clone(&wake),
            dialogs: Dialogs::new(wake),
            camera: Camera::default(),
            canvas: Canvas::default(),
            batch: BatchRoom::default(),
            catalogue: Catalogue::default(),
            controls: Controls::default(),
            import: Import::default(),
            live: live_room::LiveRoom::default(),
            loading: std::collections::HashSet::new(),
            overlay: None,
            history_open: false,
            progress: Progress::default(),
            toasts,
            newest: 0,
            brought: None,
            decoding: None,
            gesture: 0,
            unsaved: None,
            read_only,
            begun: false,
            frames,
            gpu: None,
            lost: None,
            restarts: false,
        })
    }

    /// What panels read; for tests.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// How many heads the live room's newest picture has; for tests.
    pub fn live_heads(&self) -> Option<usize> {
        self.live.heads()
    }

    /// Is nothing on its way that would change what is seen?
    pub fn is_settled(&self) -> bool {
        let engine = !matches!(self.desk.engine, EngineState::Loading);
        let ready = self.desk.listed && self.desk.current_portrait().is_some();
        let writing = self.progress.is_running() || self.batch.is_running();
        self.desk.problem.is_some() || (engine && ready && !self.desk.is_busy() && !writing)
    }

    /// After the first frame: the threads get to work.
    fn begin(&mut self) {
        self.decode();
        self.worker.engine(self.choice());
        self.worker.file(FileTask::Catalogue(self.shelves()));
        if !self.options.portraits.is_empty() {
            self.worker.file(FileTask::Find(self.options.portraits.clone()));
        }
        self.tables();
        self.strips();
    }

    /// Folders of products: Bijou's and the user's.
    fn shelves(&self) -> Vec<PathBuf> {
        let own = self.options.root.join("assets/products");
        std::iter::once(own)
            .chain(self.options.products.clone())
            .collect()
    }

    /// Asks for the filmstrip's pictures.
    fn strips(&mut self) {
        for path in &self.desk.document().portraits {
            let subject = crate::job::Subject::Portrait(path.clone());
            if !self.desk.pictures.contains_key(&subject) {
                self.worker.file(FileTask::Strip(path.clone()));
            }
        }
    }

    /// Engine, device and models as the user wants them.
    fn choice(&self) -> Choice {
        let preferences = &self.desk.preferences;
        let mut options = self.options.engine.clone();
        if options.engine == model::EngineChoice::Auto {
            options.engine = preferences.engine.parse().unwrap_or_default();
        }
        if options.device == model::Device::Auto {
            options.device = preferences.device.parse().unwrap_or_default();
        }
        Choice {
            root: self.options.root.clone(),
            generator: preferences.generator.clone(),
            options,
        }
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.frames.add(frame.info().cpu_usage);
        let ctx = ui.ctx().clone();
        self.hear(&ctx);
        if ctx.input(|i| i.pointer.any_pressed()) {
            self.gesture += 1;
        }
        let mut actions: Vec<Action> = Vec::new();
        if self.overlay.is_none() {
            actions.extend(shortcuts::pressed(&ctx).into_iter().map(Action::Do));
        }
        self.dropped(&ctx, &mut actions);
        self.panels(ui, &mut actions);
        self.overlay(&ctx, &mut actions);
        let palette = self.desk.palette;
        self.toasts.show(&ctx, &palette, &mut actions);
        for action in actions {
            self.act(&ctx, action);
        }
        if !std::mem::replace(&mut self.begun, true) {
            self.frames.first_frame();
            self.begin();
        }
        self.decode();
        self.ask();
        self.save(&ctx);
        self.watch(&ctx);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.desk.palette.canvas.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self) {
        self.save_now();
    }
}

impl Drop for App {
    /// However the window ends, what was changed is written.
    fn drop(&mut self) {
        self.save_now();
    }
}

/// The sample portraits and what the first of them wears.
fn first_document(root: &Path) -> Document {
    let mut document = Document::new();
    let folder = root.join("assets/portraits");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut portraits: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| p.extension().is_some())
        .collect();
    let sample = |p: &PathBuf| p.file_stem().is_some_and(|s| s == SAMPLE);
    portraits.sort_by_key(|p| (!sample(p), p.clone()));
    let worn = Worn {
        id: SAMPLE_PRODUCT.into(),
        category: crate::product::Category::Earring,
    };
    document = document.after(&Edit::Open(portraits));
    document.after(&Edit::Wear(worn))
}
