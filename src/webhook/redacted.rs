//! The shown form of a webhook URL: what may be printed of it, decided by position and provenance, never by text.

use std::ops::Range;

use super::expose::ExposeUrl;
use super::fingerprint::Fingerprints;
use super::parts::{self, Parts};
use super::url::{HookUrl, Provenance};

/// The longest URL that servers commonly take, in bytes (RFC 9110, section 4.1, asks for 8000 at least). A manifest can't
/// want a longer one, and a live one shows nothing behind its host.
pub const LONGEST_URL: usize = 8192;
/// A longer host is none, in bytes (RFC 1035, section 2.3.4), and its port.
const LONGEST_AUTHORITY: usize = 255 + ":65535".len();

/// How what came from a secret is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrets {
    /// As its fingerprint.
    Hidden,
    /// As `${secret.NAME}`.
    Named,
}

/// Whether the last segment of a path may be a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LastSegment {
    MayBeAWord,
    /// As in the system webhook's URL.
    IsAToken,
}

impl HookUrl {
    /// What may be printed. What came from a secret is a fingerprint. Of what only live state holds, scheme and host are
    /// as they are, and so are path segments and query keys that everybody or the manifest has; the rest is fingerprints,
    /// and all of a text that is no http(s) URL is one.
    ///
    /// The result is still foreign text: a renderer makes it harmless for its destination.
    pub fn redacted(&self, fingerprints: &Fingerprints) -> String {
        self.shown_where(fingerprints, Secrets::Hidden, LastSegment::MayBeAWord)
    }

    /// As [`redacted`](Self::redacted), for the system webhook, whose last path segment is a token.
    pub fn redacted_as_system(&self, fingerprints: &Fingerprints) -> String {
        self.shown_where(fingerprints, Secrets::Hidden, LastSegment::IsAToken)
    }

    /// As [`redacted`](Self::redacted), with secrets as the manifest writes them, `${secret.NAME}`; `None` where there is none.
    pub fn redacted_by_name(&self, fingerprints: &Fingerprints) -> Option<String> {
        let has_secret = !self.secrets_in(0..self.expose().len()).is_empty();
        has_secret.then(|| self.shown_where(fingerprints, Secrets::Named, LastSegment::MayBeAWord))
    }

    /// Host and port as they may be printed; `None` when this is no http(s) URL.
    pub fn redacted_host(&self, fingerprints: &Fingerprints) -> Option<String> {
        let authority = self.shown_parts()?.authority;
        let mut shown = String::new();
        self.show(authority, false, Secrets::Hidden, fingerprints, &mut shown);
        Some(shown)
    }

    fn shown_where(
        &self,
        fingerprints: &Fingerprints,
        secrets: Secrets,
        last: LastSegment,
    ) -> String {
        let mut shown = String::new();
        let mut done = 0;
        for hidden in self.hidden_ranges(last, fingerprints) {
            self.show(done..hidden.start, false, secrets, fingerprints, &mut shown);
            self.show(hidden.clone(), true, secrets, fingerprints, &mut shown);
            done = hidden.end;
        }
        let rest = done..self.expose().len();
        self.show(rest, false, secrets, fingerprints, &mut shown);
        shown
    }

    fn show(
        &self,
        range: Range<usize>,
        hidden: bool,
        secrets: Secrets,
        fingerprints: &Fingerprints,
        shown: &mut String,
    ) {
        for (own, from) in self.stretches_in(range) {
            let text = &self.expose()[own.clone()];
            match from {
                Provenance::Live if hidden => shown.push_str(&fingerprints.of(text)),
                Provenance::Manifest | Provenance::Live => shown.push_str(text),
                // A secret may reach over several parts; it is shown once, whole.
                Provenance::Secret(name) => {
                    let whole = self.secret_around(own.start).unwrap_or(own.clone());
                    if own.start == whole.start || shown.is_empty() {
                        match secrets {
                            Secrets::Hidden => {
                                shown.push_str(&fingerprints.of(&self.expose()[whole]));
                            }
                            Secrets::Named => shown.extend(["${secret.", name, "}"]),
                        }
                    }
                }
            }
        }
    }

    /// The parts, where they may be shown: the host looks like one, so that nothing else is taken for it.
    fn shown_parts(&self) -> Option<Parts> {
        let parts = self.parts()?;
        let is_host =
            |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        let mut live = self
            .stretches_in(parts.authority.clone())
            .filter(|(_, from)| **from == Provenance::Live);
        let may_be_shown = parts.authority.len() <= LONGEST_AUTHORITY
            && live.all(|(range, _)| self.expose()[range].chars().all(is_host));
        may_be_shown.then_some(parts)
    }

    /// The ranges, ascending, in which live text is not shown.
    fn hidden_ranges(&self, last: LastSegment, fingerprints: &Fingerprints) -> Vec<Range<usize>> {
        let text = self.expose();
        let Some(parts) = self.shown_parts() else {
            return std::iter::once(0..text.len()).collect();
        };
        let mut hidden: Vec<Range<usize>> = parts.userinfo.into_iter().collect();
        if text.len() > LONGEST_URL {
            // The delimiter stays.
            let rest = parts.authority.end..text.len();
            let delimiter = text[rest.clone()].chars().next().map_or(0, char::len_utf8);
            hidden.push(rest.start + delimiter..rest.end);
        } else {
            let ends_in_token = last == LastSegment::IsAToken || self.is_vendors();
            let segments = parts::between(text, parts.path, &['/', '\\']);
            let token = segments.iter().rposition(|segment| !segment.is_empty());
            let token = token.filter(|_| ends_in_token);
            hidden.extend(segments.into_iter().enumerate().filter_map(|(at, range)| {
                let is_word = fingerprints.shows_segment(&text[range.clone()]);
                (!is_word || token == Some(at)).then_some(range)
            }));
            let query = parts.query.into_iter();
            let items = query.flat_map(|query| parts::between(text, query, &['&', ';']));
            hidden.extend(items.map(|item| match text[item.clone()].find('=') {
                Some(at) if fingerprints.shows_key(&text[item.start..item.start + at]) => {
                    item.start + at + 1..item.end
                }
                // Without a key, or with one that is no word, all of it is a value.
                _ => item,
            }));
            hidden.extend(parts.fragment);
        }
        hidden.retain(|range| !range.is_empty());
        hidden
    }
}

#[cfg(test)]
#[cfg(test)]
mod tests;
