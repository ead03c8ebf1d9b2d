//! The difference between what was approved and what would be written now, line by line.

use similar::{ChangeTag, TextDiff};

use super::change;
use super::colors::Colors;
use super::names::subject;
use crate::document::plan::{InstanceV1, StatusV1, SystemActionV1};
use crate::escape::truncate;

/// Returns the lines that differ, each after `-` (approved) or `+` (now), and the lines around them. They are harmless
/// to a terminal. Returns no lines if both look the same: then a redacted value differs.
pub fn lines(approved: Option<&InstanceV1>, now: &InstanceV1) -> Vec<String> {
    let mut old = approved.map(plan_lines).unwrap_or_default();
    let mut new = plan_lines(now);
    // A system webhook that is written back unchanged matters if it was another one.
    let kept = (approved.and_then(kept_system), kept_system(now));
    if kept.0 != kept.1 {
        old.extend(kept.0);
        new.extend(kept.1);
    }
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    if old == new {
        return Vec::new();
    }
    let diff = TextDiff::from_slices(&old, &new);
    diff.iter_all_changes()
        .map(|change| {
            let symbol = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            format!("{symbol} {}", change.value())
        })
        .collect()
}

/// Returns the lines of an instance as in the text of a plan.
fn plan_lines(instance: &InstanceV1) -> Vec<String> {
    let webhooks = instance.webhooks.iter();
    let system = instance.system_update().into_iter();
    let lines: Vec<String> = webhooks
        .flat_map(|webhook| change::webhook(webhook, Colors::Plain))
        .chain(system.flat_map(|system| change::system(system, Colors::Plain)))
        .collect();
    if !lines.is_empty() {
        return lines;
    }
    let status = match instance.status {
        StatusV1::Failed => "  it could not be read",
        StatusV1::Skipped => "  it was suspended",
        StatusV1::Blocked => "  nothing can be written",
        StatusV1::Unchanged | StatusV1::Changed => "  no changes",
    };
    vec![status.to_owned()]
}

/// Returns the line of a system webhook that is written back unchanged.
fn kept_system(instance: &InstanceV1) -> Option<String> {
    let system = instance.system.as_ref();
    let system = system.filter(|system| system.action == SystemActionV1::NoOp)?;
    let events = &system.after.events;
    let events = if events.is_empty() {
        "no events".to_owned()
    } else {
        truncate::list(events.iter().map(String::as_str))
    };
    let off = if system.after.is_active { "" } else { " (off)" };
    Some(format!("    system webhook stays: {events}{off}"))
}

/// Renders the differences of several instances, each under its name.
pub fn text(differences: &[(InstanceV1, Vec<String>)], colors: Colors) -> String {
    let shown = differences.iter().filter(|(_, lines)| !lines.is_empty());
    shown
        .flat_map(|(instance, lines)| {
            let head = format!(
                "{} {} is not what was approved (-) but this (+)\n",
                colors.yellow("stale:"),
                subject(instance)
            );
            let painted = lines.iter().map(move |line| {
                let symbol = line.chars().next().unwrap_or(' ');
                format!("  {}\n", colors.symbol(symbol, line))
            });
            std::iter::once(head)
                .chain(painted)
                .chain(["\n".to_owned()])
        })
        .collect()
}
