//! `bijou products list|show|import`.
//!
//! Takes parsed arguments and the folder that holds `assets/`; prints tables or one JSON document on
//! standard output, everything else on standard error.

use super::{print, print_json};
use anyhow::{Context, anyhow};
use bijou::cutout::{self, Size, Spec};
use bijou::photo::Photo;
use bijou::product::{self, Catalogue, Category, Pair, Product, Summary};
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// List, show and add products.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List all products: Bijou's and your own.
    List(List),
    /// Show one product.
    Show(Show),
    /// Make a product of a photograph on a plain background.
    Import(Box<Import>),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Only this category: earring, necklace, tiara or nose_stud.
    #[arg(long)]
    category: Option<Category>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// A product's id, or its folder.
    #[arg(value_name = "ID|DIR")]
    product: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Import {
    /// The photograph: one piece on a plain background, or a picture with transparency.
    photo: PathBuf,
    /// Where it is worn: earring, necklace, tiara or nose_stud.
    #[arg(long)]
    category: Category,
    /// Width of the piece in millimetres.
    #[arg(long, value_name = "MM", conflicts_with = "height_mm")]
    width_mm: Option<f64>,
    /// Height of the piece in millimetres.
    #[arg(long, value_name = "MM")]
    height_mm: Option<f64>,
    /// Name on the command line and of the folder [default: from the name or the file].
    #[arg(long)]
    id: Option<String>,
    /// English name [default: from the file].
    #[arg(long)]
    name: Option<String>,
    /// Chinese name.
    #[arg(long)]
    name_zh: Option<String>,
    /// Metal: gold, rose_gold, silver…
    #[arg(long, default_value = "unspecified")]
    metal: String,
    /// Stone: none, pearl, diamond…
    #[arg(long, default_value = "none")]
    stone: String,
    /// How the second earring is made: mirror, same or single [default: mirror for earrings, else single].
    #[arg(long)]
    pair: Option<Pair>,
    /// Stock keeping unit.
    #[arg(long)]
    sku: Option<String>,
    /// Price, free text.
    #[arg(long)]
    price: Option<String>,
    /// Folder the product's folder is made in [default: BIJOU_PRODUCTS or your data folder].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace a product of the same id.
    #[arg(long)]
    force: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command. `root` is the folder that holds `assets/`.
///
/// # Errors
/// What the library says, with its causes; wrong usage is no error but exit status 2.
pub fn run(args: Args, root: &Path) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(&args, root),
        Command::Show(args) => show(&args, root),
        Command::Import(args) => import(*args),
    }
}

fn list(args: &List, root: &Path) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::open(&Catalogue::folders(root));
    let wanted = |p: &&Summary| args.category.is_none_or(|c| p.category == c);
    let products: Vec<&Summary> = catalogue.list().iter().filter(wanted).collect();
    for problem in catalogue.problems() {
        super::say(&format!("bijou: left out: {}", chain(&problem.error)));
    }
    if args.json {
        let problem = |p: &product::Problem| json!({ "folder": p.folder, "error": chain(&p.error) });
        let problems: Vec<Value> = catalogue.problems().iter().map(problem).collect();
        print_json(&json!({ "products": products, "problems": problems }))?;
    } else {
        print(&table(&products))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(products: &[&Summary]) -> String {
    let wide = products.iter().map(|p| p.id.len()).max().unwrap_or(0).max(2);
    let mut rows = vec![format!(
        "{:wide$}  {:9}  {:>13}  {:10}  {:9}  NAME",
        "ID", "CATEGORY", "MM", "METAL", "STONE"
    )];
    for p in products {
        let mm = format!("{:.1} × {:.1}", p.width_mm, p.height_mm);
        let Summary {
            id,
            category,
            metal,
            stone,
            name_en,
            name_zh,
            ..
        } = p;
        let names = if name_zh == name_en {
            name_en.clone()
        } else {
            format!("{name_en} / {name_zh}")
        };
        rows.push(format!(
            "{id:wide$}  {category:9}  {mm:>13}  {metal:10}  {stone:9}  {names}"
        ));
    }
    rows.join("\n")
}

fn show(args: &Show, root: &Path) -> anyhow::Result<ExitCode> {
    let product = Catalogue::open(&Catalogue::folders(root)).get(&args.product)?;
    if args.json {
        print_json(&document(&product))?;
    } else {
        print(&describe(&product))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A product as JSON: lengths and points in millimetres.
fn document(p: &Product) -> Value {
    let points: serde_json::Map<String, Value> = p
        .attach
        .points()
        .into_iter()
        .map(|(name, at)| (name.to_owned(), json!([at.x, at.y])))
        .collect();
    json!({
        "id": p.id, "name_en": p.name_en, "name_zh": p.name_zh, "category": p.category,
        "metal": p.metal, "stone": p.stone, "pair": p.pair, "sku": p.sku, "price": p.price,
        "width_mm": p.size_mm.x, "height_mm": p.size_mm.y, "attach_mm": points,
        "width_px": p.art.width, "height_px": p.art.height,
        "sha256": p.sha256, "folder": p.folder,
    })
}

fn describe(p: &Product) -> String {
    let (px, mm) = (&p.art, p.size_mm);
    let mut rows = vec![
        format!("{}  {} / {}", p.id, p.name_en, p.name_zh),
        format!("category  {}", p.category),
        format!("metal     {}", p.metal),
        format!("stone     {}", p.stone),
        format!("pair      {}", p.pair),
        format!(
            "picture   {:.1} × {:.1} mm, {} × {} px",
            mm.x, mm.y, px.width, px.height
        ),
    ];
    let points = p.attach.points();
    rows.extend(
        points
            .iter()
            .map(|(name, at)| format!("{name:8}  at {:.1}, {:.1} mm", at.x, at.y)),
    );
    let optional = [("sku", &p.sku), ("price", &p.price)];
    rows.extend(
        optional
            .iter()
            .filter_map(|(name, t)| t.as_ref().map(|t| format!("{name:8}  {t}"))),
    );
    rows.push(format!("sha256    {}", p.sha256));
    rows.push(format!("folder    {}", p.folder.display()));
    rows.join("\n")
}

fn import(args: Import) -> anyhow::Result<ExitCode> {
    let Some(size) = size(&args)? else {
        super::say("bijou: the size of the piece is missing: give --width-mm MM or --height-mm MM");
        return Ok(ExitCode::from(super::USAGE));
    };
    let stem = args
        .photo
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let name = args.name.unwrap_or_else(|| stem.replace(['-', '_'], " "));
    let id = args.id.or_else(|| slug(&name)).or_else(|| slug(&stem));
    let Some(id) = id else {
        super::say(&format!(
            "bijou: no id can be made of the name `{name}`: give one with --id"
        ));
        return Ok(ExitCode::from(super::USAGE));
    };
    let out = args.out.or_else(Catalogue::user_folder);
    let out = out.ok_or_else(|| anyhow!("no folder for your products is known: name one with --out DIR"))?;
    let earring = args.category == Category::Earring;
    let spec = Spec {
        id,
        name,
        name_zh: args.name_zh,
        category: args.category,
        size,
        metal: args.metal,
        stone: args.stone,
        pair: args
            .pair
            .unwrap_or(if earring { Pair::Mirror } else { Pair::Single }),
        sku: args.sku,
        price: args.price,
    };
    let photo = Photo::open(&args.photo)?;
    let product = cutout::import(&photo, &spec, &out, args.force)
        .with_context(|| format!("{}: cannot become a product", args.photo.display()))?;
    if args.json {
        print_json(&document(&product))?;
    } else {
        print(&describe(&product))?;
        super::say(&format!(
            "Look at {} and correct the points in product.toml if needed.",
            product.folder.join("front.png").display()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The piece's size from the options, or asked for when someone sits at the terminal.
fn size(args: &Import) -> anyhow::Result<Option<Size>> {
    match (args.width_mm, args.height_mm) {
        (Some(mm), _) => Ok(Some(Size::Width(mm))),
        (None, Some(mm)) => Ok(Some(Size::Height(mm))),
        (None, None) if std::io::stdin().is_terminal() => {
            write!(std::io::stderr(), "Width of the piece in millimetres: ")?;
            std::io::stderr().flush()?;
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            Ok(line
                .trim()
                .trim_end_matches("mm")
                .trim_end()
                .parse()
                .ok()
                .map(Size::Width))
        }
        (None, None) => Ok(None),
    }
}

/// An id from a name: lower-case letters, digits and single hyphens; `None` when nothing is left.
fn slug(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty());
    let mut id = words.collect::<Vec<_>>().join("-");
    id.truncate(64);
    (!id.is_empty()).then(|| id.trim_end_matches('-').to_owned())
}

/// An error with its causes on one line.
fn chain(error: &product::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {}", cause.to_string().trim_end().replace('\n', " "));
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn ids_come_from_names() {
        assert_eq!(
            slug("Pearl drop, gold (18k)").as_deref(),
            Some("pearl-drop-gold-18k")
        );
        assert_eq!(slug("珍珠"), None);
    }
}
