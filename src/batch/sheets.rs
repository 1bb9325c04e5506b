//! Contact sheets of a batch: every picture in a grid, and one pair of before and after a portrait.

use super::run::summary;
use super::{Error, Journal, Names, Record, Sheets, State, Verdict};
use crate::photo::{Photo, SaveOptions};
use crate::product::Catalogue;
use crate::publish;
use crate::sheet::{self, Cell, Look, Mark, Page};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the sheets below the output folder.
const FOLDER: &str = "sheets";
/// So many pictures tell the shape of all.
const SAMPLES: usize = 24;
/// JPEG quality of pages in a PDF.
const QUALITY: u8 = 88;

/// Everything sheets are made of.
struct Source<'a> {
    folder: &'a Path,
    journal: &'a Journal,
    wanted: &'a Sheets,
    /// Product ids or folders and their names.
    names: BTreeMap<String, String>,
    records: Vec<Record>,
    began: String,
}

/// Writes `sheets/contact-01.png`… and `sheets/contact.pdf`, and the same of `before-after`. Gives the PDFs.
///
/// # Errors
/// [`Error::Journal`], [`Error::Sheet`], [`Error::Write`].
pub fn sheets(
    folder: &Path,
    journal: &Journal,
    wanted: &Sheets,
    catalogue: &Catalogue,
) -> Result<Vec<PathBuf>, Error> {
    let name = |p: &crate::product::Summary| match wanted.names {
        Names::En => p.name_en.clone(),
        Names::Zh => p.name_zh.clone(),
    };
    let records = journal.records()?;
    let source = Source {
        folder,
        journal,
        wanted,
        names: catalogue.list().iter().map(|p| (p.id.clone(), name(p))).collect(),
        records,
        began: journal.fact("began", "")?,
    };
    let into = folder.join(FOLDER);
    std::fs::create_dir_all(&into).map_err(|source| Error::Write {
        path: into.clone(),
        source,
    })?;
    let pictures: Vec<&Record> = source
        .records
        .iter()
        .filter(|r| r.state != State::Skipped)
        .collect();
    let mut written = Vec::new();
    let shape = source.shape(&pictures)?;
    written.extend(source.write(
        &into,
        "contact",
        wanted.columns,
        shape,
        &pictures,
        Source::picture,
    )?);
    let pairs = source.pairs();
    let shape = source.shape(&pairs)? / 2.0;
    written.extend(source.write(&into, "before-after", 2, shape, &pairs, Source::pair)?);
    Ok(written)
}

impl Source<'_> {
    /// One picture of every portrait, each with another product where there are several.
    fn pairs(&self) -> Vec<&Record> {
        let mut made: BTreeMap<&Path, Vec<&Record>> = BTreeMap::new();
        let worn = |r: &&Record| r.state == State::Done && !r.portrait.as_os_str().is_empty();
        let first = self.records.iter().find(worn).map(|r| r.preset.clone());
        for record in self.records.iter().filter(worn) {
            if Some(&record.preset) == first.as_ref() {
                made.entry(&record.portrait).or_default().push(record);
            }
        }
        // Where there is nothing to see a picture deserves a look, and is no good example.
        let good = |r: &&&Record| r.judgement.as_ref().is_some_and(|j| j.verdict == Verdict::Pass);
        let chosen = made.values().enumerate().filter_map(|(n, records)| {
            let shown: Vec<&&Record> = records.iter().filter(good).collect();
            let count = shown.len();
            let pick = shown.get(n % count.max(1)).copied();
            pick.or(records.first()).copied()
        });
        chosen.collect()
    }

    /// How much higher than wide pictures are: the median of some of them.
    fn shape(&self, records: &[&Record]) -> Result<f32, Error> {
        let mut shapes = Vec::new();
        for record in records.iter().step_by(records.len().div_ceil(SAMPLES).max(1)) {
            if let Ok(photo) = Photo::decode(&self.journal.thumb(record.id)?, &record.output) {
                shapes.push(photo.height() as f32 / photo.width() as f32);
            }
        }
        shapes.sort_by(f32::total_cmp);
        let middle = shapes.get(shapes.len() / 2).copied().unwrap_or(1.25);
        Ok(middle.clamp(0.5, 1.8))
    }

    /// All pages of one kind; nothing when there is nothing to show.
    fn write(
        &self,
        into: &Path,
        stem: &str,
        columns: u32,
        shape: f32,
        records: &[&Record],
        cell: impl Fn(&Self, &Record) -> Result<Cell, Error>,
    ) -> Result<Option<PathBuf>, Error> {
        if records.is_empty() {
            return Ok(None);
        }
        let title = self.title();
        let mut sheets = sheet::Sheets::new(Look {
            paper: self.wanted.paper,
            dpi: self.wanted.dpi,
            columns,
            shape,
            title: [title.clone(), self.aside()],
        });
        let options = SaveOptions {
            quality: QUALITY,
            force: true,
            recipe: None,
        };
        let mut pages = Vec::new();
        let of = records.len().div_ceil(sheets.capacity());
        for (n, part) in records.chunks(sheets.capacity()).enumerate() {
            let cells = part
                .iter()
                .map(|r| cell(self, r))
                .collect::<Result<Vec<_>, _>>()?;
            let page = sheets.page(&cells, n + 1, of);
            page.save(&into.join(format!("{stem}-{:02}.png", n + 1)), &options)?;
            pages.push(Page {
                size: (page.width(), page.height()),
                jpeg: page.to_jpeg(QUALITY)?,
            });
        }
        let path = into.join(format!("{stem}.pdf"));
        let bytes = sheet::document(&title, sheets.paper(), &pages);
        publish::file(&path, &bytes, true).map_err(|source| Error::Write {
            path: path.clone(),
            source,
        })?;
        Ok(Some(path))
    }

    fn title(&self) -> String {
        let folder = std::path::absolute(self.folder).unwrap_or_else(|_| self.folder.to_owned());
        let named = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        match self.wanted.title.as_str() {
            "" => named,
            title => title.to_owned(),
        }
    }

    fn aside(&self) -> String {
        let s = summary(&self.records);
        let mut words = vec![self.began.clone(), format!("{} pictures", s.done)];
        words.extend((s.look > 0).then(|| format!("{} to look at", s.look)));
        words.extend((s.failed > 0).then(|| format!("{} failed", s.failed)));
        words.retain(|w| !w.is_empty());
        words.join("  ·  ")
    }

    /// What stands below a picture: the product, then portrait, look and output.
    fn lines(&self, record: &Record) -> [String; 2] {
        let stem = |path: &Path| {
            path.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        let known = self.names.get(&record.product).cloned();
        let product = known.unwrap_or_else(|| stem(Path::new(&record.product)));
        let look = record.style.split([':', ',']).next().unwrap_or_default();
        let mut words = vec![
            stem(&record.portrait),
            look.replace('_', " "),
            record.preset.clone(),
        ];
        words.retain(|w| !w.is_empty() && w != super::preset::PLAIN);
        words.dedup();
        [product, words.join("  ·  ")]
    }

    fn picture(&self, record: &Record) -> Result<Cell, Error> {
        let bytes = self.journal.thumb(record.id)?;
        let mark = match record.judgement.as_ref().map(|j| j.verdict) {
            _ if record.state == State::Failed => Mark::Fail,
            Some(Verdict::Look) => Mark::Look,
            _ => Mark::None,
        };
        // A small picture that cannot be read is an empty place, not the end of the sheets.
        let picture = Photo::decode(&bytes, &record.output)
            .ok()
            .filter(|_| record.state == State::Done);
        Ok(Cell {
            pictures: picture.into_iter().collect(),
            lines: self.lines(record),
            mark,
        })
    }

    fn pair(&self, record: &Record) -> Result<Cell, Error> {
        let mut cell = self.picture(record)?;
        // The finished picture itself is larger than its thumb; where no decoder has it the thumb does.
        if let Ok(after) = Photo::open(&self.folder.join(&record.output)) {
            cell.pictures = vec![after.resized(1000)];
        }
        if let Ok(before) = Photo::open(&record.portrait) {
            cell.pictures.insert(0, before.resized(1000));
        }
        Ok(cell)
    }
}
