//! Pictures of the screens, dark and light, English and Chinese, beside those in `tests/app/snapshots`.
//!
//! They are halved and compared by blocks, because drivers and fonts differ a little between machines. A test that
//! fails leaves what it saw and where it differs in `target/snapshots`; `BIJOU_SNAPSHOTS=write` makes them again.

use super::{Desk, first_day, root};
use bijou::app::App;
use bijou::job::Subject;
use bijou::style;
use eframe::egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use eframe::egui::{FontData, FontFamily, Key, Modifiers};
use image::{DynamicImage, RgbImage};
use std::path::PathBuf;

/// Side of a block, pixels of the halved picture.
const BLOCK: u32 = 8;
/// Mean difference of a block's channel that is seen.
const SEEN: f64 = 16.0;
/// So many blocks of 4000 may differ: figures in the status bar change every time.
const MAY_DIFFER: usize = 24;

/// Half the size.
fn halved(image: &image::RgbaImage) -> RgbImage {
    RgbImage::from_fn(image.width() / 2, image.height() / 2, |x, y| {
        let at = |dx, dy| image.get_pixel(2 * x + dx, 2 * y + dy).0;
        let four = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
        image::Rgb([0, 1, 2].map(|c| (four.iter().map(|p| u16::from(p[c])).sum::<u16>() / 4) as u8))
    })
}

/// The blocks in which two pictures differ; all of them when their sizes do.
fn differing(a: &RgbImage, b: &RgbImage) -> Vec<(u32, u32)> {
    let (columns, rows) = (a.width() / BLOCK, a.height() / BLOCK);
    let blocks = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
    if a.dimensions() != b.dimensions() {
        return blocks.collect();
    }
    let mean = |image: &RgbImage, (bx, by): (u32, u32), c: usize| {
        let pixels = (0..BLOCK * BLOCK).map(|i| (bx * BLOCK + i % BLOCK, by * BLOCK + i / BLOCK));
        let sum: f64 = pixels.map(|(x, y)| f64::from(image.get_pixel(x, y).0[c])).sum();
        sum / f64::from(BLOCK * BLOCK)
    };
    let differs = |block: &(u32, u32)| (0..3).any(|c| (mean(a, *block, c) - mean(b, *block, c)).abs() > SEEN);
    blocks.filter(differs).collect()
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 72);
    DynamicImage::from(image.clone())
        .write_with_encoder(encoder)
        .unwrap();
    bytes
}

/// Compares what is on the screen with the picture of this name; gives what is wrong.
fn compare(desk: &mut Desk, name: &str) -> Option<String> {
    desk.window.remove_cursor();
    desk.window.run_steps(6);
    let seen = halved(&desk.window.render().unwrap());
    let file = root().join("tests/app/snapshots").join(format!("{name}.jpg"));
    if std::env::var("BIJOU_SNAPSHOTS").is_ok_and(|v| v == "write") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, jpeg(&seen)).unwrap();
    }
    let expected = match image::open(&file) {
        Ok(image) => image.to_rgb8(),
        Err(error) => return Some(format!("{}: {error}", file.display())),
    };
    let size = std::fs::metadata(&file).unwrap().len();
    assert!(size <= 40 * 1024, "{name} has {size} bytes");
    let blocks = differing(&seen, &expected);
    if blocks.len() <= MAY_DIFFER {
        return None;
    }
    let folder = root().join("target/snapshots");
    std::fs::create_dir_all(&folder).unwrap();
    let mut marked = seen.clone();
    for &(bx, by) in &blocks {
        for i in 0..BLOCK * BLOCK {
            let px = marked.get_pixel_mut(bx * BLOCK + i % BLOCK, by * BLOCK + i / BLOCK);
            px.0[0] = 255;
        }
    }
    let path = |what: &str| -> PathBuf { folder.join(format!("{name}-{what}.png")) };
    seen.save(path("actual")).unwrap();
    marked.save(path("difference")).unwrap();
    Some(format!(
        "{name}: {} blocks differ, see {}",
        blocks.len(),
        path("difference").display()
    ))
}

/// The window takes the system's fonts, the harness has none of them: the Chinese one is put in by hand. False where
/// this machine has none; `make test` installs it on Debian.
fn with_chinese(desk: &Desk) -> bool {
    const FILE: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
    /// Simplified Chinese in the collection.
    const INDEX: u32 = 2;
    let Ok(bytes) = std::fs::read(FILE) else {
        println!("{FILE} is not here: no pictures of the Chinese screens");
        return false;
    };
    let mut data = FontData::from_owned(bytes);
    data.index = INDEX;
    let insert = FontInsert::new(
        "chinese",
        data,
        vec![InsertFontFamily {
            family: FontFamily::Proportional,
            priority: FontPriority::Lowest,
        }],
    );
    desk.window.ctx.add_font(insert);
    true
}

/// Has everything come that is shown on the first screen?
fn is_complete(app: &App) -> bool {
    let desk = app.desk();
    let has = |subject: Subject| desk.pictures.contains_key(&subject);
    desk.products.iter().all(|p| has(Subject::Product(p.id.clone())))
        && desk
            .document()
            .portraits
            .iter()
            .all(|p| has(Subject::Portrait(p.clone())))
        && style::looks().iter().all(|l| has(Subject::Look(l.id)))
}

#[test]
fn every_screen_looks_as_it_did() {
    let mut desk = first_day();
    let chinese = with_chinese(&desk);
    desk.settle();
    desk.until("all small pictures", is_complete);
    let key = |desk: &mut Desk, modifiers, key| {
        desk.window.key_press_modifiers(modifiers, key);
        desk.window.run_steps(4);
    };
    let mut wrong = Vec::new();
    wrong.extend(compare(&mut desk, "try-on-dark-en"));
    key(&mut desk, Modifiers::COMMAND, Key::E);
    wrong.extend(compare(&mut desk, "export-dark-en"));
    key(&mut desk, Modifiers::NONE, Key::Escape);
    key(&mut desk, Modifiers::COMMAND, Key::L);
    key(&mut desk, Modifiers::NONE, Key::F1);
    if chinese {
        wrong.extend(compare(&mut desk, "keys-dark-zh"));
    }
    key(&mut desk, Modifiers::NONE, Key::Escape);
    key(&mut desk, Modifiers::COMMAND, Key::T);
    key(&mut desk, Modifiers::NONE, Key::Num4);
    desk.settle();
    if chinese {
        wrong.extend(compare(&mut desk, "side-by-side-light-zh"));
    }
    key(&mut desk, Modifiers::COMMAND, Key::L);
    key(&mut desk, Modifiers::NONE, Key::Num2);
    key(&mut desk, Modifiers::NONE, Key::P);
    desk.settle();
    wrong.extend(compare(&mut desk, "points-light-en"));
    key(&mut desk, Modifiers::NONE, Key::P);
    key(&mut desk, Modifiers::COMMAND, Key::I);
    wrong.extend(compare(&mut desk, "import-light-en"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_change_of_the_size_of_a_button_is_seen() {
    let plain = RgbImage::from_pixel(640, 400, image::Rgb([25, 23, 21]));
    let mut changed = plain.clone();
    for (x, y, px) in changed.enumerate_pixels_mut() {
        if (100..156).contains(&x) && (40..72).contains(&y) {
            *px = image::Rgb([205, 172, 110]);
        }
    }
    assert!(differing(&plain, &changed).len() > MAY_DIFFER);
    assert!(differing(&plain, &plain).is_empty());
}
