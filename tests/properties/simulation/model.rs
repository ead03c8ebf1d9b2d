//! The nouns of the checks, made from bytes and from the emulator's state without the product's own types, so that a
//! misreading there is not repeated here.

use std::collections::BTreeSet;

use hookfleet::emulator::{Extra, InstanceState, SystemState, WebhookState};
use serde_json::value::RawValue;
use url::form_urlencoded;

/// One webhook, unknown fields included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub url: String,
    pub events: BTreeSet<String>,
    pub is_active: bool,
    /// Names and JSON texts, in their order.
    pub extra: Vec<(String, String)>,
}

/// What is known of the system webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum System {
    Unstated,
    None,
    Present(Entry),
}

/// A state of an instance: as a server holds it, or as a client reads it (see [`Held::read`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub webhooks: Vec<Entry>,
    pub system: System,
}

/// What a server shows in place of a text.
pub const MASK: &str = "********";

/// What is compared of a webhook: everything but unknown fields.
type Plain<'a> = (&'a str, &'a BTreeSet<String>, bool);

impl Entry {
    pub fn plain(&self) -> Plain<'_> {
        (&self.url, &self.events, self.is_active)
    }

    /// Puts a mask in the place of every text in its unknown fields, of which there are few.
    pub fn mask(&mut self) {
        for (_, value) in &mut self.extra {
            for text in ["k1", "linear", "X-A", "v"] {
                *value = value.replace(&format!(":\"{text}\""), &format!(":\"{MASK}\""));
            }
        }
    }

    /// Whether an unknown field holds a mask.
    pub fn is_masked(&self) -> bool {
        self.extra.iter().any(|(_, value)| value.contains(MASK))
    }

    /// Whether nothing is delivered to it.
    pub fn is_off(&self) -> bool {
        !self.is_active || self.events.is_empty()
    }

    /// Whether it delivers to the vendor.
    pub fn is_vendors(&self) -> bool {
        self.url.starts_with("https://app.wawp.net/")
    }
}

impl System {
    pub fn present(&self) -> Option<&Entry> {
        match self {
            Self::Present(entry) => Some(entry),
            Self::Unstated | Self::None => None,
        }
    }
}

impl Held {
    /// All entries.
    pub fn entries(&mut self) -> impl Iterator<Item = &mut Entry> {
        let system = match &mut self.system {
            System::Present(system) => Some(system),
            System::Unstated | System::None => None,
        };
        self.webhooks.iter_mut().chain(system)
    }

    /// How a client reads it: an entry with the system webhook's URL is the system webhook, and lends it the fields
    /// that it lacks.
    #[must_use]
    pub fn read(mut self) -> Self {
        if let System::Present(system) = &mut self.system {
            let url = system.url.clone();
            let (listed, custom): (Vec<_>, Vec<_>) = self
                .webhooks
                .into_iter()
                .partition(|entry| entry.url == url);
            for (name, value) in listed.into_iter().flat_map(|entry| entry.extra) {
                let is_new = system.extra.iter().all(|(known, _)| *known != name);
                if is_new && !value.contains(MASK) {
                    system.extra.push((name, value));
                }
            }
            self.webhooks = custom;
        }
        self
    }

    /// The same in an order of its own, for comparing whole states.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.webhooks.sort_unstable();
        self
    }

    /// Whether both show the same, unknown fields and order aside.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let system = |held: &Self| {
            let plain = held.system.present().map(Entry::plain);
            plain.map(|(url, events, is_active)| (url.to_owned(), events.clone(), is_active))
        };
        same(&self.webhooks, &other.webhooks) && system(self) == system(other)
    }
}

/// Whether both hold equal webhooks equally often, in whatever order, unknown fields aside.
pub fn same<'a>(
    left: impl IntoIterator<Item = &'a Entry>,
    right: impl IntoIterator<Item = &'a Entry>,
) -> bool {
    let mut left: Vec<Plain<'_>> = left.into_iter().map(Entry::plain).collect();
    let mut right: Vec<Plain<'_>> = right.into_iter().map(Entry::plain).collect();
    left.sort_unstable();
    right.sort_unstable();
    left == right
}

impl From<&WebhookState> for Entry {
    fn from(state: &WebhookState) -> Self {
        Self {
            url: state.url.clone(),
            events: state.events.iter().cloned().collect(),
            is_active: state.is_active,
            extra: owned(&state.extra),
        }
    }
}

impl From<&InstanceState> for Held {
    fn from(state: &InstanceState) -> Self {
        Self {
            webhooks: state.webhooks.iter().map(Entry::from).collect(),
            system: match &state.system {
                SystemState::Absent => System::Unstated,
                SystemState::Null | SystemState::Empty => System::None,
                SystemState::Set(entry) => System::Present(entry.into()),
            },
        }
    }
}

/// What the body of a successful GET says; `None` when it is no such body.
pub fn answered(body: &[u8]) -> Option<Held> {
    let fields = object(std::str::from_utf8(body).ok()?)?;
    let field = |name| found(&fields, name);
    if field("status").is_some_and(|status| status != "\"success\"") {
        return None;
    }
    let webhooks = list(field("webhooks")?)?;
    let system = match field("systemConfig") {
        None => System::Unstated,
        Some("null" | "[]" | "{}") => System::None,
        Some(json) => System::Present(entry(json)?),
    };
    let webhooks = webhooks
        .iter()
        .map(|json| entry(json))
        .collect::<Option<_>>()?;
    Some(Held { webhooks, system })
}

/// Whether the body of an answer says that the request failed: it is XML of an error, or JSON whose `status` is `error`, or
/// that names a status from 400.
pub fn is_error(body: &[u8]) -> bool {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else {
        return body.windows(7).any(|window| window == b"<error>");
    };
    let named = [&json["statusCode"], &json["data"]["status"]];
    json["status"] == "error" || named.iter().any(|status| status.as_u64() >= Some(400))
}

/// What a POST carries, in its body or in its query; `None` when that is no list of webhooks.
pub fn posted(target: &str, body: Option<&[u8]>) -> Option<Vec<Entry>> {
    let json = match body {
        Some(body) => {
            let fields = object(std::str::from_utf8(body).ok()?)?;
            found(&fields, "webhooks")?.to_owned()
        }
        None => parameter(target, "webhooks")?,
    };
    list(&json)?.iter().map(|json| entry(json)).collect()
}

/// A parameter of a target's query.
pub fn parameter(target: &str, name: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn entry(json: &str) -> Option<Entry> {
    let mut fields = object(json)?;
    let mut take = |name: &str| {
        let place = fields.iter().position(|(key, _)| key == name)?;
        Some(fields.remove(place).1)
    };
    let url = serde_json::from_str(&take("url")?).ok()?;
    let events = list(&take("events")?)?;
    let is_active = match take("is_active")?.as_str() {
        "1" | "true" | "\"1\"" => true,
        "0" | "false" | "\"0\"" => false,
        _ => return None,
    };
    take("enabled");
    let events = events.iter().map(|json| serde_json::from_str(json).ok());
    Some(Entry {
        url,
        events: events.collect::<Option<_>>()?,
        is_active,
        extra: fields,
    })
}

/// The fields of an object: names and JSON texts.
fn object(json: &str) -> Option<Vec<(String, String)>> {
    Extra::from_json(json).ok().map(|fields| owned(&fields))
}

/// The items of a list, or of the object with numbers for keys that PHP makes of one.
fn list(json: &str) -> Option<Vec<String>> {
    if json.starts_with('{') {
        let mut items = object(json)?
            .into_iter()
            .map(|(key, item)| Some((key.parse::<u64>().ok()?, item)))
            .collect::<Option<Vec<_>>>()?;
        items.sort_by_key(|(key, _)| *key);
        return Some(items.into_iter().map(|(_, item)| item).collect());
    }
    let items: Vec<Box<RawValue>> = serde_json::from_str(json).ok()?;
    Some(items.iter().map(|item| item.get().to_owned()).collect())
}

fn found<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn owned(extra: &Extra) -> Vec<(String, String)> {
    extra
        .fields()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
