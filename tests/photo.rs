//! Photographs through the public face: reading, colour, resampling, writing.
//! Reference pictures and numbers are Pillow's (fixtures/photo/make.py).

use bijou::geometry::{Rect, Square};
use bijou::photo::{Error, LinearImage, Patch, Photo, Samples, SaveOptions, to_linear, to_srgb};
use img_parts::png::{Png, PngChunk};
use img_parts::{Bytes, ImageICC};
use moxcms::ColorProfile;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

const EXTENSIONS: [&str; 4] = ["jpg", "png", "webp", "tif"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/photo")
        .join(name)
}

fn bytes_of(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

fn expected() -> serde_json::Value {
    serde_json::from_slice(&bytes_of("expected.json")).unwrap()
}

fn decode(bytes: &[u8]) -> Result<Photo, Error> {
    Photo::decode(bytes, Path::new("test.bin"))
}

fn whole(photo: &Photo) -> Rect {
    Rect {
        x: 0,
        y: 0,
        width: photo.width(),
        height: photo.height(),
    }
}

fn options() -> SaveOptions {
    SaveOptions {
        quality: 95,
        force: false,
        recipe: None,
    }
}

/// Samples as levels, whatever the depth.
fn levels(photo: &Photo) -> Vec<u16> {
    match photo.samples() {
        Samples::U8(s) => s.iter().map(|&v| v.into()).collect(),
        Samples::U16(s) => s.clone(),
    }
}

fn pixel(photo: &Photo, x: usize, y: usize) -> Vec<i64> {
    let start = (y * photo.width() as usize + x) * photo.channels();
    levels(photo)[start..start + photo.channels()]
        .iter()
        .map(|&v| v.into())
        .collect()
}

fn close(a: &[i64], b: &[i64], by: i64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= by)
}

/// A picture with all kinds of levels, as the bytes of a PNG with a profile.
fn tagged(photo: &Photo, icc: &ColorProfile) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.png");
    photo.save(&path, &options()).unwrap();
    let mut png = Png::from_bytes(std::fs::read(&path).unwrap().into()).unwrap();
    png.set_icc_profile(Some(icc.encode().unwrap().into()));
    png.encoder().bytes().to_vec()
}

fn noise8(width: u32, height: u32) -> Photo {
    let level = |i: u32| (i.wrapping_mul(2_654_435_761) >> 11) as u8;
    Photo::from_rgb8(width, height, (0..width * height * 3).map(level).collect())
}

fn noise16(width: u32, height: u32) -> Photo {
    let level = |i: u32| (i.wrapping_mul(2_654_435_761) >> 9) as u16;
    Photo::from_rgb16(width, height, (0..width * height * 3).map(level).collect())
}

/// `noise` with an alpha channel, through a TIFF made by the `image` crate.
fn with_alpha() -> Photo {
    let mut file = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, y: u32| image::Rgba([(x * 9) as u8, (y * 7) as u8, 90, (x * y) as u8]);
    image::RgbaImage::from_fn(21, 13, pixel)
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    decode(file.get_ref()).unwrap()
}

#[test]
fn all_orientations_of_all_formats_come_upright_and_stay_so() {
    let blocks = [
        [200, 30, 30],
        [30, 200, 30],
        [30, 30, 200],
        [200, 200, 30],
        [30, 200, 200],
        [120, 120, 120],
    ];
    let folder = tempfile::tempdir().unwrap();
    for extension in EXTENSIONS {
        for orientation in 1..=8 {
            let name = format!("orientation{orientation}.{extension}");
            let photo = Photo::open(&fixture(&name)).unwrap();
            assert_eq!((photo.width(), photo.height()), (24, 16), "{name}");
            for (i, block) in blocks.iter().enumerate() {
                let found = pixel(&photo, i % 3 * 8 + 4, i / 3 * 8 + 4);
                assert!(close(&found, block, 5), "{name}: {found:?}, not {block:?}");
            }
            let copy = folder.path().join(&name);
            photo
                .save(
                    &copy,
                    &SaveOptions {
                        quality: 100,
                        ..options()
                    },
                )
                .unwrap();
            let again = Photo::open(&copy).unwrap();
            let found: Vec<i64> = levels(&again).iter().map(|&v| v.into()).collect();
            let first: Vec<i64> = levels(&photo).iter().map(|&v| v.into()).collect();
            assert!(
                close(&found, &first, if extension == "jpg" { 4 } else { 0 }),
                "{name}"
            );
        }
    }
}

#[test]
fn kinds_of_pictures_read_as_pillow_reads_them() {
    let expected = expected();
    for (name, points) in expected
        .as_object()
        .unwrap()
        .iter()
        .filter(|(n, _)| n.contains('.'))
    {
        let photo = Photo::open(&fixture(name)).unwrap();
        for point in points.as_array().unwrap() {
            let (x, y) = (
                point[0].as_u64().unwrap() as usize,
                point[1].as_u64().unwrap() as usize,
            );
            let wanted: Vec<i64> = serde_json::from_value(point[2].clone()).unwrap();
            let found = pixel(&photo, x, y);
            assert!(
                close(&found, &wanted, 3),
                "{name} at {x}, {y}: {found:?}, Pillow {wanted:?}"
            );
        }
    }
    for name in ["grey16.tif", "grey16.png"] {
        let photo = Photo::open(&fixture(name)).unwrap();
        let level = |i: usize| ((i as f64 * 255.0 / 383.0) * 257.0) as u16;
        let wanted: Vec<u16> = (0..24 * 16).flat_map(|i| [level(i); 3]).collect();
        assert_eq!(photo.samples(), &Samples::U16(wanted), "{name}");
    }
}

#[test]
fn the_content_decides_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("really-a-png.jpg");
    std::fs::copy(fixture("orientation1.png"), &path).unwrap();
    let photo = Photo::open(&path).unwrap();
    assert_eq!(photo.format(), bijou::photo::Format::Png);
    assert_eq!(photo.sha256().len(), 64);
}

#[test]
fn what_is_no_picture_is_said_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let says = |path: &Path, words: &str| {
        let message = Photo::open(path).unwrap_err().to_string();
        assert!(
            message.contains(words) && message.contains(path.to_str().unwrap()),
            "{message}"
        );
        assert!(!message.contains('\n'), "{message}");
    };
    says(&folder.path().join("missing.jpg"), "no such file");
    says(folder.path(), "JPEG, PNG, WebP or TIFF");
    says(&write("empty.png", b""), "is empty");
    says(&write("notes.jpg", b"Dear diary"), "JPEG, PNG, WebP or TIFF");
    says(&write("cat.jpg", b"GIF89a......"), "a GIF picture");
    says(&write("phone.jpg", b"\0\0\0\x18ftypheic...."), "a HEIC picture");
    says(
        &write("head.jpg", &bytes_of("orientation1.jpg")[..300]),
        "ends before",
    );
    says(&fixture("float.tif"), "16 bits");
}

#[test]
fn bombs_are_refused_by_their_header() {
    let be = u32::to_be_bytes;
    let mut header = [be(60_000), be(60_000)].concat();
    header.extend([8, 6, 0, 0, 0]);
    let chunk = |kind: &[u8; 4], data: Vec<u8>| PngChunk::new(*kind, data.into()).encoder().bytes().to_vec();
    let png = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", header),
        chunk(b"IDAT", vec![0x78, 0x9c, 3, 0, 0, 0, 0, 1]),
        chunk(b"IEND", vec![]),
    ]
    .concat();
    let mut jpeg = bytes_of("orientation1.jpg");
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
    let mut tiff = bytes_of("orientation1.tif");
    for tag in [0u8, 1, 22] {
        let entry = tiff
            .windows(8)
            .position(|w| w == [tag, 1, w[2], 0, 1, 0, 0, 0])
            .unwrap();
        tiff[entry + 2..entry + 12].copy_from_slice(&[4, 0, 1, 0, 0, 0, 0x60, 0xea, 0, 0]);
    }
    let mut webp = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
    webp.extend([0x5f, 0xea, 0, 0x5f, 0xea, 0]);
    for (name, bytes) in [("png", png), ("jpeg", jpeg), ("tiff", tiff), ("webp", webp)] {
        let error = decode(&bytes).unwrap_err();
        let webp_reads_on = name == "webp" && !matches!(error, Error::TooLarge { .. });
        assert!(
            webp_reads_on
                || matches!(
                    error,
                    Error::TooLarge {
                        width: 60_000,
                        height: 60_000,
                        ..
                    }
                ),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_cut_file_is_an_error_or_complete() {
    for name in [
        "orientation6.jpg",
        "orientation6.png",
        "orientation6.webp",
        "orientation6.tif",
        "progressive.jpg",
        "lossy.webp",
        "grey16.tif",
        "grey16.png",
    ] {
        let bytes = bytes_of(name);
        let full = decode(&bytes).unwrap();
        for length in 0..bytes.len() {
            if let Ok(photo) = decode(&bytes[..length]) {
                assert_eq!(
                    photo.samples(),
                    full.samples(),
                    "{name} cut to {length} of {}",
                    bytes.len()
                );
            }
        }
    }
}

#[test]
fn what_follows_a_picture_is_ignored() {
    for extension in EXTENSIONS {
        let mut bytes = bytes_of(&format!("orientation3.{extension}"));
        let full = decode(&bytes).unwrap();
        bytes.extend(b"trailing bytes of a motion photo");
        assert_eq!(decode(&bytes).unwrap().samples(), full.samples(), "{extension}");
    }
}

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
    let cases: [(_, _, fn(f32) -> f32); 2] = [
        (ColorProfile::new_display_p3(), p3, to_linear),
        (ColorProfile::new_adobe_rgb(), adobe, gamma),
    ];
    for (profile, matrix, curve) in cases {
        for plain in [noise8(32, 24), noise16(32, 24)] {
            let file = tagged(&plain, &profile);
            let mut photo = decode(&file).unwrap();
            assert_eq!(photo.icc(), Some(&profile.encode().unwrap()[..]));
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
    let mut photo = decode(&tagged(&plain, &table_profile())).unwrap();
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
    let photo = decode(&tagged(&plain, &ColorProfile::new_srgb())).unwrap();
    assert!(photo.icc().is_some() && photo.notes().is_empty());
    assert_eq!(photo.linear(whole(&photo)), plain.linear(whole(&plain)));
    let photo = decode(&tagged(&plain, &ColorProfile::new_gray_with_gamma(2.2))).unwrap();
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

#[test]
fn resampling_agrees_with_pillow_in_linear_light() {
    let photo = Photo::open(&fixture("a.png")).unwrap();
    for case in expected()["resample"].as_array().unwrap() {
        let number = |name: &str| case[name].as_f64().unwrap();
        let side = number("side");
        let center = glam::DVec2::new(number("left") + side / 2.0, number("top") + side / 2.0);
        let planes = photo.sample(Square { center, side }, 16);
        let wanted: Vec<f32> = serde_json::from_value(case["planes"].clone()).unwrap();
        assert_eq!(planes.len(), wanted.len());
        let worst = planes
            .iter()
            .zip(&wanted)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(worst < 2e-3, "side {side}: off by {worst}");
    }
}

#[test]
fn a_square_may_reach_anywhere() {
    let photo = Photo::from_rgb8(60, 40, vec![255; 60 * 40 * 3]);
    let at = |x: f64, y: f64, side: f64| {
        photo.sample(
            Square {
                center: glam::DVec2::new(x, y),
                side,
            },
            32,
        )
    };
    let inside = at(30.0, 20.0, 32.0);
    assert!(inside.iter().all(|&v| v > 0.999_99));
    let half = at(0.0, 20.0, 32.0);
    assert!((half[16 * 32 + 4] - 0.5).abs() < 1e-4 && half[16 * 32 + 28] > 0.999);
    let away = at(-500.0, 9e3, 64.0);
    assert!(away.iter().all(|&v| (v - 0.5).abs() < 1e-4));
    let shrunk = at(30.0, 20.0, 60_000.0);
    assert!((shrunk[5] - 0.5).abs() < 1e-4);
    for (x, side) in [
        (f64::NAN, 5.0),
        (0.0, f64::INFINITY),
        (0.0, 0.0),
        (1e300, 5.0),
        (3.0, -4.0),
    ] {
        assert_eq!(at(x, 0.0, side), vec![0.5; 3 * 32 * 32], "{x} {side}");
    }
    assert!(
        photo
            .sample(
                Square {
                    center: glam::DVec2::ZERO,
                    side: 9.0
                },
                0
            )
            .is_empty()
    );
}

#[test]
fn shrinking_averages_light_whatever_the_factor() {
    let board: Vec<u8> = (0..720u32 * 600)
        .flat_map(|i| [if (i % 720 + i / 720) % 2 == 0 { 255 } else { 0 }; 3])
        .collect();
    let photo = Photo::from_rgb8(720, 600, board);
    for longest in [240, 97, 31] {
        let small = photo.resized(longest);
        assert_eq!(small.width(), longest);
        assert_eq!(
            small.height(),
            (600.0 * f64::from(longest) / 720.0).round() as u32
        );
        let found: Vec<i64> = levels(&small).iter().map(|&v| v.into()).collect();
        assert!(
            close(&found, &vec![188; found.len()], 2),
            "{longest}: {:?}",
            &found[..9]
        );
    }
    assert_eq!(photo.resized(720).samples(), photo.samples());
}

#[test]
fn transparent_pixels_do_not_bleed() {
    let mut file = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, _| {
        if x < 32 {
            image::Rgba([250u8, 10, 10, 255])
        } else {
            image::Rgba([0, 255, 0, 0])
        }
    };
    image::RgbaImage::from_fn(64, 64, pixel)
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    let small = decode(file.get_ref()).unwrap().resized(15);
    for p in levels(&small).chunks(4).filter(|p| p[3] > 8) {
        assert!(p[0] > 240 && p[1] < 20, "{p:?}");
    }
}

#[test]
fn before_and_after_stand_side_by_side() {
    let (a, b) = (noise8(100, 20), noise16(50, 30));
    let both = Photo::side_by_side(&a, &b);
    assert_eq!((both.width(), both.height()), (152, 30));
    assert_eq!(pixel(&both, 99, 19), pixel(&a, 99, 19));
    assert_eq!(pixel(&both, 100, 0), [255; 3]);
    assert_eq!(pixel(&both, 10, 25), [255; 3]);
    let wanted: Vec<i64> = pixel(&b, 7, 29).iter().map(|v| (v + 128) / 257).collect();
    assert!(close(&pixel(&both, 109, 29), &wanted, 1));
}

#[test]
fn lossless_formats_keep_every_bit() {
    let folder = tempfile::tempdir().unwrap();
    for (i, photo) in [noise8(33, 17), noise16(33, 17), with_alpha()].iter().enumerate() {
        for extension in ["png", "tif", "webp"] {
            let path = folder.path().join(format!("{i}.{extension}"));
            photo.save(&path, &options()).unwrap();
            let again = Photo::open(&path).unwrap();
            assert_eq!(again.channels(), photo.channels(), "{i}.{extension}");
            if extension == "webp" && i == 1 {
                let rounded: Vec<u16> = levels(photo)
                    .iter()
                    .map(|&v| (f64::from(v) / 257.0).round() as u16)
                    .collect();
                assert_eq!(levels(&again), rounded);
            } else {
                assert_eq!(again.samples(), photo.samples(), "{i}.{extension}");
            }
        }
    }
}

#[test]
fn jpeg_lays_alpha_on_white() {
    let mut file = std::io::Cursor::new(Vec::new());
    let pixel = |x: u32, _| image::Rgba([40u8, 80, 120, if x < 16 { 0 } else { 255 }]);
    image::RgbaImage::from_fn(32, 16, pixel)
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flat.jpg");
    decode(file.get_ref()).unwrap().save(&path, &options()).unwrap();
    let flat = Photo::open(&path).unwrap();
    assert!(
        close(&self::pixel(&flat, 3, 8), &[255; 3], 3)
            && close(&self::pixel(&flat, 28, 8), &[40, 80, 120], 4)
    );
}

#[test]
fn the_recipe_comes_back_from_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = "{\"name\": \"珍珠 <b>&amp; 'quoted' \\\"x\\\"</b>\",\r\n \"n\": [1, 2.5]}";
    for extension in EXTENSIONS {
        for photo in [noise8(16, 16), with_alpha()] {
            let path = folder.path().join(format!("{}.{extension}", photo.channels()));
            photo
                .save(
                    &path,
                    &SaveOptions {
                        recipe: Some(recipe.to_owned()),
                        ..options()
                    },
                )
                .unwrap();
            assert_eq!(
                Photo::recipe_in(&path).unwrap().as_deref(),
                Some(recipe),
                "{extension}"
            );
            let file = std::fs::read(&path).unwrap();
            let disclosed = b"digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
            assert!(
                file.windows(disclosed.len()).any(|w| w == disclosed),
                "{extension}"
            );
        }
        assert_eq!(
            Photo::recipe_in(&fixture(&format!("orientation1.{extension}"))).unwrap(),
            None
        );
    }
    assert!(matches!(Photo::recipe_in(folder.path()), Err(Error::NotAFile(_))));
}

#[test]
fn a_file_is_replaced_only_by_force_and_nothing_partial_stays() {
    let folder = tempfile::tempdir().unwrap();
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let (path, photo) = (folder.path().join("out.png"), noise8(16, 16));
    photo.save(&path, &options()).unwrap();
    let first = std::fs::read(&path).unwrap();
    let error = noise8(20, 20).save(&path, &options()).unwrap_err();
    assert!(
        matches!(error, Error::Exists(_)) && error.to_string().contains("--force"),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), first);
    noise8(20, 20)
        .save(
            &path,
            &SaveOptions {
                force: true,
                ..options()
            },
        )
        .unwrap();
    assert_eq!(Photo::open(&path).unwrap().width(), 20);
    let error = photo
        .save(&folder.path().join("out.bmp"), &options())
        .unwrap_err();
    assert!(error.to_string().contains(".jpg, .png, .webp or .tif"), "{error}");
    let error = photo
        .save(&folder.path().join("no/such/out.png"), &options())
        .unwrap_err();
    assert!(matches!(error, Error::NoFolder { .. }), "{error}");
    assert!(matches!(
        photo.save(&path.join("out.png"), &options()),
        Err(Error::NoFolder { .. })
    ));
    let wide = Photo::from_rgb8(16_385, 1, vec![]);
    assert!(matches!(
        wide.save(&folder.path().join("wide.webp"), &options()),
        Err(Error::Encode { .. })
    ));
    assert_eq!(files(), 1, "only out.png");
    photo.save(&folder.path().join("plain"), &options()).unwrap();
    assert!(
        Photo::open(&folder.path().join("plain")).is_ok(),
        "no extension: the source's format"
    );
}

#[test]
#[cfg(unix)]
fn new_files_get_ordinary_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let (plain, saved) = (folder.path().join("plain"), folder.path().join("saved.png"));
    std::fs::write(&plain, b"").unwrap();
    noise8(4, 4).save(&saved, &options()).unwrap();
    assert_eq!(mode(&saved), mode(&plain));
}

#[test]
fn the_author_is_kept_and_the_place_is_not() {
    use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
    use img_parts::ImageEXIF;
    let field = |tag, value| Field {
        tag,
        ifd_num: In::PRIMARY,
        value,
    };
    let fields = [
        field(Tag::Artist, Value::Ascii(vec![b"A. Designer".to_vec()])),
        field(Tag::Orientation, Value::Short(vec![6])),
        field(
            Tag::GPSLatitude,
            Value::Rational(vec![Rational { num: 48, denom: 1 }; 3]),
        ),
        field(
            Tag::DateTimeOriginal,
            Value::Ascii(vec![b"2026:11:20 12:00:00".to_vec()]),
        ),
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|f| writer.push_field(f));
    let mut block = std::io::Cursor::new(Vec::new());
    writer.write(&mut block, true).unwrap();
    let mut jpeg = img_parts::jpeg::Jpeg::from_bytes(bytes_of("progressive.jpg").into()).unwrap();
    jpeg.set_exif(Some(block.into_inner().into()));
    let photo = decode(&jpeg.encoder().bytes()).unwrap();
    assert_eq!((photo.width(), photo.height()), (16, 24));
    let folder = tempfile::tempdir().unwrap();
    for extension in ["jpg", "png", "webp"] {
        let path = folder.path().join("out").with_extension(extension);
        photo.save(&path, &options()).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        let exif = exif::Reader::new()
            .read_from_container(&mut std::io::BufReader::new(file))
            .unwrap();
        let has = |tag| exif.get_field(tag, In::PRIMARY).is_some();
        assert!(
            has(Tag::Artist) && has(Tag::DateTimeOriginal) && !has(Tag::GPSLatitude),
            "{extension}"
        );
        assert_eq!(
            exif.get_field(Tag::Orientation, In::PRIMARY)
                .unwrap()
                .value
                .get_uint(0),
            Some(1)
        );
        let again = Photo::open(&path).unwrap();
        assert_eq!((again.width(), again.height()), (16, 24), "{extension}");
    }
}

#[test]
fn timing() {
    let photo = noise8(4096, 4096);
    let square = Square {
        center: glam::DVec2::splat(2048.0),
        side: 4096.0,
    };
    for size in [256, 512, 1024] {
        let t = std::time::Instant::now();
        let p = photo.sample(square, size);
        eprintln!("sample {size}: {:?} {}", t.elapsed(), p[0]);
    }
    let t = std::time::Instant::now();
    let p = photo.resized(1600);
    eprintln!("resized: {:?} {}", t.elapsed(), p.width());
    let t = std::time::Instant::now();
    let l = photo.linear(whole(&photo));
    eprintln!("linear: {:?}", t.elapsed());
    let mut q = photo.clone();
    let patch = Patch {
        rect: whole(&photo),
        changed: vec![true; l.pixels.len()],
        colours: l,
    };
    let t = std::time::Instant::now();
    q.apply(&patch);
    eprintln!("apply: {:?}", t.elapsed());
    let t = std::time::Instant::now();
    eprintln!(
        "compare {:?} {:?}",
        bijou::compare::compare(&photo, &noise8(4096, 4096)).unwrap().ssim,
        t.elapsed()
    );
    let folder = tempfile::tempdir().unwrap();
    for e in EXTENSIONS {
        let path = folder.path().join("t").with_extension(e);
        let t = std::time::Instant::now();
        photo.save(&path, &options()).unwrap();
        let s = t.elapsed();
        let t = std::time::Instant::now();
        Photo::open(&path).unwrap();
        eprintln!("{e} save {s:?} open {:?}", t.elapsed());
    }
}
