//! Colour profiles, linear light and patches.

use crate::*;
use bijou::photo::{LinearImage, Patch, to_linear, to_srgb};
use img_parts::Bytes;
use proptest::prelude::*;

#[test]
fn linear_light_is_the_srgb_curve_and_back_to_the_same_level() {
    for mut photo in [noise8(40, 30), noise16(40, 30), with_alpha()] {
        let before = photo.clone();
        let colours = photo.linear(whole(&photo));
        let max = if matches!(photo.samples(), Samples::U8(_)) {
            255.0
        } else {
            65535.0
        };
        for (i, c) in colours.pixels.iter().enumerate().step_by(7) {
            let level = f32::from(levels(&photo)[i * photo.channels()]);
            assert!((c[0] - to_linear(level / max)).abs() < 1e-6);
        }
        let changed = vec![true; colours.pixels.len()];
        photo.apply(&Patch {
            rect: whole(&before),
            colours,
            changed,
        });
        assert_eq!(photo.samples(), before.samples());
    }
}

/// The matrices are those of the standards' primaries (D65 to D65), as B. Lindbloom publishes them.
#[test]
fn wide_profiles_convert_to_linear_srgb_and_back() {
    let p3 = [
        [1.2249, -0.2247, 0.0],
        [-0.0420, 1.0419, 0.0],
        [-0.0197, -0.0786, 1.0979],
    ];
    let adobe = [[1.3982, -0.3984, 0.0], [0.0, 1.0, 0.0], [0.0, -0.0429, 1.0429]];
    let gamma = |v: f32| v.powf(563.0 / 256.0);
    type Curve = fn(f32) -> f32;
    let cases: [(_, _, Curve); 2] = [
        (ColorProfile::new_display_p3(), p3, to_linear),
        (ColorProfile::new_adobe_rgb(), adobe, gamma),
    ];
    for (profile, matrix, curve) in cases {
        // Once: a profile is stamped with the second it is encoded in.
        let icc = profile.encode().unwrap();
        for plain in [noise8(32, 24), noise16(32, 24)] {
            let file = tagged(&plain, &icc);
            let mut photo = decode(&file).unwrap();
            assert_eq!(photo.icc(), Some(&icc[..]));
            assert_eq!(
                photo.samples(),
                plain.samples(),
                "samples stay in the file's space"
            );
            let max = if matches!(photo.samples(), Samples::U8(_)) {
                255.0
            } else {
                65535.0
            };
            let colours = photo.linear(whole(&photo));
            for (rgb, found) in levels(&photo).as_chunks::<3>().0.iter().zip(&colours.pixels) {
                let own = rgb.map(|v| curve(f32::from(v) / max));
                for (row, found) in matrix.iter().zip(found) {
                    let wanted: f32 = row.iter().zip(own).map(|(m, v)| m * v).sum();
                    assert!((wanted - found).abs() < 2e-3, "{rgb:?}: {found}, not {wanted}");
                }
            }
            let all = vec![true; colours.pixels.len()];
            photo.apply(&Patch {
                rect: whole(&plain),
                colours,
                changed: all,
            });
            let (a, b): (Vec<i64>, Vec<i64>) = (
                levels(&photo).iter().map(|&v| v.into()).collect(),
                levels(&plain).iter().map(|&v| v.into()).collect(),
            );
            assert!(close(&a, &b, 1), "every level comes back");
            keeps_profile(&photo);
        }
    }
}

fn keeps_profile(photo: &Photo) {
    let folder = tempfile::tempdir().unwrap();
    for extension in EXTENSIONS {
        let path = folder.path().join("p3").with_extension(extension);
        photo.save(&path, &options()).unwrap();
        assert_eq!(Photo::open(&path).unwrap().icc(), photo.icc(), "{extension}");
    }
}

/// A profile of lookup tables (lut16Type, ICC.1 10.10) over sRGB's primaries with a gamma of 1.8.
fn table_profile() -> ColorProfile {
    use moxcms::{LutDataType, LutStore, LutType, LutWarehouse, Matrix3d, ProfileClass};
    let to_xyz = moxcms::srgb_colorants();
    let from_xyz = to_xyz.inverse();
    let apply = |m: &Matrix3d, v: [f64; 3]| m.v.map(|r| r[0] * v[0] + r[1] * v[1] + r[2] * v[2]);
    let white = [0.9642, 1.0, 0.8249];
    let lab_of = |rgb: [f64; 3]| {
        let xyz = apply(&to_xyz, rgb.map(|v| v.powf(1.8)));
        let f = |i: usize| {
            let t: f64 = xyz[i] / white[i];
            if t > 216.0 / 24389.0 {
                t.cbrt()
            } else {
                (24389.0 / 27.0 * t + 16.0) / 116.0
            }
        };
        [116.0 * f(1) - 16.0, 500.0 * (f(0) - f(1)), 200.0 * (f(1) - f(2))]
    };
    let rgb_of = |[l, a, b]: [f64; 3]| {
        let y = (l + 16.0) / 116.0;
        let back = |f: f64| {
            if f > 6.0 / 29.0 {
                f * f * f
            } else {
                (116.0 * f - 16.0) * 27.0 / 24389.0
            }
        };
        let xyz = [y + a / 500.0, y, y - b / 200.0].map(back);
        let rgb = apply(&from_xyz, [0, 1, 2].map(|i| xyz[i] * white[i]));
        rgb.map(|v| v.clamp(0.0, 1.0).powf(1.0 / 1.8))
    };
    let lut = |n: u32, f: &dyn Fn([f64; 3]) -> [f64; 3]| {
        let at = |i: u32| f64::from(i) / f64::from(n - 1);
        let node =
            |i: u32| f([at(i / n / n), at(i / n % n), at(i % n)]).map(|v| (v * 65535.0).round() as u16);
        let identity = || LutStore::Store16([0, 65535].repeat(3));
        Some(LutWarehouse::Lut(LutDataType {
            num_input_channels: 3,
            num_output_channels: 3,
            num_clut_grid_points: n as u8,
            matrix: Matrix3d::IDENTITY,
            num_input_table_entries: 2,
            num_output_table_entries: 2,
            input_table: identity(),
            clut_table: LutStore::Store16((0..n * n * n).flat_map(node).collect()),
            output_table: identity(),
            lut_type: LutType::Lut16,
        }))
    };
    let store =
        |[l, a, b]: [f64; 3]| [l * 652.8, (a + 128.0) * 256.0, (b + 128.0) * 256.0].map(|v| v / 65535.0);
    let load = |v: [f64; 3]| {
        let [l, a, b] = v.map(|v| v * 65535.0);
        [l / 652.8, a / 256.0 - 128.0, b / 256.0 - 128.0]
    };
    let mut profile = ColorProfile::new_srgb();
    (profile.red_trc, profile.green_trc, profile.blue_trc, profile.cicp) = (None, None, None, None);
    profile.pcs = moxcms::DataColorSpace::Lab;
    profile.profile_class = ProfileClass::OutputDevice;
    profile.lut_a_to_b_colorimetric = lut(17, &|v| store(lab_of(v)));
    profile.lut_a_to_b_perceptual = profile.lut_a_to_b_colorimetric.clone();
    profile.lut_b_to_a_colorimetric = lut(33, &|v| rgb_of(load(v)));
    profile.lut_b_to_a_perceptual = profile.lut_b_to_a_colorimetric.clone();
    profile
}

#[test]
fn profiles_of_lookup_tables_convert_there_and_back() {
    let level = |i: u32| 60 + (i.wrapping_mul(2_654_435_761) >> 25) as u8;
    let plain = Photo::from_rgb8(32, 24, (0..32 * 24 * 3).map(level).collect());
    let mut photo = decode(&tagged(&plain, &table_profile().encode().unwrap())).unwrap();
    assert!(photo.icc().is_some(), "{:?}", photo.notes());
    let colours = photo.linear(whole(&photo));
    for (rgb, found) in levels(&plain).as_chunks::<3>().0.iter().zip(&colours.pixels) {
        for (level, found) in rgb.iter().zip(found) {
            let wanted = (f32::from(*level) / 255.0).powf(1.8);
            assert!(
                (to_srgb(wanted) - to_srgb(*found)).abs() < 0.02,
                "{rgb:?}: {found}, not {wanted}"
            );
        }
    }
    let changed = vec![true; colours.pixels.len()];
    photo.apply(&Patch {
        rect: whole(&plain),
        colours,
        changed,
    });
    let widen = |p: &Photo| levels(p).iter().map(|&v| i64::from(v)).collect::<Vec<_>>();
    assert!(close(&widen(&photo), &widen(&plain), 5));
}

#[test]
fn an_srgb_profile_is_srgb_and_useless_ones_are_noted() {
    let plain = noise8(8, 8);
    let photo = decode(&tagged(&plain, &ColorProfile::new_srgb().encode().unwrap())).unwrap();
    assert!(photo.icc().is_some() && photo.notes().is_empty());
    assert_eq!(photo.linear(whole(&photo)), plain.linear(whole(&plain)));
    let photo = decode(&tagged(
        &plain,
        &ColorProfile::new_gray_with_gamma(2.2).encode().unwrap(),
    ))
    .unwrap();
    assert!(photo.notes()[0].contains("grey"), "{:?}", photo.notes());
    assert_eq!(photo.icc(), None);
    let mut png = Png::from_bytes(bytes_of("a.png").into()).unwrap();
    png.set_icc_profile(Some(Bytes::from_static(b"not a profile at all")));
    let photo = decode(&png.encoder().bytes()).unwrap();
    assert!(photo.notes()[0].contains("damaged"), "{:?}", photo.notes());
    assert_eq!(
        photo.linear(whole(&photo)),
        Photo::open(&fixture("a.png")).unwrap().linear(whole(&photo))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn pixels_outside_a_patch_keep_their_bits(
        (x, y, width, height) in (0u32..30, 0u32..20, 0u32..30, 0u32..20),
        flags in proptest::collection::vec(any::<bool>(), 600),
        colour in proptest::array::uniform3(-0.2f32..1.2),
        kind in 0usize..3,
    ) {
        let mut photo = [noise8(21, 13), noise16(21, 13), with_alpha()][kind].clone();
        let before = photo.clone();
        let rect = Rect { x, y, width, height };
        let colours =
            LinearImage { width: width as usize, height: height as usize, pixels: vec![colour; rect.area()] };
        photo.apply(&Patch { rect, colours, changed: flags.clone() });
        let n = photo.channels();
        let max = if matches!(photo.samples(), Samples::U8(_)) { 255.0 } else { 65535.0 };
        let wanted = colour.map(|v| (to_srgb(v.clamp(0.0, 1.0)) * max).round() as i64);
        for (i, (new, old)) in levels(&photo).chunks(n).zip(levels(&before).chunks(n)).enumerate() {
            let (px, py) = ((i % 21) as u32, (i / 21) as u32);
            let inside = px >= x && px < x + width && py >= y && py < y + height;
            if inside && flags[((py - y) * width + px - x) as usize] {
                let new: Vec<i64> = new.iter().map(|&v| v.into()).collect();
                prop_assert!(close(&new[..3], &wanted, 1), "{new:?} {wanted:?}");
                prop_assert_eq!(new.get(3).copied(), old.get(3).map(|&v| v.into()));
            } else {
                prop_assert_eq!(new, old);
            }
        }
    }
}

#[test]
fn a_patch_that_lies_about_its_size_or_is_not_finite_changes_nothing() {
    let mut photo = noise8(10, 10);
    let before = photo.clone();
    let rect = Rect {
        x: 5,
        y: 8,
        width: 100,
        height: u32::MAX,
    };
    let colours = LinearImage {
        width: 0,
        height: 0,
        pixels: vec![],
    };
    photo.apply(&Patch {
        rect,
        colours,
        changed: vec![true; 10],
    });
    let colours = LinearImage {
        width: 1,
        height: 1,
        pixels: vec![[f32::NAN; 3]],
    };
    photo.apply(&Patch {
        rect: Rect {
            width: 1,
            height: 1,
            ..rect
        },
        colours,
        changed: vec![true],
    });
    assert_eq!(photo.samples(), before.samples());
    assert_eq!(
        photo
            .linear(Rect {
                x: 20,
                y: 20,
                width: 5,
                height: 5
            })
            .pixels
            .len(),
        0
    );
    assert_eq!(photo.linear(rect).pixels.len(), 10);
}
