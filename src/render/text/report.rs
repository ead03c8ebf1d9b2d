//! Rendering a report: the outcome of each instance, and one summary line.

use std::collections::HashMap;

use super::colors::Colors;
use super::grouped::grouped;
use super::merged::{missing, missing_summary};
use super::names::{InstanceName, InstanceNames, subjects};
use super::plan::notices;
use super::recorded::recorded;
use super::selection::selected;
use crate::document::NoticeV1;
use crate::document::report::{LOST_FIELDS, OutcomeStatusV1, OutcomeV1, ReportSummaryV1, ReportV1};
use crate::english::plural;
use crate::escape::truncate;

/// Renders a report; the last line is its summary. Unchanged instances are counted, not listed.
pub fn report(report: &ReportV1, colors: Colors) -> String {
    if let Some(run) = &report.record {
        return recorded(report, run, colors);
    }
    let (selection, joined) = (report.selection.as_ref(), report.joined.as_ref());
    let count = report.summary.instances;
    let is_lost = |notice: &&NoticeV1| notice.kind == LOST_FIELDS;
    let lost = report.notices.iter().filter(is_lost).flat_map(|notice| {
        let instances = notice.instances.iter();
        instances.map(|id| (&**id, &*notice.message))
    });
    let lost: HashMap<&str, &str> = lost.collect();
    let mut blocks = Vec::new();
    // The plan of a single run has printed its notices.
    if joined.is_some() {
        let names = InstanceNames::of(report.instances.iter());
        let others = report.notices.iter().filter(|notice| !is_lost(notice));
        blocks.push(notices(others, &names, colors));
    }
    blocks.push(outcomes(report, &lost, colors));
    if joined.is_some() {
        blocks.push(missing(joined, selection, count, colors));
        blocks.extend(selected(selection, true, count, colors).map(|line| vec![line]));
    }
    blocks.extend(held_back(&report.summary).map(|line| vec![colors.yellow(line)]));
    let mut text = String::new();
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        text.push_str(&block.join("\n"));
        text.push_str("\n\n");
    }
    text + &colors.bold(closing(&report.summary) + &missing_summary(joined)) + "\n"
}

/// Renders `OUTCOME INSTANCE: REASON`, grouped by outcome; what is blocked comes first.
pub(super) fn outcomes(
    report: &ReportV1,
    lost: &HashMap<&str, &str>,
    colors: Colors,
) -> Vec<String> {
    let rows = report.instances.iter().filter_map(|instance| {
        let what = label(instance)?;
        let error = instance.error.as_ref().map(|error| &*error.message);
        let why = error
            .or(instance.reason.as_deref())
            .or(lost.get(&*instance.id).copied());
        Some((InstanceName::from(instance), what, why.unwrap_or_default()))
    });
    let mut groups = grouped(rows, |(_, what, why)| (*what, *why));
    groups.sort_by_key(|group| group[0].1 != BLOCKED);
    let lines = groups.into_iter().flat_map(|group| {
        let (subject, names) = subjects(group.iter().map(|(named, ..)| *named));
        let (_, what, why) = group[0];
        let label = match what {
            "applied and verified:" => colors.green(what),
            "skipped:" => colors.dim(what),
            "put back in part:" | "stale:" | BLOCKED => colors.yellow(what),
            _ => colors.red(what),
        };
        let why = match why {
            "" => String::new(),
            why => format!(": {}", truncate::message(why)),
        };
        std::iter::once(format!("{label} {subject}{why}")).chain(names)
    });
    lines.collect()
}

const BLOCKED: &str = "blocked:";

/// Returns the label of an outcome; `None` for an unchanged instance.
fn label(instance: &OutcomeV1) -> Option<&'static str> {
    Some(match instance.status {
        OutcomeStatusV1::Unchanged => return None,
        OutcomeStatusV1::Applied if instance.verified && instance.error.is_some() => {
            "put back in part:"
        }
        OutcomeStatusV1::Applied if instance.verified => "applied and verified:",
        OutcomeStatusV1::Applied => "not verified:",
        OutcomeStatusV1::Failed => "failed:",
        OutcomeStatusV1::Stale => "stale:",
        OutcomeStatusV1::Blocked => BLOCKED,
        OutcomeStatusV1::Skipped => "skipped:",
    })
}

/// Says that a run that is blocked has applied nothing, before its last line calls the run complete.
fn held_back(summary: &ReportSummaryV1) -> Option<String> {
    let ReportSummaryV1 {
        applied, blocked, ..
    } = summary;
    let is_held_back = *applied == 0 && *blocked > 0;
    is_held_back.then(|| {
        let are = if *blocked == 1 { "is" } else { "are" };
        format!(
            "Nothing was applied: {} {are} blocked.",
            plural(*blocked, "instance")
        )
    })
}

/// Renders the sums of the summary line.
fn closing(summary: &ReportSummaryV1) -> String {
    let ReportSummaryV1 {
        instances: _,
        applied,
        unchanged,
        failed,
        stale,
        blocked,
        skipped,
    } = summary;
    format!(
        "Apply complete: {applied} applied, {unchanged} unchanged, {failed} failed, {stale} stale, {blocked} blocked, {skipped} skipped."
    )
}
