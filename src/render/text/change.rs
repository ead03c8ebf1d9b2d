//! Rendering one change: symbol, URL and a small unified diff. It sees redacted values only.

use std::borrow::Cow;
use std::collections::HashSet;

use super::colors::Colors;
use crate::document::plan::{ChangeV1, SystemStateV1, SystemV1, WebhookV1};
use crate::escape::truncate::{self, MOST, more};

/// The number of unchanged lines around a changed one.
const CONTEXT: usize = 3;

/// Renders a change of a webhook.
pub(super) fn webhook(change: &ChangeV1, colors: Colors) -> Vec<String> {
    match (&change.before, &change.after) {
        (None, Some(after)) => {
            let mut lines = vec![head('+', &title(after), colors)];
            if after.template.is_some() {
                lines.push(format!("      url: {}", truncate::url(&after.url)));
            }
            lines.extend(body(&after.into()));
            lines
        }
        (Some(before), Some(after)) => {
            let mut lines = vec![head('~', &title(after), colors)];
            if before.url != after.url {
                let line = |webhook: &WebhookV1| format!("url: {}", truncate::url(&webhook.url));
                lines.extend(replaced(line(before), line(after), colors));
            }
            lines.extend(difference(&before.into(), &after.into(), colors));
            lines
        }
        (Some(before), None) => {
            let why = if change.duplicate {
                "  (an earlier entry has the same URL)"
            } else {
                ""
            };
            let url = truncate::url(&before.url);
            vec![head('-', &format!("{url}{why}"), colors)]
        }
        (None, None) => Vec::new(),
    }
}

/// Renders a change of the system webhook.
pub(super) fn system(system: &SystemV1, colors: Colors) -> Vec<String> {
    let title = match &system.url {
        Some(url) => format!("system webhook {}", truncate::url(url)),
        None => "system webhook".to_owned(),
    };
    let (before, after) = (&system.before, &system.after);
    std::iter::once(head('~', &title, colors))
        .chain(difference(&before.into(), &after.into(), colors))
        .collect()
}

/// Returns the title of a desired webhook: its URL with secrets by name.
fn title(webhook: &WebhookV1) -> Cow<'_, str> {
    truncate::url(webhook.template.as_ref().unwrap_or(&webhook.url))
}

/// The compared values of a webhook: its events, which are a set, and whether it is active.
struct State<'a> {
    events: Vec<&'a str>,
    is_active: bool,
}

impl<'a> State<'a> {
    fn new(events: &'a [String], is_active: bool) -> Self {
        let mut known = HashSet::new();
        let events = events.iter().map(String::as_str);
        let events = events.filter(|event| known.insert(*event)).collect();
        Self { events, is_active }
    }
}

impl<'a> From<&'a WebhookV1> for State<'a> {
    fn from(webhook: &'a WebhookV1) -> Self {
        Self::new(&webhook.events, webhook.is_active)
    }
}

impl<'a> From<&'a SystemStateV1> for State<'a> {
    fn from(state: &'a SystemStateV1) -> Self {
        Self::new(&state.events, state.is_active)
    }
}

fn head(symbol: char, text: &str, colors: Colors) -> String {
    format!("  {} {text}", colors.symbol(symbol, symbol))
}

/// Renders the values of a new webhook.
fn body(state: &State<'_>) -> Vec<String> {
    let events = if state.events.is_empty() {
        "none".to_owned()
    } else {
        truncate::list(state.events.iter().copied())
    };
    let mut lines = vec![format!("      events: {events}")];
    if !state.is_active {
        lines.push("      is_active: false".to_owned());
    }
    lines
}

/// Renders the values that differ.
fn difference(before: &State<'_>, after: &State<'_>, colors: Colors) -> Vec<String> {
    let mut lines = Vec::new();
    let events = events(&before.events, &after.events);
    if events.iter().any(|(symbol, _)| *symbol != ' ') {
        lines.push("        events:".to_owned());
        lines.extend(unified(&events, colors));
    }
    if before.is_active != after.is_active {
        let line = |state: &State<'_>| format!("is_active: {}", state.is_active);
        lines.extend(replaced(line(before), line(after), colors));
    }
    lines
}

/// The symbol and the text of a line.
type Line = (char, String);

/// Compares events as sets: an event that stays keeps its place. Of many removed or added events, the first are listed
/// and the others counted.
fn events<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line> {
    let had: HashSet<&str> = before.iter().copied().collect();
    let has: HashSet<&str> = after.iter().copied().collect();
    let changed = |symbol: char, mut events: Vec<&str>| {
        let rest = events.split_off(events.len().min(MOST));
        let lines = events.iter().map(|event| (symbol, named(event)));
        let lines: Vec<Line> = lines
            .chain(more(&rest).map(|more| (symbol, more)))
            .collect();
        lines
    };
    let difference = |events: &[&'a str], but: &HashSet<&str>| -> Vec<&'a str> {
        let events = events.iter().copied();
        events.filter(|event| !but.contains(event)).collect()
    };
    let (removed, added) = (difference(before, &has), difference(after, &had));
    let mut removed = changed('-', removed).into_iter();
    let mut lines = Vec::with_capacity(before.len());
    for event in before {
        if has.contains(event) {
            lines.push((' ', named(event)));
        } else {
            // After the last listed event comes the count of the others.
            lines.extend(removed.next());
        }
    }
    lines.extend(removed);
    lines.extend(changed('+', added));
    lines
}

fn named(event: &str) -> String {
    format!("  {}", truncate::name(event))
}

fn replaced(old: String, new: String, colors: Colors) -> Vec<String> {
    unified(&[('-', old), ('+', new)], colors)
}

/// Renders a small unified diff; unchanged lines far from a change are elided.
fn unified(lines: &[Line], colors: Colors) -> Vec<String> {
    let is_near = |at: usize| {
        let around = at.saturating_sub(CONTEXT)..lines.len().min(at + CONTEXT + 1);
        lines[around].iter().any(|(symbol, _)| *symbol != ' ')
    };
    let mut shown = Vec::new();
    let mut is_elided = false;
    for (at, (symbol, text)) in lines.iter().enumerate() {
        if is_near(at) {
            let line = colors.symbol(*symbol, format!("{symbol} {text}"));
            shown.push(format!("      {line}"));
        } else if !is_elided {
            shown.push(colors.dim("          …"));
        }
        is_elided = !is_near(at);
    }
    shown
}
