//! A report as text: what became of each instance, and one closing line.

use super::colors::Colors;
use super::grouped::{group, hint_of};
use super::hints::reason;
use super::names::{Named, subjects};
use crate::escape::truncate::{self, list};
use crate::report::{Outcome, Report, ReportTotals};
use crate::webhook::Fingerprints;

/// The whole report; the last line is its summary. Unchanged instances are counted, not listed.
pub fn report(report: &Report, fingerprints: &Fingerprints, colors: Colors) -> String {
    let told = report.lines.iter().filter_map(|line| {
        let (what, why) = told(&line.outcome, fingerprints)?;
        Some((Named::from(&*line.subject), what, why))
    });
    let mut lines = outcomes(told, colors);
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(colors.bold(closing(report.totals())));
    lines.join("\n") + "\n"
}

/// `WHAT WHO: WHY`, equal outcomes once.
pub(super) fn outcomes<'a>(
    told: impl Iterator<Item = (Named<'a>, &'static str, String)>,
    colors: Colors,
) -> Vec<String> {
    let alike = group(
        told,
        |(_, what, why)| hint_of((what, why)),
        |left, right| (left.1, &left.2) == (right.1, &right.2),
    );
    let mut lines: Vec<String> = Vec::new();
    for alike in alike {
        let (who, list) = subjects(alike.iter().map(|(named, ..)| *named));
        let (_, what, why) = &alike[0];
        let label = match *what {
            "applied and verified:" => colors.green(what),
            "skipped:" => colors.dim(what),
            "stale:" | "blocked:" => colors.yellow(what),
            _ => colors.red(what),
        };
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(": {}", truncate::message(why))
        };
        lines.push(format!("{label} {who}{why}"));
        lines.extend(list);
    }
    lines
}

/// The closing line (§ Text).
pub(super) fn closing(totals: ReportTotals) -> String {
    format!(
        "Apply complete: {} applied, {} unchanged, {} failed, {} stale, {} blocked, {} skipped.",
        totals.applied,
        totals.unchanged,
        totals.failed,
        totals.stale,
        totals.blocked,
        totals.skipped
    )
}

fn told(outcome: &Outcome, fingerprints: &Fingerprints) -> Option<(&'static str, String)> {
    let why = || {
        reason(outcome, fingerprints)
            .map(|problem| problem.message)
            .unwrap_or_default()
    };
    Some(match outcome {
        Outcome::Unchanged => return None,
        Outcome::Verified { lost_fields } if lost_fields.is_empty() => {
            ("applied and verified:", String::new())
        }
        Outcome::Verified { lost_fields } => (
            "applied and verified:",
            format!(
                "the API did not keep fields unknown to hookfleet: {}",
                list(lost_fields.iter().map(AsRef::as_ref))
            ),
        ),
        Outcome::Unverified(_) => ("not verified:", why()),
        Outcome::Failed { .. } => ("failed:", why()),
        Outcome::Stale(_) => ("stale:", why()),
        Outcome::Blocked { .. } => ("blocked:", why()),
        Outcome::Skipped(reason) => ("skipped:", reason.as_deref().unwrap_or_default().to_owned()),
    })
}
