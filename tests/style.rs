//! Looks through the public face: names, shaders, the device against a reference in double
//! precision, tiles against the whole. Needs a graphics driver; the software one
//! (mesa-vulkan-drivers) will do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bijou::geometry::Rect;
use bijou::gpu::{self, Gpu};
use bijou::photo::{LinearImage, Patch, Photo};
use bijou::style::look::MAX_PARAMETERS;
use bijou::style::{self, Error, Style, StylePicture, Styler, Wear, looks};
use std::collections::BTreeSet;
use std::path::Path;

fn styler() -> Styler {
    Styler::new(Gpu::headless().unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

/// Smooth colours with every lightness, some outside sRGB, and a few sparks.
fn picture(width: u32, height: u32) -> StylePicture {
    let pixels = (0..width * height).map(|i| {
        let (x, y) = (
            (i % width) as f32 / width as f32,
            (i / width) as f32 / height as f32,
        );
        let spark = if i % 97 == 0 { 0.8 } else { 0.0 };
        [
            x * x + spark,
            0.9 * y * x + spark,
            (1.0 - x) * y * 1.05 - 0.01 + spark,
        ]
        .map(|v: f32| v.min(1.1))
    });
    StylePicture {
        width,
        height,
        pixels: pixels.collect(),
        wear: None,
    }
}

fn worn(mut picture: StylePicture, rect: Rect) -> StylePicture {
    let weight = (0..rect.area())
        .map(|i| if i % 3 == 0 { 0.5 } else { 1.0 })
        .collect();
    picture.wear = Some(Wear { rect, weight });
    picture
}

#[test]
fn every_shader_is_valid_and_every_look_has_its_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let common = std::fs::read_to_string(root.join("shaders/common.wgsl")).unwrap();
    let mut stems = BTreeSet::new();
    for entry in std::fs::read_dir(root.join("shaders")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let own = std::fs::read_to_string(&path).unwrap();
        let text = if stem == "common" {
            own
        } else {
            [common.as_str(), &own].join("\n")
        };
        let module = naga::front::wgsl::parse_str(&text)
            .unwrap_or_else(|e| panic!("{stem}: {}", e.emit_to_string(&text)));
        let info = naga::valid::Validator::new(
            naga::valid::ValidationFlags::all(),
            naga::valid::Capabilities::empty(),
        )
        .validate(&module);
        info.unwrap_or_else(|e| panic!("{stem}: {}", e.emit_to_string(&text)));
        if stem != "common" {
            let look = style::look(&stem).unwrap();
            assert_eq!(look.wgsl(), text);
            assert!(root.join(format!("src/style/{stem}.rs")).is_file(), "{stem}");
            let entries: Vec<_> = module.entry_points.iter().map(|e| e.name.as_str()).collect();
            for pass in look.passes {
                assert!(entries.contains(&pass.entry), "{stem} has no pass {}", pass.entry);
            }
            assert_eq!(
                entries.len(),
                look.passes.len(),
                "{stem} has passes that never run"
            );
            stems.insert(stem);
        }
    }
    assert_eq!(stems, looks().iter().map(|look| look.id.to_owned()).collect());
}

#[test]
fn looks_are_complete() {
    for look in looks() {
        assert!(
            look.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
            "{}",
            look.id
        );
        assert!(
            ![look.name_en, look.name_zh, look.description].contains(&""),
            "{}",
            look.id
        );
        assert!(look.parameters.len() <= MAX_PARAMETERS, "{}", look.id);
        assert!(look.parameters.iter().all(|p| p.allows(p.default)), "{}", look.id);
        let names: BTreeSet<_> = look.parameters.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), look.parameters.len(), "{}", look.id);
    }
}

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
        "there is no look named `Gold`; did you mean warm_gold or jewel_glow?"
    );
    assert_eq!(
        says("jewl"),
        "there is no look named `jewl`; did you mean jewel_glow?"
    );
    assert!(says("").ends_with("there are studio_clean, warm_gold, noir, jewel_glow, vintage_film"));
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

/// The point-wise looks again, on the processor and in double precision; sRGB-encoded in and out.
mod reference {
    pub fn encode(v: f64) -> f64 {
        let a = v.abs();
        v.signum()
            * if a <= 0.003_130_8 {
                a * 12.92
            } else {
                1.055 * a.powf(1.0 / 2.4) - 0.055
            }
    }

    fn luma(c: [f64; 3]) -> f64 {
        0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
    }

    fn ramp(low: f64, high: f64, x: f64) -> f64 {
        let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    }

    fn s_curve(x: f64, amount: f64) -> f64 {
        x - amount * (std::f64::consts::TAU * x).sin() / std::f64::consts::TAU
    }

    fn unit(c: [f64; 3]) -> [f64; 3] {
        c.map(|v| v.clamp(0.0, 1.0))
    }

    fn each(f: impl Fn(usize) -> f64) -> [f64; 3] {
        [f(0), f(1), f(2)]
    }

    pub fn studio_clean(c: [f64; 3], p: &[f64]) -> [f64; 3] {
        let inside = unit(c);
        let y = luma(inside);
        let colourful =
            inside.iter().copied().fold(0.0, f64::max) - inside.iter().copied().fold(1.0, f64::min);
        let gain = (1.0 + p[2] * (1.0 - colourful)) * (1.0 - p[3] * ramp(0.75, 1.0, y));
        let lit = y + 0.4 * p[0] * y * (1.0 - y);
        let styled = unit(each(|i| s_curve(lit, p[1]) + (inside[i] - y) * gain));
        each(|i| styled[i] + c[i] - inside[i])
    }

    pub fn warm_gold(c: [f64; 3], p: &[f64]) -> [f64; 3] {
        let inside = unit(c);
        let y = luma(inside);
        let light = ramp(p[2] - 0.3, p[2] + 0.35, y) * (1.0 - 0.75 * ramp(0.8, 1.0, y));
        let dark = (1.0 - ramp(p[2] - 0.35, p[2] + 0.25, y)) * ramp(0.0, 0.2, y);
        let (gold, umber) = ([1.0, 0.80, 0.38], [0.62, 0.36, 0.22]);
        let toned = unit(each(|i| {
            let gilt = p[0] * light * 0.34 * (gold[i] - luma(gold));
            inside[i] + gilt + p[1] * dark * 0.28 * (umber[i] - luma(umber))
        }));
        each(|i| toned[i] + c[i] - inside[i])
    }

    /// Linear light in; `away` is the distance from the centre, 1 in the corners.
    pub fn noir(linear: [f64; 3], away: f64, p: &[f64]) -> [f64; 3] {
        let (eye, film) = ([0.2126, 0.7152, 0.0722], [0.58, 0.37, 0.05]);
        let grey: f64 = (0..3)
            .map(|i| linear[i] * (eye[i] + p[1] * (film[i] - eye[i])))
            .sum();
        let light = grey.clamp(0.0, 1.0) * (1.0 - p[2] * ramp(0.35, 1.0, away));
        [s_curve(encode(light), p[0]); 3]
    }

    /// Pictures whose short side is at most 1200 pixels: a grain is a pixel.
    pub fn vintage_film(c: [f64; 3], pixel: [u32; 2], p: &[f64]) -> [f64; 3] {
        let inside = unit(c);
        let y = luma(inside);
        let words = pcg3d([pixel[0], pixel[1], p[3] as u32]);
        let grain = words
            .iter()
            .map(|w| f64::from(w >> 8) / 16_777_216.0)
            .sum::<f64>()
            * 2.0
            / 3.0
            - 1.0;
        let visible = p[2] * 0.16 * (0.35 + 2.6 * y * (1.0 - y));
        let (cool, cream) = ([-0.015, 0.005, 0.025], [-0.02, 0.01, 0.085]);
        unit(each(|i| {
            let muted = inside[i] + 0.25 * p[0] * (y - inside[i]);
            let black = p[0] * (0.085 + p[1] * cool[i]);
            let white = 1.0 - p[0] * (0.03 + p[1] * cream[i]);
            black + (white - black) * muted + visible * grain
        }))
    }

    fn pcg3d(point: [u32; 3]) -> [u32; 3] {
        let mut v = point.map(|w| w.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        let stir = |v: &mut [u32; 3]| {
            v[0] = v[0].wrapping_add(v[1].wrapping_mul(v[2]));
            v[1] = v[1].wrapping_add(v[2].wrapping_mul(v[0]));
            v[2] = v[2].wrapping_add(v[0].wrapping_mul(v[1]));
        };
        stir(&mut v);
        v = v.map(|w| w ^ (w >> 16));
        stir(&mut v);
        v
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
            let away = dx.hypot(dy) / (width / 2.0).hypot(height / 2.0);
            let styled = match style.look().id {
                "studio_clean" => reference::studio_clean(encoded, &values),
                "warm_gold" => reference::warm_gold(encoded, &values),
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
fn tiles_equal_the_whole() {
    let before = worn(
        picture(150, 110),
        Rect {
            x: 60,
            y: 20,
            width: 40,
            height: 50,
        },
    );
    let (mut whole, mut tiled) = (styler(), styler().with_tile(37));
    // Radius 4 gives cells of two pixels here, radius 1 of one.
    for text in [
        "studio_clean",
        "noir",
        "vintage_film",
        "jewel_glow",
        "jewel_glow,radius=4,amount=4",
    ] {
        let style = Style::parse(text).unwrap();
        let (a, b) = (
            whole.apply(&style, &before).unwrap(),
            tiled.apply(&style, &before).unwrap(),
        );
        assert!(a != before, "{text} does nothing");
        assert!(a == b, "{text} shows its tiles");
        assert!(
            a == whole.apply(&style, &before).unwrap(),
            "{text} is not repeatable"
        );
    }
}

#[test]
fn the_glow_comes_from_bright_worn_pixels_only() {
    let mut styler = styler();
    let style = Style::parse("jewel_glow,amount=4,radius=2").unwrap();
    let mut dark = StylePicture {
        width: 200,
        height: 160,
        pixels: vec![[0.02, 0.015, 0.01]; 200 * 160],
        wear: None,
    };
    let rect = Rect {
        x: 80,
        y: 60,
        width: 40,
        height: 40,
    };
    let spark = |x: usize, y: usize| y * 200 + x;
    // A spark nobody wears.
    dark.pixels[spark(20, 20)] = [1.0; 3];
    assert_eq!(styler.apply(&style, &dark).unwrap(), dark);
    dark.wear = Some(Wear {
        rect,
        weight: vec![1.0; rect.area()],
    });
    assert_eq!(
        styler.apply(&style, &dark).unwrap().pixels,
        dark.pixels,
        "nothing worn is bright"
    );

    let mut lit = dark.clone();
    for y in 78..82 {
        for x in 98..102 {
            lit.pixels[spark(x, y)] = [1.0, 0.9, 0.6];
        }
    }
    let after = styler.apply(&style, &lit).unwrap();
    let gain = |x: usize, y: usize| after.pixels[spark(x, y)][0] - lit.pixels[spark(x, y)][0];
    assert!(gain(103, 80) > 0.02, "{}", gain(103, 80));
    assert!(
        gain(103, 80) > gain(106, 80) && gain(106, 80) > gain(109, 80),
        "falls off"
    );
    assert!(
        (gain(95, 79) - gain(104, 79)).abs() < 1e-5,
        "{} {}",
        gain(95, 79),
        gain(104, 79)
    );
    assert!(
        lit.pixels
            .iter()
            .zip(&after.pixels)
            .all(|(old, new)| (0..3).all(|c| new[c] >= old[c]))
    );
    assert_eq!(gain(20, 21), 0.0, "what is far keeps its bits");
}

/// The same colours as [`picture`], as a decoded PNG.
fn photo(width: u32, height: u32) -> Photo {
    let byte = |v: f32| (reference::encode(f64::from(v)).clamp(0.0, 1.0) * 255.0).round() as u8;
    let bytes = picture(width, height)
        .pixels
        .iter()
        .flatten()
        .map(|v| byte(*v))
        .collect();
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_raw(width, height, bytes)
        .unwrap()
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    Photo::decode(png.get_ref(), Path::new("made.png")).unwrap()
}

#[test]
fn a_photo_in_bands_equals_the_photo_in_one_piece() {
    let (before, all) = (
        photo(90, 130),
        Rect {
            x: 0,
            y: 0,
            width: 90,
            height: 130,
        },
    );
    let rect = Rect {
        x: 30,
        y: 40,
        width: 30,
        height: 20,
    };
    let wear = Wear {
        rect,
        weight: vec![1.0; rect.area()],
    };
    let (mut styler, mut banded) = (styler(), styler().with_tile(16));
    for text in ["warm_gold:0.5", "vintage_film", "jewel_glow,radius=3,amount=4"] {
        let style = Style::parse(text).unwrap();
        let mut source = StylePicture::from(before.linear(all));
        source.wear = Some(wear.clone());
        let colours = LinearImage {
            width: 90,
            height: 130,
            pixels: styler.apply(&style, &source).unwrap().pixels,
        };
        let mut expected = before.clone();
        expected.apply(&Patch {
            rect: all,
            colours,
            changed: vec![true; all.area()],
        });
        let mut found = before.clone();
        banded.apply_to(&style, &mut found, Some(&wear)).unwrap();
        assert!(found.samples() != before.samples(), "{text} does nothing");
        assert!(found.samples() == expected.samples(), "{text} shows its bands");
    }
    for text in ["noir:0", "jewel_glow"] {
        let mut found = before.clone();
        banded
            .apply_to(&Style::parse(text).unwrap(), &mut found, None)
            .unwrap();
        assert!(
            found.samples() == before.samples(),
            "{text} without wear changes the photo"
        );
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
fn sizes_that_disagree_are_refused() {
    let mut styler = styler();
    let style = Style::parse("noir").unwrap();
    let mut wrong = picture(8, 8);
    wrong.pixels.pop();
    assert!(matches!(
        styler.apply(&style, &wrong),
        Err(Error::Size {
            what: "picture",
            found: 63,
            ..
        })
    ));
    let mut wrong = picture(8, 8);
    wrong.wear = Some(Wear {
        rect: Rect {
            x: 0,
            y: 0,
            width: 8,
            height: 8,
        },
        weight: vec![],
    });
    assert!(matches!(
        styler.apply(&style, &wrong),
        Err(Error::Size {
            what: "wear mask",
            found: 0,
            ..
        })
    ));
    // A mask that reaches beyond the picture is cut to it; an empty picture stays empty.
    let beyond = worn(
        picture(8, 8),
        Rect {
            x: 4,
            y: 4,
            width: 20,
            height: 20,
        },
    );
    assert!(
        styler
            .apply(&Style::parse("jewel_glow").unwrap(), &beyond)
            .is_ok()
    );
    assert!(styler.apply(&style, &picture(0, 0)).unwrap().pixels.is_empty());
}

#[test]
fn a_lost_device_is_an_error_not_a_panic() {
    let mut styler = styler();
    let style = Style::parse("noir").unwrap();
    assert!(styler.apply(&style, &picture(16, 16)).is_ok());
    styler.gpu().device().destroy();
    for _ in 0..2 {
        let error = styler.apply(&style, &picture(16, 16)).unwrap_err();
        assert!(matches!(error, Error::Gpu(gpu::Error::Lost { .. })), "{error:?}");
    }
}
