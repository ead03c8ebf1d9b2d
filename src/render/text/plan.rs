//! Rendering a plan: notices, changes by instance, problems, guards, and one summary line. It sees redacted values
//! only.

use super::colors::Colors;
use super::grouped::{by_changes, grouped};
use super::names::{InstanceName, InstanceNames, some_subjects, subject, subjects};
use super::selection::selected;
use super::{change, merged};
use crate::document::merged::JoinedV1;
use crate::document::plan::{InstanceV1, PlanV1, StatusV1};
use crate::document::{NoticeV1, ProblemKind};
use crate::english::plural;
use crate::escape::truncate;

/// The state that a plan compares live state with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The manifest.
    Manifest,
    /// The approval of a resumed run.
    Approved,
    /// The state that a run has overwritten.
    Snapshot,
}

/// Renders a plan; the last line is its summary.
pub fn plan(plan: &PlanV1, baseline: Baseline, colors: Colors) -> String {
    let names = InstanceNames::of(plan.instances.iter());
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(list(&notices(plan.notices.iter(), &names, colors)));
    for members in by_changes(plan) {
        blocks.extend(list(&changes(&members, colors)));
    }
    blocks.extend(list(&skipped(plan, colors)));
    blocks.extend(list(&problems(plan, colors)));
    blocks.extend(list(&guards(plan, &names, colors)));
    let (selection, joined) = (plan.selection.as_ref(), plan.joined.as_ref());
    let count = plan.summary.instances;
    blocks.extend(list(&merged::missing(joined, selection, count, colors)));
    blocks.extend(selected(selection, joined.is_some(), count, colors));
    blocks.push(summary(plan, baseline, colors));
    blocks.join("\n\n") + "\n"
}

fn list(lines: &[String]) -> Option<String> {
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Renders notices as `notice: INSTANCE: MESSAGE`, with a list of several instances below.
pub(super) fn notices<'a>(
    notices: impl Iterator<Item = &'a NoticeV1>,
    names: &InstanceNames<'a>,
    colors: Colors,
) -> Vec<String> {
    let label = colors.yellow("notice:");
    notices
        .flat_map(|notice| {
            let message = truncate::message(&notice.message);
            if notice.instances.is_empty() {
                return vec![format!("{label} {message}")];
            }
            let (instances, list) = some_subjects(notice.instances.iter().map(|id| names.get(id)));
            std::iter::once(format!("{label} {instances}: {message}"))
                .chain(list)
                .collect()
        })
        .collect()
}

/// Renders the changes that all `members` share.
pub(super) fn changes(members: &[&InstanceV1], colors: Colors) -> Vec<String> {
    let Some(first) = members.first() else {
        return Vec::new();
    };
    let (instances, mut lines) = subjects(members.iter().copied());
    let colon = if lines.is_empty() { "" } else { ":" };
    let blocked = match first.status {
        StatusV1::Blocked => colors.yellow(" (blocked, see below)"),
        _ => String::new(),
    };
    lines.insert(0, format!("{}{blocked}{colon}", colors.bold(instances)));
    let webhooks = first.webhooks.iter();
    lines.extend(webhooks.flat_map(|webhook| change::webhook(webhook, colors)));
    let system = first.system_update().into_iter();
    lines.extend(system.flat_map(|system| change::system(system, colors)));
    lines
}

fn skipped(plan: &PlanV1, colors: Colors) -> Vec<String> {
    let skipped = plan
        .instances
        .iter()
        .filter(|instance| instance.status == StatusV1::Skipped);
    skipped
        .map(|instance| {
            let reason = instance
                .reason
                .as_ref()
                .map(|reason| format!(": {}", truncate::message(reason)))
                .unwrap_or_default();
            colors.dim(format!(
                "skipped: {} is suspended{reason}",
                subject(instance)
            ))
        })
        .collect()
}

/// Renders the instances that could not be read or can't be written, grouped by reason.
fn problems(plan: &PlanV1, colors: Colors) -> Vec<String> {
    let reasons = plan.instances.iter().filter_map(|instance| {
        let what = match instance.status {
            StatusV1::Failed => "failed:",
            StatusV1::Blocked => "blocked:",
            StatusV1::Unchanged | StatusV1::Changed | StatusV1::Skipped => return None,
        };
        let error = instance.error.as_ref()?;
        let label = if error.kind == ProblemKind::Stale.as_str() {
            colors.yellow("stale:")
        } else {
            colors.red(what)
        };
        // Instances that guards block are listed with the guards.
        (error.kind != ProblemKind::Guard.as_str())
            .then(|| (InstanceName::from(instance), label, &*error.message))
    });
    grouped_reasons(reasons)
}

/// Renders the guards that block, with their numbers and flags: instances first, then the run.
fn guards<'a>(plan: &'a PlanV1, names: &InstanceNames<'a>, colors: Colors) -> Vec<String> {
    let label = colors.yellow("blocked:");
    let own = plan.guards.iter().filter_map(|guard| {
        let id = guard.instance.as_ref()?;
        Some((names.get(id), label.clone(), &*guard.message))
    });
    let run = plan
        .guards
        .iter()
        .filter(|guard| guard.instance.is_none())
        .map(|guard| {
            format!(
                "{label} the whole run: {}",
                truncate::message(&guard.message)
            )
        });
    grouped_reasons(own).into_iter().chain(run).collect()
}

/// Renders `LABEL INSTANCE: REASON`, grouped by reason.
fn grouped_reasons<'a>(
    reasons: impl Iterator<Item = (InstanceName<'a>, String, &'a str)>,
) -> Vec<String> {
    let groups = grouped(reasons, |(_, label, message)| (label.clone(), *message));
    let lines = groups.into_iter().flat_map(|group| {
        let (instances, list) = subjects(group.iter().map(|(named, ..)| *named));
        let (_, label, message) = &group[0];
        let head = format!("{label} {instances}: {}", truncate::message(message));
        std::iter::once(head).chain(list)
    });
    lines.collect()
}

/// Renders the summary line.
fn summary(plan: &PlanV1, baseline: Baseline, colors: Colors) -> String {
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
        let line = match (baseline, matching) {
            (Baseline::Approved, 0) => "No changes. Nothing is left to do.".to_owned(),
            (Baseline::Snapshot, 0) => "No changes. There is nothing to put back.".to_owned(),
            (Baseline::Manifest | Baseline::Approved, 1) => {
                format!("No changes. {count} matches the manifest.")
            }
            (Baseline::Manifest | Baseline::Approved, _) => {
                format!("No changes. {count} match the manifest.")
            }
            (Baseline::Snapshot, 1) => format!("No changes. {count} is as it was before the run."),
            (Baseline::Snapshot, _) => {
                format!("No changes. {count} are as they were before the run.")
            }
        };
        return colors.bold(line);
    }
    let problem = if is_troubled {
        format!(" {} failed, {} blocked.", sums.failed, sums.blocked)
    } else {
        String::new()
    };
    let missing = merged::missing_summary(plan.joined.as_ref());
    let line = format!(
        "Plan: {} to create, {} to update, {} to delete on {} of {} instances.{problem}{missing}",
        sums.webhooks.create,
        sums.webhooks.update.saturating_add(sums.system.update),
        sums.webhooks.delete,
        sums.changed,
        sums.instances
    );
    colors.bold(line)
}
