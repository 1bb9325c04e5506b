//! What a look is: names, parameters, a shader and the passes it runs.

use serde::Serialize;

/// Most parameters a look may have: what the shaders' `Frame` holds.
pub const MAX_PARAMETERS: usize = 16;

/// A number a look can be tuned with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Name, as in `noir:0.7,vignette=0.2`.
    pub name: &'static str,
    /// What it does, one line, with its unit where it has one.
    pub description: &'static str,
    /// Least value.
    pub min: f32,
    /// Greatest value.
    pub max: f32,
    /// Value where none is given.
    pub default: f32,
    /// Whole numbers only (a seed).
    pub whole: bool,
}

impl Parameter {
    /// A parameter of any value in `min..=max`.
    pub const fn real(
        name: &'static str,
        description: &'static str,
        range: (f32, f32),
        default: f32,
    ) -> Self {
        Self {
            name,
            description,
            min: range.0,
            max: range.1,
            default,
            whole: false,
        }
    }

    /// The seed of a look's random choices, 0..=65535.
    pub const fn seed() -> Self {
        let description = "the grain's pattern: another number, another pattern";
        Self {
            name: "seed",
            description,
            min: 0.0,
            max: 65535.0,
            default: 1.0,
            whole: true,
        }
    }

    /// True for a value this parameter may have.
    pub fn allows(&self, value: f32) -> bool {
        (self.min..=self.max).contains(&value) && (!self.whole || value.fract() == 0.0)
    }
}

/// One compute pass of a look's shader.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pass {
    /// Its entry point.
    pub entry: &'static str,
    /// Runs once per cell of [`Footprint::coarse`]² pixels instead of once per pixel.
    pub coarse: bool,
}

/// How far a look sees, which decides the border of its tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// A pixel depends on nothing further away than this many pixels, in x or y.
    pub reach: u32,
    /// Side of a coarse pass's cell in pixels: a power of two. Tiles begin at multiples of it.
    pub coarse: u32,
}

impl Footprint {
    /// A look whose pixels depend on themselves alone.
    pub const POINT: Self = Self { reach: 0, coarse: 1 };

    /// A Gaussian of `sigma` pixels run on coarse cells, so that its cost hardly depends on the
    /// picture's size: three standard deviations, and three cells for averaging, bilinear reading
    /// and rounding.
    pub fn gaussian(sigma: f32) -> Self {
        Self::gaussian_of(sigma, 2.0)
    }

    /// The same for what need not be fine, directions or washes: cells as coarse as the standard
    /// deviation allows. A pixel more for gradients.
    pub fn rough(sigma: f32) -> Self {
        Self::gaussian_of(sigma, 1.0).beyond(1.0)
    }

    /// Cells as large as leave the standard deviation at least `cells` of them wide.
    fn gaussian_of(sigma: f32, cells: f32) -> Self {
        let coarse = 1 << ((sigma / cells).max(1.0) as u32).ilog2();
        let cells = (3.0 * (sigma / coarse as f32).max(0.5)).ceil() as u32 + 3;
        Self {
            reach: cells * coarse,
            coarse,
        }
    }

    /// The same, seeing `pixels` further.
    #[must_use]
    pub fn beyond(self, pixels: f32) -> Self {
        Self {
            reach: self.reach + pixels.max(0.0).ceil() as u32,
            ..self
        }
    }

    /// A length in per cent of a picture's short side, in pixels.
    pub fn share(picture: [u32; 2], percent: f32) -> f32 {
        percent / 100.0 * picture[0].min(picture[1]) as f32
    }
}

/// A look: everything the app, the command line and the device need to know about it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Look {
    /// Stable name for files and commands; the stem of its Rust file and of its shader.
    pub id: &'static str,
    /// Name in English.
    pub name_en: &'static str,
    /// Name in Chinese.
    pub name_zh: &'static str,
    /// One line: what it does to a picture.
    pub description: &'static str,
    /// What it can be tuned with, at most [`MAX_PARAMETERS`].
    pub parameters: &'static [Parameter],
    /// Changes nothing further than its reach from the wear mask; the rest of the picture is not looked at.
    pub worn_only: bool,
    /// Its part of the shader; [`Look::wgsl`] is all of it.
    #[serde(skip)]
    pub shader: &'static str,
    /// The passes in order; the last one writes the styled pixels.
    #[serde(skip)]
    pub passes: &'static [Pass],
    /// How far it sees, from the picture's width and height and the parameters' values.
    #[serde(skip)]
    pub footprint: fn(picture: [u32; 2], values: &[f32]) -> Footprint,
}

/// Looks are told apart by their ids.
impl PartialEq for Look {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Pass {
    /// A pass over every pixel.
    pub const fn fine(entry: &'static str) -> Self {
        Self { entry, coarse: false }
    }

    /// A pass over every cell.
    pub const fn coarse(entry: &'static str) -> Self {
        Self { entry, coarse: true }
    }
}

impl Look {
    /// The one full-size pass of a look whose pixels depend on themselves alone.
    pub const POINT_PASSES: &'static [Pass] = &[Pass::fine("finish")];

    /// Footprint of a look whose pixels depend on themselves alone.
    pub fn point(_picture: [u32; 2], _values: &[f32]) -> Footprint {
        Footprint::POINT
    }

    /// The whole shader: `shaders/common.wgsl`, then the look's own file.
    pub fn wgsl(&self) -> String {
        [include_str!("../../shaders/common.wgsl"), self.shader].join("\n")
    }
}
