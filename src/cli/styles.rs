//! `bijou styles …`: the looks there are, what they can be tuned with, and rows of them saved as presets.
//!
//! Takes ids, names, files and `--json`; gives text for people or one JSON document on standard output.

use bijou::style::{self, Look, Preset, Style};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;

/// Lists the looks, describes one, or keeps rows of them as presets.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List all looks and the saved presets
    List {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Describe one look and its parameters
    Show {
        /// The look's id, as `bijou styles list` prints it, or `finish`, `like`
        #[arg(value_parser = known)]
        id: &'static Look,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Save a row of looks under a name, for --style preset:NAME
    Save {
        /// The preset's name
        name: String,
        /// The looks, e.g. soft_focus:0.4+warm_gold:0.7
        style: String,
        /// Replace a preset of this name
        #[arg(long)]
        force: bool,
    },
    /// Write a preset to a file, to send it to somebody
    Export {
        /// The preset's name
        name: String,
        /// The file
        file: PathBuf,
        /// Replace an existing file
        #[arg(long)]
        force: bool,
    },
    /// Keep a preset from a file
    Import {
        /// The file
        file: PathBuf,
        /// Replace a preset of the same name
        #[arg(long)]
        force: bool,
    },
    /// Forget a preset
    Remove {
        /// The preset's name
        name: String,
    },
}

fn known(id: &str) -> Result<&'static Look, style::Error> {
    if id == style::like().id {
        return Ok(style::like());
    }
    style::look(id)
}

/// Prints what was asked for.
///
/// # Errors
/// When standard output cannot be written, or a preset cannot be read or written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.action {
        Action::List { json: true } => super::print_json(&style::looks())?,
        Action::List { json: false } => super::print(&list())?,
        Action::Show { id, json: true } => super::print_json(id)?,
        Action::Show { id, json: false } => super::print(&describe(id))?,
        Action::Save { name, style, force } => {
            // Read first: what does not work now is not saved.
            let path = Preset::new(&name, &Style::parse(&style)?)?.save(force)?;
            super::print(&path.display().to_string())?;
        }
        Action::Export { name, file, force } => {
            Preset::open(&name)?.write(&file, force)?;
            super::print(&file.display().to_string())?;
        }
        Action::Import { file, force } => {
            let preset = Preset::read(&file)?;
            let path = preset.save(force)?;
            if let Err(error) = Style::parse(&preset.style) {
                super::say(&format!(
                    "bijou: {} is kept, but cannot be used yet: {error}",
                    preset.name
                ));
            }
            super::print(&path.display().to_string())?;
        }
        Action::Remove { name } => Preset::remove(&name)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The style of `--finish` and `--style`: the finish comes first, it belongs to the photo.
///
/// # Errors
/// As [`Style::parse`].
pub fn chosen(finish: Option<&str>, look: Option<&str>) -> Result<Option<Style>, style::Error> {
    let finish = finish
        .map(|text| Style::parse(&format!("{},{}", style::finish().id, text.replace(':', "="))))
        .transpose()?;
    let look = look.map(Style::parse).transpose()?;
    Ok(match (finish, look) {
        (Some(finish), Some(look)) => Some(finish.then(look)),
        (finish, look) => finish.or(look),
    })
}

fn list() -> String {
    let own = [
        (
            "cube:FILE",
            "A colour table of your own, from a .cube file (色彩查找表)",
        ),
        (
            "like:FILE",
            "The colours and the texture of a picture of your own (仿照图片)",
        ),
    ];
    let presets = Preset::list();
    let named: Vec<String> = presets.iter().map(|p| format!("preset:{}", p.name)).collect();
    let ids = style::looks().iter().map(|look| look.id.len());
    let wide = ids.chain(own.iter().map(|(id, _)| id.len())).max().unwrap_or(0);
    let row = |look: &Look| format!("{:wide$}  {} ({})", look.id, look.description, look.name_zh);
    let mut rows: Vec<_> = style::looks().iter().map(row).collect();
    rows.push(row(style::finish()));
    rows.extend(own.iter().map(|(id, text)| format!("{id:wide$}  {text}")));
    rows.extend(
        named
            .iter()
            .zip(&presets)
            .map(|(id, p)| format!("{id:wide$}  {}", p.style)),
    );
    rows.join("\n")
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
    rows.push(match first {
        Some(p) if look == style::finish() => format!("use: --finish {}:0.5", p.name),
        Some(p) if look == style::like() => format!("use: --style like:FILE:0.7,{}={}", p.name, p.default),
        Some(p) => format!("use: --style {}:0.7,{}={}", look.id, p.name, p.default),
        None => format!("use: --style {}:0.7", look.id),
    });
    rows.join("\n")
}
