//! Rows of looks and presets: their text, their order, their files.

use super::*;
use bijou::style::Preset;

#[test]
fn looks_are_applied_in_their_order() {
    let mut styler = styler();
    let before = picture(60, 40);
    let row = Style::parse("noir:0.5 + warm_gold:0.7").unwrap();
    assert_eq!(
        (row.to_string().as_str(), row.name().as_str()),
        ("noir:0.5+warm_gold:0.7", "noir+warm_gold")
    );
    let one = styler.apply(&Style::parse("noir:0.5").unwrap(), &before).unwrap();
    let two = styler
        .apply(&Style::parse("warm_gold:0.7").unwrap(), &one)
        .unwrap();
    assert!(styler.apply(&row, &before).unwrap() == two);
    assert!(
        styler
            .apply(&Style::parse("warm_gold:0.7+noir:0.5").unwrap(), &before)
            .unwrap()
            != two
    );
    let idle = Style::parse("noir:0+finish").unwrap();
    assert!(styler.apply(&idle, &before).unwrap() == before);
    assert_eq!(
        row.with_strength(0.5).unwrap().to_string(),
        "noir:0.25+warm_gold:0.35"
    );
    assert!(matches!(
        Style::parse("noir+nior"),
        Err(Error::UnknownLook { .. })
    ));
}

#[test]
fn between_looks_an_8_bit_photo_is_finer() {
    let mut styler = styler();
    let before = tiles::photo(64, 48);
    let text = "editorial_matte:0.3+high_key:0.2+warm_gold:0.3";
    let mut row = before.clone();
    styler
        .apply_to(&Style::parse(text).unwrap(), &mut row, None)
        .unwrap();
    let all = Rect {
        x: 0,
        y: 0,
        width: 64,
        height: 48,
    };
    // The row in floating point, rounded once.
    let exact = styler
        .apply(
            &Style::parse(text).unwrap(),
            &StylePicture::from(before.linear(all)),
        )
        .unwrap();
    let mut expected = before.clone();
    expected.apply(&Patch {
        rect: all,
        colours: LinearImage {
            width: 64,
            height: 48,
            pixels: exact.pixels,
        },
        changed: vec![true; all.area()],
    });
    let (bijou::photo::Samples::U8(a), bijou::photo::Samples::U8(b)) = (row.samples(), expected.samples())
    else {
        panic!("8 bit stays 8 bit")
    };
    let off = a.iter().zip(b).filter(|(a, b)| a != b).count();
    assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1));
    assert!(off * 50 < a.len(), "{off} of {}", a.len());
}

#[test]
fn sixteen_bits_go_in_and_come_out() {
    let mut styler = styler();
    let samples: Vec<u16> = (0..40 * 30 * 3).map(|i| 20_000 + (i % 977) as u16 * 17).collect();
    for text in ["warm_gold:0.4", "finish,contrast=0.5+noir:0.3"] {
        let mut photo = Photo::from_rgb16(40, 30, samples.clone());
        styler
            .apply_to(&Style::parse(text).unwrap(), &mut photo, None)
            .unwrap();
        let bijou::photo::Samples::U16(after) = photo.samples() else {
            panic!("{text} loses depth")
        };
        let distinct: std::collections::BTreeSet<_> = after.iter().map(|v| v % 257).collect();
        assert!(distinct.len() > 100, "{text} rounds to 8 bit");
    }
}

#[test]
fn a_preset_is_a_file_that_can_be_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spring.toml");
    let style = Style::parse("soft_focus:0.4+warm_gold:0.7,warmth=0.2")
        .or_else(|_| Style::parse("soft_focus:0.4+warm_gold:0.7"));
    let preset = Preset::new("Spring 春", &style.unwrap()).unwrap();
    preset.write(&file, false).unwrap();
    assert_eq!(Preset::read(&file).unwrap(), preset);
    assert!(
        preset
            .write(&file, false)
            .unwrap_err()
            .to_string()
            .contains("already")
    );
    for (text, words) in [
        (
            "version = 2\nlooks = []",
            "is a preset of a newer bijou (version 2, this one reads up to 1); update bijou",
        ),
        (
            "version = 1\nname = \"a\"",
            "is not a preset: missing field `style`",
        ),
        (
            "version = 1\nname = \"a/b\"\nstyle = \"noir\"",
            "cannot be a preset's name",
        ),
        (
            "version = 1\nname = \"a\"\nstyle = \"preset:b\"",
            "it names another preset",
        ),
        ("noir", "is not a preset"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = Preset::read(&file).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    assert!(Preset::new("../x", &Style::parse("noir").unwrap()).is_err());
}
