//! From plans, reports and findings to text: one renderer per format, one sanitizer per destination. It must not
//! print, and it gets at URLs only in their shown form.

pub mod bound;
pub mod change;
pub mod differs;
mod excerpt;
pub mod findings;
pub mod grouping;
pub mod joined_text;
pub mod notices;
pub mod paint;
pub mod plan_text;
pub mod progress;
pub mod report_text;
pub mod runs_text;
pub mod sanitize;
pub mod selection;
pub mod subject;
pub mod trouble;
pub mod v1;

use std::collections::HashSet;
use std::time::Duration;

pub use paint::Paint;
pub use plan_text::Against;

use crate::plan::{Asked, Plan, PlanLine, Planned, Status};
use crate::webhook::Fingerprints;

/// A plan as text; instances are shown together where their true values are alike.
pub fn plan_as_text(
    plan: &Plan,
    fingerprints: &Fingerprints,
    against: Against,
    paint: Paint,
) -> String {
    // Instances of which there is nothing to tell are counted, not listed.
    let told: Vec<&PlanLine> = plan.lines.iter().filter(|line| is_told(line)).collect();
    // Text says nothing of the exit code, so it doesn't matter what was asked.
    let exit = plan.exit_code(Asked::Troubles);
    let alike = grouping::alike(&told);
    // Those that change alike are told by the first of them.
    let firsts: HashSet<usize> = alike
        .iter()
        .filter_map(|group| group.first().copied())
        .collect();
    let document = v1::plan_of::part(
        plan,
        &told,
        |place| firsts.contains(&place),
        fingerprints,
        exit,
    );
    plan_text::plan(&document, &alike, against, paint)
}

/// Whether text says anything of an instance, be it only that a notice names it.
fn is_told(line: &PlanLine) -> bool {
    let has_remarks = |planned: &Planned| !planned.remarks.is_empty();
    line.status != Status::Unchanged || line.compared().is_some_and(has_remarks)
}

/// A duration as people say it, such as `30 s` or `250 ms`.
pub fn human_duration(duration: Duration) -> String {
    if duration.as_millis().is_multiple_of(1000) {
        format!("{} s", duration.as_secs())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

/// `1 instance`, `2 instances`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
