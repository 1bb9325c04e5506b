//! Pictures in tiles and photos in bands equal those in one piece.

use super::*;

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
    // Every look with its defaults; some again with lengths that make coarse cells of several pixels.
    let defaults = looks().iter().map(|look| look.id.to_owned());
    let wide = [
        "jewel_glow,radius=4,amount=4",
        "soft_focus,radius=4",
        "sparkle,size=6,threshold=0.2",
        "oil_painting,brush=1.5",
        "ink_line,line=0.4",
        "watercolour,wash=2,pooling=1",
    ];
    for text in defaults.chain(wide.map(str::to_owned)) {
        let style = Style::parse(&text).unwrap();
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

/// The same colours as [`picture`], as a decoded PNG.
pub fn photo(width: u32, height: u32) -> Photo {
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
fn a_device_of_small_textures_gives_the_same_picture() {
    let before = worn(
        picture(700, 90),
        Rect {
            x: 300,
            y: 20,
            width: 40,
            height: 50,
        },
    );
    let (mut whole, mut small) = (styler(), styler().with_texture_limit(256));
    for look in looks() {
        let style = Style::new(look);
        let a = whole.apply(&style, &before).unwrap();
        let b = small.apply(&style, &before).unwrap();
        assert!(a == b, "{} shows its tiles", look.id);
    }
    let mut tiny = styler().with_texture_limit(16);
    let style = Style::parse("soft_focus,radius=4").unwrap();
    let error = tiny.apply(&style, &before).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 16, .. }), "{error:?}");
}

#[test]
fn live_frames_allocate_no_textures() {
    let mut styler = styler();
    let frame = worn(
        picture(160, 120),
        Rect {
            x: 60,
            y: 20,
            width: 40,
            height: 50,
        },
    );
    // Every look once: the widest border decides the size.
    for look in looks() {
        styler.apply(&Style::new(look), &frame).unwrap();
    }
    let made = styler.canvases_made();
    assert!(made >= 1);
    for look in looks().iter().chain(looks()) {
        styler.apply(&Style::new(look), &frame).unwrap();
    }
    assert_eq!(styler.canvases_made(), made);
}
