//! `bijou anchors`: the points found in portraits.

use super::engine::EngineArgs;
use anyhow::Context;
use bijou::anchors::{Anchors, Cover, Name};
use bijou::photo::Photo;
use bijou::pipeline::{Choice, Engine};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Portraits
    #[arg(required = true)]
    portraits: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

/// One portrait's answer.
#[derive(serde::Serialize)]
struct Found {
    portrait: PathBuf,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    anchors: Option<Anchors>,
    /// Lobes at which an earring is worn already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own_earrings: Vec<Name>,
    /// Is a necklace worn already? None where nobody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    own_necklace: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Runs the command. A portrait that fails is reported and the others go on.
pub fn run(args: &Args, root: &Path) -> anyhow::Result<ExitCode> {
    let choice = Choice {
        root: root.into(),
        generator: None,
        options: args.engine.options(),
    };
    let mut engine = Engine::start(&choice)?;
    let mut all = Vec::new();
    for portrait in &args.portraits {
        let found = Photo::open(portrait)
            .map_err(anyhow::Error::from)
            .and_then(|photo| {
                engine
                    .detect(&photo)
                    .with_context(|| portrait.display().to_string())
            });
        let (anchors, error) = match found {
            Ok(anchors) => (Some(anchors), None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        if let Some(error) = &error {
            super::say(&format!("bijou: {error}"));
        }
        all.push(Found {
            portrait: portrait.clone(),
            own_earrings: anchors.as_ref().map(own_earrings).unwrap_or_default(),
            own_necklace: anchors
                .as_ref()
                .and_then(|a| a.strand.as_ref())
                .map(Cover::is_there),
            anchors,
            error,
        });
    }
    let failed = all.iter().any(|f| f.error.is_some());
    if args.json {
        super::print_json(&all)?;
    } else {
        for (found, anchors) in all.iter().filter_map(|f| Some((f, f.anchors.as_ref()?))) {
            super::print(&table(&found.portrait, anchors))?;
        }
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A table for people.
fn table(portrait: &Path, anchors: &Anchors) -> String {
    let scale = anchors.mm_per_px;
    let mut rows = vec![
        format!(
            "{}: yaw {:.0}°, pitch {:.0}°, roll {:.0}°, {:.3} ± {:.3} mm per pixel",
            portrait.display(),
            anchors.pose.yaw,
            anchors.pose.pitch,
            anchors.pose.roll,
            scale.value,
            scale.error
        ),
        format!(
            "  {:<11} {:>8} {:>8} {:>7} {:>8}",
            "point", "x", "y", "sigma", "visible"
        ),
    ];
    rows.extend(anchors.points.iter().map(|p| {
        format!(
            "  {:<11} {:>8.1} {:>8.1} {:>7.1} {:>7.0}%",
            word(p.name),
            p.position.x,
            p.position.y,
            p.sigma,
            100.0 * p.visible
        )
    }));
    let worn: Vec<String> = own_earrings(anchors).into_iter().map(word).collect();
    if !worn.is_empty() {
        rows.push(format!("  an earring is worn already at {}", worn.join(" and ")));
    }
    if anchors.wears_necklace() {
        rows.push("  a necklace is worn already".to_owned());
    }
    rows.join("\n")
}

/// Lobes at which an earring is worn already.
fn own_earrings(anchors: &Anchors) -> Vec<Name> {
    let lobes = [Name::LobeL, Name::LobeR].into_iter();
    lobes.filter(|lobe| anchors.wears_earring(*lobe)).collect()
}

/// The name of a point as JSON has it.
fn word(name: Name) -> String {
    let value = serde_json::to_value(name).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
