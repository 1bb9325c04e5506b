//! Which files are read, and how.

use crate::*;
use img_parts::png::PngChunk;

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
