//! The set of events that a webhook subscribes to.

use std::collections::HashSet;
use std::sync::Arc;

/// The events that a webhook subscribes to: a set that keeps its written order, and of live state its repeats.
///
/// Two are equal when they hold the same names, in any order and number.
#[derive(Debug, Clone)]
pub struct Events(Arc<[Arc<str>]>);

impl Events {
    /// Takes names in their written order and drops duplicates.
    pub fn new(names: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        let mut seen: HashSet<Arc<str>> = HashSet::new();
        let names = names.into_iter().map(Into::into);
        Self(names.filter(|name| seen.insert(name.clone())).collect())
    }

    /// Takes the names of live state as they are, repeats included, so that what nothing touches is written back as it was
    /// read.
    pub fn as_read(names: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Iterates over the names in written order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `name` is one of the events.
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|listed| listed == name)
    }
}

impl PartialEq for Events {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
            || self.iter().collect::<HashSet<_>>() == other.iter().collect::<HashSet<_>>()
    }
}

impl Eq for Events {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_differ_in_order_and_repeats_are_equal() {
        let repeated = ["message", "message.ack", "message"];
        let (written, read) = (Events::new(repeated), Events::as_read(repeated));
        assert_eq!(written, Events::new(["message.ack", "message"]));
        assert_eq!(read, Events::new(["message.ack", "message"]));
        assert_eq!(
            written.iter().collect::<Vec<_>>(),
            ["message", "message.ack"]
        );
        assert_eq!(read.iter().collect::<Vec<_>>(), repeated);
    }

    #[test]
    fn events_with_another_or_one_more_name_differ() {
        assert_ne!(Events::new(["message"]), Events::new(["message.any"]));
        assert_ne!(
            Events::new(["message"]),
            Events::new(["message", "message.any"])
        );
    }
}
