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
        super::print(&lines(&report).join("\n"))?;
    }
    Ok(if report.error.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The report for people.
fn lines(report: &RuntimeReport) -> Vec<String> {
    let mut lines = vec![format!("engine   {}", report.engine.as_deref().unwrap_or("none"))];
    lines.extend(report.library.iter().map(|l| format!("library  {}", l.display())));
    lines.push(format!(
        "device   {} (asked for: {})",
        report.device.as_deref().unwrap_or("none"),
        report.requested_device
    ));
    lines.extend(report.error.iter().map(|error| format!("error    {error}")));
    lines.extend(report.notes.iter().map(|note| format!("note     {note}")));
    lines.push("\ndevices".into());
    lines.extend(report.devices.iter().map(|device| {
        format!(
            "  {:<9} {}",
            device.name,
            device.why.as_deref().unwrap_or("starts")
        )
    }));
    lines.push("\nplaces looked at for ONNX Runtime, in this order".into());
    lines.extend(report.places.iter().map(|place| {
        let path = place.library.as_ref().unwrap_or(&place.path);
        format!("  {} ({}): {}", path.display(), place.what, place.outcome)
    }));
    let folder = report.install_folder.iter();
    lines.extend(folder.map(|f| format!("\n`bijou runtime install` fills {}", f.display())));
    lines
}

fn run_install(install: &Install) -> anyhow::Result<ExitCode> {
    if !install.json {
        super::say(&format!(
            "fetching ONNX Runtime {} ({}) …",
            install.version, install.kind
        ));
    }
    let folder = model::install(install.kind, &install.version)?;
    if install.json {
        let done = serde_json::json!({
            "folder": folder, "kind": install.kind.to_string(), "version": install.version,
        });
        super::print_json(&done)?;
    } else {
        super::print(&format!(
            "ONNX Runtime {} is in {}",
            install.version,
            folder.display()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
