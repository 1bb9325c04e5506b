//! Pictures, folders and animations as a source: one after the other, over and over.

use super::film::Film;
use super::{Error, Source};
use crate::photo::{Photo, Samples};
use std::path::{Path, PathBuf};

/// Frames are at most this large, as a camera's would be; larger pictures are scaled down.
const LONGEST: u32 = 1280;

/// What is played.
enum Item {
    /// A still, decoded when its turn comes.
    Still(PathBuf),
    /// An animation and its position.
    Film(Film),
}

/// See the module.
pub struct Pictures {
    items: Vec<Item>,
    next: usize,
    /// The picture decoded last; a single one is decoded once.
    last: Option<(usize, Photo)>,
}

impl Pictures {
    /// Looks the files up; stills are decoded when their turn comes.
    ///
    /// # Errors
    /// [`Error::Empty`] when nothing is named or a folder holds no picture, [`Error::File`] when one is unreadable.
    pub fn open(files: &[PathBuf]) -> Result<Self, Error> {
        let mut items = Vec::new();
        for file in files {
            if file.is_dir() {
                let mut inside: Vec<PathBuf> = std::fs::read_dir(file)
                    .map_err(|e| unreadable(file, &e))?
                    .flatten()
                    .map(|entry| entry.path())
                    .filter(|p| is_picture(p))
                    .collect();
                inside.sort();
                items.extend(inside.into_iter().map(Item::Still));
            } else if let Some(film) = Film::animation(file)? {
                items.push(Item::Film(film));
            } else {
                items.push(Item::Still(file.clone()));
            }
        }
        if items.is_empty() {
            let names: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
            return Err(Error::Empty(names.join(", ")));
        }
        Ok(Self {
            items,
            next: 0,
            last: None,
        })
    }
}

impl Source for Pictures {
    fn next(&mut self) -> Result<(Photo, usize), Error> {
        let index = self.next % self.items.len();
        self.next = index + 1;
        match &mut self.items[index] {
            Item::Film(film) => {
                // An animation is played to its end before the next file has its turn.
                let (photo, at) = film.next()?;
                if at + 1 < film.len() {
                    self.next = index;
                }
                Ok((photo, at))
            }
            Item::Still(path) => {
                if let Some((known, photo)) = &self.last
                    && *known == index
                {
                    return Ok((photo.clone(), index));
                }
                let photo = frame(&Photo::open(path).map_err(|e| unreadable(path, &e))?);
                self.last = Some((index, photo.clone()));
                Ok((photo, index))
            }
        }
    }
}

/// A photo as a camera would have sent it: RGB, 8 bits, sRGB, of moderate size.
pub fn frame(photo: &Photo) -> Photo {
    let small = photo.resized(LONGEST);
    let whole = crate::geometry::Rect {
        x: 0,
        y: 0,
        width: small.width(),
        height: small.height(),
    };
    let levels = |v: f32| (v * 255.0).round() as u8;
    let samples: Vec<u8> = match small.samples() {
        Samples::U8(s) if small.channels() == 3 && small.icc().is_none() => s.clone(),
        _ => small
            .srgb(whole)
            .into_iter()
            .flat_map(|p| p.map(levels))
            .collect(),
    };
    Photo::from_rgb8(small.width(), small.height(), samples)
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|e| ["jpg", "jpeg", "png", "webp", "tif", "tiff"].contains(&e.as_str()))
}

fn unreadable(path: &Path, error: &dyn std::error::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        why: error.to_string(),
    }
}
