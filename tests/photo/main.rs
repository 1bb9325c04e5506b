//! Photographs through the public face: reading, colour, resampling, writing.
//! Reference pictures and numbers are Pillow's (fixtures/photo/make.py).

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod colour;
mod reading;
mod resampling;
mod writing;

use bijou::geometry::Rect;
use bijou::photo::{Error, Photo, Samples, SaveOptions};
use img_parts::ImageICC;
use img_parts::png::Png;
use moxcms::ColorProfile;
use std::path::{Path, PathBuf};

const EXTENSIONS: [&str; 4] = ["jpg", "png", "webp", "tif"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/photo")
        .join(name)
}

fn bytes_of(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

fn expected() -> serde_json::Value {
    serde_json::from_slice(&bytes_of("expected.json")).unwrap()
}

fn decode(bytes: &[u8]) -> Result<Photo, Error> {
    Photo::decode(bytes, Path::new("test.bin"))
}

fn whole(photo: &Photo) -> Rect {
    Rect {
        x: 0,
        y: 0,
        width: photo.width(),
        height: photo.height(),
    }
}

fn options() -> SaveOptions {
    SaveOptions {
        quality: 95,
        force: false,
        recipe: None,
    }
}

/// Samples as levels, whatever the depth.
fn levels(photo: &Photo) -> Vec<u16> {
    match photo.samples() {
        Samples::U8(s) => s.iter().map(|&v| v.into()).collect(),
        Samples::U16(s) => s.clone(),
    }
}

fn pixel(photo: &Photo, x: usize, y: usize) -> Vec<i64> {
    let start = (y * photo.width() as usize + x) * photo.channels();
    levels(photo)[start..start + photo.channels()]
        .iter()
        .map(|&v| v.into())
        .collect()
}

fn close(a: &[i64], b: &[i64], by: i64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= by)
}

/// A picture as the bytes of a PNG with a profile.
fn tagged(photo: &Photo, icc: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.png");
    photo.save(&path, &options()).unwrap();
    let mut png = Png::from_bytes(std::fs::read(&path).unwrap().into()).unwrap();
    png.set_icc_profile(Some(icc.to_vec().into()));
    png.encoder().bytes().to_vec()
}

fn noise8(width: u32, height: u32) -> Photo {
    let level = |i: u32| (i.wrapping_mul(2_654_435_761) >> 11) as u8;
    Photo::from_rgb8(width, height, (0..width * height * 3).map(level).collect())
}

fn noise16(width: u32, height: u32) -> Photo {
    let level = |i: u32| (i.wrapping_mul(2_654_435_761) >> 9) as u16;
    Photo::from_rgb16(width, height, (0..width * height * 3).map(level).collect())
}

/// A picture with all kinds of alpha, through a PNG made by the `image` crate.
fn with_alpha() -> Photo {
    let mut file = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, y: u32| image::Rgba([(x * 9) as u8, (y * 7) as u8, 90, (x * y) as u8]);
    image::RgbaImage::from_fn(21, 13, pixel)
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    decode(file.get_ref()).unwrap()
}
