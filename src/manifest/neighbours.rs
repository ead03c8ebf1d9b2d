//! What neighbouring entries of a mapping say about each other.

use std::collections::HashSet;

use super::oddity;
use super::tree::{Key, Node, ValueKind};

/// The places of keys that are the rest of a value before them, which a comma inside braces has ended.
pub(super) fn split_by_commas(entries: &[(Key, Node)]) -> HashSet<u32> {
    let pairs = entries.iter().zip(entries.iter().skip(1));
    let split = pairs.filter(|((_, before), (key, value))| {
        is_absent(value)
            && before.span.line == key.span.line
            && before.span.end + 1 == key.span.start
    });
    split.map(|(_, (key, _))| key.span.start).collect()
}

/// The entries without those that have no value because the line below was not read as theirs: it begins with what is
/// no space or no dash to YAML, and is an unknown key itself. Their keys go to `meant`.
pub(super) fn without_blameless(
    entries: Vec<(Key, Node)>,
    known: &[&str],
    meant: &mut Vec<String>,
) -> Vec<(Key, Node)> {
    let is_unread = |key: &Key| {
        !known.contains(&&*key.text)
            && (oddity::hidden_in(&key.text).is_some()
                || oddity::mistaken_sign(&key.text).is_some())
    };
    let mut kept: Vec<(Key, Node)> = Vec::with_capacity(entries.len());
    for entry in entries {
        let blameless = kept.pop_if(|(_, value)| is_absent(value) && is_unread(&entry.0));
        meant.extend(blameless.map(|(key, _)| key.text.to_string()));
        kept.push(entry);
    }
    kept
}

fn is_absent(value: &Node) -> bool {
    // The parser gives it a text, and no place.
    value.value.kind() == ValueKind::Null && value.span.start >= value.span.end
}
