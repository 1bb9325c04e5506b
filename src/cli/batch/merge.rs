//! `bijou batch merge`: the shards of one job become one folder.

use super::PaperArg;
use super::teller::Teller;
use bijou::batch::{self, Sheets};
use bijou::product::Catalogue;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Output folders of the shards
    #[arg(required = true, value_name = "DIR")]
    shards: Vec<PathBuf>,
    /// Where everything goes; may be one of the shards
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Contact sheets of all of it
    #[arg(long, value_enum, value_name = "PAPER", num_args = 0..=1, default_missing_value = "a4")]
    sheets: Option<PaperArg>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, root: &Path) -> anyhow::Result<ExitCode> {
    let (journal, summary) = batch::merge(&args.shards, &args.out)?;
    let page = batch::report(&args.out, &journal, &summary)?;
    let mut sheets = Vec::new();
    if let Some(paper) = args.sheets {
        let wanted = Sheets {
            paper: paper.into(),
            ..Sheets::default()
        };
        let catalogue = Catalogue::open(&Catalogue::folders(root));
        sheets = batch::sheets(&args.out, &journal, &wanted, &catalogue)?;
    }
    Teller::new(args.json).end(&summary, &page, &sheets)?;
    Ok(if summary.failed > 0 {
        ExitCode::from(super::FAILED_ITEMS)
    } else {
        ExitCode::SUCCESS
    })
}
