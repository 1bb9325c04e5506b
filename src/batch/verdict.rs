//! The quality gate: does a picture pass, or does it deserve a person's look?

use super::Gate;
use crate::pipeline::Report;
use serde::{Deserialize, Serialize};

/// What is thought of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Within all bounds.
    Pass,
    /// Made, and outside a bound: a person should look at it.
    Look,
    /// Not made.
    Fail,
}

/// A verdict and its reasons, a sentence each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is not a pass.
    pub reasons: Vec<String>,
}

impl Judgement {
    /// A picture that could not be made.
    pub fn fail(reason: String) -> Self {
        Self {
            verdict: Verdict::Fail,
            reasons: vec![reason],
        }
    }
}

impl Gate {
    /// Judges a try-on by its report.
    pub fn judge(&self, report: &Report) -> Judgement {
        let mut reasons = Vec::new();
        let drawn: Vec<_> = report.pieces.iter().filter(|p| p.hidden.is_none()).collect();
        if drawn.is_empty() {
            let why = report.pieces.iter().find_map(|p| p.why.as_deref());
            reasons.push(format!(
                "nothing of it can be seen: {}",
                why.unwrap_or("no piece")
            ));
        }
        for piece in drawn.iter().filter(|p| f64::from(p.visible) < self.visible) {
            reasons.push(format!(
                "only {:.0} % of {} can be seen",
                100.0 * piece.visible,
                piece.name()
            ));
        }
        if report.face < self.face {
            reasons.push(format!(
                "the face is found with {:.0} % only",
                100.0 * report.face
            ));
        }
        if report.pose.yaw.abs() > self.yaw {
            reasons.push(format!("the head is turned {:.0}°", report.pose.yaw.abs()));
        }
        let error = report.mm_per_px.error / report.mm_per_px.value;
        if error > self.scale_error {
            reasons.push(format!("sizes are true to ±{:.0} % only", 100.0 * error));
        }
        if report.other_head {
            reasons.push("there is more than one face; the largest wears it".into());
        }
        Judgement {
            verdict: if reasons.is_empty() {
                Verdict::Pass
            } else {
                Verdict::Look
            },
            reasons,
        }
    }
}
