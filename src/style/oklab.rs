//! Oklab (Ottosson 2020, "A perceptual color space for image processing"): linear-light sRGB to lightness and
//! two opponent colours, in which distances are about even to the eye, and back.

/// Linear-light sRGB to `[L, a, b]`; L is 0 for black and 1 for white.
pub(super) fn from_linear([r, g, b]: [f32; 3]) -> [f32; 3] {
    let l = 0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b;
    let m = 0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b;
    let s = 0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b;
    let [l, m, s] = [l, m, s].map(f32::cbrt);
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// The other way; colours outside the gamut leave 0..1.
pub(super) fn to_linear([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_pairs_and_back() {
        // Ottosson's own example values (XYZ converted to linear sRGB): white, and back from anywhere.
        let white = from_linear([1.0; 3]);
        assert!((white[0] - 1.0).abs() < 1e-4 && white[1].abs() < 1e-4 && white[2].abs() < 1e-4);
        // sRGB red: L 0.6280, a 0.2249, b 0.1258.
        let red = from_linear([1.0, 0.0, 0.0]);
        assert!(
            (red[0] - 0.6280).abs() < 1e-3
                && (red[1] - 0.2249).abs() < 1e-3
                && (red[2] - 0.1258).abs() < 1e-3
        );
        for colour in [[0.2, 0.5, 0.9], [0.9, 0.02, 0.3], [0.01, 0.01, 0.01]] {
            let back = to_linear(from_linear(colour));
            assert!(
                (0..3).all(|c| (back[c] - colour[c]).abs() < 1e-3),
                "{colour:?} {back:?}"
            );
        }
    }
}
