//! A plan as text, from its JSON document: what changes, on which instances, what holds it, and one closing line. It
//! gets at shown forms alone.

use super::colors::Paint;
use super::grouped::{group, hint_of};
use super::names::{Named, Names, some_subjects, subject, subjects};
use super::selection::selected;
use super::{change, merged};
use crate::document::NoticeV1;
use crate::document::merged::JoinedV1;
use crate::document::plan::{InstanceV1, PlanV1, StatusV1};
use crate::english::plural;
use crate::escape::truncate::sentence;
use crate::live::TroubleKind;

/// What a plan compares live state with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// What the manifest says.
    Manifest,
    /// What was approved for a run that is resumed.
    Approved,
    /// What a run has overwritten.
    Snapshot,
}

/// The whole plan; the last line is its summary.
///
/// `alike` are the instances that have changes, as their places in the plan; those of a group change alike.
pub fn plan(plan: &PlanV1, alike: &[Vec<usize>], against: Against, paint: Paint) -> String {
    let names = Names::of(plan.instances.iter());
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(list(&notices(&plan.notices, &names, paint)));
    for places in alike {
        let members = places.iter().filter_map(|place| plan.instances.get(*place));
        blocks.extend(list(&changes(&members.collect::<Vec<_>>(), paint)));
    }
    blocks.extend(list(&skipped(plan, paint)));
    blocks.extend(list(&troubles(plan, paint)));
    blocks.extend(list(&held(plan, &names, paint)));
    let (selection, joined) = (plan.selection.as_ref(), plan.joined.as_ref());
    let count = plan.summary.instances;
    blocks.extend(list(&merged::lacks(joined, selection, count, paint)));
    blocks.extend(selected(selection, joined.is_some(), count, paint));
    blocks.push(summary(plan, against, paint));
    blocks.join("\n\n") + "\n"
}

fn list(lines: &[String]) -> Option<String> {
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// `notice: WHO: WHAT`, and under it who, where they are several.
pub(super) fn notices<'a>(notices: &'a [NoticeV1], names: &Names<'a>, paint: Paint) -> Vec<String> {
    let label = paint.yellow("notice:");
    notices
        .iter()
        .flat_map(|notice| {
            let message = sentence(&notice.message);
            if notice.instances.is_empty() {
                return vec![format!("{label} {message}")];
            }
            let (who, list) = some_subjects(notice.instances.iter().map(|id| names.get(id)));
            std::iter::once(format!("{label} {who}: {message}"))
                .chain(list)
                .collect()
        })
        .collect()
}

/// The changes that all `members` have.
fn changes(members: &[&InstanceV1], paint: Paint) -> Vec<String> {
    let Some(first) = members.first() else {
        return Vec::new();
    };
    let (who, mut lines) = subjects(members.iter().copied());
    let colon = if lines.is_empty() { "" } else { ":" };
    let held = match first.status {
        StatusV1::Blocked => paint.yellow(" (held, see below)"),
        _ => String::new(),
    };
    lines.insert(0, format!("{}{held}{colon}", paint.bold(who)));
    let webhooks = first.webhooks.iter();
    lines.extend(webhooks.flat_map(|webhook| change::webhook(webhook, paint)));
    let system = first.system_update().into_iter();
    lines.extend(system.flat_map(|system| change::system(system, paint)));
    lines
}

fn skipped(plan: &PlanV1, paint: Paint) -> Vec<String> {
    let skipped = plan
        .instances
        .iter()
        .filter(|instance| instance.status == StatusV1::Skipped);
    skipped
        .map(|instance| {
            let reason = instance
                .reason
                .as_ref()
                .map(|reason| format!(": {}", sentence(reason)))
                .unwrap_or_default();
            paint.dim(format!(
                "skipped: {} is suspended{reason}",
                subject(instance)
            ))
        })
        .collect()
}

/// Instances that could not be read or can't be written; equal reasons once.
fn troubles(plan: &PlanV1, paint: Paint) -> Vec<String> {
    let reasons = plan.instances.iter().filter_map(|instance| {
        let what = match instance.status {
            StatusV1::Failed => "failed:",
            StatusV1::Blocked => "blocked:",
            StatusV1::Unchanged | StatusV1::Changed | StatusV1::Skipped => return None,
        };
        let error = instance.error.as_ref()?;
        let label = if error.kind == TroubleKind::Stale.as_str() {
            paint.yellow("stale:")
        } else {
            paint.red(what)
        };
        // What guards hold is told with them.
        (error.kind != TroubleKind::Guard.as_str())
            .then(|| (Named::from(instance), label, &*error.message))
    });
    grouped_reasons(reasons)
}

/// What guards hold, with their numbers and the exact flag: instances first, then the run.
fn held<'a>(plan: &'a PlanV1, names: &Names<'a>, paint: Paint) -> Vec<String> {
    let label = paint.yellow("held:");
    let own = plan.guards.iter().filter_map(|guard| {
        let id = guard.instance.as_ref()?;
        Some((names.get(id), label.clone(), &*guard.message))
    });
    let run = plan
        .guards
        .iter()
        .filter(|guard| guard.instance.is_none())
        .map(|guard| format!("{label} the whole run: {}", sentence(&guard.message)));
    grouped_reasons(own).into_iter().chain(run).collect()
}

/// `LABEL WHO: WHY`, equal reasons once.
fn grouped_reasons<'a>(reasons: impl Iterator<Item = (Named<'a>, String, &'a str)>) -> Vec<String> {
    let groups = group(
        reasons,
        |(_, _, message)| hint_of(message),
        |left, right| (&left.1, left.2) == (&right.1, right.2),
    );
    groups
        .into_iter()
        .flat_map(|alike| {
            let (who, list) = subjects(alike.iter().map(|(named, ..)| *named));
            let (_, label, message) = &alike[0];
            let head = format!("{label} {who}: {}", sentence(message));
            std::iter::once(head).chain(list)
        })
        .collect()
}

/// The closing line (§ Text).
fn summary(plan: &PlanV1, against: Against, paint: Paint) -> String {
    let sums = &plan.summary;
    let differs = plan
        .instances
        .iter()
        .any(|instance| instance.status == StatusV1::Changed);
    let is_troubled = sums.failed > 0 || sums.blocked > 0;
    let is_whole = plan.joined.as_ref().is_none_or(JoinedV1::is_whole);
    if !differs && !is_troubled && is_whole {
        let matching = sums.instances.saturating_sub(sums.skipped);
        let count = plural(matching, "instance");
        let line = match (against, matching) {
            (Against::Approved, 0) => "No changes. Nothing is left to do.".to_owned(),
            (Against::Snapshot, 0) => "No changes. There is nothing to put back.".to_owned(),
            (Against::Manifest | Against::Approved, 1) => {
                format!("No changes. {count} matches the manifest.")
            }
            (Against::Manifest | Against::Approved, _) => {
                format!("No changes. {count} match the manifest.")
            }
            (Against::Snapshot, 1) => format!("No changes. {count} is as it was before the run."),
            (Against::Snapshot, _) => {
                format!("No changes. {count} are as they were before the run.")
            }
        };
        return paint.bold(line);
    }
    let trouble = if is_troubled {
        format!(" {} failed, {} blocked.", sums.failed, sums.blocked)
    } else {
        String::new()
    };
    let lack = merged::lack(plan.joined.as_ref());
    let line = format!(
        "Plan: {} to create, {} to update, {} to delete on {} of {} instances.{trouble}{lack}",
        sums.webhooks.create,
        sums.webhooks.update.saturating_add(sums.system.update),
        sums.webhooks.delete,
        sums.changed,
        sums.instances
    );
    paint.bold(line)
}
