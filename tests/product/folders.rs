//! What a product folder must hold, how the catalogue copes with broken ones, and that what is imported
//! loads again as it was.

use crate::studio;
use bijou::cutout::{self, Proposal, Size, Spec, cut};
use bijou::photo::Photo;
use bijou::product::{Art, Attach, Catalogue, Category, Error, Pair, Product};
use glam::DVec2;
use proptest::prelude::*;
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

fn art() -> Art {
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

fn spec(id: &str, category: Category, size: Size) -> Spec {
    Spec {
        id: id.into(),
        name: "A \"quoted\" name".into(),
        name_zh: Some("名字".into()),
        category,
        size,
        metal: "gold".into(),
        stone: "none".into(),
        pair: Pair::Mirror,
        sku: None,
        price: Some("€ 9".into()),
    }
}

fn proposal(category: Category) -> Proposal {
    let photo = studio::photograph(&art(), 30, studio::BACKDROPS[2].1);
    cut(&photo, None, category).unwrap()
}

#[test]
fn an_import_loads_as_it_was_proposed() {
    let dir = TempDir::new().unwrap();
    for category in Category::ALL {
        let id = category.name();
        let proposal = proposal(category);
        let saved = cutout::save(
            &proposal,
            &spec(id, category, Size::Height(30.0)),
            dir.path(),
            false,
        )
        .unwrap();
        let loaded = Catalogue::open(&[dir.path().to_owned()]).get(id).unwrap();
        assert_eq!((&saved.sha256, &saved.folder), (&loaded.sha256, &loaded.folder));
        assert_eq!(
            (loaded.name_en.as_str(), loaded.name_zh.as_str()),
            ("A \"quoted\" name", "名字")
        );
        assert_eq!(
            (loaded.price.as_deref(), loaded.category),
            (Some("€ 9"), category)
        );
        assert_eq!(loaded.art, proposal.art);
        let (_, y0, _, y1) = loaded.art.bounds();
        assert!(((y1 - y0) as f64 * loaded.mm_per_px().y - 30.0).abs() < 0.01);
        let expected = proposal.attach.map(|px| px * loaded.mm_per_px());
        for ((name, a), (_, b)) in loaded.attach.points().into_iter().zip(expected.points()) {
            assert!((a - b).length() < 0.1, "{id} {name}: {a} for {b}");
        }
    }
    let left: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 4, "nothing temporary stays: {left:?}");
}

#[test]
fn an_import_replaces_only_products_and_only_when_told() {
    let dir = TempDir::new().unwrap();
    let proposal = proposal(Category::Earring);
    let save = |id: &str, mm: f64, force| {
        cutout::save(
            &proposal,
            &spec(id, Category::Earring, Size::Width(mm)),
            dir.path(),
            force,
        )
    };
    let first = save("one", 10.0, false).unwrap();
    let text = save("one", 20.0, false).unwrap_err();
    assert!(format!("{text:?}").contains("Exists"));
    assert_eq!(
        Product::load(&dir.path().join("one")).unwrap().sha256,
        first.sha256
    );
    assert!(
        (save("one", 20.0, true).unwrap().size_mm / first.size_mm - 2.0)
            .abs()
            .max_element()
            < 0.01
    );

    fs::create_dir(dir.path().join("photos")).unwrap();
    fs::write(dir.path().join("photos/holiday.jpg"), b"x").unwrap();
    assert!(format!("{:?}", save("photos", 10.0, true).unwrap_err()).contains("NotAProduct"));
    assert!(dir.path().join("photos/holiday.jpg").is_file());
    for (id, mm) in [
        ("../up", 10.0),
        ("", 10.0),
        ("ok", 0.1),
        ("ok", f64::NAN),
        ("ok", 5000.0),
    ] {
        assert!(
            matches!(save(id, mm, false), Err(cutout::Error::Value { .. })),
            "{id} {mm}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sensible_spec_survives_the_round_trip(
        id in "[a-z0-9][a-z0-9_-]{0,20}",
        name in "[^\\p{C}]{0,30}[a-z]",
        mm in 2.0f64..400.0,
        hook in (0.0f64..100.0, 0.0f64..110.0),
    ) {
        let dir = TempDir::new().unwrap();
        let hook = DVec2::new(hook.0, hook.1);
        let proposal = Proposal { art: art(), origin: (0, 0), attach: Attach::Hook(hook), category: Category::Earring };
        let spec = Spec { name: name.clone(), ..spec(&id, Category::Earring, Size::Width(mm)) };
        cutout::save(&proposal, &spec, dir.path(), false).unwrap();
        let p = Product::load(&dir.path().join(&id)).unwrap();
        prop_assert_eq!(&p.name_en, &name);
        prop_assert_eq!(&p.art, &proposal.art);
        let (x0, _, x1, _) = p.art.bounds();
        prop_assert!(((x1 - x0) as f64 * p.mm_per_px().x / mm - 1.0).abs() < 2e-3);
        let Attach::Hook(at) = p.attach else { panic!("{:?}", p.attach) };
        prop_assert!((at / p.mm_per_px() - hook).length() < 0.08);
    }
}

#[test]
fn a_photograph_file_becomes_a_product() {
    let dir = TempDir::new().unwrap();
    let linear = studio::photograph(&art(), 30, studio::BACKDROPS[0].1);
    let byte = |v: f32| (bijou::photo::to_srgb(v.max(0.0)).min(1.0) * 255.0).round() as u8;
    let rgb = linear.pixels.iter().flat_map(|px| px.map(byte)).collect();
    let picture = image::RgbImage::from_raw(linear.width as u32, linear.height as u32, rgb).unwrap();
    let path = dir.path().join("shot.jpg");
    picture.save(&path).unwrap();
    let photo = Photo::open(&path).unwrap();
    let spec = spec("shot", Category::Earring, Size::Width(18.0));
    let product = cutout::import(&photo, &spec, dir.path(), false).unwrap();
    let (x0, y0, x1, y1) = product.art.bounds();
    let (ex0, ey0, ex1, ey1) = art().bounds();
    assert!((x1 - x0).abs_diff(ex1 - ex0) <= 3 && (y1 - y0).abs_diff(ey1 - ey0) <= 3);
    let clear = |x: usize, y: usize| product.art.rgba[(y * product.art.width + x) * 4 + 3] == 0;
    assert!(clear((x0 + x1) / 2, y0 + (y1 - y0) * 2 / 5), "the hoop's inside");

    let path = dir.path().join("cut.png");
    fs::write(&path, product.art.to_png().unwrap()).unwrap();
    let again = cutout::propose(&Photo::open(&path).unwrap(), Category::Earring).unwrap();
    assert_eq!(again.art, product.art, "its own transparency is kept");
}
