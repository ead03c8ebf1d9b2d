//! Desired URLs before their secrets are bound.

use std::sync::Arc;

use crate::webhook::{HookUrl, Provenance, percent_encoded};

/// A URL expanded for an instance; secrets are still names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DesiredUrl(Vec<UrlPiece>);

/// A piece of a desired URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum UrlPiece {
    Text(String),
    Secret(Arc<str>),
}

impl DesiredUrl {
    /// Joins neighbouring texts, so that equal URLs compare equal.
    pub(super) fn new(parts: Vec<UrlPiece>) -> Self {
        let mut joined: Vec<UrlPiece> = Vec::with_capacity(parts.len());
        for part in parts {
            match (joined.last_mut(), part) {
                (Some(UrlPiece::Text(text)), UrlPiece::Text(more)) => text.push_str(&more),
                (_, part) => joined.push(part),
            }
        }
        Self(joined)
    }

    /// The length in bytes, secrets aside.
    pub(super) fn len(&self) -> usize {
        let length = |part: &UrlPiece| match part {
            UrlPiece::Text(text) => text.len(),
            UrlPiece::Secret(_) => 0,
        };
        self.0.iter().map(length).sum()
    }

    /// Iterates over the names of its secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().filter_map(|part| match part {
            UrlPiece::Secret(name) => Some(name),
            UrlPiece::Text(_) => None,
        })
    }

    /// Whether the whole URL is one secret, so that it can't be checked before the secret is opened.
    pub fn is_secret_whole(&self) -> bool {
        matches!(self.0.as_slice(), [UrlPiece::Secret(_)])
    }

    /// Whether some values of its secrets make it this URL. It may say yes where none do, and no only where none can.
    pub(super) fn could_be(&self, url: &str) -> bool {
        if self.is_secret_whole() {
            return true;
        }
        let mut rest = url;
        let mut gaps = 0;
        let mut is_open = false;
        for piece in &self.0 {
            match piece {
                UrlPiece::Secret(_) => {
                    // A value has a character at least.
                    let Some(first) = rest.chars().next() else {
                        return false;
                    };
                    rest = &rest[first.len_utf8()..];
                    (gaps, is_open) = (gaps + 1, true);
                }
                UrlPiece::Text(text) if is_open => {
                    let Some(at) = rest.find(&**text) else {
                        return false;
                    };
                    rest = &rest[at + text.len()..];
                    is_open = false;
                }
                UrlPiece::Text(text) => match rest.strip_prefix(&**text) {
                    Some(behind) => rest = behind,
                    None => return false,
                },
            }
        }
        let end = match self.0.last() {
            Some(UrlPiece::Text(text)) => text.as_str(),
            _ => "",
        };
        let start = match self.0.first() {
            Some(UrlPiece::Text(text)) => text.as_str(),
            _ => "",
        };
        let encoded = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
        let gap = url.get(start.len()..url.len().saturating_sub(end.len()));
        let is_value = gap.is_none_or(|gap| gap.chars().all(encoded));
        url.ends_with(end) && (gaps > 1 || is_value)
    }

    /// Fills in secrets, percent-encoded unless one is the whole URL; `None` when `value` lacks one.
    pub fn bind<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Option<HookUrl> {
        let whole = self.is_secret_whole();
        let pieces = self.0.iter().map(|part| match part {
            UrlPiece::Text(text) => Some((text.clone(), Provenance::Manifest)),
            UrlPiece::Secret(name) => {
                let value = value(name)?;
                let text = if whole {
                    value.to_owned()
                } else {
                    percent_encoded(value)
                };
                Some((text, Provenance::Secret(name.clone())))
            }
        });
        let pieces: Vec<(String, Provenance)> = pieces.collect::<Option<_>>()?;
        Some(HookUrl::from_pieces(pieces))
    }

    /// The URL with its name for every secret, for comparing it with others.
    pub(super) fn with_names(&self) -> HookUrl {
        let pieces = self.0.iter().map(|part| match part {
            UrlPiece::Text(text) => (text.clone(), Provenance::Manifest),
            UrlPiece::Secret(name) => {
                let shown = percent_encoded(&format!("${{secret.{name}}}"));
                (shown, Provenance::Secret(name.clone()))
            }
        });
        HookUrl::from_pieces(pieces)
    }

    /// The URL with `x` for every secret, for checking its syntax.
    pub fn with_stand_ins(&self) -> HookUrl {
        let pieces = self.0.iter().map(|part| match part {
            UrlPiece::Text(text) => (text.as_str(), Provenance::Manifest),
            UrlPiece::Secret(name) => ("x", Provenance::Secret(name.clone())),
        });
        HookUrl::from_pieces(pieces)
    }
}
