//! One change as lines of text: symbol, URL, and what differs as a small unified diff.

use similar::{ChangeTag, TextDiff};

use super::paint::Paint;
use super::sanitize::terminal;
use crate::plan::{SystemPlan, WebhookChange};
use crate::webhook::{Fingerprints, Webhook};

/// How many unchanged lines stand around a changed one.
const CONTEXT: usize = 3;

/// The lines of a webhook's change.
pub fn webhook(change: &WebhookChange, fingerprints: &Fingerprints, paint: Paint) -> Vec<String> {
    let url = |webhook: &Webhook| terminal(&webhook.url.shown(fingerprints)).into_owned();
    match change {
        WebhookChange::Create { after, origin: _ } => {
            std::iter::once(head('+', &url(after), paint))
                .chain(body(after).into_iter().map(|line| format!("      {line}")))
                .collect()
        }
        WebhookChange::Update {
            before,
            after,
            origin: _,
        } => {
            let (old, new) = (url(before), url(after));
            let urls = (before.url != after.url).then_some((old.as_str(), new.as_str()));
            std::iter::once(head('~', &new, paint))
                .chain(difference(urls, before, after, paint))
                .collect()
        }
        WebhookChange::Delete { before, duplicate } => {
            let why = if *duplicate {
                "  (an earlier entry has the same URL)"
            } else {
                ""
            };
            vec![head('-', &format!("{}{why}", url(before)), paint)]
        }
    }
}

/// The lines of a change of the system webhook.
pub fn system(plan: &SystemPlan, fingerprints: &Fingerprints, paint: Paint) -> Vec<String> {
    let shown = plan.after.url.shown_as_system(fingerprints);
    let title = format!("system webhook {}", terminal(&shown));
    std::iter::once(head('~', &title, paint))
        .chain(difference(None, &plan.before, &plan.after, paint))
        .collect()
}

fn head(symbol: char, text: &str, paint: Paint) -> String {
    format!("  {} {text}", paint.symbol(symbol, symbol))
}

/// Events and switch of a webhook that is new.
fn body(webhook: &Webhook) -> Vec<String> {
    let events: Vec<_> = webhook.events.iter().map(terminal).collect();
    let events = if events.is_empty() {
        "none".to_owned()
    } else {
        events.join(", ")
    };
    let mut lines = vec![format!("events: {events}")];
    if !webhook.is_active {
        lines.push("is_active: false".to_owned());
    }
    lines
}

/// What differs, part by part: URL, events, switch. A part that stays is left out.
fn difference(
    urls: Option<(&str, &str)>,
    before: &Webhook,
    after: &Webhook,
    paint: Paint,
) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((old, new)) = urls {
        lines.extend(unified(
            &[format!("url: {old}")],
            &[format!("url: {new}")],
            paint,
        ));
    }
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
        let line = |webhook: &Webhook| [format!("is_active: {}", webhook.is_active)];
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
