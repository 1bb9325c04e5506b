//! When the graphics device goes away: the work is saved, the program starts itself again and says why. The toolkit
//! cannot open another device in the same process.

use super::App;
use super::action::Action;
use std::ffi::OsStr;
use std::io;
use std::process::Command;
use std::time::Duration;

/// Tells the new program why the old one ended.
pub const AFTER_LOSS: &str = "BIJOU_AFTER_LOSS";
/// A device that is lost again so soon would be lost for ever: the user decides then.
const SETTLED: Duration = Duration::from_secs(30);

impl App {
    /// Notices a graphics device that went away or failed.
    pub(super) fn watch(&mut self, ctx: &eframe::egui::Context) {
        let Some(Err(error)) = self.gpu.as_ref().map(|gpu| gpu.check("drawing the window")) else {
            return;
        };
        if matches!(error, crate::gpu::Error::Lost { .. }) {
            self.lose(ctx, error.to_string());
        } else {
            let words = self.desk.words;
            let text = words.fill("gpu-fault", &[("why", &error)]);
            self.toasts.offer(text, words.say("restart"), Action::Restart);
        }
    }

    /// The device is gone: everything is saved at once, and the window closes to be opened again.
    pub fn lose(&mut self, ctx: &eframe::egui::Context, why: String) {
        if self.lost.is_none() {
            self.lost = Some(why);
            self.again(ctx);
        }
    }

    /// Saves everything and closes the window; who opened it starts the program again.
    pub(super) fn again(&mut self, ctx: &eframe::egui::Context) {
        self.unsaved.get_or_insert_with(std::time::Instant::now);
        self.save_now();
        self.restarts = true;
        ctx.send_viewport_cmd(eframe::egui::ViewportCommand::Close);
    }
}

/// Starts the program again with the arguments it had; `why` where that was not the user's wish.
///
/// # Errors
/// When the system does not start it.
pub fn again(why: Option<&str>) -> io::Result<()> {
    let program = std::env::current_exe()?;
    command(&program, std::env::args_os().skip(1), why)
        .spawn()
        .map(drop)
}

/// What starts it.
fn command(
    program: &std::path::Path,
    arguments: impl Iterator<Item = impl AsRef<OsStr>>,
    why: Option<&str>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    match why {
        Some(why) => command.env(AFTER_LOSS, why),
        None => command.env_remove(AFTER_LOSS),
    };
    command
}

/// May a program that ran so long, and was itself started after a loss or not, start itself again unasked?
pub fn may_start(ran: Duration, after_loss: bool) -> bool {
    !after_loss || ran > SETTLED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_again_with_its_arguments_and_the_reason() {
        let command = command(
            "/opt/bijou".as_ref(),
            ["me.jpg", "--frame-stats"].iter(),
            Some("driver reset"),
        );
        assert_eq!(command.get_program(), "/opt/bijou");
        assert_eq!(
            command.get_args().collect::<Vec<_>>(),
            ["me.jpg", "--frame-stats"]
        );
        let reason = command.get_envs().find(|(name, _)| *name == AFTER_LOSS);
        assert_eq!(
            reason.and_then(|(_, value)| value),
            Some(OsStr::new("driver reset"))
        );
    }

    #[test]
    fn a_device_that_is_lost_again_and_again_is_left_to_the_user() {
        let (soon, late) = (Duration::from_secs(3), Duration::from_secs(300));
        assert!(may_start(soon, false) && may_start(late, true));
        assert!(!may_start(soon, true));
    }
}
