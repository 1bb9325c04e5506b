//! A style and its text, and what is said of misspelt ones.

use super::*;

#[test]
fn a_style_is_its_text() {
    let style = Style::parse(" noir : 0.7, vignette = 0 ").unwrap();
    assert_eq!(
        (style.look().id, style.strength(), style.values()),
        ("noir", 0.7, &[0.7, 0.5, 0.0][..])
    );
    assert_eq!(style.to_string(), "noir:0.7,vignette=0");
    assert_eq!(Style::parse("noir").unwrap().strength(), 1.0);
    let json = serde_json::to_string(&style).unwrap();
    assert_eq!(json, "\"noir:0.7,vignette=0\"");
    assert_eq!(serde_json::from_str::<Style>(&json).unwrap(), style);
    assert!(serde_json::from_str::<Style>("\"nior\"").is_err());
    for look in looks() {
        let style = Style::new(look).with_strength(1.0 / 3.0).unwrap();
        assert_eq!(Style::parse(&style.to_string()).unwrap(), style);
    }
}

#[test]
fn what_is_misspelt_is_named_and_answered() {
    let says = |text: &str| Style::parse(text).unwrap_err().to_string();
    assert_eq!(says("nior"), "there is no look named `nior`; did you mean noir?");
    assert_eq!(
        says("Gold"),
        "there is no look named `Gold`; did you mean warm_gold or golden_hour or jewel_glow?"
    );
    assert_eq!(
        says("jewl"),
        "there is no look named `jewl`; did you mean jewel_glow?"
    );
    let all: Vec<_> = looks()
        .iter()
        .chain([style::finish()])
        .map(|look| look.id)
        .collect();
    assert!(says("").ends_with(&format!("there are {}", all.join(", "))));
    for strength in ["", "x", "-0.1", "1.01", "NaN", "inf", "0.5:1"] {
        let message = says(&format!("noir:{strength}"));
        let expected = format!(
            "the strength `{strength}` of the look noir is not a number from 0 to 1; write for example noir:0.7"
        );
        assert_eq!(message, expected);
    }
    assert_eq!(
        says("noir,vignete=1"),
        "the look noir has no parameter `vignete`; did you mean vignette?"
    );
    assert_eq!(
        says("vintage_film,seed=1.5"),
        "the value `1.5` of vintage_film's seed is not a whole number from 0 to 65535"
    );
    assert_eq!(
        says("noir,vignette=2"),
        "the value `2` of noir's vignette is not a number from 0 to 1"
    );
    assert!(says("noir,0.5").starts_with("`0.5` after the look noir is not a parameter"));
    assert!(
        Style::new(style::look("noir").unwrap())
            .with("contrast", f32::NAN)
            .is_err()
    );
}
