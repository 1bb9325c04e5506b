//! What a product folder must hold, and how the catalogue copes with broken ones.

use crate::studio;
use bijou::product::{Art, Attach, Catalogue, Category, Error, Product};
use glam::DVec2;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const GOOD: &str = r#"
id = "test-hoop"
name = { en = "Test hoop", zh = "测试" }
category = "earring"
metal = "gold"
stone = "pearl"
pair = "mirror"
width_mm = 20
height_mm = 22.0
sku = "T-1"
future = { anything = [1, 2] }
[attach]
hook = [50.0, 5]
[art]
file = "front.png"
licence = "CC0-1.0"
"#;

const CHAIN: &str = "[attach]\nend_l = [95, 5]\nend_r = [5, 5]\nlowest = [50, 100]";

pub fn art() -> Art {
    studio::draw(100, 110, studio::gold_hoop)
}

/// A product folder `name` in `parent`.
fn folder(parent: &Path, name: &str, toml: &str, png: &[u8]) -> PathBuf {
    let path = parent.join(name);
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("product.toml"), toml).unwrap();
    fs::write(path.join("front.png"), png).unwrap();
    path
}

/// An error with its causes.
fn message(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

/// What loading says when `from` in the good description is replaced by `to`.
fn broken(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let dir = TempDir::new().unwrap();
    let path = folder(dir.path(), "p", &GOOD.replace(from, to), &art().to_png().unwrap());
    let text = message(&Product::load(&path).unwrap_err());
    assert!(text.contains("/p/"), "no file named: {text}");
    text
}

#[test]
fn a_good_folder_loads_in_millimetres() {
    let dir = TempDir::new().unwrap();
    let path = folder(dir.path(), "p", GOOD, &art().to_png().unwrap());
    let p = Product::load(&path).unwrap();
    assert_eq!(
        (p.id.as_str(), p.name_zh.as_str(), p.category),
        ("test-hoop", "测试", Category::Earring)
    );
    assert_eq!(p.attach, Attach::Hook(DVec2::new(10.0, 1.0)));
    assert_eq!(
        (p.size_mm, p.price.as_deref(), p.sku.as_deref()),
        (DVec2::new(20.0, 22.0), None, Some("T-1"))
    );
    assert_eq!(p.art, art());
    assert_eq!(p.mm_per_px(), DVec2::splat(0.2));
    let other = folder(
        dir.path(),
        "q",
        &GOOD.replace("\"gold\"", "\"silver\""),
        &art().to_png().unwrap(),
    );
    assert_eq!(p.sha256.len(), 64);
    assert_ne!(p.sha256, Product::load(&other).unwrap().sha256);
}

#[test]
fn every_wrong_field_is_named_with_what_was_expected_and_found() {
    let cases = [
        ("id = \"test-hoop\"", "", "`id` must be", "missing"),
        ("\"test-hoop\"", "\"../x\"", "`id` must be", "../x"),
        ("\"test-hoop\"", "7", "`id` must be", "the number 7"),
        ("en = \"Test hoop\", ", "", "`name.en` must be", "missing"),
        (
            "{ en = \"Test hoop\", zh = \"测试\" }",
            "\"Hoop\"",
            "`name` must be a table",
            "the text \"Hoop\"",
        ),
        ("zh = \"测试\"", "zh = \"\"", "`name.zh` must be", "an empty text"),
        (
            "\"earring\"",
            "\"ring\"",
            "`category` must be one of \"earring\", \"necklace\"",
            "\"ring\"",
        ),
        ("\"gold\"", "\"go\\nld\"", "`metal` must be", "\\n"),
        ("\"pearl\"", "[1]", "`stone` must be a text", "the list [1]"),
        ("\"mirror\"", "true", "`pair` must be one of", "the boolean true"),
        (
            "width_mm = 20",
            "width_mm = \"20\"",
            "`width_mm` must be a number",
            "the text \"20\"",
        ),
        (
            "width_mm = 20",
            "width_mm = nan",
            "`width_mm` must be a number of millimetres from 0.5",
            "nan",
        ),
        ("width_mm = 20", "width_mm = -3", "`width_mm`", "the number -3"),
        ("width_mm = 20", "width_mm = 1001", "`width_mm`", "1001"),
        ("height_mm = 22.0", "height_mm = inf", "`height_mm`", "inf"),
        (
            "height_mm = 22.0",
            "height_mm = 23",
            "equal in x and y within 3 %",
            "23",
        ),
        ("\"T-1\"", "1", "`sku` must be", "the number 1"),
        ("hook = [50.0, 5]", "", "`attach.hook` must be", "missing"),
        (
            "hook = [50.0, 5]",
            "hook = [50]",
            "`attach.hook` must be a point",
            "[50]",
        ),
        (
            "hook = [50.0, 5]",
            "hook = [inf, 5]",
            "`attach.hook` must be a point",
            "inf",
        ),
        (
            "hook = [50.0, 5]",
            "hook = [50, -6]",
            "inside the picture of 100×110",
            "[50, -6]",
        ),
        (
            "[attach]\nhook = [50.0, 5]",
            "",
            "`attach` must be a table of the points hook",
            "missing",
        ),
        ("[art]", "[arts]", "`art` must be a table", "missing"),
        (
            "\"front.png\"",
            "\"../p/front.png\"",
            "`art.file` must be",
            "../p/front.png",
        ),
        (
            "\"front.png\"",
            "\"/etc/passwd\"",
            "`art.file` must be",
            "/etc/passwd",
        ),
        ("\"front.png\"", "\"side.png\"", "side.png", "cannot be read"),
        (
            "\"front.png\"",
            "\"product.toml\"",
            "cannot be read as PNG",
            "product.toml",
        ),
        ("metal = \"gold\"", "metal = ", "not valid TOML", "metal = "),
    ];
    for (from, to, expected, found) in cases {
        let text = broken(from, to);
        assert!(
            text.contains(expected) && text.contains(found),
            "{from} → {to}:\n{text}"
        );
    }
}

#[test]
fn points_of_chains_and_bands_must_make_sense() {
    let chain = |points: &str| {
        let dir = TempDir::new().unwrap();
        let toml = GOOD
            .replace("\"earring\"", "\"necklace\"")
            .replace("[attach]\nhook = [50.0, 5]", points);
        Product::load(&folder(dir.path(), "p", &toml, &art().to_png().unwrap()))
    };
    assert!(matches!(chain(CHAIN).unwrap().attach, Attach::Chain { .. }));
    let swapped = chain(
        &CHAIN
            .replace("end_l", "x")
            .replace("end_r", "end_l")
            .replace('x', "end_r"),
    );
    assert!(message(&swapped.unwrap_err()).contains("`attach.end_l` must be to the right of end_r"));
    let high = chain(&CHAIN.replace("[50, 100]", "[50, 3]")).unwrap_err();
    assert!(
        message(&high).contains("`attach.lowest` must be below both ends"),
        "{high}"
    );
}

#[test]
fn artwork_is_read_in_every_png_kind_and_refused_when_useless() {
    let dir = TempDir::new().unwrap();
    let load = |png: &[u8]| Product::load(&folder(dir.path(), "p", GOOD, png));
    let rgba = image::RgbaImage::from_raw(100, 110, art().rgba).unwrap();
    let png = |picture: image::DynamicImage| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let deep = image::DynamicImage::from(rgba.clone()).into_rgba16();
    assert_eq!(load(&png(deep.into())).unwrap().art, art());
    let grey = image::DynamicImage::from(rgba.clone()).into_luma_alpha8();
    assert_eq!(load(&png(grey.into())).unwrap().art.bounds(), art().bounds());

    let refused = |bytes: &[u8], what: &str| {
        let text = message(&load(bytes).unwrap_err());
        assert!(text.contains("front.png") && text.contains(what), "{text}");
    };
    refused(
        &png(image::DynamicImage::from(rgba.clone()).into_rgb8().into()),
        "no transparent pixels",
    );
    refused(&png(image::RgbaImage::new(100, 110).into()), "no opaque pixels");
    refused(&png(image::RgbaImage::new(63, 70).into()), "64 to 8192 px");
    refused(&png(image::RgbaImage::new(8193, 64).into()), "64 to 8192 px");
    let whole = art().to_png().unwrap();
    for end in [0, 8, 20, 60, whole.len() / 2] {
        refused(&whole[..end], "front.png");
    }
}

#[test]
fn palette_pictures_are_artwork_too() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/product/palette");
    let p = Product::load(&path).unwrap();
    let expected = image::open(path.join("rgba.png")).unwrap().into_rgba8();
    let clear = |px: &[u8]| {
        if px[3] == 0 {
            [0; 4]
        } else {
            [px[0], px[1], px[2], px[3]]
        }
    };
    let expected: Vec<u8> = expected.as_raw().chunks_exact(4).flat_map(clear).collect();
    assert_eq!(p.art.rgba, expected);
}

#[test]
fn the_catalogue_lists_what_is_good_and_reports_the_rest() {
    let dir = TempDir::new().unwrap();
    let (ours, users) = (dir.path().join("ours"), dir.path().join("users"));
    let png = art().to_png().unwrap();
    let named = |id: &str| GOOD.replace("test-hoop", id);
    folder(&ours, "pearl-drop", &named("pearl-drop"), &png);
    folder(&ours, "pearl-stud", &named("pearl-stud"), &png);
    folder(
        &ours,
        "broken",
        &named("broken").replace("width_mm = 20", ""),
        &png,
    );
    folder(&users, "again", &named("pearl-stud"), &png);
    folder(&users, "mine", &named("mine"), &png);
    fs::create_dir(users.join("no product")).unwrap();
    let catalogue = Catalogue::open(&[ours.clone(), users.clone(), dir.path().join("missing")]);
    let ids: Vec<&str> = catalogue.list().iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["mine", "pearl-drop", "pearl-stud"]);
    assert_eq!(catalogue.problems().len(), 2);
    assert!(message(&catalogue.problems()[0].error).contains("`width_mm` must be"));
    assert!(message(&catalogue.problems()[1].error).contains("`pearl-stud` is already used by"));

    assert_eq!(catalogue.get("mine").unwrap().folder, users.join("mine"));
    assert_eq!(
        catalogue.get(users.join("again").to_str().unwrap()).unwrap().id,
        "pearl-stud"
    );
    assert!(message(&catalogue.get("broken").unwrap_err()).contains("`width_mm` must be"));
    let unknown = message(&catalogue.get("perl-stud").unwrap_err());
    assert!(
        unknown.contains("no product `perl-stud` (did you mean pearl-stud, pearl-drop"),
        "{unknown}"
    );
    assert!(!message(&catalogue.get("zzz").unwrap_err()).contains("did you mean"));
    assert!(message(&catalogue.get(users.to_str().unwrap()).unwrap_err()).contains("product.toml"));
}

#[test]
fn listing_does_not_decode_artwork() {
    let dir = TempDir::new().unwrap();
    let png = art().to_png().unwrap();
    folder(dir.path(), "p", GOOD, &png[..png.len() / 2]);
    let catalogue = Catalogue::open(&[dir.path().to_owned()]);
    assert_eq!(catalogue.list().len(), 1);
    assert!(catalogue.get("test-hoop").is_err());
}
