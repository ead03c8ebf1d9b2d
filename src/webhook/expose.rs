//! The bytes of a URL, for the rooms that must have them: the wire, comparisons, patterns. No renderer may import this.

use super::fingerprint::Fingerprints;
use super::redacted::LastSegment;
use super::url::{HookUrl, Provenance};

/// Gives bytes of a URL away. Imported only where something is compared, matched, pinned or sent; a test holds that
/// rooms which make text for people do not import it.
pub trait ExposeUrl {
    /// The exact bytes: for the wire, for comparing and for matching, never for anything that is printed.
    fn expose(&self) -> &str;

    /// Host and port in the form in which hosts are compared; `None` when this is not an http(s) URL.
    fn host(&self) -> Option<String>;

    /// Everything but userinfo, query and fragment: two URLs with equal identities differ at most in secrets.
    ///
    /// `None` when this is not an http(s) URL.
    fn identity(&self) -> Option<(&str, &str, &str)>;

    /// The texts that secrets were filled in with.
    fn secret_texts(&self) -> impl Iterator<Item = &str>;

    /// The stretches that the shown form hides: secrets, and what only live state holds in secret places.
    fn hidden_texts(&self, fingerprints: &Fingerprints) -> Vec<&str>;

    /// As [`hidden_texts`](Self::hidden_texts), for the system webhook.
    fn hidden_texts_as_system(&self, fingerprints: &Fingerprints) -> Vec<&str>;
}

impl ExposeUrl for HookUrl {
    fn expose(&self) -> &str {
        self.text()
    }

    fn host(&self) -> Option<String> {
        self.identity()
            .map(|(_, authority, _)| authority.to_ascii_lowercase())
    }

    fn identity(&self) -> Option<(&str, &str, &str)> {
        let parts = self.parts()?;
        let text = self.text();
        Some((
            &text[parts.scheme],
            &text[parts.authority],
            &text[parts.path],
        ))
    }

    fn secret_texts(&self) -> impl Iterator<Item = &str> {
        let all = self.stretches_in(0..self.text().len());
        all.filter(|(_, from)| matches!(from, Provenance::Secret(_)))
            .map(|(range, _)| &self.text()[range])
    }

    fn hidden_texts(&self, fingerprints: &Fingerprints) -> Vec<&str> {
        hidden_texts(self, LastSegment::MayBeAWord, fingerprints)
    }

    fn hidden_texts_as_system(&self, fingerprints: &Fingerprints) -> Vec<&str> {
        hidden_texts(self, LastSegment::IsAToken, fingerprints)
    }
}

fn hidden_texts<'u>(
    url: &'u HookUrl,
    last: LastSegment,
    fingerprints: &Fingerprints,
) -> Vec<&'u str> {
    let hidden = url.hidden_ranges(last, fingerprints).into_iter();
    let live = hidden
        .flat_map(|range| url.stretches_in(range))
        .filter(|(_, from)| **from == Provenance::Live)
        .map(|(range, _)| &url.text()[range]);
    url.secret_texts()
        .chain(live)
        // A message may repeat the password of `user:password` alone.
        .flat_map(|text| std::iter::once(text).chain(text.split(':')))
        .collect()
}
