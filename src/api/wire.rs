//! The API's JSON, in every form it comes in: tolerant of how a thing is written, strict about what can't be
//! understood. Unknown is never read as empty, and unknown fields are kept byte for byte.

mod encode;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

pub use encode::{encode, encode_state};

use crate::live::{Live, LiveWebhook, SystemReading};
use crate::webhook::{Events, Extra, HookUrl, SystemWebhook, Webhook};

/// Why an answer is not understood: the place and the reason, never the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} {why}")]
pub struct NotUnderstood {
    /// Such as `the answer` or `webhooks.0.url`.
    pub place: String,
    /// Such as `is missing`.
    pub why: String,
}

fn not_understood(place: &str, why: impl Into<String>) -> NotUnderstood {
    NotUnderstood {
        place: place.to_owned(),
        why: why.into(),
    }
}

/// Reads the answer of a GET.
///
/// # Errors
/// When the body is not the documented shape.
pub fn decode(body: &[u8]) -> Result<Live, NotUnderstood> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text =
        std::str::from_utf8(body).map_err(|_| not_understood("the answer", "is not UTF-8"))?;
    if text.trim().is_empty() {
        return Err(not_understood("the answer", "is empty"));
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        // No place: where in the answer it is tells how long the secrets before it are.
        let why = if text.trim_start().starts_with('<') {
            "is HTML or XML"
        } else if error.is_eof() {
            "ends in the middle"
        } else {
            "is not JSON"
        };
        not_understood("the answer", why)
    })?;
    let mut answer = Object::read("the answer", raw)?;
    if let Some(status) = answer.take("status")
        && serde_json::from_str::<String>(status.get()).ok().as_deref() != Some("success")
    {
        return Err(not_understood("`status`", "is not `success`"));
    }
    let webhooks = answer
        .take("webhooks")
        .ok_or_else(|| not_understood("`webhooks`", "is missing"))?;
    let entries = array("webhooks", webhooks)?;
    let entries: Vec<LiveWebhook> = entries
        .into_iter()
        .map(|(place, raw)| entry(&place, raw))
        .collect::<Result<_, _>>()?;
    let system = match answer.take("systemConfig") {
        None => SystemReading::Unstated,
        Some(raw) => system(raw)?,
    };
    Ok(separate(entries, system))
}

/// An entry whose URL is the system webhook's is the system webhook, not a custom one; its unknown fields and
/// those of `systemConfig` are what a POST would otherwise lose.
fn separate(entries: Vec<LiveWebhook>, mut system: SystemReading) -> Live {
    let mut listed_system_disagrees = false;
    let mut webhooks = entries;
    if let SystemReading::Present(system) = &mut system {
        let is_system = |entry: &LiveWebhook| entry.webhook.url == system.webhook.url;
        let (listed, custom): (Vec<_>, Vec<_>) = webhooks.into_iter().partition(is_system);
        listed_system_disagrees = listed.iter().any(|entry| entry.webhook != system.webhook);
        if let Some(first) = listed.into_iter().next() {
            system.extra = first.extra.joined_with(&system.extra);
        }
        webhooks = custom;
    }
    Live {
        webhooks,
        system,
        listed_system_disagrees,
    }
}

fn system(raw: &RawValue) -> Result<SystemReading, NotUnderstood> {
    if is_null(raw) || array("systemConfig", raw).is_ok_and(|items| items.is_empty()) {
        return Ok(SystemReading::None);
    }
    let LiveWebhook { webhook, extra } = entry("systemConfig", raw)?;
    Ok(SystemReading::Present(SystemWebhook { webhook, extra }))
}

fn entry(place: &str, raw: &RawValue) -> Result<LiveWebhook, NotUnderstood> {
    let mut fields = Object::read(place, raw)?;
    let missing = |key: &str| not_understood(&format!("`{place}.{key}`"), "is missing");
    let url = fields.take("url").ok_or_else(|| missing("url"))?;
    let url: String = serde_json::from_str(url.get())
        .ok()
        .filter(|url: &String| !url.is_empty())
        .ok_or_else(|| not_understood(&format!("`{place}.url`"), "is not a URL"))?;
    let events = array(
        &format!("{place}.events"),
        fields.take("events").ok_or_else(|| missing("events"))?,
    )?;
    let events: Vec<String> = events
        .into_iter()
        .map(|(place, raw)| {
            serde_json::from_str(raw.get())
                .map_err(|_| not_understood(&format!("`{place}`"), "is not a string"))
        })
        .collect::<Result<_, _>>()?;
    let is_active = fields.take("is_active");
    // The server's echo of `is_active`: never sent, and only read where the original is missing.
    let enabled = fields.take("enabled");
    let flag = is_active.or(enabled).ok_or_else(|| missing("is_active"))?;
    let is_active = flag_value(flag)
        .ok_or_else(|| not_understood(&format!("`{place}.is_active`"), "is neither on nor off"))?;
    let webhook = Webhook {
        url: HookUrl::live(url),
        events: Events::new(events),
        is_active,
    };
    Ok(LiveWebhook {
        webhook,
        extra: Extra::new(fields.0),
    })
}

/// `1` and `0`, `true` and `false`, and from a PHP backend `"1"` and `"0"`.
fn flag_value(raw: &RawValue) -> Option<bool> {
    match raw.get() {
        "1" | "true" | "\"1\"" => Some(true),
        "0" | "false" | "\"0\"" => Some(false),
        _ => None,
    }
}

fn is_null(raw: &RawValue) -> bool {
    raw.get() == "null"
}

/// A list, or the object keyed `"0"`, `"1"`, … that PHP makes of one; with the place of each item.
fn array<'a>(place: &str, raw: &'a RawValue) -> Result<Vec<(String, &'a RawValue)>, NotUnderstood> {
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        let named = |(index, item)| (format!("{place}.{index}"), item);
        return Ok(items.into_iter().enumerate().map(named).collect());
    }
    if is_null(raw) {
        return Err(not_understood(&format!("`{place}`"), "is null"));
    }
    let mut sorted: BTreeMap<u64, &RawValue> = BTreeMap::new();
    if !raw.get().starts_with('{') {
        return Err(not_understood(&format!("`{place}`"), "is not a list"));
    }
    for (key, item) in Object::read(place, raw)?.0 {
        let index = key.parse().map_err(|_| {
            not_understood(
                &format!("`{place}`"),
                "is neither a list nor keyed by numbers",
            )
        })?;
        if sorted.insert(index, item).is_some() {
            return Err(not_understood(
                &format!("`{place}`"),
                "has the same number twice",
            ));
        }
    }
    Ok(sorted
        .into_iter()
        .map(|(index, item)| (format!("{place}.{index}"), item))
        .collect())
}

/// A JSON object's fields in their order, values unread. A key that stands twice is refused: one would be lost.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Object<'a> {
    fn read(place: &str, raw: &'a RawValue) -> Result<Self, NotUnderstood> {
        let place = || {
            if place.starts_with("the ") {
                place.to_owned()
            } else {
                format!("`{place}`")
            }
        };
        let object: Self = serde_json::from_str(raw.get())
            .map_err(|_| not_understood(&place(), "is not an object"))?;
        let mut keys: Vec<&str> = object.0.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(not_understood(&place(), "has a key twice"));
        }
        Ok(object)
    }

    fn take(&mut self, key: &str) -> Option<&'a RawValue> {
        let at = self.0.iter().position(|(own, _)| own == key)?;
        Some(self.0.remove(at).1)
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry::<String, &RawValue>()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
