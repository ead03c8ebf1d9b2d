//! A webhook, and what an API entry holds beyond what hookfleet knows of it.

use serde_json::value::RawValue;

use super::events::Events;
use super::url::HookUrl;

/// One webhook: what is compared, planned and verified.
///
/// It has no `Debug`, since its URL may carry secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where events are delivered.
    pub url: HookUrl,
    /// Which events are delivered.
    pub events: Events,
    /// Whether anything is delivered at all.
    pub is_active: bool,
}

/// The system webhook: the vendor's own, which feeds the chat inbox, auto-responders and push notifications.
#[derive(Clone)]
pub struct SystemWebhook {
    /// URL, events and whether it is switched on.
    pub webhook: Webhook,
    /// What else its entry holds.
    pub extra: Extra,
}

/// The fields of an API entry that hookfleet does not know, exactly as they were answered.
///
/// They are written back byte for byte, so that nothing live is lost by being unknown. It has no `Debug`: a field
/// such as `hmac` or `customHeaders` carries secrets.
#[derive(Clone, Default)]
pub struct Extra(Vec<(String, Box<RawValue>)>);

impl Extra {
    /// Takes the unknown fields in their answered order.
    pub fn new(fields: Vec<(String, Box<RawValue>)>) -> Self {
        Self(fields)
    }

    /// Names and raw JSON values, in their answered order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    /// The names alone, which may be printed; values may not.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// These fields, and those of `other` whose names are not among them.
    #[must_use]
    pub fn joined_with(mut self, other: &Self) -> Self {
        for (name, value) in &other.0 {
            if !self.names().any(|own| own == name) {
                self.0.push((name.clone(), value.clone()));
            }
        }
        self
    }

    /// Whether there is no unknown field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of fields that `later` does not hold with the same meaning (spacing and key order aside).
    pub fn lost_in<'a>(&'a self, later: &'a Self) -> impl Iterator<Item = &'a str> {
        let meaning =
            |value: &RawValue| serde_json::from_str::<serde_json::Value>(value.get()).ok();
        self.iter()
            .filter(move |(name, value)| {
                !later.iter().any(|(other, kept)| {
                    other == *name && (kept.get() == value.get() || meaning(kept) == meaning(value))
                })
            })
            .map(|(name, _)| name)
    }
}
