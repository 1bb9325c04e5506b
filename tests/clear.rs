//! An earring or a necklace that is worn already gives way to the one put on, and stays where it is asked to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bijou::photo::{Photo, Samples};
use common::{bijou, json, portrait};
use std::path::Path;

/// How far two pictures are apart, in 8-bit levels, over the pixels where `first` is not `bare`.
fn apart(folder: &Path, [a, b]: [&str; 2], [first, bare]: [&Path; 2]) -> f64 {
    let read = |path: &Path| match Photo::open(path).unwrap().samples() {
        Samples::U8(v) => v.clone(),
        Samples::U16(_) => panic!("{} has 16 bits", path.display()),
    };
    let (a, b, first, bare) = (
        read(&folder.join(a)),
        read(&folder.join(b)),
        read(first),
        read(bare),
    );
    let (mut sum, mut count) = (0.0, 0);
    for i in (0..a.len()).filter(|&i| first[i].abs_diff(bare[i]) > 20) {
        sum += f64::from(a[i].abs_diff(b[i]));
        count += 1;
    }
    assert!(count > 500, "the first piece changes {count} samples only");
    sum / f64::from(count)
}

/// What comes of a try-on's recipe without some of its networks, as one has it that was made before there were these.
fn older(folder: &Path, told: &serde_json::Value, from: &str, lacks: &[&str]) -> std::process::Output {
    let mut recipe = told["recipe"].clone();
    let models = recipe["models"].as_object_mut().unwrap();
    for name in lacks {
        assert!(models.remove(*name).is_some(), "{name}");
    }
    std::fs::write(folder.join("older.json"), recipe.to_string()).unwrap();
    let args = ["--recipe", "older.json", "-o", "older.png", "--force"];
    bijou(folder, &[&["try-on", from], &args[..]].concat())
}

#[test]
fn what_is_worn_already_is_taken_off_unless_it_is_to_stay() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let bare = portrait();
    let bare = bare.to_str().unwrap();
    let try_on = |from: &str, product: &str, out: &str, more: &[&str]| {
        let args = [&["try-on", from, "-p", product, "-o", out, "--json"], more].concat();
        json(&bijou(folder, &args))
    };
    let replaced = |told: &serde_json::Value| {
        let pieces = told["pieces"].as_array().unwrap();
        let drawn = pieces.iter().filter(|p| p["hidden"].is_null());
        let all: Vec<bool> = drawn.map(|p| p["replaces"].as_bool().unwrap()).collect();
        assert_eq!(told["outside"], 0);
        all
    };
    let first = try_on(bare, "pearl-drop-gold", "pearls.png", &[]);
    assert!(
        replaced(&first).iter().all(|r| !r),
        "the portrait wears nothing: {first}"
    );
    try_on(bare, "ruby-halo-stud-gold", "studs.png", &[]);
    let second = try_on("pearls.png", "ruby-halo-stud-gold", "instead.png", &[]);
    assert!(replaced(&second).iter().all(|r| *r), "the pearls stay: {second}");
    let told = second["notes"].to_string();
    assert!(told.contains("takes the place of one"), "{told}");
    let kept = try_on("pearls.png", "ruby-halo-stud-gold", "beside.png", &["--keep-own"]);
    assert!(replaced(&kept).iter().all(|r| !r), "the pearls go: {kept}");
    let pearls = folder.join("pearls.png");
    let far = |name: &str| apart(folder, [name, "studs.png"], [&pearls, Path::new(bare)]);
    let (instead, beside) = (far("instead.png"), far("beside.png"));
    assert!(
        instead < 0.3 * beside,
        "where the pearls were it is {instead} levels from bare, with them {beside}"
    );
    // A recipe of it makes the same bytes.
    let again = [
        "try-on",
        "pearls.png",
        "--recipe",
        "instead.png",
        "-o",
        "again.png",
    ];
    assert!(bijou(folder, &again).status.success());
    let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
    assert!(bytes("instead.png") == bytes("again.png"));
    // One of before there was a network for this holds where nothing was taken off.
    let older = |told, from, lacks| older(folder, told, from, lacks);
    let all = ["trinket", "behind", "strand"];
    assert!(older(&first, bare, &all).status.success());
    assert!(older(&second, "pearls.png", &["strand"]).status.success());
    common::fails(
        &older(&second, "pearls.png", &all),
        1,
        &["a model differs from the recipe's"],
    );
}

#[test]
fn a_necklace_gives_way_to_a_necklace_and_to_nothing_else() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let bare = portrait();
    let try_on = |from: &Path, product: &str, out: &str, more: &[&str]| {
        let from = from.to_str().unwrap();
        let args = [&["try-on", from, "-p", product, "-o", out, "--json"], more].concat();
        let told = json(&bijou(folder, &args));
        assert_eq!(told["outside"], 0);
        told
    };
    let replaces = |told: &serde_json::Value| told["pieces"][0]["replaces"].as_bool().unwrap();
    let pearls = folder.join("pearls.png");
    assert!(!replaces(&try_on(&bare, "pearl-strand", "pearls.png", &[])));
    assert!(!replaces(&try_on(
        &bare,
        "diamond-pendant-gold",
        "pendant.png",
        &[]
    )));
    let instead = try_on(&pearls, "diamond-pendant-gold", "instead.png", &[]);
    assert!(replaces(&instead));
    let beside = try_on(&pearls, "diamond-pendant-gold", "beside.png", &["--keep-own"]);
    assert!(!replaces(&beside));
    assert!(!replaces(&try_on(
        &pearls,
        "ruby-halo-stud-gold",
        "studs.png",
        &[]
    )));
    // What was behind a necklace is guessed too: a recipe that knows of no network for that is another one.
    common::fails(
        &older(folder, &instead, "pearls.png", &["behind"]),
        1,
        &["a model differs from the recipe's"],
    );
    let far = |name: &str| apart(folder, [name, "pendant.png"], [&pearls, &bare]);
    let (instead, beside) = (far("instead.png"), far("beside.png"));
    assert!(
        instead < 0.3 * beside,
        "where the pearls were it is {instead} levels from bare, with them {beside}"
    );
}

/// Models of its own in `folder`, `behind` another file of the manifest's.
fn with_behind(folder: &Path, file: &str) -> String {
    let (models, ours) = (folder.join("models"), common::root().join("models"));
    std::fs::create_dir_all(&models).unwrap();
    for entry in std::fs::read_dir(&ours).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, models.join(path.file_name().unwrap())).unwrap();
    }
    let text = std::fs::read_to_string(ours.join("manifest.toml")).unwrap();
    let hash = |file: &str| {
        let (_, after) = text.split_once(&format!("file = \"{file}\"")).unwrap();
        after.split('"').nth(1).unwrap().to_owned()
    };
    let other = text
        .replace("file = \"behind.onnx\"", &format!("file = \"{file}\""))
        .replace(&hash("behind.onnx"), &hash(file));
    std::fs::write(models.join("manifest.toml"), other).unwrap();
    folder.to_str().unwrap().to_owned()
}

#[test]
fn another_network_in_its_place_is_named_and_nothing_is_written() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let (bare, data) = (portrait(), with_behind(&folder.join("data"), "trinket.onnx"));
    let product = |id: &str| {
        common::root()
            .join("assets/products")
            .join(id)
            .display()
            .to_string()
    };
    let (pearls, studs) = (product("pearl-drop-gold"), product("ruby-halo-stud-gold"));
    let worn = [
        "try-on",
        bare.to_str().unwrap(),
        "-p",
        &pearls,
        "-o",
        "pearls.png",
    ];
    assert!(bijou(folder, &worn).status.success());
    let again = [
        "--data",
        &data,
        "try-on",
        "pearls.png",
        "-p",
        &studs,
        "-o",
        "no.png",
    ];
    common::fails(&bijou(folder, &again), 1, &["trinket.onnx"]);
    assert!(!folder.join("no.png").exists());
}
