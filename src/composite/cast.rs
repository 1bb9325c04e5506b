//! Cast: the colour of the light, as far as the skin tells it.
//!
//! The skin of all people has nearly the same hue, so where it has another one the light is coloured, and so is what hangs
//! there. Takes the skin's mean colour, gives factors on the product's; none where such skin occurs in white light.
//! Along the line of skins light cannot be told from skin; off it, light is taken to be magenta or yellow, as neon and
//! filters or lamps and varnish are, and where that would lead beyond grey it is whatever skin is. All of it goes over
//! smoothly from one to the other, or moving pictures would flicker.

/// Natural logarithms of red over green and of blue over green of skin in white light, linear light, lie near the line from
/// grey, in pictures of pale colours, to this. On 337 photographs in colours half lie within 0.09 of it.
const SKIN: [f32; 2] = [0.95, -0.6];
/// Skin is bluer in coloured light only by more than the first distance, wholly so from the second on. Of 140 official
/// portraits one is by more than that; of 197 others nine are, in neon light, under a filter or in faded colours.
const BLUER: (f32, f32) = (0.38, 0.6);
/// Yellower: dark skin in white light is by up to 0.5, two pictures of a varnished painting by more than 0.8.
const YELLOWER: (f32, f32) = (0.6, 0.9);
/// What magenta and yellow light change of both logarithms.
const MAGENTA: [f32; 2] = [1.0, 1.0];
const YELLOW: [f32; 2] = [0.15, -1.0];
/// Share of luminance (Rec. 709) of red, green and blue.
const LUMINANCE: [f32; 3] = [0.2126, 0.7152, 0.0722];
/// From this linear value on what becomes brighter does so ever less, so that no channel ends before the others and white
/// ends at 1.
const KNEE: f32 = 0.6;

/// Factors on linear red, green and blue that keep the luminance of greys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cast([f32; 3]);

impl Cast {
    /// White light.
    pub const NONE: Self = Self([1.0; 3]);

    /// That of light in which skin has this mean colour, linear.
    pub fn of([r, g, b]: [f32; 3]) -> Self {
        let log = |v: f32| (v.max(1e-5) / g.max(1e-5)).ln();
        let seen = [log(r), log(b)];
        let dot = |a: [f32; 2], b: [f32; 2]| a[0] * b[0] + a[1] * b[1];
        let along = (dot(seen, SKIN) / dot(SKIN, SKIN)).max(0.0);
        let off = [0, 1].map(|i| seen[i] - along * SKIN[i]);
        // Square to the line, twice the area between it and a colour.
        let across = |a: [f32; 2]| a[1] * SKIN[0] - a[0] * SKIN[1];
        let far = dot(off, off).sqrt();
        // 1 on the bluer side of the line, 0 on the yellower one; between them only beyond grey.
        let bluer = (across(off) / (far * dot(SKIN, SKIN).sqrt()).max(1e-6) + 1.0) / 2.0;
        let bound = |bluest: f32, yellowest: f32| yellowest + (bluest - yellowest) * bluer;
        let (from, to) = (bound(BLUER.0, YELLOWER.0), bound(BLUER.1, YELLOWER.1));
        let share = ((far - from) / (to - from)).min(1.0);
        if share <= 0.0 {
            return Self::NONE;
        }
        let way = if bluer > 0.5 { MAGENTA } else { YELLOW };
        let along_way = way.map(|v| v * across(seen) / across(way));
        let off = if seen[0] > along_way[0] { along_way } else { seen };
        Self::balanced([off[0] * share, 0.0, off[1] * share].map(f32::exp))
    }

    /// So much of it, 0..1.
    pub fn times(self, strength: f32) -> Self {
        if strength <= 0.0 || self == Self::NONE {
            return Self::NONE;
        }
        Self::balanced(self.0.map(|v| v.powf(strength)))
    }

    fn balanced(factors: [f32; 3]) -> Self {
        let white: f32 = factors.iter().zip(LUMINANCE).map(|(v, share)| v * share).sum();
        Self(factors.map(|v| v / white))
    }

    /// What becomes of a linear-light colour 0..1 in this light.
    pub fn apply(self, colour: [f32; 3]) -> [f32; 3] {
        if self == Self::NONE {
            return colour;
        }
        let lit: [f32; 3] = std::array::from_fn(|c| colour[c] * self.0[c]);
        let most = lit.into_iter().fold(0.0, f32::max);
        if most <= KNEE {
            return lit;
        }
        // A hyperbola that goes on from the knee as steeply and takes white's brightest channel to 1.
        let white = self.0.into_iter().fold(1.0, f32::max);
        let (part, steep) = ((most - KNEE) / (white - KNEE), (white - KNEE) / (1.0 - KNEE));
        let ends = KNEE + (1.0 - KNEE) * steep * part / (1.0 + (steep - 1.0) * part);
        lit.map(|v| v * ends / most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Skin from pale to dark (means of the renderer's tones in white light) and grey: nothing is dyed.
    #[test]
    fn in_white_light_nothing_is_dyed() {
        for skin in [
            [0.62, 0.36, 0.26],
            [0.35, 0.18, 0.11],
            [0.06, 0.028, 0.016],
            [0.3; 3],
        ] {
            assert_eq!(Cast::of(skin), Cast::NONE, "{skin:?}");
            assert_eq!(Cast::of(skin).apply([0.9, 0.7, 1.0]), [0.9, 0.7, 1.0]);
        }
    }

    #[test]
    fn in_blue_light_a_pearl_is_blue_as_bright_and_keeps_its_highlight() {
        let cast = Cast::of([0.03, 0.06, 0.14]);
        let grey = cast.apply([0.2; 3]);
        assert!(grey[2] > 1.5 * grey[1] && grey[1] > 1.5 * grey[0], "{grey:?}");
        let luminance = |c: [f32; 3]| c.iter().zip(LUMINANCE).map(|(v, share)| v * share).sum::<f32>();
        assert!((luminance(grey) - 0.2).abs() < 1e-4);
        let (pearl, highlight) = (cast.apply([0.7; 3]), cast.apply([0.95; 3]));
        assert!(
            highlight.iter().zip(pearl).all(|(a, b)| *a > b && *a <= 1.0),
            "{pearl:?} {highlight:?}"
        );
        assert_eq!(cast.times(0.0).apply([0.5; 3]), [0.5; 3]);
    }

    /// Skin of all hues, from one to the next and from one saturation to the next: what is dyed changes little.
    #[test]
    fn hues_and_strengths_go_over_into_each_other() {
        let white = |hue: i32, far: f32| {
            let (s, c) = (hue as f32).to_radians().sin_cos();
            Cast::of([(c * far).exp(), 1.0, (s * far).exp()]).apply([0.95; 3])
        };
        let apart = |a: [f32; 3], b: [f32; 3]| (0..3).map(|c| (a[c] - b[c]).abs()).fold(0.0, f32::max);
        for hue in 0..360 {
            for step in 0..70 {
                let far = step as f32 * 0.02;
                let here = white(hue, far);
                let (turned, farther) = (
                    apart(here, white(hue + 1, far)),
                    apart(here, white(hue, far + 0.02)),
                );
                assert!(turned < 0.12 && farther < 0.12, "{hue} {far}: {turned} {farther}");
                assert!(here.iter().all(|v| (0.0..=1.0).contains(v)), "{here:?}");
            }
        }
    }

    #[test]
    fn the_more_the_skin_is_off_the_more_is_dyed() {
        let blue = |by: f32| Cast::of([0.3, 0.16, 0.1 * by]).apply([0.3; 3])[2];
        let dyed: Vec<f32> = (0..20).map(|i| blue(1.0 + 0.15 * i as f32)).collect();
        assert!(
            dyed.windows(2).all(|w| w[1] >= w[0]) && dyed[0] < dyed[19] - 0.1,
            "{dyed:?}"
        );
    }
}
