//! `bijou models list|verify|time`: the networks that come with Bijou, whether their files are the right ones, and
//! how long they take here.
//!
//! Takes the folder that holds `models/`, gives lines for a person or one JSON document.

mod time;

use std::path::Path;
use std::process::ExitCode;

use bijou::model::{Entry, Manifest};
use serde_json::{Value, json};

/// List, verify or time the networks that come with Bijou
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// List the networks, what they take, give and were trained on
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Compare every file with the hash in the manifest
    Verify {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    Time(time::Args),
}

/// Runs the command on the manifest in `root`. Fails when a file does not match.
pub fn run(args: &Args, root: &Path) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::load(root)?;
    match &args.command {
        Command::List { json } => list(&manifest, *json),
        Command::Verify { json } => verify(&manifest, *json),
        Command::Time(args) => time::run(args, &manifest),
    }
}

fn list(manifest: &Manifest, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        let models: Vec<Value> = manifest.entries().iter().map(entry_json).collect();
        super::print_json(&json!({ "models": models }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for entry in manifest.entries() {
        let size = entry
            .size
            .map(|[height, width]| format!("{height}×{width}"))
            .unwrap_or_default();
        super::print(&format!(
            "{:<12} {:<10} {:<9} {:<10} {}",
            entry.name,
            entry.kind,
            size,
            entry.licence,
            entry.file.display()
        ))?;
        for (key, value) in entry.trained_on.iter().chain(&entry.quality) {
            super::print(&format!("{:<12} {key}: {value}", ""))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn entry_json(entry: &Entry) -> Value {
    let signals = |signals: &[bijou::model::Signal]| -> Vec<Value> {
        let value =
            |s: &bijou::model::Signal| json!({ "name": s.name, "channels": s.channels, "range": s.range });
        signals.iter().map(value).collect()
    };
    json!({
        "name": entry.name, "kind": entry.kind, "file": entry.file, "sha256": entry.sha256,
        "licence": entry.licence, "size": entry.size, "inputs": signals(&entry.inputs),
        "outputs": signals(&entry.outputs), "trained_on": entry.trained_on, "quality": entry.quality,
    })
}

fn verify(manifest: &Manifest, json: bool) -> anyhow::Result<ExitCode> {
    let results = manifest.verify();
    let failed = results.iter().any(|(_, result)| result.is_err());
    if json {
        let rows: Vec<Value> = results
            .iter()
            .map(|(entry, result)| {
                let error = result.as_ref().err().map(ToString::to_string);
                json!({ "name": entry.name, "file": entry.file, "ok": result.is_ok(), "error": error })
            })
            .collect();
        super::print_json(&json!({ "ok": !failed, "models": rows }))?;
    } else {
        for (entry, result) in results {
            super::print(&match result {
                Ok(()) if entry.sha256.is_none() => format!("{}: present (no hash recorded)", entry.name),
                Ok(()) => format!("{}: ok", entry.name),
                Err(error) => format!("{}: {:#}", entry.name, anyhow::Error::from(error)),
            })?;
        }
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
