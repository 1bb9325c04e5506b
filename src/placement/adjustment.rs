//! Adjustments: what a user changes of where a piece sits and how it takes the light.

use super::Piece;
use glam::DVec2;
use serde::{Deserialize, Serialize};

/// Whether a piece is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// As the anchors say.
    #[default]
    Auto,
    /// Always.
    Show,
    /// Never.
    Hide,
}

/// How strongly the generator's corrections are applied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Strength {
    /// Of the shadow, 0..=2; 1 as predicted.
    pub shadow: f32,
    /// Of the product's relighting, 0..=1.
    pub relight: f32,
}

impl Default for Strength {
    fn default() -> Self {
        Self {
            shadow: 1.0,
            relight: 1.0,
        }
    }
}

/// The user's changes to where a piece sits and how it takes the light.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Adjustment {
    /// Shift in millimetres, x to the right of the picture, y down.
    pub shift_mm: DVec2,
    /// Factor on the size, 1 = true size.
    pub scale: f64,
    /// Clockwise turn about the attachment point, degrees.
    pub rotation: f64,
    /// Draw it?
    pub visibility: Visibility,
    /// Shadow and relighting.
    pub strength: Strength,
    /// Leave what the person wears already in its place where it is?
    pub keep_own: bool,
}

impl Default for Adjustment {
    fn default() -> Self {
        Self {
            shift_mm: DVec2::ZERO,
            scale: 1.0,
            rotation: 0.0,
            visibility: Visibility::Auto,
            strength: Strength::default(),
            keep_own: false,
        }
    }
}

impl Adjustment {
    /// Is every number within what a piece can bear? Anything from outside is to be asked this first.
    pub fn is_sane(&self) -> bool {
        let Strength { shadow, relight } = self.strength;
        (0.1..=10.0).contains(&self.scale)
            && self.shift_mm.abs().max_element() <= 500.0
            && self.rotation.abs() <= 360.0
            && (0.0..=2.0).contains(&shadow)
            && (0.0..=1.0).contains(&relight)
    }
}

/// The user's changes to the pieces of one product.
pub type Adjustments = std::collections::BTreeMap<Piece, Adjustment>;
