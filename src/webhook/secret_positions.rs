//! The positions of secrets in a URL, which distinguish a rotated secret from one that is newly sent.

use std::ops::Range;
use std::sync::Arc;

use super::{ExposeUrl, HookUrl, Provenance, parts};

/// A part of a URL that can hold a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlPart {
    /// The userinfo before the host.
    Userinfo,
    /// Scheme, host or path, which make the URL's identity.
    Identity,
    /// The value of the query key of that name; the name is empty for an item without a key.
    Query(String),
    /// The fragment.
    Fragment,
}

impl HookUrl {
    /// The names of this URL's secrets, each with its part.
    pub fn secret_positions(&self) -> Vec<(Arc<str>, UrlPart)> {
        self.places()
            .into_iter()
            .flat_map(|(place, range)| {
                self.secrets_in(range)
                    .into_iter()
                    .map(move |name| (name, place.clone()))
            })
            .collect()
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

    /// Whether this part is present and not empty.
    pub fn has_part(&self, place: &UrlPart) -> bool {
        self.places()
            .iter()
            .any(|(own, range)| own == place && !range.is_empty())
    }

    fn places(&self) -> Vec<(UrlPart, Range<usize>)> {
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return vec![(UrlPart::Identity, 0..text.len())];
        };
        let query = parts.query_items(text, &['&']).into_iter();
        let mut places = vec![
            (UrlPart::Identity, parts.scheme),
            (UrlPart::Identity, parts.authority),
            (UrlPart::Identity, parts.path),
        ];
        places.extend(parts.userinfo.map(|range| (UrlPart::Userinfo, range)));
        places.extend(parts.fragment.map(|range| (UrlPart::Fragment, range)));
        places.extend(query.map(|(key, value)| (UrlPart::Query(text[key].to_owned()), value)));
        places
    }
}
