//! Webhooks as they stand in a world file. PURE, and nothing about how they are answered.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};

use super::scalar::{Json, Text, flag, flag_schema};
use crate::emulator::webhook::{Extra, SystemState, WebhookState};

/// A webhook.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookFile {
    /// Where deliveries go.
    url: Text,
    /// What is delivered.
    events: Vec<Text>,
    /// Whether deliveries are made.
    #[serde(default = "active", deserialize_with = "flag")]
    #[schemars(schema_with = "flag_schema")]
    is_active: bool,
    /// Fields that the endpoint's page does not name; answered as they are, kept by a POST that sends them back.
    #[serde(default, deserialize_with = "extra")]
    #[schemars(schema_with = "extra_schema")]
    extra: Extra,
}

/// A system webhook, or the word for how its lack is answered.
#[derive(Clone, JsonSchema)]
#[schemars(untagged, rename = "System")]
pub(super) enum SystemFile {
    /// How its lack is answered.
    Lack(Lack),
    /// A system webhook.
    Set(Box<WebhookFile>),
}

/// How the lack of a system webhook is answered.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Lack {
    /// As null.
    None,
    /// As `[]`.
    Empty,
    /// As no key at all.
    Absent,
}

fn active() -> bool {
    true
}

fn extra<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
    let Json(text) = Json::deserialize(deserializer)?;
    let extra =
        Extra::from_json(text.get()).map_err(|_| D::Error::custom("`extra` is not a mapping"))?;
    if let Some((name, _)) = extra
        .fields()
        .find(|(name, _)| ["url", "events", "is_active", "enabled"].contains(name))
    {
        return Err(D::Error::custom(format_args!(
            "`{name}` has no place in `extra`"
        )));
    }
    Ok(extra)
}

fn extra_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

impl From<WebhookFile> for WebhookState {
    fn from(file: WebhookFile) -> Self {
        Self {
            url: file.url.0,
            events: file.events.into_iter().map(|event| event.0).collect(),
            is_active: file.is_active,
            extra: file.extra,
        }
    }
}

impl Default for SystemFile {
    fn default() -> Self {
        Self::Lack(Lack::Absent)
    }
}

impl From<SystemFile> for SystemState {
    fn from(file: SystemFile) -> Self {
        match file {
            SystemFile::Lack(Lack::Absent) => Self::Absent,
            SystemFile::Lack(Lack::None) => Self::Null,
            SystemFile::Lack(Lack::Empty) => Self::Empty,
            SystemFile::Set(webhook) => Self::Set((*webhook).into()),
        }
    }
}

impl<'de> Deserialize<'de> for SystemFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SystemVisitor)
    }
}

struct SystemVisitor;

impl<'de> Visitor<'de> for SystemVisitor {
    type Value = SystemFile;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a system webhook, `none`, `empty` or `absent`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SystemFile, E> {
        let word = StrDeserializer::<E>::new(text);
        Lack::deserialize(word)
            .map(SystemFile::Lack)
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SystemFile, A::Error> {
        WebhookFile::deserialize(MapAccessDeserializer::new(map))
            .map(|webhook| SystemFile::Set(Box::new(webhook)))
    }
}
