//! The command line: what it takes, and which file runs it. Results go to standard output,
//! everything else to standard error.

mod anchors;
mod app;
mod batch;
mod compare;
mod engine;
mod live;
mod models;
mod products;
mod runtime;
mod styles;
mod try_on;
mod values;

use anyhow::Context;
use clap::{Parser, Subcommand};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit status for wrong usage.
const USAGE: u8 = 2;

/// Puts jewellery on people in photographs, on your own machine.
#[derive(Parser)]
#[command(name = "bijou", version, subcommand_precedence_over_arg = true)]
struct Cli {
    /// Folder that holds models/ and assets/ (default: beside the program, or its source tree)
    #[arg(long, global = true, value_name = "DIR", env = "BIJOU_DATA")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    window: app::Args,
}

#[derive(Subcommand)]
enum Command {
    /// Put a product on a portrait
    TryOn(Box<try_on::Args>),
    /// Put many products on many portraits, with a journal and a report
    Batch(Box<batch::Args>),
    /// Wear products before a camera, or measure how well that works without one
    Live(Box<live::Args>),
    /// Print the points found in portraits, in pixels, with sigma and visibility
    Anchors(anchors::Args),
    /// List, show and import products
    Products(products::Args),
    /// List and show looks
    Styles(styles::Args),
    /// Show which inference engine and device are used and why, or install ONNX Runtime
    Runtime(runtime::Args),
    /// List the models or verify their files
    Models(models::Args),
    /// Compare two pictures: PSNR, SSIM, mean ΔE2000
    Compare(compare::Args),
}

/// Parses the command line and runs its command. Wrong usage ends the program with status 2.
pub fn run() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    let root = || bijou::resources::root(cli.data.clone());
    let Some(command) = cli.command else {
        return app::run(&cli.window, cli.data);
    };
    match command {
        Command::TryOn(args) => try_on::run(&args, &root()?),
        Command::Batch(args) => batch::run(&args, &root()?),
        Command::Live(args) => live::run(&args, &root()?),
        Command::Anchors(args) => anchors::run(&args, &root()?),
        Command::Products(args) => products::run(args, &root()?),
        Command::Styles(args) => styles::run(args),
        Command::Runtime(args) => runtime::run(args),
        Command::Models(args) => models::run(&args, &root()?),
        Command::Compare(args) => compare::run(&args),
    }
}

/// Prints one JSON document on standard output.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string_pretty(value)?)
}

/// Writes a line to standard error; where nobody reads it, the work goes on.
pub fn say(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Writes a line to standard output; a reader that has seen enough is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output cannot be written"),
    }
}
