//! The device side of one tile: its textures, its uniforms, and the way there and back.

use crate::geometry::Rect;
use crate::gpu::{self, Gpu};
use bytemuck::{Pod, Zeroable};

/// Width and height of the shaders' workgroups: rows, which software drivers run a quarter faster than squares.
const GROUP: [u32; 2] = [64, 1];
/// All textures are 32-bit float: 16-bit photographs and wide gamuts pass through unharmed.
const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba32Float;
/// Bytes of a texel.
const TEXEL: u32 = 16;

/// The uniforms of `shaders/common.wgsl`, member by member.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub(super) struct Frame {
    pub picture: [u32; 2],
    pub origin: [u32; 2],
    pub extent: [u32; 2],
    pub coarse: u32,
    pub strength: f32,
    pub parameters: [[f32; 4]; 4],
}

/// A pass ready to run.
pub(super) struct Kernel {
    pub pipeline: wgpu::ComputePipeline,
    pub coarse: bool,
}

/// Bindings common to all looks, in the order of `shaders/common.wgsl`.
pub(super) fn layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let texture = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: false },
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    let uniform = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: wgpu::BufferSize::new(size_of::<Frame>() as u64),
    };
    let result = wgpu::BindingType::StorageTexture {
        access: wgpu::StorageTextureAccess::WriteOnly,
        format: FORMAT,
        view_dimension: wgpu::TextureViewDimension::D2,
    };
    let mut binding = 0..;
    let entries = [uniform, texture, texture, result].map(|ty| wgpu::BindGroupLayoutEntry {
        binding: binding.next().unwrap_or_default(),
        visibility: wgpu::ShaderStages::COMPUTE,
        ty,
        count: None,
    });
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("style"),
        entries: &entries,
    })
}

/// Room on the device for tiles up to a size; kept between tiles and pictures.
pub(super) struct Canvas {
    size: [u32; 2],
    source: wgpu::Texture,
    /// The passes write these in turn.
    work: [wgpu::Texture; 2],
    frame: wgpu::Buffer,
    upload: wgpu::Buffer,
    readback: wgpu::Buffer,
    /// First pass: reads the source. Later ones: read one work texture, write the other.
    first: wgpu::BindGroup,
    turns: [wgpu::BindGroup; 2],
}

impl Canvas {
    /// Makes room for tiles of `size`.
    pub fn new(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, size: [u32; 2]) -> Self {
        use wgpu::TextureUsages as Use;
        let source = texture(device, "source", size, Use::TEXTURE_BINDING | Use::COPY_DST);
        let work = ["even", "odd"].map(|name| {
            texture(
                device,
                name,
                size,
                Use::TEXTURE_BINDING | Use::STORAGE_BINDING | Use::COPY_SRC,
            )
        });
        let frame = buffer(device, "frame", size_of::<Frame>() as u64, {
            wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST
        });
        let room = u64::from(row_bytes(size[0])) * u64::from(size[1]);
        let upload = buffer(
            device,
            "upload",
            room,
            wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
        );
        let readback = buffer(
            device,
            "readback",
            room,
            wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        );
        let views =
            [&source, &work[0], &work[1]].map(|t| t.create_view(&wgpu::TextureViewDescriptor::default()));
        let group = |previous: &wgpu::TextureView, result: &wgpu::TextureView| {
            let texture = wgpu::BindingResource::TextureView;
            let resources = [
                frame.as_entire_binding(),
                texture(&views[0]),
                texture(previous),
                texture(result),
            ];
            let mut binding = 0..;
            let entries = resources.map(|resource| wgpu::BindGroupEntry {
                binding: binding.next().unwrap_or_default(),
                resource,
            });
            device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("style"),
                layout,
                entries: &entries,
            })
        };
        let first = group(&views[0], &views[1]);
        let turns = [group(&views[2], &views[1]), group(&views[1], &views[2])];
        Self {
            size,
            source,
            work,
            frame,
            upload,
            readback,
            first,
            turns,
        }
    }

    /// True when tiles of `size` fit.
    pub fn holds(&self, size: [u32; 2]) -> bool {
        self.size[0] >= size[0] && self.size[1] >= size[1]
    }

    /// Runs `kernels` over a tile of `frame.extent` texels, whose rows `texels` hands over one after the other,
    /// and hands the styled texels of `core` (in tile pixels) to `row` in the same way.
    ///
    /// # Errors
    /// What [`Gpu::write`] and [`Gpu::read`] report.
    pub fn run(
        &self,
        gpu: &Gpu,
        kernels: &[Kernel],
        frame: &Frame,
        texels: impl FnOnce(&mut dyn FnMut(usize, &[[f32; 4]])),
        core: Rect,
        mut row: impl FnMut(u32, &[[f32; 4]]),
    ) -> Result<(), gpu::Error> {
        let tile = frame.extent;
        gpu.queue()
            .write_buffer(&self.frame, 0, bytemuck::bytes_of(frame));
        // Straight into memory that the device copies from: a detour through a list of texels takes as long again.
        gpu.write(&self.upload, "applying a look", |view| {
            texels(&mut |y, line| {
                let bytes: &[u8] = bytemuck::cast_slice(line);
                let start = y * row_bytes(tile[0]) as usize;
                view.slice(start..start + bytes.len()).copy_from_slice(bytes);
            });
        })?;
        let mut encoder = gpu
            .device()
            .create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("style") });
        let source = lines(&self.upload, tile[0]);
        encoder.copy_buffer_to_texture(source, self.source.as_image_copy(), extent(tile));
        for (turn, kernel) in kernels.iter().enumerate() {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&kernel.pipeline);
            pass.set_bind_group(
                0,
                if turn == 0 {
                    &self.first
                } else {
                    &self.turns[turn % 2]
                },
                &[],
            );
            let cell = if kernel.coarse { frame.coarse } else { 1 };
            let [x, y] = frame.extent.map(|side| side.div_ceil(cell));
            pass.dispatch_workgroups(x.div_ceil(GROUP[0]), y.div_ceil(GROUP[1]), 1);
        }
        let stride = row_bytes(core.width);
        let result = wgpu::TexelCopyTextureInfo {
            origin: wgpu::Origin3d {
                x: core.x,
                y: core.y,
                z: 0,
            },
            ..self.work[(kernels.len() + 1) % 2].as_image_copy()
        };
        let target = lines(&self.readback, core.width);
        encoder.copy_texture_to_buffer(result, target, extent([core.width, core.height]));
        gpu.queue().submit([encoder.finish()]);
        gpu.read(&self.readback, "applying a look", |bytes| {
            let used = (core.width * TEXEL) as usize;
            for (y, line) in (0..core.height).zip(bytes.chunks(stride as usize)) {
                row(y, bytemuck::cast_slice(&line[..used]));
            }
        })
    }
}

/// A buffer as lines of `width` texels.
fn lines(buffer: &wgpu::Buffer, width: u32) -> wgpu::TexelCopyBufferInfo<'_> {
    wgpu::TexelCopyBufferInfo {
        buffer,
        layout: wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(row_bytes(width)),
            rows_per_image: None,
        },
    }
}

/// Bytes of a row in a buffer: copies want multiples of 256.
fn row_bytes(width: u32) -> u32 {
    (width * TEXEL).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}

fn extent([width, height]: [u32; 2]) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width,
        height,
        depth_or_array_layers: 1,
    }
}

fn texture(device: &wgpu::Device, label: &str, size: [u32; 2], usage: wgpu::TextureUsages) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: extent(size),
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: FORMAT,
        usage,
        view_formats: &[],
    })
}

fn buffer(device: &wgpu::Device, label: &str, size: u64, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size,
        usage,
        mapped_at_creation: false,
    })
}
