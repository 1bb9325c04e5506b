//! PSNR, SSIM and CIEDE2000 against scikit-image (fixtures/photo/make.py).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bijou::compare::{Error, compare};
use bijou::photo::Photo;
use std::path::Path;

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/photo")
        .join(name)
}

#[test]
fn agrees_with_scikit_image() {
    let text = std::fs::read_to_string(fixture("expected.json")).unwrap();
    let expected = &serde_json::from_str::<serde_json::Value>(&text).unwrap()["compare"];
    let (a, b) = (
        Photo::open(&fixture("a.png")).unwrap(),
        Photo::open(&fixture("b.png")).unwrap(),
    );
    let report = compare(&a, &b).unwrap();
    for (name, value) in [
        ("psnr", report.psnr),
        ("ssim", report.ssim),
        ("delta_e2000", report.delta_e2000),
    ] {
        let expected = expected[name].as_f64().unwrap();
        assert!(
            (value - expected).abs() < 1e-5 * expected,
            "{name}: {value}, scikit-image {expected}"
        );
    }
    assert_eq!(
        report.differing_pixels,
        expected["differing_pixels"].as_u64().unwrap()
    );
    assert_eq!((report.width, report.height), (52, 40));
}

#[test]
fn equal_pictures() {
    let a = Photo::open(&fixture("a.png")).unwrap();
    let report = compare(&a, &a).unwrap();
    assert_eq!(
        (report.psnr, report.delta_e2000, report.differing_pixels),
        (f64::INFINITY, 0.0, 0)
    );
    assert!((report.ssim - 1.0).abs() < 1e-12);
}

#[test]
fn depths_are_compared_by_value_and_bands_add_up() {
    let bytes: Vec<u8> = (0..30 * 200 * 3).map(|i| (i * 7 % 251) as u8).collect();
    let words: Vec<u16> = bytes.iter().map(|&v| u16::from(v) * 257).collect();
    let (a, b) = (
        Photo::from_rgb8(30, 200, bytes.clone()),
        Photo::from_rgb16(30, 200, words),
    );
    assert_eq!(compare(&a, &b).unwrap().psnr, f64::INFINITY);
    let brighter = bytes.iter().map(|&v| v + 1).collect();
    let report = compare(&a, &Photo::from_rgb8(30, 200, brighter)).unwrap();
    assert!(
        (report.psnr - 20.0 * 255f64.log10()).abs() < 1e-3,
        "{}",
        report.psnr
    );
    assert_eq!(report.differing_pixels, 6000);
}

#[test]
fn sizes_must_fit() {
    let photo = |w, h| Photo::from_rgb8(w, h, vec![]);
    assert_eq!(
        compare(&photo(20, 20), &photo(20, 21)),
        Err(Error::Size {
            a: (20, 20),
            b: (20, 21)
        })
    );
    assert_eq!(
        compare(&photo(20, 10), &photo(20, 10)),
        Err(Error::TooSmall { size: (20, 10) })
    );
    assert!(compare(&photo(11, 11), &photo(11, 11)).is_ok());
}
