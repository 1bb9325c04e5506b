//! Written files: bits, metadata, and what is there after a failure.

use crate::*;

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
    for extension in EXTENSIONS {
        let error = Photo::from_rgb8(0, 7, vec![])
            .save(&folder.path().join("none").with_extension(extension), &options());
        assert!(matches!(error, Err(Error::Encode { .. })), "{extension}");
    }
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
