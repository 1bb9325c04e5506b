//! Recipe: everything that decides a result, as one value. Same recipe, same engine: same bytes.

use super::{Item, Request};
use crate::anchors::{Anchors, Measure, Point, Pose};
use crate::model::Runtime;
use crate::photo::Photo;
use crate::placement::{Adjustments, Piece};
use crate::style::Style;
use serde::{Deserialize, Serialize};

/// The version this program writes; older ones are read, newer ones refused.
pub const VERSION: u32 = 1;

/// The portrait, known by its bytes alone: its name says nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// SHA-256, lowercase hexadecimal.
    pub sha256: String,
}

/// A product that is worn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WornProduct {
    /// Product id.
    pub id: String,
    /// SHA-256 of its folder's files, lowercase hexadecimal.
    pub sha256: String,
    /// The user's changes to its pieces.
    #[serde(default)]
    pub adjustments: Adjustments,
}

impl From<&Item> for WornProduct {
    fn from(item: &Item) -> Self {
        Self {
            id: item.product.id.clone(),
            sha256: item.product.sha256.clone(),
            adjustments: item.adjustments.clone(),
        }
    }
}

/// SHA-256 of the model files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Models {
    /// Of the anchors network.
    pub anchors: String,
    /// Of the network that looked at the ears more closely, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ear: Option<String>,
    /// Of the network that looked for earrings worn already, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trinket: Option<String>,
    /// Of the network that guessed what was behind them, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<String>,
    /// Of the network that looked for a necklace worn already, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strand: Option<String>,
    /// Of the network that looked for hands before the head, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<String>,
    /// Of the generator.
    pub generator: String,
    /// Of the network that drew the surface of a reference picture, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texture: Option<String>,
}

impl Models {
    /// Of the two that there always are.
    pub fn new(anchors: String, generator: String) -> Self {
        Self {
            anchors,
            ear: None,
            trinket: None,
            behind: None,
            strand: None,
            hand: None,
            generator,
            texture: None,
        }
    }

    /// Do these make again what `wanted` made? Where no such piece `replaced` one that was worn, or no `hands` are before the
    /// head, a recipe of before there was a network for that lacks nothing.
    pub fn repeat(&self, wanted: &Self, replaced: &[Piece], hands: bool) -> bool {
        let earring = replaced.iter().any(|piece| piece.lobe().is_some());
        let necklace = replaced.contains(&Piece::Necklace);
        let of = |wanted: &Option<String>, own: &Option<String>, used: bool| {
            let lacks_nothing = wanted.is_none() && !used;
            if lacks_nothing { None } else { own.clone() }
        };
        *wanted
            == Self {
                trinket: of(&wanted.trinket, &self.trinket, earring),
                behind: of(&wanted.behind, &self.behind, earring || necklace),
                strand: of(&wanted.strand, &self.strand, necklace),
                hand: of(&wanted.hand, &self.hand, hands),
                ..self.clone()
            }
    }

    /// All that decide what a try-on is like before any look, as one text to compare.
    pub fn fingerprint(&self) -> String {
        let maybe = |hash: &Option<String>| hash.clone().unwrap_or_default();
        [
            &self.anchors,
            &maybe(&self.ear),
            &maybe(&self.trinket),
            &maybe(&self.behind),
            &maybe(&self.strand),
            &maybe(&self.hand),
            &self.generator,
        ]
        .map(String::as_str)
        .join(" ")
    }
}

/// What makes a picture again. It holds no names or dates, and no paths but those of files a
/// look is made of (a colour table, a reference picture), beside their hashes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Format version.
    pub version: u32,
    /// The program that wrote it.
    pub program: String,
    /// The portrait.
    pub portrait: Source,
    /// What is worn, the lowest first.
    pub products: Vec<WornProduct>,
    /// The models.
    pub models: Models,
    /// Engine and version.
    pub engine: String,
    /// Device.
    pub device: String,
    /// Points used, photo pixels.
    pub points: Vec<Point>,
    /// Turn of the head.
    pub pose: Pose,
    /// Scale.
    pub mm_per_px: Measure,
    /// The graphics adapter that drew the look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// The look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// Before and after side by side?
    #[serde(default)]
    pub before_after: bool,
    /// JPEG quality.
    #[serde(default = "quality")]
    pub quality: u8,
}

/// JPEG quality unless asked otherwise.
pub const fn quality() -> u8 {
    92
}

impl Recipe {
    /// The recipe of a try-on.
    pub(super) fn new(
        photo: &Photo,
        models: Models,
        runtime: &Runtime,
        adapter: Option<String>,
        anchors: &Anchors,
        request: &Request,
    ) -> Self {
        Self {
            version: VERSION,
            program: concat!("bijou ", env!("CARGO_PKG_VERSION")).into(),
            portrait: Source {
                sha256: photo.sha256().into(),
            },
            products: request.items.iter().map(WornProduct::from).collect(),
            models,
            engine: runtime.engine().into(),
            device: runtime.device().1.into(),
            points: anchors.points.clone(),
            pose: anchors.pose,
            mm_per_px: anchors.mm_per_px,
            adapter,
            style: request.style.clone(),
            before_after: false,
            quality: quality(),
        }
    }
}
