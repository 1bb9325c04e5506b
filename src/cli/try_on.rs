//! `bijou try-on`: a portrait and a product in, a picture out.

use super::engine::{self, EngineArgs};
use super::values::{degrees, factor, pair, share, strength};
use anyhow::{Context, bail};
use bijou::anchors::Name;
use bijou::photo::{Format, Photo, SaveOptions};
use bijou::pipeline::{Choice, Engine, Item, Outcome, Recipe, Report, Request};
use bijou::placement::{Adjustment, Piece, Strength, Visibility};
use bijou::product::{Catalogue, Category};
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
    /// A product's id, or its folder; may be given several times
    #[arg(
        short,
        long = "product",
        value_name = "ID|DIR",
        required_unless_present = "recipe"
    )]
    products: Vec<String>,
    /// Where to write (default: PORTRAIT-PRODUCT in the current folder, in the portrait's format)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A look and its strength, e.g. noir:0.6; several joined by +; a colour table, cube:FILE:0.8; the style of
    /// a picture, like:FILE:0.8; or a saved row of looks, preset:NAME
    #[arg(long, value_name = "NAME[:STRENGTH]")]
    style: Option<String>,
    /// Photo finish, e.g. grain:0.5,sharpen:0.3 (`bijou styles show finish` lists what there is)
    #[arg(long, value_name = "NAME:AMOUNT,…")]
    finish: Option<String>,
    /// Write the picture before and after, side by side
    #[arg(long)]
    before_after: bool,
    /// Another generator: any exported Pix2Pix ONNX file, or a name of `bijou models list`
    #[arg(long, value_name = "FILE|NAME")]
    model: Option<PathBuf>,
    /// Make a picture again: an exported picture or a recipe's JSON file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["style", "finish", "before_after", "scale", "shift", "rotate", "visibility", "shadow", "relight", "keep_own", "quality"])]
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
    /// Leave earrings and a necklace that are worn in the picture where they are, instead of taking them off
    #[arg(long)]
    keep_own: bool,
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

/// What `--json` prints.
#[derive(serde::Serialize)]
struct Answer<'a> {
    output: &'a Path,
    products: Vec<&'a str>,
    total_ms: f64,
    #[serde(flatten)]
    report: &'a Report,
    recipe: &'a Recipe,
}

/// Runs the command.
pub fn run(args: &Args, root: &Path) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    if let Some(output) = &args.output {
        guard(args, output, Format::Png)?;
    }
    let recipe = args.recipe.as_deref().map(read_recipe).transpose()?;
    let request = request(args, recipe.as_ref(), root)?;
    let choice = Choice {
        root: root.into(),
        generator: engine::generator(root, args.model.as_deref())?,
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
    let output = output(args, &request, &photo);
    guard(args, &output, photo.format())?;
    let mut outcome = engine
        .run(&photo, &request, &mut |_| true)
        .with_context(|| args.portrait.display().to_string())?;
    if let Some(wanted) = &recipe {
        agree(wanted, &outcome)?;
    }
    write(args, recipe.as_ref(), &photo, &mut outcome, &output)?;
    tell(args, &request, &outcome, &output, start)?;
    Ok(ExitCode::SUCCESS)
}

/// What to ask of the engine.
fn request(args: &Args, recipe: Option<&Recipe>, root: &Path) -> anyhow::Result<Request> {
    let catalogue = Catalogue::open(&Catalogue::folders(root));
    if let Some(recipe) = recipe {
        return again(args, recipe, &catalogue);
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
        strength: Strength {
            shadow: args.shadow,
            relight: args.relight,
        },
        keep_own: args.keep_own,
    };
    let changed = adjustment != Adjustment::default();
    let mut items = Vec::new();
    for name in &args.products {
        let mut item = Item::new(catalogue.get(name)?);
        let other = items
            .iter()
            .find(|i: &&Item| i.product.category == item.product.category);
        if let Some(other) = other.filter(|o| o.product.category.is_alone()) {
            bail!(
                "{} and {} cannot be worn together: a head wears one {}; leave one of them out",
                other.product.id,
                item.product.id,
                match item.product.category {
                    Category::Earring => "pair of earrings",
                    Category::Tiara => "tiara",
                    _ => "nose stud",
                }
            );
        }
        if changed {
            item.adjustments = Piece::ALL.map(|piece| (piece, adjustment)).into();
        }
        items.push(item);
    }
    Ok(Request {
        items,
        points: Vec::new(),
        style: super::styles::chosen(args.finish.as_deref(), args.style.as_deref())?,
    })
}

/// What a recipe asks for. Its products are looked up by id, or taken from `--product` in its order.
fn again(args: &Args, recipe: &Recipe, catalogue: &Catalogue) -> anyhow::Result<Request> {
    if !args.products.is_empty() && args.products.len() != recipe.products.len() {
        bail!(
            "the recipe wears {} products and --product names {}; name as many, or none",
            recipe.products.len(),
            args.products.len()
        );
    }
    let mut items = Vec::new();
    for (i, wanted) in recipe.products.iter().enumerate() {
        let product = catalogue.get(args.products.get(i).unwrap_or(&wanted.id))?;
        if wanted.sha256 != product.sha256 {
            bail!(
                "product {} has changed since the recipe was written; the picture cannot be made again",
                product.id
            );
        }
        items.push(Item {
            product: product.into(),
            adjustments: wanted.adjustments.clone(),
        });
    }
    Ok(Request {
        items,
        points: recipe.points.clone(),
        style: recipe.style.clone(),
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
    // The version first: a newer recipe may be made of other fields.
    let broken = || format!("the recipe in {} is broken", file.display());
    let version: Version = serde_json::from_str(&text).with_context(broken)?;
    if version.version > bijou::pipeline::VERSION {
        bail!(
            "the recipe in {} is of a newer bijou (version {}); update bijou",
            file.display(),
            version.version
        );
    }
    let recipe: Recipe = serde_json::from_str(&text).with_context(broken)?;
    let named = recipe.points.iter().map(|p| p.name).eq(Name::ALL);
    let mut adjustments = recipe.products.iter().flat_map(|p| p.adjustments.values());
    if !named || !adjustments.all(Adjustment::is_sane) {
        bail!(
            "the recipe in {} is broken: it needs all 18 points in order and adjustments within their ranges",
            file.display()
        );
    }
    Ok(recipe)
}

/// What every version of a recipe has.
#[derive(serde::Deserialize)]
struct Version {
    version: u32,
}

/// Refuses to call something the same picture that is not.
fn agree(wanted: &Recipe, outcome: &Outcome) -> anyhow::Result<()> {
    let got = &outcome.recipe;
    let engine = format!(
        "the engine differs from the recipe's ({} on {}; --engine and --device choose)",
        wanted.engine, wanted.device
    );
    let pieces = outcome.report.pieces.iter();
    let replaced: Vec<Piece> = pieces.filter(|p| p.replaces).map(|p| p.piece).collect();
    let checks = [
        (
            "the portrait differs from the recipe's",
            wanted.portrait.sha256 == got.portrait.sha256,
        ),
        (
            "a model differs from the recipe's (--model chooses the generator)",
            got.models
                .repeat(&wanted.models, &replaced, outcome.anchors.parts.has_hands()),
        ),
        (
            "the graphics adapter differs from the recipe's, which drew its look",
            wanted.adapter == got.adapter,
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
fn output(args: &Args, request: &Request, photo: &Photo) -> PathBuf {
    args.output.clone().unwrap_or_else(|| {
        let stem = args.portrait.file_stem().unwrap_or_default().to_string_lossy();
        let worn: Vec<&str> = request.items.iter().map(|i| i.product.id.as_str()).collect();
        let extension = photo.format().extension();
        PathBuf::from(format!("{stem}-{}.{extension}", worn.join("-")))
    })
}

/// Refuses an output that would replace the original or, without `--force`, any file, or that cannot be
/// written at all. Asked before the networks run.
fn guard(args: &Args, output: &Path, source: Format) -> anyhow::Result<()> {
    let same = |a: &Path| matches!((a.canonicalize(), output.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if same(&args.portrait) || args.recipe.as_deref().is_some_and(same) {
        bail!(
            "{} is the original, which is never replaced; name another file with -o",
            output.display()
        );
    }
    if output.is_file() && !args.force {
        bail!(
            "{} exists already; name another file with -o or add --force",
            output.display()
        );
    }
    Ok(Photo::check_output(output, source, args.force)?)
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
    request: &Request,
    outcome: &Outcome,
    output: &Path,
    start: Instant,
) -> anyhow::Result<()> {
    let total_ms = start.elapsed().as_secs_f64() * 1e3;
    for note in &outcome.report.notes {
        super::say(&format!("bijou: {note}"));
    }
    if args.json {
        let (report, recipe) = (&outcome.report, &outcome.recipe);
        return super::print_json(&Answer {
            output,
            products: request.items.iter().map(|i| i.product.id.as_str()).collect(),
            total_ms,
            report,
            recipe,
        });
    }
    super::print(&output.display().to_string())
}
