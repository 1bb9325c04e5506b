//! The list of networks that come with Bijou: `models/manifest.toml`.
//!
//! Takes the folder that holds `models/`, gives the entries and whether their files are the right ones.
//! Fields it does not know are left alone, so that newer manifests can be read.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Error, read_checked};

/// `models/manifest.toml`.
#[derive(Clone, Debug)]
pub struct Manifest {
    path: PathBuf,
    entries: Vec<Entry>,
}

/// One network of the manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Unique name.
    pub name: String,
    /// The `.onnx` file, as a path that can be opened.
    pub file: PathBuf,
    /// SHA-256 of the file in hexadecimal; none when the entry leaves it out (a network of the user's own).
    pub sha256: Option<String>,
    /// Licence of the weights.
    pub licence: String,
    /// `anchors`, `ear`, `generator` or `texture`.
    pub kind: String,
    /// `[height, width]` for which it was made; fixes dynamic dimensions.
    pub size: Option<[usize; 2]>,
    /// Inputs in graph order; empty when the shapes have to tell.
    pub inputs: Vec<Signal>,
    /// Outputs in graph order; empty when the shapes have to tell.
    pub outputs: Vec<Signal>,
    /// What it was trained on.
    pub trained_on: Table,
    /// Measured quality.
    pub quality: Table,
}

/// One input or output: what its channels mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Name in the graph.
    pub name: String,
    /// Meaning of each channel, in order.
    pub channels: Vec<String>,
    /// Lowest and highest value.
    pub range: [f64; 2],
}

impl Manifest {
    /// Reads `models/manifest.toml` in `root`.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Toml`], or [`Error::Manifest`] naming the field and what is expected.
    pub fn load(root: &Path) -> Result<Self, Error> {
        let path = root.join("models").join("manifest.toml");
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        Self::parse(&path, &text)
    }

    /// Parses the text of the manifest at `path`; files are taken relative to its folder.
    ///
    /// # Errors
    /// As for [`Manifest::load`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let table: Table = text.parse().map_err(|error| Error::Toml {
            path: path.to_owned(),
            source: Box::new(error),
        })?;
        let top = Fields {
            path,
            owner: "the manifest".to_owned(),
            table: &table,
        };
        let mut entries: Vec<Entry> = Vec::new();
        for (index, fields) in top.tables("model")?.into_iter().enumerate() {
            let entry = entry(&fields, index)?;
            if entries.iter().any(|other| other.name == entry.name) {
                return Err(fields.wrong(
                    "name",
                    &format!("is `{}` a second time; names are unique", entry.name),
                ));
            }
            entries.push(entry);
        }
        Ok(Self {
            path: path.to_owned(),
            entries,
        })
    }

    /// The manifest's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All entries, in file order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry called `name`.
    ///
    /// # Errors
    /// [`Error::UnknownModel`] with the nearest names.
    pub fn entry(&self, name: &str) -> Result<&Entry, Error> {
        self.entries
            .iter()
            .find(|entry| entry.name == name)
            .ok_or_else(|| Error::UnknownModel {
                path: self.path.clone(),
                name: name.to_owned(),
                near: self.near(name),
            })
    }

    /// A sentence about the names nearest to `name`.
    fn near(&self, name: &str) -> String {
        let mut names: Vec<&str> = self.entries.iter().map(|entry| entry.name.as_str()).collect();
        names.sort_by(|a, b| strsim::jaro_winkler(b, name).total_cmp(&strsim::jaro_winkler(a, name)));
        match names.first() {
            None => "it lists none".to_owned(),
            Some(first) if strsim::jaro_winkler(first, name) > 0.7 => format!("did you mean `{first}`?"),
            Some(_) => format!("it lists {}", names.join(", ")),
        }
    }

    /// Checks that every file is there, not too large and has the recorded hash.
    pub fn verify(&self) -> Vec<(&Entry, Result<(), Error>)> {
        let check = |entry: &Entry| read_checked(&entry.file, entry.sha256.as_deref()).map(|_| ());
        self.entries.iter().map(|entry| (entry, check(entry))).collect()
    }
}

fn entry(fields: &Fields<'_>, index: usize) -> Result<Entry, Error> {
    let unnamed = Fields {
        owner: format!("model {}", index + 1),
        ..*fields
    };
    let name = unnamed.text("name")?;
    let fields = Fields {
        owner: format!("model `{name}`"),
        ..*fields
    };
    let folder = fields.path.parent().unwrap_or(Path::new(""));
    let kind = fields.text("kind")?;
    if !matches!(
        kind.as_str(),
        "anchors" | "ear" | "trinket" | "behind" | "strand" | "hand" | "generator" | "texture"
    ) {
        return Err(fields.wrong(
            "kind",
            &format!("is `{kind}`, expected \"anchors\", \"ear\", \"trinket\", \"behind\", \"strand\", \"hand\", \"generator\" or \"texture\""),
        ));
    }
    Ok(Entry {
        file: folder.join(fields.text("file")?),
        sha256: fields.hash()?,
        licence: fields.text("licence")?,
        kind,
        size: fields.size()?,
        inputs: signals(&fields, "input")?,
        outputs: signals(&fields, "output")?,
        trained_on: fields.table("trained_on")?,
        quality: fields.table("quality")?,
        name,
    })
}

fn signals(fields: &Fields<'_>, key: &str) -> Result<Vec<Signal>, Error> {
    let tables = fields.tables(key)?.into_iter();
    tables
        .map(|signal| {
            Ok(Signal {
                name: signal.text("name")?,
                channels: signal.texts("channels")?,
                range: signal.range()?,
            })
        })
        .collect()
}

/// A table of the manifest with what is needed to complain about it.
struct Fields<'a> {
    path: &'a Path,
    owner: String,
    table: &'a Table,
}

impl<'a> Fields<'a> {
    fn wrong(&self, key: &str, why: &str) -> Error {
        Error::Manifest {
            path: self.path.to_owned(),
            field: format!("{}, field `{key}`", self.owner),
            why: why.to_owned(),
        }
    }

    /// Reads a field that must be there.
    fn must<T>(&self, key: &str, expected: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<T, Error> {
        let value = self
            .table
            .get(key)
            .ok_or_else(|| self.wrong(key, &format!("is missing, expected {expected}")))?;
        read(value).ok_or_else(|| self.wrong(key, &format!("is {value}, expected {expected}")))
    }

    fn text(&self, key: &str) -> Result<String, Error> {
        let read = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        self.must(key, "a text that is not empty", read)
    }

    fn texts(&self, key: &str) -> Result<Vec<String>, Error> {
        let read = |value: &Value| {
            value
                .as_array()?
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        self.must(key, "a list of texts", read)
    }

    fn range(&self) -> Result<[f64; 2], Error> {
        let number = |value: &Value| {
            value
                .as_float()
                .or_else(|| value.as_integer().map(|whole| whole as f64))
        };
        self.must("range", "two numbers, the lower first", |value| {
            match value.as_array()?.as_slice() {
                [low, high] => Some([number(low)?, number(high)?]).filter(|[low, high]| low < high),
                _ => None,
            }
        })
    }

    fn hash(&self) -> Result<Option<String>, Error> {
        if !self.table.contains_key("sha256") {
            return Ok(None);
        }
        let hex = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let read = |value: &Value| value.as_str().filter(hex).map(str::to_ascii_lowercase);
        self.must("sha256", "64 hexadecimal digits", read).map(Some)
    }

    fn size(&self) -> Result<Option<[usize; 2]>, Error> {
        if !self.table.contains_key("size") {
            return Ok(None);
        }
        let side = |value: &Value| {
            let side = usize::try_from(value.as_integer()?).ok()?;
            (1..=super::MAX_SIDE).contains(&side).then_some(side)
        };
        let read = |value: &Value| match value.as_array()?.as_slice() {
            [height, width] => Some([side(height)?, side(width)?]),
            _ => None,
        };
        self.must("size", "[height, width] in pixels, 1 to 4096", read)
            .map(Some)
    }

    /// A table that may be missing.
    fn table(&self, key: &str) -> Result<Table, Error> {
        match self.table.contains_key(key) {
            true => self.must(key, "a table", |value| value.as_table().cloned()),
            false => Ok(Table::new()),
        }
    }

    /// An array of tables that may be missing.
    fn tables(&self, key: &str) -> Result<Vec<Fields<'a>>, Error> {
        if !self.table.contains_key(key) {
            return Ok(Vec::new());
        }
        let read = |value: &'a Value| {
            value
                .as_array()?
                .iter()
                .map(Value::as_table)
                .collect::<Option<Vec<_>>>()
        };
        let tables = self.must(key, &format!("tables headed [[{key}]]"), read)?;
        let owned = |(index, table)| Fields {
            path: self.path,
            owner: format!("{}, {key} {}", self.owner, index + 1),
            table,
        };
        Ok(tables.into_iter().enumerate().map(owned).collect())
    }
}
