//! Webhooks, the system webhook and the state of an instance. Pure; it knows nothing of requests.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::file;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookState {
    /// The URL that events are delivered to.
    #[serde(deserialize_with = "file::text")]
    #[schemars(with = "file::ScalarText")]
    pub url: String,
    /// The events that are delivered, in written order.
    #[schemars(with = "Vec<file::ScalarText>")]
    pub events: Vec<String>,
    /// Whether events are delivered.
    #[serde(default = "active", deserialize_with = "file::flag")]
    #[schemars(with = "serde_json::Value", extend("enum" = [true, false, 0, 1]))]
    pub is_active: bool,
    /// Fields that the endpoint's page does not name: returned unchanged, and kept by a POST that sends them back.
    #[serde(default, deserialize_with = "file::extra")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub extra: Extra,
}

/// A system webhook, or how a response shows that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum SystemState {
    /// As no `systemConfig` key at all.
    #[default]
    Absent,
    /// As `"systemConfig": null`.
    #[schemars(rename = "none")]
    Null,
    /// As `"systemConfig": []`.
    Empty,
    /// A system webhook.
    #[schemars(untagged)]
    Set(WebhookState),
}

/// The state of an instance, which one write replaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstanceState {
    /// The custom webhooks, in their order.
    pub webhooks: Vec<WebhookState>,
    /// The system webhook.
    pub system: SystemState,
}

/// Fields in their order, each value as its original JSON text.
#[derive(Debug, Clone, Default)]
pub struct Extra(Vec<(String, Box<RawValue>)>);

fn active() -> bool {
    true
}

/// Implemented by hand: a derived implementation would buffer the webhook, which loses large numbers.
impl<'de> Deserialize<'de> for SystemState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct System;

        impl<'de> Visitor<'de> for System {
            type Value = SystemState;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a system webhook, `none`, `empty` or `absent`")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<SystemState, E> {
                match word {
                    "absent" => Ok(SystemState::Absent),
                    "none" => Ok(SystemState::Null),
                    "empty" => Ok(SystemState::Empty),
                    _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SystemState, A::Error> {
                WebhookState::deserialize(MapAccessDeserializer::new(map)).map(SystemState::Set)
            }
        }

        deserializer.deserialize_any(System)
    }
}

impl Extra {
    /// Parses the fields of one JSON object, such as `{"hmac":{"key":"x"}}`.
    ///
    /// # Errors
    ///
    /// When `text` is not one JSON object.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Iterates over the names and JSON texts of the fields.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.get()))
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes a field and returns its JSON text.
    pub(super) fn take(&mut self, name: &str) -> Option<Box<RawValue>> {
        let place = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(place).1)
    }

    /// The fields with a mask in place of every text in their values.
    pub(super) fn masked(&self) -> Self {
        let fields = self.0.iter().map(|(name, value)| {
            let masked = RawValue::from_string(masked(value.get()));
            // What has the place of one text is another, so it is JSON as before.
            (name.clone(), masked.unwrap_or_else(|_| value.clone()))
        });
        Self(fields.collect())
    }

    pub(super) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.0
            .iter()
            .try_for_each(|(name, value)| map.serialize_entry(name, value))
    }

    /// Sets a field; as in PHP, a repeated key keeps its first position and its last value.
    fn set(&mut self, name: String, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }
}

/// A JSON text with a mask for each string that is no key.
fn masked(json: &str) -> String {
    let mut masked = String::new();
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        let mut is_escaped = false;
        let end = rest[start + 1..].find(|c| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let end = end.map_or(rest.len(), |end| start + 1 + end + 1);
        let (literal, after) = (&rest[start..end], &rest[end..]);
        let is_key = after.trim_start().starts_with(':');
        masked.push_str(&rest[..start]);
        masked.push_str(if is_key { literal } else { "\"********\"" });
        rest = after;
    }
    masked + rest
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.fields().eq(other.fields())
    }
}

impl Eq for Extra {}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.serialize_into(&mut map)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Extra;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Extra, A::Error> {
                let mut extra = Extra::default();
                while let Some((name, value)) = map.next_entry()? {
                    extra.set(name, value);
                }
                Ok(extra)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_their_text() {
        let text = r#"{"z":12345678901234567890123,"a":{"y": 1.50, "b":[]}}"#;
        let extra = Extra::from_json(text).unwrap();
        assert_eq!(
            extra.fields().collect::<Vec<_>>(),
            [
                ("z", "12345678901234567890123"),
                ("a", r#"{"y": 1.50, "b":[]}"#)
            ]
        );
        assert_eq!(serde_json::to_string(&extra).unwrap(), text);
    }

    #[test]
    fn a_mask_takes_the_place_of_every_text_and_of_nothing_else() {
        let extra = r#"{"hmac":{"key":"a\"b","n":1.50},"list":["x",null,{"k" : "\\"}],"s":"é"}"#;
        let masked = r#"{"hmac":{"key":"********","n":1.50},"list":["********",null,{"k" : "********"}],"s":"********"}"#;
        let extra = Extra::from_json(extra).unwrap();
        assert_eq!(extra.masked(), Extra::from_json(masked).unwrap());
    }

    #[test]
    fn a_repeated_field_keeps_its_first_place_and_its_last_value() {
        let extra = Extra::from_json(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(extra, Extra::from_json(r#"{"a":3,"b":2}"#).unwrap());
    }

    #[test]
    fn extra_that_is_not_an_object_is_rejected() {
        assert!(Extra::from_json("[]").is_err());
    }
}
