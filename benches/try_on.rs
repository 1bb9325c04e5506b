//! `make bench`: what a try-on costs, against what its bare model runs cost in the same process.
//!
//! Prints one line a figure: measured value, asked value, verdict. Ratios come from one run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bijou::model::{EngineChoice, Manifest, Model, Options, Runtime, Tensor};
use bijou::photo::Photo;
use bijou::pipeline::{Choice, Engine, Request};
use bijou::product::Product;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;

fn main() {
    // `cargo test --all-targets` runs benches too: there is nothing to prove then.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let temp = tempfile::tempdir().expect("a temporary folder");
    // The sample enlarged to a full square of pixels.
    let sample = image::open(root.join("assets/portraits/amara.jpg")).expect("the sample portrait");
    let file = |side: u32| {
        let path = temp.path().join(format!("{side}.jpg"));
        let enlarged = sample.resize_to_fill(side, side, image::imageops::FilterType::Triangle);
        enlarged.to_rgb8().save(&path).expect("an enlarged portrait");
        path
    };
    let (medium, large) = (file(2048), file(4096));
    warm(&root, &medium);
    cold(&root, temp.path(), &medium);
    memory(&root, temp.path(), &large);
}

fn product(root: &Path) -> PathBuf {
    root.join("assets/products/pearl-drop-gold")
}

/// Median of several timings, milliseconds.
fn median(mut run: impl FnMut()) -> f64 {
    run();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2].as_secs_f64() * 1e3
}

/// A warm try-on of a photo nobody has seen before, against its bare model runs.
fn warm(root: &Path, portrait: &Path) {
    let options = Options {
        engine: EngineChoice::Auto,
        ..Options::default()
    };
    let choice = Choice {
        root: root.into(),
        generator: None,
        options: options.clone(),
    };
    let mut engine = Engine::start(&choice).expect("an engine");
    let request = Request::from(Product::load(&product(root)).expect("the product"));
    let bytes = std::fs::read(portrait).expect("the portrait");
    // The same picture under as many hashes as there are rounds, so that every head is looked for.
    let photos = (0..=ROUNDS as u8).map(|i| {
        let named = [bytes.as_slice(), &[i]].concat();
        Photo::decode(&named, portrait).expect("a photo")
    });
    let mut photos: Vec<Photo> = photos.collect();
    let (mut stages, mut drawn) = (Vec::new(), 0);
    let whole = median(|| {
        let photo = photos.pop().expect("a fresh photo");
        let outcome = engine.run(&photo, &request, &mut |_| true).expect("a try-on");
        drawn = outcome
            .report
            .pieces
            .iter()
            .filter(|p| p.hidden.is_none())
            .count();
        stages = outcome.report.stages;
    });
    let decode = median(|| drop(Photo::decode(&bytes, portrait)));
    let runtime = Runtime::start(&options).expect("an engine");
    let manifest = Manifest::load(root).expect("the manifest");
    let time = |name: &str| {
        let entry = manifest.entry(name).expect("an entry");
        let mut model = runtime.load(&entry.file, None, entry.size).expect("a model");
        let inputs: Vec<Tensor> = inputs(&model);
        median(|| drop(model.run(&inputs)))
    };
    let (anchors, generator) = (time("anchors"), time("tryon"));
    // Three runs of the anchors network, one of the generator for every piece that is drawn.
    let models = 3.0 * anchors + drawn as f64 * generator;
    let asked = (1.5 * models).max(150.0);
    println!(
        "engine {}; anchors {anchors:.1} ms, generator {generator:.1} ms a run",
        runtime.engine()
    );
    for stage in stages {
        println!("  {:?} {:.1} ms", stage.stage, stage.ms);
    }
    println!("  decoding the 2048² JPEG {decode:.1} ms (not in the figure below)");
    verdict("warm try-on of 2048²", whole, asked, "ms");
    println!(
        "  that is {:.2} × its bare model runs ({models:.1} ms, {drawn} piece(s) drawn)",
        whole / models
    );
}

fn inputs(model: &Model) -> Vec<Tensor> {
    let fill = |shape: &Vec<usize>| Tensor {
        data: vec![0.1; shape.iter().product()],
        shape: shape.clone(),
    };
    model.inputs().iter().map(|p| fill(&p.shape)).collect()
}

/// The program from start to file.
fn cold(root: &Path, folder: &Path, portrait: &Path) {
    let time = median(|| {
        assert!(
            command(root, folder, portrait)
                .status()
                .expect("the program")
                .success()
        );
    });
    verdict("cold try-on of 2048², start to file", time, 1500.0, "ms");
}

fn command(root: &Path, folder: &Path, portrait: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bijou"));
    command
        .arg("try-on")
        .arg(portrait)
        .arg("-p")
        .arg(product(root))
        .arg("--force");
    command
        .arg("-o")
        .arg(folder.join("out.jpg"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Highest resident memory of the program, from /proc while it runs.
fn memory(root: &Path, folder: &Path, portrait: &Path) {
    let mut child = command(root, folder, portrait).spawn().expect("the program");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    while child.try_wait().expect("a child").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:"))
            .unwrap_or_default();
        let kib: f64 = line
            .split_whitespace()
            .next()
            .and_then(|v| v.parse().ok())
            .unwrap_or(0.0);
        peak = peak.max(kib / 1024.0);
        std::thread::sleep(Duration::from_millis(2));
    }
    if peak == 0.0 {
        println!("peak memory: not measured on this system");
    } else {
        verdict("peak memory at 4096²", peak, 600.0, "MiB");
    }
}

fn verdict(what: &str, value: f64, asked: f64, unit: &str) {
    let word = if value <= asked { "holds" } else { "FALLS SHORT" };
    println!("{what}: {value:.0} {unit} (asked: at most {asked:.0}) {word}");
}
