//! Why something did not work: a kind that a window can have its own words for, and the whole sentence in English.

use super::sentence;
use crate::{anchors, generator, model, photo, pipeline};

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// Names the kind, `damaged` for example; empty where only the sentence says it.
    pub kind: &'static str,
    /// What is wrong and what to do.
    pub text: String,
}

impl Reason {
    /// Why a generator of the user's own is of no use.
    pub(super) fn of_generator(error: &pipeline::Error) -> Self {
        use generator::Error as G;
        use model::Error as E;
        use pipeline::Error as P;
        let kind = match error {
            P::Model(error) | P::Generator(G::Model(error)) => match error {
                E::Read { .. } => "model-missing",
                E::NotOnnx { .. } => "model-broken",
                E::TooLarge { .. } => "model-large",
                E::Layout { .. } => "model-layout",
                E::Refused { .. } => "model-refused",
                E::Engine { .. } => "model-engine",
                _ => "",
            },
            _ => "",
        };
        Self {
            kind,
            text: sentence(error),
        }
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self { kind: "", text }
    }
}

impl From<&photo::Error> for Reason {
    fn from(error: &photo::Error) -> Self {
        use photo::Error as E;
        let kind = match error {
            E::Missing(_) => "missing",
            E::NotAFile(_) | E::UnknownContent { .. } => "no-picture",
            E::Empty(_) => "empty",
            E::TooLong { .. } | E::TooLarge { .. } => "too-large",
            E::Truncated { .. } => "truncated",
            E::Damaged { .. } => "damaged",
            E::Variant { .. } => "variant",
            E::Read { .. } => "unreadable",
            E::Exists(_) | E::NoFolder { .. } | E::Write { .. } => "not-written",
            E::UnknownExtension { .. } | E::Encode { .. } => "",
        };
        Self {
            kind,
            text: sentence(error),
        }
    }
}

impl From<&pipeline::Error> for Reason {
    fn from(error: &pipeline::Error) -> Self {
        use pipeline::Error as E;
        let kind = match error {
            E::Anchors(anchors::Error::NoFace) => "no-face",
            E::Anchors(anchors::Error::Small(_)) => "small",
            E::Anchors(anchors::Error::Lying(_)) => "lying",
            E::Model(model::Error::Read { .. } | model::Error::Hash { .. }) => "no-models",
            E::Model(model::Error::NoRuntime { .. } | model::Error::Library { .. }) => "no-runtime",
            E::Model(model::Error::Device { .. }) => "no-device",
            E::Gpu(_) | E::Style(_) => "no-look",
            _ => "",
        };
        Self {
            kind,
            text: sentence(error),
        }
    }
}
