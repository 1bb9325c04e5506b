//! What panels ask for: changes of the document, commands that also have a key, and requests with a value.

use super::canvas::Mode;
use super::state::Edit;
use crate::cutout::Spec;
use crate::model::Kind;
use crate::photo::Photo;
use crate::product::Category;
use std::path::PathBuf;

/// Something without a value that can be asked for by a button or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Command {
    TryOnRoom,
    LiveRoom,
    BatchRoom,
    Open,
    OpenFolder,
    Recent,
    Paste,
    Camera,
    Import,
    Export,
    Undo,
    Redo,
    History,
    TakeOff,
    Previous,
    Next,
    Worn,
    Wipe,
    SideBySide,
    Difference,
    Points,
    Fit,
    Actual,
    ZoomIn,
    ZoomOut,
    Search,
    Theme,
    Language,
    Status,
    Shortcuts,
    Quit,
}

impl Command {
    /// Can it be asked for in every room? The others are about the picture of the Try-on room.
    pub fn is_everywhere(self) -> bool {
        use Command::{BatchRoom, Language, LiveRoom, Quit, Shortcuts, Status, Theme, TryOnRoom};
        matches!(
            self,
            TryOnRoom | LiveRoom | BatchRoom | Theme | Language | Status | Shortcuts | Quit
        )
    }
}

/// Something a panel asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// A change of the document.
    Edit(Edit),
    /// A command.
    Do(Command),
    /// Opens files or folders.
    Open(Vec<PathBuf>),
    /// Goes to a state of the history.
    GoTo(usize),
    /// Shows before and after in another way.
    Mode(Mode),
    /// Starts the engine again with other settings.
    Engine,
    /// Fetches the inference runtime.
    Install(Kind),
    /// Picks a generator file, or with false forgets it.
    Generator(bool),
    /// Picks the folder exports go to.
    ExportFolder,
    /// Shows the controls of a product.
    Unfold(String),
    /// Asks where what was put right is to be written, for a batch.
    SaveCorrections,
    /// Writes pictures.
    StartExport,
    /// Gives up the rest of an export.
    CancelExport,
    /// Shows a file in the system's file manager.
    Reveal(PathBuf),
    /// Picks a picture whose style is wanted, or a colour table.
    PickLook(super::dialog::Question),
    /// Reads and chooses a look that comes from files.
    BringLook(String),
    /// Saves the looks now chosen under a name.
    SavePreset(String),
    /// Picks the folder a batch goes to.
    BatchFolder,
    /// Opens a file with the program the system has for it.
    Show(PathBuf),
    /// Picks a product's photo.
    ImportPhoto,
    /// Keeps a picture taken with the camera and opens it.
    Shot(Box<Photo>),
    /// A recording ended: its folder and how many pictures it holds, or why there is none.
    Recorded(Result<(PathBuf, u64), String>),
    /// Saves everything and starts the program again.
    Restart,
    /// Cuts a product out of its photo.
    Cutout(PathBuf, Category),
    /// Saves the product that was cut out.
    SaveProduct(Box<Spec>),
}
