//! Networks through the public face: what is loaded, and whether the engines agree.
//!
//! The ONNX Runtime half needs its library (`make test` installs it) and says so when it is skipped.

#![allow(clippy::unwrap_used, clippy::panic)]

mod refusals;

use std::path::{Path, PathBuf};

use bijou::model::{
    self, Device, EngineChoice, Error, Layout, Manifest, Model, Options, Runtime, Tensor, describe,
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/model")
        .join(name)
}

fn start(engine: EngineChoice) -> Result<Runtime, Error> {
    Runtime::start(&Options {
        engine,
        threads: 1,
        ..Options::default()
    })
}

/// The embedded engine and, where its library is, ONNX Runtime.
fn engines() -> Vec<Runtime> {
    let mut engines = vec![start(EngineChoice::Tract).unwrap()];
    match start(EngineChoice::OnnxRuntime) {
        Ok(runtime) => engines.push(runtime),
        Err(Error::NoRuntime { .. }) => {
            eprintln!("skipped: ONNX Runtime is not installed (bijou runtime install)")
        }
        Err(error) => panic!("{error}"),
    }
    engines
}

/// Values in [-1, 1] that look random and are the same every time.
fn noise(shape: &[usize]) -> Tensor {
    let mut state = 0x2545_f491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    let data = (0..shape.iter().product()).map(|_| next()).collect();
    Tensor {
        shape: shape.to_vec(),
        data,
    }
}

fn run_on_noise(model: &mut Model) -> Vec<Tensor> {
    let inputs: Vec<Tensor> = model.inputs().iter().map(|port| noise(&port.shape)).collect();
    model.run(&inputs).unwrap()
}

fn furthest(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn a_network_that_copies_gives_its_input_back() {
    for runtime in engines() {
        for (name, tolerance) in [("identity.onnx", 0.0), ("half.onnx", 1e-3)] {
            let mut model = runtime.load(&fixture(name), None, None).unwrap();
            let image = noise(&[1, 3, 8, 8]);
            let copy = model.run(std::slice::from_ref(&image)).unwrap();
            assert!(
                furthest(&copy[0].data, &image.data) <= tolerance,
                "{name} on {}",
                runtime.engine()
            );
            assert_eq!(copy[0].shape, image.shape);
        }
    }
}

#[test]
fn the_engines_agree() {
    let engines = engines();
    let [tract, ort] = engines.as_slice() else { return };
    for name in [
        "identity.onnx",
        "corrections.onnx",
        "dynamic.onnx",
        "unnamed.onnx",
        "half.onnx",
    ] {
        let mut a = tract.load(&fixture(name), None, Some([32, 48])).unwrap();
        let mut b = ort.load(&fixture(name), None, Some([32, 48])).unwrap();
        assert_eq!(a.inputs(), b.inputs(), "{name}");
        assert_eq!(a.outputs(), b.outputs(), "{name}");
        for (a, b) in run_on_noise(&mut a).iter().zip(&run_on_noise(&mut b)) {
            let difference = furthest(&a.data, &b.data);
            assert!(difference <= 1e-4, "{name}: {difference}");
        }
    }
}

/// The networks that come with Bijou, as the manifest describes them.
#[test]
fn the_engines_agree_on_the_networks_that_come_with_bijou() {
    let manifest = Manifest::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let engines = engines();
    for entry in manifest.entries() {
        let mut results = Vec::new();
        for runtime in &engines {
            let mut model = runtime
                .load(&entry.file, entry.sha256.as_deref(), entry.size)
                .unwrap();
            assert!(
                model
                    .inputs()
                    .iter()
                    .map(|port| &port.name)
                    .eq(entry.inputs.iter().map(|signal| &signal.name))
            );
            assert!(
                model
                    .outputs()
                    .iter()
                    .map(|port| &port.name)
                    .eq(entry.outputs.iter().map(|signal| &signal.name))
            );
            if entry.kind == "generator" {
                assert_eq!(describe(&model).unwrap(), Layout::Corrections);
            }
            results.push(run_on_noise(&mut model));
        }
        let [tract, ort] = results.as_slice() else {
            continue;
        };
        for ((a, b), signal) in tract.iter().zip(ort).zip(&entry.outputs) {
            let difference = furthest(&a.data, &b.data);
            let scale = (signal.range[1] - signal.range[0]) as f32;
            println!("{} {}: {difference}", entry.name, signal.name);
            assert!(
                difference <= 1e-3 * scale,
                "{} {}: {difference}",
                entry.name,
                signal.name
            );
        }
    }
}

/// `image` of the corrections network is the composition that its other outputs describe.
#[test]
fn outputs_come_in_the_order_of_the_graph() {
    for runtime in engines() {
        let mut model = runtime.load(&fixture("corrections.onnx"), None, None).unwrap();
        let names: Vec<&str> = model.outputs().iter().map(|port| port.name.as_str()).collect();
        assert_eq!(names, ["image", "shadow", "coverage", "residual"]);
        assert_eq!(describe(&model).unwrap(), Layout::Corrections);
        let condition = noise(&[1, 8, 16, 16]);
        let outputs = model.run(std::slice::from_ref(&condition)).unwrap();
        let plane = |tensor: &Tensor, channel: usize, pixel: usize| tensor.data[channel * 256 + pixel];
        for channel in 0..3 {
            for pixel in 0..256 {
                let photo = (plane(&condition, channel, pixel) + 1.0) / 2.0;
                let composite = (plane(&condition, 3 + channel, pixel) + 1.0) / 2.0;
                let coverage = plane(&outputs[2], 0, pixel);
                let lit = (composite + plane(&outputs[3], channel, pixel)).clamp(0.0, 1.0);
                let under = photo * plane(&outputs[1], 0, pixel) * (1.0 - coverage);
                let expected = 2.0 * (under + lit * coverage) - 1.0;
                assert!((plane(&outputs[0], channel, pixel) - expected).abs() < 1e-5);
            }
        }
    }
}

#[test]
fn open_heights_and_widths_take_the_size_asked_for() {
    for runtime in engines() {
        for name in ["dynamic.onnx", "unnamed.onnx"] {
            let mut model = runtime.load(&fixture(name), None, Some([24, 40])).unwrap();
            assert_eq!(model.inputs()[0].shape, [1, 3, 24, 40]);
            assert_eq!(model.outputs()[0].shape, [1, 3, 24, 40]);
            assert_eq!(run_on_noise(&mut model)[0].shape, [1, 3, 24, 40]);
            assert_eq!(describe(&model).unwrap(), Layout::ImageToImage { channels: 3 });
            let model = runtime.load(&fixture(name), None, None).unwrap();
            assert_eq!(model.inputs()[0].shape, [1, 3, 256, 256]);
        }
    }
}

#[test]
fn two_networks_run_at_once_in_two_threads_and_give_what_they_give_alone() {
    for runtime in engines() {
        let load = |name| runtime.load(&fixture(name), None, Some([64, 64])).unwrap();
        let names = ["dynamic.onnx", "corrections.onnx"];
        let alone = names.map(|name| run_on_noise(&mut load(name)));
        let together: Vec<Vec<Vec<Tensor>>> = std::thread::scope(|scope| {
            let worker =
                |mut model: Model| scope.spawn(move || (0..20).map(|_| run_on_noise(&mut model)).collect());
            let workers = names.map(|name| worker(load(name)));
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        for (alone, runs) in alone.iter().zip(&together) {
            assert!(runs.iter().all(|run| run == alone), "{}", runtime.engine());
        }
    }
}

#[test]
fn what_is_asked_for_by_name_and_cannot_be_had_is_an_error() {
    let nowhere = PathBuf::from("no/such/runtime");
    for engine in [EngineChoice::Auto, EngineChoice::OnnxRuntime] {
        let options = Options {
            engine,
            runtime: Some(nowhere.clone()),
            ..Options::default()
        };
        let error = Runtime::start(&options).unwrap_err();
        assert!(matches!(error, Error::Library { .. }), "{error:?}");
        let report = model::report(&options);
        assert!(report.engine.is_none() && report.error.is_some());
    }
    let cuda = Options {
        engine: EngineChoice::Tract,
        device: Device::Cuda,
        ..Options::default()
    };
    assert!(matches!(
        Runtime::start(&cuda),
        Err(Error::Device {
            device: Device::Cuda,
            ..
        })
    ));
    for device in [Device::Cuda, Device::DirectMl, Device::CoreMl] {
        let options = Options {
            device,
            ..Options::default()
        };
        match Runtime::start(&options) {
            Ok(runtime) => assert_eq!(runtime.device().0, runtime.device().1),
            Err(error) => assert!(
                matches!(error, Error::Device { .. } | Error::NoRuntime { .. }),
                "{error:?}"
            ),
        }
    }
}

#[test]
fn automatic_choice_starts_everywhere_and_tells_what_it_took() {
    let runtime = Runtime::start(&Options::default()).unwrap();
    let report = model::report(&Options::default());
    assert_eq!(report.engine.as_deref(), Some(runtime.engine()));
    assert_eq!(report.device.as_deref(), Some(runtime.device().1));
    assert!(
        report
            .devices
            .iter()
            .any(|device| device.name == "cpu" && device.usable)
    );
    if runtime.library().is_none() {
        assert!(
            runtime
                .notes()
                .iter()
                .any(|note| note.contains("bijou runtime install"))
        );
    } else {
        assert!(report.places.iter().any(|place| place.outcome == "in use"));
    }
}

#[test]
fn the_embedded_engine_names_the_version_that_is_built_in() {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let version = lock
        .split("name = \"tract-onnx\"\nversion = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(
        start(EngineChoice::Tract).unwrap().engine(),
        format!("tract {version}")
    );
}

/// The classic 54 M parameter Pix2Pix network on both engines: BIJOU_PIX2PIX names the file that
/// tests/fixtures/make_pix2pix.py writes.
#[test]
fn a_full_pix2pix_gives_the_same_picture_on_both_engines() {
    let Some(path) = std::env::var_os("BIJOU_PIX2PIX").map(PathBuf::from) else {
        eprintln!("skipped: BIJOU_PIX2PIX names no file");
        return;
    };
    let mut pictures = Vec::new();
    for engine in [EngineChoice::Tract, EngineChoice::OnnxRuntime] {
        let runtime = Runtime::start(&Options {
            engine,
            threads: 2,
            ..Options::default()
        })
        .unwrap();
        let begin = std::time::Instant::now();
        let mut model = runtime.load(&path, None, None).unwrap();
        let loading = begin.elapsed();
        assert_eq!(describe(&model).unwrap(), Layout::ImageToImage { channels: 3 });
        let times: Vec<u128> = (0..5)
            .map(|_| {
                let begin = std::time::Instant::now();
                run_on_noise(&mut model);
                begin.elapsed().as_millis()
            })
            .collect();
        println!(
            "{}: loaded in {} ms, runs {times:?} ms",
            runtime.engine(),
            loading.as_millis()
        );
        pictures.push(run_on_noise(&mut model).remove(0));
    }
    let difference = furthest(&pictures[0].data, &pictures[1].data);
    println!("largest difference {difference} (in [-1, 1])");
    assert!(difference <= 2.0 * 2.0 / 255.0);
    let spread = pictures[0]
        .data
        .iter()
        .fold(0.0_f32, |most, value| most.max(value.abs()));
    assert!(spread > 0.1, "the network is dead: {spread}");
}
