//! `bijou batch`: portraits × products × looks, with a journal, overnight.

mod merge;
mod teller;

use super::engine::{self, EngineArgs};
use anyhow::{Context, bail};
use bijou::batch::{
    self, Changed, Existing, Given, Job, Journal, Manner, OnError, Presets, Shard, Sheets, Summary,
};
use bijou::pipeline::Choice;
use bijou::product::Catalogue;
use bijou::publish::System;
use bijou::sheet::Paper;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use teller::Teller;

/// Exit status of a batch that finished with failed items.
const FAILED_ITEMS: u8 = 3;

/// `--existing`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ExistingArg {
    /// Leave the file alone and the picture out
    Skip,
    /// Replace the file
    Overwrite,
    /// Put a number behind the picture's name
    Unique,
}

/// `--changed`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ChangedArg {
    /// Make the pictures again
    Redo,
    /// Leave them as they are
    Keep,
}

/// `--on-error`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum OnErrorArg {
    /// The others are made all the same
    GoOn,
    /// The batch stops after the pictures in hand
    Stop,
}

/// `--sheets`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum PaperArg {
    /// 210 x 297 mm
    A4,
    /// 8.5 x 11 inches
    Letter,
}

impl From<PaperArg> for Paper {
    fn from(paper: PaperArg) -> Self {
        match paper {
            PaperArg::A4 => Self::A4,
            PaperArg::Letter => Self::Letter,
        }
    }
}

/// What else can be done with batches.
#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Join the output folders of shards: pictures, journals, reports
    Merge(merge::Args),
    /// List the output presets: web, square, story, print, packshot and your own
    Presets {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// A job file (TOML); options below go before what it says
    job: Option<PathBuf>,
    /// Portraits: files, folders, patterns, or a .csv with a column `portrait`
    #[arg(long, num_args = 1.., value_name = "WHAT")]
    portraits: Vec<String>,
    /// Products: ids, folders, categories, `all`, or a .csv with a column `sku` or `id`
    #[arg(long, num_args = 1.., value_name = "WHAT")]
    products: Vec<String>,
    /// Looks, e.g. none noir:0.6
    #[arg(long, num_args = 1.., value_name = "NAME[:STRENGTH]")]
    styles: Vec<String>,
    /// Where the pictures go
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Output presets, e.g. web story packshot (`bijou batch presets` lists them)
    #[arg(long, num_args = 1.., value_name = "NAME", conflicts_with_all = ["format", "quality", "longest", "before_after"])]
    outputs: Vec<String>,
    /// Names below it: {portrait} {product} {sku} {style} {output} {index} {date}; / makes folders
    #[arg(long, value_name = "TEMPLATE")]
    name: Option<String>,
    /// jpg, png, webp or tiff
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// JPEG quality, 1 to 100
    #[arg(long)]
    quality: Option<u8>,
    /// Longer side of the pictures, pixels, at most
    #[arg(long, value_name = "PX")]
    longest: Option<u32>,
    /// Before and after side by side
    #[arg(long)]
    before_after: bool,
    /// What becomes of files that were there before
    #[arg(long, value_enum)]
    existing: Option<ExistingArg>,
    /// What one failed picture does to the others (default: go-on)
    #[arg(long, value_enum, value_name = "WHAT")]
    on_error: Option<OnErrorArg>,
    /// What was put right by hand in the app: its exported corrections.json
    #[arg(long, value_name = "FILE")]
    corrections: Option<PathBuf>,
    /// Contact sheets as well, PNG and PDF, and before and after of every portrait
    #[arg(long, value_enum, value_name = "PAPER", num_args = 0..=1, default_missing_value = "a4")]
    sheets: Option<PaperArg>,
    /// Pictures made at the same time, one processor core each (default: as many as there are cores, four at most)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: Option<u16>,
    /// Print what would be made, and make nothing
    #[arg(long)]
    plan: bool,
    /// Count what deserves a look as failed
    #[arg(long)]
    strict: bool,
    /// Do only part I of N, for several machines
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,
    /// What becomes of pictures whose portrait or product changed since
    #[arg(long, value_enum)]
    changed: Option<ChangedArg>,
    /// Another generator: any exported Pix2Pix ONNX file, or a name of `bijou models list`
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Print one JSON document a line for every event
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

fn shard(text: &str) -> Result<Shard, String> {
    let wrong = "expected part and parts, e.g. 1/3";
    let (part, of) = text.split_once('/').ok_or(wrong)?;
    match (part.parse(), of.parse()) {
        (Ok(part), Ok(of)) if (1..=of).contains(&part) => Ok(Shard { part, of }),
        _ => Err(wrong.into()),
    }
}

/// Runs the command.
pub fn run(args: &Args, root: &Path) -> anyhow::Result<ExitCode> {
    match &args.command {
        Some(Command::Merge(merge)) => return merge::run(merge, root),
        Some(Command::Presets { json }) => return presets(root, *json),
        None => {}
    }
    let Some(job) = job(args)? else {
        super::say("bijou: no job: name a job file, or --portraits, --products and --out");
        return Ok(ExitCode::from(super::USAGE));
    };
    let catalogue = Catalogue::open(&Catalogue::folders(root));
    let presets = Presets::open(root)?;
    let today = time::OffsetDateTime::now_utc().date().to_string();
    let given = Given {
        catalogue: &catalogue,
        presets: &presets,
        shard: args.shard.unwrap_or_default(),
        today: &today,
        ours: &Default::default(),
    };
    if args.plan {
        return preview(&batch::plan(&job, given)?, args.json);
    }
    let mut journal = Journal::open(&job.output.folder)?;
    let (today, ours) = (journal.fact("began", &today)?, journal.outputs()?);
    let plan = batch::plan(
        &job,
        Given {
            today: &today,
            ours: &ours,
            ..given
        },
    )?;
    let mut teller = Teller::new(args.json);
    let summary = make(args, root, &plan, &catalogue, &mut journal, &mut teller)?;
    let page = batch::report(&plan.job.output.folder, &journal, &summary)?;
    let mut sheets = Vec::new();
    if let Some(wanted) = &plan.job.sheets {
        sheets = batch::sheets(&plan.job.output.folder, &journal, wanted, &catalogue)?;
    }
    teller.end(&summary, &page, &sheets)?;
    let bad = summary.failed > 0 || (args.strict && summary.look > 0);
    Ok(if summary.cancelled {
        ExitCode::FAILURE
    } else if bad {
        ExitCode::from(FAILED_ITEMS)
    } else {
        ExitCode::SUCCESS
    })
}

/// Makes the pictures of a plan; the first interrupt stops after those in hand.
fn make(
    args: &Args,
    root: &Path,
    plan: &batch::Plan,
    catalogue: &Catalogue,
    journal: &mut Journal,
    teller: &mut Teller,
) -> anyhow::Result<Summary> {
    let cancel = Arc::new(AtomicBool::new(false));
    let (stop, json) = (Arc::clone(&cancel), args.json);
    let asked = move || {
        stop.store(true, Ordering::Relaxed);
        teller::stopping(json);
    };
    ctrlc::set_handler(asked).context("interrupts cannot be caught")?;
    let choice = Choice {
        root: root.into(),
        generator: engine::generator(root, args.model.as_deref())?,
        options: bijou::model::Options {
            // One thread a worker: more workers pay better than more threads.
            threads: 1,
            ..args.engine.options()
        },
    };
    let manner = Manner {
        workers: workers(args),
        changed: args.changed.map(|c| match c {
            ChangedArg::Redo => Changed::Redo,
            ChangedArg::Keep => Changed::Keep,
        }),
        disk: &System,
    };
    let tell = &mut |event: &batch::Event<'_>| teller.tell(event);
    Ok(batch::run(
        plan, catalogue, journal, &choice, manner, &cancel, tell,
    )?)
}

/// Lists the output presets.
fn presets(root: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let presets = Presets::open(root)?;
    if json {
        super::print_json(&presets.list())?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |p: &batch::Preset| format!("{:<12} {}  {}", p.name, p.dated, p.about);
    let mut rows: Vec<String> = presets.list().iter().map(row).collect();
    if let Some(file) = Presets::user_file() {
        rows.push(format!("your own: {}", file.display()));
    }
    super::print(&rows.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn workers(args: &Args) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    args.workers.map_or(cores.min(4), usize::from)
}

/// The job file with the options laid over it, or the options alone; none without either.
fn job(args: &Args) -> anyhow::Result<Option<Job>> {
    let mut job = match (&args.job, &args.out) {
        (Some(path), _) => Job::load(path)?,
        (None, Some(out)) => Job::new(out),
        (None, None) => return Ok(None),
    };
    let replace = |list: &mut Vec<String>, with: &[String]| {
        if !with.is_empty() {
            *list = with.to_vec();
        }
    };
    replace(&mut job.portraits, &args.portraits);
    replace(&mut job.products, &args.products);
    replace(&mut job.looks, &args.styles);
    replace(&mut job.outputs, &args.outputs);
    let picture =
        args.format.is_some() || args.quality.is_some() || args.longest.is_some() || args.before_after;
    if picture && !job.outputs.is_empty() {
        bail!(
            "--format, --quality, --longest and --before-after describe one output; the job names presets: edit those"
        );
    }
    job.corrections = args.corrections.clone().or(job.corrections);
    if let Some(on_error) = args.on_error {
        job.on_error = match on_error {
            OnErrorArg::GoOn => OnError::GoOn,
            OnErrorArg::Stop => OnError::Stop,
        };
    }
    if let Some(paper) = args.sheets {
        job.sheets = Some(Sheets {
            paper: paper.into(),
            ..job.sheets.unwrap_or_default()
        });
    }
    let output = &mut job.output;
    output.folder = args.out.clone().unwrap_or_else(|| output.folder.clone());
    output.name = args.name.clone().unwrap_or_else(|| output.name.clone());
    output.format = args.format.clone().unwrap_or_else(|| output.format.clone());
    output.quality = args.quality.unwrap_or(output.quality);
    output.longest = args.longest.or(output.longest);
    output.before_after |= args.before_after;
    if let Some(existing) = args.existing {
        output.existing = match existing {
            ExistingArg::Skip => Existing::Skip,
            ExistingArg::Overwrite => Existing::Overwrite,
            ExistingArg::Unique => Existing::Unique,
        };
    }
    job.check()?;
    Ok(Some(job))
}

/// Prints the plan.
fn preview(plan: &batch::Plan, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        let item = |item: &batch::Item| {
            serde_json::json!({
                "portrait": item.portrait, "product": item.product, "preset": item.preset, "output": item.output,
                "style": item.style.as_ref().map(ToString::to_string), "skipped": item.skipped,
            })
        };
        super::print_json(&plan.items.iter().map(item).collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |item: &batch::Item| {
        let output = plan.job.output.folder.join(&item.output);
        let note = if item.skipped {
            "  (exists, left alone)"
        } else {
            ""
        };
        format!("{}{note}", output.display())
    };
    let mut rows: Vec<String> = plan.items.iter().map(row).collect();
    rows.push(format!("{} pictures", plan.items.len()));
    super::print(&rows.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
