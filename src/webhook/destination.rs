//! Where a URL leads, as a key to compare with. A live URL whose authority is not plainly one leads nowhere that is known, and
//! a host that a secret holds is known by its template alone.

use super::spelling::normal_authority;
use super::{HookUrl, Parts, Provenance, Spelling, parts};

/// Where a URL leads. Whether two are equal tells nothing of a secret.
///
/// It may be of a live URL, so it has no `Display` and no `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Destination {
    /// A scheme, host and port that no secret holds.
    Known(Spelling),
    /// Scheme, host and port as the manifest wrote them, with the names of the secrets in them.
    Held(String),
}

impl HookUrl {
    /// The parts, where the authority is plainly one; one that the manifest has is known to its readers. `None` where a password
    /// may be read as a host, a port or a path, and of what is not an http(s) URL.
    pub fn plain_parts(&self) -> Option<Parts> {
        let parts = self.parts()?;
        let mut authority = self.stretches_in(parts.authority.clone());
        if authority.any(|(_, from)| *from == Provenance::Live) {
            parts::split_plainly(self.text())
        } else {
            Some(parts)
        }
    }

    /// Whether a secret holds the scheme, the host or the port, or a part of one.
    pub fn has_held_host(&self) -> bool {
        self.parts().is_some_and(|parts| self.is_held(&parts))
    }

    fn is_held(&self, parts: &Parts) -> bool {
        let places = [parts.scheme.clone(), parts.authority.clone()];
        let mut stretches = places
            .into_iter()
            .flat_map(|place| self.stretches_in(place));
        stretches.any(|(_, from)| matches!(from, Provenance::Secret(_)))
    }

    /// Where it leads; `None` where that is not [plain](Self::plain_parts).
    pub fn destination(&self) -> Option<Destination> {
        let parts = self.plain_parts()?;
        let text = self.text();
        if !self.is_held(&parts) {
            let mut target = text[parts.scheme].to_ascii_lowercase();
            let authority = normal_authority(&target, &text[parts.authority]);
            target.push_str(&authority);
            return Some(Destination::Known(Spelling::new(target)));
        }
        let mut template = String::new();
        for (range, from) in self.stretches_in(0..parts.authority.end) {
            match from {
                // No text of a host holds the sign.
                Provenance::Secret(name) => template.extend(["\0", name, "\0"]),
                Provenance::Manifest | Provenance::Live => template.push_str(&text[range]),
            }
        }
        Some(Destination::Held(template))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A wanted URL: `{value}` is the secret `s` with this value.
    fn wanted(written: &str) -> HookUrl {
        let pieces = written.split_inclusive(['{', '}']);
        let pieces = pieces.map(|piece| match piece.strip_suffix('}') {
            Some(value) => (value.to_owned(), Provenance::Secret(Arc::from("s"))),
            None => (piece.replace('{', ""), Provenance::Manifest),
        });
        HookUrl::from_pieces(pieces.filter(|(text, _)| !text.is_empty()))
    }

    #[test]
    fn a_host_that_a_secret_holds_leads_where_its_template_says_whatever_the_secret() {
        for (one, other) in [
            ("https://{a}.example/in", "https://{b}.example/out?x"),
            ("https://x.example{:1}/", "https://x.example{:2}/"),
            ("{https://a.example/x}", "{http://b.example/y}"),
        ] {
            assert!(wanted(one).destination() == wanted(other).destination());
            assert!(wanted(one).has_held_host());
        }
        for (held, other) in [
            ("https://{a}.example/", "https://a.example/"),
            ("https://{a}.example/", "https://{a}.example:8443/"),
            ("{https://a.example/}", "https://a.example/"),
        ] {
            assert!(wanted(held).destination() != wanted(other).destination());
        }
        let elsewhere = wanted("https://u:{a}@x.example/{b}?c={d}");
        assert!(!elsewhere.has_held_host());
        assert!(elsewhere.destination() == HookUrl::live("https://X.example:443").destination());
    }

    #[test]
    fn a_live_url_whose_authority_is_not_plainly_one_leads_nowhere() {
        for live in [
            r"https://evil.example\@crm.example/in",
            "https://user:24680/x@crm.example/in",
            "https://user:24680?x=1@crm.example/in",
            "https://user:s3cr3t",
            "ftp://crm.example/in",
            "crm.example",
        ] {
            assert!(HookUrl::live(live).destination().is_none(), "{live}");
        }
        assert!(
            wanted("https://user:24680/x@crm.example/in")
                .destination()
                .is_some()
        );
    }
}
