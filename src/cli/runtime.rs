//! `bijou runtime show|install`: which inference engine and device, why, and how to get ONNX Runtime.
//!
//! Takes the choices on the command line, gives lines for a person or one JSON document.

use std::path::PathBuf;
use std::process::ExitCode;

use bijou::model::{self, Device, EngineChoice, Kind, Options, RuntimeReport};

/// Show which inference engine and device are used and why, or install ONNX Runtime
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show the engine and the device in use, and every place looked at for ONNX Runtime
    Show(Show),
    /// Fetch ONNX Runtime with pip and put it where Bijou looks
    Install(Install),
}

#[derive(Debug, clap::Args)]
struct Show {
    /// auto, onnxruntime or tract
    #[arg(long, default_value_t)]
    engine: EngineChoice,
    /// auto, cpu, cuda, directml or coreml
    #[arg(long, default_value_t)]
    device: Device,
    /// An ONNX Runtime library, or the folder that holds it
    #[arg(long, value_name = "PATH")]
    runtime: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Install {
    /// cpu, gpu (NVIDIA) or directml (Windows)
    #[arg(long, default_value_t)]
    kind: Kind,
    /// Version of ONNX Runtime
    #[arg(long, value_name = "VERSION", default_value = model::VERSION)]
    version: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the command. Failure of `show` means that what was asked for by name cannot be had.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Show(show) => run_show(show),
        Command::Install(install) => run_install(&install),
    }
}

fn run_show(show: Show) -> anyhow::Result<ExitCode> {
    let options = Options {
        engine: show.engine,
        device: show.device,
        runtime: show.runtime,
        threads: 0,
    };
    let report = model::report(&options);
    if show.json {
        super::print_json(&report)?;
    } else {
        print_report(&report);
    }
    Ok(if report.error.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_report(report: &RuntimeReport) {
    println!("engine   {}", report.engine.as_deref().unwrap_or("none"));
    if let Some(library) = &report.library {
        println!("library  {}", library.display());
    }
    println!(
        "device   {} (asked for: {})",
        report.device.as_deref().unwrap_or("none"),
        report.requested_device
    );
    report.error.iter().for_each(|error| println!("error    {error}"));
    report.notes.iter().for_each(|note| println!("note     {note}"));
    println!("\ndevices");
    for device in &report.devices {
        println!(
            "  {:<9} {}",
            device.name,
            device.why.as_deref().unwrap_or("starts")
        );
    }
    println!("\nplaces looked at for ONNX Runtime, in this order");
    for place in &report.places {
        let path = place.library.as_ref().unwrap_or(&place.path);
        println!("  {} ({}): {}", path.display(), place.what, place.outcome);
    }
    if let Some(folder) = &report.install_folder {
        println!("\n`bijou runtime install` fills {}", folder.display());
    }
}

fn run_install(install: &Install) -> anyhow::Result<ExitCode> {
    if !install.json {
        eprintln!("fetching ONNX Runtime {} ({}) …", install.version, install.kind);
    }
    let folder = model::install(install.kind, &install.version)?;
    if install.json {
        let done = serde_json::json!({
            "folder": folder, "kind": install.kind.to_string(), "version": install.version,
        });
        super::print_json(&done)?;
    } else {
        println!("ONNX Runtime {} is in {}", install.version, folder.display());
    }
    Ok(ExitCode::SUCCESS)
}
