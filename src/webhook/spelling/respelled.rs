//! Another spelling of a URL, with the provenance of the URL that it is one of: so it can be shown to whoever wrote that.

use super::super::{ExposeUrl, HookUrl, Provenance, Webhook};

impl HookUrl {
    /// This URL with the provenance of `wanted`, part by part, where it is another spelling of it: a part whose like came
    /// from a secret stays hidden, and what the manifest wrote itself is shown. `None` where it is another URL.
    pub fn respelled(&self, wanted: &Self) -> Option<Self> {
        let (own, theirs) = (self.spelled()?, wanted.spelled()?);
        if own.spelling() != theirs.spelling() || own.pieces.len() != theirs.pieces.len() {
            return None;
        }
        let text = self.expose();
        let mut pieces: Vec<(&str, Provenance)> = Vec::new();
        let mut done = 0;
        for (mine, other) in own.pieces.iter().zip(&theirs.pieces) {
            let range = mine.range.clone();
            if range.start > done {
                // A delimiter that the manifest wrote too.
                pieces.push((&text[done..range.start], Provenance::Manifest));
            }
            let from: Vec<&Provenance> = wanted
                .stretches_in(other.range.clone())
                .map(|(_, from)| from)
                .collect();
            let secret = from
                .iter()
                .find(|from| matches!(from, Provenance::Secret(_)));
            let is_live = from.contains(&&Provenance::Live);
            let from = match secret {
                Some(secret) => (**secret).clone(),
                None if is_live => Provenance::Live,
                None => Provenance::Manifest,
            };
            pieces.push((&text[range.start.max(done)..range.end.max(done)], from));
            done = done.max(range.end);
        }
        pieces.push((&text[done..], Provenance::Manifest));
        let pieces = pieces.into_iter().filter(|(piece, _)| !piece.is_empty());
        Some(Self::from_pieces(pieces))
    }
}

impl Webhook {
    /// Whether both are the same webhook, but for the spelling of its URL.
    pub fn is_respelled(&self, other: &Self) -> bool {
        self.events == other.events
            && self.is_active == other.is_active
            && (self.url == other.url
                || self
                    .url
                    .spelling()
                    .is_some_and(|own| other.url.spelling() == Some(own)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::webhook::Fingerprints;

    fn wanted(pieces: &[(&str, bool)]) -> HookUrl {
        let from = |is_secret: &bool| {
            let secret = is_secret.then(|| Provenance::Secret(Arc::from("s")));
            secret.unwrap_or(Provenance::Manifest)
        };
        HookUrl::from_pieces(pieces.iter().map(|(text, secret)| (*text, from(secret))))
    }

    /// The form that is shown of a live URL.
    fn shown(live: &str, wanted: &HookUrl) -> Option<String> {
        let respelled = HookUrl::live(live).respelled(wanted)?;
        assert_eq!(respelled.expose(), live);
        Some(respelled.redacted(&Fingerprints::new([7; 32])))
    }

    #[test]
    fn what_the_manifest_wrote_is_shown_in_the_form_that_is_live() {
        for (written, live) in [
            ("https://x.example", "https://x.example/"),
            ("HTTPS://X.Example:443/qwrtz", "https://x.example/qwrtz"),
            (
                "https://m\u{fc}nchen.example/\u{e4}",
                "https://xn--mnchen-3ya.example/%C3%A4",
            ),
            (
                "https://x.example/a%7eb?k1=%c3%a4#fr",
                "https://x.example/a~b?k1=%C3%A4#fr",
            ),
            ("https://x.example?k1=v1", "https://x.example/?k1=v1"),
        ] {
            let wanted = wanted(&[(written, false)]);
            assert_eq!(shown(live, &wanted).as_deref(), Some(live));
        }
    }

    #[test]
    fn what_came_from_a_secret_stays_hidden_in_whatever_form() {
        let wanted = wanted(&[
            ("https://X.example/in?secret=", false),
            ("s3cr3t \u{e4}", true),
            ("&team=a", false),
        ]);
        let shown = shown(
            "https://x.example/in?secret=s3cr3t%20%C3%A4&team=a",
            &wanted,
        )
        .unwrap();
        assert!(
            shown.starts_with("https://x.example/in?secret=***") && shown.ends_with("&team=a"),
            "{shown}"
        );
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    #[test]
    fn another_url_is_none() {
        let wanted = wanted(&[("https://x.example/a", false)]);
        for live in [
            "https://x.example/b",
            "https://x.example/A",
            "http://x.example/a",
            "https://x.example/a/",
            "https://x.example/a?",
            "no URL",
        ] {
            assert_eq!(shown(live, &wanted), None, "{live}");
        }
    }
}
