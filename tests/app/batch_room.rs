//! The batch room: put together by hand, made by the same batch as the command line's.

use super::first_day;
use bijou::app::dialog::Answer;
use eframe::egui::Role;
use egui_kittest::kittest::Queryable;

#[test]
fn a_batch_is_put_together_started_and_ends_with_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("night");
    let mut desk = first_day();
    desk.until("the catalogue", |app| app.desk().listed);
    desk.window
        .get_by_role_and_label(Role::RadioButton, "Batch")
        .click_accesskit();
    desk.window.run_steps(2);
    let portraits = desk.window.state().desk().document().portraits.clone();
    // All but two are left out; pendants instead of what is worn would be more.
    for path in &portraits[2..] {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        desk.window
            .get_by_role_and_label(Role::CheckBox, &format!("{name} in the batch"))
            .click_accesskit();
    }
    desk.window.run_steps(3);
    desk.window.state_mut().answer(Answer::BatchFolder(out.clone()));
    desk.until("the presets", |_| true);
    let start = std::time::Instant::now();
    while desk.window.query_by_label("Pictures: 2").is_none() {
        desk.window.step();
        assert!(start.elapsed().as_secs() < 60, "the plan was not counted");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    desk.window.get_by_label("Make the pictures").click_accesskit();
    desk.window.run_steps(2);
    let start = std::time::Instant::now();
    while desk.window.query_by_label("Open the report").is_none() {
        desk.window.step();
        assert!(start.elapsed().as_secs() < 90, "the batch did not end");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(desk.window.query_by_label("2 of 2 pictures are made.").is_some());
    let made: Vec<_> = std::fs::read_dir(out.join("elif")).unwrap().collect();
    assert_eq!(made.len(), 1);
    assert!(out.join("report.html").is_file());
}
