//! The style of a reference picture: colours arrive, jewellery stays sharp, seams and depths do not show.

use super::*;
use bijou::model::{EngineChoice, Manifest, Options, Runtime};

/// A styler with the network that draws surfaces.
fn drawing() -> Styler {
    let options = Options {
        engine: EngineChoice::Tract,
        ..Options::default()
    };
    let manifest = Manifest::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let entry = manifest.entry("texture").unwrap();
    let network = Runtime::start(&options)
        .unwrap()
        .load(&entry.file, entry.sha256.as_deref(), entry.size)
        .unwrap();
    styler().with_painter(network).unwrap()
}

/// A picture in cold colours with fine stripes, as a file.
fn reference(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("cold + striped, 1.png");
    let stripes = image::RgbImage::from_fn(300, 240, |x, y| {
        let v = if x / 3 % 2 == 0 { 0 } else { 30 };
        let light = 50 + (y / 2) as u8;
        image::Rgb([light - v / 2, light + v, light + 50 + v])
    });
    stripes.save(&path).unwrap();
    path
}

fn mean(picture: &StylePicture, c: usize) -> f64 {
    let sum: f64 = picture
        .pixels
        .iter()
        .map(|p| reference::encode(f64::from(p[c].clamp(0.0, 1.0))))
        .sum();
    sum / picture.pixels.len() as f64
}

#[test]
fn colours_move_towards_the_picture_by_strength() {
    let folder = tempfile::tempdir().unwrap();
    let path = reference(folder.path());
    let mut styler = styler();
    let before = picture(120, 90);
    let blueness = |p: &StylePicture| mean(p, 2) - mean(p, 0);
    let at = |styler: &mut Styler, strength: &str| {
        let style = Style::parse(&format!("like:{}:{strength},skin=0", path.display())).unwrap();
        blueness(&styler.apply(&style, &before).unwrap())
    };
    let (none, half, full) = (blueness(&before), at(&mut styler, "0.5"), at(&mut styler, "1"));
    assert!(full > none + 0.08, "{none} {half} {full}");
    assert!(half > none + 0.02 && half < full - 0.02, "{none} {half} {full}");
    let style = Style::parse(&format!("like:{}:0", path.display())).unwrap();
    assert!(styler.apply(&style, &before).unwrap() == before);
}

#[test]
fn tiles_and_bands_equal_the_whole_and_it_repeats() {
    let folder = tempfile::tempdir().unwrap();
    let style = Style::parse(&format!("like:{},texture=1", reference(folder.path()).display())).unwrap();
    assert_eq!(Style::parse(&style.to_string()).unwrap(), style);
    let before = worn(
        picture(150, 110),
        Rect {
            x: 60,
            y: 20,
            width: 40,
            height: 50,
        },
    );
    for (mut whole, mut tiled) in [
        (styler(), styler().with_tile(37)),
        (drawing(), drawing().with_tile(37)),
    ] {
        let after = whole.apply(&style, &before).unwrap();
        assert!(after == tiled.apply(&style, &before).unwrap());
        assert!(after == whole.apply(&style, &before).unwrap());
        let mut a = tiles::photo(90, 130);
        let mut b = a.clone();
        whole.apply_to(&style, &mut a, None).unwrap();
        tiled.apply_to(&style, &mut b, None).unwrap();
        assert!(a.samples() == b.samples());
    }
}

#[test]
fn what_the_network_draws_is_no_plain_noise_and_has_no_seams() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "like:{},texture=1,colour=0,light=0,skin=0",
        reference(folder.path()).display()
    );
    let style = Style::parse(&text).unwrap();
    assert!(style.draws());
    let mut flat = picture(460, 220);
    flat.pixels.fill([0.2, 0.24, 0.2]);
    let (mut plain, mut drawing) = (styler(), drawing());
    let after = drawing.apply(&style, &flat).unwrap();
    assert!(after != plain.apply(&style, &flat).unwrap());
    // The mean difference of neighbours across every upright line; tiles of the network end at 192 and 384.
    let across = |x: u32| {
        let line = Rect {
            x,
            y: 0,
            width: 2,
            height: flat.height,
        };
        roughness(&after, line)
    };
    let mut lines: Vec<f64> = (0..flat.width - 1).map(across).collect();
    let (first, second) = (lines[191], lines[383]);
    lines.sort_by(f64::total_cmp);
    let most = lines[lines.len() * 99 / 100];
    assert!(first <= most && second <= most, "{first} {second} {most}");
    assert!(lines[lines.len() / 2] > 0.002, "nothing is drawn");
}

#[test]
fn a_network_of_another_shape_is_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let options = Options {
        engine: EngineChoice::Tract,
        ..Options::default()
    };
    let runtime = Runtime::start(&options).unwrap();
    let other = runtime
        .load(&root.join("models/tryon-live.onnx"), None, None)
        .unwrap();
    let error = styler().with_painter(other).err().unwrap().to_string();
    assert!(error.contains("tryon-live.onnx"), "{error}");
}

/// The mean difference of neighbours along a row.
fn roughness(picture: &StylePicture, rect: Rect) -> f64 {
    let light = |x: u32, y: u32| {
        let p = picture.pixels[(y * picture.width + x) as usize];
        reference::encode(f64::from(p[1]))
    };
    let mut sum = 0.0;
    for y in rect.y..rect.y + rect.height {
        for x in rect.x..rect.x + rect.width - 1 {
            sum += (light(x + 1, y) - light(x, y)).abs();
        }
    }
    sum / rect.area() as f64
}

#[test]
fn the_surface_spares_what_is_worn() {
    let folder = tempfile::tempdir().unwrap();
    let style = Style::parse(&format!("like:{},texture=1", reference(folder.path()).display())).unwrap();
    let mut flat = picture(120, 120);
    flat.pixels.fill([0.25, 0.2, 0.2]);
    let [inside, outside] = [70, 10].map(|x| Rect {
        x,
        y: 30,
        width: 40,
        height: 60,
    });
    flat.wear = Some(Wear {
        rect: inside,
        weight: vec![1.0; inside.area()],
    });
    for mut styler in [styler(), drawing()] {
        let after = styler.apply(&style, &flat).unwrap();
        assert!(
            roughness(&after, outside) > 0.004,
            "{}",
            roughness(&after, outside)
        );
        assert!(roughness(&after, inside) < 1e-4, "{}", roughness(&after, inside));
    }
}

#[test]
fn a_picture_that_cannot_be_read_or_has_changed_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Style::parse("like:nowhere.png:0.5").unwrap_err();
    assert_eq!(missing.to_string(), "the reference picture cannot be used");
    let why = std::error::Error::source(&missing).unwrap().to_string();
    assert!(why.contains("nowhere.png"), "{why}");
    let broken = folder.path().join("broken.png");
    std::fs::write(&broken, b"\x89PNG\r\n\x1a\nnothing").unwrap();
    let error = Style::parse(&format!("like:{}", broken.display())).unwrap_err();
    assert!(matches!(error, Error::Reference(_)), "{error:?}");
    let path = reference(folder.path());
    let text = Style::parse(&format!("like:{}:0.5,light=0.25", path.display()))
        .unwrap()
        .to_string();
    assert!(text.contains(":0.5,light=0.25,sha256="), "{text}");
    image::RgbImage::from_pixel(31, 20, image::Rgb([9, 80, 7]))
        .save(&path)
        .unwrap();
    assert!(matches!(Style::parse(&text), Err(Error::Changed { .. })));
    let error = Style::parse(&format!("like:{}:1,light=2", path.display())).unwrap_err();
    assert!(matches!(error, Error::Value { name: "light", .. }), "{error:?}");
}
