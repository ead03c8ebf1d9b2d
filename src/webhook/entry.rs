//! Webhooks, and the unknown fields of API entries.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;

use serde_json::Value;
use serde_json::value::RawValue;

use super::mask::holds_a_mask;
use super::{Events, HookUrl};

/// A webhook: the fields that hookfleet compares, plans and verifies.
///
/// It has no `Debug`, since its URL may carry secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where events are delivered.
    pub url: HookUrl,
    /// Which events are delivered.
    pub events: Events,
    /// Whether the webhook is active.
    pub is_active: bool,
}

/// The fields of an API entry that hookfleet does not know.
///
/// hookfleet writes them back byte for byte, so that no live field is lost. It has no `Debug`: a field such as `hmac`
/// or `customHeaders` carries secrets.
#[derive(Clone, Default)]
pub struct UnknownFields(Vec<(String, Box<RawValue>)>);

impl UnknownFields {
    /// Takes the unknown fields in the API's order.
    pub fn new<'a>(
        fields: impl IntoIterator<Item = (impl Deref<Target = str>, &'a RawValue)>,
    ) -> Self {
        let fields = fields.into_iter();
        Self(
            fields
                .map(|(name, raw)| (name.to_owned(), raw.to_owned()))
                .collect(),
        )
    }

    /// Iterates over names and raw JSON values in the API's order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &RawValue)> {
        let fields = self.0.iter();
        fields.map(|(name, value)| (name.as_str(), &**value))
    }

    /// Iterates over the names, which may be printed; values may not.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Leaves out the fields that `is_dropped` names.
    #[must_use]
    pub fn without(mut self, is_dropped: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|(name, _)| !is_dropped(name));
        self
    }

    /// Iterates over the names of the fields whose values hold a mask.
    pub fn masked(&self) -> impl Iterator<Item = &str> {
        let masked = self.iter().filter(|(_, value)| holds_a_mask(value));
        masked.map(|(name, _)| name)
    }

    /// Leaves out the fields whose values are masks, which are no values to write back.
    #[must_use]
    pub fn without_masks(mut self) -> Self {
        self.0.retain(|(_, value)| !holds_a_mask(value));
        self
    }

    /// Whether a field of one is missing in the other, or has another value there.
    pub fn differs_from(&self, other: &Self) -> bool {
        !self.lost_in(other).is_empty() || !other.lost_in(self).is_empty()
    }

    /// Adds the fields of `other` whose names are new.
    #[must_use]
    pub fn joined_with(mut self, other: &Self) -> Self {
        let own: HashSet<String> = self.names().map(str::to_owned).collect();
        let new = other.0.iter().filter(|(name, _)| !own.contains(name));
        self.0.extend(new.cloned());
        self
    }

    /// Merges these fields from before a run with the changes since it, which are another writer's: the fields that differ
    /// between `left`, the state after the run, and `now`.
    #[must_use]
    pub fn merged_with(&self, left: &Self, now: &Self) -> Self {
        let value = |fields: &Self, name: &str| {
            let mut fields = fields.0.iter();
            let found = fields.find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let own = self.0.iter().map(|(name, back)| {
            let theirs = value(now, name)
                .filter(|now| value(left, name).is_none_or(|left| !is_same_json(&left, now)));
            (name.clone(), theirs.unwrap_or_else(|| back.clone()))
        });
        Self(own.collect()).joined_with(now)
    }

    /// Whether there is no unknown field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of fields that `later` lacks, or has with another value (white space and key order aside).
    pub fn lost_in<'a>(&'a self, later: &Self) -> Vec<&'a str> {
        let later: HashMap<&str, &RawValue> = later.iter().collect();
        let lost = self.iter().filter(|(name, value)| {
            later
                .get(name)
                .is_none_or(|kept| !is_same_json(kept, value))
        });
        lost.map(|(name, _)| name).collect()
    }
}

/// Whether two JSON values are equal. A number with more digits than a float holds is compared as text.
fn is_same_json(left: &RawValue, right: &RawValue) -> bool {
    /// The number of digits that every float holds exactly.
    const EXACT: usize = 15;
    let (left, right) = (left.get(), right.get());
    let has_long_number = |text: &str| {
        text.split(|c: char| !c.is_ascii_digit())
            .any(|digits| digits.len() > EXACT)
    };
    let meaning = |text: &str| serde_json::from_str::<Value>(text).ok();
    left == right
        || (!has_long_number(left)
            && meaning(left)
                .zip(meaning(right))
                .is_some_and(|(left, right)| left == right))
}
