//! What a glob of a manifest sees of a URL: nothing that may be secret, so that no pattern can ask for it bit by bit.

use std::ops::Range;

use super::expose::ExposeUrl;
use super::parts;
use super::url::{HookUrl, Provenance};

/// What stands for what a glob does not see.
const HIDDEN: &str = "***";

impl HookUrl {
    /// Scheme, host, path and query keys as they are, with `***` for userinfo, each query value and the fragment, and for
    /// whatever came from a secret. A text that is no http(s) URL is seen whole.
    ///
    /// A manifest comes from a pull request: if globs saw secrets, its author could learn one from which of them match.
    pub fn glob_view(&self) -> String {
        let text = self.expose();
        if self
            .secret_around(0)
            .is_some_and(|secret| secret.len() == text.len())
        {
            return HIDDEN.to_owned();
        }
        let mut outline = String::with_capacity(2 * text.len());
        let mut done = 0;
        for hidden in self.unseen() {
            self.see(done..hidden.start, &mut outline);
            outline.push_str(HIDDEN);
            done = hidden.end;
        }
        self.see(done..text.len(), &mut outline);
        outline
    }

    /// Appends a range in which only what came from a secret is not seen.
    fn see(&self, range: Range<usize>, outline: &mut String) {
        for (own, from) in self.stretches_in(range) {
            match from {
                Provenance::Secret(_) if outline.ends_with(HIDDEN) => {}
                Provenance::Secret(_) => outline.push_str(HIDDEN),
                Provenance::Manifest | Provenance::Live => outline.push_str(&self.expose()[own]),
            }
        }
    }

    /// The places of secrets, ascending; empty ones hide nothing.
    fn unseen(&self) -> Vec<Range<usize>> {
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return Vec::new();
        };
        let items = parts.query.into_iter();
        let items = items.flat_map(|query| parts::between(text, query, &['&', ';']));
        let values = items.map(|item| match text[item.clone()].find('=') {
            Some(at) => item.start + at + 1..item.end,
            None => item,
        });
        let places = parts.userinfo.into_iter().chain(values);
        let places = places.chain(parts.fragment);
        places.filter(|range| !range.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_glob_sees_scheme_host_path_and_keys_alone() {
        let url = HookUrl::live("https://u:p@h.example:1/in/x?key=a=b&flag&v=#frag");
        assert_eq!(
            url.glob_view(),
            "https://***@h.example:1/in/x?key=***&***&v=#***"
        );
        assert_eq!(HookUrl::live("mailto:x").glob_view(), "mailto:x");
    }

    #[test]
    fn a_glob_sees_no_secret_wherever_it_stands_and_however_long_it_is() {
        let secret = || Provenance::Secret(Arc::from("s"));
        for value in ["x", "h.example", "a%2Fb%3Fc"] {
            let url = HookUrl::from_pieces([
                ("https://h.example/in/a-", Provenance::Manifest),
                (value, secret()),
                ("/hook", Provenance::Manifest),
            ]);
            assert_eq!(
                url.glob_view(),
                "https://h.example/in/a-***/hook",
                "{value}"
            );
        }
        let whole = HookUrl::from_pieces([("https://u@h/x?y=z", secret())]);
        assert_eq!(whole.glob_view(), "***");
    }
}
