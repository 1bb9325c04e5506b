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
        println!("PSNR {:.2} dB", report.psnr);
        println!("SSIM {:.4}", report.ssim);
        println!("mean ΔE2000 {:.3}", report.delta_e2000);
        println!(
            "{} of {} pixels differ",
            report.differing_pixels,
            u64::from(report.width) * u64::from(report.height)
        );
    }
    Ok(ExitCode::SUCCESS)
}
