//! Batches through the program: the same bytes on any number of workers, kills, broken inputs, changes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod disk;
mod many;
mod outputs;
mod tiny;

use bijou::batch::Journal;
use common::{bijou, fails, root};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const PRODUCTS: [&str; 3] = ["pearl-drop-gold", "diamond-pendant-gold", "leaf-tiara-gold"];

/// A folder with small portraits of ours.
fn portraits(folder: &Path, count: usize) -> PathBuf {
    let into = folder.join("people");
    fs::create_dir_all(&into).unwrap();
    let samples = root().join("assets/portraits");
    let mut names: Vec<PathBuf> = fs::read_dir(samples)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "jpg"))
        .collect();
    names.sort();
    for name in names.iter().take(count) {
        let small = image::open(name).unwrap().thumbnail(360, 360).to_rgb8();
        small
            .save(into.join(name.with_extension("png").file_name().unwrap()))
            .unwrap();
    }
    into
}

/// The words of a batch of `people` into `out`.
fn words<'a>(people: &'a str, out: &'a str, workers: &'a str) -> Vec<&'a str> {
    let mut words = vec!["batch", "--portraits", people, "--products"];
    words.extend(PRODUCTS);
    words.extend(["--out", out, "--format", "png", "--workers", workers]);
    words
}

/// Every picture below a folder and its bytes; fails where something unfinished lies about.
fn pictures(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "png") {
                found.insert(
                    path.strip_prefix(folder).unwrap().to_owned(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    found
}

#[test]
fn any_number_of_workers_and_a_single_try_on_make_the_same_bytes() {
    let temp = tempfile::tempdir().unwrap();
    let people = portraits(temp.path(), 4);
    let people = people.to_str().unwrap();
    for workers in ["1", "3"] {
        let run = bijou(temp.path(), &words(people, &format!("out{workers}"), workers));
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    let (one, three) = (
        pictures(&temp.path().join("out1")),
        pictures(&temp.path().join("out3")),
    );
    assert_eq!(one.len(), 4 * PRODUCTS.len());
    assert!(one == three);
    let portrait = format!("{people}/amara.png");
    let single = bijou(
        temp.path(),
        &["try-on", &portrait, "-p", PRODUCTS[0], "-o", "single.png"],
    );
    assert!(single.status.success());
    assert!(
        one[Path::new("amara/pearl-drop-gold-plain.png")]
            == fs::read(temp.path().join("single.png")).unwrap()
    );
    let again = bijou(temp.path(), &words(people, "out1", "2"));
    assert!(String::from_utf8_lossy(&again.stderr).contains("0 of 12 pictures to make"));
}

#[test]
fn broken_portraits_do_not_stop_the_others() {
    let temp = tempfile::tempdir().unwrap();
    let people = portraits(temp.path(), 2);
    fs::write(people.join("broken.jpg"), b"\xff\xd8\xff nothing").unwrap();
    let run = bijou(temp.path(), &words(people.to_str().unwrap(), "out", "2"));
    fails(&run, 3, &["3 failed"]);
    assert_eq!(pictures(&temp.path().join("out")).len(), 2 * PRODUCTS.len());
    let table = fs::read_to_string(temp.path().join("out/report.csv")).unwrap();
    assert!(
        table
            .lines()
            .filter(|l| l.starts_with("fail") && l.contains("broken.jpg"))
            .count()
            == 3
    );
    let page = fs::read_to_string(temp.path().join("out/report.html")).unwrap();
    assert!(page.contains("class=\"fail\"") && !page.contains("{{"));
}

#[test]
fn a_folder_belongs_to_one_batch_at_a_time() {
    let temp = tempfile::tempdir().unwrap();
    let people = portraits(temp.path(), 1);
    let held = Journal::open(&temp.path().join("out")).unwrap();
    let words = words(people.to_str().unwrap(), "out", "1");
    fails(&bijou(temp.path(), &words), 1, &["another batch"]);
    drop(held);
    assert!(bijou(temp.path(), &words).status.success());
}

#[test]
fn a_changed_portrait_is_asked_about() {
    let temp = tempfile::tempdir().unwrap();
    let people = portraits(temp.path(), 2);
    let words = words(people.to_str().unwrap(), "out", "1");
    assert!(bijou(temp.path(), &words).status.success());
    let before = pictures(&temp.path().join("out"));
    fs::copy(people.join("beatriz.png"), people.join("amara.png")).unwrap();
    fails(&bijou(temp.path(), &words), 1, &["amara.png", "--changed"]);
    let redo = [&words[..], &["--changed", "redo"]].concat();
    assert!(bijou(temp.path(), &redo).status.success());
    let after = pictures(&temp.path().join("out"));
    let differs = |name: &str| before[Path::new(name)] != after[Path::new(name)];
    assert!(differs("amara/pearl-drop-gold-plain.png") && !differs("beatriz/pearl-drop-gold-plain.png"));
}

#[test]
fn files_that_were_there_are_left_alone() {
    let temp = tempfile::tempdir().unwrap();
    let people = portraits(temp.path(), 1);
    let mine = temp.path().join("out/amara/pearl-drop-gold-plain.png");
    fs::create_dir_all(mine.parent().unwrap()).unwrap();
    fs::write(&mine, b"mine").unwrap();
    let words = words(people.to_str().unwrap(), "out", "1");
    let run = bijou(temp.path(), &words);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(String::from_utf8_lossy(&run.stderr).contains("1 skipped"));
    let unique = [&words[..], &["--existing", "unique"]].concat();
    assert!(bijou(temp.path(), &unique).status.success());
    assert_eq!(fs::read(&mine).unwrap(), b"mine");
    assert!(mine.with_file_name("pearl-drop-gold-plain-2.png").is_file());
}

#[test]
fn a_wrong_job_is_one_sentence() {
    let temp = tempfile::tempdir().unwrap();
    let people = portraits(temp.path(), 1);
    let job = |text: &str| {
        fs::write(temp.path().join("job.toml"), text).unwrap();
        bijou(temp.path(), &["batch", "job.toml"])
    };
    let head = "portraits = ['people']\n[output]\nfolder = 'out'\n";
    fails(
        &job(&format!("products = ['perl-drop-gold']\n{head}")),
        1,
        &["perl-drop-gold", "pearl-drop-gold"],
    );
    fails(
        &job(&format!("products = ['all']\n{head}qality = 3\n")),
        1,
        &["job.toml", "qality"],
    );
    fails(
        &job(&format!("products = ['all']\n{head}name = '{{who}}'\n")),
        1,
        &["output.name"],
    );
    fails(
        &job("portraits = ['nobody/*.jpg']\nproducts = ['all']\n[output]\nfolder = 'out'\n"),
        1,
        &["matches no picture"],
    );
    let plan = bijou(
        temp.path(),
        &[
            "batch",
            "--portraits",
            people.to_str().unwrap(),
            "--products",
            "all",
            "--out",
            "x",
            "--plan",
        ],
    );
    assert!(plan.status.success() && !temp.path().join("x").exists());
}
