//! What is put on lies behind a hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bijou::photo::{Photo, Samples};
use common::{bijou, json, portrait, root};
use std::path::{Path, PathBuf};

/// The 8-bit samples of a picture.
fn samples(path: &Path) -> Vec<u8> {
    match Photo::open(path).unwrap().samples() {
        Samples::U8(v) => v.clone(),
        Samples::U16(_) => panic!("{} has 16 bits", path.display()),
    }
}

/// A rendered portrait with a raised hand, and for every pixel of it whether the hand is there all around.
fn raised(name: &str) -> (PathBuf, Vec<bool>) {
    let folder = root().join("tests/fixtures/hands");
    let mask = Photo::open(&folder.join(format!("{name}_before.png"))).unwrap();
    let (w, h) = (mask.width() as usize, mask.height() as usize);
    let Samples::U8(values) = mask.samples() else {
        panic!("16 bits")
    };
    let channels = values.len() / (w * h);
    const AROUND: usize = 4;
    let there = |x: usize, y: usize| values[(y * w + x) * channels] > 200;
    let inside = |i: usize| {
        let (x, y) = (i % w, i / w);
        let rows = y.saturating_sub(AROUND)..(y + AROUND + 1).min(h);
        rows.into_iter()
            .all(|v| (x.saturating_sub(AROUND)..(x + AROUND + 1).min(w)).all(|u| there(u, v)))
    };
    (
        folder.join(format!("{name}.jpg")),
        (0..w * h).map(inside).collect(),
    )
}

/// What a try-on tells.
fn try_on(folder: &Path, from: &Path, product: &str, out: &str) -> serde_json::Value {
    let from = from.to_str().unwrap();
    json(&bijou(
        folder,
        &["try-on", from, "-p", product, "-o", out, "--json", "--force"],
    ))
}

#[test]
fn a_necklace_goes_on_behind_a_hand() {
    let temp = tempfile::tempdir().unwrap();
    for name in ["13", "23"] {
        let (from, hand) = raised(name);
        let told = try_on(temp.path(), &from, "pearl-strand", "worn.png");
        let piece = &told["pieces"][0];
        assert!(piece["hidden"].is_null() && told["outside"] == 0, "{told}");
        assert_eq!(piece["replaces"], false, "a finger is no necklace: {piece}");
        assert!(piece["behind_hand"].as_f64().unwrap() > 0.05, "{piece}");
        assert!(told["notes"].to_string().contains("is behind a hand"), "{told}");
        let (before, after) = (samples(&from), samples(&temp.path().join("worn.png")));
        let channels = after.len() / hand.len();
        let changed = |i: &usize| {
            let range = i * channels..(i + 1) * channels;
            before[range.clone()] != after[range]
        };
        let (mut on, mut off) = (0, 0);
        for i in (0..hand.len()).filter(changed) {
            if hand[i] { on += 1 } else { off += 1 }
        }
        assert!(off > 2000, "{name}: {off} pixels of a necklace beside the hand");
        assert!(
            on * 25 < off,
            "{name}: {on} pixels of the hand changed, {off} beside it"
        );
    }
}

#[test]
fn a_recipe_of_before_hands_were_known_holds_where_there_is_none() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let again = |from: &Path| {
        let told = try_on(folder, from, "pearl-strand", "first.png");
        let mut recipe = told["recipe"].clone();
        let known = recipe["models"].as_object_mut().unwrap().remove("hand");
        assert!(known.is_some(), "{recipe}");
        std::fs::write(folder.join("older.json"), recipe.to_string()).unwrap();
        let from = from.to_str().unwrap();
        let args = ["--recipe", "older.json", "-o", "older.png", "--force"];
        (told, bijou(folder, &[&["try-on", from], &args[..]].concat()))
    };
    let (told, bare) = again(&portrait());
    assert!(told["pieces"][0]["behind_hand"] == 0.0, "{told}");
    assert!(bare.status.success());
    common::fails(
        &again(&raised("23").0).1,
        1,
        &["a model differs from the recipe's"],
    );
}
