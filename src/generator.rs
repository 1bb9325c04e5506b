//! Generator: what light does to a piece and its surroundings.
//!
//! Takes a [`Composite`], gives [`Corrections`] at the model's size. Bijou's own conditional GAN
//! answers with shadow, coverage and residual (an idea from harmonisation networks that predict
//! corrections, e.g. Harmonizer, Ke et al. 2022); any other Pix2Pix answers with a picture, whose
//! difference from the flat composite is the correction.

use crate::composite::Composite;
use crate::model::{self, Layout, Model, Tensor};

/// What can go wrong in the generator.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The engine failed or the model has an unusable shape.
    #[error("the generator did not run")]
    Model(#[from] model::Error),
    /// An output is missing or has the wrong size.
    #[error("the generator gives no usable output `{0}`; run `bijou models verify`")]
    Output(&'static str),
}

/// Corrections to the flat composite, planes of `size`×`size`.
#[derive(Clone, Debug)]
pub enum Corrections {
    /// From Bijou's own generator.
    Light {
        /// Factor on the photo's sRGB-encoded values, 0..1; 1 is no shadow.
        shadow: Vec<f32>,
        /// What can be seen of the product, 0..1, at most the composite's coverage.
        coverage: Vec<f32>,
        /// Planar RGB added to the product's sRGB-encoded values, -1..1.
        residual: Vec<f32>,
    },
    /// From any image-to-image model: planar RGB, image minus flat composite, sRGB-encoded, -1..1.
    Difference(Vec<f32>),
}

/// A generator ready to run.
pub struct Generator {
    model: Model,
    layout: Layout,
    size: usize,
    at: [usize; 4],
}

impl Generator {
    /// Looks at what a model takes and gives.
    ///
    /// # Errors
    /// A sentence saying which shapes would be usable.
    pub fn new(model: Model) -> Result<Self, Error> {
        let layout = model::describe(&model)?;
        let size = match model.inputs().first().map(|p| p.shape.as_slice()) {
            Some(&[_, _, height, width]) if height != width => {
                return Err(Error::Model(model::Error::Layout {
                    path: model.path().to_owned(),
                    why: format!("it works on {width}×{height} pixels; export it for a square"),
                }));
            }
            Some(&[.., width]) => width,
            _ => 256,
        };
        let find = |name: &'static str| model.outputs().iter().position(|p| p.name == name);
        let at = match layout {
            Layout::Corrections => {
                let port = |name| find(name).ok_or(Error::Output(name));
                [
                    find("image").unwrap_or(0),
                    port("shadow")?,
                    port("coverage")?,
                    port("residual")?,
                ]
            }
            Layout::ImageToImage { .. } => [0; 4],
        };
        Ok(Self {
            model,
            layout,
            size,
            at,
        })
    }

    /// Side of the square planes it works on, pixels.
    pub fn size(&self) -> usize {
        self.size
    }

    /// What was understood of the model: what it takes and gives.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// SHA-256 of the model file.
    pub fn sha256(&self) -> &str {
        self.model.sha256()
    }

    /// Time inside the engine so far.
    pub fn spent(&self) -> std::time::Duration {
        self.model.spent()
    }

    /// Runs once.
    ///
    /// # Errors
    /// When the engine fails or an output is missing.
    pub fn generate(&mut self, composite: &Composite) -> Result<Corrections, Error> {
        let plane = self.size * self.size;
        let channels = match self.layout {
            Layout::Corrections => 8,
            Layout::ImageToImage { channels } => channels,
        };
        let shape = vec![1, channels, self.size, self.size];
        let mut outputs = self.model.run(&[Tensor {
            shape,
            data: condition(composite, channels),
        }])?;
        let mut take = |i: usize, name: &'static str, length: usize| {
            let tensor = outputs.get_mut(i).map(std::mem::take).unwrap_or_default();
            if tensor.data.len() == length {
                Ok(tensor.data)
            } else {
                Err(Error::Output(name))
            }
        };
        let [image, shadow, coverage, residual] = self.at;
        Ok(match self.layout {
            Layout::Corrections => Corrections::Light {
                shadow: take(shadow, "shadow", plane)?,
                coverage: take(coverage, "coverage", plane)?,
                residual: take(residual, "residual", 3 * plane)?,
            },
            Layout::ImageToImage { .. } => {
                let image = take(image, "image", 3 * plane)?;
                let difference = |(v, flat): (&f32, &f32)| (v * 0.5 + 0.5).clamp(0.0, 1.0) - flat;
                Corrections::Difference(image.iter().zip(&composite.flat).map(difference).collect())
            }
        })
    }
}

/// The model's input: photo RGB, composite RGB in -1..1, coverage, occlusion; or the part of that a
/// plainer model takes (3: composite; 6: photo and composite; 7: with coverage).
fn condition(composite: &Composite, channels: usize) -> Vec<f32> {
    let signed = |planes: &[f32]| planes.iter().map(|v| v * 2.0 - 1.0).collect::<Vec<f32>>();
    let mut data = Vec::with_capacity(channels * composite.coverage.len());
    if channels >= 6 {
        data.extend(signed(&composite.photo));
    }
    data.extend(signed(&composite.flat));
    if channels >= 7 {
        data.extend_from_slice(&composite.coverage);
    }
    if channels >= 8 {
        data.extend_from_slice(&composite.occlusion);
    }
    data
}
