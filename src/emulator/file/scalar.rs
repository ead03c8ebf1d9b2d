//! The scalars of a world file that YAML would guess wrong. PURE, and nothing about webhooks.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

/// The scalar's own text, quoted or not; neither empty nor null.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text(pub(super) String);

/// The one version of the format that there is.
pub(super) struct Version;

/// The JSON text of a YAML value.
pub(super) struct Json(pub(super) Box<RawValue>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl Visitor<'_> for Scalar {
            type Value = Text;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text that is neither empty nor null")
            }

            // A null asked for as a text arrives as the text it was written as.
            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                match text {
                    "" | "~" | "null" | "Null" | "NULL" => {
                        Err(E::invalid_value(Unexpected::Str(text), &self))
                    }
                    _ => Ok(Text(text.to_owned())),
                }
            }
        }

        deserializer.deserialize_str(Scalar)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Version;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the number 1, the only version there is")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Version, E> {
                match number {
                    1 => Ok(Version),
                    other => Err(E::invalid_value(Unexpected::Unsigned(other), &self)),
                }
            }
        }

        deserializer.deserialize_any(Number)
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"], "minLength": 1 })
    }
}

impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": 1 })
    }
}

/// Reads true, false, 1 or 0.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Flag;

    impl Visitor<'_> for Flag {
        type Value = bool;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("true, false, 1 or 0")
        }

        fn visit_bool<E>(self, flag: bool) -> Result<bool, E> {
            Ok(flag)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<bool, E> {
            match number {
                0 | 1 => Ok(number == 1),
                other => Err(E::invalid_value(Unexpected::Unsigned(other), &self)),
            }
        }
    }

    deserializer.deserialize_any(Flag)
}

/// The schema of a [`flag`].
pub(super) fn flag_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": [true, false, 0, 1] })
}

/// Reads a value that may be left out but, unlike with `Option` alone, not be null.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonWriter)
    }
}

/// Writes JSON while reading YAML, for no value type in between keeps large integers.
struct JsonWriter;

impl JsonWriter {
    fn raw<E: Error>(text: String) -> Result<Json, E> {
        RawValue::from_string(text).map(Json).map_err(E::custom)
    }

    fn quoted<E: Error>(text: &str) -> Result<String, E> {
        serde_json::to_string(text).map_err(E::custom)
    }
}

impl<'de> Visitor<'de> for JsonWriter {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that JSON has")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Self::raw("null".to_owned())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Json, E> {
        Self::raw(flag.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Self::raw(number.to_string())
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Json, E> {
        Self::raw(number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Self::raw(number.to_string())
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Json, E> {
        Self::raw(number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        if !number.is_finite() {
            return Err(E::invalid_value(Unexpected::Float(number), &self));
        }
        serde_json::value::to_raw_value(&number)
            .map(Json)
            .map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Self::raw(Self::quoted(text)?)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(Json(item)) = seq.next_element()? {
            items.push(item.get().to_owned());
        }
        Self::raw(format!("[{}]", items.join(",")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some((Text(name), Json(value))) = map.next_entry()? {
            fields.push(format!("{}:{}", Self::quoted(&name)?, value.get()));
        }
        Self::raw(format!("{{{}}}", fields.join(",")))
    }
}
