//! Known artwork is photographed on plain backgrounds and cut out again.

use crate::studio::{self, BACKDROPS, photograph};
use bijou::cutout::{Proposal, cut};
use bijou::photo::{LinearImage, to_linear, to_srgb};
use bijou::product::{Art, Attach, Catalogue, Category};
use glam::DVec2;
use std::path::{Path, PathBuf};

/// How a cut-out differs from the art that was photographed.
#[derive(Debug)]
struct Score {
    /// Intersection over union of alpha ≥ 0.5.
    iou: f64,
    /// Sum of alpha errors over the sum of alpha.
    alpha: f64,
    /// Mean difference of the edge pixels' colour, laid on mid grey, sRGB-encoded.
    edge: f64,
}

fn score(truth: &Art, at: usize, found: &Proposal) -> Score {
    let pixel = |art: &Art, x: i64, y: i64| -> [u8; 4] {
        let inside = (0..art.width as i64).contains(&x) && (0..art.height as i64).contains(&y);
        let i = if inside {
            (y as usize * art.width + x as usize) * 4
        } else {
            return [0; 4];
        };
        [art.rgba[i], art.rgba[i + 1], art.rgba[i + 2], art.rgba[i + 3]]
    };
    let (mut both, mut any, mut error, mut total, mut edge, mut edges) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let side = at as i64;
    for y in -side..truth.height as i64 + side {
        for x in -side..truth.width as i64 + side {
            let t = pixel(truth, x, y);
            let f = pixel(&found.art, x + side - found.origin.0, y + side - found.origin.1);
            both += f64::from(u8::from(t[3] > 127 && f[3] > 127));
            any += f64::from(u8::from(t[3] > 127 || f[3] > 127));
            error += (f64::from(t[3]) - f64::from(f[3])).abs();
            total += f64::from(t[3]);
            if t[3] > 0 && t[3] < 255 {
                edge += (0..3)
                    .map(|k| (on_grey(t, k) - on_grey(f, k)).abs())
                    .fold(0.0, f64::max);
                edges += 1.0;
            }
        }
    }
    Score {
        iou: both / any,
        alpha: error / total,
        edge: edge / edges,
    }
}

/// A channel of a straight-alpha pixel over mid grey, mixed in linear light.
fn on_grey(px: [u8; 4], k: usize) -> f64 {
    let a = f32::from(px[3]) / 255.0;
    f64::from(to_srgb(
        a * to_linear(f32::from(px[k]) / 255.0) + (1.0 - a) * 0.21,
    ))
}

fn keep(name: &str, art: &Art, photo: Option<&LinearImage>) {
    let Some(folder) = std::env::var_os("BIJOU_TEST_PICTURES") else {
        return;
    };
    let folder = PathBuf::from(folder);
    std::fs::write(folder.join(format!("{name}.png")), art.to_png().unwrap()).unwrap();
    if let Some(p) = photo {
        let rgba = p.pixels.iter().flat_map(|px| {
            let [r, g, b] = px.map(|v| (to_srgb(v.max(0.0)).min(1.0) * 255.0).round() as u8);
            [r, g, b, 255]
        });
        let art = Art {
            width: p.width,
            height: p.height,
            rgba: rgba.collect(),
        };
        std::fs::write(folder.join(format!("{name}-photo.png")), art.to_png().unwrap()).unwrap();
    }
}

#[test]
fn drawn_pieces_come_back_from_plain_backgrounds() {
    let pieces = [
        (
            "gold-hoop",
            Category::Earring,
            studio::draw(360, 410, studio::gold_hoop),
        ),
        (
            "silver-hoop",
            Category::Earring,
            studio::draw(360, 410, studio::silver_hoop),
        ),
        (
            "necklace",
            Category::Necklace,
            studio::draw(640, 520, studio::necklace),
        ),
    ];
    let mut bad = Vec::new();
    for (name, category, art) in &pieces {
        for (back, backdrop) in BACKDROPS {
            // A metal or a pearl that has the background's very colour along its rim cannot be told from it.
            if *name == "silver-hoop" && matches!(back, "grey" | "white") {
                continue;
            }
            let photo = photograph(art, 60, backdrop);
            let found = cut(&photo, None, *category).unwrap();
            keep(&format!("{name}-{back}"), &found.art, Some(&photo));
            let s = score(art, 60, &found);
            println!("{name} on {back}: {s:.4?}");
            // Dark crevices of the chain drown in black.
            let (iou, alpha) = if back == "black" {
                (0.96, 0.07)
            } else {
                (0.97, 0.035)
            };
            if s.iou < iou || s.alpha > alpha || s.edge > 0.05 {
                bad.push(format!("{name} on {back}: {s:?}"));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

/// The project's own products; none in a checkout without them.
fn real_products() -> Catalogue {
    let assets = std::env::var_os("BIJOU_TEST_PRODUCTS").map(PathBuf::from);
    Catalogue::open(
        &[assets.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/products"))],
    )
}

/// The project's own products, where the checkout has them (path-traced art, so an outside reference).
#[test]
fn real_artwork_comes_back_from_plain_backgrounds() {
    let catalogue = real_products();
    let cases = [
        ("pearl-drop-gold", 0),
        ("thin-hoop-gold", 2),
        ("emerald-drop-gold", 1),
        ("sapphire-teardrop-silver", 2),
        ("diamond-bar-silver", 3),
        ("pearl-strand", 2),
    ];
    let mut bad = Vec::new();
    for (id, back) in cases {
        if !catalogue.list().iter().any(|p| p.id == id) {
            continue;
        }
        let product = catalogue.get(id).unwrap();
        let photo = photograph(&product.art, 60, BACKDROPS[back].1);
        let found = cut(&photo, None, product.category).unwrap();
        keep(&format!("real-{id}"), &found.art, Some(&photo));
        let s = score(&product.art, 60, &found);
        println!("{id} on {}: {s:.4?}", BACKDROPS[back].0);
        if s.iou < 0.97 || s.alpha > 0.03 || s.edge > 0.07 {
            bad.push(format!("{id} on {}: {s:?}", BACKDROPS[back].0));
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

fn canvas(width: usize, height: usize, paint: impl Fn(f32, f32) -> [f32; 3]) -> LinearImage {
    let at = |i: usize| ((i % width) as f32, (i / width) as f32);
    let pixels = (0..width * height).map(at).map(|(x, y)| paint(x, y)).collect();
    LinearImage {
        width,
        height,
        pixels,
    }
}

#[test]
fn what_cannot_be_cut_out_says_why() {
    let message = |image: &LinearImage| cut(image, None, Category::Earring).unwrap_err().to_string();
    let checks = canvas(300, 300, |x, y| {
        [if ((x / 40.0) as i32 + (y / 40.0) as i32) % 2 == 0 {
            0.1
        } else {
            0.8
        }; 3]
    });
    assert!(message(&checks).contains("not plain"), "{}", message(&checks));
    let mut state = 7;
    let noise: Vec<f32> = (0..90_000).map(|_| studio::gauss(&mut state)).collect();
    let texture = canvas(300, 300, |x, y| {
        [(0.4 + 0.3 * noise[y as usize * 300 + x as usize]).clamp(0.0, 1.0); 3]
    });
    assert!(message(&texture).contains("not plain"), "{}", message(&texture));
    let empty = canvas(300, 300, |x, _| [0.5 + 0.0003 * x; 3]);
    assert!(message(&empty).contains("no piece found"), "{}", message(&empty));
    let dot = canvas(300, 300, |x, y| {
        if (x - 150.0).hypot(y - 150.0) < 9.0 {
            [0.9, 0.5, 0.1]
        } else {
            [0.5; 3]
        }
    });
    assert!(
        message(&dot).contains("photograph it closer"),
        "{}",
        message(&dot)
    );
    for (width, height) in [(0, 0), (1, 1), (3, 200), (64, 2)] {
        assert!(cut(&canvas(width, height, |_, _| [0.5; 3]), None, Category::Tiara).is_err());
    }
    let lies = LinearImage {
        width: 10,
        height: 10,
        pixels: vec![[0.0; 3]; 9],
    };
    assert!(message(&lies).contains("10×10"));
    let broken = canvas(100, 100, |x, _| {
        if x < 50.0 {
            [f32::NAN; 3]
        } else {
            [f32::INFINITY; 3]
        }
    });
    assert!(cut(&broken, None, Category::Earring).is_err());
}

#[test]
fn a_pictures_own_transparency_is_kept() {
    let art = studio::draw(200, 228, studio::gold_hoop);
    let linear = |px: &[u8]| [px[0], px[1], px[2]].map(|v| to_linear(f32::from(v) / 255.0));
    let pixels = art.rgba.chunks_exact(4).map(linear).collect();
    let alpha: Vec<f32> = art
        .rgba
        .chunks_exact(4)
        .map(|px| f32::from(px[3]) / 255.0)
        .collect();
    let image = LinearImage {
        width: art.width,
        height: art.height,
        pixels,
    };
    let found = cut(&image, Some(&alpha), Category::Earring).unwrap();
    let s = score(&art, 0, &found);
    assert!(s.iou == 1.0 && s.alpha == 0.0 && s.edge < 1e-6, "{s:?}");
}

#[test]
fn large_pictures_are_scaled_down_and_specks_and_the_second_of_a_pair_left_out() {
    let ring = |x: f32, y: f32, cx: f32, r: f32| ((x - cx).hypot(y - 800.0) - r).abs() < 40.0;
    let photo = canvas(5000, 1600, |x, y| match () {
        () if ring(x, y, 1200.0, 500.0) || ring(x, y, 3800.0, 480.0) => [0.7, 0.4, 0.1],
        () if (x - 2500.0).hypot(y - 300.0) < 8.0 => [0.05; 3],
        () => [0.6; 3],
    });
    let found = cut(&photo, None, Category::Earring).unwrap();
    let (x0, y0, x1, y1) = found.art.bounds();
    let expected = 1080.0 * 4096.0 / 5000.0;
    assert!(((x1 - x0) as f64 - expected).abs() < 5.0 && ((y1 - y0) as f64 - expected).abs() < 5.0);
    assert!(found.origin.0 < 1000, "the larger one: {:?}", found.origin);
    let Attach::Hook(hook) = found.attach else {
        panic!("{:?}", found.attach)
    };
    assert!((hook.x - found.art.width as f64 / 2.0).abs() < 4.0, "{hook}");
    assert!(
        hook.y > y0 as f64 && hook.y < y0 as f64 + 0.05 * expected,
        "{hook}"
    );
}

/// The designs' own points, against what is proposed for their art alone.
#[test]
fn proposed_points_are_near_those_of_real_products() {
    let catalogue = real_products();
    for summary in catalogue.list() {
        let product = catalogue.get(&summary.id).unwrap();
        let linear = |px: &[u8]| [px[0], px[1], px[2]].map(|v| to_linear(f32::from(v) / 255.0));
        let image = LinearImage {
            width: product.art.width,
            height: product.art.height,
            pixels: product.art.rgba.chunks_exact(4).map(linear).collect(),
        };
        let alpha: Vec<f32> = product
            .art
            .rgba
            .chunks_exact(4)
            .map(|px| f32::from(px[3]) / 255.0)
            .collect();
        let found = cut(&image, Some(&alpha), product.category).unwrap();
        let origin = DVec2::new(found.origin.0 as f64, found.origin.1 as f64);
        let to_mm = |px: DVec2| (px + origin) * product.mm_per_px();
        for ((name, a), (_, b)) in found
            .attach
            .map(to_mm)
            .points()
            .into_iter()
            .zip(product.attach.points())
        {
            let off = (a - b).length() / product.size_mm.max_element();
            println!("{} {name}: {off:.3} of its size off", product.id);
            assert!(off < 0.15, "{} {name}: {a} for {b} mm", product.id);
        }
    }
}
