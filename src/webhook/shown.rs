//! The shown form of a webhook URL: what may be printed of it, decided by position and provenance, never by text.

use std::ops::Range;

use super::fingerprint::Fingerprints;
use super::opaque::is_opaque_segment;
use super::parts;
use super::url::{HookUrl, Provenance};

impl HookUrl {
    /// What may be printed: secrets as `${secret.NAME}`; in what only live state holds, userinfo, query values, the
    /// fragment and long opaque path segments as fingerprints; a text that is no http(s) URL as one fingerprint.
    ///
    /// The result is still foreign text: a renderer makes it harmless for its destination.
    pub fn shown(&self, fingerprints: &Fingerprints) -> String {
        self.shown_where(fingerprints, false)
    }

    /// As [`shown`](Self::shown), for the system webhook, whose last path segment is a token.
    pub fn shown_as_system(&self, fingerprints: &Fingerprints) -> String {
        self.shown_where(fingerprints, true)
    }

    /// Host and port as they may be printed; `None` when this is no http(s) URL.
    pub fn shown_host(&self, fingerprints: &Fingerprints) -> Option<String> {
        let authority = self.parts()?.authority;
        let mut shown = String::new();
        self.show(authority, false, fingerprints, &mut shown);
        Some(shown)
    }

    /// The stretches of this URL that its shown form hides: secrets, and what only live state holds in secret places.
    pub fn hidden_texts(&self) -> Vec<&str> {
        self.hidden_texts_where(false)
    }

    /// As [`hidden_texts`](Self::hidden_texts), for the system webhook.
    pub fn hidden_texts_as_system(&self) -> Vec<&str> {
        self.hidden_texts_where(true)
    }

    fn hidden_texts_where(&self, hide_last_segment: bool) -> Vec<&str> {
        let whole = 0..self.expose().len();
        let secrets = self
            .stretches_in(whole)
            .filter(|(_, from)| matches!(from, Provenance::Secret(_)));
        let hidden = self.hidden_ranges(hide_last_segment, None).into_iter();
        let live = hidden
            .flat_map(|range| self.stretches_in(range))
            .filter(|(_, from)| **from == Provenance::Live);
        secrets
            .chain(live)
            .map(|(range, _)| &self.expose()[range])
            // A message may repeat the password of `user:password` alone.
            .flat_map(|text| std::iter::once(text).chain(text.split(':')))
            .collect()
    }

    fn shown_where(&self, fingerprints: &Fingerprints, hide_last_segment: bool) -> String {
        let mut shown = String::new();
        let mut done = 0;
        for hidden in self.hidden_ranges(hide_last_segment, Some(fingerprints)) {
            self.show(done..hidden.start, false, fingerprints, &mut shown);
            self.show(hidden.clone(), true, fingerprints, &mut shown);
            done = hidden.end;
        }
        self.show(done..self.expose().len(), false, fingerprints, &mut shown);
        shown
    }

    fn show(
        &self,
        range: Range<usize>,
        hidden: bool,
        fingerprints: &Fingerprints,
        shown: &mut String,
    ) {
        for (range, from) in self.stretches_in(range) {
            let text = &self.expose()[range];
            match from {
                Provenance::Live if hidden => shown.push_str(&fingerprints.of(text)),
                Provenance::Manifest | Provenance::Live => shown.push_str(text),
                Provenance::Secret(name) => {
                    let place = format!("${{secret.{name}}}");
                    if !shown.ends_with(&place) {
                        shown.push_str(&place);
                    }
                }
            }
        }
    }

    /// The ranges, ascending, in which live text is not shown.
    fn hidden_ranges(
        &self,
        hide_last_segment: bool,
        fingerprints: Option<&Fingerprints>,
    ) -> Vec<Range<usize>> {
        let knows = |text: &str| fingerprints.is_some_and(|prints| prints.knows(text));
        let hide_last_segment = hide_last_segment || self.is_vendors();
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return std::iter::once(0..text.len()).collect();
        };
        let mut hidden: Vec<Range<usize>> = parts.userinfo.into_iter().collect();
        let segments: Vec<_> = parts::between(text, parts.path, &['/', '\\']);
        let last = segments.iter().rposition(|segment| !segment.is_empty());
        for (index, segment) in segments.iter().enumerate() {
            if is_opaque_segment(&text[segment.clone()])
                || knows(&text[segment.clone()])
                || (hide_last_segment && Some(index) == last)
            {
                hidden.push(segment.clone());
            }
        }
        for item in parts
            .query
            .into_iter()
            .flat_map(|query| parts::between(text, query, &['&', ';']))
        {
            match text[item.clone()].find('=') {
                Some(at)
                    if !is_opaque_segment(&text[item.start..item.start + at])
                        && !knows(&text[item.start..item.start + at]) =>
                {
                    hidden.push(item.start + at + 1..item.end);
                }
                // A query item without a key, or with a key that looks like a token, is a value.
                _ => hidden.push(item),
            }
        }
        hidden.extend(parts.fragment);
        hidden.retain(|range| !range.is_empty());
        hidden
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn live(url: &str) -> String {
        HookUrl::live(url).shown(&Fingerprints::new([0; 32]))
    }

    fn hidden(text: &str) -> String {
        Fingerprints::new([0; 32]).of(text)
    }

    fn secret(name: &str) -> Provenance {
        Provenance::Secret(Arc::from(name))
    }

    #[test]
    fn live_userinfo_query_values_and_fragment_are_fingerprints() {
        assert_eq!(
            live("https://user:pw@host.example:8443/hook?secret=abc&flag&v=#frag"),
            format!(
                "https://{}@host.example:8443/hook?secret={}&{}&v=#{}",
                hidden("user:pw"),
                hidden("abc"),
                hidden("flag"),
                hidden("frag")
            )
        );
    }

    #[test]
    fn long_opaque_path_segments_are_fingerprints_and_words_are_not() {
        for readable in [
            "/webhook",
            "/api/v2/my-long-descriptive-webhook-name",
            "/crm_inbound.php",
            "/hook-2024",
        ] {
            assert_eq!(
                live(&format!("https://h{readable}")),
                format!("https://h{readable}")
            );
        }
        for token in [
            "550e8400-e29b-41d4-a716-446655440000",
            "XXXXXXXXXXXXXXXXXXXXXXXX",
            "aGVsbG8gd29ybGQ=",
            "abcdefghijklmnop",
            "8f14e45fceea",
        ] {
            assert_eq!(
                live(&format!("https://h/a/{token}/b")),
                format!("https://h/a/{}/b", hidden(token))
            );
        }
    }

    #[test]
    fn a_token_as_a_query_key_is_a_fingerprint() {
        assert_eq!(
            live("https://h/?aGVsbG8gd29ybGQ="),
            format!("https://h/?{}", hidden("aGVsbG8gd29ybGQ="))
        );
    }

    #[test]
    fn what_is_no_http_url_is_one_fingerprint() {
        assert_eq!(
            live("javascript:alert('pw')"),
            hidden("javascript:alert('pw')")
        );
    }

    #[test]
    fn the_system_url_hides_its_last_segment_however_short() {
        let url = HookUrl::live("https://app.wawp.net/api/webhook/xyz/");
        assert_eq!(
            url.shown_as_system(&Fingerprints::new([0; 32])),
            format!("https://app.wawp.net/api/webhook/{}/", hidden("xyz"))
        );
    }

    #[test]
    fn secrets_show_as_their_reference_and_the_manifests_own_text_as_written() {
        let url = HookUrl::from_pieces([
            ("https://crm.example/wawp?v=1&secret=", Provenance::Manifest),
            ("hunter2", secret("n8n")),
        ]);
        assert_eq!(
            url.shown(&Fingerprints::new([0; 32])),
            "https://crm.example/wawp?v=1&secret=${secret.n8n}"
        );
        let whole = HookUrl::from_pieces([("https://u:p@secret.example/x?y=z", secret("all"))]);
        assert_eq!(whole.shown(&Fingerprints::new([0; 32])), "${secret.all}");
        assert_eq!(
            whole.shown_host(&Fingerprints::new([0; 32])).as_deref(),
            Some("${secret.all}")
        );
    }

    #[test]
    fn what_live_shares_with_the_manifest_shows_as_the_manifest_shows_it() {
        let wanted = HookUrl::from_pieces([
            ("https://h.example/", Provenance::Manifest),
            ("0123456789abcdef", secret("path")),
            ("?v=1&secret=", Provenance::Manifest),
            ("new", secret("n8n")),
        ]);
        let live = HookUrl::live("https://h.example/0123456789abcdef?secret=old&v=1");
        let explained = live.explained_by(&wanted);
        assert!(explained == live, "the bytes stay");
        assert_eq!(
            explained.shown(&Fingerprints::new([0; 32])),
            format!(
                "https://h.example/${{secret.path}}?secret={}&v=1",
                hidden("old")
            )
        );
        assert_eq!(
            HookUrl::live(wanted.expose())
                .explained_by(&wanted)
                .shown(&Fingerprints::new([0; 32])),
            "https://h.example/${secret.path}?v=1&secret=${secret.n8n}"
        );
    }
}
