//! Decodes webhooks and webhook sets.

use std::sync::Arc;

use crate::escape::lookalike::as_read;
use crate::manifest::fields::Decoder;
use crate::manifest::oddity;
use crate::manifest::shape::{ManifestWebhook, NamedEntries};
use crate::manifest::tree::{Node, Value};
use crate::manifest::{
    Code, Located, LocatedText, Reveal, did_you_mean, foreign_sign, nearest, quoted, quoted_word,
    reveal,
};
use crate::wawp::events::KNOWN_EVENTS;

/// What stands for all events elsewhere.
const WILDCARDS: [&str; 3] = ["all", "any", "everything"];

impl Decoder<'_> {
    pub(super) fn webhook_sets(
        &mut self,
        node: Option<Node>,
    ) -> NamedEntries<Vec<ManifestWebhook>> {
        let entries = self.map(node, "webhook_sets").into_iter();
        entries
            .map(|(name, node)| (name, self.webhook_list(node, "a webhook set")))
            .collect()
    }

    pub(super) fn webhook_list(&mut self, node: Node, what: &str) -> Vec<ManifestWebhook> {
        let items = self.list(node, what).unwrap_or_default().into_iter();
        items.filter_map(|item| self.webhook(item)).collect()
    }

    fn webhook(&mut self, node: Node) -> Option<ManifestWebhook> {
        let mut fields = self.fields(node, "a webhook", &["url", "events", "is_active"])?;
        let url = self.required(&mut fields, "url", Self::url);
        let events = self.required(&mut fields, "events", |decoder, node, key| {
            let if_empty = "so this webhook receives nothing; list events, or remove it";
            decoder.events(node, key, if_empty)
        });
        let is_active = self.optional(&mut fields, "is_active", Self::flag);
        Some(ManifestWebhook {
            url: url?,
            events: events?,
            is_active,
        })
    }

    /// Decodes a URL, which is one line however it is written.
    fn url(&mut self, node: Node, what: &str) -> Option<LocatedText> {
        let has_lines = matches!(node.value, Value::Scalar { lines: true, .. });
        if let Some(message) = oddity::of(what, node.value.text()) {
            self.add(Code::InvalidUrl, node.span, Reveal::Url, message);
            return None;
        }
        let url = self.string(node, what)?;
        let ends = url.value.trim_end_matches(['\n', '\r']);
        let message = if !has_lines || !url.value.contains([' ', '\n', '\r']) {
            return Some(url);
        } else if ends.contains([' ', '\n', '\r']) {
            format!("{what} goes on over several lines; write it on one line")
        } else {
            format!(
                "{what} is a block of text that ends with a line break; write `>-` for `>` or `|`, or the URL on one line"
            )
        };
        self.findings
            .add(Code::InvalidUrl, &url.place, Reveal::Url, message);
        None
    }

    /// Decodes a list of events; `if_empty` is the message for an empty one.
    pub(super) fn events(
        &mut self,
        node: Node,
        what: &str,
        if_empty: &str,
    ) -> Option<Located<Vec<Arc<str>>>> {
        let span = node.span;
        if matches!(node.value.text(), "*" | "all" | "any") {
            let message = format!(
                "{what} must be a list, and events have no wildcard: name [message.any], or list the events"
            );
            self.add(Code::WrongType, span, Reveal::Text, message);
            return None;
        }
        let items = self.list(node, what)?;
        if items.is_empty() {
            let message = format!("{what} is empty, {if_empty}");
            self.add(Code::EmptyEvents, span, Reveal::Text, message);
        }
        let mut names = Vec::with_capacity(items.len());
        for item in items {
            // An invalid event has a finding, and counts: the list is not empty.
            let Some(name) = self.string(item, "an event") else {
                names.push(Arc::from(""));
                continue;
            };
            let known = KNOWN_EVENTS.iter().map(|event| event.name);
            if !known.clone().any(|event| event == &*name.value) {
                let is_wildcard = name.value.contains('*') || WILDCARDS.contains(&&*name.value);
                let near = nearest(&name.value, known.clone()).filter(|_| !is_wildcard);
                let sign = foreign_sign(&name.value);
                let parts = || name.value.split([' ', ',']).filter(|part| !part.is_empty());
                let is_known = |part: &str| known.clone().any(|event| event == part);
                let advice = match near {
                    _ if parts().count() > 1 && parts().all(is_known) => {
                        "these are several; write a comma between them, each in quotes of its own or in none".to_owned()
                    }
                    _ if sign.is_some() => sign.unwrap_or_default(),
                    Some(near) => did_you_mean(&name.value, near),
                    None if is_wildcard => {
                        "events have no wildcard: name `message.any`, or list the events".to_owned()
                    }
                    None => "`hookfleet events` lists the published ones".to_owned(),
                };
                let are_known = || {
                    let read = as_read(&name.value);
                    let mut parts = read.split([',', ';', ' ']).filter(|part| !part.is_empty());
                    parts.all(is_known)
                };
                let shown = if near.is_some() || are_known() {
                    quoted_word(&name.value)
                } else {
                    quoted(&name.value)
                };
                let message = format!("unknown event {shown}; {advice}");
                self.findings.add(
                    Code::UnknownEvent,
                    &name.place,
                    reveal(&name.value),
                    message,
                );
            }
            names.push(name.value);
        }
        Some(self.located(span, names))
    }
}
