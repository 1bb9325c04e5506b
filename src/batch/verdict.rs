//! The quality gate: does a picture pass, or does it deserve a person's look?

use super::Gate;
use crate::pipeline::{PieceReport, Report};
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
    /// A pass, or a look when there are reasons for one.
    fn of(reasons: Vec<String>) -> Self {
        let verdict = if reasons.is_empty() {
            Verdict::Pass
        } else {
            Verdict::Look
        };
        Self { verdict, reasons }
    }

    /// A picture that could not be made.
    pub fn fail(reason: String) -> Self {
        Self {
            verdict: Verdict::Fail,
            reasons: vec![reason],
        }
    }
}

impl Gate {
    /// Judges a try-on by its report, and its picture by how much it was enlarged.
    pub fn judge(&self, report: &Report, enlarged: f64) -> Judgement {
        if report.outside > 0 {
            let pixels = report.outside;
            return Judgement::fail(format!(
                "{pixels} pixels outside the wear mask changed; the picture is not kept: please report this"
            ));
        }
        let mut reasons = self.seen(report);
        for piece in report.pieces.iter().filter(|p| p.is_cut()) {
            reasons.push(format!(
                "{} is cut off by the picture's edge",
                piece.name(&report.pieces)
            ));
        }
        if report.pieces.iter().any(PieceReport::is_over_hat) {
            reasons.push("the head is covered: the tiara lies over it".into());
        }
        for piece in report.pieces.iter().filter(|p| p.is_over_collar()) {
            reasons.push(format!(
                "the neckline is closed: {} lies over the clothes",
                piece.name(&report.pieces)
            ));
        }
        for piece in report.pieces.iter().filter(|p| p.is_behind_hand()) {
            reasons.push(format!(
                "a part of {} is behind a hand",
                piece.name(&report.pieces)
            ));
        }
        for piece in report.pieces.iter().filter(|p| p.shorter_mm > 0.0) {
            reasons.push(format!(
                "{} is worn {:.0} cm shorter than it is: its pendant would hang out of the picture",
                piece.name(&report.pieces),
                piece.shorter_cm()
            ));
        }
        for piece in report.pieces.iter().filter(|p| p.replaces) {
            reasons.push(format!(
                "{} takes the place of one that is worn already",
                piece.name(&report.pieces)
            ));
        }
        let far = |p: &&PieceReport| p.colour_error.is_some_and(|e| f64::from(e) > self.colour);
        for piece in report.pieces.iter().filter(far) {
            reasons.push(format!(
                "{} is not true to its artwork: ΔE {:.1} after undoing the light",
                piece.name(&report.pieces),
                piece.colour_error.unwrap_or_default()
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
        reasons.extend(self.size(enlarged));
        Judgement::of(reasons)
    }

    /// Judges a packshot, which has nothing but its size to be judged by.
    pub fn judge_packshot(&self, enlarged: f64) -> Judgement {
        Judgement::of(self.size(enlarged).into_iter().collect())
    }

    /// What is wrong with how much of the product can be seen.
    fn seen(&self, report: &Report) -> Vec<String> {
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
                piece.name(&report.pieces)
            ));
        }
        reasons
    }

    fn size(&self, enlarged: f64) -> Option<String> {
        let much = enlarged > self.enlarged;
        much.then(|| format!("enlarged {enlarged:.1} times: give a larger original"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchors::{Measure, Pose};
    use crate::placement::Piece;

    #[test]
    fn a_packshot_of_a_small_artwork_deserves_a_look() {
        let gate = Gate::default();
        assert_eq!(gate.judge_packshot(1.9).verdict, Verdict::Pass);
        let look = gate.judge_packshot(2.1);
        assert!(look.verdict == Verdict::Look && look.reasons[0].contains("2.1"));
    }

    fn necklace(product: &str, over_clothes: bool) -> PieceReport {
        PieceReport {
            product: product.to_owned(),
            piece: Piece::Necklace,
            hidden: None,
            why: None,
            visible: 1.0,
            framed: 1.0,
            behind_hand: 0.0,
            over_clothes,
            shorter_mm: 0.0,
            replaces: false,
            deepest_shadow: 0.2,
            changed: 0.01,
            px_per_mm: 3.0,
            colour_error: None,
        }
    }

    #[test]
    fn a_necklace_over_a_closed_neckline_deserves_a_look_and_is_named() {
        let judged = |pieces| {
            let pose = Pose {
                yaw: 0.0,
                pitch: 0.0,
                roll: 0.0,
            };
            let report = Report {
                engine: String::new(),
                requested_device: String::new(),
                device: String::new(),
                notes: vec![],
                mm_per_px: Measure {
                    value: 0.3,
                    error: 0.01,
                },
                pose,
                face: 0.99,
                other_head: false,
                monochrome: false,
                outside: 0,
                models_ms: 0.0,
                pieces,
                stages: vec![],
            };
            Gate::default().judge(&report, 1.0)
        };
        assert_eq!(judged(vec![necklace("pearls", false)]).verdict, Verdict::Pass);
        let over = judged(vec![necklace("pearls", true)]);
        assert_eq!(over.verdict, Verdict::Look);
        assert!(over.reasons[0].contains("the necklace lies over"), "{over:?}");
        let two = judged(vec![necklace("pearls", true), necklace("chain", true)]);
        for (reason, product) in two.reasons.iter().zip(["pearls", "chain"]) {
            assert!(
                reason.contains(&format!("the necklace {product} lies")),
                "{reason}"
            );
        }
    }
}
