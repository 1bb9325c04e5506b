//! What hands do on the picture: corners, knobs, both ears, and a look that stays under the hand.

use super::{Desk, first_day};
use bijou::app::live;
use bijou::placement::{Adjustment, Piece};
use eframe::egui::{Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, Role, TouchPhase, Vec2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use std::time::Instant;

const FIRST: &str = "emerald-drop-gold";
const RIGHT: &str = "Emerald drop with halo, gold · right earring";

fn adjustment(desk: &Desk, piece: Piece) -> Adjustment {
    let document = desk.window.state().desk().document();
    let portrait = document.portrait().unwrap();
    let adjustments = document.adjustments(portrait, FIRST);
    adjustments.get(&piece).copied().unwrap_or_default()
}

fn press_at(desk: &mut Desk, from: Pos2) {
    desk.window.hover_at(from);
    desk.window.step();
    desk.window.drag_at(from);
    desk.window.step();
}

/// Presses, moves in small steps, lets go.
fn drag(desk: &mut Desk, from: Pos2, by: Vec2) {
    press_at(desk, from);
    for i in 1..=8 {
        desk.window.hover_at(from + by * (i as f32 / 8.0));
        desk.window.step();
    }
    desk.window.drop_at(from + by);
    desk.window.run_steps(2);
}

/// A click on the earring shows its handles.
fn select(desk: &mut Desk) -> Pos2 {
    let center = desk.window.get_by_label(RIGHT).rect().center();
    press_at(desk, center);
    desk.window.drop_at(center);
    desk.window.run_steps(2);
    center
}

#[test]
fn a_corner_scales_and_the_knob_turns() {
    let mut desk = first_day();
    desk.settle();
    let center = select(&mut desk);
    let lowest = |desk: &Desk| {
        let corners = desk.window.get_all_by_label("Drag to change the size");
        let places = corners.map(|c| c.rect().center());
        places.max_by(|a, b| (a.y + a.x).total_cmp(&(b.y + b.x))).unwrap()
    };
    let corner = lowest(&desk);
    drag(&mut desk, corner, vec2(10.0, 24.0));
    let scaled = adjustment(&desk, Piece::EarringR);
    assert!(scaled.scale > 1.2, "{scaled:?}");
    assert_eq!((scaled.rotation, scaled.shift_mm.length()), (0.0, 0.0));
    let knob = desk.window.get_by_label("Drag to turn").rect().center();
    // The knob is above the hook: to its right is clockwise.
    drag(&mut desk, knob, vec2(14.0, 4.0));
    let turned = adjustment(&desk, Piece::EarringR);
    assert!(
        turned.rotation > 5.0 && turned.rotation < 80.0,
        "{turned:?} {center}"
    );
    assert_eq!(turned.scale, scaled.scale);
    assert_eq!(
        adjustment(&desk, Piece::EarringL),
        Adjustment::default(),
        "the other ear stays"
    );
    assert_eq!(desk.window.state().desk().history.steps().len(), 2);
}

#[test]
fn both_ears_keep_their_difference_and_a_typed_number_is_for_both() {
    let mut desk = first_day();
    desk.settle();
    let set = |desk: &mut Desk, label: &str, value: f64| {
        let slider = desk.window.get_by_role_and_label(Role::Slider, label);
        slider.set_value_accesskit(value);
        desk.window.run_steps(3);
    };
    desk.press("Which ear: Right");
    set(&mut desk, "Size", 120.0);
    desk.press("Which ear: Both");
    let sizes =
        |desk: &Desk| [Piece::EarringL, Piece::EarringR].map(|p| (adjustment(desk, p).scale * 100.0).round());
    assert_eq!(sizes(&desk), [100.0, 120.0]);
    let field = desk.window.get_by_label("Size, exact value");
    let value = field.value().unwrap_or_default();
    assert!(value.contains("120") && value.contains("100"), "{value}");
    // The slider stands at 110; moved by 20 it moves both by 20.
    set(&mut desk, "Size", 130.0);
    assert_eq!(sizes(&desk), [120.0, 140.0]);
    desk.press("Which ear: Left");
    desk.press("Visibility: Hide");
    desk.press("Which ear: Both");
    let seen = ["Visibility: Auto", "Visibility: Hide"]
        .map(|l| desk.window.get_by_label(l).accesskit_node().toggled() == Some(true.into()));
    assert_eq!(seen, [false, false], "neither is common to both ears");
    desk.press("Visibility: Show");
    for piece in [Piece::EarringL, Piece::EarringR] {
        assert_eq!(
            adjustment(&desk, piece).visibility,
            bijou::placement::Visibility::Show
        );
    }
}

/// How far the pixels of the picture are from grey, on average.
fn colour(desk: &mut Desk) -> f64 {
    let image = desk.window.render().unwrap();
    let (mut sum, mut count) = (0.0, 0.0);
    for y in 150..600 {
        for x in 500..850 {
            let [r, g, b, _] = image.get_pixel(x, y).0;
            sum += f64::from(r.max(g).max(b) - r.min(g).min(b));
            count += 1.0;
        }
    }
    sum / count
}

#[test]
fn a_look_stays_under_the_hand_and_the_result_catches_up_while_it_is_held() {
    let mut desk = first_day();
    desk.settle();
    let plain = colour(&mut desk);
    desk.press("Look Noir");
    desk.settle();
    desk.until("a portrait in the look with nothing worn", |app| {
        app.desk().current_bare().is_some()
    });
    let noir = colour(&mut desk);
    assert!(plain > 4.0 * noir, "{plain} {noir}");
    let from = desk.window.get_by_label(RIGHT).rect().center();
    press_at(&mut desk, from);
    for i in 1..=6 {
        desk.window.hover_at(from + vec2(i as f32 * 4.0, i as f32 * 3.0));
        desk.window.step();
    }
    assert!(live::is_ahead(desk.window.state().desk()), "the piece follows");
    let moving = colour(&mut desk);
    assert!(
        moving < noir + plain / 4.0,
        "the look vanished: {noir} {moving} {plain}"
    );
    // The hand rests, still holding the piece.
    let rested = Instant::now();
    desk.until("the shaded result under the resting hand", |app| {
        !live::is_ahead(app.desk())
    });
    println!("caught up after {:?}", rested.elapsed());
    desk.window.drop_at(from + vec2(24.0, 18.0));
    desk.window.run_steps(2);
    assert_eq!(
        desk.window.state().desk().history.steps().len(),
        2,
        "look and one drag"
    );
}

#[test]
fn a_click_on_a_piece_shows_its_sliders() {
    let mut desk = first_day();
    desk.settle();
    desk.press("Pearl strand");
    desk.settle();
    let unfolded = |desk: &Desk, name: &str| {
        let label = format!("Adjust {name}");
        let node = desk.window.get_by_label(&label);
        node.accesskit_node().toggled() == Some(true.into())
    };
    let names = ["Emerald drop with halo, gold", "Pearl strand"];
    assert_eq!(names.map(|name| unfolded(&desk, name)), [false, true]);
    select(&mut desk);
    assert_eq!(names.map(|name| unfolded(&desk, name)), [true, false]);
    // What is put on next is what the hand is at next.
    desk.press("Pearl strand");
    desk.press("Pearl strand");
    assert_eq!(names.map(|name| unfolded(&desk, name)), [false, true]);
}

#[test]
fn the_wheel_zooms_over_a_piece() {
    let mut desk = first_day();
    desk.settle();
    let piece = |desk: &Desk| desk.window.get_by_label(RIGHT).rect();
    let before = piece(&desk);
    desk.window.hover_at(before.center());
    desk.window.step();
    desk.window.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, 240.0),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    // A wheel's notch is spread over some frames.
    desk.window.run_steps(60);
    let after = piece(&desk);
    assert!(after.height() > 1.2 * before.height(), "{before:?} {after:?}");
    assert!(
        after.center().distance(before.center()) < 3.0,
        "{before:?} {after:?}"
    );
}
