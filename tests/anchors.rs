//! Where the points of a head are, through the program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{bijou, json, portrait, root};
use std::fs;
use std::path::Path;

/// One point of an answer: x, y, and whether it is seen.
fn point(answer: &serde_json::Value, name: &str) -> (f64, f64, bool) {
    let points = answer["points"].as_array().unwrap();
    let point = points.iter().find(|p| p["name"] == name).unwrap();
    let number = |path: &str| point.pointer(path).unwrap().as_f64().unwrap();
    (
        number("/position/0"),
        number("/position/1"),
        number("/visible") > 0.5,
    )
}

fn distance(a: (f64, f64, bool), b: (f64, f64, bool)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

fn eyes(answer: &serde_json::Value) -> f64 {
    distance(point(answer, "eye_l"), point(answer, "eye_r"))
}

#[test]
fn a_mirrored_portrait_has_mirrored_points() {
    let temp = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for name in ["amara", "beatriz", "chen", "david", "elif", "freya", "kofi"] {
        let path = root().join(format!("assets/portraits/{name}.jpg"));
        let picture = image::open(&path).unwrap();
        let width = f64::from(picture.width());
        picture.fliph().save(temp.path().join("mirrored.png")).unwrap();
        let found = json(&bijou(
            temp.path(),
            &["anchors", path.to_str().unwrap(), "mirrored.png", "--json"],
        ));
        let other = |name: &str| match name.split_at(name.len() - 1) {
            (stem, "l") if stem.ends_with('_') => format!("{stem}r"),
            (stem, "r") if stem.ends_with('_') => format!("{stem}l"),
            _ => name.to_owned(),
        };
        for here in [
            "lobe_l", "lobe_r", "eye_l", "nose_tip", "mouth_r", "chin", "neck_l", "neck_r", "notch",
        ] {
            let (a, (x, y, shown)) = (point(&found[0], here), point(&found[1], &other(here)));
            if a.2 && shown {
                seen += 1;
                let off = distance(a, (width - x, y, true)) / eyes(&found[0]);
                // How high a notch lies is a matter of opinion, the network's too.
                let bound = if here == "notch" { 0.1 } else { 0.05 };
                assert!(off < bound, "{name} {here}: {off:.3} of the eye distance");
            }
        }
    }
    assert!(seen >= 49, "only {seen} points seen twice");
}

#[test]
fn a_turned_portrait_has_turned_points() {
    let temp = tempfile::tempdir().unwrap();
    let mut worst = Vec::new();
    for (name, degrees) in [
        ("amara", 30.0f64),
        ("chen", -30.0),
        ("david", 20.0),
        ("freya", -40.0),
    ] {
        let path = root().join(format!("assets/portraits/{name}.jpg"));
        let picture = image::open(&path).unwrap().into_rgb8();
        let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
        let (sin, cos) = degrees.to_radians().sin_cos();
        let turned = image::RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
            let (x, y) = (f64::from(x) + 0.5 - w / 2.0, f64::from(y) + 0.5 - h / 2.0);
            let (x, y) = (cos * x + sin * y + w / 2.0, cos * y - sin * x + h / 2.0);
            let inside = (0.0..w).contains(&x) && (0.0..h).contains(&y);
            if inside {
                *picture.get_pixel(x as u32, y as u32)
            } else {
                image::Rgb([128; 3])
            }
        });
        turned.save(temp.path().join("turned.png")).unwrap();
        let found = json(&bijou(
            temp.path(),
            &["anchors", path.to_str().unwrap(), "turned.png", "--json"],
        ));
        for here in [
            "lobe_l", "lobe_r", "eye_l", "eye_r", "nose_tip", "mouth_r", "chin", "neck_l", "neck_r",
        ] {
            let (a, b) = (point(&found[0], here), point(&found[1], here));
            if a.2 && b.2 {
                let (x, y) = (a.0 - w / 2.0, a.1 - h / 2.0);
                let there = (cos * x - sin * y + w / 2.0, sin * x + cos * y + h / 2.0, true);
                worst.push((distance(b, there) / eyes(&found[0]), format!("{name} {here}")));
            }
        }
        let roll = |i: usize| found[i]["pose"]["roll"].as_f64().unwrap();
        assert!(
            (roll(1) - roll(0) - degrees).abs() < 3.0,
            "{name}: {} and {}",
            roll(0),
            roll(1)
        );
    }
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    assert!(worst.len() >= 28, "only {} points seen twice", worst.len());
    assert!(worst[0].0 < 0.08, "in eye distances: {:?}", &worst[..5]);
}

#[test]
fn heads_far_off_are_found_where_they_are() {
    let temp = tempfile::tempdir().unwrap();
    for name in ["amara", "chen", "elif", "kofi"] {
        let path = root().join(format!("assets/portraits/{name}.jpg"));
        let near = image::open(&path).unwrap().into_rgb8();
        let width = near.width() / 4;
        let height = near.height() * width / near.width();
        let small = image::imageops::resize(&near, width, height, image::imageops::FilterType::Triangle);
        // Coloured panes all around.
        let (w, h) = (width * 9, width * 7);
        let mut far = image::RgbImage::from_fn(w, h, |x, y| {
            let pane = x / 100 * 7 + y / 100 * 13;
            image::Rgb([40, 90, 140].map(|c| (c + pane * c / 3 % 110) as u8))
        });
        let (left, top) = (w * 3 / 4, h / 2);
        image::imageops::overlay(&mut far, &small, i64::from(left), i64::from(top));
        far.save(temp.path().join("far.png")).unwrap();
        let found = json(&bijou(
            temp.path(),
            &["anchors", path.to_str().unwrap(), "far.png", "--json"],
        ));
        for here in ["eye_l", "eye_r", "nose_tip", "mouth_l", "mouth_r", "chin"] {
            let (a, b) = (point(&found[0], here), point(&found[1], here));
            let there = (a.0 / 4.0 + f64::from(left), a.1 / 4.0 + f64::from(top), true);
            let off = distance(b, there) / eyes(&found[1]);
            assert!(off < 0.12, "{name} {here}: {off:.3} of the eye distance");
        }
    }
}

#[test]
fn a_picture_on_its_side_or_upside_down_is_refused_with_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let picture = image::open(portrait()).unwrap();
    for (name, turned) in [
        ("left.png", picture.rotate90()),
        ("right.png", picture.rotate270()),
        ("down.png", picture.rotate180()),
    ] {
        turned.save(temp.path().join(name)).unwrap();
        let said = bijou(temp.path(), &["anchors", name]);
        let text = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(!said.status.success(), "{name}: {text}");
        assert!(
            text.contains(name) && text.contains("turn it upright"),
            "{name}: {text}"
        );
    }
}

#[test]
fn without_the_closer_look_the_anchors_own_lobes_are_used() {
    let temp = tempfile::tempdir().unwrap();
    let models = temp.path().join("models");
    fs::create_dir(&models).unwrap();
    for name in ["anchors.onnx", "tryon.onnx"] {
        fs::copy(root().join("models").join(name), models.join(name)).unwrap();
    }
    let manifest = fs::read_to_string(root().join("models/manifest.toml")).unwrap();
    let entries = manifest.split("\n[[model]]\n");
    let kept: Vec<&str> = entries
        .filter(|e| {
            ["\"anchors\"", "\"tryon\""]
                .iter()
                .any(|n| e.starts_with(&format!("name = {n}")))
        })
        .collect();
    let manifest = kept
        .iter()
        .map(|e| format!("[[model]]\n{e}\n"))
        .collect::<String>();
    fs::write(models.join("manifest.toml"), manifest).unwrap();
    let look = |data: &Path| {
        let args = ["--data", data.to_str().unwrap(), "anchors"];
        let path = portrait();
        json(&bijou(
            temp.path(),
            &[&args[..], &[path.to_str().unwrap(), "--json"]].concat(),
        ))[0]
            .clone()
    };
    let (own, closer) = (look(temp.path()), look(&root()));
    for name in ["lobe_l", "lobe_r"] {
        let off = distance(point(&own, name), point(&closer, name)) / eyes(&own);
        assert!(off > 0.0 && off < 0.3, "{name}: {off:.3} of the eye distance");
    }
    assert_eq!(point(&own, "chin"), point(&closer, "chin"));
}
