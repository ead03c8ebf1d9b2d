//! The set of events that a webhook asks for.

use std::collections::HashSet;
use std::sync::Arc;

/// The events that a webhook asks for: a set that remembers the order it was written in.
///
/// Two are equal when they hold the same names; order and repeats make no difference.
#[derive(Debug, Clone)]
pub struct Events(Arc<[Arc<str>]>);

impl Events {
    /// Takes names in their written order; a repeat is dropped.
    pub fn new(names: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        /// So many are looked through faster than they are hashed.
        const FEW: usize = 16;
        let (mut list, mut seen): (Vec<Arc<str>>, HashSet<Arc<str>>) = Default::default();
        for name in names {
            let name = name.into();
            let is_new = if list.len() < FEW {
                !list.contains(&name)
            } else {
                if seen.is_empty() {
                    seen.extend(list.iter().cloned());
                }
                seen.insert(name.clone())
            };
            if is_new {
                list.push(name);
            }
        }
        Self(list.into())
    }

    /// The names in written order, each once.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Whether no event is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `name` is asked for.
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|listed| listed == name)
    }
}

impl PartialEq for Events {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
            || (self.0.len() == other.0.len()
                && self.iter().collect::<HashSet<_>>() == other.iter().collect::<HashSet<_>>())
    }
}

impl Eq for Events {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repeats_are_no_difference() {
        let written = Events::new(["message", "message.ack", "message"]);
        assert_eq!(written, Events::new(["message.ack", "message"]));
        assert_eq!(
            written.iter().collect::<Vec<_>>(),
            ["message", "message.ack"]
        );
    }

    #[test]
    fn another_name_or_one_more_is_a_difference() {
        assert_ne!(Events::new(["message"]), Events::new(["message.any"]));
        assert_ne!(
            Events::new(["message"]),
            Events::new(["message", "message.any"])
        );
    }
}
