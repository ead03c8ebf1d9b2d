//! The redacted form of a webhook URL, which may be printed. Position and provenance decide what is redacted, and so
//! does a fixed list of public words.

use std::ops::Range;

use super::parts;
use super::{ExposeUrl, Fingerprints, HookUrl, Provenance};

/// The longest URL that servers commonly accept, in bytes (RFC 9110, section 4.1, asks for 8000 at least). A manifest
/// can't contain a longer one, and a longer live one is redacted after its host.
pub const LONGEST_URL: usize = 8192;

/// How parts that came from a secret are printed.
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
    /// The redacted form, which may be printed. Parts that came from a secret are fingerprints. Of parts that only live
    /// state has, scheme, host, public words and words of the manifest are unchanged; the rest are fingerprints. A text
    /// that is not an http(s) URL, or whose authority is not plainly one, is one fingerprint.
    ///
    /// The result is still foreign text, which renderers escape.
    pub fn redacted(&self, fingerprints: &Fingerprints) -> String {
        self.redacted_with(fingerprints, Secrets::Hidden, LastSegment::MayBeAWord)
    }

    /// The [redacted](Self::redacted) form of the system webhook's URL, whose last path segment is a token.
    pub fn redacted_as_system(&self, fingerprints: &Fingerprints) -> String {
        self.redacted_with(fingerprints, Secrets::Hidden, LastSegment::IsAToken)
    }

    /// The [redacted](Self::redacted) form with `${secret.NAME}` for secrets; `None` when there is none.
    pub fn redacted_by_name(&self, fingerprints: &Fingerprints) -> Option<String> {
        let has_secret = !self.secrets_in(0..self.expose().len()).is_empty();
        has_secret
            .then(|| self.redacted_with(fingerprints, Secrets::Named, LastSegment::MayBeAWord))
    }

    /// The redacted host and port, also in ASCII where it is not: another host may look the same. `None` when this is not an
    /// http(s) URL, or its authority is not plainly one.
    pub fn redacted_host(&self, fingerprints: &Fingerprints) -> Option<String> {
        let authority = self.plain_parts()?.authority;
        let mut redacted = String::new();
        self.push_redacted(
            authority,
            false,
            Secrets::Hidden,
            fingerprints,
            &mut redacted,
        );
        if !redacted.is_ascii() {
            let host = redacted
                .rsplit_once(':')
                .map_or(&*redacted, |(host, _)| host);
            if let Ok(ascii) = url::Host::parse(host) {
                redacted = format!("{redacted} ({ascii})");
            }
        }
        Some(redacted)
    }

    /// The [redacted host](Self::redacted_host), behind `http://` where the URL has no TLS and no secret says so.
    pub fn redacted_target(&self, fingerprints: &Fingerprints) -> Option<String> {
        let host = self.redacted_host(fingerprints)?;
        let scheme = self.parts()?.scheme;
        let is_plain = self.expose()[scheme.clone()].eq_ignore_ascii_case("http://");
        Some(if is_plain && self.secrets_in(scheme).is_empty() {
            format!("http://{host}")
        } else {
            host
        })
    }

    fn redacted_with(
        &self,
        fingerprints: &Fingerprints,
        secrets: Secrets,
        last: LastSegment,
    ) -> String {
        let mut redacted = String::new();
        let mut done = 0;
        for hidden in self.hidden_ranges(last, fingerprints) {
            self.push_redacted(
                done..hidden.start,
                false,
                secrets,
                fingerprints,
                &mut redacted,
            );
            self.push_redacted(hidden.clone(), true, secrets, fingerprints, &mut redacted);
            done = hidden.end;
        }
        let rest = done..self.expose().len();
        self.push_redacted(rest, false, secrets, fingerprints, &mut redacted);
        redacted
    }

    fn push_redacted(
        &self,
        range: Range<usize>,
        hidden: bool,
        secrets: Secrets,
        fingerprints: &Fingerprints,
        redacted: &mut String,
    ) {
        for (own, from) in self.stretches_in(range) {
            let text = &self.expose()[own.clone()];
            match from {
                Provenance::Live if hidden => redacted.push_str(&fingerprints.of(text)),
                Provenance::Manifest | Provenance::Live => redacted.push_str(text),
                // A secret may span several parts; it is printed once, whole.
                Provenance::Secret(name) => {
                    let whole = self.secret_around(own.start).unwrap_or(own.clone());
                    if own.start == whole.start || redacted.is_empty() {
                        match secrets {
                            Secrets::Hidden => {
                                redacted.push_str(&fingerprints.of(&self.expose()[whole]));
                            }
                            Secrets::Named => redacted.extend(["${secret.", name, "}"]),
                        }
                    }
                }
            }
        }
    }

    /// The ranges, ascending, in which live text is redacted.
    fn hidden_ranges(&self, last: LastSegment, fingerprints: &Fingerprints) -> Vec<Range<usize>> {
        let text = self.expose();
        let Some(parts) = self.plain_parts() else {
            return std::iter::once(0..text.len()).collect();
        };
        let mut hidden: Vec<Range<usize>> = parts.userinfo.clone().into_iter().collect();
        if text.len() > LONGEST_URL {
            // The delimiter stays.
            let rest = parts.authority.end..text.len();
            let delimiter = text[rest.clone()].chars().next().map_or(0, char::len_utf8);
            hidden.push(rest.start + delimiter..rest.end);
        } else {
            let ends_in_token = last == LastSegment::IsAToken || self.is_vendors();
            let segments = parts::between(text, parts.path.clone(), &['/', '\\']);
            let token = segments.iter().rposition(|segment| !segment.is_empty());
            let token = token.filter(|_| ends_in_token);
            hidden.extend(segments.into_iter().enumerate().filter_map(|(at, range)| {
                let is_word = fingerprints.shows_segment(&text[range.clone()]);
                (!is_word || token == Some(at)).then_some(range)
            }));
            // Without a key, or with one that is not public, the whole item is redacted.
            let items = parts.query_items(text, &['&', ';']).into_iter();
            hidden.extend(items.map(|(key, value)| {
                if fingerprints.shows_key(&text[key.clone()]) {
                    value
                } else {
                    key.start..value.end
                }
            }));
            hidden.extend(parts.fragment);
        }
        hidden.retain(|range| !range.is_empty());
        hidden
    }
}

#[cfg(test)]
mod tests;
