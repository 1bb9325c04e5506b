//! Every look on a small portrait, as pictures: a change that is meant is made with `BIJOU_BLESS=1`; one that is
//! not leaves what came out and the difference beside what was expected.

use super::*;

/// How far a value may be off on another driver, levels of 8 bits; and how many of a hundred values may.
const TOLERANCE: u8 = 6;
const OUTLIERS: usize = 2;

fn small() -> (Photo, Wear) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/portraits/amara.jpg");
    let photo = Photo::open(&path).unwrap().resized(64);
    let rect = Rect {
        x: photo.width() / 3,
        y: photo.height() * 2 / 3,
        width: photo.width() / 4,
        height: photo.height() / 6,
    };
    let weight = vec![1.0; rect.area()];
    (photo, Wear { rect, weight })
}

#[test]
fn every_look_is_what_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/style/goldens");
    let (photo, wear) = small();
    let mut styler = styler();
    let mut wrong = Vec::new();
    let finish = "finish,contrast=0.6,denoise=0.5,sharpen=0.6,glow=0.5,grain=1";
    for text in looks().iter().map(|look| look.id).chain([finish]) {
        let mut styled = photo.clone();
        let style = Style::parse(text).unwrap();
        styler.apply_to(&style, &mut styled, Some(&wear)).unwrap();
        let bijou::photo::Samples::U8(samples) = styled.samples() else {
            panic!("8 bit stays 8 bit")
        };
        let actual = image::RgbImage::from_raw(styled.width(), styled.height(), samples.clone()).unwrap();
        let file = |end: &str| folder.join(format!("{}{end}.png", style.name()));
        if std::env::var_os("BIJOU_BLESS").is_some() {
            actual.save(file("")).unwrap();
            continue;
        }
        let expected = image::open(file(""))
            .unwrap_or_else(|e| panic!("{text}: {e}"))
            .to_rgb8();
        assert_eq!(actual.dimensions(), expected.dimensions(), "{text}");
        let off: Vec<u8> = actual
            .iter()
            .zip(expected.iter())
            .map(|(a, b)| a.abs_diff(*b))
            .collect();
        let outliers = off.iter().filter(|v| **v > TOLERANCE).count();
        if outliers * 100 > off.len() * OUTLIERS {
            let difference = off.iter().map(|v| v.saturating_mul(8)).collect();
            actual.save(file(".actual")).unwrap();
            image::RgbImage::from_raw(actual.width(), actual.height(), difference)
                .unwrap()
                .save(file(".difference"))
                .unwrap();
            wrong.push(format!("{text}: {outliers} of {} values are off", off.len()));
        }
    }
    assert!(wrong.is_empty(), "{}; see tests/style/goldens", wrong.join("\n"));
}
