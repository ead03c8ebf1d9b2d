//! Event names: the ones that are known, and the set that a webhook asks for.

use std::collections::HashSet;
use std::sync::Arc;

/// An event name that the vendor has published, and what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownEvent {
    /// The name as it stands in `events`.
    pub name: &'static str,
    /// What a webhook receives for it, in a few words.
    pub meaning: &'static str,
}

const fn event(name: &'static str, meaning: &'static str) -> KnownEvent {
    KnownEvent { name, meaning }
}

/// Every event name published by the vendor, by name.
///
/// Source: the vendor's page for `/v2/session/webhook` and the vendor's public n8n node. The list is open:
/// an unknown name is a warning.
pub const KNOWN_EVENTS: &[KnownEvent] = &[
    event("call.accepted", "a call was answered"),
    event("call.received", "a WhatsApp call comes in"),
    event("call.rejected", "a call was declined"),
    event("chat.archive", "a chat was archived or brought back"),
    event("engine.event", "a raw event of the engine"),
    event("event.response", "an answer to a calendar event"),
    event(
        "event.response.failed",
        "an answer to a calendar event that could not be read",
    ),
    event("group.join", "somebody joined a group"),
    event("group.leave", "somebody left a group"),
    event("group.v2.join", "the account joined a group"),
    event("group.v2.leave", "the account left a group"),
    event("group.v2.participants", "a group's participants changed"),
    event("group.v2.update", "a group's settings changed"),
    event("label.chat.added", "a label was put on a chat"),
    event("label.chat.deleted", "a label was taken off a chat"),
    event("label.deleted", "a label was deleted"),
    event("label.upsert", "a label was made or changed"),
    event("message", "text and media messages that come in"),
    event("message.ack", "delivery and read acknowledgements"),
    event("message.any", "messages that come in and that go out"),
    event("message.edited", "a message was modified"),
    event("message.reaction", "a reaction to a message"),
    event("message.revoked", "a message was deleted for everyone"),
    event("poll.vote", "a vote in a poll"),
    event("poll.vote.failed", "a vote that could not be read"),
    event("presence.update", "somebody is online or typing"),
    event("session.status", "the session's own state changed"),
];

/// The events that a webhook asks for: a set that remembers the order it was written in.
///
/// Two are equal when they hold the same names; order and repeats make no difference.
#[derive(Debug, Clone)]
pub struct Events(Arc<[Arc<str>]>);

impl Events {
    /// Takes names in their written order; a repeat is dropped.
    pub fn new(names: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        /// So many are looked through faster than they are hashed.
        const FEW: usize = 16;
        let (mut list, mut seen): (Vec<Arc<str>>, HashSet<Arc<str>>) = Default::default();
        for name in names {
            let name = name.into();
            let is_new = if list.len() < FEW {
                !list.contains(&name)
            } else {
                if seen.is_empty() {
                    seen.extend(list.iter().cloned());
                }
                seen.insert(name.clone())
            };
            if is_new {
                list.push(name);
            }
        }
        Self(list.into())
    }

    /// The names in written order, each once.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Whether no event is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `name` is asked for.
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|listed| listed == name)
    }
}

impl PartialEq for Events {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
            || (self.0.len() == other.0.len()
                && self.iter().collect::<HashSet<_>>() == other.iter().collect::<HashSet<_>>())
    }
}

impl Eq for Events {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repeats_are_no_difference() {
        let written = Events::new(["message", "message.ack", "message"]);
        assert_eq!(written, Events::new(["message.ack", "message"]));
        assert_eq!(
            written.iter().collect::<Vec<_>>(),
            ["message", "message.ack"]
        );
    }

    #[test]
    fn another_name_or_one_more_is_a_difference() {
        assert_ne!(Events::new(["message"]), Events::new(["message.any"]));
        assert_ne!(
            Events::new(["message"]),
            Events::new(["message", "message.any"])
        );
    }

    #[test]
    fn known_events_are_sorted_and_listed_once() {
        assert!(
            KNOWN_EVENTS
                .windows(2)
                .all(|pair| pair[0].name < pair[1].name)
        );
    }
}
