//! `bijou live`: a webcam, pictures or the synthetic head, worn as they move.

use super::engine::EngineArgs;
use anyhow::{Context, Result, bail};
use bijou::app::Options;
use bijou::app::room::Room;
use bijou::camera::{Coding, Film, Format, Origin, Pace, Search, synthetic};
use bijou::live::{Figures, Live, Meter, Recorder, Status, Wish, snapshot};
use bijou::pipeline::{Choice, Item};
use bijou::product::{Catalogue, Product};
use bijou::style::Style;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How long a picture is waited for; a source that hangs reports itself before.
const LONGEST: Duration = Duration::from_secs(20);

/// Arguments of `bijou live`
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Where pictures come from: `camera`, `camera:N`, `synthetic`, or files and folders
    #[arg(long, value_name = "SOURCE", num_args = 1.., default_value = "camera")]
    source: Vec<String>,
    /// The camera's format, for example 1280x720@30:mjpeg; the best for live when absent
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
    /// Product to wear without a window: an id of the catalogue or a folder; may be given several times
    #[arg(
        short,
        long = "product",
        value_name = "ID|DIR",
        default_value = "emerald-drop-gold"
    )]
    products: Vec<String>,
    /// A look without a window, as in `noir:0.7`; see `bijou styles list`
    #[arg(long, value_name = "NAME[:STRENGTH]")]
    style: Option<String>,
    /// Faces that wear it, the largest first
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    faces: u8,
    /// Drops hang straight down instead of swinging
    #[arg(long)]
    no_swing: bool,
    /// No window: measure and report
    #[arg(long)]
    headless: bool,
    /// Ends after so many pictures (without a window)
    #[arg(long, value_name = "N", default_value_t = 300)]
    frames: u64,
    /// Pictures a second of sources without a clock
    #[arg(long, value_name = "N", default_value_t = 60.0)]
    rate: f64,
    /// The next picture when the last one is shown: nothing is dropped, rate and latency mean nothing
    #[arg(long)]
    lockstep: bool,
    /// Keeps the shown pictures in a new folder (without a window)
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Makes the last picture once more with the quality models and saves it (without a window)
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Lists the cameras and what they send
    #[arg(long)]
    list: bool,
    /// Report as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

/// `1280x720@30:mjpeg`
fn format(text: &str) -> Result<Format, String> {
    let wrong = || "a format looks like 1280x720@30:mjpeg; `bijou live --list` shows them".to_owned();
    let (size, rest) = text.split_once('@').ok_or_else(wrong)?;
    let (width, height) = size.split_once('x').ok_or_else(wrong)?;
    let (rate, coding) = rest.split_once(':').ok_or_else(wrong)?;
    let coding: Coding = serde_json::from_value(coding.to_lowercase().into()).map_err(|_| wrong())?;
    let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
    Ok(Format {
        width: number(width)?,
        height: number(height)?,
        rate: number(rate)?,
        coding,
    })
}

/// Runs the command; `window` opens the app in its live room.
pub fn run(args: &Args, root: &Path) -> Result<ExitCode> {
    if args.list {
        return list(args.json).map(|()| ExitCode::SUCCESS);
    }
    if !args.headless {
        let picked = args.source.iter().any(|s| s != "camera");
        let options = Options {
            room: Room::Live,
            camera: picked.then(|| origin(args, root)).transpose()?,
            engine: args.engine.options(),
            ..super::app::options(root.to_owned())
        };
        return super::app::open(options, false);
    }
    let origin = origin(args, root)?;
    let choice = Choice {
        root: root.to_owned(),
        generator: None,
        options: args.engine.options(),
    };
    let wish = wish(args, root)?;
    let pace = if args.lockstep {
        Pace::Lockstep
    } else {
        Pace::Rate(args.rate)
    };
    let truth = match &origin {
        Origin::Synthetic(root) => Some(Film::truth(&synthetic(root))?),
        _ => None,
    };
    let recorder = args.record.as_deref().map(Recorder::start).transpose();
    let mut recorder = recorder.context("cannot record")?;
    let live = Live::start(choice.clone(), &origin, pace, wish.clone(), Arc::new(|| {}))?;
    let mut meter = Meter::new(truth);
    let mut last = None;
    for _ in 0..args.frames {
        let Some(shown) = live.wait(LONGEST) else {
            match live.status() {
                Status::Failed(error) => return Err(anyhow::Error::new(error)),
                _ => bail!("no picture came for {} seconds", LONGEST.as_secs()),
            }
        };
        meter.add(&shown, !matches!(origin, Origin::Camera { .. }));
        if let Some(recorder) = &mut recorder {
            recorder.add(&shown.photo, shown.frame.time);
        }
        last = Some(shown);
    }
    let figures = meter.figures(live.dropped());
    let status = live.status();
    drop(live);
    if let Some(recorded) = recorder.map(Recorder::finish) {
        super::say(&format!(
            "{} pictures recorded, {} missed",
            recorded.frames, recorded.missed
        ));
        if let Some(error) = recorded.error {
            bail!("the recording stopped early: {error}");
        }
    }
    if let (Some(path), Some(shown)) = (&args.snapshot, last) {
        snapshot(&choice, &shown.frame.photo, &wish, path)?;
    }
    report(&figures, &status, args.json)?;
    Ok(ExitCode::SUCCESS)
}

fn origin(args: &Args, root: &Path) -> Result<Origin> {
    Ok(match args.source.as_slice() {
        [one] if one == "synthetic" => Origin::Synthetic(root.to_owned()),
        [one] if one == "camera" => Origin::Camera {
            number: 0,
            format: args.format,
        },
        [one] if one.starts_with("camera:") => Origin::Camera {
            number: one["camera:".len()..]
                .parse()
                .with_context(|| format!("`{one}`: a camera is named by its number, as in camera:0"))?,
            format: args.format,
        },
        files => Origin::Files(files.iter().map(PathBuf::from).collect()),
    })
}

fn wish(args: &Args, root: &Path) -> Result<Wish> {
    let catalogue = Catalogue::open(&Catalogue::folders(root));
    let products = args.products.iter().map(|name| catalogue.get(name));
    let products: Vec<Product> = products.collect::<Result<_, _>>()?;
    Ok(Wish {
        items: products.into_iter().map(Item::new).collect(),
        style: args.style.as_deref().map(Style::parse).transpose()?,
        faces: args.faces.into(),
        swing: !args.no_swing,
    })
}

fn list(json: bool) -> Result<()> {
    let search = Search::start(Arc::new(|| {}))?;
    let devices = loop {
        match search.result() {
            Some(devices) => break devices?,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    if json {
        return super::print_json(&devices);
    }
    for device in devices {
        super::print(&format!("camera:{}  {}", device.number, device.name))?;
        for format in device.formats {
            super::print(&format!("    {format}"))?;
        }
    }
    Ok(())
}

fn report(figures: &Figures, status: &Status, json: bool) -> Result<()> {
    let (engine, device) = match status {
        Status::Running { engine, device } => (engine.clone(), device.clone()),
        _ => Default::default(),
    };
    if json {
        let mut value = serde_json::to_value(figures)?;
        value["engine"] = engine.into();
        value["device"] = device.into();
        return super::print_json(&value);
    }
    let latency = figures.latency_ms;
    let mut lines = vec![
        format!("engine      {engine} on {device}"),
        format!(
            "pictures    {} in {:.1} s: {:.1} a second, {} dropped",
            figures.frames, figures.seconds, figures.fps, figures.dropped
        ),
        format!(
            "latency     {:.1} ms median, {:.1} at 95 %, {:.1} at 99 %",
            latency.p50, latency.p95, latency.p99
        ),
        format!(
            "heads       in {} pictures, lost {} times",
            figures.with_head, figures.losses
        ),
    ];
    lines.extend(
        figures
            .jitter_px
            .map(|j| format!("jitter      {j:.2} px on a still")),
    );
    let stages = figures.stages_ms.iter().map(|(k, v)| format!("{k} {v:.1}"));
    lines.push(format!("stages, ms  {}", stages.collect::<Vec<_>>().join(", ")));
    lines.extend(figures.truth.map(|t| {
        format!(
            "truth       points {:.1} %, lobes {:.1} % of the eye distance, visibility right in {:.0} %",
            t.points,
            t.lobes,
            t.visibility * 100.0
        )
    }));
    lines.extend(
        figures
            .memory_mib
            .map(|[then, now]| format!("memory      {then:.0} MiB at first, {now:.0} now")),
    );
    super::print(&lines.join("\n"))
}
