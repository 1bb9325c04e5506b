//! Thousands of pictures in a moment: small portraits and products whose colours name them, put on by a network that
//! copies its input, so that every finished picture says which pair it is.

use super::common::root;
use image::{Rgb, RgbImage, Rgba, RgbaImage};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Side of the square in a portrait's lower left corner that names it.
const BADGE: u32 = 8;

/// A folder in memory where there is one: what is measured is the batch, not the disk.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// The colour that names a portrait.
fn badge(portrait: usize) -> Rgb<u8> {
    Rgb([
        (portrait % 16 * 16) as u8,
        (portrait / 16 * 16) as u8,
        200 + (portrait % 3) as u8,
    ])
}

/// The colour that names a product.
fn paint(product: usize) -> [u8; 3] {
    [
        (40 + product % 5 * 50) as u8,
        (20 + product / 5 * 60) as u8,
        if product.is_multiple_of(2) { 30 } else { 230 },
    ]
}

/// Portraits and products in a folder.
pub struct Tiny {
    /// Where the portraits are.
    pub people: PathBuf,
    /// Where the products are.
    pub products: PathBuf,
    /// Their numbers.
    pub counts: (usize, usize),
    /// Hashes of all of it.
    originals: BTreeMap<PathBuf, Vec<u8>>,
}

impl Tiny {
    /// Makes them.
    pub fn new(folder: &Path, people: usize, products: usize) -> Self {
        let mut tiny = Self {
            people: folder.join("people"),
            products: folder.join("products"),
            counts: (people, products),
            originals: BTreeMap::new(),
        };
        tiny.portraits(people);
        tiny.jewels(products);
        tiny.originals = tiny.files();
        tiny
    }

    fn portraits(&self, count: usize) {
        fs::create_dir_all(&self.people).unwrap();
        let mut names: Vec<PathBuf> = fs::read_dir(root().join("assets/portraits"))
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        names.sort();
        let samples: Vec<RgbImage> = names
            .iter()
            .map(|p| image::open(p).unwrap().thumbnail_exact(136, 170).to_rgb8())
            .collect();
        for n in 0..count {
            let mut picture = samples[n % samples.len()].clone();
            let (dark, height) = ((n / samples.len() * 3) as u8, picture.height());
            for (x, y, px) in picture.enumerate_pixels_mut() {
                px.0 = px.0.map(|v| v.saturating_sub(dark));
                if x < BADGE && y >= height - BADGE {
                    *px = badge(n);
                }
            }
            picture.save(self.people.join(format!("p{n:03}.png"))).unwrap();
        }
    }

    fn jewels(&self, count: usize) {
        for n in 0..count {
            let folder = self.products.join(format!("j{n:02}"));
            fs::create_dir_all(&folder).unwrap();
            let [r, g, b] = paint(n);
            let art = RgbaImage::from_fn(128, 64, |x, y| {
                if (4..124).contains(&x) && (4..60).contains(&y) {
                    Rgba([r, g, b, 255])
                } else {
                    Rgba([0; 4])
                }
            });
            art.save(folder.join("front.png")).unwrap();
            let text = format!(
                "id = \"j{n:02}\"\nname = {{ en = \"Block {n}\", zh = \"方块 {n}\" }}\ncategory = \"tiara\"\n\
                 metal = \"gold\"\nstone = \"none\"\npair = \"single\"\nwidth_mm = 120.0\nheight_mm = 60.0\n\
                 [attach]\nend_r = [5.0, 58.0]\nend_l = [123.0, 58.0]\nbase = [64.0, 58.0]\n\
                 [art]\nfile = \"front.png\"\nlicence = \"CC0-1.0\"\n"
            );
            fs::write(folder.join("product.toml"), text).unwrap();
        }
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        let mut open = vec![self.people.clone(), self.products.clone()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    all.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        all
    }

    /// Fails when a portrait or product is not what it was.
    pub fn unchanged(&self) {
        assert!(self.files() == self.originals, "an original changed");
    }

    /// Files that were added on purpose are originals too.
    pub fn remember(&mut self) {
        self.originals = self.files();
    }

    /// The program, about to make a batch of all of it.
    pub fn command(&self, folder: &Path, out: &str, workers: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bijou"));
        command.current_dir(folder).args(["batch", "--portraits"]);
        command.arg(&self.people).arg("--products");
        command.args((0..self.counts.1).map(|n| self.products.join(format!("j{n:02}"))));
        command.args([
            "--out",
            out,
            "--format",
            "png",
            "--workers",
            workers,
            "--name",
            "{portrait}/{product}",
        ]);
        command
            .arg("--model")
            .arg(root().join("tests/fixtures/model/identity.onnx"));
        command
    }

    /// Counts pictures whose content is not the pair of their name.
    pub fn mismatches(&self, pictures: &BTreeMap<PathBuf, Vec<u8>>) -> usize {
        pictures
            .iter()
            .filter(|(path, bytes)| pair(bytes) != named(path))
            .count()
    }
}

/// Portrait and product a name stands for: `p003/j07.png`.
fn named(path: &Path) -> Option<(usize, usize)> {
    let portrait = path.parent()?.to_str()?.strip_prefix('p')?.parse().ok()?;
    let product = path.file_stem()?.to_str()?.strip_prefix('j')?.parse().ok()?;
    Some((portrait, product))
}

/// Portrait and product a picture shows: the badge in its corner, and the paint most pixels of its upper half have.
fn pair(bytes: &[u8]) -> Option<(usize, usize)> {
    let picture = image::load_from_memory(bytes).ok()?.to_rgb8();
    let corner = *picture.get_pixel(0, picture.height() - 1);
    let portrait = (0..256).find(|n| badge(*n) == corner)?;
    let near = |px: &Rgb<u8>, n: usize| px.0.iter().zip(paint(n)).all(|(a, b)| a.abs_diff(b) <= 3);
    let mut counts = [0_usize; 20];
    for (_, y, px) in picture.enumerate_pixels() {
        if y < picture.height() / 2 {
            for (n, count) in counts.iter_mut().enumerate() {
                *count += usize::from(near(px, n));
            }
        }
    }
    let product = (0..counts.len()).max_by_key(|n| counts[*n])?;
    (counts[product] > 100).then_some((portrait, product))
}
