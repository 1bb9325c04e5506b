//! What the device gives: the reference within half a step of 8 bits, the same bits at strength 0, grain.

use super::*;

#[test]
fn strength_zero_changes_no_bit() {
    let mut styler = styler();
    let mut before = worn(
        picture(40, 30),
        Rect {
            x: 0,
            y: 0,
            width: 40,
            height: 30,
        },
    );
    before.pixels[7] = [f32::MIN_POSITIVE / 2.0, -0.0, f32::INFINITY];
    for look in looks() {
        let style = Style::new(look).with_strength(0.0).unwrap();
        let after = styler.apply(&style, &before).unwrap();
        let bits = |p: &StylePicture| p.pixels.iter().flatten().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&after), bits(&before), "{}", look.id);
    }
}

#[test]
fn the_device_agrees_with_the_reference() {
    let mut styler = styler();
    let before = picture(61, 43);
    let (width, height) = (f64::from(before.width), f64::from(before.height));
    for text in [
        "studio_clean:0.9,contrast=0.5",
        "warm_gold",
        "cool_silver",
        "cool_silver:0.5,coolness=1,shadows=1,mute=1,contrast=1",
        "rose",
        "rose:0.8,blush=1,shadows=1,softness=1",
        "golden_hour",
        "golden_hour:0.7,sun=1,direction=20,haze=1",
        "high_key",
        "high_key:0.4,exposure=1,softness=1,purity=1",
        "editorial_matte",
        "editorial_matte:0.9,matte=1,contrast=1,mute=1,petrol=1",
        "noir:0.6,filter=0.8",
        "vintage_film",
        "vintage_film,seed=77",
    ] {
        let style = Style::parse(text).unwrap();
        let values: Vec<f64> = style.values().iter().map(|v| f64::from(*v)).collect();
        let strength = f64::from(style.strength());
        let after = styler.apply(&style, &before).unwrap();
        for (i, (old, new)) in before.pixels.iter().zip(&after.pixels).enumerate() {
            let pixel = [i as u32 % before.width, i as u32 / before.width];
            let linear = old.map(f64::from);
            let encoded = linear.map(reference::encode);
            let [dx, dy] = [
                f64::from(pixel[0]) + 0.5 - width / 2.0,
                f64::from(pixel[1]) + 0.5 - height / 2.0,
            ];
            let half_diagonal = (width / 2.0).hypot(height / 2.0);
            let away = dx.hypot(dy) / half_diagonal;
            let place = [dx / half_diagonal, dy / half_diagonal];
            let styled = match style.look().id {
                "studio_clean" => reference::studio_clean(encoded, &values),
                "warm_gold" => reference::warm_gold(encoded, &values),
                "cool_silver" => reference::cool_silver(encoded, &values),
                "rose" => reference::rose(encoded, &values),
                "golden_hour" => reference::golden_hour(encoded, place, &values),
                "high_key" => reference::high_key(encoded, &values),
                "editorial_matte" => reference::editorial_matte(encoded, &values),
                "noir" => reference::noir(linear, away, &values),
                "vintage_film" => reference::vintage_film(encoded, pixel, &values),
                other => panic!("no reference for {other}"),
            };
            for channel in 0..3 {
                let expected = encoded[channel] * (1.0 - strength) + styled[channel] * strength;
                let found = reference::encode(f64::from(new[channel]));
                let off = (found - expected).abs();
                assert!(
                    off < 0.5 / 255.0,
                    "{text} at {pixel:?}[{channel}]: {found}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn grain_has_a_seed_and_any_size() {
    let mut styler = styler();
    let flat = StylePicture {
        width: 300,
        height: 300,
        pixels: vec![[0.2; 3]; 90_000],
        wear: None,
    };
    let spread = |p: &StylePicture| {
        let values: Vec<f64> = p
            .pixels
            .iter()
            .map(|c| reference::encode(f64::from(c[1])))
            .collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let one = styler
        .apply(&Style::parse("vintage_film,grain=1").unwrap(), &flat)
        .unwrap();
    let two = styler
        .apply(&Style::parse("vintage_film,grain=1,seed=2").unwrap(), &flat)
        .unwrap();
    assert!(one != two);
    // The grain of a picture so large that a grain covers two pixels, seen in a crop of it.
    let large = StylePicture {
        width: 2400,
        height: 2400,
        pixels: vec![[0.2; 3]; 2400 * 2400],
        wear: None,
    };
    let large = styler
        .apply(&Style::parse("vintage_film,grain=1").unwrap(), &large)
        .unwrap();
    for (name, picture) in [("small", &one), ("large", &large)] {
        let spread = spread(picture);
        assert!((0.03..0.07).contains(&spread), "{name}: {spread}");
    }
}

#[test]
fn every_point_wise_look_has_a_reference() {
    let here = include_str!("device.rs");
    for look in looks().iter().filter(|look| look.passes.len() == 1) {
        assert!(here.contains(&format!("\"{}\" =>", look.id)), "{}", look.id);
    }
}
