//! Disks that fail: injected at every write, sync and rename, and a small one that is really full.

use super::common::root;
use super::pictures;
use super::tiny::{Tiny, folder};
use bijou::batch::{
    self, Event, Given, Job, Journal, Manner, OnError, Plan, Presets, Shard, State, Summary, Verdict,
};
use bijou::pipeline::Choice;
use bijou::product::Catalogue;
use bijou::publish::{Disk, System};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tempfile::NamedTempFile;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Write,
    Sync,
    Rename,
}

/// A disk on which one step fails at some of its calls.
struct Faulty {
    step: Step,
    fails: fn(usize) -> bool,
    calls: AtomicUsize,
}

impl Faulty {
    fn check(&self, step: Step) -> io::Result<()> {
        if step == self.step && (self.fails)(self.calls.fetch_add(1, Ordering::Relaxed)) {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        } else {
            Ok(())
        }
    }
}

impl Disk for Faulty {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        // Half of it is there when the disk is full.
        if let Err(error) = self.check(Step::Write) {
            System.write(file, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        System.write(file, bytes)
    }
    fn sync(&self, file: &File) -> io::Result<()> {
        self.check(Step::Sync)?;
        System.sync(file)
    }
    fn rename(&self, file: NamedTempFile, path: &Path, replace: bool) -> io::Result<()> {
        self.check(Step::Rename)?;
        System.rename(file, path, replace)
    }
}

/// Packshots of a few products: no network, so that everything is about the disk.
fn job(tiny: &Tiny, out: &Path, on_error: OnError) -> Job {
    let text = "name = 'small'\ndated = '2026-11-25'\nshows = 'packshot'\nformat = 'png'\ncanvas = [64, 64]\nfile = '{product}'";
    let mut job = Job::new(out);
    job.products = (0..tiny.counts.1)
        .map(|n| tiny.products.join(format!("j{n:02}")).display().to_string())
        .collect();
    job.outputs = vec!["small".into()];
    job.preset = vec![toml::from_str(text).unwrap()];
    job.on_error = on_error;
    job
}

fn run(job: &Job, disk: &dyn Disk) -> (Summary, Vec<Verdict>) {
    let catalogue = Catalogue::open(&[]);
    let presets = Presets::default();
    let mut journal = Journal::open(&job.output.folder).unwrap();
    let ours: HashSet<_> = journal.outputs().unwrap();
    let given = Given {
        catalogue: &catalogue,
        presets: &presets,
        shard: Shard::default(),
        today: "2026-11-25",
        ours: &ours,
    };
    let plan: Plan = batch::plan(job, given).unwrap();
    let choice = Choice {
        root: root(),
        ..Choice::default()
    };
    let manner = Manner {
        workers: 2,
        changed: None,
        disk,
    };
    let mut verdicts = Vec::new();
    let summary = batch::run(
        &plan,
        &catalogue,
        &mut journal,
        &choice,
        manner,
        &AtomicBool::new(false),
        &mut |event| {
            if let Event::Item { judgement, .. } = event {
                verdicts.push(judgement.verdict);
            }
        },
    )
    .unwrap();
    (summary, verdicts)
}

#[test]
fn failed_writes_syncs_and_renames_lose_nothing() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 0, 20);
    let clean = temp.path().join("clean");
    run(&job(&tiny, &clean, OnError::GoOn), &System);
    let expected = pictures(&clean);
    assert_eq!(expected.len(), 20);
    for step in [Step::Write, Step::Sync, Step::Rename] {
        for fails in [|n| n == 0, |n| n % 3 == 1, |_| true] as [fn(usize) -> bool; 3] {
            let out = temp.path().join("out");
            let disk = Faulty {
                step,
                fails,
                calls: AtomicUsize::new(0),
            };
            let job = job(&tiny, &out, OnError::GoOn);
            let (summary, verdicts) = run(&job, &disk);
            let failed = verdicts.iter().filter(|v| **v == Verdict::Fail).count();
            assert!(failed > 0 && verdicts.len() == 20, "{step:?}");
            assert_eq!((summary.done, summary.failed), (20 - failed, failed), "{step:?}");
            assert!(!summary.stopped && !summary.cancelled);
            let made = pictures(&out);
            assert_eq!(made.len(), 20 - failed, "{step:?}");
            assert!(made.iter().all(|(name, bytes)| expected.get(name) == Some(bytes)));
            for record in Journal::open(&out).unwrap().records().unwrap() {
                let reasons = record.judgement.map(|j| j.reasons.join(" ")).unwrap_or_default();
                assert_eq!(
                    record.state == State::Failed,
                    reasons.contains("disk is full"),
                    "{reasons}"
                );
            }
            let hidden =
                |e: io::Result<fs::DirEntry>| e.unwrap().file_name().to_string_lossy().ends_with(".tmp");
            assert!(
                !fs::read_dir(&out).unwrap().any(hidden),
                "{step:?} left something"
            );
            let (summary, verdicts) = run(&job, &System);
            assert_eq!((summary.done, verdicts.len()), (20, failed), "{step:?}");
            assert!(pictures(&out) == expected);
            fs::remove_dir_all(&out).unwrap();
        }
    }
    tiny.unchanged();
}

#[test]
fn a_job_that_says_stop_stops_cleanly() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 0, 40);
    let out = temp.path().join("out");
    let disk = Faulty {
        step: Step::Sync,
        fails: |n| n == 5,
        calls: AtomicUsize::new(0),
    };
    let job = job(&tiny, &out, OnError::Stop);
    let (summary, _) = run(&job, &disk);
    assert!(summary.stopped && !summary.cancelled && summary.failed == 1);
    assert!(summary.done < 39, "{} made after all", summary.done);
    let (summary, _) = run(&job, &System);
    assert_eq!((summary.done, summary.failed, summary.stopped), (40, 0, false));
}

/// A small disk, gone when dropped.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    /// None where this test may not mount one.
    fn mount(place: &'a Path) -> Option<Self> {
        fs::create_dir_all(place).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1500k", "tmpfs"])
            .arg(place)
            .output();
        mounted.is_ok_and(|o| o.status.success()).then_some(Self(place))
    }

    fn grow(&self) {
        let grown = Command::new("mount")
            .args(["-o", "remount,size=64m"])
            .arg(self.0)
            .status();
        assert!(grown.unwrap().success());
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.0).status());
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 10, 10);
    let place = temp.path().join("small");
    let Some(small) = Small::mount(&place) else {
        eprintln!("skipped: this test may not mount a small disk");
        return;
    };
    let clean = tiny.command(temp.path(), "clean", "2").output().unwrap();
    assert!(clean.status.success());
    let expected = pictures(&temp.path().join("clean"));
    let full = tiny.command(temp.path(), "small/out", "2").output().unwrap();
    let said = String::from_utf8_lossy(&full.stderr);
    assert!([Some(1), Some(3)].contains(&full.status.code()), "{said}");
    assert!(!said.contains("panicked") && said.contains("full"), "{said}");
    let made = pictures(&place.join("out"));
    println!(
        "{} of {} pictures on the small disk; status {:?}",
        made.len(),
        expected.len(),
        full.status.code()
    );
    assert!(made.len() < expected.len());
    assert!(made.iter().all(|(name, bytes)| expected.get(name) == Some(bytes)));
    small.grow();
    let last = tiny.command(temp.path(), "small/out", "2").output().unwrap();
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    assert!(pictures(&place.join("out")) == expected);
    tiny.unchanged();
}

#[test]
#[cfg(unix)]
fn a_link_does_not_lead_out_of_the_output_folder() {
    let temp = folder();
    let tiny = Tiny::new(temp.path(), 2, 2);
    let elsewhere = temp.path().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir_all(temp.path().join("out")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, temp.path().join("out/p000")).unwrap();
    let run = tiny.command(temp.path(), "out", "1").output().unwrap();
    super::fails(&run, 3, &["is a link"]);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    assert!(temp.path().join("out/p001/j00.png").is_file());
    // A link in the place of a picture is a file that was there; even when replaced, what it leads to is not.
    let mine = elsewhere.join("mine.png");
    fs::write(&mine, b"mine").unwrap();
    fs::create_dir_all(temp.path().join("other/p000")).unwrap();
    std::os::unix::fs::symlink(&mine, temp.path().join("other/p000/j00.png")).unwrap();
    for existing in ["skip", "overwrite"] {
        let mut command = tiny.command(temp.path(), "other", "1");
        assert!(
            command
                .args(["--existing", existing])
                .output()
                .unwrap()
                .status
                .success()
        );
        assert_eq!(fs::read(&mine).unwrap(), b"mine");
    }
}
