//! From entries to the API's JSON, unknown fields byte for byte.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::live::{LiveWebhook, SystemReading};
use crate::plan::Action;
use crate::webhook::ExposeUrl;

/// The whole array that `action` sends, system entry last, as JSON.
pub fn encode(action: &Action) -> String {
    let entries = action.webhooks.iter().chain(&action.system);
    let sent: Vec<LiveWebhook> = entries.map(|entry| action.sent(entry)).collect();
    json(&sent.iter().map(Entry).collect::<Vec<_>>())
}

/// A state in the shape of an answer, so that [`decode`](super::decode()) reads it back: what the run log keeps of what was written.
pub fn encode_state(webhooks: &[LiveWebhook], system: &SystemReading) -> String {
    json(&State { webhooks, system })
}

fn json(value: &impl Serialize) -> String {
    // Fails only for maps with keys that are no strings, and these have none.
    serde_json::to_string(value).unwrap_or_default()
}

struct State<'a> {
    webhooks: &'a [LiveWebhook],
    system: &'a SystemReading,
}

impl Serialize for State<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries: Vec<Entry<'_>> = self.webhooks.iter().map(Entry).collect();
        let mut state = serializer.serialize_map(None)?;
        state.serialize_entry("webhooks", &entries)?;
        match self.system {
            SystemReading::Present(system) => {
                state.serialize_entry("systemConfig", &Entry(system))?;
            }
            SystemReading::None => state.serialize_entry("systemConfig", &())?,
            SystemReading::Unstated => {}
        }
        state.end()
    }
}

/// One entry of a list, custom or the vendor's.
struct Entry<'a>(&'a LiveWebhook);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let LiveWebhook { webhook, extra } = self.0;
        let events: Vec<&str> = webhook.events.iter().collect();
        let mut entry = serializer.serialize_map(None)?;
        entry.serialize_entry("url", webhook.url.expose())?;
        entry.serialize_entry("events", &events)?;
        entry.serialize_entry("is_active", &u8::from(webhook.is_active))?;
        for (name, value) in extra.iter() {
            entry.serialize_entry(name, value)?;
        }
        entry.end()
    }
}
