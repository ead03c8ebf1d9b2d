//! A plan as text: what changes, on which instances, what holds it, and one closing line.

use super::grouping::{changes_alike, group, hint_of, hint_of_changes};
use super::notices::sentences;
use super::paint::Paint;
use super::sanitize::terminal;
use super::subject::{some_subjects, subject, subjects};
use super::{change, plural};
use crate::plan::{InstancePlan, Plan, PlanLine, Status, SystemPlan};
use crate::webhook::Fingerprints;

/// The whole plan; the last line is its summary.
pub fn plan(plan: &Plan, fingerprints: &Fingerprints, paint: Paint) -> String {
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(list(&notices(plan, fingerprints, paint)));
    let differing = plan.lines.iter().filter(|line| {
        line.planned()
            .is_some_and(crate::plan::Planned::has_changes)
    });
    for alike in group(differing, hint_of_changes, changes_alike) {
        blocks.push(changes(&alike, fingerprints, paint));
    }
    blocks.extend(list(&skipped(plan, paint)));
    blocks.extend(list(&troubles(plan, paint)));
    blocks.extend(list(&held(plan, paint)));
    blocks.push(summary(plan, paint));
    blocks.join("\n\n") + "\n"
}

fn list(lines: &[String]) -> Option<String> {
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn notices(plan: &Plan, fingerprints: &Fingerprints, paint: Paint) -> Vec<String> {
    let label = paint.yellow("notice:");
    sentences(plan, fingerprints)
        .iter()
        .flat_map(|sentence| {
            let message = terminal(&sentence.message);
            if sentence.subjects.is_empty() {
                return vec![format!("{label} {message}")];
            }
            let (who, list) = some_subjects(sentence.subjects.iter().copied());
            std::iter::once(format!("{label} {who}: {message}"))
                .chain(list)
                .collect()
        })
        .collect()
}

fn changes(alike: &[&PlanLine], fingerprints: &Fingerprints, paint: Paint) -> String {
    let (who, mut lines) = subjects(alike.iter().map(|line| &*line.subject));
    let colon = if lines.is_empty() { "" } else { ":" };
    let held = match alike[0].status {
        Status::Blocked => paint.yellow(" (held, see below)"),
        _ => String::new(),
    };
    lines.insert(0, format!("{}{held}{colon}", paint.bold(who)));
    if let Some(planned) = alike[0].planned() {
        lines.extend(
            planned
                .webhooks
                .iter()
                .flat_map(|webhook| change::webhook(webhook, fingerprints, paint)),
        );
        if let Some(system) = planned
            .system
            .as_ref()
            .filter(|system| SystemPlan::is_update(system))
        {
            lines.extend(change::system(system, fingerprints, paint));
        }
    }
    lines.join("\n")
}

fn skipped(plan: &Plan, paint: Paint) -> Vec<String> {
    let lines = plan.lines.iter().filter_map(|line| match &line.plan {
        InstancePlan::Skipped { reason } => {
            let reason = reason
                .as_ref()
                .map(|reason| format!(": {}", terminal(reason)))
                .unwrap_or_default();
            Some(paint.dim(format!(
                "skipped: {} is suspended{reason}",
                subject(&*line.subject)
            )))
        }
        _ => None,
    });
    lines.collect()
}

/// Instances that could not be read or can't be written; equal reasons once.
fn troubles(plan: &Plan, paint: Paint) -> Vec<String> {
    let reasons: Vec<(&PlanLine, &'static str, &str)> = plan
        .lines
        .iter()
        .filter_map(|line| match &line.plan {
            InstancePlan::Failed(trouble) => Some((line, "failed", trouble.message.as_str())),
            InstancePlan::Planned(planned) => planned
                .blocked
                .as_ref()
                .map(|trouble| (line, "blocked", trouble.message.as_str())),
            InstancePlan::Skipped { .. } => None,
        })
        .collect();
    grouped_reasons(&reasons, paint)
}

/// `failed: WHO: WHY`, equal reasons once.
fn grouped_reasons(reasons: &[(&PlanLine, &'static str, &str)], paint: Paint) -> Vec<String> {
    let hint = |(_, _, message): &(&PlanLine, &'static str, &str)| hint_of(message);
    let same = |left: &(&PlanLine, &'static str, &str), right: &(&PlanLine, &'static str, &str)| {
        (left.1, left.2) == (right.1, right.2)
    };
    group(reasons, hint, same)
        .into_iter()
        .flat_map(|alike| {
            let (who, list) = subjects(alike.iter().map(|(line, ..)| &*line.subject));
            let (_, what, message) = alike[0];
            let head = format!(
                "{} {who}: {}",
                paint.red(format!("{what}:")),
                terminal(message)
            );
            std::iter::once(head).chain(list)
        })
        .collect()
}

/// What guards hold, with their numbers and the exact flag.
fn held(plan: &Plan, paint: Paint) -> Vec<String> {
    let label = paint.yellow("held:");
    let instances = plan.lines.iter().filter(|line| !line.held.is_empty());
    let one = instances.flat_map(|line| {
        let planned = line.planned();
        line.held
            .iter()
            .filter_map(move |guard| Some((line, guard.sentence(planned?))))
    });
    let one: Vec<(&PlanLine, String)> = one.collect();
    let alike = group(
        &one,
        |(_, sentence)| hint_of(sentence),
        |left, right| left.1 == right.1,
    );
    let one = alike.into_iter().flat_map(|alike| {
        let (who, list) = subjects(alike.iter().map(|(line, _)| &*line.subject));
        std::iter::once(format!("{label} {who}: {}", alike[0].1)).chain(list)
    });
    one.chain(
        plan.holds
            .iter()
            .map(|hold| format!("{label} the whole run: {}", hold.sentence())),
    )
    .collect()
}

/// The closing line (§ Text).
fn summary(plan: &Plan, paint: Paint) -> String {
    let totals = &plan.totals;
    let differs = plan.lines.iter().any(|line| line.status == Status::Changed);
    if !differs && totals.failed == 0 && totals.blocked == 0 {
        let matching = totals.instances - totals.skipped;
        let verb = if matching == 1 { "matches" } else { "match" };
        let line = format!(
            "No changes. {} {verb} the manifest.",
            plural(matching, "instance")
        );
        return paint.bold(line);
    }
    let trouble = if totals.failed + totals.blocked == 0 {
        String::new()
    } else {
        format!(" {} failed, {} blocked.", totals.failed, totals.blocked)
    };
    let line = format!(
        "Plan: {} to create, {} to update, {} to delete on {} of {} instances.{trouble}",
        totals.create,
        totals.update + totals.system_update,
        totals.delete,
        totals.changed,
        totals.instances
    );
    paint.bold(line)
}
