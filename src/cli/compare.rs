//! `bijou compare A B`: how much two pictures differ.

use bijou::compare::compare;
use bijou::photo::Photo;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// A picture
    a: PathBuf,
    /// Another picture of the same size
    b: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let report = compare(&Photo::open(&args.a)?, &Photo::open(&args.b)?)?;
    if args.json {
        super::print_json(&report)?;
    } else {
        let all = u64::from(report.width) * u64::from(report.height);
        super::print(&format!(
            "PSNR {:.2} dB\nSSIM {:.4}\nmean ΔE2000 {:.3}\n{} of {all} pixels differ",
            report.psnr, report.ssim, report.delta_e2000, report.differing_pixels
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
