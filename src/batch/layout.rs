//! Layout: a finished try-on, or a product alone, as a preset wants it.

use super::preset::{Fit, Preset};
use crate::geometry::Rect;
use crate::photo::{Frame, Photo, Profile};
use crate::pipeline::Outcome;
use crate::product::{Art, Pair, Product};
use glam::DVec2;

/// Space between the pieces of a pair, as a share of one piece's width.
const GAP: f64 = 0.35;

/// A picture and how much it was enlarged (1: not at all).
pub struct Laid {
    /// The picture.
    pub photo: Photo,
    /// Enlargement, a factor.
    pub enlarged: f64,
}

/// A try-on as a preset wants it.
pub fn on_model(before: &Photo, outcome: &Outcome, preset: &Preset, sizes_mm: &[DVec2]) -> Laid {
    let pair;
    let photo = if preset.before_after {
        pair = Photo::side_by_side(before, &outcome.photo);
        &pair
    } else {
        &outcome.photo
    };
    let size = [f64::from(photo.width()), f64::from(photo.height())];
    let side = size[0].max(size[1]);
    if preset.canvas.is_some() {
        let focus = if preset.before_after {
            [DVec2::ZERO, DVec2::from(size)]
        } else {
            focus(outcome, sizes_mm)
        };
        return on_canvas(photo, preset, focus);
    }
    let least = preset.least.map_or(side, |l| side.max(f64::from(l)));
    let longest = preset.longest.map_or(least, |l| least.min(f64::from(l)));
    let factor = longest / side;
    if factor <= 1.0 && preset.profile == Profile::Keep {
        return Laid {
            photo: photo.resized(longest as u32),
            enlarged: 1.0,
        };
    }
    let scaled = |v: f64| (v * factor).round().max(1.0) as u32;
    let canvas = (scaled(size[0]), scaled(size[1]));
    let frame = Frame {
        canvas,
        target: whole(canvas),
        background: preset.background.0,
        profile: preset.profile,
        ..Frame::whole(photo)
    };
    Laid {
        photo: photo.framed(&frame),
        enlarged: factor.max(1.0),
    }
}

/// A product alone: a pair side by side, cut to what can be seen.
pub fn packshot(product: &Product, preset: &Preset) -> Laid {
    let art = pieces(&product.art, product.pair);
    let photo = Photo::from_rgba8(art.width as u32, art.height as u32, art.rgba);
    let size = DVec2::new(f64::from(photo.width()), f64::from(photo.height()));
    on_canvas(&photo, preset, [DVec2::ZERO, size])
}

/// A picture on the preset's canvas. `focus`: two corners of what a crop has to keep.
fn on_canvas(photo: &Photo, preset: &Preset, focus: [DVec2; 2]) -> Laid {
    let [width, height] = preset.canvas.unwrap_or([photo.width(), photo.height()]);
    let canvas = DVec2::new(f64::from(width), f64::from(height));
    let size = DVec2::new(f64::from(photo.width()), f64::from(photo.height()));
    let mut frame = Frame {
        canvas: (width, height),
        background: preset.background.0,
        profile: preset.profile,
        ..Frame::whole(photo)
    };
    let enlarged = match preset.fit {
        Fit::Contain => {
            let factor = (canvas * preset.fill / size).min_element();
            let own = (size * factor).round().max(DVec2::ONE).min(canvas);
            let corner = ((canvas - own) / 2.0).floor();
            frame.target = Rect {
                x: corner.x as u32,
                y: corner.y as u32,
                width: own.x as u32,
                height: own.y as u32,
            };
            factor
        }
        Fit::Cover => {
            let factor = (canvas / size).max_element();
            let part = (canvas / factor).min(size);
            let corner = window(size, part, focus);
            frame.source = [corner.x, corner.y, part.x, part.y];
            frame.target = whole((width, height));
            factor
        }
    };
    Laid {
        photo: photo.framed(&frame),
        enlarged: enlarged.max(1.0),
    }
}

fn whole((width, height): (u32, u32)) -> Rect {
    Rect {
        x: 0,
        y: 0,
        width,
        height,
    }
}

/// The corner of a window of a size inside the picture, as near to the middle of the focus as can be.
fn window(size: DVec2, part: DVec2, [low, high]: [DVec2; 2]) -> DVec2 {
    let wanted = (low + high) / 2.0 - part / 2.0;
    wanted.clamp(DVec2::ZERO, (size - part).max(DVec2::ZERO))
}

/// Two corners of the box that holds the face and every piece that is drawn, inside the picture.
fn focus(outcome: &Outcome, sizes_mm: &[DVec2]) -> [DVec2; 2] {
    use crate::anchors::Name::{Chin, EyeL, EyeR, Hairline};
    let mut points: Vec<DVec2> = [EyeL, EyeR, Chin, Hairline]
        .iter()
        .map(|n| outcome.anchors.at(*n))
        .collect();
    for seat in outcome.seats.iter().filter(|s| s.placement.hidden.is_none()) {
        let size = sizes_mm.get(seat.item).copied().unwrap_or_default();
        let corners = [
            DVec2::ZERO,
            DVec2::new(size.x, 0.0),
            size,
            DVec2::new(0.0, size.y),
        ];
        points.extend(corners.map(|mm| seat.placement.warp.apply(mm)));
    }
    let limit = DVec2::new(
        f64::from(outcome.photo.width()),
        f64::from(outcome.photo.height()),
    );
    let points = || {
        let inside = points.iter().filter(|p| p.is_finite());
        inside.map(|p| p.clamp(DVec2::ZERO, limit))
    };
    let low = points().reduce(DVec2::min).unwrap_or(DVec2::ZERO);
    let high = points().reduce(DVec2::max).unwrap_or(limit);
    [low, high]
}

/// The artwork cut to what can be seen; both pieces of a pair, the wearer's right one first.
fn pieces(art: &Art, pair: Pair) -> Art {
    let (x0, y0, x1, y1) = art.bounds();
    let (width, height) = (x1 - x0, y1 - y0);
    let row = |y: usize| &art.rgba[((y0 + y) * art.width + x0) * 4..][..width * 4];
    let gap = (width as f64 * GAP).round() as usize;
    let all = if pair == Pair::Single {
        width
    } else {
        2 * width + gap
    };
    let mut rgba = Vec::with_capacity(all * height * 4);
    for y in 0..height {
        if pair == Pair::Mirror {
            rgba.extend(row(y).as_chunks::<4>().0.iter().rev().flatten());
        } else if pair == Pair::Same {
            rgba.extend_from_slice(row(y));
        }
        if pair != Pair::Single {
            rgba.extend(std::iter::repeat_n(0, gap * 4));
        }
        rgba.extend_from_slice(row(y));
    }
    Art {
        width: all,
        height,
        rgba,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_keeps_the_focus_and_stays_inside() {
        let size = DVec2::new(1024.0, 1280.0);
        let part = DVec2::new(1024.0, 1024.0);
        let low = window(size, part, [DVec2::new(300.0, 700.0), DVec2::new(700.0, 1200.0)]);
        assert_eq!(low, DVec2::new(0.0, 256.0));
        let high = window(size, part, [DVec2::new(300.0, 50.0), DVec2::new(700.0, 300.0)]);
        assert_eq!(high, DVec2::ZERO);
        let narrow = window(
            size,
            DVec2::new(720.0, 1280.0),
            [DVec2::new(500.0, 0.0), DVec2::new(900.0, 900.0)],
        );
        assert!(narrow.x <= 500.0 && narrow.x + 720.0 >= 900.0 && narrow.x <= 304.0);
    }

    #[test]
    fn a_pair_is_two_mirrored_pieces_on_white() {
        let art = Art {
            width: 4,
            height: 2,
            rgba: [[0, 0, 0, 0], [255, 0, 0, 255], [0, 0, 255, 255], [0, 0, 0, 0]]
                .concat()
                .repeat(2),
        };
        let both = pieces(&art, Pair::Mirror);
        assert_eq!((both.width, both.height), (5, 2));
        assert_eq!(&both.rgba[..8], [0, 0, 255, 255, 255, 0, 0, 255]);
        assert_eq!(pieces(&art, Pair::Single).width, 2);
    }
}
