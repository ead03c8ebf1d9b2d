//! The API's JSON, in every form it comes in: tolerant of how a thing is written, strict about what can't be
//! understood. Unknown is never read as empty, and unknown fields are kept byte for byte.

use serde_json::value::RawValue;

use super::beyond::beyond;
use super::object::{Object, Text};

use crate::live::{AnswerBeyond, Live, LiveWebhook, SystemReading};
use crate::webhook::{Events, HookUrl, UnknownFields, Webhook};

/// Why an answer is not understood: the place and the reason, never the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} {why}")]
pub struct NotUnderstood {
    /// Such as `the answer` or `webhooks.0.url`.
    pub place: String,
    /// Such as `is missing`.
    pub why: String,
}

/// Where in an answer something stands; it is put into words only where something is wrong.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Answer,
    Root(&'static str),
    Field(&'a Place<'a>, &'static str),
    Item(&'a Place<'a>, u64),
}

impl Place<'_> {
    fn name(&self) -> String {
        match self {
            Self::Answer => "the answer".to_owned(),
            Self::Root(name) => (*name).to_owned(),
            Self::Field(parent, name) => format!("{}.{name}", parent.name()),
            Self::Item(parent, index) => format!("{}.{index}", parent.name()),
        }
    }

    /// Why it is not understood.
    pub(super) fn wrong(&self, why: &str) -> NotUnderstood {
        let place = match self {
            Self::Answer => self.name(),
            _ => format!("`{}`", self.name()),
        };
        NotUnderstood {
            place,
            why: why.to_owned(),
        }
    }
}

/// Reads the answer of a GET.
///
/// # Errors
/// When the body is not the documented shape.
pub fn decode(body: &[u8]) -> Result<Live, NotUnderstood> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let answer = Place::Answer;
    let text = std::str::from_utf8(body).map_err(|_| answer.wrong("is not UTF-8"))?;
    if text.trim().is_empty() {
        return Err(answer.wrong("is empty"));
    }
    let mut fields = Object::of(answer, text).unwrap_or_else(|| Err(not_an_object(text)))?;
    if let Some(status) = fields.take("status")
        && Text::of(status).is_none_or(|status| &*status != "success")
    {
        return Err(Place::Root("status").wrong("is not `success`"));
    }
    let place = Place::Root("webhooks");
    let webhooks = fields
        .take("webhooks")
        .ok_or_else(|| place.wrong("is missing"))?;
    let entries: Vec<LiveWebhook> = array(place, webhooks)?
        .into_iter()
        .map(|(index, raw)| entry(Place::Item(&place, index), raw))
        .collect::<Result<_, _>>()?;
    let system = match fields.take("systemConfig") {
        None => SystemReading::Unstated,
        Some(raw) => system(raw)?,
    };
    let listed = entries.len();
    let rest = fields.rest().map(|(name, raw)| (name.to_owned(), raw));
    let beyond = beyond(rest, listed);
    Ok(separate(entries, system, beyond))
}

/// Why an answer is no object.
fn not_an_object(text: &str) -> NotUnderstood {
    let json: Result<&RawValue, _> = serde_json::from_str(text);
    Place::Answer.wrong(match json {
        Ok(_) => "is not an object",
        // No place: where in the answer it is tells how long the secrets before it are.
        Err(_) if text.trim_start().starts_with('<') => "is HTML or XML",
        Err(error) if error.is_eof() => "ends in the middle",
        Err(_) => "is not JSON",
    })
}

/// Takes the entries with the system webhook's URL for the system webhook. `systemConfig` counts, with all its fields;
/// the fields that only the entries have are added, since a POST would lose them, but for masks.
fn separate(entries: Vec<LiveWebhook>, mut system: SystemReading, beyond: AnswerBeyond) -> Live {
    let mut listed_system_disagrees = false;
    let mut webhooks = entries;
    if let SystemReading::Present(system) = &mut system {
        let is_system = |entry: &LiveWebhook| entry.webhook.url == system.webhook.url;
        let (listed, custom): (Vec<_>, Vec<_>) = webhooks.into_iter().partition(is_system);
        for entry in listed {
            let LiveWebhook { webhook, extra } = &mut *system;
            listed_system_disagrees |=
                entry.webhook != *webhook || extra.differs_from(&entry.extra);
            let listed = entry.extra.without_masks();
            *extra = std::mem::take(extra).joined_with(&listed);
        }
        webhooks = custom;
    }
    Live {
        webhooks,
        system,
        listed_system_disagrees,
        beyond,
    }
}

fn system(raw: &RawValue) -> Result<SystemReading, NotUnderstood> {
    let place = Place::Root("systemConfig");
    if is_null(raw) || is_empty(raw) {
        return Ok(SystemReading::None);
    }
    entry(place, raw).map(SystemReading::Present)
}

fn entry(place: Place<'_>, raw: &RawValue) -> Result<LiveWebhook, NotUnderstood> {
    let mut fields = Object::read(place, raw)?;
    let missing = |key| Place::Field(&place, key).wrong("is missing");
    let url = fields.take("url").ok_or_else(|| missing("url"))?;
    let url: String = serde_json::from_str(url.get())
        .ok()
        .filter(|url: &String| !url.is_empty())
        .ok_or_else(|| Place::Field(&place, "url").wrong("is not a URL"))?;
    let listed = Place::Field(&place, "events");
    let events = fields.take("events").ok_or_else(|| missing("events"))?;
    let events: Vec<Text<'_>> = array(listed, events)?
        .into_iter()
        .map(|(index, raw)| {
            Text::of(raw).ok_or_else(|| Place::Item(&listed, index).wrong("is not a string"))
        })
        .collect::<Result<_, _>>()?;
    let is_active = fields.take("is_active");
    // The server's echo of `is_active`: never sent, and only read where the original is missing.
    let enabled = fields.take("enabled");
    let flag = is_active.or(enabled).ok_or_else(|| missing("is_active"))?;
    let is_active = flag_value(flag)
        .ok_or_else(|| Place::Field(&place, "is_active").wrong("is neither on nor off"))?;
    let webhook = Webhook {
        url: HookUrl::live(url),
        events: Events::as_read(events.iter().map(|event| &**event)),
        is_active,
    };
    Ok(LiveWebhook {
        webhook,
        extra: UnknownFields::new(fields.rest()),
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

/// Whether this is a list or an object without anything in it.
fn is_empty(raw: &RawValue) -> bool {
    let inside = |open, close| raw.get().strip_prefix(open)?.strip_suffix(close);
    let inside = inside('{', '}').or_else(|| inside('[', ']'));
    inside.is_some_and(|inside| inside.trim().is_empty())
}

/// A list, or the object keyed `"0"`, `"1"`, … that PHP makes of one; with the number of each item.
fn array<'a>(
    place: Place<'_>,
    raw: &'a RawValue,
) -> Result<Vec<(u64, &'a RawValue)>, NotUnderstood> {
    if is_null(raw) {
        return Err(place.wrong("is null"));
    }
    if raw.get().starts_with('[') {
        let items: Vec<&RawValue> =
            serde_json::from_str(raw.get()).map_err(|_| place.wrong("is not a list"))?;
        return Ok((0..).zip(items).collect());
    }
    if !raw.get().starts_with('{') {
        return Err(place.wrong("is not a list"));
    }
    let mut items: Vec<(u64, &RawValue)> = Object::read(place, raw)?
        .rest()
        .map(|(key, item)| {
            let index = key.parse();
            let wrong = |_| place.wrong("is neither a list nor keyed by numbers");
            index.map(|index| (index, item)).map_err(wrong)
        })
        .collect::<Result<_, _>>()?;
    items.sort_by_key(|(index, _)| *index);
    if items.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(place.wrong("has the same number twice"));
    }
    Ok(items)
}
