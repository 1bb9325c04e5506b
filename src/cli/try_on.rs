//! `bijou try-on`: a portrait and a product in, a picture out.

use super::engine::EngineArgs;
use anyhow::{Context, bail};
use bijou::anchors::Name;
use bijou::photo::{Photo, SaveOptions};
use bijou::pipeline::{Choice, Engine, Outcome, Recipe, Report, Request};
use bijou::placement::{Adjustment, Piece, Visibility};
use bijou::product::{Catalogue, Product};
use bijou::restore::Strength;
use bijou::style::Style;
use clap::ValueEnum;
use glam::DVec2;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// `--visibility`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Shown {
    /// As the picture says
    Auto,
    /// Always
    Show,
    /// Never
    Hide,
}

#[derive(clap::Args, Debug)]
pub struct Args {
    /// The portrait: JPEG, PNG, WebP or TIFF
    portrait: PathBuf,
    /// A product's id, or its folder
    #[arg(short, long, value_name = "ID|DIR", required_unless_present = "recipe")]
    product: Option<String>,
    /// Where to write (default: PORTRAIT-PRODUCT in the current folder, in the portrait's format)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A look and its strength, e.g. noir:0.6
    #[arg(long, value_name = "NAME[:STRENGTH]")]
    style: Option<String>,
    /// Write the picture before and after, side by side
    #[arg(long)]
    before_after: bool,
    /// A generator of your own: any exported Pix2Pix ONNX file
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Make a picture again: an exported picture or a recipe's JSON file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["style", "before_after", "scale", "shift", "rotate", "visibility", "shadow", "relight", "quality"])]
    recipe: Option<PathBuf>,
    /// Factor on the product's size
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor)]
    scale: f64,
    /// Shift in millimetres, right and down
    #[arg(long, value_name = "X,Y", default_value = "0,0", value_parser = pair, allow_hyphen_values = true)]
    shift: DVec2,
    /// Clockwise turn in degrees
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 0.0,
        value_parser = degrees,
        allow_hyphen_values = true
    )]
    rotate: f64,
    /// Draw the pieces?
    #[arg(long, value_enum, default_value = "auto")]
    visibility: Shown,
    /// Strength of the shadow, 0 to 2
    #[arg(long, default_value_t = 1.0, value_parser = strength)]
    shadow: f32,
    /// Strength of the relighting, 0 to 1
    #[arg(long, default_value_t = 1.0, value_parser = share)]
    relight: f32,
    /// JPEG quality, 1 to 100
    #[arg(long, default_value_t = 92, value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: u8,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

fn factor(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (0.1..=10.0).contains(&v) => Ok(v),
        _ => Err("expected a factor from 0.1 to 10, e.g. 1.2".into()),
    }
}

fn strength(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(v) if (0.0..=2.0).contains(&v) => Ok(v),
        _ => Err("expected a strength from 0 to 2, e.g. 0.8".into()),
    }
}

fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(v) if (0.0..=1.0).contains(&v) => Ok(v),
        _ => Err("expected a strength from 0 to 1, e.g. 0.8".into()),
    }
}

fn degrees(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (-360.0..=360.0).contains(&v) => Ok(v),
        _ => Err("expected degrees from -360 to 360, e.g. 5".into()),
    }
}

fn pair(text: &str) -> Result<DVec2, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|v| v.trim().parse::<f64>()).collect();
    match numbers.as_deref() {
        Ok(&[x, y]) if x.abs() <= 500.0 && y.abs() <= 500.0 => Ok(DVec2::new(x, y)),
        _ => Err("expected two millimetres, e.g. 1.5,-2".into()),
    }
}

/// What `--json` prints.
#[derive(serde::Serialize)]
struct Answer<'a> {
    output: &'a Path,
    product: &'a str,
    total_ms: f64,
    #[serde(flatten)]
    report: &'a Report,
    recipe: &'a Recipe,
}

/// Runs the command.
pub fn run(args: &Args, root: &Path) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let recipe = args.recipe.as_deref().map(read_recipe).transpose()?;
    let product = product(args, recipe.as_ref(), root)?;
    let request = request(args, recipe.as_ref(), &product)?;
    let choice = Choice {
        root: root.into(),
        generator: args.model.clone(),
        options: args.engine.options(),
    };
    // Decoding and loading the models do not need each other.
    let (photo, engine) = std::thread::scope(|scope| {
        let loading = scope.spawn(|| Engine::start(&choice));
        let photo = Photo::open(&args.portrait);
        (photo, loading.join())
    });
    let photo = photo?;
    let Ok(engine) = engine else {
        bail!("the inference engine stopped unexpectedly while loading the models")
    };
    let mut engine = engine?;
    let output = output(args, &product, &photo);
    guard(args, &output)?;
    let mut outcome = engine
        .run(&photo, &product, &request, &mut |_| true)
        .with_context(|| args.portrait.display().to_string())?;
    if let Some(wanted) = &recipe {
        agree(wanted, &outcome.recipe)?;
    }
    write(args, recipe.as_ref(), &photo, &mut outcome, &output)?;
    tell(args, &product, &outcome, &output, start)?;
    Ok(ExitCode::SUCCESS)
}

/// The product named on the command line or by the recipe.
fn product(args: &Args, recipe: Option<&Recipe>, root: &Path) -> anyhow::Result<Product> {
    let catalogue = Catalogue::open(&Catalogue::folders(root));
    let name = match (&args.product, recipe) {
        (Some(name), _) => name.clone(),
        (None, Some(recipe)) => recipe.product.id.clone(),
        (None, None) => bail!("no product named; add --product ID"),
    };
    Ok(catalogue.get(&name)?)
}

/// What to ask of the engine.
fn request(args: &Args, recipe: Option<&Recipe>, product: &Product) -> anyhow::Result<Request> {
    if let Some(recipe) = recipe {
        if recipe.product.sha256 != product.sha256 {
            bail!(
                "product {} has changed since the recipe was written; the picture cannot be made again",
                product.id
            );
        }
        return Ok(recipe.request());
    }
    let adjustment = Adjustment {
        shift_mm: args.shift,
        scale: args.scale,
        rotation: args.rotate,
        visibility: match args.visibility {
            Shown::Auto => Visibility::Auto,
            Shown::Show => Visibility::Show,
            Shown::Hide => Visibility::Hide,
        },
    };
    let all = [
        Piece::EarringL,
        Piece::EarringR,
        Piece::Necklace,
        Piece::Tiara,
        Piece::NoseStud,
    ];
    let changed = adjustment != Adjustment::default();
    Ok(Request {
        points: Vec::new(),
        adjustments: all
            .into_iter()
            .filter(|_| changed)
            .map(|p| (p, adjustment))
            .collect(),
        strength: Strength {
            shadow: args.shadow,
            relight: args.relight,
        },
        style: args.style.as_deref().map(Style::parse).transpose()?,
    })
}

/// A recipe from a picture's metadata or a JSON file.
fn read_recipe(file: &Path) -> anyhow::Result<Recipe> {
    let json = file.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let text = if json {
        std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
    } else {
        Photo::recipe_in(file)?.with_context(|| {
            format!(
                "{} holds no recipe; use a picture exported by bijou",
                file.display()
            )
        })?
    };
    let recipe: Recipe =
        serde_json::from_str(&text).with_context(|| format!("the recipe in {} is broken", file.display()))?;
    if recipe.version > bijou::pipeline::VERSION {
        bail!(
            "the recipe in {} is of a newer bijou (version {}); update bijou",
            file.display(),
            recipe.version
        );
    }
    let named = recipe.points.iter().map(|p| p.name).eq(Name::ALL);
    let sane = |a: &Adjustment| (0.1..=10.0).contains(&a.scale);
    if !named || !recipe.adjustments.values().all(sane) {
        bail!(
            "the recipe in {} is broken: it needs all 18 points in order and scales from 0.1 to 10",
            file.display()
        );
    }
    Ok(recipe)
}

/// Refuses to call something the same picture that is not.
fn agree(wanted: &Recipe, got: &Recipe) -> anyhow::Result<()> {
    let engine = format!(
        "the engine differs from the recipe's ({} on {}; --engine and --device choose)",
        wanted.engine, wanted.device
    );
    let checks = [
        (
            "the portrait differs from the recipe's",
            wanted.portrait.sha256 == got.portrait.sha256,
        ),
        (
            "a model differs from the recipe's (--model chooses the generator)",
            wanted.models == got.models,
        ),
        (
            engine.as_str(),
            (&wanted.engine, &wanted.device) == (&got.engine, &got.device),
        ),
    ];
    match checks.iter().find(|(_, same)| !same) {
        Some((what, _)) => bail!("{what}; the picture cannot be made again exactly"),
        None => Ok(()),
    }
}

/// Where the picture goes.
fn output(args: &Args, product: &Product, photo: &Photo) -> PathBuf {
    args.output.clone().unwrap_or_else(|| {
        let stem = args.portrait.file_stem().unwrap_or_default().to_string_lossy();
        PathBuf::from(format!("{stem}-{}.{}", product.id, photo.format().extension()))
    })
}

/// Refuses an output that would replace the original or, without `--force`, any file.
fn guard(args: &Args, output: &Path) -> anyhow::Result<()> {
    let same = |a: &Path| matches!((a.canonicalize(), output.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if same(&args.portrait) || args.recipe.as_deref().is_some_and(same) {
        bail!(
            "{} is the original, which is never replaced; name another file with -o",
            output.display()
        );
    }
    if output.exists() && !args.force {
        bail!(
            "{} exists already; name another file with -o or add --force",
            output.display()
        );
    }
    Ok(())
}

/// Writes the picture with its recipe inside.
fn write(
    args: &Args,
    recipe: Option<&Recipe>,
    photo: &Photo,
    outcome: &mut Outcome,
    output: &Path,
) -> anyhow::Result<()> {
    outcome.recipe.before_after = recipe.map_or(args.before_after, |r| r.before_after);
    outcome.recipe.quality = recipe.map_or(args.quality, |r| r.quality);
    let options = SaveOptions {
        quality: outcome.recipe.quality,
        force: args.force,
        recipe: Some(serde_json::to_string(&outcome.recipe)?),
    };
    if outcome.recipe.before_after {
        Photo::side_by_side(photo, &outcome.photo).save(output, &options)?;
    } else {
        outcome.photo.save(output, &options)?;
    }
    Ok(())
}

/// Says what was done.
fn tell(
    args: &Args,
    product: &Product,
    outcome: &Outcome,
    output: &Path,
    start: Instant,
) -> anyhow::Result<()> {
    let total_ms = start.elapsed().as_secs_f64() * 1e3;
    for note in &outcome.report.notes {
        eprintln!("bijou: {note}");
    }
    if args.json {
        let (report, recipe) = (&outcome.report, &outcome.recipe);
        return super::print_json(&Answer {
            output,
            product: &product.id,
            total_ms,
            report,
            recipe,
        });
    }
    super::print(&output.display().to_string())
}
