//! The rules of the house, read from the sources: who may import whom, and which crate belongs where.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every module and the modules of the crate it may name. A stage sees foundations and earlier stages.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("geometry", &[]),
    ("resources", &[]),
    ("publish", &[]),
    ("gpu", &[]),
    ("model", &["resources", "publish"]),
    ("photo", &["geometry", "publish"]),
    ("product", &["resources", "publish"]),
    ("camera", &["photo", "geometry"]),
    ("compare", &["photo", "geometry"]),
    ("cutout", &["photo", "geometry", "product"]),
    ("anchors", &["photo", "geometry", "model"]),
    ("placement", &["geometry", "product", "anchors"]),
    ("clear", &["photo", "geometry", "model", "anchors"]),
    (
        "composite",
        &["photo", "geometry", "product", "anchors", "placement"],
    ),
    ("generator", &["model", "composite"]),
    (
        "restore",
        &[
            "photo",
            "geometry",
            "placement",
            "composite",
            "generator",
            "compare",
        ],
    ),
    (
        "style",
        &["photo", "geometry", "gpu", "model", "publish", "resources"],
    ),
    ("sheet", &["photo", "geometry"]),
    (
        "batch",
        &[
            "pipeline",
            "anchors",
            "geometry",
            "photo",
            "product",
            "publish",
            "resources",
            "sheet",
            "style",
        ],
    ),
    (
        "pipeline",
        &[
            "photo",
            "geometry",
            "product",
            "model",
            "gpu",
            "anchors",
            "placement",
            "clear",
            "composite",
            "generator",
            "restore",
            "style",
        ],
    ),
    (
        "job",
        &[
            "batch",
            "pipeline",
            "anchors",
            "cutout",
            "generator",
            "geometry",
            "gpu",
            "model",
            "photo",
            "placement",
            "product",
            "publish",
            "resources",
            "style",
        ],
    ),
    (
        "live",
        &[
            "anchors",
            "camera",
            "geometry",
            "photo",
            "pipeline",
            "placement",
            "product",
            "publish",
            "resources",
            "style",
        ],
    ),
    (
        "app",
        &[
            "batch",
            "camera",
            "live",
            "job",
            "pipeline",
            "anchors",
            "cutout",
            "gpu",
            "model",
            "photo",
            "placement",
            "product",
            "publish",
            "style",
        ],
    ),
];

/// Crates that may be named only in some modules.
const CRATE_HOMES: &[(&str, &[&str])] = &[
    ("ort", &["model"]),
    ("tract_onnx", &["model"]),
    ("wgpu", &["gpu", "style"]),
    ("clap", &["cli"]),
    ("rusqlite", &["batch"]),
    ("cosmic_text", &["sheet"]),
    ("pdf_writer", &["sheet"]),
    ("sha2", &["publish"]),
    ("anyhow", &["cli", "main"]),
    ("image", &["photo", "product", "cutout", "camera"]),
    ("nokhwa", &["camera"]),
    ("moxcms", &["photo", "product"]),
    ("eframe", &["app"]),
    ("egui", &["app"]),
    ("rfd", &["app"]),
    ("arboard", &["app"]),
    ("opener", &["app"]),
    ("fluent_templates", &["app"]),
];

/// All Rust files below `src`, keyed by the module at the crate's top.
fn sources() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let mut modules: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for file in files {
        let inside = file.strip_prefix(&root).unwrap();
        let first = inside.iter().next().unwrap().to_string_lossy();
        let module = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&file).unwrap();
        modules.entry(module).or_default().push((inside.to_owned(), text));
    }
    modules
}

/// Code without comments and without the unit tests at a file's end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Names that follow `prefix` in the code, e.g. the modules after `crate::`.
fn named(code: &str, prefix: &str) -> Vec<String> {
    let word = |s: &str| {
        s.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let inner = group.split('}').next().unwrap_or_default();
                names.extend(inner.split(',').map(|s| word(s.trim())));
            }
            None => names.push(word(rest)),
        }
    }
    names
}

#[test]
fn modules_import_only_what_they_may() {
    let rules: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut broken = Vec::new();
    for (module, files) in sources() {
        if ["lib", "main", "cli"].contains(&module.as_str()) {
            continue;
        }
        let Some(allowed) = rules.get(module.as_str()) else {
            broken.push(format!("src/{module} has no rule in MAY_IMPORT"));
            continue;
        };
        for (file, text) in &files {
            for name in named(&code(text), "crate::") {
                if name != module && !allowed.contains(&name.as_str()) {
                    broken.push(format!("src/{} imports {name}", file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn crates_stay_in_their_homes() {
    let mut broken = Vec::new();
    for (module, files) in sources() {
        for (file, text) in &files {
            let code = code(text);
            for (name, homes) in CRATE_HOMES {
                let used = [
                    format!("use {name}::"),
                    format!(" {name}::"),
                    format!("({name}::"),
                ];
                if used.iter().any(|u| code.contains(u.as_str())) && !homes.contains(&module.as_str()) {
                    broken.push(format!("src/{} uses {name}", file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_file_says_what_it_takes_and_gives() {
    for (_, files) in sources() {
        for (file, text) in files {
            assert!(
                text.starts_with("//!"),
                "src/{} has no //! header",
                file.display()
            );
            assert!(
                text.lines().count() <= 400,
                "src/{} is longer than 400 lines",
                file.display()
            );
        }
    }
}
