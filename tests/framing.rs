//! What is put on where the picture ends: shorter, or left out, and told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{bijou, json, portrait};
use serde_json::Value;

/// The report of a piece on the part of the sample portrait between these shares of its height, and all notes.
fn worn(product: &str, from: f64, to: f64) -> (Value, String) {
    let temp = tempfile::tempdir().unwrap();
    let whole = image::open(portrait()).unwrap().to_rgb8();
    let [top, bottom] = [from, to].map(|share| (f64::from(whole.height()) * share) as u32);
    let cut = image::imageops::crop_imm(&whole, 0, top, whole.width(), bottom - top).to_image();
    cut.save(temp.path().join("cut.png")).unwrap();
    let told = json(&bijou(
        temp.path(),
        &["try-on", "cut.png", "-p", product, "-o", "x.png", "--json"],
    ));
    (told["pieces"][0].clone(), told["notes"].to_string())
}

/// Of a portrait that ends above where a pendant hangs it is told that the chain is worn shorter, and the pendant is seen.
#[test]
fn a_pendant_is_worn_on_a_shorter_chain_where_the_picture_ends() {
    let (piece, notes) = worn("emerald-pendant-gold", 0.0, 1.0);
    assert!(piece["hidden"].is_null() && piece["shorter_mm"] == 0.0, "{piece}");
    assert!(!notes.contains("shorter"), "{notes}");
    let mut shorter = 0;
    for share in [0.95, 0.9, 0.85] {
        let (piece, notes) = worn("emerald-pendant-gold", 0.0, share);
        if piece["shorter_mm"].as_f64().unwrap() > 0.0 {
            shorter += 1;
            assert!(piece["framed"] == 1.0 && piece["hidden"].is_null(), "{piece}");
            assert!(notes.contains("cm shorter"), "{notes}");
        }
    }
    assert!(shorter > 0, "no chain was shortened");
}

/// Of a tiara whose tips alone would be in the picture nothing is drawn, and it is said why.
#[test]
fn a_tiara_above_the_picture_is_not_drawn() {
    let mut left_out = 0;
    for share in [0.0, 0.15, 0.2, 0.25, 0.3] {
        let (piece, notes) = worn("leaf-tiara-gold", share, 1.0);
        if piece["hidden"].is_null() {
            assert!(piece["framed"].as_f64().unwrap() >= 0.3, "{share}: {piece}");
        } else {
            left_out += 1;
            assert!(notes.contains("outside the picture"), "{notes}");
            assert_eq!(piece["changed"], 0.0);
        }
    }
    assert!((1..5).contains(&left_out), "{left_out}");
}
