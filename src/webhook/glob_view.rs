//! The view of a URL that a manifest's globs match against. It has no secrets, so that no glob can guess one bit by bit.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::opaque::{is_opaque_segment, is_opaque_text};
use super::secret_keys::is_secret_key;
use super::{ExposeUrl, HookUrl, Provenance, parts};

/// The placeholder for hidden parts.
pub(crate) const HIDDEN: &str = "***";

impl HookUrl {
    /// The URL as a glob sees it: scheme and host in lower case, no default port, an empty path as `/`, and `***` for what may
    /// be a secret: userinfo, values of query keys that are secret by name, random-looking values and segments, and every
    /// part that came from a secret. A text that is not an http(s) URL, or whose authority is not plainly one, is `***`.
    ///
    /// A manifest comes from a pull request: if globs saw secrets, its author could learn one from which of them match.
    pub fn glob_view(&self) -> String {
        let text = self.expose();
        let Some(parts) = parts::split_plainly(text) else {
            return HIDDEN.to_owned();
        };
        let whole = self.secret_around(0);
        if whole.is_some_and(|secret| secret.len() == text.len()) {
            return HIDDEN.to_owned();
        }
        let mut view = text[parts.scheme.clone()].to_ascii_lowercase();
        if parts.userinfo.is_some() {
            view.push_str(HIDDEN);
            view.push('@');
        }
        let mut authority = String::new();
        self.push_view(parts.authority.clone(), &mut authority);
        let authority = authority.to_lowercase();
        view.push_str(without_default_port(&view, &authority));
        self.push_path(parts.path.clone(), &mut view);
        let items = parts.query_items(text, &['&', ';']);
        self.push_items('?', parts.query, items, &mut view);
        let fragment = parts.fragment.clone().into_iter();
        let items = fragment.flat_map(|range| parts::between(text, range, &['&', ';']));
        let items = items.map(|item| parts::key_and_value(text, item)).collect();
        self.push_items('#', parts.fragment, items, &mut view);
        view
    }

    /// Appends a path, of the vendor's own URLs without their last segment, which is a token.
    fn push_path(&self, path: Range<usize>, view: &mut String) {
        let text = self.expose();
        let segments = parts::between(text, path, &['/', '\\']);
        let last = segments.iter().rposition(|segment| !segment.is_empty());
        let token = last.filter(|_| self.is_vendors());
        for (at, segment) in segments.iter().enumerate() {
            if at > 0 {
                view.push_str(&text[segment.start - 1..segment.start]);
            }
            if token == Some(at) || is_secret_segment(&text[segment.clone()]) {
                view.push_str(HIDDEN);
            } else {
                self.push_view(segment.clone(), view);
            }
        }
        if segments.len() == 1 {
            view.push('/');
        }
    }

    /// Appends a query or fragment, which begins with `mark`.
    fn push_items(
        &self,
        mark: char,
        whole: Option<Range<usize>>,
        items: Vec<(Range<usize>, Range<usize>)>,
        view: &mut String,
    ) {
        let Some(whole) = whole else {
            return;
        };
        let text = self.expose();
        view.push(mark);
        let mut done = whole.start;
        for (key, value) in items {
            view.push_str(&text[done..key.start]);
            let name = &text[key.clone()];
            if is_opaque_text(name) {
                view.push_str(HIDDEN);
            } else {
                self.push_view(key.clone(), view);
            }
            view.push_str(&text[key.end..value.start]);
            let content = &text[value.clone()];
            if !content.is_empty() && (is_secret_name(name) || is_secret_value(content)) {
                view.push_str(HIDDEN);
            } else {
                self.push_view(value.clone(), view);
            }
            done = value.end;
        }
    }

    /// Appends a range in which only parts that came from a secret are hidden.
    fn push_view(&self, range: Range<usize>, view: &mut String) {
        for (own, from) in self.stretches_in(range) {
            match from {
                Provenance::Secret(_) if view.ends_with(HIDDEN) => {}
                Provenance::Secret(_) => view.push_str(HIDDEN),
                Provenance::Manifest | Provenance::Live => view.push_str(&self.expose()[own]),
            }
        }
    }
}

/// An authority without the port that its scheme has anyway.
pub(crate) fn without_default_port<'a>(scheme: &str, authority: &'a str) -> &'a str {
    let port = if scheme.starts_with("https") { 443 } else { 80 };
    match authority.rsplit_once(':') {
        Some((host, "")) => host,
        Some((host, written)) if written.parse() == Ok(port) => host,
        _ => authority,
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Whether the values of a query key, perhaps percent-encoded, are secret by its name.
pub(crate) fn is_secret_name(key: &str) -> bool {
    is_secret_key(&decoded(key))
}

/// Whether a path segment looks random, or has a parameter that is secret by its name.
pub(crate) fn is_secret_segment(segment: &str) -> bool {
    is_opaque_segment(segment) || is_opaque_segment(&decoded(segment)) || names_a_secret(segment)
}

/// Whether a value looks random, or is a URL with a secret of its own.
pub(crate) fn is_secret_value(value: &str) -> bool {
    let plain = decoded(value);
    let has_userinfo = parts::split(&plain).is_some_and(|parts| parts.userinfo.is_some());
    has_userinfo || is_opaque_text(value) || is_opaque_text(&plain) || names_a_secret(&plain)
}

/// Whether a text has an item `key=value` whose key is secret by its name.
fn names_a_secret(text: &str) -> bool {
    let mut items = text.split(['?', '&', ';', '#']);
    items.any(|item| {
        item.split_once('=')
            .is_some_and(|(key, _)| is_secret_name(key))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn view(url: &str) -> String {
        HookUrl::live(url).glob_view()
    }

    #[test]
    fn glob_view_hides_secret_places_and_shows_everything_else_as_it_is() {
        for (url, seen) in [
            ("https://h.example/x?team=b", "https://h.example/x?team=b"),
            ("https://h.example/x#bob", "https://h.example/x#bob"),
            (
                "https://h.example/x?flag&v=&a=b=c",
                "https://h.example/x?flag&v=&a=b=c",
            ),
            ("https://u:p@h.example/in", "https://***@h.example/in"),
            (
                "https://h.example/in?token=ab&key=c;team=b",
                "https://h.example/in?token=***&key=***;team=b",
            ),
            (
                "https://h.example/?%74oken=ab",
                "https://h.example/?%74oken=***",
            ),
            ("https://h.example/?token=", "https://h.example/?token="),
            (
                "https://h.example/?id=8f14e45fceea",
                "https://h.example/?id=***",
            ),
            ("https://h.example/?8f14e45fceea", "https://h.example/?***"),
            (
                "https://h.example/?8f14e45fceea=x",
                "https://h.example/?***=x",
            ),
            (
                "https://h.example/hooks/8f14e45fceea/x",
                "https://h.example/hooks/***/x",
            ),
            ("https://h.example/x;token=abc/y", "https://h.example/***/y"),
            (
                "https://h.example/#access_token=ab&team=b",
                "https://h.example/#access_token=***&team=b",
            ),
            ("https://h.example/#8f14e45fceea", "https://h.example/#***"),
            (
                "https://h.example/?next=https://b.example/?token=x",
                "https://h.example/?next=***",
            ),
            (
                "https://h.example/?next=https%3A%2F%2Fu:p@b.example/",
                "https://h.example/?next=***",
            ),
            (
                "https://app.wawp.net/api/webhook/abc",
                "https://app.wawp.net/api/webhook/***",
            ),
            ("https://user:s3cr3t/x@h.example/in", "***"),
            ("https://user:12345/x@h.example/in", "***"),
            (r"https://user:s3cr3t\x@h.example/in", "***"),
            ("mailto:x", "***"),
        ] {
            assert_eq!(view(url), seen, "{url}");
        }
    }

    #[test]
    fn glob_view_spells_scheme_host_default_port_and_empty_path_in_one_way() {
        for url in [
            "https://abc.ngrok.app",
            "https://abc.ngrok.app/",
            "HTTPS://ABC.NGROK.APP",
            "https://abc.ngrok.app:443",
            "https://abc.ngrok.app:0443/",
            "https://abc.ngrok.app:",
        ] {
            assert_eq!(view(url), "https://abc.ngrok.app/", "{url}");
        }
        assert_eq!(view("https://A.app?X=1"), "https://a.app/?X=1");
        assert_eq!(view("https://A.app#X"), "https://a.app/#X");
        assert_eq!(view("http://a.app:80/A"), "http://a.app/A");
        assert_eq!(view("http://a.app:443/"), "http://a.app:443/");
        assert_eq!(view("https://[FE80::1]:443/"), "https://[fe80::1]/");
    }

    #[test]
    fn glob_view_hides_a_secret_in_every_part_and_of_every_length() {
        let secret = || Provenance::Secret(Arc::from("s"));
        for value in ["x", "h.example", "a%2Fb%3Fc"] {
            for (before, after, seen) in [
                (
                    "https://h.example/in/a-",
                    "/hook",
                    "https://h.example/in/a-***/hook",
                ),
                (
                    "https://h.example/?x=",
                    "&y=1",
                    "https://h.example/?x=***&y=1",
                ),
                ("https://h.example/?", "=1", "https://h.example/?***=1"),
                ("https://h.example/#", "", "https://h.example/#***"),
            ] {
                let url = HookUrl::from_pieces([
                    (before, Provenance::Manifest),
                    (value, secret()),
                    (after, Provenance::Manifest),
                ]);
                assert_eq!(url.glob_view(), seen, "{value}");
            }
        }
        let whole = HookUrl::from_pieces([("https://u@h/x?y=z", secret())]);
        assert_eq!(whole.glob_view(), "***");
    }

    proptest! {
        #[test]
        fn glob_view_of_two_urls_that_differ_in_a_secret_alone_is_one(
            key in prop::sample::select(vec!["token", "api_key", "X-Sig", "pass%77ord", "clientSecret", "key"]),
            one in "[!-~&&[^&;#]]{1,40}",
            other in "[!-~&&[^&;#]]{1,40}",
            login in "[a-zA-Z0-9:%.~!$-]{1,20}",
            password in "[a-zA-Z0-9:%.~!$-]{1,20}",
            random in "[0-9a-f]{31}[0-9]",
            number in "[0-9a-f]{31}[0-9]",
        ) {
            for (one, other) in [
                (format!("https://h.example/in?{key}={one}"), format!("https://h.example/in?{key}={other}")),
                (format!("https://h.example/in?a=b&{key}={one}&c"), format!("https://h.example/in?a=b&{key}={other}&c")),
                (format!("https://h.example/#a;{key}={one}"), format!("https://h.example/#a;{key}={other}")),
                (format!("https://{login}@h.example/"), format!("https://{password}@h.example/")),
                (format!("https://h.example/{random}/x"), format!("https://h.example/{number}/x")),
                (format!("https://h.example/?a={random}"), format!("https://h.example/?a={number}")),
                (format!("https://h.example/?{random}"), format!("https://h.example/?{number}")),
                (format!("https://h.example/#{random}"), format!("https://h.example/#{number}")),
                (format!("https://app.wawp.net/w/{login}"), format!("https://app.wawp.net/w/{password}")),
            ] {
                prop_assert_eq!(view(&one), view(&other));
            }
        }
    }
}
