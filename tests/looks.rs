//! Looks through the program: presets, the photo finish, the style of a picture, and files that are none of these.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bijou::photo::{Photo, SaveOptions};
use common::{fails, files, json, portrait};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PRODUCT: &str = "pearl-drop-gold";
const ROW: &str = "soft_focus:0.4+warm_gold:0.7";

/// Runs the program for a user whose own things lie in `folder/user`.
fn bijou(folder: &Path, user: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bijou"))
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder.join(user))
        .env("LOCALAPPDATA", folder.join(user))
        .env("HOME", folder.join(user))
        .args(args)
        .output()
        .unwrap()
}

/// The same, which must succeed.
fn done(folder: &Path, user: &str, args: &[&str]) -> String {
    let output = bijou(folder, user, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder with a small portrait, `me.png`.
fn folder() -> tempfile::TempDir {
    let temp = tempfile::tempdir().unwrap();
    let options = SaveOptions {
        quality: 92,
        force: false,
        recipe: None,
    };
    let small = Photo::open(&portrait()).unwrap().resized(560);
    small.save(&temp.path().join("me.png"), &options).unwrap();
    temp
}

/// Tries the product on with more arguments; gives the file's bytes.
fn worn(folder: &Path, user: &str, more: &[&str], out: &str) -> Vec<u8> {
    let args = [&["try-on", "me.png", "-p", PRODUCT, "-o", out], more].concat();
    done(folder, user, &args);
    fs::read(folder.join(out)).unwrap()
}

/// A striped picture to be like.
fn striped(folder: &Path) {
    let stripes = image::RgbImage::from_fn(400, 300, |x, y| {
        let v = if (x + y / 3) / 4 % 2 == 0 { 0 } else { 60 };
        image::Rgb([60 + v, 90 + v, 140 + (y / 4) as u8])
    });
    stripes.save(folder.join("stripes.png")).unwrap();
}

#[test]
fn presets_are_saved_sent_to_somebody_and_kept() {
    let temp = folder();
    let folder = temp.path();
    assert!(done(folder, "anna", &["styles", "save", "spring", ROW]).contains("spring.toml"));
    fails(
        &bijou(folder, "anna", &["styles", "save", "spring", "noir"]),
        1,
        &["spring"],
    );
    let listed = done(folder, "anna", &["styles", "list"]);
    assert!(
        listed.contains("preset:spring") && listed.contains("warm_gold:0.7"),
        "{listed}"
    );
    done(folder, "anna", &["styles", "export", "spring", "sent.toml"]);
    fails(
        &bijou(folder, "anna", &["styles", "export", "spring", "sent.toml"]),
        1,
        &["spring"],
    );
    // Another user has not got it before it is imported, and then makes the same bytes of it.
    let asked = [
        "try-on",
        "me.png",
        "-p",
        PRODUCT,
        "--style",
        "preset:spring",
        "-o",
        "no.png",
    ];
    fails(&bijou(folder, "ben", &asked), 1, &["spring", "styles save"]);
    done(folder, "ben", &["styles", "import", "sent.toml"]);
    fails(
        &bijou(folder, "ben", &["styles", "import", "sent.toml"]),
        1,
        &["spring"],
    );
    done(folder, "ben", &["styles", "import", "sent.toml", "--force"]);
    let own = worn(folder, "ben", &["--style", "preset:spring"], "preset.png");
    assert!(own == worn(folder, "anna", &["--style", ROW], "row.png"));
    done(folder, "ben", &["styles", "remove", "spring"]);
    assert!(!done(folder, "ben", &["styles", "list"]).contains("preset:spring"));
    fails(
        &bijou(folder, "ben", &["styles", "remove", "spring"]),
        1,
        &["spring"],
    );
}

#[test]
fn the_finish_is_a_look_of_the_photo_itself() {
    let temp = folder();
    let folder = temp.path();
    let plain = worn(folder, "anna", &[], "plain.png");
    let pixels = |file: &str| Photo::open(&folder.join(file)).unwrap().samples().clone();
    worn(folder, "anna", &["--finish", "grain:0"], "off.png");
    assert!(pixels("off.png") == pixels("plain.png"));
    let finished = worn(
        folder,
        "anna",
        &["--finish", "sharpen:0.8,contrast:0.3"],
        "on.png",
    );
    assert!(finished != plain && pixels("on.png") != pixels("plain.png"));
    // It is a row of looks like any other, and comes before the look.
    let args = ["--finish", "sharpen:0.8,contrast:0.3", "--style", "noir"];
    let both = worn(folder, "anna", &args, "both.png");
    let row = ["--style", "finish,sharpen=0.8,contrast=0.3+noir"];
    assert!(both == worn(folder, "anna", &row, "row.png"));
    let bad = |text| {
        let args = [
            "try-on", "me.png", "-p", PRODUCT, "--finish", text, "-o", "no.png",
        ];
        bijou(folder, "anna", &args)
    };
    fails(&bad("grian:1"), 1, &["grian", "did you mean grain?"]);
    fails(&bad("grain:7"), 1, &["grain", "from 0 to 1"]);
    assert!(!folder.join("no.png").exists());
}

#[test]
fn the_style_of_a_picture_names_the_network_that_drew_it() {
    let temp = folder();
    let folder = temp.path();
    striped(folder);
    let told = |style: &str, out: &str| {
        let args = [
            "try-on", "me.png", "-p", PRODUCT, "--style", style, "-o", out, "--json",
        ];
        json(&bijou(folder, "anna", &args))
    };
    let network = |told: &serde_json::Value| told["recipe"]["models"].get("texture").cloned();
    let drawn = told("like:stripes.png:0.8", "drawn.png");
    assert!(
        network(&drawn).is_some_and(|hash| hash.as_str().unwrap().len() == 64),
        "{drawn}"
    );
    assert!(network(&told("like:stripes.png:0.8,texture=0", "flat.png")).is_none());
    assert!(network(&told("noir", "noir.png")).is_none());
    // The recipe makes it again, byte for byte.
    done(
        folder,
        "anna",
        &["try-on", "me.png", "--recipe", "drawn.png", "-o", "again.png"],
    );
    assert!(fs::read(folder.join("drawn.png")).unwrap() == fs::read(folder.join("again.png")).unwrap());
    worn(folder, "anna", &["--style", "like:stripes.png:0"], "none.png");
    worn(folder, "anna", &[], "plain.png");
    let pixels = |file: &str| Photo::open(&folder.join(file)).unwrap().samples().clone();
    assert!(pixels("none.png") == pixels("plain.png"));
}

#[test]
fn files_that_are_no_looks() {
    let temp = folder();
    let folder = temp.path();
    fs::write(folder.join("broken.cube"), "LUT_3D_SIZE 2\n0 0 0\n0 0 zero\n").unwrap();
    fs::write(folder.join("short.cube"), "LUT_3D_SIZE 2\n0 0 0\n1 1 1\n").unwrap();
    fs::write(folder.join("text.png"), "no picture").unwrap();
    let newer = "version = 9\nname = \"later\"\nlooks = [\"noir\"]\n";
    fs::write(folder.join("newer.toml"), newer).unwrap();
    fs::write(folder.join("other.toml"), "colour = \"red\"\n").unwrap();
    fs::write(
        folder.join("name.toml"),
        "version = 1\nname = \"../up\"\nstyle = \"noir\"\n",
    )
    .unwrap();
    let before = files(folder);
    let tried = |style| {
        let args = [
            "try-on", "me.png", "-p", PRODUCT, "--style", style, "-o", "no.png",
        ];
        bijou(folder, "anna", &args)
    };
    fails(&tried("cube:broken.cube"), 1, &["broken.cube", "line 3", "zero"]);
    fails(&tried("cube:short.cube"), 1, &["short.cube", "line 3"]);
    fails(
        &tried("cube:missing.cube"),
        1,
        &["missing.cube", "check its path"],
    );
    fails(&tried("like:text.png"), 1, &["reference picture", "text.png"]);
    fails(
        &tried("like:missing.png"),
        1,
        &["reference picture", "missing.png"],
    );
    let imported = |file| bijou(folder, "anna", &["styles", "import", file]);
    fails(
        &imported("newer.toml"),
        1,
        &["newer.toml", "version 9", "update bijou"],
    );
    fails(&imported("other.toml"), 1, &["other.toml", "not a preset"]);
    fails(&imported("name.toml"), 1, &["../up", "letters, digits"]);
    fails(&imported("missing.toml"), 1, &["missing.toml"]);
    assert_eq!(files(folder), before, "something was left behind");
}
