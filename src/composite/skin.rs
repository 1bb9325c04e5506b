//! What the skin around a piece tells of the light that falls on it.

use super::Cast;
use crate::anchors::{Anchors, Part};
use crate::geometry::Rect;
use crate::photo::{Photo, to_linear, to_srgb};
use glam::{DAffine2, DVec2};

/// A white thing is at least so many times as luminous as the skin beside it: on 237 training renders, whose metals and
/// stones mirror a room, 2.0 costs 0.1 dB and 2.4 costs 0.2 dB…
const OVER_SKIN: f32 = 2.2;
/// …darker skin than of this luminance sends back less of the same light, so for it white falls with this power only (on 448
/// rendered pairs what is worn is 0.60 times its artwork on the lightest fifth of people and 0.44 on the darkest, whose
/// skin is a tenth as luminous)…
const FAIR: f32 = 0.3;
const DARKER: f32 = 0.6;
/// …and pearls have their light from within: those that six women wear on photographs are, compared with our artwork of
/// pearls, 2.4 to 3.8 times (median 2.8) as luminous as skin, and whites that are lit alike are no darker.
const PEARLS_OVER_SKIN: f32 = 2.8;
/// What is skin, or skin or cloth, at least so probably is that.
const SURE: f32 = 0.7;
/// Skin and cloth are brighter than those of this quantile by little: white things are in the same light…
const BRIGHT: f32 = 0.95;
/// …and at least this share as bright as those.
const CLOTH: f32 = 0.8;
/// How bright white can be found to be, linear: pearls beside overexposed skin are brighter than their artwork.
const BRIGHTEST: f32 = 1.4;
/// Parts of words for pearls.
const PEARLS: [&str; 3] = ["pearl", "perl", "珍珠"];
/// Every so many pixels of the raster are looked at, across and down.
const STEP: usize = 4;
/// Less of the region than this tells nothing.
const LEAST: f32 = 0.01;
/// What is so far from a hook, mm, tells half as much of the light there as what is at it.
const NEAR_MM: f32 = 10.0;
/// …and of its colour what is so far, as near an ear there is much shade and little skin.
const COLOUR_MM: f32 = 40.0;
/// Beside it all of the head's skin counts so much: black has no colour.
const FACE: f32 = 0.1;
/// Cloth beside the piece is nearer than this.
const BESIDE: f32 = 0.3;
/// Of a face's skin this share is no brighter than its tone in full light.
const LIT: f32 = 0.75;
/// Every so many rows of a face's crop, as a share of its side, are looked at.
const ROWS: f64 = 1.0 / 24.0;
/// Pearls in the shade are at least as luminous as this power of the skin's shade says, all else as its shade: they go grey
/// less.
const PEARLS_SHADE: f32 = 0.7;
/// In the shade the generator dims too little: on 376 rendered earrings the true mean goes with the power 0.38 of how much
/// darker the skin beside them is than the face's in full light, what it made of them with 0.21.
const DIM: f32 = 0.18;
/// Fewer places on skin than this tell nothing of where the light comes from.
const FOR_A_PLANE: usize = 24;

/// Luminance of a linear colour.
fn luminance([r, g, b]: [f32; 3]) -> f32 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// The skin of a head: its luminance where it is in full light, and its mean colour, both linear; 0 where there is too
/// little.
pub fn tone(photo: &Photo, anchors: &Anchors) -> (f32, [f32; 3]) {
    let (low, side) = (anchors.crop.min(), anchors.crop.side);
    let step = side * ROWS;
    let (mut seen, mut sum) = (Vec::new(), [0.0; 3]);
    for row in 0..(1.0 / ROWS) as usize {
        let from = low + DVec2::new(0.0, (row as f64 + 0.5) * step);
        let to = from + DVec2::new(side, 1.0);
        let line = Rect::covering(from, to, photo.width(), photo.height());
        let line = Rect {
            height: line.height.min(1),
            ..line
        };
        let colours = photo.srgb(line);
        for (x, colour) in colours.into_iter().enumerate().step_by(step.max(1.0) as usize) {
            let place = DVec2::new(f64::from(line.x) + x as f64 + 0.5, f64::from(line.y) + 0.5);
            if anchors.parts.at(Part::Skin, place) > SURE {
                let colour = colour.map(to_linear);
                seen.push(luminance(colour));
                sum = std::array::from_fn(|c| sum[c] + colour[c]);
            }
        }
    }
    if seen.len() < FOR_A_PLANE {
        return (0.0, [0.0; 3]);
    }
    let place = (seen.len() as f32 * LIT) as usize;
    let count = seen.len() as f32;
    (
        *seen.select_nth_unstable_by(place, f32::total_cmp).1,
        sum.map(|v| v / count),
    )
}

/// Is a stone a pearl? Its name may say so in any language.
pub fn is_pearl(stone: &str) -> bool {
    let stone = stone.to_lowercase();
    PEARLS.iter().any(|pearl| stone.contains(pearl))
}

/// What a product's white is compared with skin, and the power with which skin's shade counts.
pub fn over_skin(stone: &str) -> (f32, f32) {
    if is_pearl(stone) {
        (PEARLS_OVER_SKIN, PEARLS_SHADE)
    } else {
        (OVER_SKIN, 1.0)
    }
}

/// Skin and cloth around a piece.
pub struct Around {
    /// Bare skin: where, photo pixels, its luminance, and how near it is, 0..1.
    skin: Vec<(DVec2, f32, f32)>,
    /// Sum of its linear colours, the nearer the more, if less so, and of their weights.
    colour: [f32; 4],
    /// Luminance of skin and cloth that are near, the darkest first.
    body: Vec<f32>,
    /// How many places were looked at.
    all: usize,
}

/// Where the light is told by what is near: a place in the photo, and its pixels a mm.
pub type Near = Option<(DVec2, f64)>;

impl Around {
    /// `region` is planar `[3, size, size]`, sRGB-encoded; `to_photo` carries its raster into the photo of `extent`
    /// pixels, outside which it shows nothing real; `coverage` is the product's.
    pub fn look(
        anchors: &Anchors,
        to_photo: DAffine2,
        extent: DVec2,
        region: &[f32],
        coverage: &[f32],
        near: Near,
    ) -> Self {
        let n = coverage.len();
        let size = n.isqrt();
        let (mut skin, mut body, mut colour, mut all) = (Vec::new(), Vec::new(), [0.0; 4], 0);
        for y in (STEP / 2..size).step_by(STEP) {
            for x in (STEP / 2..size).step_by(STEP) {
                let i = y * size + x;
                let place = to_photo.transform_point2(DVec2::new(x as f64 + 0.5, y as f64 + 0.5));
                all += 1;
                let inside = place.cmpge(DVec2::ZERO).all() && place.cmplt(extent).all();
                if !inside || coverage[i] > 0.0 {
                    continue;
                }
                let part = |part| anchors.parts.at(part, place);
                let (bare, clothes) = (part(Part::Skin), part(Part::Clothes));
                let linear = [0, 1, 2].map(|c| to_linear(region[c * n + i]));
                let light = luminance(linear);
                let far = near.map_or(0.0, |(at, per_mm)| place.distance(at) / per_mm) as f32;
                let within = |reach: f32| (-(far / reach).powi(2)).exp2();
                let weight = within(NEAR_MM);
                if bare > SURE {
                    skin.push((place, light, weight));
                    let share = within(COLOUR_MM);
                    let [r, g, b] = linear.map(|v| v * share);
                    colour = std::array::from_fn(|c| colour[c] + [r, g, b, share][c]);
                }
                if bare + clothes > SURE && weight > BESIDE {
                    body.push(light);
                }
            }
        }
        body.sort_unstable_by(f32::total_cmp);
        Self {
            skin,
            colour,
            body,
            all,
        }
    }

    /// The sRGB-encoded value that white has at least in this light, above 1 where it is brighter than the artwork's; 0
    /// where too little skin is seen. `over` and `power` are what [`over_skin`] says, `tone` is the luminance of the
    /// face's skin in full light, 0 where that is not known.
    pub fn white(&self, (over, power): (f32, f32), tone: f32) -> f32 {
        let Some(skin) = self.luminance() else {
            return 0.0;
        };
        let tone = tone.max(skin);
        let fair = if tone < FAIR {
            FAIR * (tone / FAIR).powf(DARKER)
        } else {
            tone
        };
        let light = over * fair * (skin / tone.max(1e-6)).powf(power);
        let place = (self.body.len() as f32 * BRIGHT) as usize;
        let brightest = self.body.get(place).copied().unwrap_or(0.0);
        to_srgb(light.min(BRIGHTEST).max(CLOTH * brightest))
    }

    /// The factor on encoded values by which shade that the skin tells of dims what the generator makes of a piece.
    pub fn dims(&self, tone: f32) -> f32 {
        let shade = |skin: f32| (skin / tone.max(skin).max(1e-6)).powf(DIM);
        self.luminance().map_or(1.0, shade)
    }

    /// The colour of the light, of which a head with skin of this mean colour tells as well, as what is near may be too dark
    /// to have any; white where too little skin is seen.
    pub fn cast(&self, face: [f32; 3]) -> Cast {
        let [r, g, b, weight] = self.colour;
        let mean = |near: f32, face: f32| near / weight.max(LEAST) + FACE * face;
        let colour = [mean(r, face[0]), mean(g, face[1]), mean(b, face[2])];
        self.luminance().map_or(Cast::NONE, |_| Cast::of(colour))
    }

    /// Mean luminance of the skin, the nearer the more; none where too little is seen.
    fn luminance(&self) -> Option<f32> {
        let sum = |of: &dyn Fn(f32, f32) -> f32| self.skin.iter().map(|(_, l, w)| of(*l, *w)).sum::<f32>();
        let weight = sum(&|_, w| w);
        let enough = (self.skin.len() as f32) >= LEAST * self.all as f32 && weight >= LEAST;
        enough.then(|| sum(&|l, w| l * w) / weight)
    }

    /// By how much the skin gets brighter to the right, the natural logarithm of its luminance for each photo pixel; 0
    /// where too little is seen. A plane through the logarithms, so that what is darker below the chin does not count.
    pub fn brighter_aside(&self) -> f64 {
        if self.skin.len() < FOR_A_PLANE {
            return 0.0;
        }
        let count = self.skin.len() as f64;
        let log = |light: f32| f64::from(light + 0.003).ln();
        let (at, mean) = self
            .skin
            .iter()
            .fold((DVec2::ZERO, 0.0), |(at, sum), (place, light, _)| {
                (at + *place / count, sum + log(*light) / count)
            });
        let (mut xx, mut xy, mut yy, mut xv, mut yv) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (place, light, _) in &self.skin {
            let (d, v) = (*place - at, log(*light) - mean);
            xx += d.x * d.x;
            xy += d.x * d.y;
            yy += d.y * d.y;
            xv += d.x * v;
            yv += d.y * v;
        }
        let determinant = xx * yy - xy * xy;
        if determinant > 1e-6 * xx * yy {
            (xv * yy - yv * xy) / determinant
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchors::PartMap;
    use crate::geometry::Square;
    use crate::placement::head;

    const SIZE: usize = 64;

    /// Skin in the left half of a photo of as many pixels, and `beside` it in the right one.
    fn anchors(beside: Part) -> Anchors {
        let square = Square {
            center: DVec2::splat(32.0),
            side: 64.0,
        };
        let part = |i: usize| if i % SIZE < SIZE / 2 { Part::Skin } else { beside };
        let planes = (0..4 * SIZE * SIZE).map(|i| f32::from(u8::from(i / SIZE / SIZE == part(i) as usize)));
        let planes = planes.collect();
        head::with(|_| DVec2::ZERO, PartMap::new(SIZE, SIZE, planes, square))
    }

    fn seen(beside: Part, extent: f64, covered: impl Fn(usize) -> bool) -> f32 {
        let n = SIZE * SIZE;
        let region: Vec<f32> = (0..3 * n)
            .map(|i| if i % SIZE < SIZE / 2 { 0.5 } else { 0.9 })
            .collect();
        let coverage: Vec<f32> = (0..n).map(|i| f32::from(u8::from(covered(i)))).collect();
        let extent = DVec2::new(SIZE as f64, extent);
        Around::look(
            &anchors(beside),
            DAffine2::IDENTITY,
            extent,
            &region,
            &coverage,
            None,
        )
        .white((OVER_SKIN, 1.0), 0.0)
    }

    #[test]
    fn in_the_shade_of_a_lighter_face_white_is_darker_than_on_darker_skin() {
        let n = SIZE * SIZE;
        let white = |tone: f32| {
            let (extent, skin) = (DVec2::splat(64.0), anchors(Part::Skin));
            let dark = vec![to_srgb(0.05); 3 * n];
            Around::look(&skin, DAffine2::IDENTITY, extent, &dark, &vec![0.0; n], None)
                .white((OVER_SKIN, 1.0), tone)
        };
        let wanted = OVER_SKIN * 0.5 * 0.1;
        assert!((to_linear(white(0.5)) - wanted).abs() < 1e-3);
        assert!(white(0.3) < white(0.05) - 0.02, "{} {}", white(0.3), white(0.05));
        assert_eq!(white(0.0), white(0.05));
    }

    #[test]
    fn near_skin_tells_of_the_light() {
        let n = SIZE * SIZE;
        let half: Vec<f32> = (0..3 * n)
            .map(|i| if i % SIZE < SIZE / 2 { 0.2 } else { 0.9 })
            .collect();
        let white = |x: f64| {
            let (extent, skin) = (DVec2::splat(64.0), anchors(Part::Skin));
            let near = Some((DVec2::new(x, 32.0), 0.6));
            let around = Around::look(&skin, DAffine2::IDENTITY, extent, &half, &vec![0.0; n], near);
            (around.white((OVER_SKIN, 1.0), 0.8), around.dims(0.8))
        };
        let ((dark, dimmed), (bright, hardly)) = (white(4.0), white(60.0));
        assert!(dark < bright / 2.0, "{dark} {bright}");
        assert!(dimmed < 0.75 && hardly > 0.98, "{dimmed} {hardly}");
    }

    #[test]
    fn skin_tells_from_which_side_the_light_comes() {
        let n = SIZE * SIZE;
        let light = |i: usize| 0.2 * (0.02 * (i % SIZE) as f32 - 0.05 * (i / SIZE % SIZE) as f32).exp();
        let region: Vec<f32> = (0..3 * n).map(|i| to_srgb(light(i % n))).collect();
        let look = |coverage: f32| {
            let extent = DVec2::splat(64.0);
            let skin = anchors(Part::Skin);
            Around::look(
                &skin,
                DAffine2::IDENTITY,
                extent,
                &region,
                &vec![coverage; n],
                None,
            )
            .brighter_aside()
        };
        assert!((look(0.0) - 0.02).abs() < 0.002, "{}", look(0.0));
        assert_eq!(look(1.0), 0.0);
    }

    #[test]
    fn white_is_so_much_brighter_than_bare_skin() {
        let wanted = to_srgb(OVER_SKIN * FAIR * (to_linear(0.5) / FAIR).powf(DARKER));
        let air = Part::Background;
        assert!((seen(air, 64.0, |_| false) - wanted).abs() < 1e-5);
        // What the piece covers and what lies outside the photo does not count; nearly nothing tells nothing.
        assert!((seen(air, 64.0, |i| i < 32 * SIZE) - wanted).abs() < 1e-5);
        assert!((seen(air, 32.0, |_| false) - wanted).abs() < 1e-5);
        assert_eq!(seen(air, 64.0, |_| true), 0.0);
        assert_eq!(seen(air, 0.0, |_| false), 0.0);
    }

    #[test]
    fn white_is_no_darker_than_the_brightest_cloth() {
        let bright = seen(Part::Clothes, 64.0, |_| false);
        assert!(bright > to_srgb(0.79 * to_linear(0.9)) && bright > seen(Part::Background, 64.0, |_| false));
    }

    #[test]
    fn pearls_are_brighter_than_other_white_things() {
        assert!(over_skin("freshwater Pearl").0 > over_skin("diamond").0);
        assert_eq!(over_skin("珍珠"), over_skin("pearl"));
    }
}
