//! From entries to the API's JSON, unknown fields byte for byte.

use zeroize::Zeroizing;

use crate::live::{LiveWebhook, SystemReading};
use crate::plan::Action;
use crate::webhook::{ExposeUrl, SystemWebhook, UnknownFields, Webhook};

/// The whole array that `action` sends, system entry last, as JSON.
pub fn encode(action: &Action) -> Zeroizing<String> {
    let custom = action.webhooks.iter().map(Entry::of);
    let system = action.system.iter().map(Entry::of_system);
    let entries: Vec<Entry<'_>> = custom.chain(system).collect();
    let mut json = sized(&entries);
    push_entries(&mut json, &entries);
    text(json)
}

/// A state in the shape of an answer, so that [`decode`](super::decode::decode) reads it back: what the run log keeps of what was written.
pub fn encode_state(webhooks: &[LiveWebhook], system: &SystemReading) -> Zeroizing<String> {
    let entries: Vec<Entry<'_>> = webhooks.iter().map(Entry::of).collect();
    let present = system.present().map(Entry::of_system);
    let mut json = sized(entries.iter().chain(&present));
    json.extend_from_slice(b"{\"webhooks\":");
    push_entries(&mut json, &entries);
    match system {
        SystemReading::Present(system) => {
            json.extend_from_slice(b",\"systemConfig\":");
            Entry::of_system(system).push(&mut json);
        }
        SystemReading::None => json.extend_from_slice(b",\"systemConfig\":null"),
        SystemReading::Unstated => {}
    }
    json.push(b'}');
    text(json)
}

/// One entry of a list, custom or the vendor's.
struct Entry<'a> {
    webhook: &'a Webhook,
    extra: &'a UnknownFields,
}

impl<'a> Entry<'a> {
    fn of(LiveWebhook { webhook, extra }: &'a LiveWebhook) -> Self {
        Self { webhook, extra }
    }

    fn of_system(SystemWebhook { webhook, extra }: &'a SystemWebhook) -> Self {
        Self { webhook, extra }
    }

    /// The most bytes that it can have as JSON, where a byte is escaped by six at the most.
    fn most(&self) -> usize {
        let Self { webhook, extra } = self;
        let events = webhook.events.iter().map(|event| 6 * event.len() + 3);
        let extra = extra.iter();
        let extra = extra.map(|(name, value)| 6 * name.len() + value.len() + 4);
        6 * webhook.url.expose().len() + 64 + events.sum::<usize>() + extra.sum::<usize>()
    }

    fn push(&self, json: &mut Vec<u8>) {
        let Self { webhook, extra } = self;
        let events: Vec<&str> = webhook.events.iter().collect();
        json.extend_from_slice(b"{\"url\":");
        push_json(json, &webhook.url.expose());
        json.extend_from_slice(b",\"events\":");
        push_json(json, &events);
        json.extend_from_slice(if webhook.is_active {
            b",\"is_active\":1"
        } else {
            b",\"is_active\":0"
        });
        for (name, value) in extra.iter() {
            json.push(b',');
            push_json(json, &name);
            json.push(b':');
            json.extend_from_slice(value.as_bytes());
        }
        json.push(b'}');
    }
}

/// Room for so many entries and what stands around them: growing would leave unwiped copies of secrets behind.
fn sized<'a>(entries: impl IntoIterator<Item = &'a Entry<'a>>) -> Zeroizing<Vec<u8>> {
    let room = entries.into_iter().map(Entry::most).sum::<usize>();
    Zeroizing::new(Vec::with_capacity(room + 64))
}

fn push_entries(json: &mut Vec<u8>, entries: &[Entry<'_>]) {
    json.push(b'[');
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        entry.push(json);
    }
    json.push(b']');
}

fn push_json(json: &mut Vec<u8>, value: &impl serde::Serialize) {
    // Strings and lists of strings always serialize, and memory always takes them.
    let _ = serde_json::to_writer(json, value);
}

/// The text of what is written, without a copy.
fn text(mut json: Zeroizing<Vec<u8>>) -> Zeroizing<String> {
    // It is made of texts.
    let text = String::from_utf8(std::mem::take(&mut *json));
    Zeroizing::new(text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::webhook::{Events, HookUrl};

    #[test]
    fn there_is_room_from_the_start_however_much_is_escaped() {
        let url = "\u{1}\"\\\u{7f}é".repeat(50);
        let value = RawValue::from_string(r#"{"key":"\u0001"}"#.to_owned()).unwrap();
        let webhook = Webhook {
            url: HookUrl::live(url.clone()),
            events: Events::new([url.clone(), String::new()]),
            is_active: false,
        };
        let extra = UnknownFields::new([(url, &*value)]);
        let entry = || Entry {
            webhook: &webhook,
            extra: &extra,
        };
        let entries = [entry(), entry(), entry()];
        let mut json = sized(&entries);
        let (room, place) = (json.capacity(), json.as_ptr());
        push_entries(&mut json, &entries);
        assert_eq!((json.capacity(), json.as_ptr()), (room, place));
        assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok());
    }
}
