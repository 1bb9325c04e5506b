//! Runs looks: keeps the device, pipelines and textures warm, cuts pictures into tiles.

use super::canvas::{self, Canvas, Frame, Kernel};
use super::look::{Footprint, Look};
use super::picture::{Strip, StylePicture, Wear};
use super::{Error, Style, tiles};
use crate::geometry::Rect;
use crate::gpu::{self, Gpu};
use crate::photo::{LinearImage, Patch, Photo};
use std::collections::HashMap;

/// Side of a tile without its border, pixels: 16 MiB a texture.
const TILE: u32 = 1024;

/// Applies styles. Costs a pipeline compilation the first time a look is used; after a
/// [`gpu::Error::Lost`] make a new one.
pub struct Styler {
    gpu: Gpu,
    tile: u32,
    bindings: wgpu::BindGroupLayout,
    pipelines: HashMap<&'static str, Vec<Kernel>>,
    canvas: Option<Canvas>,
}

impl Styler {
    /// A styler on an open device.
    ///
    /// # Errors
    /// [`Error::Gpu`] when the device refuses the looks' bindings.
    pub fn new(gpu: Gpu) -> Result<Self, Error> {
        let bindings = gpu.guarded("preparing looks", || Ok(canvas::layout(gpu.device())))?;
        Ok(Self {
            gpu,
            tile: TILE,
            bindings,
            pipelines: HashMap::new(),
            canvas: None,
        })
    }

    /// The same with tiles of another side; the result does not depend on it.
    #[must_use]
    pub fn with_tile(mut self, side: u32) -> Self {
        self.tile = side.max(1);
        self
    }

    /// The device it runs on.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// The picture in a style. Strength 0 returns the very same values.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::TooLarge`] or [`Error::Gpu`].
    pub fn apply(&mut self, style: &Style, picture: &StylePicture) -> Result<StylePicture, Error> {
        let StylePicture {
            width,
            height,
            pixels,
            wear,
        } = picture;
        let strip = Strip {
            picture: [*width, *height],
            top: 0,
            pixels,
            wear: wear.as_ref(),
        };
        strip.check(*height)?;
        if style.strength == 0.0 {
            return Ok(picture.clone());
        }
        let pixels = self.render(
            style,
            &strip,
            Rect {
                x: 0,
                y: 0,
                width: *width,
                height: *height,
            },
        )?;
        Ok(StylePicture {
            width: *width,
            height: *height,
            pixels,
            wear: wear.clone(),
        })
    }

    /// Styles a photo in place, in horizontal bands, so that memory stays bounded at any size.
    /// Strength 0 and pixels the look leaves alone keep their bits.
    ///
    /// # Errors
    /// As [`Styler::apply`]; the photo may then be styled in part and should be dropped.
    pub fn apply_to(&mut self, style: &Style, photo: &mut Photo, wear: Option<&Wear>) -> Result<(), Error> {
        wear.map_or(Ok(()), Wear::check)?;
        if style.strength == 0.0 {
            return Ok(());
        }
        let picture @ [width, height] = [photo.width(), photo.height()];
        let (footprint, side) = self.plan(style, picture)?;
        // Originals of rows top..bottom: a band's border reaches up into rows already styled.
        let (mut rows, mut top, mut bottom) = (Vec::new(), 0, 0);
        for y in (0..height).step_by(side as usize) {
            let band = Rect {
                x: 0,
                y,
                width,
                height: side.min(height - y),
            };
            let padded = tiles::padded(band, picture, footprint);
            let past = (padded.y - top) as usize * width as usize;
            rows.drain(..past.min(rows.len()));
            let end = padded.y + padded.height;
            rows.extend(
                photo
                    .linear(Rect {
                        x: 0,
                        y: bottom,
                        width,
                        height: end - bottom,
                    })
                    .pixels,
            );
            (top, bottom) = (padded.y, end);
            let strip = Strip {
                picture,
                top,
                pixels: &rows,
                wear,
            };
            strip.check(bottom)?;
            if style.look.worn_only && !strip.is_worn(padded) {
                continue;
            }
            let pixels = self.render(style, &strip, band)?;
            let changed = pixels
                .iter()
                .zip(strip.crop(band))
                .map(|(new, old)| *new != old)
                .collect();
            let colours = LinearImage {
                width: band.width as usize,
                height: band.height as usize,
                pixels,
            };
            photo.apply(&Patch {
                rect: band,
                colours,
                changed,
            });
        }
        Ok(())
    }

    /// The styled pixels of `core`; `strip` holds it and the rows of its border.
    fn render(&mut self, style: &Style, strip: &Strip<'_>, core: Rect) -> Result<Vec<[f32; 3]>, Error> {
        let look = style.look;
        let (footprint, side) = self.plan(style, strip.picture)?;
        let mut styled = strip.crop(core);
        if let Some(grade) = &style.grade {
            grade.apply(&mut styled, style.strength);
            return Ok(styled);
        }
        let most = strip
            .picture
            .map(|length| length.min(side + 2 * (footprint.reach + footprint.coarse)));
        let gpu = self.gpu.clone();
        for tile in tiles::cut(core, side) {
            let padded = tiles::padded(tile, strip.picture, footprint);
            if look.worn_only && !strip.is_worn(padded) {
                continue;
            }
            let frame = frame(style, strip.picture, padded, footprint.coarse);
            let inner = Rect {
                x: tile.x - padded.x,
                y: tile.y - padded.y,
                ..tile
            };
            let done = gpu.guarded("applying a look", || {
                let (canvas, kernels) = self.ready(look, most)?;
                canvas.run(
                    &gpu,
                    kernels,
                    &frame,
                    &strip.texels(padded),
                    inner,
                    |y, texels| {
                        let row = (tile.y - core.y + y) as usize * core.width as usize;
                        let start = row + (tile.x - core.x) as usize;
                        for (pixel, [r, g, b, _]) in styled[start..].iter_mut().zip(texels) {
                            *pixel = [*r, *g, *b];
                        }
                    },
                )
            });
            if let Err(error) = done {
                // Its textures may be the ones that could not be made.
                self.canvas = None;
                return Err(error.into());
            }
        }
        Ok(styled)
    }

    /// The look's footprint on a picture, and the side of the tiles (without border) that carry it.
    fn plan(&self, style: &Style, picture: [u32; 2]) -> Result<(Footprint, u32), Error> {
        let footprint = (style.look.footprint)(picture, &style.values);
        let border = 2 * (footprint.reach + footprint.coarse);
        let limit = self.gpu.device().limits().max_texture_dimension_2d;
        // Wider borders want wider tiles, or most of the work would be border.
        let side = self.tile.max(border / 2);
        if picture[0].max(picture[1]) <= limit || side + border <= limit {
            return Ok((footprint, side));
        }
        match limit.checked_sub(border) {
            Some(room) if room > 0 => Ok((footprint, room)),
            _ => Err(Error::TooLarge {
                look: style.look.id,
                adapter: self.gpu.name().to_owned(),
                needed: border + 1,
                limit,
            }),
        }
    }

    /// A canvas of at least `size` and the look's pipelines, made where they are missing.
    fn ready(&mut self, look: &'static Look, size: [u32; 2]) -> Result<(&Canvas, &[Kernel]), gpu::Error> {
        let device = self.gpu.device();
        if !self.pipelines.contains_key(look.id) {
            let doing = format!("compiling the look {}", look.id);
            let kernels = self
                .gpu
                .guarded(&doing, || Ok(compile(device, &self.bindings, look)))?;
            self.pipelines.insert(look.id, kernels);
        }
        if self.canvas.as_ref().is_some_and(|canvas| !canvas.holds(size)) {
            self.canvas = None;
        }
        let canvas = self
            .canvas
            .get_or_insert_with(|| Canvas::new(device, &self.bindings, size));
        Ok((canvas, self.pipelines.get(look.id).map_or(&[], Vec::as_slice)))
    }
}

fn frame(style: &Style, picture: [u32; 2], tile: Rect, coarse: u32) -> Frame {
    let mut parameters = [[0.0; 4]; 4];
    for (slot, value) in parameters.as_flattened_mut().iter_mut().zip(&style.values) {
        *slot = *value;
    }
    let (origin, extent) = ([tile.x, tile.y], [tile.width, tile.height]);
    Frame {
        picture,
        origin,
        extent,
        coarse,
        strength: style.strength,
        parameters,
    }
}

fn compile(device: &wgpu::Device, bindings: &wgpu::BindGroupLayout, look: &Look) -> Vec<Kernel> {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(look.id),
        source: wgpu::ShaderSource::Wgsl(look.wgsl().into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(look.id),
        bind_group_layouts: &[Some(bindings)],
        immediate_size: 0,
    });
    let kernel = |pass: &super::look::Pass| Kernel {
        pipeline: device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(pass.entry),
            layout: Some(&layout),
            module: &module,
            entry_point: Some(pass.entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        }),
        coarse: pass.coarse,
    };
    look.passes.iter().map(kernel).collect()
}
