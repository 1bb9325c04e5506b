//! What a batch gives: presets, packshots, contact sheets, corrections, verdicts, joined shards.

use super::common::{bijou, fails, json, root};
use super::tiny::{Tiny, folder};
use super::{pictures, portraits};
use bijou::photo::{Photo, Samples};
use std::fs;
use std::path::Path;

/// A batch of a job file's text.
fn batch(folder: &Path, text: &str, more: &[&str]) -> std::process::Output {
    fs::write(folder.join("job.toml"), text).unwrap();
    bijou(folder, &[&["batch", "job.toml"], more].concat())
}

fn rgb(path: &Path) -> (Photo, Vec<[u8; 3]>) {
    let photo = Photo::open(path).unwrap();
    let Samples::U8(samples) = photo.samples() else {
        panic!("16 bit")
    };
    let pixels = samples.as_chunks::<3>().0.to_vec();
    (photo, pixels)
}

#[test]
fn every_preset_has_its_size_and_a_packshot_stands_in_the_middle_of_white() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    portraits(folder, 2);
    let job = "portraits = ['people']\nproducts = ['emerald-drop-gold', 'pearl-strand']\n\
        outputs = ['web', 'square', 'story', 'packshot', 'mine']\n[output]\nfolder = 'out'\n[sheets]\ndpi = 100\n\
        [[preset]]\nname = 'mine'\ndated = '2026-11-25'\nformat = 'png'\ncanvas = [300, 200]\nbackground = '#102030'\n\
        fill = 0.9\nprofile = 'display-p3'\n";
    let run = batch(folder, job, &["--workers", "2"]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let size = |name: &str| {
        let photo = Photo::open(&folder.join("out").join(name)).unwrap();
        (photo.width(), photo.height(), photo.icc().is_some())
    };
    assert_eq!(size("web/amara/pearl-strand-plain.jpg"), (288, 360, true));
    assert_eq!(size("square/amara/pearl-strand-plain.jpg"), (1080, 1080, true));
    assert_eq!(size("story/amara/pearl-strand-plain.jpg"), (1080, 1920, true));
    assert_eq!(size("mine/amara/pearl-strand-plain.png"), (300, 200, true));
    for product in ["emerald-drop-gold", "pearl-strand"] {
        let (photo, pixels) = rgb(&folder.join(format!("out/packshot/{product}.jpg")));
        assert_eq!((photo.width(), photo.height()), (2000, 2000));
        assert!(pixels[..2000 * 100].iter().all(|px| *px == [255; 3]), "not white");
        let inked = |i: &usize| pixels[*i].iter().any(|v| *v < 225);
        let span = |at: fn(usize) -> usize| {
            let at = (0..pixels.len()).filter(inked).map(at);
            at.fold((usize::MAX, 0), |(low, high), v| (low.min(v), high.max(v + 1)))
        };
        let (x, y) = (span(|i| i % 2000), span(|i| i / 2000));
        let long = (x.1 - x.0).max(y.1 - y.0);
        assert!(long.abs_diff(1700) <= 25, "{product} takes {long} of 2000 pixels");
        for (low, high) in [x, y] {
            assert!(
                (low + high).abs_diff(2000) <= 30,
                "{product} is not in the middle: {low}..{high}"
            );
        }
    }
    let sheet = Photo::open(&folder.join("out/sheets/contact-01.png")).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (827, 1169));
    let pdf = fs::read(folder.join("out/sheets/contact.pdf")).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-") && text.contains("/MediaBox [0 0 595.27") && text.contains("ICCBased"));
    let pages = fs::read_dir(folder.join("out/sheets")).unwrap();
    let pages = pages.filter(|e| {
        e.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("contact-")
    });
    assert_eq!(text.matches("/DCTDecode").count(), pages.count());
    assert!(folder.join("out/sheets/before-after-01.png").is_file());
    // The page shows its own small pictures.
    let page = fs::read_to_string(folder.join("out/report.html")).unwrap();
    let thumb = page.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(thumb.starts_with("report/") && Photo::open(&folder.join("out").join(thumb)).is_ok());
}

#[test]
fn presets_are_listed_with_their_dates_and_the_users_own_go_first() {
    let temp = tempfile::tempdir().unwrap();
    let own = temp.path().join("bijou");
    fs::create_dir_all(&own).unwrap();
    let text = "[[preset]]\nname = 'web'\ndated = '2030-01-02'\nformat = 'webp'\nlongest = 900\n";
    fs::write(own.join("outputs.toml"), text).unwrap();
    let list = std::process::Command::new(env!("CARGO_BIN_EXE_bijou"))
        .args(["batch", "presets", "--json"])
        .env("XDG_DATA_HOME", temp.path())
        .output()
        .unwrap();
    let list = json(&list);
    let dated = |name: &str| {
        let presets = list.as_array().unwrap();
        presets.iter().find(|p| p["name"] == name).unwrap()["dated"].clone()
    };
    assert_eq!(dated("web"), "2030-01-02");
    assert_eq!(dated("packshot"), "2026-11-24");
    let wrong = [
        "batch",
        "--products",
        "all",
        "--outputs",
        "wep",
        "--out",
        "x",
        "--plan",
    ];
    fails(&bijou(temp.path(), &wrong), 1, &["wep", "web", "packshot"]);
}

#[test]
fn what_deserves_a_look_is_said_and_strict_makes_it_fail() {
    let temp = tempfile::tempdir().unwrap();
    portraits(temp.path(), 1);
    // A piece of some size: of a pearl a few pixels wide nothing is said.
    let job = |gate: &str| {
        format!(
            "portraits = ['people']\nproducts = ['emerald-chandelier-gold']\n[output]\nfolder = 'out'\n[gate]\n{gate}\n"
        )
    };
    let run = batch(temp.path(), &job("colour = 0.0"), &[]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(String::from_utf8_lossy(&run.stderr).contains("ΔE"));
    let report = fs::read_to_string(temp.path().join("out/report.json")).unwrap();
    assert!(report.contains("\"look\": 1"));
    fails(
        &batch(temp.path(), &job("colour = 0.0"), &["--strict"]),
        3,
        &["1 to look at"],
    );
    fs::remove_dir_all(temp.path().join("out")).unwrap();
    let good = batch(temp.path(), &job("colour = 6.0"), &["--strict"]);
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
}

#[test]
fn corrections_are_used_and_their_change_is_noticed() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 2, 2);
    let hash = bijou::publish::sha256(&[&fs::read(tiny.people.join("p001.png")).unwrap()]);
    let write = |scale: f64| {
        let text = format!(
            "{{\"version\": 1, \"portraits\": {{\"{hash}\": {{\"products\": {{\"j01\": {{\"tiara\": {{\"scale\": {scale}}}}}}}}}}}}}"
        );
        fs::write(temp.path().join("c.json"), text).unwrap();
    };
    write(0.5);
    let run = |out: &str, more: &[&str]| tiny.command(temp.path(), out, "1").args(more).output().unwrap();
    assert!(run("plain", &[]).status.success());
    let with = ["--corrections", "c.json"];
    let made = run("out", &with);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (plain, mine) = (
        pictures(&temp.path().join("plain")),
        pictures(&temp.path().join("out")),
    );
    for (name, bytes) in &plain {
        assert_eq!(
            mine[name] == *bytes,
            name != Path::new("p001/j01.png"),
            "{}",
            name.display()
        );
    }
    // The same as the same adjustment by hand.
    let portrait = tiny.people.join("p001.png").display().to_string();
    let product = tiny.products.join("j01").display().to_string();
    let model = root()
        .join("tests/fixtures/model/identity.onnx")
        .display()
        .to_string();
    let single = [
        "try-on",
        &portrait,
        "-p",
        &product,
        "--scale",
        "0.5",
        "--model",
        &model,
        "-o",
        "single.png",
    ];
    let single = bijou(temp.path(), &single);
    assert!(
        single.status.success(),
        "{}",
        String::from_utf8_lossy(&single.stderr)
    );
    let (_, one) = rgb(&temp.path().join("single.png"));
    assert!(one == rgb(&temp.path().join("out/p001/j01.png")).1);
    write(0.7);
    fails(&run("out", &with), 1, &["p001/j01.png", "--changed"]);
    let redo = run("out", &[&with[..], &["--changed", "redo"]].concat());
    assert!(String::from_utf8_lossy(&redo.stderr).contains("1 of 4 pictures to make"));
    let other = run("out", &[&with[..], &["--quality", "80"]].concat());
    fails(&other, 1, &["output `picture`"]);
    tiny.unchanged();
}

#[test]
fn another_model_is_noticed() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 1, 1);
    assert!(tiny.command(temp.path(), "out", "1").status().unwrap().success());
    let mut command = tiny.command(temp.path(), "out", "1");
    let args: Vec<_> = command.get_args().map(|a| a.to_owned()).collect();
    let model = root().join("tests/fixtures/model/dynamic.onnx").into_os_string();
    let at = args.iter().position(|a| a == "--model").unwrap();
    command = std::process::Command::new(command.get_program());
    command.current_dir(temp.path()).args(&args[..=at]).arg(model);
    fails(&command.output().unwrap(), 1, &["the models", "--changed"]);
}

#[test]
fn shards_join_to_what_one_machine_makes() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 7, 4);
    assert!(tiny.command(temp.path(), "one", "2").status().unwrap().success());
    for part in ["1/3", "2/3", "3/3"] {
        let out = format!("part{}", &part[..1]);
        let mut command = tiny.command(temp.path(), &out, "1");
        assert!(command.args(["--shard", part]).status().unwrap().success());
    }
    let parts = ["part1", "part2", "part3"];
    let counts = parts.map(|p| pictures(&temp.path().join(p)).len());
    assert_eq!(counts.iter().sum::<usize>(), 28);
    // What a shard has lost is not taken for made.
    let lost = pictures(&temp.path().join("part2")).into_keys().next().unwrap();
    fs::remove_file(temp.path().join("part2").join(&lost)).unwrap();
    let merge = [&["batch", "merge"][..], &parts, &["--out", "all"]].concat();
    for _ in 0..2 {
        let run = bijou(temp.path(), &merge);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert!(String::from_utf8_lossy(&run.stderr).contains("27 of 28 made"));
    }
    let again = tiny.command(temp.path(), "all", "1").output().unwrap();
    assert!(String::from_utf8_lossy(&again.stderr).contains("1 of 28 pictures to make"));
    assert!(pictures(&temp.path().join("all")) == pictures(&temp.path().join("one")));
    let table = fs::read_to_string(temp.path().join("all/report.csv")).unwrap();
    assert_eq!(table.lines().count(), 29);
    fails(
        &bijou(temp.path(), &["batch", "merge", "people", "--out", "x"]),
        1,
        &["holds no batch"],
    );
    // Other pictures under the same names are not mixed in.
    let other = Tiny::new(&temp.path().join("other"), 3, 4);
    let mut command = other.command(temp.path(), "part9", "1");
    assert!(
        command
            .args(["--quality", "50", "--before-after"])
            .status()
            .unwrap()
            .success()
    );
    fails(
        &bijou(temp.path(), &["batch", "merge", "part9", "--out", "all"]),
        1,
        &["different pictures"],
    );
    tiny.unchanged();
}

#[test]
fn a_plan_can_be_read_by_programs() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 2, 3);
    let plan = json(
        &tiny
            .command(temp.path(), "out", "1")
            .args(["--plan", "--json"])
            .output()
            .unwrap(),
    );
    assert_eq!(plan.as_array().unwrap().len(), 6);
    assert_eq!(plan[0]["output"], "p000/j00.png");
    assert!(!temp.path().join("out").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_some_system_takes_for_one_are_kept_apart() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 0, 1);
    // Case, composed and decomposed, a device of Windows', dots, and names as long as they may be.
    let long = "x".repeat(240);
    let names = [
        "A",
        "a",
        "é",
        "e\u{301}",
        "CON",
        "con",
        "n.",
        "n",
        &long,
        &long.to_uppercase(),
    ];
    for name in names {
        fs::write(tiny.people.join(format!("{name}.png")), b"").unwrap();
    }
    let plan = json(
        &tiny
            .command(temp.path(), "out", "1")
            .args(["--plan", "--json"])
            .output()
            .unwrap(),
    );
    let outputs = plan
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["output"].as_str().unwrap().to_lowercase());
    let mut outputs: Vec<String> = outputs.map(|o| o.replace("e\u{301}", "é")).collect();
    outputs.sort();
    outputs.dedup();
    assert_eq!(outputs.len(), names.len(), "{outputs:?}");
    assert!(
        outputs
            .iter()
            .all(|o| !o.contains("..") && o.split('/').all(|part| part.len() < 200))
    );
}
