//! Bad input gets one clear sentence, status 1 or 2, no panic and no partial file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{bijou, fails, files, portrait, root};
use std::fs;
use std::path::Path;

const PRODUCT: &str = "pearl-drop-gold";

/// Tries a file on and expects a failure that leaves nothing behind.
fn refused(folder: &Path, file: &str, words: &[&str]) {
    let before = files(folder);
    fails(
        &bijou(folder, &["try-on", file, "-p", PRODUCT, "-o", "out.png"]),
        1,
        words,
    );
    assert_eq!(files(folder), before, "something was left behind");
}

#[test]
fn files_that_are_no_portraits() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let good = fs::read(portrait()).unwrap();
    fs::create_dir(folder.join("dir.jpg")).unwrap();
    fs::write(folder.join("empty.jpg"), b"").unwrap();
    fs::write(folder.join("cut.jpg"), &good[..good.len() / 3]).unwrap();
    fs::write(
        folder.join("text.jpg"),
        b"this is no picture at all, whatever its name says",
    )
    .unwrap();
    fs::write(folder.join("bomb.png"), bomb()).unwrap();
    refused(folder, "missing.jpg", &["missing.jpg"]);
    refused(folder, "dir.jpg", &["dir.jpg", "folder"]);
    refused(folder, "empty.jpg", &["empty.jpg", "empty"]);
    refused(folder, "cut.jpg", &["cut.jpg"]);
    refused(folder, "text.jpg", &["text.jpg"]);
    refused(folder, "bomb.png", &["bomb.png", "60000"]);
}

/// A PNG header that promises 60 000 × 60 000 pixels.
fn bomb() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(60_000_u32.to_be_bytes());
    png.extend(60_000_u32.to_be_bytes());
    png.extend([8, 6, 0, 0, 0]);
    png.extend(crc(&png[12..29]).to_be_bytes());
    png.extend(b"\0\0\0\x0aIDAT\x78\x9c\x63\0\0\0\x02\0\x01\xe2\x21\xbc\x33\0\0\0\0IEND\xaeB`\x82");
    png
}

/// CRC-32 of a PNG chunk (PNG specification, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let step = |c: u32| {
        if c & 1 == 1 {
            0xedb8_8320 ^ (c >> 1)
        } else {
            c >> 1
        }
    };
    !bytes
        .iter()
        .fold(!0, |crc, b| (0..8).fold(crc ^ u32::from(*b), |c, _| step(c)))
}

#[test]
fn a_picture_without_a_face() {
    let temp = tempfile::tempdir().unwrap();
    let plain = image_of(400, 300, |x, y| [(x / 2) as u8, (y / 2) as u8, 120]);
    fs::write(temp.path().join("plain.png"), plain).unwrap();
    refused(temp.path(), "plain.png", &["plain.png", "no face"]);
}

#[test]
fn pictures_of_products_are_no_portraits() {
    let temp = tempfile::tempdir().unwrap();
    let products = fs::read_dir(root().join("assets/products")).unwrap();
    let mut tried = 0;
    for folder in products.map(|entry| entry.unwrap().path()) {
        let Some(art) = files(&folder).into_iter().find(|name| name.ends_with(".png")) else {
            continue;
        };
        let art = image::open(folder.join(art)).unwrap().to_rgba8();
        let side = art.width().max(art.height()) * 3 / 2;
        let mut shot = image::RgbaImage::from_pixel(side, side, image::Rgba([238, 238, 238, 255]));
        let corner = [side - art.width(), side - art.height()].map(|rest| i64::from(rest / 2));
        image::imageops::overlay(&mut shot, &art, corner[0], corner[1]);
        image::DynamicImage::ImageRgba8(shot)
            .into_rgb8()
            .save(temp.path().join("shot.png"))
            .unwrap();
        refused(temp.path(), "shot.png", &["shot.png", "no face"]);
        tried += 1;
    }
    assert!(tried >= 12, "only {tried} products");
}

/// A PNG file made of a function.
fn image_of(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb(colour(x, y)));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn a_lying_name_opens_by_its_content() {
    let temp = tempfile::tempdir().unwrap();
    let picture = image::open(portrait()).unwrap();
    picture
        .save_with_format(temp.path().join("really.jpg"), image::ImageFormat::Png)
        .unwrap();
    let run = bijou(
        temp.path(),
        &["try-on", "really.jpg", "-p", PRODUCT, "-o", "out.png"],
    );
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn two_faces_are_told() {
    let temp = tempfile::tempdir().unwrap();
    let samples = fs::read_dir(portrait().parent().unwrap()).unwrap();
    for sample in samples.map(|entry| entry.unwrap().path()) {
        if sample.extension().is_none_or(|end| end != "jpg") {
            continue;
        }
        let one = image::open(&sample).unwrap().to_rgb8();
        let (w, h) = one.dimensions();
        let small = image::imageops::thumbnail(&one, w * 2 / 3, h * 2 / 3);
        let mut both = image::RgbImage::new(w + small.width(), h);
        image::imageops::replace(&mut both, &one, 0, 0);
        image::imageops::replace(&mut both, &small, i64::from(w), i64::from(h - small.height()));
        both.save(temp.path().join("two.png")).unwrap();
        let run = bijou(
            temp.path(),
            &["try-on", "two.png", "-p", PRODUCT, "-o", "out.png", "--force"],
        );
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(
            run.status.success() && told.contains("more than one face"),
            "{sample:?}: {told}"
        );
        let found = common::json(&bijou(temp.path(), &["anchors", "two.png", "--json"]));
        let nose = found[0]["points"][4]["position"][0].as_f64().unwrap();
        assert!(
            nose < f64::from(w),
            "the larger face, on the left, is taken in {sample:?}: {nose}"
        );
    }
}

#[test]
fn wrong_words_on_the_command_line() {
    let temp = tempfile::tempdir().unwrap();
    let (folder, photo) = (temp.path(), portrait());
    let photo = photo.to_str().unwrap();
    fails(&bijou(folder, &["try-on", photo]), 2, &["--product"]);
    fails(
        &bijou(folder, &["try-on", photo, "-p", PRODUCT, "--device", "toaster"]),
        2,
        &["toaster"],
    );
    fails(
        &bijou(folder, &["try-on", photo, "-p", PRODUCT, "--scale", "0"]),
        2,
        &["0.1 to 10"],
    );
    fails(
        &bijou(folder, &["try-on", photo, "-p", "perl-drop-gold"]),
        1,
        &["perl-drop-gold", PRODUCT],
    );
    fails(
        &bijou(folder, &["try-on", photo, "-p", PRODUCT, "--style", "noirr"]),
        1,
        &["noirr", "noir"],
    );
    fails(&bijou(folder, &["dance"]), 2, &["dance"]);
    assert!(files(folder).is_empty());
}

#[test]
fn outputs_that_cannot_be() {
    let temp = tempfile::tempdir().unwrap();
    let (folder, photo) = (temp.path(), portrait());
    let photo = photo.to_str().unwrap();
    fs::write(folder.join("there.png"), b"precious").unwrap();
    let run = |out: &str| bijou(folder, &["try-on", photo, "-p", PRODUCT, "-o", out]);
    fails(&run("there.png"), 1, &["there.png", "--force"]);
    assert_eq!(fs::read(folder.join("there.png")).unwrap(), b"precious");
    fails(&run("nowhere/out.png"), 1, &["nowhere"]);
    fails(&run("out.xyz"), 1, &["out.xyz"]);
    assert_eq!(files(folder), ["there.png"]);
}

#[test]
fn models_that_cannot_be() {
    let temp = tempfile::tempdir().unwrap();
    let (folder, photo) = (temp.path(), portrait());
    let photo = photo.to_str().unwrap();
    let model = fs::read(root().join("models/tryon.onnx")).unwrap();
    fs::write(folder.join("cut.onnx"), &model[..model.len() / 2]).unwrap();
    fs::write(folder.join("text.onnx"), b"no network").unwrap();
    for file in ["missing.onnx", "cut.onnx", "text.onnx"] {
        let run = bijou(
            folder,
            &["try-on", photo, "-p", PRODUCT, "--model", file, "-o", "out.png"],
        );
        fails(&run, 1, &[file]);
    }
    assert_eq!(files(folder), ["cut.onnx", "text.onnx"]);
}

#[test]
fn a_model_with_a_wrong_hash() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    fs::create_dir_all(data.join("models")).unwrap();
    for name in [
        "manifest.toml",
        "anchors.onnx",
        "ear.onnx",
        "trinket.onnx",
        "behind.onnx",
        "strand.onnx",
        "hand.onnx",
        "tryon.onnx",
    ] {
        fs::copy(root().join("models").join(name), data.join("models").join(name)).unwrap();
    }
    let file = data.join("models/tryon.onnx");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let (data, photo, product) = (data, portrait(), root().join("assets/products").join(PRODUCT));
    let args = [
        "--data",
        data.to_str().unwrap(),
        "try-on",
        photo.to_str().unwrap(),
        "-p",
        product.to_str().unwrap(),
    ];
    fails(&bijou(temp.path(), &args), 1, &["tryon.onnx"]);
    fails(
        &bijou(
            temp.path(),
            &["--data", data.to_str().unwrap(), "models", "verify"],
        ),
        1,
        &[],
    );
}

#[test]
fn a_head_wears_one_pair_of_earrings() {
    let temp = tempfile::tempdir().unwrap();
    let two = ["-p", "thin-hoop-gold", "-p", "wide-hoop-silver", "-o", "out.png"];
    let portrait = portrait();
    let args: Vec<&str> = ["try-on", portrait.to_str().unwrap()]
        .into_iter()
        .chain(two)
        .collect();
    fails(
        &bijou(temp.path(), &args),
        1,
        &["thin-hoop-gold", "wide-hoop-silver", "one pair of earrings"],
    );
    assert!(files(temp.path()).is_empty());
}

#[test]
fn a_head_of_a_few_pixels_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let small = image::open(portrait()).unwrap().thumbnail(48, 48);
    small.save(temp.path().join("small.png")).unwrap();
    refused(
        temp.path(),
        "small.png",
        &["small.png", "at least 60 pixels high"],
    );
}
