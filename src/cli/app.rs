//! `bijou [PORTRAIT…]`: the window.

use bijou::app::{self, Options};
use bijou::product::Catalogue;
use bijou::resources;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Portraits, or folders of them, to open in the window
    #[arg(value_name = "PORTRAIT")]
    portraits: Vec<PathBuf>,
    /// Print how long frames took when the window is closed
    #[arg(long)]
    frame_stats: bool,
}

/// Opens the window; it says itself when models or products are missing.
pub fn run(args: &Args, data: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    // A word that is nothing here is more likely a misspelt command than a picture.
    if let Some(missing) = args.portraits.iter().find(|p| !p.exists()) {
        super::say(&format!(
            "bijou: `{}` is neither a command nor a file; `bijou --help` lists the commands",
            missing.display()
        ));
        return Ok(ExitCode::from(super::USAGE));
    }
    // A portrait's place must not depend on the folder the next session is opened from.
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let root = resources::root(data.clone()).or_else(|error| data.ok_or(error))?;
    let options = Options {
        portraits: args.portraits.iter().map(absolute).collect(),
        ..options(root)
    };
    open(options, args.frame_stats)
}

/// What every window of this user has.
pub fn options(root: PathBuf) -> Options {
    Options {
        root,
        folder: resources::user_folder(),
        products: Catalogue::user_folder(),
        after_loss: std::env::var(app::AFTER_LOSS).ok(),
        ..Options::default()
    }
}

/// Stays until the window is closed.
pub fn open(options: Options, frame_stats: bool) -> anyhow::Result<ExitCode> {
    let frames = app::run(options)?;
    if frame_stats {
        super::print(&frames.summary())?;
    }
    Ok(ExitCode::SUCCESS)
}
