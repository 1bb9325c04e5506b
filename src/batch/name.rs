//! Names of outputs: a template, and what makes any text a safe file name on every system.

use super::Error;
use icu_normalizer::ComposingNormalizerBorrowed;
use std::path::PathBuf;

/// Longest part of a path, bytes; room is left for `-12.jpg` below the usual 255.
const LONGEST: usize = 180;
/// What a template may say.
const FIELDS: [&str; 7] = ["portrait", "product", "sku", "style", "output", "index", "date"];
/// Names Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name with `{portrait} {product} {sku} {style} {output} {index} {date}` in it; `/` makes folders.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Field(&'static str),
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// [`Error::Field`] on an unknown field, an open brace, or nothing at all.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Field {
            field: "output.name",
            expected: "text with {portrait} {product} {sku} {style} {output} {index} {date}",
            found: text.to_owned(),
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (field, tail) = after.split_once('}').ok_or_else(wrong)?;
            let known = FIELDS.iter().find(|f| **f == field).ok_or_else(wrong)?;
            parts.extend([Part::Text(before.to_owned()), Part::Field(known)]);
            rest = tail;
        }
        parts.push(Part::Text(rest.to_owned()));
        if text.trim().is_empty() {
            return Err(wrong());
        }
        Ok(Self { parts })
    }

    /// The template of a job's names; where there are several outputs and it does not tell them apart, each gets a
    /// folder of its own.
    ///
    /// # Errors
    /// As [`Template::parse`].
    pub fn of_job(text: &str, several: bool) -> Result<Self, Error> {
        let plain = Self::parse(text)?;
        if several && !plain.names_outputs() {
            Self::parse(&format!("{{output}}/{text}"))
        } else {
            Ok(plain)
        }
    }

    /// Does it tell outputs apart?
    fn names_outputs(&self) -> bool {
        self.parts.contains(&Part::Field("output"))
    }

    /// The path below the output folder, without extension; `value` answers for the fields. Only the
    /// template's own slashes make folders; whatever a value holds, the path never leaves the folder.
    pub fn fill(&self, value: impl Fn(&str) -> String) -> PathBuf {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(t) => text.push_str(&t.replace('\\', "/")),
                Part::Field(field) => text.push_str(&value(field).replace(['/', '\\'], "-")),
            }
        }
        let mut names: Vec<String> = text.split('/').filter(|p| !p.is_empty()).map(safe).collect();
        if names.is_empty() {
            names.push(safe(""));
        }
        names.into_iter().collect()
    }
}

/// One path component that every file system takes and that no system reads as something else.
fn safe(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let plain: String = composed
        .chars()
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' => '-',
            c if c.is_control() => '-',
            c => c,
        })
        .collect();
    let mut name = plain.trim_matches([' ', '.']).to_owned();
    while name.len() > LONGEST {
        name.pop();
    }
    let name = name.trim_end_matches([' ', '.']);
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |device: &str| {
        let digit = stem.strip_prefix(device).unwrap_or_default();
        digit.chars().count() == 1 && digit.chars().all(|c| c.is_ascii_digit() || "¹²³".contains(c))
    };
    if name.is_empty() {
        "unnamed".into()
    } else if DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// What two names share that some file system takes for the same: case and composition folded.
pub fn folded(path: &std::path::Path) -> String {
    let text = path.to_string_lossy().to_lowercase();
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(&text)
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Component;

    fn filled(template: &str, value: &str) -> PathBuf {
        Template::parse(template).unwrap().fill(|_| value.to_owned())
    }

    #[test]
    fn hostile_values_stay_inside() {
        for value in [
            "..",
            "../../etc/passwd",
            "/abs",
            "C:\\x",
            "con",
            "COM1.txt",
            "a\0b",
            "trailing. ",
            "",
        ] {
            let path = filled("{portrait}/{product}", value);
            let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
            assert!(
                plain && (1..=2).contains(&path.components().count()),
                "{value:?} -> {path:?}"
            );
        }
        assert_eq!(filled("{portrait}", "con"), PathBuf::from("_con"));
        assert!(Template::parse("{nothing}").is_err() && Template::parse("{open").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]
        #[test]
        fn any_text_makes_a_safe_name(template in "[a-z./ ]{0,6}\\{product\\}", value in "\\PC{0,40}|[./\\\\ ]{0,9}|[a-z]{250,320}") {
            let path = filled(&template, &value);
            for part in path.components() {
                let Component::Normal(name) = part else { panic!("{path:?}") };
                let name = name.to_str().unwrap();
                prop_assert!(!name.is_empty() && name.len() <= LONGEST + 1);
                prop_assert!(!name.ends_with(['.', ' ']) && !name.contains(['/', '\\', '\0', ':']));
            }
        }
    }
}
