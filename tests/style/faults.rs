//! Sizes that disagree, a device that is lost.

use super::*;

#[test]
fn sizes_that_disagree_are_refused() {
    let mut styler = styler();
    let style = Style::parse("noir").unwrap();
    let mut wrong = picture(8, 8);
    wrong.pixels.pop();
    assert!(matches!(
        styler.apply(&style, &wrong),
        Err(Error::Size {
            what: "picture",
            found: 63,
            ..
        })
    ));
    let mut wrong = picture(8, 8);
    wrong.wear = Some(Wear {
        rect: Rect {
            x: 0,
            y: 0,
            width: 8,
            height: 8,
        },
        weight: vec![],
    });
    assert!(matches!(
        styler.apply(&style, &wrong),
        Err(Error::Size {
            what: "wear mask",
            found: 0,
            ..
        })
    ));
    // A mask that reaches beyond the picture is cut to it; an empty picture stays empty.
    let beyond = worn(
        picture(8, 8),
        Rect {
            x: 4,
            y: 4,
            width: 20,
            height: 20,
        },
    );
    assert!(
        styler
            .apply(&Style::parse("jewel_glow").unwrap(), &beyond)
            .is_ok()
    );
    assert!(styler.apply(&style, &picture(0, 0)).unwrap().pixels.is_empty());
}

#[test]
fn a_lost_device_is_an_error_not_a_panic() {
    let mut styler = styler();
    let style = Style::parse("noir").unwrap();
    assert!(styler.apply(&style, &picture(16, 16)).is_ok());
    styler.gpu().device().destroy();
    for _ in 0..2 {
        let error = styler.apply(&style, &picture(16, 16)).unwrap_err();
        assert!(matches!(error, Error::Gpu(gpu::Error::Lost { .. })), "{error:?}");
    }
}

#[test]
fn a_device_lost_in_the_middle_leaves_the_photo_as_it_was() {
    let mut styler = styler().with_tile(64);
    let style = Style::parse("oil_painting").unwrap();
    let before = tiles::photo(600, 900);
    let mut photo = before.clone();
    let device = styler.gpu().device().clone();
    // The first tiles are done by then, the last are not.
    let puller = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(150));
        device.destroy();
    });
    let done = styler.apply_to(&style, &mut photo, None);
    puller.join().unwrap();
    let error = done.unwrap_err();
    assert!(matches!(error, Error::Gpu(gpu::Error::Lost { .. })), "{error:?}");
    assert!(photo.samples() == before.samples(), "half a look is left behind");
}
