//! What is imported from pictures and photographs loads again as it was proposed.

use crate::folders::art;
use crate::studio;
use bijou::cutout::{self, Proposal, Size, Spec, cut};
use bijou::photo::Photo;
use bijou::product::{Attach, Catalogue, Category, Pair, Product};
use glam::DVec2;
use proptest::prelude::*;
use std::fs;
use tempfile::TempDir;

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
