//! Opening the window.

use super::{App, FrameTimes, Options, restart, theme};
use crate::gpu::{self, Gpu};
use eframe::egui::{IconData, ViewportBuilder};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Why there is no window, or no longer one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No display, or no graphics device for it.
    #[error(
        "no window can be opened here ({0}); on a machine without a display use `bijou try-on PORTRAIT --product ID`"
    )]
    NoWindow(String),
    /// The graphics device went away.
    #[error("{0}; your work is saved, start bijou again")]
    Lost(String),
    /// The user wished it to start again.
    #[error("bijou did not start again: {0}; your work is saved, start it yourself")]
    NotRestarted(String),
    /// The device went away, and the program was started again.
    #[error("{0}; your work is saved and opened again in a new window")]
    Restarted(String),
}

/// Opens the window and stays until it is closed. Gives how long frames took.
///
/// # Errors
/// [`Error`] when there is no display, or the graphics device goes away.
pub fn run(options: Options) -> Result<FrameTimes, Error> {
    let frames = FrameTimes::default();
    if !has_display() {
        return Err(Error::NoWindow("no display was found".into()));
    }
    let end = Arc::new(Mutex::new(End::default()));
    let after_loss = options.after_loss.is_some();
    let begun = Instant::now();
    let viewport = ViewportBuilder::default()
        .with_title("Bijou")
        .with_app_id("bijou")
        .with_icon(icon())
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([960.0, 640.0]);
    let native = eframe::NativeOptions {
        viewport,
        ..Default::default()
    };
    let (times, told) = (frames.clone(), Arc::clone(&end));
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let mut app = App::new(&cc.egui_ctx, options, times)?;
        let state = cc.wgpu_render_state.as_ref();
        app.gpu = state.map(|s| Gpu::adopt(s.device.clone(), s.queue.clone()));
        lock(&told).gpu.clone_from(&app.gpu);
        Ok(Box::new(Watched { app, told }))
    });
    // The toolkit panics when its device goes away in the middle of a frame; the app is dropped then, and saves.
    let opened = catch_unwind(AssertUnwindSafe(|| eframe::run_native("Bijou", native, create)));
    let end = std::mem::take(&mut *lock(&end));
    if let Some(reason) = end.loss(opened.is_err()) {
        if restart::may_start(begun.elapsed(), after_loss) && restart::again(Some(&reason)).is_ok() {
            return Err(Error::Restarted(reason));
        }
        return Err(Error::Lost(reason));
    }
    match opened {
        Ok(opened) => opened.map_err(|e| Error::NoWindow(e.to_string()))?,
        Err(panic) => resume_unwind(panic),
    }
    if end.restarts {
        restart::again(None).map_err(|e| Error::NotRestarted(e.to_string()))?;
    }
    Ok(frames)
}

/// How the window ended.
#[derive(Default)]
struct End {
    gpu: Option<Gpu>,
    lost: Option<String>,
    restarts: bool,
}

impl End {
    /// Why the graphics device is gone, when it is; the app itself may not have come to notice it. A toolkit that
    /// `panicked` over a fault of the device cannot go on with it either.
    fn loss(&self, panicked: bool) -> Option<String> {
        let unnoticed = || {
            let gpu = self.gpu.as_ref()?;
            gpu.listen();
            let error = gpu.check("drawing the window").err()?;
            let gone = panicked || matches!(error, gpu::Error::Lost { .. });
            gone.then(|| error.to_string())
        };
        self.lost.clone().or_else(unnoticed)
    }
}

fn lock(end: &Mutex<End>) -> MutexGuard<'_, End> {
    end.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The app, and where it leaves word of how it ends.
struct Watched {
    app: App,
    told: Arc<Mutex<End>>,
}

impl eframe::App for Watched {
    fn ui(&mut self, ui: &mut eframe::egui::Ui, frame: &mut eframe::Frame) {
        self.app.ui(ui, frame);
        if self.app.restarts {
            let mut end = lock(&self.told);
            end.restarts = true;
            end.lost.clone_from(&self.app.lost);
        }
    }

    fn clear_color(&self, visuals: &eframe::egui::Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }

    fn on_exit(&mut self) {
        self.app.on_exit();
    }
}

/// On Linux a window needs one of these; asking first gives a better sentence than failing.
fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET")
}

/// A gold ring on the dark ground.
fn icon() -> IconData {
    const SIDE: u32 = 64;
    let palette = theme::Theme::Dark.palette();
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for i in 0..SIDE * SIDE {
        let (x, y) = (f64::from(i % SIDE) - 31.5, f64::from(i / SIDE) - 31.5);
        let ring = (2.8 - ((x.powi(2) + (y - 5.0).powi(2)).sqrt() - 17.0).abs()).clamp(0.0, 1.0);
        let stone = (6.5 - (x.abs() + (y + 16.0).abs())).clamp(0.0, 1.0);
        let inside = (31.0 - (x.powi(6) + y.powi(6)).powf(1.0 / 6.0)).clamp(0.0, 1.0);
        let colour = palette
            .canvas
            .lerp_to_gamma(palette.accent, ring.max(stone) as f32);
        rgba.extend([colour.r(), colour.g(), colour.b(), (inside * 255.0) as u8]);
    }
    IconData {
        rgba,
        width: SIDE,
        height: SIDE,
    }
}
