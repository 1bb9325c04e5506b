//! The whole flow through the program: what changes, what must not, and that it repeats.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bijou::photo::{Photo, Samples};
use common::{bijou, files, json, portrait, root};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Writes the sample portrait in another format and depth; 16-bit values use their low bits too.
fn portrait_as(folder: &Path, name: &str, sixteen: bool) {
    let picture = image::open(portrait()).unwrap().to_rgb8();
    let path = folder.join(name);
    if !sixteen {
        return picture.save(path).unwrap();
    }
    let wide = image::ImageBuffer::<image::Rgb<u16>, Vec<u16>>::from_fn(
        picture.width(),
        picture.height(),
        |x, y| {
            let low = (x * 31 + y * 17) % 256;
            image::Rgb(picture.get_pixel(x, y).0.map(|v| u16::from(v) << 8 | low as u16))
        },
    );
    image::DynamicImage::ImageRgb16(wide).save(path).unwrap();
}

/// Samples as 16 bit, whatever they were.
fn samples(path: &Path) -> (Photo, Vec<u16>) {
    let photo = Photo::open(path).unwrap();
    let values = match photo.samples() {
        Samples::U8(v) => v.iter().map(|v| u16::from(*v)).collect(),
        Samples::U16(v) => v.clone(),
    };
    (photo, values)
}

/// Share of changed pixels, and the changed pixels' bounding box as a share of the picture.
fn changes(a: &Path, b: &Path) -> (f64, f64) {
    let ((photo, a), (_, b)) = (samples(a), samples(b));
    assert_eq!(a.len(), b.len());
    let width = photo.width() as usize;
    let changed: Vec<usize> = a
        .chunks(3)
        .zip(b.chunks(3))
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(i, _)| i)
        .collect();
    let xs = changed.iter().map(|i| i % width);
    let ys = changed.iter().map(|i| i / width);
    let span = |v: &mut dyn Iterator<Item = usize>| {
        let (low, high) = v.fold((usize::MAX, 0), |(l, h), x| (l.min(x), h.max(x + 1)));
        high.saturating_sub(low) as f64
    };
    let boxed = span(&mut xs.into_iter()) * span(&mut ys.into_iter());
    let all = (a.len() / 3) as f64;
    (changed.len() as f64 / all, boxed / all)
}

#[test]
fn outside_the_wear_mask_every_bit_stays() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let cases = [
        ("a.png", false),
        ("b.png", true),
        ("c.tiff", false),
        ("d.tiff", true),
    ];
    for (name, sixteen) in cases {
        portrait_as(folder, name, sixteen);
        for product in ["pearl-drop-gold", "diamond-pendant-gold"] {
            let out = format!("{product}-{name}");
            let told = json(&bijou(
                folder,
                &["try-on", name, "-p", product, "-o", &out, "--json"],
            ));
            let (share, _) = changes(&folder.join(name), &folder.join(&out));
            let said: f64 = told["pieces"]
                .as_array()
                .unwrap()
                .iter()
                .map(|p| p["changed"].as_f64().unwrap())
                .sum();
            assert!(
                share > 0.0 && share <= said + 1e-9,
                "{name} {product}: {share} changed, {said} in the mask"
            );
            assert!(said < 0.25, "{name} {product}: the mask is {said} of the picture");
            assert_eq!(
                Photo::open(&folder.join(&out)).unwrap().samples(),
                &samples_kept(&folder.join(&out), sixteen)
            );
        }
    }
}

/// The samples of a file, which must have the depth asked for.
fn samples_kept(path: &Path, sixteen: bool) -> Samples {
    let photo = Photo::open(path).unwrap();
    assert_eq!(
        matches!(photo.samples(), Samples::U16(_)),
        sixteen,
        "{}",
        path.display()
    );
    photo.samples().clone()
}

#[test]
fn both_engines_give_the_same_picture() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let photo = portrait();
    let run = |engine: &str, out: &str| {
        let args = [
            "try-on",
            photo.to_str().unwrap(),
            "-p",
            "pearl-drop-gold",
            "--engine",
            engine,
            "-o",
            out,
            "--json",
        ];
        bijou(folder, &args)
    };
    let tract = json(&run("tract", "tract.png"));
    assert!(tract["engine"].as_str().unwrap().starts_with("tract"));
    let ort = run("onnxruntime", "ort.png");
    if !ort.status.success() && String::from_utf8_lossy(&ort.stderr).contains("runtime install") {
        eprintln!("ONNX Runtime is not installed: its half of this test did not run");
        return;
    }
    assert!(json(&ort)["engine"].as_str().unwrap().starts_with("onnxruntime"));
    let ((_, a), (_, b)) = (
        samples(&folder.join("tract.png")),
        samples(&folder.join("ort.png")),
    );
    let worst = a.iter().zip(&b).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(worst <= 2, "engines differ by {worst}/255");
}

#[test]
fn a_recipe_makes_the_same_bytes_again() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let photo = portrait();
    let photo = photo.to_str().unwrap();
    for out in ["one.png", "one.jpg"] {
        let args = [
            "try-on",
            photo,
            "-p",
            "pearl-drop-gold",
            "--shift",
            "1,2",
            "--shadow",
            "0.7",
            "-o",
            out,
        ];
        assert!(bijou(folder, &args).status.success());
        let again = format!("again-{out}");
        let run = bijou(folder, &["try-on", photo, "--recipe", out, "-o", &again]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(
            fs::read(folder.join(out)).unwrap(),
            fs::read(folder.join(again)).unwrap()
        );
    }
    let other = root().join("assets/portraits");
    let other = fs::read_dir(other)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "jpg") && !p.ends_with("amara.jpg"));
    let other = other.unwrap();
    let run = bijou(
        folder,
        &[
            "try-on",
            other.to_str().unwrap(),
            "--recipe",
            "one.png",
            "-o",
            "x.png",
        ],
    );
    common::fails(&run, 1, &["portrait differs"]);
}

#[test]
fn the_answer_tells_everything() {
    let temp = tempfile::tempdir().unwrap();
    let photo = portrait();
    let args = [
        "try-on",
        photo.to_str().unwrap(),
        "-p",
        "pearl-drop-gold",
        "--json",
        "-o",
        "x.jpg",
    ];
    let told = json(&bijou(temp.path(), &args));
    for key in [
        "engine",
        "requested_device",
        "device",
        "stages",
        "mm_per_px",
        "pieces",
        "recipe",
        "output",
    ] {
        assert!(!told[key].is_null(), "{key} is missing: {told}");
    }
    assert!(told["mm_per_px"]["error"].as_f64().unwrap() > 0.0);
}

#[test]
fn originals_are_never_touched() {
    let temp = tempfile::tempdir().unwrap();
    let copy = temp.path().join("me.jpg");
    fs::copy(portrait(), &copy).unwrap();
    let before = fs::read(&copy).unwrap();
    common::fails(
        &bijou(
            temp.path(),
            &["try-on", "me.jpg", "-p", "pearl-drop-gold", "-o", "me.jpg"],
        ),
        1,
        &["me.jpg"],
    );
    let forced = bijou(
        temp.path(),
        &[
            "try-on",
            "me.jpg",
            "-p",
            "pearl-drop-gold",
            "-o",
            "me.jpg",
            "--force",
        ],
    );
    common::fails(&forced, 1, &["me.jpg"]);
    assert_eq!(fs::read(&copy).unwrap(), before);
}

#[test]
fn several_products_are_worn_at_once_and_again() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let photo = portrait();
    let photo = photo.to_str().unwrap();
    let wear = ["-p", "pearl-drop-gold", "-p", "diamond-pendant-gold"];
    let args = [&["try-on", photo], &wear[..], &["--json", "-o", "both.png"]].concat();
    let told = json(&bijou(folder, &args));
    let worn: Vec<_> = told["pieces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["product"])
        .collect();
    assert_eq!(
        worn,
        ["pearl-drop-gold", "pearl-drop-gold", "diamond-pendant-gold"]
    );
    // Both together change what each changes alone, and nothing else.
    for name in ["pearl-drop-gold", "diamond-pendant-gold"] {
        let out = format!("{name}.png");
        assert!(
            bijou(folder, &["try-on", photo, "-p", name, "-o", &out])
                .status
                .success()
        );
    }
    let read = |name: &str| samples(&folder.join(name)).1;
    let (before, both) = (samples(Path::new(photo)).1, read("both.png"));
    let (a, b) = (read("pearl-drop-gold.png"), read("diamond-pendant-gold.png"));
    for i in 0..before.len() {
        let alone = if a[i] != before[i] { a[i] } else { b[i] };
        assert_eq!(both[i], alone, "sample {i}");
    }
    let again = bijou(
        folder,
        &["try-on", photo, "--recipe", "both.png", "-o", "again.png"],
    );
    assert!(
        again.status.success(),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
    assert_eq!(
        fs::read(folder.join("both.png")).unwrap(),
        fs::read(folder.join("again.png")).unwrap()
    );
}

#[test]
fn an_impossible_output_is_refused_before_anything_else() {
    let temp = tempfile::tempdir().unwrap();
    for (out, word) in [("x.bmp", "bmp"), ("nowhere/x.png", "nowhere")] {
        let args = ["try-on", "missing.jpg", "-p", "pearl-drop-gold", "-o", out];
        common::fails(&bijou(temp.path(), &args), 1, &[word]);
    }
}

#[test]
#[cfg(unix)]
fn a_reader_that_has_seen_enough_is_no_failure() {
    use std::process::{Command, Stdio};
    for args in [
        &["styles", "list"][..],
        &["models", "list"],
        &["runtime", "show"],
        &["products", "list"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bijou"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !said.contains("panicked"),
            "{args:?}: {said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_left_in_the_users_folders() {
    // Official builds of ONNX Runtime keep a number of the device there, and tell their maker that they run.
    let temp = tempfile::tempdir().unwrap();
    let home = temp.path().join("home");
    fs::create_dir(&home).unwrap();
    let portrait = portrait();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bijou"));
    for name in ["CACHE", "CONFIG", "DATA", "STATE"] {
        command.env_remove(format!("XDG_{name}_HOME"));
    }
    command.env("HOME", &home).env_remove("ORT_DISABLE_TELEMETRY");
    command.current_dir(temp.path()).arg("try-on").arg(portrait);
    command.args(["-p", "pearl-drop-gold", "-o", "out.png", "--json"]);
    let report = json(&command.output().unwrap());
    if report["engine"].as_str().unwrap().starts_with("onnxruntime") {
        assert_eq!(files(&home), Vec::<String>::new());
    }
}
