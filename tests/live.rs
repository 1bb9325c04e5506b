//! Moving pictures: sources that fail in every way, newest picture first, steady heads, drops that swing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bijou::camera::{Error, Feed, Mailbox, Origin, PATIENCE, Pace, Search, Source, State, Wake};
use bijou::live::{Hesitation, OneEuro, Tuning};
use bijou::photo::Photo;
use bijou::placement::{Piece, Visibility};
use common::{bijou, fails, files, json, root};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

fn quiet() -> Wake {
    Arc::new(|| {})
}

fn grey() -> Photo {
    Photo::from_rgb8(8, 8, vec![90; 192])
}

/// A camera that sends so many frames at a pace of its own and then does what `end` says.
struct Camera<F> {
    left: u32,
    every: Duration,
    end: F,
}

impl<F: FnMut() -> Error> Source for Camera<F> {
    fn next(&mut self) -> Result<(Photo, usize), Error> {
        if self.left == 0 {
            return Err((self.end)());
        }
        self.left -= 1;
        std::thread::sleep(self.every);
        Ok((grey(), 0))
    }

    fn has_clock(&self) -> bool {
        true
    }
}

fn camera(left: u32, every: u64, end: impl FnMut() -> Error + 'static) -> Box<dyn Source> {
    let every = Duration::from_millis(every);
    Box::new(Camera { left, every, end })
}

fn start(open: impl FnOnce() -> Result<Box<dyn Source>, Error> + Send + 'static) -> Feed {
    Feed::start("test camera".into(), open, Pace::Rate(30.0), quiet()).unwrap()
}

/// Waits for the failure, and says how long that took.
fn failure(feed: &Feed) -> (String, Duration) {
    let since = Instant::now();
    loop {
        if let State::Failed(error) = feed.state() {
            return (error.to_string(), since.elapsed());
        }
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "it never says what is wrong"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn every_way_to_fail_is_a_sentence_within_five_seconds() {
    let none = start(|| Err(Error::None));
    let busy = start(|| {
        Err(Error::Busy {
            name: "Front camera".into(),
            why: "Device or resource busy".into(),
        })
    });
    let unplugged = start(|| {
        Ok(camera(3, 5, || Error::Lost {
            name: "Front camera".into(),
            why: "No such device".into(),
        }))
    });
    let (hold, held) = channel::<()>();
    let hangs = start(move || {
        let _ = held.recv();
        Err(Error::None)
    });
    let (freeze, frozen) = channel::<()>();
    let silent = start(move || {
        Ok(camera(2, 5, move || {
            let _ = frozen.recv();
            Error::None
        }))
    });
    let five = Duration::from_secs(5);
    for (feed, words) in [
        (&none, "no camera found; connect one"),
        (
            &busy,
            "Front camera does not start (Device or resource busy); close",
        ),
        (
            &unplugged,
            "Front camera was lost (No such device); check its cable",
        ),
        (&hangs, "test camera did not answer within"),
        (&silent, "test camera has sent nothing for"),
    ] {
        let (text, took) = failure(feed);
        assert!(text.starts_with(words), "{text}");
        assert!(took < five, "{text}: {took:?}");
    }
    assert!(PATIENCE < five);
    // Frames that came before the end can still be seen.
    assert!(unplugged.take().is_some());
    // What was given up stays given up, and another can be opened at once.
    drop((hold, freeze));
    std::thread::sleep(Duration::from_millis(50));
    assert!(matches!(hangs.state(), State::Failed(_)));
    let again = start(|| Ok(camera(1000, 5, || Error::None)));
    assert!(again.wait(five).is_some());
    assert_eq!(again.state(), State::Running);
}

#[test]
fn a_search_for_cameras_answers_and_never_blocks() {
    let since = Instant::now();
    let search = Search::start(quiet()).unwrap();
    assert!(since.elapsed() < Duration::from_secs(1));
    loop {
        match search.result() {
            // A machine may have cameras; each has a name.
            Some(Ok(devices)) => return assert!(devices.iter().all(|d| !d.name.is_empty())),
            Some(Err(error)) => {
                let text = error.to_string();
                return assert!(text.contains("camera") && text.contains(';'), "{text}");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
        assert!(since.elapsed() < Duration::from_secs(6));
    }
}

#[test]
fn the_newest_wins_and_what_is_dropped_is_counted() {
    let mailbox = Arc::new(Mailbox::default());
    let fast = Arc::clone(&mailbox);
    let writer = std::thread::spawn(move || {
        for number in 0..1000 {
            let before = Instant::now();
            fast.put(number);
            assert!(
                before.elapsed() < Duration::from_millis(200),
                "the producer was held up"
            );
        }
    });
    let mut seen = Vec::new();
    while seen.last() != Some(&999) {
        seen.extend(mailbox.wait(Duration::from_secs(5)));
        std::thread::sleep(Duration::from_millis(2));
    }
    writer.join().unwrap();
    assert!(seen.windows(2).all(|w| w[0] < w[1]), "never back in time");
    assert_eq!(seen.len() as u64 + mailbox.replaced(), 1000);
    mailbox.close();
    let since = Instant::now();
    assert_eq!(mailbox.wait(Duration::from_secs(60)), None);
    assert!(since.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_slow_watcher_misses_frames_and_lockstep_misses_none() {
    let film = Origin::Synthetic(root());
    let feed = Feed::open(&film, Pace::Rate(200.0), quiet()).unwrap();
    let first = feed.wait(Duration::from_secs(20)).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let second = feed.wait(Duration::from_secs(5)).unwrap();
    assert!(second.number > first.number + 5, "{}", second.number);
    assert!(feed.dropped() >= second.number - first.number - 1);
    assert!(
        second.stamp.elapsed() < Duration::from_millis(250),
        "an old picture was kept"
    );
    let feed = Feed::open(&film, Pace::Lockstep, quiet()).unwrap();
    for number in 0..20 {
        assert_eq!(feed.wait(Duration::from_secs(20)).unwrap().number, number);
    }
    assert_eq!(feed.dropped(), 0);
}

/// Feeds numbers at 30 a second through a filter.
fn filtered(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut filter = OneEuro::<1>::new(Tuning::default());
    values
        .enumerate()
        .map(|(i, v)| filter.next([v], i as f64 / 30.0)[0])
        .collect()
}

#[test]
fn the_filter_is_still_on_noise_quick_on_steps_and_close_on_ramps() {
    // Noise of 0.3 % of a head, as a network shows on a still picture.
    let noise = |i: usize| 0.003 * ((i as f64 * 12.9898).sin() * 43758.5453).fract();
    let still = filtered((0..200).map(|i| 1.0 + noise(i)));
    let spread = |v: &[f64]| {
        let mean = v.iter().sum::<f64>() / v.len() as f64;
        (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / v.len() as f64).sqrt()
    };
    let raw: Vec<f64> = (100..200).map(noise).collect();
    assert!(
        spread(&still[100..]) < 0.5 * spread(&raw),
        "a still head trembles"
    );
    // A jump is believed at once.
    let step = filtered((0..20).map(|i| if i < 10 { 0.0 } else { 1.0 }));
    assert_eq!(step[10], 1.0);
    // A head that turns: one head a second is 0.033 a frame; the lag may be one frame.
    let ramp = filtered((0..60).map(|i| f64::from(i) / 30.0));
    let lag = (59.0 / 30.0 - ramp[59]) * 30.0;
    assert!((0.0..=1.0).contains(&lag), "{lag} frames behind");
    // A pause does not pull the picture back to where it was.
    let mut filter = OneEuro::<1>::new(Tuning::default());
    filter.next([0.0], 0.0);
    assert_eq!(filter.next([0.2], 5.0), [0.2]);
}

#[test]
fn a_piece_does_not_flicker_and_does_not_stay_away() {
    let mut hesitation = Hesitation::default();
    let mut shown =
        |drawn: bool, time: f64| hesitation.decide("ring", Piece::EarringL, drawn, time) == Visibility::Show;
    assert!(shown(true, 0.0));
    // Every other frame behind the head, for a second: it stays.
    for frame in 1..30 {
        assert!(shown(frame % 2 == 0, f64::from(frame) / 30.0));
    }
    // Behind the head for good: it goes, within a fifth of a second.
    let gone = (30..60)
        .find(|frame| !shown(false, f64::from(*frame) / 30.0))
        .unwrap();
    assert!((32..=36).contains(&gone), "{gone}");
}

fn synthetic(folder: &Path, more: &[&str]) -> serde_json::Value {
    let args = ["live", "--headless", "--source", "synthetic", "--json"];
    json(&bijou(folder, &[&args, more].concat()))
}

#[test]
fn the_turning_head_is_followed_and_a_still_one_stands() {
    let folder = tempfile::tempdir().unwrap();
    // 120 frames stand still, the rest turns once to each side and back.
    let report = synthetic(folder.path(), &["--frames", "200", "--lockstep"]);
    let number = |path: &str| report.pointer(path).unwrap().as_f64().unwrap();
    assert_eq!(number("/frames"), 200.0);
    assert_eq!(number("/with_head"), 200.0);
    assert_eq!(number("/losses"), 0.0);
    assert_eq!(number("/dropped"), 0.0);
    assert!(number("/jitter_px") <= 0.3, "{report}");
    // What the anchors network can do, and that following costs nothing of it.
    assert!(number("/truth/lobes") < 6.0, "{report}");
    assert!(number("/truth/visibility") > 0.9, "{report}");
    if let Some(memory) = report["memory_mib"].as_array() {
        let grown = memory[1].as_f64().unwrap() - memory[0].as_f64().unwrap();
        assert!(grown < 16.0, "{report}");
    }
}

#[test]
fn two_people_wear_it_a_recording_is_kept_and_a_photograph_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let people = ["assets/portraits/amara.jpg", "assets/portraits/freya.jpg"]
        .map(|p| image::open(root().join(p)).unwrap().to_rgb8());
    let (w, h) = people[0].dimensions();
    let mut both = image::RgbImage::from_pixel(2 * w, h, image::Rgb([120, 120, 120]));
    for (i, person) in people.iter().enumerate() {
        image::imageops::overlay(&mut both, person, i64::from(w) * i as i64, 0);
    }
    both.save(folder.path().join("two.png")).unwrap();
    let args = [
        "live",
        "--headless",
        "--source",
        "two.png",
        "--faces",
        "2",
        "--frames",
        "12",
        "--lockstep",
        "--record",
        "film",
        "--snapshot",
        "photo.png",
        "--json",
    ];
    let report = json(&bijou(folder.path(), &args));
    assert_eq!(report["with_head"], 12);
    let film = folder.path().join("film");
    let names = files(&film);
    assert!(
        names.contains(&"times.csv".to_owned()) && names.len() > 4,
        "{names:?}"
    );
    // Jewellery on both halves of the last picture kept.
    let last = names.iter().rev().find(|n| n.ends_with(".jpg")).unwrap();
    let shown = image::open(film.join(last)).unwrap().to_rgb8();
    let plain = image::imageops::resize(
        &both,
        shown.width(),
        shown.height(),
        image::imageops::FilterType::Triangle,
    );
    let changed = |from: u32, to: u32| {
        (from..to)
            .flat_map(|x| (0..shown.height()).map(move |y| (x, y)))
            .filter(|&(x, y)| {
                let (a, b) = (shown.get_pixel(x, y).0, plain.get_pixel(x, y).0);
                a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 60)
            })
            .count()
    };
    let middle = shown.width() / 2;
    assert!(changed(0, middle) > 20, "{}", changed(0, middle));
    assert!(
        changed(middle, shown.width()) > 20,
        "{}",
        changed(middle, shown.width())
    );
    assert!(
        Photo::recipe_in(&folder.path().join("photo.png"))
            .unwrap()
            .is_some()
    );
    // A second recording into the same folder would mix two films.
    let again = bijou(
        folder.path(),
        &[
            "live",
            "--headless",
            "--source",
            "two.png",
            "--frames",
            "1",
            "--record",
            "film",
        ],
    );
    fails(&again, 1, &["film already holds a recording"]);
}

#[test]
fn wrong_sources_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let live = |source: &[&str]| {
        let args = ["live", "--headless", "--frames", "3", "--source"];
        bijou(folder.path(), &[&args, source].concat())
    };
    fails(&live(&["camera:nine"]), 1, &["camera:nine", "camera:0"]);
    fails(&live(&["missing.jpg"]), 1, &["missing.jpg"]);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    fails(&live(&["empty"]), 1, &["no picture found in empty"]);
    std::fs::write(folder.path().join("torn.webp"), &b"RIFF\x10\0\0\0WEBPVP8X"[..]).unwrap();
    fails(&live(&["torn.webp"]), 1, &["torn.webp"]);
    let missing = live(&["camera:99"]);
    assert_eq!(missing.status.code(), Some(1));
    let list = bijou(folder.path(), &["live", "--list"]);
    let said = String::from_utf8_lossy(&list.stderr).into_owned();
    assert!(list.status.success() || said.contains("camera"), "{said}");
}

#[test]
fn a_picture_without_people_and_an_animation_run_on() {
    let folder = tempfile::tempdir().unwrap();
    let still = folder.path().join("wall.png");
    image::RgbImage::from_pixel(320, 240, image::Rgb([70, 80, 90]))
        .save(&still)
        .unwrap();
    let films: [PathBuf; 2] = [still, root().join("assets/live/turning.webp")];
    for (film, heads) in films.iter().zip([0, 5]) {
        let film = film.to_str().unwrap();
        let args = [
            "live",
            "--headless",
            "--frames",
            "5",
            "--lockstep",
            "--json",
            "--source",
        ];
        let report = json(&bijou(folder.path(), &[&args[..], &[film]].concat()));
        assert_eq!(report["with_head"], heads, "{film}");
    }
}
