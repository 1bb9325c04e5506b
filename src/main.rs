//! The `bijou` program: reads the command line, runs one command, prints what went wrong.

#![deny(clippy::print_stdout)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            // Causes read as one sentence; the first names the thing, the last says why.
            let text = error
                .chain()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": ");
            eprintln!("bijou: {text}");
            ExitCode::FAILURE
        }
    }
}
