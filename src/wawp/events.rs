//! The event names that the vendor has published.

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
    event("group.join", "a participant joined a group"),
    event("group.leave", "a participant left a group"),
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
    event("presence.update", "a contact is online or typing"),
    event("session.status", "the session's own state changed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_events_are_sorted_and_listed_once() {
        assert!(
            KNOWN_EVENTS
                .windows(2)
                .all(|pair| pair[0].name < pair[1].name)
        );
    }
}
