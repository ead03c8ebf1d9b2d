//! The nouns of the world: webhooks, the system webhook, an instance's state. PURE; nothing about requests.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// One webhook as the server stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookState {
    /// Where deliveries go.
    pub url: String,
    /// What is delivered, in the order written.
    pub events: Vec<String>,
    /// Whether deliveries are made.
    pub is_active: bool,
    /// The fields that the endpoint's page does not name.
    pub extra: Extra,
}

/// What an instance has for a system webhook, and how it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SystemState {
    /// No `systemConfig` key at all.
    #[default]
    Absent,
    /// `"systemConfig": null`.
    Null,
    /// `"systemConfig": []`.
    Empty,
    /// A system webhook.
    Set(WebhookState),
}

/// Everything that one write changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The custom webhooks, in their order.
    pub webhooks: Vec<WebhookState>,
    /// The system webhook.
    pub system: SystemState,
}

/// Fields in their order, each value being the JSON text that was given.
#[derive(Debug, Clone, Default)]
pub struct Extra(Vec<(String, Box<RawValue>)>);

impl Extra {
    /// Reads the fields of one JSON object, such as `{"hmac":{"key":"x"}}`.
    ///
    /// # Errors
    ///
    /// When `text` is not one JSON object.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The names and the JSON texts of the fields.
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

    pub(super) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.0
            .iter()
            .try_for_each(|(name, value)| map.serialize_entry(name, value))
    }

    /// As in PHP, a repeated key keeps its first place and its last value.
    fn set(&mut self, name: String, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }
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
    fn a_repeated_field_keeps_its_first_place_and_its_last_value() {
        let extra = Extra::from_json(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(extra, Extra::from_json(r#"{"a":3,"b":2}"#).unwrap());
    }

    #[test]
    fn what_is_no_object_is_no_extra() {
        assert!(Extra::from_json("[]").is_err());
    }
}
