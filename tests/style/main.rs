//! Looks through the public face: names, shaders, the device against a reference in double
//! precision, tiles against the whole. Needs a graphics driver; the software one
//! (mesa-vulkan-drivers) will do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cube;
mod definitions;
mod device;
mod faults;
mod finish;
mod goldens;
mod light;
mod like;
mod names;
mod paint;
mod reference;
mod rows;
mod tiles;

use bijou::geometry::Rect;
use bijou::gpu::{self, Gpu};
use bijou::photo::{LinearImage, Patch, Photo};
use bijou::style::{self, Error, Style, StylePicture, Styler, Wear, looks};
use std::path::Path;

fn styler() -> Styler {
    Styler::new(Gpu::headless().unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

/// Smooth colours with every lightness, some outside sRGB, and a few sparks.
fn picture(width: u32, height: u32) -> StylePicture {
    let pixels = (0..width * height).map(|i| {
        let (x, y) = (
            (i % width) as f32 / width as f32,
            (i / width) as f32 / height as f32,
        );
        let spark = if i % 97 == 0 { 0.8 } else { 0.0 };
        [
            x * x + spark,
            0.9 * y * x + spark,
            (1.0 - x) * y * 1.05 - 0.01 + spark,
        ]
        .map(|v: f32| v.min(1.1))
    });
    StylePicture {
        width,
        height,
        pixels: pixels.collect(),
        wear: None,
    }
}

fn worn(mut picture: StylePicture, rect: Rect) -> StylePicture {
    let weight = (0..rect.area())
        .map(|i| if i % 3 == 0 { 0.5 } else { 1.0 })
        .collect();
    picture.wear = Some(Wear { rect, weight });
    picture
}

/// The middle of a small picture.
fn middle(picture: &StylePicture) -> Rect {
    let (width, height) = (picture.width / 3, picture.height / 3);
    Rect {
        x: width,
        y: height,
        width,
        height,
    }
}
