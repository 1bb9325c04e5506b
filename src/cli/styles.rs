//! `bijou styles list|show`: the looks there are and what they can be tuned with.
//!
//! Takes an optional id and `--json`; gives text for people or one JSON document on standard output.

use bijou::style::{self, Look};
use clap::Subcommand;
use std::io::Write;
use std::process::ExitCode;

/// Lists the looks, or describes one.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List all looks
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Describe one look and its parameters
    Show {
        /// The look's id, as `bijou styles list` prints it
        #[arg(value_parser = style::look)]
        id: &'static Look,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Prints what was asked for.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match args.action {
        Action::List { json: true } => writeln!(out, "{}", serde_json::to_string_pretty(style::looks())?)?,
        Action::List { json: false } => {
            let width = style::looks().iter().map(|look| look.id.len()).max().unwrap_or(0);
            for look in style::looks() {
                writeln!(out, "{:width$}  {} ({})", look.id, look.description, look.name_zh)?;
            }
        }
        Action::Show { id, json: true } => writeln!(out, "{}", serde_json::to_string_pretty(id)?)?,
        Action::Show { id, json: false } => describe(&mut out, id)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(out: &mut impl Write, look: &Look) -> std::io::Result<()> {
    writeln!(
        out,
        "{}  {} ({})\n{}",
        look.id, look.name_en, look.name_zh, look.description
    )?;
    for p in look.parameters {
        let (name, default) = (p.name, p.default);
        writeln!(
            out,
            "  {name:<10} {}..{}, default {default}: {}",
            p.min, p.max, p.description
        )?;
    }
    let example = look
        .parameters
        .first()
        .map(|p| format!(",{}={}", p.name, p.default))
        .unwrap_or_default();
    writeln!(out, "use: --style {}:0.7{example}", look.id)
}
