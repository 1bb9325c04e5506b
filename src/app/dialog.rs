//! The system's own dialogs, clipboard and file manager: each on a thread of its own, because they wait for people.

use super::words::Words;
use crate::job::Wake;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

/// A dialog that ends with nothing sooner than this was never seen.
const FASTEST: Duration = Duration::from_millis(250);

/// What a dialog gave.
#[derive(Debug)]
pub enum Answer {
    /// Portraits or a folder of them.
    Portraits(Vec<PathBuf>),
    /// A product's photo.
    ProductPhoto(PathBuf),
    /// Where exports go.
    ExportFolder(PathBuf),
    /// Where a batch goes.
    BatchFolder(PathBuf),
    /// Where corrections are written.
    Corrections(PathBuf),
    /// A generator of the user's own.
    Generator(PathBuf),
    /// A picture whose style is wanted.
    Reference(PathBuf),
    /// A colour table.
    Table(PathBuf),
    /// A picture from the clipboard: width, height, RGBA.
    Picture(u32, u32, Vec<u8>),
    /// The clipboard held files.
    Files(Vec<PathBuf>),
    /// The clipboard held no picture.
    NoPicture,
    /// The system has nothing to choose files with.
    NoChooser,
    /// The file manager could not be opened; the sentence says why.
    NotRevealed(String),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Files to open.
    Portraits,
    /// A folder to open.
    Folder,
    /// A product's photo.
    ProductPhoto,
    /// Where exports go.
    ExportFolder,
    /// Where a batch goes.
    BatchFolder,
    /// Where corrections are written.
    Corrections,
    /// An ONNX file.
    Generator,
    /// A picture whose style is wanted.
    Reference,
    /// A colour table.
    Table,
}

/// Asks and hears the answers.
pub struct Dialogs {
    sender: Sender<Answer>,
    answers: Receiver<Answer>,
    wake: Wake,
}

impl Dialogs {
    /// Nothing is asked yet.
    pub fn new(wake: Wake) -> Self {
        let (sender, answers) = mpsc::channel();
        Self {
            sender,
            answers,
            wake,
        }
    }

    /// The next answer, if there is one. Never waits.
    pub fn answer(&self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }

    fn run(&self, work: impl FnOnce() -> Option<Answer> + Send + 'static) {
        let (sender, wake) = (self.sender.clone(), self.wake.clone());
        let thread = std::thread::Builder::new().name("dialog".into());
        // Without a thread nothing opens, and the user asks again.
        drop(thread.spawn(move || {
            if let Some(answer) = work() {
                drop(sender.send(answer));
                wake();
            }
        }));
    }

    /// Opens a dialog.
    pub fn ask(&self, question: Question, words: Words) {
        let pictures = words.say("dialog-pictures");
        let title = words.say(match question {
            Question::Portraits => "open-portrait",
            Question::Folder => "open-folder",
            Question::ProductPhoto => "import-photo",
            Question::ExportFolder | Question::BatchFolder => "export-folder",
            Question::Corrections => "corrections-save",
            Question::Generator => "generator-pick",
            Question::Reference => "look-like",
            Question::Table => "look-table",
        });
        self.run(move || {
            let asked = Instant::now();
            let dialog = rfd::FileDialog::new().set_title(title);
            let extensions = ["jpg", "jpeg", "png", "webp", "tif", "tiff"];
            let answer = match question {
                Question::Portraits => dialog
                    .add_filter(pictures, &extensions)
                    .pick_files()
                    .map(Answer::Portraits),
                Question::Folder => dialog.pick_folder().map(|p| Answer::Portraits(vec![p])),
                Question::ProductPhoto => dialog
                    .add_filter(pictures, &extensions)
                    .pick_file()
                    .map(Answer::ProductPhoto),
                Question::ExportFolder => dialog.pick_folder().map(Answer::ExportFolder),
                Question::BatchFolder => dialog.pick_folder().map(Answer::BatchFolder),
                Question::Corrections => dialog
                    .set_file_name("corrections.json")
                    .add_filter("JSON", &["json"])
                    .save_file()
                    .map(Answer::Corrections),
                Question::Generator => dialog
                    .add_filter("ONNX", &["onnx"])
                    .pick_file()
                    .map(Answer::Generator),
                Question::Reference => dialog
                    .add_filter(pictures, &extensions)
                    .pick_file()
                    .map(Answer::Reference),
                Question::Table => dialog
                    .add_filter(".cube", &["cube"])
                    .pick_file()
                    .map(Answer::Table),
            };
            // Nobody closes a window that fast: there was none. Elsewhere the system itself has one.
            let closed = !cfg!(target_os = "linux") || asked.elapsed() > FASTEST;
            answer.or((!closed).then_some(Answer::NoChooser))
        });
    }

    /// Reads a picture, or files, from the clipboard.
    pub fn paste(&self) {
        self.run(|| {
            let Ok(mut clipboard) = arboard::Clipboard::new() else {
                return Some(Answer::NoPicture);
            };
            if let Ok(files) = clipboard.get().file_list()
                && !files.is_empty()
            {
                return Some(Answer::Files(files));
            }
            Some(match clipboard.get_image() {
                Ok(image) => {
                    Answer::Picture(image.width as u32, image.height as u32, image.bytes.into_owned())
                }
                Err(_) => Answer::NoPicture,
            })
        });
    }

    /// Opens a file with the program the system has for it.
    pub fn show(&self, path: PathBuf) {
        self.run(move || {
            opener::open(path)
                .err()
                .map(|e| Answer::NotRevealed(e.to_string()))
        });
    }

    /// Shows a file in the system's file manager.
    pub fn reveal(&self, path: PathBuf) {
        self.run(move || {
            opener::reveal(path)
                .err()
                .map(|e| Answer::NotRevealed(e.to_string()))
        });
    }
}
