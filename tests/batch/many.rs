//! A thousand pictures; a hundred kills; a tenth of the portraits broken; an interrupt.

use super::pictures;
use super::tiny::{Tiny, folder};
use bijou::batch::{Journal, State};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn a_thousand_pictures_are_the_same_on_any_number_of_workers() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 50, 20);
    let mut first: Option<BTreeMap<PathBuf, Vec<u8>>> = None;
    for workers in ["1", "2", "8"] {
        let since = Instant::now();
        let run = tiny.command(temp.path(), "out", workers).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let made = pictures(&temp.path().join("out"));
        let wrong = tiny.mismatches(&made);
        println!(
            "{workers} workers: {} pictures, {wrong} mismatches, {:.1} s",
            made.len(),
            since.elapsed().as_secs_f64()
        );
        assert_eq!((made.len(), wrong), (1000, 0));
        assert!(first.get_or_insert_with(|| made.clone()) == &made);
        fs::remove_dir_all(temp.path().join("out")).unwrap();
    }
    tiny.unchanged();
}

/// How often the program is killed; `BIJOU_KILLS` for another number.
fn kills() -> usize {
    std::env::var("BIJOU_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100)
}

/// Pictures the journal calls done, by what tells one writing of a file from another.
fn done(out: &Path) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
    let journal = Journal::open(out).unwrap();
    let records = journal.records().unwrap();
    let done = records.into_iter().filter(|r| r.state == State::Done);
    done.map(|r| {
        let found = out.join(&r.output).metadata().unwrap();
        let inode = {
            #[cfg(unix)]
            {
                std::os::unix::fs::MetadataExt::ino(&found)
            }
            #[cfg(not(unix))]
            {
                0
            }
        };
        (r.output, (inode, found.modified().unwrap()))
    })
    .collect()
}

#[test]
fn killed_at_random_moments_a_batch_ends_complete_and_nothing_is_done_twice() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 30, 20);
    let clean = tiny.command(temp.path(), "clean", "2").output().unwrap();
    assert!(
        clean.status.success(),
        "{}",
        String::from_utf8_lossy(&clean.stderr)
    );
    let expected = pictures(&temp.path().join("clean"));
    assert_eq!((expected.len(), tiny.mismatches(&expected)), (600, 0));
    let out = temp.path().join("out");
    let (mut seed, mut killed, mut rounds) = (20_261_125_u64, 0, 1);
    let mut before: BTreeMap<PathBuf, (u64, std::time::SystemTime)> = BTreeMap::new();
    while killed < kills() {
        let mut child = tiny
            .command(temp.path(), "out", "2")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        std::thread::sleep(Duration::from_millis(20 + (seed >> 33) % 780));
        if child.try_wait().unwrap().is_some() {
            // It was faster: another one begins, from nothing.
            assert!(pictures(&out) == expected);
            fs::remove_dir_all(&out).unwrap();
            (before, rounds) = (BTreeMap::new(), rounds + 1);
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        if !out.exists() {
            continue;
        }
        for (name, bytes) in pictures(&out) {
            assert!(
                expected.get(&name) == Some(&bytes),
                "{} is not whole",
                name.display()
            );
        }
        let now = done(&out);
        for (name, writing) in &before {
            assert_eq!(now.get(name), Some(writing), "{} was made twice", name.display());
        }
        before = now;
    }
    let last = tiny.command(temp.path(), "out", "2").output().unwrap();
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    assert!(pictures(&out) == expected);
    let left = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name());
    let names: Vec<String> = left.map(|n| n.to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|n| n.ends_with(".tmp")), "{names:?}");
    println!("{killed} kills in {rounds} batches");
    tiny.unchanged();
}

#[test]
fn with_a_tenth_of_the_portraits_broken_all_others_are_delivered() {
    let temp = folder();
    let mut tiny = Tiny::new(temp.path(), 18, 5);
    let whole = fs::read(tiny.people.join("p000.png")).unwrap();
    fs::write(tiny.people.join("x1.png"), &whole[..whole.len() / 3]).unwrap();
    fs::write(tiny.people.join("x2.jpg"), b"\xff\xd8\xff\xe0 nothing").unwrap();
    tiny.remember();
    let run = tiny.command(temp.path(), "out", "2").output().unwrap();
    assert_eq!(run.status.code(), Some(3));
    let made = pictures(&temp.path().join("out"));
    assert_eq!((made.len(), tiny.mismatches(&made)), (90, 0));
    let table = fs::read_to_string(temp.path().join("out/report.csv")).unwrap();
    assert_eq!(table.lines().filter(|l| l.starts_with("fail")).count(), 10);
    assert_eq!(
        table
            .lines()
            .filter(|l| l.starts_with("pass") || l.starts_with("look"))
            .count(),
        90
    );
    tiny.unchanged();
}

#[test]
#[cfg(unix)]
fn an_interrupt_is_answered_at_once_and_the_batch_goes_on_later() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 30, 20);
    // On a machine busy with other things one answer may come late; not three.
    let mut answers = Vec::new();
    for attempt in 0..3 {
        let out = format!("out{attempt}");
        let mut child = tiny
            .command(temp.path(), &out, "2")
            .arg("--json")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let events = lines.map(|l| serde_json::from_str::<serde_json::Value>(&l.unwrap()).unwrap());
        let (mut asked, mut after, mut end) = (None, 0, serde_json::Value::Null);
        for event in events {
            match event["event"].as_str().unwrap() {
                "planned" => assert_eq!(event["todo"], 600),
                "item" if asked.is_none() => {
                    let pid = child.id().to_string();
                    asked = Some(Instant::now());
                    let mut kill = std::process::Command::new("kill");
                    assert!(kill.args(["-INT", &pid]).status().unwrap().success());
                }
                "item" => after += 1,
                "stopping" => answers.push(asked.unwrap().elapsed()),
                "end" => end = event,
                other => panic!("{other}"),
            }
        }
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(1));
        assert_eq!(end["summary"]["cancelled"], true);
        let made = end["summary"]["done"].as_u64().unwrap();
        assert!(made < 600, "{made} made");
        println!("stopping after {:?}, {after} more events", answers.last());
        if attempt == 2 {
            let last = tiny.command(temp.path(), &out, "2").output().unwrap();
            assert!(last.status.success());
            assert_eq!(pictures(&temp.path().join(&out)).len(), 600);
        }
    }
    assert_eq!(answers.len(), 3);
    assert!(
        answers.iter().any(|a| *a < Duration::from_millis(100)),
        "{answers:?}"
    );
    tiny.unchanged();
}

#[test]
fn a_reader_that_has_seen_enough_stops_no_batch() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 4, 2);
    let mut run = tiny
        .command(temp.path(), "out", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(run.stderr.take());
    assert!(run.wait().unwrap().success());
    assert_eq!(pictures(&temp.path().join("out")).len(), 8);
}
