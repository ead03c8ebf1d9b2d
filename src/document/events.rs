//! `events` as JSON.

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::wawp::events::KNOWN_EVENTS;

/// What `events` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventsV1 {
    /// `1`.
    pub format_version: &'static str,
    /// The published events, by name.
    pub events: Vec<EventV1>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventV1 {
    /// The name as it stands in `events`.
    pub name: &'static str,
    /// What a webhook receives for it.
    pub meaning: &'static str,
}

impl EventsV1 {
    /// The published events.
    pub fn published() -> Self {
        let events = KNOWN_EVENTS.iter().map(|event| EventV1 {
            name: event.name,
            meaning: event.meaning,
        });
        Self {
            format_version: FORMAT_VERSION,
            events: events.collect(),
        }
    }
}
