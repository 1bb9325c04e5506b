//! `make bench`: what a batch is worth on two workers, where its time goes, and whether its memory stays.
//!
//! Prints one line a figure: measured value, asked value, verdict. Ratios come from one run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bijou::product::Catalogue;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longer side of the portraits, pixels.
const SIDE: u32 = 2048;
/// Pictures of the speed's figures.
const FEW: usize = 126;
/// Pictures of the memory's figure.
const MANY: usize = 2000;

fn main() {
    // `cargo test --all-targets` runs benches too: there is nothing to prove then.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let temp = tempfile::tempdir().expect("a temporary folder");
    let products = Catalogue::open(&[root.join("assets/products")]).list().len();
    let people = portraits(&root, temp.path(), MANY.div_ceil(products));
    // A first run fills the caches of the system.
    drop(timed(temp.path(), &people[..1], 2, "warm"));
    let few = &people[..FEW.div_ceil(products)];
    let one = timed(temp.path(), few, 1, "one");
    let two = timed(temp.path(), few, 2, "two");
    println!("  1 worker {:.2} pictures/s, 2 workers {:.2}", one.rate, two.rate);
    at_least("2 workers against 1", two.rate / one.rate, 1.7, "x");
    for (name, run) in [("1 worker", &one), ("2 workers", &two)] {
        println!("  {name}: {}", run.shares);
    }
    at_least(
        "time inside model runs and encoders (1 worker)",
        100.0 * one.useful,
        80.0,
        "%",
    );
    let all = timed(temp.path(), &people, 2, "all");
    println!(
        "  {} pictures, {:.2} pictures/s, {}",
        all.count, all.rate, all.shares
    );
    if all.memory.is_empty() {
        println!("memory: not measured on this system");
        return;
    }
    let peak = all.memory.iter().copied().fold(0.0, f64::max);
    at_most("peak memory over 2000 pictures", peak, 1024.0, "MiB");
    // The first fifth has seen everything once; after it nothing may grow.
    let fifth = all.memory.len() / 5;
    let highest = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    let (early, late) = (
        highest(&all.memory[fifth..2 * fifth]),
        highest(&all.memory[4 * fifth..]),
    );
    at_most(
        "  growth from the second to the last fifth",
        late - early,
        32.0,
        "MiB",
    );
}

/// Portraits of ours, enlarged, each a little different from all others.
fn portraits(root: &Path, folder: &Path, count: usize) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(root.join("assets/portraits"))
        .expect("the samples")
        .map(|e| e.expect("an entry").path())
        .collect();
    names.sort();
    let samples: Vec<_> = names
        .iter()
        .map(|p| {
            let sample = image::open(p).expect("a sample");
            sample
                .resize(SIDE, SIDE, image::imageops::FilterType::Triangle)
                .to_rgb8()
        })
        .collect();
    (0..count)
        .map(|n| {
            let mut picture = samples[n % samples.len()].clone();
            picture.put_pixel(0, 0, image::Rgb([n as u8, (n >> 8) as u8, 99]));
            let path = folder.join(format!("portrait-{n:03}.jpg"));
            picture.save(&path).expect("a portrait");
            path
        })
        .collect()
}

struct Run {
    count: usize,
    rate: f64,
    /// Where the time went, in words.
    shares: String,
    /// Share of the time inside model runs and encoders.
    useful: f64,
    /// Resident memory, MiB, every so often.
    memory: Vec<f64>,
}

/// All products on some portraits.
fn timed(folder: &Path, people: &[PathBuf], workers: usize, out: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bijou"));
    command.current_dir(folder).arg("batch").arg("--portraits");
    command.args(people).args(["--products", "all", "--out", out]);
    command.args(["--format", "jpg", "--workers", &workers.to_string()]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let since = Instant::now();
    let mut child = command.spawn().expect("the program");
    let status = format!("/proc/{}/status", child.id());
    let mut memory = Vec::new();
    while child.try_wait().expect("a child").is_none() {
        memory.extend(resident(&status));
        std::thread::sleep(Duration::from_millis(50));
    }
    let seconds = since.elapsed().as_secs_f64();
    let report = std::fs::read(folder.join(out).join("report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_slice(&report).expect("a report");
    let items = report["items"].as_array().expect("items");
    let sum = |name: &str| {
        let of = |item: &serde_json::Value| item["timings"][name].as_f64().unwrap_or(0.0);
        items.iter().map(of).sum::<f64>()
    };
    let whole: f64 = items.iter().filter_map(|i| i["ms"].as_f64()).sum();
    let percent = |ms: f64| 100.0 * ms / whole;
    Run {
        count: items.len(),
        rate: items.len() as f64 / seconds,
        shares: format!(
            "{:.0} ms a picture: models {:.0} %, encoding {:.0} %, decoding {:.0} %, the rest of the try-on {:.0} %, layout {:.0} %, writing {:.0} %",
            whole / items.len() as f64,
            percent(sum("models")),
            percent(sum("encode")),
            percent(sum("decode")),
            percent(sum("run") - sum("models")),
            percent(sum("lay_out")),
            percent(sum("write")),
        ),
        useful: (sum("models") + sum("encode")) / whole,
        memory,
    }
}

fn resident(status: &str) -> Option<f64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024.0)
}

fn at_least(what: &str, value: f64, asked: f64, unit: &str) {
    let word = if value >= asked { "holds" } else { "FALLS SHORT" };
    println!("{what}: {value:.2} {unit} (asked: at least {asked:.1}) {word}");
}

fn at_most(what: &str, value: f64, asked: f64, unit: &str) {
    let word = if value <= asked { "holds" } else { "FALLS SHORT" };
    println!("{what}: {value:.0} {unit} (asked: at most {asked:.0}) {word}");
}
