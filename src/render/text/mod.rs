//! Documents as text for people: symbols, small diffs, lists, one closing line.

pub mod approval_diff;
pub mod change;
pub mod colors;
pub mod findings;
pub mod grouped;
pub mod hints;
pub mod merged;
pub mod names;
pub mod plan;
pub mod progress;
pub mod report;
pub mod runs;
pub mod selection;

use std::collections::HashSet;

pub use colors::Colors;
pub use plan::Baseline;

use crate::document::plan_of;
use crate::plan::{ExitPolicy, Plan, PlanLine, Planned, Status};
use crate::webhook::Fingerprints;

/// A plan as text; instances are shown together where their true values are alike.
pub fn plan_as_text(
    plan: &Plan,
    fingerprints: &Fingerprints,
    baseline: Baseline,
    colors: Colors,
) -> String {
    // Instances of which there is nothing to tell are counted, not listed.
    let told: Vec<&PlanLine> = plan.lines.iter().filter(|line| is_told(line)).collect();
    // Text says nothing of the exit code, so it doesn't matter what was asked.
    let exit = plan.exit_code(ExitPolicy::Troubles);
    let alike = grouped::alike(&told);
    // Those that change alike are told by the first of them.
    let firsts: HashSet<usize> = alike
        .iter()
        .filter_map(|group| group.first().copied())
        .collect();
    let document = plan_of::part(
        plan,
        &told,
        |place| firsts.contains(&place),
        fingerprints,
        exit,
    );
    plan::plan(&document, &alike, baseline, colors)
}

/// Whether text says anything of an instance, be it only that a notice names it.
fn is_told(line: &PlanLine) -> bool {
    let has_remarks = |planned: &Planned| !planned.remarks.is_empty();
    line.status != Status::Unchanged || line.compared().is_some_and(has_remarks)
}
