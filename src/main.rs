//! The `bijou` program: reads the command line, runs one command, prints what went wrong.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    without_telemetry();
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            // Causes read as one sentence; the first names the thing, the last says why.
            let text = error
                .chain()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": ");
            cli::say(&format!("bijou: {text}"));
            ExitCode::FAILURE
        }
    }
}

/// Official builds of ONNX Runtime tell their maker that they run, and keep a number of the device in the user's cache,
/// before its interface can be asked not to; this variable is what they ask first.
fn without_telemetry() {
    #[allow(
        unsafe_code,
        reason = "there is no other way to set it for a library of this process"
    )]
    // SAFETY: `main` has just begun, and no other thread is there to read the environment.
    unsafe {
        std::env::set_var("ORT_DISABLE_TELEMETRY", "1");
    }
}
