//! Exports: what is written, one picture after the other.

use super::{Event, Look, Teller, sentence};
use crate::anchors::Point;
use crate::photo::{Photo, SaveOptions};
use crate::pipeline::Outcome;
use crate::placement::Adjustments;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// One picture to write.
#[derive(Clone, Debug)]
pub struct ExportItem {
    /// The portrait's file.
    pub portrait: PathBuf,
    /// The portrait, where it is decoded already.
    pub photo: Option<Arc<Photo>>,
    /// Product folders and the user's changes, the lowest first.
    pub items: Vec<(PathBuf, Adjustments)>,
    /// Points corrected by hand; empty for the detected ones.
    pub points: Vec<Point>,
    /// The look.
    pub look: Look,
    /// Where it goes; the extension decides the format.
    pub output: PathBuf,
}

/// Pictures to write, all in one way.
#[derive(Clone, Debug)]
pub struct Export {
    /// What.
    pub items: Vec<ExportItem>,
    /// Before and after side by side?
    pub before_after: bool,
    /// Longer side in pixels of a smaller copy.
    pub longest: Option<u32>,
    /// JPEG quality 1..=100.
    pub quality: u8,
    /// Replace files that exist?
    pub force: bool,
}

impl Export {
    pub(super) fn tasks(self, cancelled: &Arc<AtomicBool>) -> Vec<Item> {
        let total = self.items.len();
        let done = Arc::new(AtomicUsize::new(0));
        let task = |item| Item {
            item,
            before_after: self.before_after,
            longest: self.longest,
            quality: self.quality,
            force: self.force,
            total,
            done: Arc::clone(&done),
            cancelled: Arc::clone(cancelled),
        };
        self.items.into_iter().map(task).collect()
    }
}

/// One picture of an export and how it is written.
pub(super) struct Item {
    item: ExportItem,
    before_after: bool,
    longest: Option<u32>,
    quality: u8,
    force: bool,
    total: usize,
    done: Arc<AtomicUsize>,
    cancelled: Arc<AtomicBool>,
}

impl std::ops::Deref for Item {
    type Target = ExportItem;

    fn deref(&self) -> &ExportItem {
        &self.item
    }
}

impl Item {
    /// Tells how it ended.
    pub fn finish(&self, teller: &Teller, result: Result<PathBuf, String>) {
        let done = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        teller.tell(Event::Exported {
            result,
            done,
            total: self.total,
        });
    }
}

/// A rendered picture on its way to its file.
pub struct Picture {
    pub(super) task: Item,
    pub(super) before: Arc<Photo>,
    pub(super) outcome: Outcome,
}

impl Picture {
    /// Scales, joins and writes it.
    pub(super) fn write(self, teller: &Teller) {
        let result = if self.task.cancelled.load(Ordering::SeqCst) {
            Err(String::new())
        } else {
            self.save()
        };
        self.task.finish(teller, result);
    }

    fn save(&self) -> Result<PathBuf, String> {
        let task = &self.task;
        let mut recipe = self.outcome.recipe.clone();
        (recipe.before_after, recipe.quality) = (task.before_after, task.quality);
        let options = SaveOptions {
            quality: task.quality,
            force: task.force,
            recipe: Some(serde_json::to_string(&recipe).map_err(|e| e.to_string())?),
        };
        let sized = |photo: &Photo| match task.longest {
            Some(longest) => photo.resized(longest),
            None => photo.clone(),
        };
        let worn = sized(&self.outcome.photo);
        let picture = if task.before_after {
            Photo::side_by_side(&sized(&self.before), &worn)
        } else {
            worn
        };
        picture.save(&task.output, &options).map_err(|e| sentence(&e))?;
        Ok(task.output.clone())
    }
}
