//! `bijou styles list|show`: the looks there are and what they can be tuned with.
//!
//! Takes an optional id and `--json`; gives text for people or one JSON document on standard output.

use bijou::style::{self, Look};
use clap::Subcommand;
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
    match args.action {
        Action::List { json: true } => super::print_json(&style::looks())?,
        Action::List { json: false } => {
            let width = style::looks().iter().map(|look| look.id.len()).max().unwrap_or(0);
            let row = |look: &Look| format!("{:width$}  {} ({})", look.id, look.description, look.name_zh);
            super::print(&style::looks().iter().map(row).collect::<Vec<_>>().join("\n"))?;
        }
        Action::Show { id, json: true } => super::print_json(id)?,
        Action::Show { id, json: false } => super::print(&describe(id))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(look: &Look) -> String {
    let mut rows = vec![format!(
        "{}  {} ({})\n{}",
        look.id, look.name_en, look.name_zh, look.description
    )];
    rows.extend(look.parameters.iter().map(|p| {
        let (name, default) = (p.name, p.default);
        format!(
            "  {name:<10} {}..{}, default {default}: {}",
            p.min, p.max, p.description
        )
    }));
    let first = look.parameters.first();
    let example = first.map(|p| format!(",{}={}", p.name, p.default));
    rows.push(format!(
        "use: --style {}:0.7{}",
        look.id,
        example.unwrap_or_default()
    ));
    rows.join("\n")
}
