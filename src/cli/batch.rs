//! `bijou batch`: portraits × products × looks, with a journal, overnight.

use super::engine::EngineArgs;
use anyhow::{Context, bail};
use bijou::batch::{self, Changed, Event, Existing, Job, Journal, Manner, Output, Shard, Summary, Verdict};
use bijou::pipeline::Choice;
use bijou::product::Catalogue;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

#[derive(clap::Args, Debug)]
pub struct Args {
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
    /// Names below it: {portrait} {product} {sku} {style} {index} {date}; / makes folders
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
    /// Pictures made at the same time (default: one a processor core, four at most)
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
    /// A generator of your own: any exported Pix2Pix ONNX file
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
    let job = job(args)?;
    let catalogue = Catalogue::open(&Catalogue::folders(root));
    let shard = args.shard.unwrap_or_default();
    let today = time::OffsetDateTime::now_utc().date().to_string();
    if args.plan {
        let plan = batch::plan(&job, &catalogue, shard, &today, &Default::default())?;
        return preview(&plan);
    }
    let mut journal = Journal::open(&job.output.folder)?;
    let today = journal.fact("began", &today)?;
    let plan = batch::plan(&job, &catalogue, shard, &today, &journal.outputs()?)?;
    let cancel = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&cancel);
    let asked = move || {
        eprintln!("\nbijou: stopping; start the same command again to go on");
        stop.store(true, Ordering::Relaxed);
    };
    ctrlc::set_handler(asked).context("interrupts cannot be caught")?;
    let choice = Choice {
        root: root.into(),
        generator: args.model.clone(),
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
    };
    let mut teller = Teller::new(args.json);
    let summary = batch::run(
        &plan,
        &catalogue,
        &mut journal,
        &choice,
        manner,
        &cancel,
        &mut |event| teller.tell(event),
    )?;
    let page = batch::report(&plan.job.output.folder, &journal, &summary)?;
    teller.end(&summary, &page)?;
    let bad = summary.failed > 0 || (args.strict && summary.look > 0);
    Ok(if summary.cancelled {
        ExitCode::FAILURE
    } else if bad {
        ExitCode::from(FAILED_ITEMS)
    } else {
        ExitCode::SUCCESS
    })
}

fn workers(args: &Args) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    args.workers.map_or(cores.min(4), usize::from)
}

/// The job file with the options laid over it, or the options alone.
fn job(args: &Args) -> anyhow::Result<Job> {
    let mut job = match (&args.job, &args.out) {
        (Some(path), _) => Job::load(path)?,
        (None, Some(out)) => Job {
            portraits: Vec::new(),
            products: Vec::new(),
            looks: vec!["none".into()],
            output: Output::new(out),
            gate: batch::Gate::default(),
        },
        (None, None) => bail!("no job: name a job file, or --portraits, --products and --out"),
    };
    let replace = |list: &mut Vec<String>, with: &[String]| {
        if !with.is_empty() {
            *list = with.to_vec();
        }
    };
    replace(&mut job.portraits, &args.portraits);
    replace(&mut job.products, &args.products);
    replace(&mut job.looks, &args.styles);
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
    Ok(job)
}

/// Prints the plan.
fn preview(plan: &batch::Plan) -> anyhow::Result<ExitCode> {
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

/// Says how a batch goes: a bar on a terminal, lines when piped, or JSON lines.
struct Teller {
    json: bool,
    bar: ProgressBar,
    terminal: bool,
}

impl Teller {
    fn new(json: bool) -> Self {
        let terminal = std::io::stderr().is_terminal() && !json;
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len}  {per_sec}  {eta} left  {msg}");
        let bar = if terminal {
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        } else {
            ProgressBar::hidden()
        };
        Self { json, bar, terminal }
    }

    fn tell(&mut self, event: &Event<'_>) {
        if self.json {
            // A reader that is gone does not stop the night's work.
            drop(serde_json::to_string(event).map(|line| super::print(&line)));
            return;
        }
        match event {
            Event::Planned { total, todo } => {
                self.bar.set_length(*todo as u64);
                if !self.terminal {
                    eprintln!("{todo} of {total} pictures to make");
                }
            }
            Event::Item {
                output, judgement, ..
            } => {
                self.bar.inc(1);
                let word = match judgement.verdict {
                    Verdict::Pass => "made",
                    Verdict::Look => "look",
                    Verdict::Fail => "FAIL",
                };
                let why = judgement.reasons.join("; ");
                let line = format!("{word} {}  {why}", output.display());
                if judgement.verdict != Verdict::Pass && self.terminal {
                    self.bar.println(line.trim_end());
                } else if !self.terminal {
                    eprintln!("{}", line.trim_end());
                }
            }
        }
    }

    fn end(self, summary: &Summary, page: &Path) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        if self.json {
            let last = serde_json::json!({ "event": "end", "summary": summary, "report": page });
            return super::print(&last.to_string());
        }
        let Summary {
            total,
            done,
            look,
            failed,
            skipped,
            ..
        } = summary;
        eprintln!("{done} of {total} made, {look} to look at, {failed} failed, {skipped} skipped");
        super::print(&page.display().to_string())
    }
}
