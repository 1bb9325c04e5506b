//! Words: every text a person sees, from `locales/`, in the language now chosen.

use crate::job::Reason;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // The marks round values are for mixed writing directions, which neither language has.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static CHINESE: LanguageIdentifier = langid!("zh-CN");

/// A language of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// What a system's locale (`zh_CN.UTF-8`) asks for.
    pub fn of_locale(locale: &str) -> Self {
        if locale.starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }
}

/// The texts of one language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    /// Which.
    pub language: Language,
}

impl Words {
    /// The text of a key.
    pub fn say(self, key: &str) -> String {
        LOCALES.lookup(self.language.id(), key)
    }

    /// The text of a key with values put in.
    pub fn fill(self, key: &str, values: &[(&'static str, &dyn ToString)]) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'static>> = values
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.to_string())))
            .collect();
        LOCALES.lookup_with_args(self.language.id(), key, &values)
    }

    /// The text of a key made of two parts, or the plain second part where nobody translated it.
    pub fn named(self, kind: &str, name: &str) -> String {
        let key = format!("{kind}-{}", name.replace('_', "-"));
        LOCALES
            .try_lookup(self.language.id(), &key)
            .unwrap_or_else(|| name.replace('_', " "))
    }

    /// Why something did not work: in this language where the kind has words, else the sentence as it came.
    pub fn why(self, reason: &Reason) -> String {
        let text = FluentValue::from(reason.text.clone());
        let values: HashMap<Cow<'static, str>, FluentValue<'static>> = [("text".into(), text)].into();
        LOCALES
            .try_lookup_with_args(self.language.id(), &format!("why-{}", reason.kind), &values)
            .unwrap_or_else(|| reason.text.clone())
    }

    /// One of two values, by language.
    pub fn pick_value<T>(self, english: T, chinese: T) -> T {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// The name in this language of something that has both.
    pub fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(text: &str) -> BTreeSet<&str> {
        text.lines()
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|l| l.split_once('=').map(|(key, _)| key.trim()))
            .collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let english = keys(include_str!("../../locales/en/app.ftl"));
        let chinese = keys(include_str!("../../locales/zh-CN/app.ftl"));
        assert_eq!(
            english.symmetric_difference(&chinese).collect::<Vec<_>>(),
            Vec::<&&str>::new()
        );
    }

    #[test]
    fn values_stand_in_the_text_without_marks() {
        let words = Words::default();
        assert_eq!(words.fill("size-error", &[("percent", &12)]), "Size ±12 %");
    }
}
