//! One change as lines of text: symbol, URL, and what differs as a small unified diff. It gets at shown forms alone.

use std::borrow::Cow;

use similar::{ChangeTag, TextDiff};

use super::paint::Paint;
use super::sanitize::terminal;
use super::v1::plan::{ChangeV1, SystemStateV1, SystemV1, WebhookV1};
use crate::webhook::Events;

/// How many unchanged lines stand around a changed one.
const CONTEXT: usize = 3;

/// The lines of a webhook's change.
pub fn webhook(change: &ChangeV1, paint: Paint) -> Vec<String> {
    match (&change.before, &change.after) {
        (None, Some(after)) => {
            let mut lines = vec![head('+', &title(after), paint)];
            if after.template.is_some() {
                lines.push(format!("      url: {}", terminal(&after.url)));
            }
            lines.extend(body(&after.into()));
            lines
        }
        (Some(before), Some(after)) => {
            let (old, new) = (terminal(&before.url), terminal(&after.url));
            let mut lines = vec![head('~', &title(after), paint)];
            if before.url != after.url {
                let line = |url: &str| [format!("url: {url}")];
                lines.extend(unified(&line(&old), &line(&new), paint));
            }
            lines.extend(difference(&before.into(), &after.into(), paint));
            lines
        }
        (Some(before), None) => {
            let why = if change.duplicate {
                "  (an earlier entry has the same URL)"
            } else {
                ""
            };
            let url = terminal(&before.url);
            vec![head('-', &format!("{url}{why}"), paint)]
        }
        (None, None) => Vec::new(),
    }
}

/// The lines of a change of the system webhook.
pub fn system(system: &SystemV1, paint: Paint) -> Vec<String> {
    let title = match &system.url {
        Some(url) => format!("system webhook {}", terminal(url)),
        None => "system webhook".to_owned(),
    };
    let (before, after) = (&system.before, &system.after);
    std::iter::once(head('~', &title, paint))
        .chain(difference(&before.into(), &after.into(), paint))
        .collect()
}

/// What a wanted webhook is called: its URL as the manifest has it, with secrets by name.
fn title(webhook: &WebhookV1) -> Cow<'_, str> {
    terminal(webhook.template.as_ref().unwrap_or(&webhook.url))
}

/// What differs line by line: events, which are a set, and the switch.
struct State {
    events: Events,
    is_active: bool,
}

impl From<&WebhookV1> for State {
    fn from(webhook: &WebhookV1) -> Self {
        Self {
            events: Events::new(webhook.events.iter().map(String::as_str)),
            is_active: webhook.is_active,
        }
    }
}

impl From<&SystemStateV1> for State {
    fn from(state: &SystemStateV1) -> Self {
        Self {
            events: Events::new(state.events.iter().map(String::as_str)),
            is_active: state.is_active,
        }
    }
}

fn head(symbol: char, text: &str, paint: Paint) -> String {
    format!("  {} {text}", paint.symbol(symbol, symbol))
}

/// The lines of a webhook that is new.
fn body(state: &State) -> Vec<String> {
    let events: Vec<_> = state.events.iter().map(terminal).collect();
    let events = if events.is_empty() {
        "none".to_owned()
    } else {
        events.join(", ")
    };
    let mut lines = vec![format!("      events: {events}")];
    if !state.is_active {
        lines.push("      is_active: false".to_owned());
    }
    lines
}

/// What differs, part by part. A part that stays is left out.
fn difference(before: &State, after: &State, paint: Paint) -> Vec<String> {
    let mut lines = Vec::new();
    if before.events != after.events {
        lines.push("        events:".to_owned());
        // Events are a set, so what stays keeps its old place and only what really changes shows as a change.
        let kept = before
            .events
            .iter()
            .filter(|event| after.events.contains(event));
        let added = after
            .events
            .iter()
            .filter(|event| !before.events.contains(event));
        let line = |event: &str| format!("  {}", terminal(event));
        let old: Vec<String> = before.events.iter().map(line).collect();
        let new: Vec<String> = kept.chain(added).map(line).collect();
        lines.extend(unified(&old, &new, paint));
    }
    if before.is_active != after.is_active {
        let line = |state: &State| [format!("is_active: {}", state.is_active)];
        lines.extend(unified(&line(before), &line(after), paint));
    }
    lines
}

/// A small unified diff; far from a change, what stays is elided.
fn unified(old: &[String], new: &[String], paint: Paint) -> Vec<String> {
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&old, &new);
    let mut shown = Vec::new();
    let mut next = 0;
    for group in diff.grouped_ops(CONTEXT) {
        let start = group.first().map_or(0, |op| op.old_range().start);
        if start > next {
            shown.push(paint.dim("          …"));
        }
        next = group.last().map_or(next, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let symbol = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            shown.push(format!(
                "      {}",
                paint.symbol(symbol, format!("{symbol} {}", change.value()))
            ));
        }
    }
    if next < old.len() {
        shown.push(paint.dim("          …"));
    }
    shown
}
