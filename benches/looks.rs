//! `make bench`: what every look costs on a picture of one megapixel, and on a live frame of 640 × 480, on the
//! graphics device found.
//!
//! Prints one line a look: median milliseconds from picture to picture (both ways over the bus), what is
//! asked of it, verdict. Pipelines and textures are warm, as in live use.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bijou::geometry::Rect;
use bijou::gpu::Gpu;
use bijou::photo::Photo;
use bijou::style::{self, Style, StylePicture, Styler, Wear, looks};
use std::path::PathBuf;
use std::time::Instant;

const SIDE: u32 = 1000;
/// A webcam's frame.
const LIVE: [u32; 2] = [640, 480];
const ROUNDS: usize = 7;
/// What is asked of a look at one megapixel on a software driver, milliseconds.
const ASKED: f64 = 80.0;
/// The same for those that follow the forms of the picture.
const ASKED_FLOW: f64 = 250.0;
const FLOW: [&str; 2] = ["oil_painting", "ink_line"];

fn main() {
    // `cargo test --all-targets` runs benches too: there is nothing to prove then.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let gpu = Gpu::headless().expect("a graphics device");
    println!("looks at {SIDE} × {SIDE} on {}", gpu.name());
    let mut styler = Styler::new(gpu).expect("a styler");
    let (large, live) = (picture([SIDE, SIDE]), picture(LIVE));
    for look in looks() {
        let style = Style::new(look);
        let times = times(&mut styler, &style, &large);
        let asked = if FLOW.contains(&look.id) {
            ASKED_FLOW
        } else {
            ASKED
        };
        let word = if times[ROUNDS / 2] <= asked {
            "holds"
        } else {
            "FALLS SHORT"
        };
        println!(
            "{}: {:.0} ms, best {:.0} (asked: at most {asked:.0}) {word}",
            look.id,
            times[ROUNDS / 2],
            times[0]
        );
    }
    let made = styler.canvases_made();
    for look in looks().iter().chain([style::finish()]) {
        let mut style = Style::new(look);
        if look == style::finish() {
            for parameter in look.parameters.iter().take(5) {
                style = style.with(parameter.name, 0.5).expect("an amount");
            }
        }
        let times = times(&mut styler, &style, &live);
        println!(
            "{} at 640 × 480: {:.0} ms, best {:.0}",
            look.id,
            times[ROUNDS / 2],
            times[0]
        );
    }
    println!("textures made for live frames: {}", styler.canvases_made() - made);
}

/// Milliseconds of [`ROUNDS`] warm rounds, the shortest first.
fn times(styler: &mut Styler, style: &Style, picture: &StylePicture) -> Vec<f64> {
    let mut times: Vec<f64> = (0..=ROUNDS)
        .map(|_| {
            let start = Instant::now();
            drop(styler.apply(style, picture).expect("a styled picture"));
            start.elapsed().as_secs_f64() * 1e3
        })
        .skip(1)
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

/// A sample portrait with something worn on a hundredth of it.
fn picture([width, height]: [u32; 2]) -> StylePicture {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/portraits/amara.jpg");
    let sample = image::open(&path).expect("the sample portrait");
    let square = sample.resize_to_fill(width, height, image::imageops::FilterType::Triangle);
    let mut png = std::io::Cursor::new(Vec::new());
    square
        .to_rgb8()
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("an encoded picture");
    let photo = Photo::decode(png.get_ref(), &path).expect("a photo");
    let whole = Rect {
        x: 0,
        y: 0,
        width,
        height,
    };
    let rect = Rect {
        x: width * 3 / 10,
        y: height * 6 / 10,
        width: width / 10,
        height: height / 10,
    };
    let mut picture = StylePicture::from(photo.linear(whole));
    picture.wear = Some(Wear {
        rect,
        weight: vec![1.0; rect.area()],
    });
    picture
}
