//! What is refused, before or while it is loaded, and in which words.

use crate::{engines, fixture, noise, run_on_noise};
use bijou::model::{Error, Tensor};
use std::error::Error as _;

#[test]
fn what_cannot_be_run_is_refused_in_a_sentence() {
    let refused = [
        ("external.onnx", "lies in another file"),
        ("domain.onnx", "`com.example`"),
        ("rank.onnx", "[1, channels, height, width]"),
        ("channels.onnx", "[1, 33, 8, 8]"),
        ("huge.onnx", "[1, 3, 8192, 8]"),
        ("batch.onnx", "[2, 3, 8, 8]"),
        ("integers.onnx", "floating-point"),
    ];
    for runtime in engines() {
        for (name, words) in refused {
            let error = runtime.load(&fixture(name), None, None).unwrap_err();
            assert!(matches!(error, Error::Refused { .. }), "{name}: {error:?}");
            let text = error.to_string();
            assert!(text.contains(name) && text.contains(words), "{text}");
        }
        let bomb = runtime.load(&fixture("bomb.onnx"), None, None).unwrap_err();
        assert!(matches!(bomb, Error::NotOnnx { .. }), "{bomb:?}");
    }
}

#[test]
fn an_operator_no_engine_knows_is_named_with_the_engines_words_as_cause() {
    for runtime in engines() {
        let error = runtime.load(&fixture("unknown.onnx"), None, None).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("{} cannot load", runtime.engine())),
            "{text}"
        );
        assert!(text.contains("it uses Sparkle"), "{text}");
        assert!(!error.source().unwrap().to_string().is_empty());
    }
}

#[test]
fn a_file_cut_short_or_damaged_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.onnx");
    let engines = engines();
    for name in ["corrections.onnx", "dynamic.onnx"] {
        let whole = std::fs::read(fixture(name)).unwrap();
        for length in (0..whole.len()).step_by(41) {
            std::fs::write(&path, &whole[..length]).unwrap();
            for runtime in &engines {
                assert!(
                    runtime.load(&path, None, None).is_err(),
                    "{length} bytes of {name}"
                );
            }
        }
        for position in (0..whole.len()).step_by(37) {
            let mut damaged = whole.clone();
            damaged[position] ^= 0x5a;
            std::fs::write(&path, damaged).unwrap();
            for runtime in &engines {
                // A damaged weight may still be a network; what matters is that nothing panics.
                if let Ok(mut model) = runtime.load(&path, None, Some([16, 16])) {
                    let inputs: Vec<Tensor> = model.inputs().iter().map(|port| noise(&port.shape)).collect();
                    let _ = model.run(&inputs);
                }
            }
        }
    }
}

#[test]
fn the_hash_is_checked_and_told() {
    let path = fixture("identity.onnx");
    let sum = std::process::Command::new("sha256sum").arg(&path).output();
    for runtime in engines() {
        let model = runtime.load(&path, None, None).unwrap();
        if let Ok(output) = &sum {
            assert!(String::from_utf8_lossy(&output.stdout).starts_with(model.sha256()));
        }
        assert!(
            runtime
                .load(&path, Some(&model.sha256().to_uppercase()), None)
                .is_ok()
        );
        let wrong = "0".repeat(64);
        let text = runtime.load(&path, Some(&wrong), None).unwrap_err().to_string();
        for words in [
            "identity.onnx",
            wrong.as_str(),
            model.sha256(),
            "bijou models verify",
        ] {
            assert!(text.contains(words), "{text}");
        }
    }
}

#[test]
fn a_missing_file_and_a_folder_are_errors_about_that_path() {
    for runtime in engines() {
        for path in [fixture("none.onnx"), fixture("")] {
            let error = runtime.load(&path, None, None).unwrap_err();
            assert!(
                matches!(&error, Error::Read { path: named, .. } if *named == path),
                "{error:?}"
            );
        }
    }
}

#[test]
fn tensors_that_do_not_fit_are_refused_before_anything_runs() {
    for runtime in engines() {
        let mut model = runtime.load(&fixture("identity.onnx"), None, None).unwrap();
        let short = Tensor {
            shape: vec![1, 3, 8, 8],
            data: vec![0.0; 5],
        };
        for inputs in [
            vec![],
            vec![noise(&[1, 3, 8, 9])],
            vec![short],
            vec![noise(&[1, 3, 8, 8]); 2],
        ] {
            let error = model.run(&inputs).unwrap_err();
            assert!(matches!(error, Error::Input { .. }), "{error:?}");
        }
        run_on_noise(&mut model); // and it still runs afterwards
    }
}
