//! The thread that reads and writes files: portraits, products, small pictures, exports and the session.

use super::bare;
use super::export::Picture;
use super::queue::Queue;
use super::{CorrectionsTask, Event, Pyramid, Reason, Subject, Teller, sentence};
use crate::cutout::{self, Proposal, Spec};
use crate::geometry::Rect;
use crate::gpu::Gpu;
use crate::model;
use crate::photo::{Photo, SaveOptions};
use crate::product::{Catalogue, Category, Product, Summary};
use crate::publish;
use crate::style::{self, Style, Styler, Wear};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longer side of a portrait in the filmstrip, pixels.
const STRIP_SIDE: u32 = 240;
/// Longer side of a picture that shows a look, pixels.
pub(super) const LOOK_SIDE: u32 = 220;
/// Longer side of a product's picture, pixels.
const ART_SIDE: usize = 640;
/// Names that end so are taken for pictures when a folder is opened.
const EXTENSIONS: [&str; 6] = ["jpg", "jpeg", "png", "webp", "tif", "tiff"];

/// Work for this thread.
pub enum FileTask {
    /// List the products in these folders, then their pictures.
    Catalogue(Vec<PathBuf>),
    /// Read the picture of the product of this id in this folder.
    Art(String, PathBuf),
    /// Load the product of a folder.
    Product(PathBuf),
    /// Find the pictures among files and folders.
    Find(Vec<PathBuf>),
    /// Decode a portrait.
    Portrait(PathBuf),
    /// A small picture of a portrait.
    Strip(PathBuf),
    /// What looks make of a small picture.
    Looks {
        /// The portrait's file.
        portrait: PathBuf,
        /// The portrait, small.
        before: Photo,
        /// The same with what is worn and no look, where there is one.
        plain: Photo,
        /// True when `plain` is only the portrait.
        styled: bool,
    },
    /// What a look makes of a portrait with nothing worn.
    Bare(Box<bare::Task>),
    /// Read a look that comes from files: `cube:FILE`, `like:FILE`, `preset:NAME`, or a row with such.
    Look(String),
    /// List the saved rows of looks.
    Presets,
    /// Save a row of looks under a name.
    SavePreset(String, Style),
    /// Keep a preset that came as a file.
    ImportPreset(PathBuf),
    /// Keep a picture from the clipboard or the camera as a file and open it.
    Paste {
        /// The picture.
        photo: Photo,
        /// Where it goes.
        path: PathBuf,
    },
    /// Write down what was put right, for a batch.
    Corrections(Box<CorrectionsTask>),
    /// Finish an export's picture.
    Write(Box<Picture>),
    /// Write the session.
    Session {
        /// Its file.
        path: PathBuf,
        /// Its text.
        text: String,
    },
    /// Cut a product out of its photo.
    Cutout(PathBuf, Category),
    /// Save a cut-out as a product.
    Import {
        /// The cut-out.
        proposal: Box<Proposal>,
        /// What the photo does not tell.
        spec: Box<Spec>,
        /// The folder of products.
        folder: PathBuf,
    },
    /// Fetch the inference runtime.
    Install(model::Kind),
}

impl FileTask {
    /// Is somebody looking at the place where this will be?
    pub(super) fn is_portrait(&self) -> bool {
        matches!(self, Self::Portrait(_))
    }

    /// Small pictures of looks: only the newest matter.
    pub(super) fn is_looks(&self) -> bool {
        matches!(self, Self::Looks { .. })
    }

    /// A bare portrait: only the newest matters.
    pub(super) fn is_bare(&self) -> bool {
        matches!(self, Self::Bare(_))
    }
}

/// The thread's own things.
pub(super) struct Shelf {
    tasks: Queue<FileTask>,
    teller: Teller,
    styler: Option<Styler>,
    looks_of: Option<PathBuf>,
}

impl Shelf {
    pub fn new(tasks: Queue<FileTask>, teller: Teller) -> Self {
        Self {
            tasks,
            teller,
            styler: None,
            looks_of: None,
        }
    }

    /// Works until the queue is closed and empty.
    pub fn work(mut self) {
        while let Some(task) = self.tasks.pop() {
            match task {
                FileTask::Catalogue(folders) => self.catalogue(&folders),
                FileTask::Art(id, folder) => self.art(id, &folder),
                FileTask::Product(folder) => {
                    let product = Product::load(&folder).map(Arc::new).map_err(|e| sentence(&e));
                    self.teller.tell(Event::Product(folder, product));
                }
                FileTask::Find(paths) => self.find(&paths),
                FileTask::Portrait(path) => self.portrait(path),
                FileTask::Strip(path) => self.strip(path),
                FileTask::Looks {
                    portrait,
                    before,
                    plain,
                    styled,
                } => self.looks(portrait, &before, &plain, styled),
                FileTask::Bare(task) => {
                    // A look without a graphics device: the result alone is shown.
                    if let Ok(bare) = task.work(|| styler(&mut self.styler)) {
                        self.teller.tell(Event::Bare(Box::new(bare)));
                    }
                }
                FileTask::Look(id) => self.look(id),
                FileTask::Presets => self.presets(),
                FileTask::SavePreset(name, style) => self.save_preset(&name, &style),
                FileTask::ImportPreset(path) => self.import_preset(&path),
                FileTask::Paste { photo, path } => self.paste(&photo, path),
                FileTask::Corrections(task) => self.teller.tell(Event::Corrections(task.write())),
                FileTask::Write(picture) => picture.write(&self.teller),
                FileTask::Session { path, text } => self.session(&path, &text),
                FileTask::Cutout(path, category) => self.cutout(&path, category),
                FileTask::Import {
                    proposal,
                    spec,
                    folder,
                } => self.import(&proposal, &spec, &folder),
                FileTask::Install(kind) => {
                    let result = model::install(kind, model::VERSION)
                        .map(drop)
                        .map_err(|e| sentence(&e));
                    self.teller.tell(Event::Installed(result));
                }
            }
        }
    }

    fn catalogue(&self, folders: &[PathBuf]) {
        let catalogue = Catalogue::open(folders);
        let products: Vec<Summary> = catalogue.list().to_vec();
        let problems = catalogue.problems().iter().map(|p| sentence(&p.error)).collect();
        for product in &products {
            // One by one, so that a portrait need not wait for all of them.
            self.tasks
                .push(FileTask::Art(product.id.clone(), product.folder.clone()));
        }
        self.teller.tell(Event::Catalogue { products, problems });
    }

    fn art(&self, id: String, folder: &Path) {
        // A product whose artwork is broken says so when it is put on.
        if let Ok(product) = Product::load(folder) {
            let picture = Pyramid::of_art(&product.art, ART_SIDE);
            self.teller.tell(Event::Thumbnail(Subject::Product(id), picture));
        }
    }

    fn find(&self, paths: &[PathBuf]) {
        let mut found = Vec::new();
        for path in paths {
            if path.is_dir() {
                found.extend(pictures_in(path));
            } else {
                found.push(path.clone());
            }
        }
        if found.is_empty() {
            let path = paths.first().cloned().unwrap_or_default();
            self.teller.tell(Event::Nothing(path));
        } else {
            self.teller.tell(Event::Pictures(found));
        }
    }

    fn portrait(&self, path: PathBuf) {
        match Photo::open(&path) {
            Ok(photo) => {
                let pixels = Pyramid::of_photo(&photo);
                let small = Pyramid::small(&photo, STRIP_SIDE);
                let subject = Subject::Portrait(path.clone());
                self.teller.tell(Event::Portrait {
                    path,
                    photo: Arc::new(photo),
                    pixels,
                });
                self.teller.tell(Event::Thumbnail(subject, small));
            }
            Err(error) => self.teller.tell(Event::Unreadable(path, (&error).into())),
        }
    }

    fn strip(&self, path: PathBuf) {
        self.teller.tell(match Photo::open(&path) {
            Ok(photo) => {
                let small = Pyramid::small(&photo, STRIP_SIDE);
                Event::Thumbnail(Subject::Portrait(path), small)
            }
            Err(error) => Event::NoThumbnail(path, (&error).into()),
        });
    }

    fn looks(&mut self, portrait: PathBuf, before: &Photo, plain: &Photo, styled: bool) {
        if styled && self.looks_of.as_ref() == Some(&portrait) {
            return;
        }
        self.looks_of = Some(portrait);
        let wear = wear(before, plain);
        self.teller
            .tell(Event::Thumbnail(Subject::Plain, Pyramid::of_photo(plain)));
        // Without a graphics device there are no looks; the engine says so when one is chosen.
        let Ok(styler) = styler(&mut self.styler) else {
            return;
        };
        for look in style::looks() {
            let mut photo = plain.clone();
            if styler
                .apply_to(&Style::new(look), &mut photo, Some(&wear))
                .is_ok()
            {
                let picture = Pyramid::of_photo(&photo);
                self.teller
                    .tell(Event::Thumbnail(Subject::Look(look.id), picture));
            }
        }
    }

    fn look(&self, id: String) {
        let style = Style::parse(&id).map(Box::new).map_err(|e| sentence(&e));
        self.teller.tell(Event::Look(id, style));
    }

    fn presets(&self) {
        let names = style::Preset::list().into_iter().map(|p| p.name).collect();
        self.teller.tell(Event::Presets(names));
    }

    fn save_preset(&self, name: &str, style: &Style) {
        match style::Preset::new(name, style).and_then(|preset| preset.save(true)) {
            Ok(_) => self.presets(),
            Err(error) => self.teller.tell(Event::NotKept(sentence(&error))),
        }
    }

    /// The very same preset may be here already; another of its name stays.
    fn import_preset(&self, path: &Path) {
        let kept = style::Preset::read(path).and_then(|preset| {
            if !style::Preset::open(&preset.name).is_ok_and(|own| own == preset) {
                preset.save(false)?;
            }
            Ok(preset.name)
        });
        match kept {
            Ok(name) => {
                self.presets();
                self.teller.tell(Event::PresetKept(name));
            }
            Err(error) => self.teller.tell(Event::NotKept(sentence(&error))),
        }
    }

    fn paste(&self, photo: &Photo, path: PathBuf) {
        let options = SaveOptions {
            quality: 92,
            force: true,
            recipe: None,
        };
        let saved = std::fs::create_dir_all(publish::parent(&path))
            .map_err(|e| Reason::from(e.to_string()))
            .and_then(|()| photo.save(&path, &options).map_err(|e| Reason::from(&e)));
        self.teller.tell(match saved {
            Ok(()) => Event::Pictures(vec![path]),
            Err(error) => Event::Unreadable(path, error),
        });
    }

    fn session(&self, path: &Path, text: &str) {
        let written = std::fs::create_dir_all(publish::parent(path))
            .and_then(|()| publish::file(path, text.as_bytes(), true));
        if let Err(error) = written {
            self.teller
                .tell(Event::NotSaved(format!("{}: {error}", path.display())));
        }
    }

    fn cutout(&self, path: &Path, category: Category) {
        let result = Photo::open(path)
            .map_err(|e| sentence(&e))
            .and_then(|photo| cutout::propose(&photo, category).map_err(|e| sentence(&e)));
        self.teller.tell(Event::Cutout(result.map(Box::new)));
    }

    fn import(&self, proposal: &Proposal, spec: &Spec, folder: &Path) {
        let result = cutout::save(proposal, spec, folder, false).map_err(|e| sentence(&e));
        self.teller
            .tell(Event::Imported(result.map(|product| product.id)));
    }
}

/// The graphics device for looks on small pictures, started at the first.
fn styler(slot: &mut Option<Styler>) -> Result<&mut Styler, style::Error> {
    let styler = match slot.take() {
        Some(styler) => styler,
        None => Styler::new(Gpu::headless()?)?,
    };
    Ok(slot.insert(styler))
}

/// The pictures in a folder, by name.
fn pictures_in(folder: &Path) -> Vec<PathBuf> {
    let known = |path: &PathBuf| {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        extension.is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|e| e.path()).filter(known).collect();
    paths.sort();
    paths
}

/// Where two small pictures differ is where something is worn.
fn wear(before: &Photo, after: &Photo) -> Wear {
    let rect = Rect {
        x: 0,
        y: 0,
        width: after.width(),
        height: after.height(),
    };
    let (a, b) = (before.srgb(rect), after.srgb(rect));
    let weight = b.iter().enumerate().map(|(i, px)| {
        let was = a.get(i).unwrap_or(px);
        let change = px.iter().zip(was).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
        (change * 6.0).min(1.0)
    });
    Wear {
        rect,
        weight: weight.collect(),
    }
}
