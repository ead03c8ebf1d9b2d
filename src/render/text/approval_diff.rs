//! How what would be done now differs from what was approved: both as text, line by line.

use similar::{ChangeTag, TextDiff};

use super::change;
use super::colors::Colors;
use super::names::subject;
use crate::document::plan::{InstanceV1, StatusV1, SystemActionV1};
use crate::escape::truncate;

/// The lines that differ, each behind `-` (approved) or `+` (now), and those around them. Nothing in them is dangerous
/// to a terminal. Empty where both are shown alike: then it is a value that is not shown that differs.
pub fn lines(approved: Option<&InstanceV1>, now: &InstanceV1) -> Vec<String> {
    let mut old = approved.map(told).unwrap_or_default();
    let mut new = told(now);
    // What is written back as it is counts where it is another by now.
    let kept = (approved.and_then(stays), stays(now));
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

/// What is done to an instance, as a plan's text has it.
fn told(instance: &InstanceV1) -> Vec<String> {
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

/// A system webhook that is written back as it is.
fn stays(instance: &InstanceV1) -> Option<String> {
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

/// The differences of several instances, each under its name; nothing where there are none.
pub fn text(differences: &[(InstanceV1, Vec<String>)], colors: Colors) -> String {
    let told = differences.iter().filter(|(_, lines)| !lines.is_empty());
    told.flat_map(|(who, lines)| {
        let head = format!(
            "{} {} is not what was approved (-) but this (+)\n",
            colors.yellow("stale:"),
            subject(who)
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
