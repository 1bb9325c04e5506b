//! Runs looks: keeps the device, pipelines and textures warm, cuts pictures into tiles.

use super::bands::Work;
use super::canvas::{self, Canvas, Frame, Kernel};
use super::look::{Footprint, Look};
use super::painter::Painter;
use super::picture::{Strip, StylePicture};
use super::{Error, Step, Style, tiles};
use crate::geometry::Rect;
use crate::gpu::{self, Gpu};
use crate::model::{self, Model};
use std::collections::HashMap;

/// Side of a tile without its border, pixels: 16 MiB a texture.
const TILE: u32 = 1024;

/// Applies styles. Costs a pipeline compilation the first time a look is used, and textures when a picture is
/// larger than those before; what is warm is used again, so that live use allocates nothing on the device.
/// After a [`gpu::Error::Lost`] make a new one.
pub struct Styler {
    gpu: Gpu,
    tile: u32,
    limit: u32,
    canvases: usize,
    bindings: wgpu::BindGroupLayout,
    /// By look, and whether it is at full strength.
    pipelines: HashMap<(&'static str, bool), Vec<Kernel>>,
    canvas: Option<Canvas>,
    pub(super) painter: Option<Painter>,
}

impl Styler {
    /// A styler on an open device.
    ///
    /// # Errors
    /// [`Error::Gpu`] when the device refuses the looks' bindings.
    pub fn new(gpu: Gpu) -> Result<Self, Error> {
        let bindings = gpu.guarded("preparing looks", || Ok(canvas::layout(gpu.device())))?;
        let limit = gpu.device().limits().max_texture_dimension_2d;
        Ok(Self {
            gpu,
            tile: TILE,
            limit,
            canvases: 0,
            bindings,
            pipelines: HashMap::new(),
            canvas: None,
            painter: None,
        })
    }

    /// The same with a network that draws the surface of a reference picture; without one its plain noise is laid on.
    ///
    /// # Errors
    /// [`model::Error::Layout`] when it is no texture network.
    pub fn with_painter(mut self, network: Model) -> Result<Self, model::Error> {
        self.painter = Some(Painter::new(network)?);
        Ok(self)
    }

    /// SHA-256 of the network that draws surfaces, if there is one.
    pub fn painter(&self) -> Option<&str> {
        self.painter.as_ref().map(Painter::sha256)
    }

    /// The same with tiles of another side; the result does not depend on it.
    #[must_use]
    pub fn with_tile(mut self, side: u32) -> Self {
        self.tile = side.max(1);
        self
    }

    /// The same on textures of at most this side, for a device that holds no larger ones; the result does not
    /// depend on it. Never more than the device's own limit.
    #[must_use]
    pub fn with_texture_limit(mut self, side: u32) -> Self {
        self.limit = self.limit.min(side.max(1));
        self
    }

    /// How many times textures were made on the device since it was opened.
    pub fn canvases_made(&self) -> usize {
        self.canvases
    }

    /// The device it runs on.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// The picture in a style. Strength 0 returns the very same values.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::TooLarge`], [`Error::Texture`] or [`Error::Gpu`].
    pub fn apply(&mut self, style: &Style, picture: &StylePicture) -> Result<StylePicture, Error> {
        let mut styled: Option<StylePicture> = None;
        let (width, height) = (picture.width, picture.height);
        for step in style.steps() {
            let before = styled.as_ref().unwrap_or(picture);
            let strip = Strip {
                picture: [width, height],
                top: 0,
                pixels: &before.pixels,
                wear: before.wear.as_ref(),
            };
            strip.check(height)?;
            if step.is_idle() {
                continue;
            }
            let painter = self.painter.as_mut();
            let work = Work::new(step, || before.photo(), before.wear.as_ref(), painter)?;
            let whole = Rect {
                x: 0,
                y: 0,
                width,
                height,
            };
            let pixels = self.render(step, &work, &strip, whole)?;
            styled = Some(StylePicture {
                width,
                height,
                pixels,
                wear: picture.wear.clone(),
            });
        }
        Ok(styled.unwrap_or_else(|| picture.clone()))
    }

    /// The styled pixels of `core`; `strip` holds it and the rows of its border.
    pub(super) fn render(
        &mut self,
        step: &Step,
        work: &Work<'_>,
        strip: &Strip<'_>,
        core: Rect,
    ) -> Result<Vec<[f32; 3]>, Error> {
        let values = match work {
            Work::Shader(values) => values,
            Work::Table(grade) => {
                let mut styled = strip.crop(core);
                grade.apply(&mut styled, step.strength);
                return Ok(styled);
            }
            Work::Recolour(recolour) => return Ok(recolour.apply(strip, core)),
        };
        let look = step.look;
        let (footprint, side) = self.plan(step, strip.picture)?;
        let mut styled = strip.crop(core);
        let most = strip
            .picture
            .map(|length| length.min(side + 2 * (footprint.reach + footprint.coarse)));
        let gpu = self.gpu.clone();
        let area = if look.worn_only {
            strip.near_worn(core, footprint.reach)
        } else {
            core
        };
        for tile in tiles::cut(area, side) {
            let padded = tiles::padded(tile, strip.picture, footprint);
            if look.worn_only && !strip.is_worn(padded) {
                continue;
            }
            let frame = frame(step.strength, values, strip.picture, padded, footprint.coarse);
            let inner = Rect {
                x: tile.x - padded.x,
                y: tile.y - padded.y,
                ..tile
            };
            let done = gpu.guarded("applying a look", || {
                let (canvas, kernels) = self.ready(look, step.strength >= 1.0, most)?;
                canvas.run(
                    &gpu,
                    kernels,
                    &frame,
                    |take| strip.each_texel_row(padded, take),
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
    pub(super) fn plan(&self, step: &Step, picture: [u32; 2]) -> Result<(Footprint, u32), Error> {
        let footprint = (step.look.footprint)(picture, &step.values);
        let border = 2 * (footprint.reach + footprint.coarse);
        let limit = self.limit;
        // Wider borders want wider tiles, or most of the work would be border.
        let side = self.tile.max(border / 2);
        if picture[0].max(picture[1]) <= limit || side + border <= limit {
            return Ok((footprint, side));
        }
        match limit.checked_sub(border) {
            Some(room) if room > 0 => Ok((footprint, room)),
            _ => Err(Error::TooLarge {
                look: step.look.id,
                adapter: self.gpu.name().to_owned(),
                needed: border + 1,
                limit,
            }),
        }
    }

    /// A canvas of at least `size` and the look's pipelines, made where they are missing.
    fn ready(
        &mut self,
        look: &'static Look,
        full: bool,
        size: [u32; 2],
    ) -> Result<(&Canvas, &[Kernel]), gpu::Error> {
        let device = self.gpu.device();
        let key = (look.id, full);
        if !self.pipelines.contains_key(&key) {
            let doing = format!("compiling the look {}", look.id);
            let kernels = self
                .gpu
                .guarded(&doing, || Ok(compile(device, &self.bindings, look, full)))?;
            self.pipelines.insert(key, kernels);
        }
        if self.canvas.as_ref().is_some_and(|canvas| !canvas.holds(size)) {
            self.canvas = None;
        }
        let made = &mut self.canvases;
        let canvas = self.canvas.get_or_insert_with(|| {
            *made += 1;
            Canvas::new(device, &self.bindings, size)
        });
        Ok((canvas, self.pipelines.get(&key).map_or(&[], Vec::as_slice)))
    }
}

fn frame(strength: f32, values: &[f32], picture: [u32; 2], tile: Rect, coarse: u32) -> Frame {
    let mut parameters = [[0.0; 4]; 4];
    for (slot, value) in parameters.as_flattened_mut().iter_mut().zip(values) {
        *slot = *value;
    }
    let (origin, extent) = ([tile.x, tile.y], [tile.width, tile.height]);
    Frame {
        picture,
        origin,
        extent,
        coarse,
        strength,
        parameters,
    }
}

/// The passes of a look; `full` is the constant of `shaders/common.wgsl`.
fn compile(device: &wgpu::Device, bindings: &wgpu::BindGroupLayout, look: &Look, full: bool) -> Vec<Kernel> {
    let constants = [("full", f64::from(full))];
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
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &constants,
                ..Default::default()
            },
            cache: None,
        }),
        coarse: pass.coarse,
    };
    look.passes.iter().map(kernel).collect()
}
