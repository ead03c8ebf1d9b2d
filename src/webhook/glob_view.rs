//! The view of a URL that a manifest's globs match against. It has no secrets, so that no glob can guess one bit by bit.

use std::ops::Range;

use super::{ExposeUrl, HookUrl, Provenance};

/// The placeholder for hidden parts.
const HIDDEN: &str = "***";

impl HookUrl {
    /// The URL with `***` for userinfo, query values and fragment, and for every part that came from a secret. A text that
    /// is not an http(s) URL is unchanged.
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
        let mut view = String::with_capacity(2 * text.len());
        let mut done = 0;
        for hidden in self.secret_ranges() {
            self.push_view(done..hidden.start, &mut view);
            view.push_str(HIDDEN);
            done = hidden.end;
        }
        self.push_view(done..text.len(), &mut view);
        view
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

    /// The non-empty ranges that may hold secrets, ascending.
    fn secret_ranges(&self) -> Vec<Range<usize>> {
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return Vec::new();
        };
        let items = parts.query_items(text, &['&', ';']).into_iter();
        let values = items.map(|(_, value)| value);
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
    fn glob_view_has_scheme_host_path_and_keys_only() {
        let url = HookUrl::live("https://u:p@h.example:1/in/x?key=a=b&flag&v=#frag");
        assert_eq!(
            url.glob_view(),
            "https://***@h.example:1/in/x?key=***&***&v=#***"
        );
        assert_eq!(HookUrl::live("mailto:x").glob_view(), "mailto:x");
    }

    #[test]
    fn glob_view_hides_a_secret_in_every_part_and_of_every_length() {
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
