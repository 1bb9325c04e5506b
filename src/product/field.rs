//! Typed access to the fields of a `product.toml`.
//!
//! Takes a TOML table, gives checked values; every error names the file, the field's dotted
//! path, what is expected and what was found.

use super::Error;
use glam::DVec2;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// A table of the file and how it is reached (`""` for the top, `"attach."` …).
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    path: &'a Path,
    prefix: &'static str,
    table: &'a Table,
}

impl<'a> Fields<'a> {
    /// The top table of `path`.
    pub(super) fn top(path: &'a Path, table: &'a Table) -> Self {
        Self {
            path,
            prefix: "",
            table,
        }
    }

    /// The error for a field that holds `found`.
    pub(super) fn wrong(&self, field: &str, expected: impl Into<String>, found: impl Into<String>) -> Error {
        Error::Field {
            path: PathBuf::from(self.path),
            field: format!("{}{field}", self.prefix),
            expected: expected.into(),
            found: found.into(),
        }
    }

    fn get(&self, field: &str, expected: &str) -> Result<&'a Value, Error> {
        self.table
            .get(field)
            .ok_or_else(|| self.wrong(field, expected, "nothing (the field is missing)"))
    }

    /// A table inside this one; `prefix` is its name followed by a dot.
    pub(super) fn table(&self, prefix: &'static str, expected: &str) -> Result<Fields<'a>, Error> {
        let name = prefix.trim_end_matches('.');
        match self.get(name, expected)? {
            Value::Table(table) => Ok(Fields {
                path: self.path,
                prefix,
                table,
            }),
            other => Err(self.wrong(name, expected, describe(other))),
        }
    }

    /// A text of 1 to 200 characters without control characters.
    pub(super) fn text(&self, field: &str) -> Result<&'a str, Error> {
        let expected = "a text of 1 to 200 characters on one line";
        match self.get(field, expected)? {
            Value::String(s) if s.trim().is_empty() => Err(self.wrong(field, expected, "an empty text")),
            Value::String(s) if s.chars().count() > 200 => {
                Err(self.wrong(field, expected, format!("{} characters", s.chars().count())))
            }
            Value::String(s) if s.chars().any(char::is_control) => {
                Err(self.wrong(field, expected, describe(&Value::String(s.clone()))))
            }
            Value::String(s) => Ok(s),
            other => Err(self.wrong(field, expected, describe(other))),
        }
    }

    /// The same where the field may be left out.
    pub(super) fn optional_text(&self, field: &str) -> Result<Option<&'a str>, Error> {
        if self.table.contains_key(field) {
            self.text(field).map(Some)
        } else {
            Ok(None)
        }
    }

    /// One word of a closed set.
    pub(super) fn word<T: Copy>(
        &self,
        field: &str,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Result<T, Error> {
        let words = all
            .iter()
            .map(|&v| format!("\"{}\"", name(v)))
            .collect::<Vec<_>>()
            .join(", ");
        let expected = format!("one of {words}");
        match self.get(field, &expected)? {
            Value::String(s) => all
                .iter()
                .copied()
                .find(|&v| name(v) == s)
                .ok_or_else(|| self.wrong(field, expected, format!("\"{}\"", s.escape_debug()))),
            other => Err(self.wrong(field, expected, describe(other))),
        }
    }

    /// A length in millimetres.
    pub(super) fn millimetres(&self, field: &str, range: RangeInclusive<f64>) -> Result<f64, Error> {
        let expected = format!(
            "a number of millimetres from {} to {}",
            range.start(),
            range.end()
        );
        let value = self.get(field, &expected)?;
        match number(value) {
            Some(mm) if range.contains(&mm) => Ok(mm),
            _ => Err(self.wrong(field, expected, describe(value))),
        }
    }

    /// A point `[x, y]` of finite numbers.
    pub(super) fn point(&self, field: &str) -> Result<DVec2, Error> {
        let expected = "a point [x, y] of two finite numbers in art pixels";
        let value = self.get(field, expected)?;
        let numbers = value.as_array().map(|a| a.iter().map(number).collect::<Vec<_>>());
        match numbers.as_deref() {
            Some(&[Some(x), Some(y)]) if x.is_finite() && y.is_finite() => Ok(DVec2::new(x, y)),
            _ => Err(self.wrong(field, expected, describe(value))),
        }
    }
}

/// Whole numbers are numbers too.
fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|n| n as f64))
}

/// What a value is, short enough for a message.
fn describe(value: &Value) -> String {
    let text = value.to_string();
    let short: String = text.chars().take(60).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    let kind = match value {
        Value::String(_) => "the text",
        Value::Integer(_) | Value::Float(_) => "the number",
        Value::Boolean(_) => "the boolean",
        Value::Datetime(_) => "the date",
        Value::Array(_) => "the list",
        Value::Table(_) => "the table",
    };
    format!(
        "{kind} {}{dots}",
        short.escape_debug().to_string().replace("\\\"", "\"")
    )
}
