//! Recipe: everything that decides a result, as one value. Same recipe, same engine: same bytes.

use super::Request;
use crate::anchors::{Anchors, Measure, Point, Pose};
use crate::model::Runtime;
use crate::photo::Photo;
use crate::placement::Adjustments;
use crate::product::Product;
use crate::restore::Strength;
use crate::style::Style;
use serde::{Deserialize, Serialize};

/// The version this program writes; older ones are read, newer ones refused.
pub const VERSION: u32 = 1;

/// A named input and its SHA-256.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Product id; empty for a portrait, whose name says nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// SHA-256, lowercase hexadecimal.
    pub sha256: String,
}

/// SHA-256 of the model files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Models {
    /// Of the anchors network.
    pub anchors: String,
    /// Of the generator.
    pub generator: String,
}

/// What makes a picture again. It holds no paths, names or dates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Format version.
    pub version: u32,
    /// The program that wrote it.
    pub program: String,
    /// The portrait.
    pub portrait: Source,
    /// The product.
    pub product: Source,
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
    /// The user's changes.
    #[serde(default)]
    pub adjustments: Adjustments,
    /// Strength of shadow and relighting.
    #[serde(default)]
    pub strength: Strength,
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
        product: &Product,
        models: Models,
        runtime: &Runtime,
        anchors: &Anchors,
        request: &Request,
    ) -> Self {
        Self {
            version: VERSION,
            program: concat!("bijou ", env!("CARGO_PKG_VERSION")).into(),
            portrait: Source {
                id: String::new(),
                sha256: photo.sha256().into(),
            },
            product: Source {
                id: product.id.clone(),
                sha256: product.sha256.clone(),
            },
            models,
            engine: runtime.engine().into(),
            device: runtime.device().1.into(),
            points: anchors.points.clone(),
            pose: anchors.pose,
            mm_per_px: anchors.mm_per_px,
            adjustments: request.adjustments.clone(),
            strength: request.strength,
            style: request.style.clone(),
            before_after: false,
            quality: quality(),
        }
    }

    /// What to ask of the engine to make it again.
    pub fn request(&self) -> Request {
        Request {
            points: self.points.clone(),
            adjustments: self.adjustments.clone(),
            strength: self.strength,
            style: self.style.clone(),
        }
    }
}
