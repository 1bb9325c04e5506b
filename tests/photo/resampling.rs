//! Network inputs, thumbnails, side-by-side pictures.

use crate::*;
use bijou::geometry::{Square, Window};
use glam::DVec2;

#[test]
fn resampling_agrees_with_pillow_in_linear_light() {
    let photo = Photo::open(&fixture("a.png")).unwrap();
    for case in expected()["resample"].as_array().unwrap() {
        let number = |name: &str| case[name].as_f64().unwrap();
        let side = number("side");
        let center = DVec2::new(number("left") + side / 2.0, number("top") + side / 2.0);
        let planes = photo.sample(Square { center, side }, 16);
        let wanted: Vec<f32> = serde_json::from_value(case["planes"].clone()).unwrap();
        assert_eq!(planes.len(), wanted.len());
        let worst = planes
            .iter()
            .zip(&wanted)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(worst < 2e-3, "side {side}: off by {worst}");
    }
}

#[test]
fn a_square_may_reach_anywhere() {
    let photo = Photo::from_rgb8(60, 40, vec![255; 60 * 40 * 3]);
    let at = |x: f64, y: f64, side: f64| {
        photo.sample(
            Square {
                center: DVec2::new(x, y),
                side,
            },
            32,
        )
    };
    let inside = at(30.0, 20.0, 32.0);
    assert!(inside.iter().all(|&v| v > 0.999_99));
    let half = at(0.0, 20.0, 32.0);
    assert!((half[16 * 32 + 4] - 0.5).abs() < 1e-4 && half[16 * 32 + 28] > 0.999);
    let away = at(-500.0, 9e3, 64.0);
    assert!(away.iter().all(|&v| (v - 0.5).abs() < 1e-4));
    let shrunk = at(30.0, 20.0, 60_000.0);
    assert!((shrunk[5] - 0.5).abs() < 1e-4);
    for (x, side) in [
        (f64::NAN, 5.0),
        (0.0, f64::INFINITY),
        (0.0, 0.0),
        (1e300, 5.0),
        (3.0, -4.0),
    ] {
        assert_eq!(at(x, 0.0, side), vec![0.5; 3 * 32 * 32], "{x} {side}");
    }
    assert!(at(30.0, 20.0, 1e-9).iter().all(|&v| v > 0.999_99));
    assert_eq!(Photo::from_rgb8(0, 0, vec![]).resized(5).width(), 0);
    assert!(
        photo
            .sample(
                Square {
                    center: DVec2::ZERO,
                    side: 9.0
                },
                0
            )
            .is_empty()
    );
}

#[test]
fn a_turned_window_shows_what_lies_at_its_places() {
    let shade = |p: DVec2| 128.0 + 60.0 * (p.x / 17.0).sin() + 50.0 * (p.y / 23.0).cos();
    let place = |i: u32| DVec2::new(f64::from(i % 300) + 0.5, f64::from(i / 300) + 0.5);
    let levels = (0..300 * 300)
        .flat_map(|i| [shade(place(i)).round() as u8; 3])
        .collect();
    let photo = Photo::from_rgb8(300, 300, levels);
    for (degrees, side) in [(90.0f64, 100.0), (-30.0, 64.0), (20.0, 150.0), (180.0, 30.0)] {
        let square = Square {
            center: DVec2::new(152.0, 141.0),
            side,
        };
        let window = Window {
            square,
            turn: degrees.to_radians(),
        };
        for (i, value) in photo.sample(window, 40)[..40 * 40].iter().enumerate() {
            let unit = DVec2::new((i % 40) as f64 + 0.5, (i / 40) as f64 + 0.5) / 40.0;
            let p = window.place(unit);
            assert!((window.unit(p) - unit).length() < 1e-9);
            let off = (f64::from(*value) * 255.0 - shade(p)).abs();
            assert!(off < 4.0, "{degrees} degrees, {p}: off by {off:.1} of 255");
        }
    }
    let away = Square {
        center: DVec2::new(-900.0, 40.0),
        side: 200.0,
    };
    for turn in [0.4, f64::NAN] {
        let outside = photo.sample(Window { square: away, turn }, 16);
        assert!(outside.len() == 3 * 16 * 16 && outside.iter().all(|v| (v - 0.5).abs() < 1e-4));
    }
}

#[test]
fn shrinking_averages_light_whatever_the_factor() {
    let board: Vec<u8> = (0..720u32 * 600)
        .flat_map(|i| [if (i % 720 + i / 720) % 2 == 0 { 255 } else { 0 }; 3])
        .collect();
    let photo = Photo::from_rgb8(720, 600, board);
    for longest in [240, 97, 31] {
        let small = photo.resized(longest);
        assert_eq!(small.width(), longest);
        assert_eq!(
            small.height(),
            (600.0 * f64::from(longest) / 720.0).round() as u32
        );
        let found: Vec<i64> = levels(&small).iter().map(|&v| v.into()).collect();
        assert!(
            close(&found, &vec![188; found.len()], 2),
            "{longest}: {:?}",
            &found[..9]
        );
    }
    assert_eq!(photo.resized(720).samples(), photo.samples());
}

#[test]
fn transparent_pixels_do_not_bleed() {
    let mut file = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, _| {
        if x < 32 {
            image::Rgba([250u8, 10, 10, 255])
        } else {
            image::Rgba([0, 255, 0, 0])
        }
    };
    image::RgbaImage::from_fn(64, 64, pixel)
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    let small = decode(file.get_ref()).unwrap().resized(15);
    for p in levels(&small).chunks(4).filter(|p| p[3] > 8) {
        assert!(p[0] > 240 && p[1] < 20, "{p:?}");
    }
}

#[test]
fn before_and_after_stand_side_by_side() {
    let (a, b) = (noise8(100, 20), noise16(50, 30));
    let both = Photo::side_by_side(&a, &b);
    assert_eq!((both.width(), both.height()), (152, 30));
    assert_eq!(pixel(&both, 99, 19), pixel(&a, 99, 19));
    assert_eq!(pixel(&both, 100, 0), [255; 3]);
    assert_eq!(pixel(&both, 10, 25), [255; 3]);
    let wanted: Vec<i64> = pixel(&b, 7, 29).iter().map(|v| (v + 128) / 257).collect();
    assert!(close(&pixel(&both, 109, 29), &wanted, 1));
}
