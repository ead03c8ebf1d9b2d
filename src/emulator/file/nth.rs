//! Which requests a fault means, as it stands in a world file. PURE; nothing about what befalls them.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU64;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use crate::emulator::fault::Nth;

/// One number, a list of numbers, or a range with both ends included.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum NthSchema {
    One(NonZeroU64),
    List(#[schemars(length(min = 1))] Vec<NonZeroU64>),
    Range(Range),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    from: NonZeroU64,
    to: Option<NonZeroU64>,
}

impl<'de> Deserialize<'de> for Nth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NthVisitor)
    }
}

struct NthVisitor;

impl<'de> Visitor<'de> for NthVisitor {
    type Value = Nth;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number from 1, a list of such numbers, or `from` and `to`")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Nth, E> {
        let number = NonZeroU64::new(number)
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))?;
        Ok(Nth::Each(BTreeSet::from([number])))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Nth, A::Error> {
        let mut numbers = BTreeSet::new();
        while let Some(number) = seq.next_element()? {
            numbers.insert(number);
        }
        if numbers.is_empty() {
            Err(A::Error::invalid_length(0, &self))
        } else {
            Ok(Nth::Each(numbers))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Nth, A::Error> {
        let Range { from, to } = Range::deserialize(MapAccessDeserializer::new(map))?;
        match to {
            Some(to) if to < from => Err(A::Error::custom(format_args!(
                "`to` is {to}, before `from`, which is {from}"
            ))),
            _ => Ok(Nth::Range { from, to }),
        }
    }
}
