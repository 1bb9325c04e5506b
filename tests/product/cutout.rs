//! Known artwork is photographed on plain backgrounds and cut out again.

use crate::studio::{self, BACKDROPS, photograph};
use bijou::cutout::{Proposal, cut};
use bijou::photo::{LinearImage, to_linear, to_srgb};
use bijou::product::{Art, Category};

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
    let folder = std::path::PathBuf::from(folder);
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
            let photo = photograph(art, 60, backdrop);
            let found = cut(&photo, None, *category).unwrap();
            keep(&format!("{name}-{back}"), &found.art, Some(&photo));
            let s = score(art, 60, &found);
            println!("{name} on {back}: {s:.4?}");
            if s.iou < 0.97 || s.alpha > 0.03 || s.edge > 0.05 {
                bad.push(format!("{name} on {back}: {s:?}"));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}
