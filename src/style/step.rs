//! One look of a style: the look, its strength, its parameters' values and the file it may come from. Takes
//! and gives the text form.

use super::grade::{self, Grade};
use super::like;
use super::look::Look;
use super::reference::Reference;
use super::{Error, hint, preset};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The name of a file's hash among the parameters.
const HASH: &str = "sha256";

/// What a look is made of besides its shader.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// The shader alone.
    Shader,
    /// A colour table.
    Table(Grade),
    /// A reference picture.
    Picture(Arc<Reference>),
}

/// One look of a [`super::Style`].
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub(super) look: &'static Look,
    pub(super) strength: f32,
    pub(super) values: Vec<f32>,
    pub(super) source: Source,
}

impl Step {
    /// The look at full strength with its defaults.
    pub(super) fn new(look: &'static Look) -> Self {
        Self {
            look,
            strength: 1.0,
            values: look.parameters.iter().map(|p| p.default).collect(),
            source: Source::Shader,
        }
    }

    /// Reads the text form of one look.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        if let Some(rest) = text.strip_prefix(grade::PREFIX) {
            let (rest, hash) = named(rest, &[HASH]);
            let (file, strength) = split_strength(rest);
            let mut step = Self::new(&grade::LOOK);
            step.source = Source::Table(Grade::load(file, hash.first().map(|(_, v)| *v))?);
            return step.finished(strength, &[]);
        }
        if let Some(rest) = text.strip_prefix(like::PREFIX) {
            let names: Vec<&str> = like::LOOK
                .parameters
                .iter()
                .map(|p| p.name)
                .chain([HASH])
                .collect();
            let (rest, values) = named(rest, &names);
            let (file, strength) = split_strength(rest);
            let mut step = Self::new(&like::LOOK);
            let hash = values.iter().find(|(name, _)| *name == HASH).map(|(_, v)| *v);
            let reference = Reference::load(file, hash)?;
            step.source = Source::Picture(reference);
            return step.finished(strength, &values);
        }
        let mut parts = text.split(',').map(str::trim);
        let first = parts.next().unwrap_or_default();
        let (id, strength) = first
            .split_once(':')
            .map_or((first, None), |(id, s)| (id.trim(), Some(s.trim())));
        let step = Self::new(super::look(id)?);
        let mut values = Vec::new();
        for part in parts {
            let syntax = || Error::Syntax {
                look: step.look.id,
                text: part.to_owned(),
            };
            let (name, value) = part.split_once('=').ok_or_else(syntax)?;
            values.push((name.trim(), value.trim()));
        }
        step.finished(strength, &values)
    }

    /// The same with a strength and values given as text.
    fn finished(mut self, strength: Option<&str>, values: &[(&str, &str)]) -> Result<Self, Error> {
        if let Some(text) = strength {
            let bad = Error::Strength {
                look: self.look.id,
                text: text.to_owned(),
            };
            self.set_strength(text.parse().unwrap_or(f32::NAN), 1.0)
                .map_err(|_| bad)?;
        }
        for (name, value) in values.iter().filter(|(name, _)| *name != HASH) {
            self.set(name, value)?;
        }
        Ok(self)
    }

    /// The look.
    pub fn look(&self) -> &'static Look {
        self.look
    }

    /// How strong, 0..=1.
    pub fn strength(&self) -> f32 {
        self.strength
    }

    /// The values of the look's parameters, in their order.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The file it comes from.
    pub fn file(&self) -> Option<&Path> {
        match &self.source {
            Source::Shader => None,
            Source::Table(grade) => Some(&grade.path),
            Source::Picture(reference) => Some(&reference.path),
        }
    }

    /// True when it changes nothing.
    pub(super) fn is_idle(&self) -> bool {
        self.strength == 0.0 || (self.look == super::finish() && super::finish::is_idle(&self.values))
    }

    /// True when the surface of a reference picture is part of it.
    pub(super) fn draws(&self) -> bool {
        matches!(self.source, Source::Picture(_)) && !self.is_idle() && like::has_texture(&self.values)
    }

    /// Sets the strength to `share` of `whole`.
    pub(super) fn set_strength(&mut self, share: f32, whole: f32) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&share) {
            return Err(Error::Strength {
                look: self.look.id,
                text: share.to_string(),
            });
        }
        self.strength = whole * share;
        Ok(())
    }

    /// Sets a parameter from text.
    pub(super) fn set(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let parameters = self.look.parameters;
        let index =
            parameters
                .iter()
                .position(|p| p.name == name)
                .ok_or_else(|| Error::UnknownParameter {
                    look: self.look.id,
                    name: name.to_owned(),
                    hint: hint(name, parameters.iter().map(|p| p.name)),
                })?;
        let parameter = &parameters[index];
        self.values[index] = text
            .parse()
            .ok()
            .filter(|v| parameter.allows(*v))
            .ok_or_else(|| Error::Value {
                look: self.look.id,
                name: parameter.name,
                text: text.to_owned(),
                kind: if parameter.whole {
                    "a whole number"
                } else {
                    "a number"
                },
                min: parameter.min,
                max: parameter.max,
            })?;
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file().map(|path| format!(":{}", path.display()));
        write!(
            f,
            "{}{}:{}",
            self.look.id,
            file.unwrap_or_default(),
            self.strength
        )?;
        for (parameter, value) in self.look.parameters.iter().zip(&self.values) {
            if *value != parameter.default {
                write!(f, ",{}={value}", parameter.name)?;
            }
        }
        match &self.source {
            Source::Shader => Ok(()),
            Source::Table(grade) => write!(f, ",{HASH}={}", grade.sha256),
            Source::Picture(reference) => write!(f, ",{HASH}={}", reference.sha256),
        }
    }
}

/// Cuts a text into looks at every `+`. In the name of a file a `+` stays, unless a look follows it.
pub(super) fn split(text: &str) -> Vec<&str> {
    let files = [grade::PREFIX, like::PREFIX, preset::PREFIX];
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, _) in text.match_indices('+') {
        let (now, next) = (text[begin..at].trim(), text[at + 1..].trim_start());
        let in_file = files.iter().any(|prefix| now.starts_with(prefix));
        if !in_file || files.iter().any(|p| next.starts_with(p)) || begins_with_look(next) {
            parts.push(now);
            begin = at + 1;
        }
    }
    parts.push(text[begin..].trim());
    parts
}

/// True when a text begins with a look's id and what may follow it.
fn begins_with_look(text: &str) -> bool {
    let end = text.find([':', ',', '+']).unwrap_or(text.len());
    super::look(text[..end].trim()).is_ok()
}

/// Takes `,NAME=VALUE` off the end of a text for as long as the names are among `names`; gives what is left.
fn named<'a>(mut text: &'a str, names: &[&str]) -> (&'a str, Vec<(&'a str, &'a str)>) {
    let mut values = Vec::new();
    while let Some((rest, last)) = text.rsplit_once(',') {
        match last.split_once('=') {
            Some((name, value)) if names.contains(&name.trim()) => values.push((name.trim(), value.trim())),
            _ => break,
        }
        text = rest;
    }
    values.reverse();
    (text, values)
}

/// Splits `FILE[:STRENGTH]`; a colon that no number follows belongs to the file's name.
pub(super) fn split_strength(text: &str) -> (&Path, Option<&str>) {
    match text.rsplit_once(':') {
        Some((file, strength)) if !file.is_empty() && strength.trim().parse::<f32>().is_ok() => {
            (Path::new(file.trim()), Some(strength.trim()))
        }
        _ => (Path::new(text.trim()), None),
    }
}
