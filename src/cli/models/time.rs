//! `bijou models time`: how long the networks that come with Bijou take on this machine.
//!
//! Takes the manifest and an engine, gives the median and the fastest of some runs of each.

use std::process::ExitCode;
use std::time::Instant;

use bijou::model::{Entry, Manifest, Model, Runtime, Tensor};
use serde_json::{Value, json};

use crate::cli::engine::EngineArgs;
use crate::cli::{print, print_json};

/// Runs that are not counted: memory is laid out, caches fill.
const WARM: usize = 3;

/// Measure how long each network takes
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    engine: EngineArgs,
    /// How many runs are counted
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    runs: u16,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Times every network of the manifest.
pub fn run(args: &Args, manifest: &Manifest) -> anyhow::Result<ExitCode> {
    let runtime = Runtime::start(&args.engine.options())?;
    let (_, device) = runtime.device();
    let mut rows: Vec<Value> = Vec::new();
    for entry in manifest.entries() {
        let [median, fastest] = measure(&runtime, entry, usize::from(args.runs))?;
        if args.json {
            rows.push(json!({ "name": entry.name, "median_ms": median, "fastest_ms": fastest }));
        } else {
            let said = format!("{:<12} {median:8.1} ms   fastest {fastest:.1} ms", entry.name);
            print(&said)?;
        }
    }
    let (engine, runs) = (runtime.engine(), args.runs);
    if args.json {
        print_json(&json!({ "engine": engine, "device": device, "runs": runs, "models": rows }))?;
    } else {
        print(&format!("median of {runs} runs, {engine} on {device}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Median and fastest, milliseconds.
fn measure(runtime: &Runtime, entry: &Entry, runs: usize) -> anyhow::Result<[f64; 2]> {
    let mut model = runtime.load(&entry.file, entry.sha256.as_deref(), entry.size)?;
    let inputs = even(&model);
    let mut took = Vec::with_capacity(runs);
    for i in 0..runs + WARM {
        let start = Instant::now();
        model.run(&inputs)?;
        if i >= WARM {
            took.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    took.sort_by(f64::total_cmp);
    Ok([took[took.len() / 2], took[0]])
}

/// Inputs of one value.
fn even(model: &Model) -> Vec<Tensor> {
    let fill = |shape: &[usize]| Tensor {
        data: vec![0.1; shape.iter().product()],
        shape: shape.to_vec(),
    };
    model.inputs().iter().map(|port| fill(&port.shape)).collect()
}
