//! The values of secrets in a URL, and the texts in which a value can be found again; and what of a URL is no secret.

use std::ops::Range;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::{ExposeUrl, HookUrl, LONGEST_URL, Provenance, parts};

/// A secret in a URL. It has no `Debug`.
pub struct SecretValue {
    /// Its name in the manifest.
    pub name: Arc<str>,
    /// Its value, percent-decoded unless it is the whole URL.
    pub value: Vec<u8>,
    /// Where it stands.
    pub place: SecretPlace,
}

/// Where a secret stands in a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretPlace {
    /// It is the whole URL, or all of a part.
    Whole,
    /// It is in a part with more text, such as `Bearer VALUE`, or in the host or the port.
    InAPart,
}

impl HookUrl {
    /// The secrets of this URL, from left to right.
    pub fn secret_values(&self) -> Vec<SecretValue> {
        let text = self.expose();
        let all = 0..text.len();
        let stretches = self.stretches_in(all.clone());
        let secrets = stretches.filter_map(|(range, from)| match from {
            Provenance::Secret(name) => Some((range, name.clone())),
            Provenance::Manifest | Provenance::Live => None,
        });
        let mut secrets = secrets.peekable();
        if secrets.peek().is_none() {
            return Vec::new();
        }
        let parts = self.value_ranges();
        let values = secrets.map(|(range, name)| {
            let (value, place) = if range == all {
                (text.as_bytes().to_vec(), SecretPlace::Whole)
            } else if parts.contains(&range) {
                (decoded(&text[range]), SecretPlace::Whole)
            } else {
                (decoded(&text[range]), SecretPlace::InAPart)
            };
            SecretValue { name, value, place }
        });
        values.collect()
    }

    /// The parts in which the value of a secret can stand, percent-decoded: userinfo, segments of the path, keys and values of
    /// the query, fragment. A URL that is longer than any wanted one has none.
    pub fn decoded_parts(&self) -> Vec<Vec<u8>> {
        let text = self.expose();
        if text.len() > LONGEST_URL {
            return Vec::new();
        }
        let ranges = self.value_ranges().into_iter();
        ranges.map(|range| decoded(&text[range])).collect()
    }

    /// What stands behind the host, percent-decoded: in it a value may reach over several parts. Empty in a URL that is longer
    /// than any wanted one.
    pub fn decoded_behind_host(&self) -> Vec<u8> {
        let text = self.expose();
        match self.parts() {
            Some(parts) if text.len() <= LONGEST_URL => decoded(&text[parts.authority.end..]),
            _ => Vec::new(),
        }
    }

    /// The secrets that read as several parts of a URL, each with the delimiter between them, which is percent-encoded as a secret
    /// is one part. A secret that is the whole URL is none.
    pub fn encoded_delimiters(&self) -> Vec<(Arc<str>, char)> {
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return Vec::new();
        };
        // Without `=` the item is its value.
        let items = parts.query_items(text, &['&', ';']).into_iter();
        let items: Vec<_> = items
            .filter(|(key, value)| key.end == value.start)
            .collect();
        let secrets = self.stretches_in(0..text.len());
        let secrets = secrets.filter(|(range, _)| *range != (0..text.len()));
        let found = secrets.filter_map(|(range, from)| {
            let Provenance::Secret(name) = from else {
                return None;
            };
            let value = decoded(&text[range.clone()]);
            let at = |sign: u8| value.iter().position(|byte| *byte == sign);
            let is_in = |part: &Range<usize>| part.contains(&range.start);
            let is_item = items.iter().any(|(_, value)| is_in(value));
            let sign = if is_in(&parts.path) {
                at(b'/').map(|_| '/')
            } else if is_item {
                at(b'=').map(|_| '=')
            } else if parts.query.as_ref().is_some_and(is_in) {
                // A lone `&` is often one of a password, and a `=` the end of base64.
                let and = at(b'&')?;
                value[and..].contains(&b'=').then_some('&')
            } else {
                None
            };
            Some((name.clone(), sign?))
        });
        found.collect()
    }

    fn value_ranges(&self) -> Vec<Range<usize>> {
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return Vec::new();
        };
        let pair = |range: Range<usize>, sign: char| match text[range.clone()].find(sign) {
            Some(at) => vec![
                range.clone(),
                range.start..range.start + at,
                range.start + at + 1..range.end,
            ],
            None => vec![range],
        };
        let between = |range, signs| parts::between(text, range, signs).into_iter();
        let mut ranges = Vec::new();
        ranges.extend(parts.userinfo.into_iter().flat_map(|all| pair(all, ':')));
        ranges.extend(between(parts.path, &['/', '\\']));
        for items in [parts.query, parts.fragment].into_iter().flatten() {
            ranges.extend(between(items.clone(), &['&', ';']).flat_map(|item| pair(item, '=')));
            ranges.push(items);
        }
        ranges.retain(|range| !range.is_empty());
        ranges
    }

    /// The path segments and query keys that come whole from the manifest, and that its readers know.
    pub fn written_words(&self) -> Vec<&str> {
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return Vec::new();
        };
        let keys = parts.query_items(text, &['&', ';']).into_iter();
        let keys = keys.map(|(key, _)| key);
        let segments = parts::between(text, parts.path, &['/', '\\']);
        let is_written = |range: &Range<usize>| {
            let mut stretches = self.stretches_in(range.clone());
            !range.is_empty() && stretches.all(|(_, from)| *from == Provenance::Manifest)
        };
        let words = segments.into_iter().chain(keys).filter(is_written);
        words.map(|range| &text[range]).collect()
    }
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}
