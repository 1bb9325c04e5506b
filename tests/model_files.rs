//! The manifest of networks and the installation of ONNX Runtime through the public face.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::{Path, PathBuf};

use bijou::model::{self, EngineChoice, Error, Kind, Manifest, Options, Runtime};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/model")
        .join(name)
}

#[test]
fn the_manifest_lists_the_networks_and_verifies_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = Manifest::load(root).unwrap();
    let anchors = manifest.entry("anchors").unwrap();
    assert_eq!(anchors.outputs[0].name, "points");
    let near = manifest.entry("ancors").unwrap_err().to_string();
    assert!(near.contains("did you mean `anchors`?"), "{near}");
    for (entry, result) in manifest.verify() {
        assert!(result.is_ok(), "{}: {result:?}", entry.name);
    }
}

#[test]
fn a_wrong_manifest_names_file_field_and_what_is_expected() {
    let good = "[[model]]\nname = \"a\"\nfile = \"a.onnx\"\nlicence = \"CC0-1.0\"\nkind = \"generator\"\n";
    let parse = |text: &str| Manifest::parse(Path::new("models/manifest.toml"), text);
    assert_eq!(parse(good).unwrap().entries()[0].file, Path::new("models/a.onnx"));
    assert!(parse(&format!("{good}colour = \"new in a later version\"\n")).is_ok());
    let wrong = [
        (
            good.replace("licence = \"CC0-1.0\"\n", ""),
            "model `a`, field `licence` is missing",
        ),
        (
            good.replace("\"generator\"", "\"cat\""),
            "expected \"anchors\", \"ear\", \"trinket\", \"behind\", \"strand\", \"hand\", \"generator\" or \"texture\"",
        ),
        (
            good.replace("\"a.onnx\"", "7"),
            "field `file` is 7, expected a text",
        ),
        (format!("{good}sha256 = \"12\"\n"), "64 hexadecimal digits"),
        (format!("{good}size = [256]\n"), "[height, width]"),
        (
            format!("{good}[[model.input]]\nname = \"x\"\nchannels = [1]\n"),
            "input 1, field `channels`",
        ),
        (format!("{good}{good}"), "a second time"),
    ];
    for (text, words) in wrong {
        let error = parse(&text).unwrap_err().to_string();
        assert!(
            error.starts_with("models/manifest.toml: ") && error.contains(words),
            "{error}"
        );
    }
    assert!(matches!(parse("[[model]"), Err(Error::Toml { .. })));
}

#[test]
fn a_manifest_whose_file_changed_or_went_missing_fails_its_check() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("models")).unwrap();
    let entry = |name: &str, hash: &str| {
        format!(
            "[[model]]\nname = \"{name}\"\nfile = \"{name}.onnx\"\nsha256 = \"{hash}\"\nlicence = \"x\"\nkind = \"generator\"\n"
        )
    };
    let text = entry("changed", &"0".repeat(64)) + &entry("missing", &"1".repeat(64));
    std::fs::write(folder.path().join("models/manifest.toml"), text).unwrap();
    std::fs::copy(
        fixture("identity.onnx"),
        folder.path().join("models/changed.onnx"),
    )
    .unwrap();
    let manifest = Manifest::load(folder.path()).unwrap();
    let results = manifest.verify();
    assert!(matches!(results[0].1, Err(Error::Hash { .. })));
    assert!(matches!(results[1].1, Err(Error::Read { .. })));
}

/// A made-up wheel: a library, a provider, a licence, and things that must stay out.
fn wheel(folder: &Path, library: &str) -> PathBuf {
    let path = folder.join("onnxruntime.whl");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let names = [
        format!("onnxruntime/capi/{library}"),
        "onnxruntime/capi/libonnxruntime_providers_shared.so".into(),
        "onnxruntime/capi/onnxruntime_pybind11_state.so".into(),
        "onnxruntime/LICENSE".into(),
        "onnxruntime/tools/script.py".into(),
        "../../escaped.so".into(),
    ];
    for name in names {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(b"content").unwrap();
    }
    zip.finish().unwrap();
    path
}

fn library_name() -> &'static str {
    match std::env::consts::OS {
        "windows" => "onnxruntime.dll",
        "macos" => "libonnxruntime.1.31.1.dylib",
        _ => "libonnxruntime.so.1.31.1",
    }
}

#[test]
fn an_installation_appears_whole_and_replaces_only_its_own_kind() {
    let temporary = tempfile::tempdir().unwrap();
    let target = temporary.path().join("deep/runtime");
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(&target)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let good = wheel(temporary.path(), library_name());
    for receipt in ["onnxruntime==1.31.1", "onnxruntime==1.31.2"] {
        model::unpack(&good, &target, receipt).unwrap();
        assert_eq!(
            names(),
            [
                "LICENSE",
                "installed.txt",
                library_name(),
                "libonnxruntime_providers_shared.so"
            ]
        );
    }
    // Already there: nothing is downloaded.
    model::install_into(&target, Kind::Cpu, "1.31.2").unwrap();

    let empty = wheel(temporary.path(), "readme.txt");
    let before = names();
    assert!(
        model::unpack(&empty, &target, "x")
            .unwrap_err()
            .to_string()
            .contains("no ONNX Runtime library")
    );
    assert_eq!(names(), before);
    assert_eq!(
        std::fs::read_dir(target.parent().unwrap()).unwrap().count(),
        1,
        "nothing is left beside it"
    );

    let mine = temporary.path().join("documents");
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("letter.txt"), "dear").unwrap();
    let error = model::unpack(&good, &mine, "x").unwrap_err().to_string();
    assert!(error.contains("would be lost"), "{error}");
    assert!(mine.join("letter.txt").is_file());
}

#[test]
fn a_library_that_is_none_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(library_name()), "not a library").unwrap();
    let options = Options {
        runtime: Some(folder.path().to_owned()),
        ..Options::default()
    };
    let text = Runtime::start(&options).unwrap_err().to_string();
    assert!(text.contains(&folder.path().display().to_string()), "{text}");
}

/// Fills the folder that BIJOU_RUNTIME names (or the usual one) with the real library.
#[test]
#[ignore = "downloads 24 MB"]
fn the_real_package_installs_twice_and_starts() {
    let folder = model::install(Kind::Cpu, model::VERSION).unwrap();
    assert_eq!(model::install(Kind::Cpu, model::VERSION).unwrap(), folder);
    let options = Options {
        engine: EngineChoice::OnnxRuntime,
        runtime: Some(folder),
        ..Options::default()
    };
    assert_eq!(
        Runtime::start(&options).unwrap().engine(),
        format!("onnxruntime {}", model::VERSION)
    );
    let impossible = model::install_into(&std::env::temp_dir().join("bijou-none"), Kind::Cpu, "0.0.1");
    let text = impossible.unwrap_err().to_string();
    assert!(
        text.contains("onnxruntime==0.0.1") && text.contains("pip"),
        "{text}"
    );
}
