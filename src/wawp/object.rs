//! A JSON object's fields and texts, as they stand in an answer: borrowed from it, values unread.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::decode::{NotUnderstood, Place};

/// A JSON object's fields in their order. A key that stands twice is refused: one would be lost.
pub(super) struct Object<'a>(Vec<(Text<'a>, &'a RawValue)>);

/// A JSON string, borrowed where nothing in it is escaped.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Text<'a> {
    /// The text of a string; `None` for anything else.
    pub(super) fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> Object<'a> {
    pub(super) fn read(place: Place<'_>, raw: &'a RawValue) -> Result<Self, NotUnderstood> {
        Self::of(place, raw.get()).unwrap_or_else(|| Err(place.wrong("is not an object")))
    }

    /// The object that a text is; `None` where it is none.
    pub(super) fn of(place: Place<'_>, text: &'a str) -> Option<Result<Self, NotUnderstood>> {
        let object: Self = serde_json::from_str(text).ok()?;
        let mut keys: Vec<&str> = object.0.iter().map(|(key, _)| &**key).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return Some(Err(place.wrong("has a key twice")));
        }
        Some(Ok(object))
    }

    /// Takes a field out.
    pub(super) fn take(&mut self, key: &str) -> Option<&'a RawValue> {
        let at = self.0.iter().position(|(own, _)| &**own == key)?;
        Some(self.0.remove(at).1)
    }

    /// The fields that were not taken.
    pub(super) fn rest(self) -> impl Iterator<Item = (Text<'a>, &'a RawValue)> {
        self.0.into_iter()
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
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
