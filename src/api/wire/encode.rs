//! From entries to the API's JSON, unknown fields byte for byte.

use zeroize::Zeroizing;

use crate::live::{LiveWebhook, SystemReading};
use crate::plan::Action;
use crate::webhook::{ExposeUrl, Extra, SystemWebhook, Webhook};

/// The whole array that `action` sends, system entry last, as JSON.
pub fn encode(action: &Action) -> Zeroizing<String> {
    let custom = action.webhooks.iter().map(Entry::of);
    let system = action.system.iter().map(Entry::of_system);
    let mut json = Zeroizing::new(String::new());
    push_entries(&mut json, custom.chain(system));
    json
}

/// A state in the shape of an answer, so that [`decode`](super::decode) reads it back: what the run log keeps of what was written.
pub fn encode_state(webhooks: &[LiveWebhook], system: &SystemReading) -> Zeroizing<String> {
    let mut json = Zeroizing::new(String::from("{\"webhooks\":"));
    push_entries(&mut json, webhooks.iter().map(Entry::of));
    match system {
        SystemReading::Present(system) => {
            json.push_str(",\"systemConfig\":");
            Entry::of_system(system).push(&mut json);
        }
        SystemReading::None => json.push_str(",\"systemConfig\":null"),
        SystemReading::Unstated => {}
    }
    json.push('}');
    json
}

/// One entry of a list, custom or the vendor's.
struct Entry<'a> {
    webhook: &'a Webhook,
    extra: &'a Extra,
}

impl<'a> Entry<'a> {
    fn of(LiveWebhook { webhook, extra }: &'a LiveWebhook) -> Self {
        Self { webhook, extra }
    }

    fn of_system(SystemWebhook { webhook, extra }: &'a SystemWebhook) -> Self {
        Self { webhook, extra }
    }

    fn push(&self, json: &mut String) {
        let Self { webhook, extra } = self;
        let events: Vec<&str> = webhook.events.iter().collect();
        json.push_str("{\"url\":");
        push_json(json, &webhook.url.expose());
        json.push_str(",\"events\":");
        push_json(json, &events);
        json.push_str(if webhook.is_active {
            ",\"is_active\":1"
        } else {
            ",\"is_active\":0"
        });
        for (name, value) in extra.iter() {
            json.push(',');
            push_json(json, &name);
            json.push(':');
            json.push_str(value);
        }
        json.push('}');
    }
}

fn push_entries<'a>(json: &mut String, entries: impl Iterator<Item = Entry<'a>>) {
    json.push('[');
    for (index, entry) in entries.enumerate() {
        if index > 0 {
            json.push(',');
        }
        entry.push(json);
    }
    json.push(']');
}

fn push_json(json: &mut String, value: &impl serde::Serialize) {
    // Strings and lists of strings always serialize.
    if let Ok(text) = serde_json::to_string(value) {
        json.push_str(&Zeroizing::new(text));
    }
}
