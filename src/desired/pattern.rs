//! Glob patterns over webhook URLs, for `ignore` and `prune`.

mod advice;
mod normal;

use std::sync::Arc;

use globset::{ErrorKind, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::webhook::HookUrl;

/// A list of globs. `*` and `?` stay inside a path segment, `**` as a whole segment crosses them, `[…]` and `{a,b}` are
/// known.
#[derive(Debug, Clone)]
pub struct Patterns {
    written: Arc<[Arc<str>]>,
    set: Arc<GlobSet>,
}

/// An invalid glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a glob: {why}")]
pub struct PatternError {
    /// Its index in the list.
    pub index: usize,
    /// The reason.
    pub why: String,
}

impl Patterns {
    /// Makes an empty list, which matches nothing.
    pub fn none() -> Self {
        Self {
            written: Arc::new([]),
            set: Arc::new(GlobSet::empty()),
        }
    }

    /// Compiles patterns.
    ///
    /// # Errors
    /// The first invalid glob.
    pub fn new(written: Vec<Arc<str>>) -> Result<Self, PatternError> {
        let mut set = GlobSetBuilder::new();
        for (index, pattern) in written.iter().enumerate() {
            let glob = glob(&normal::normal(pattern));
            set.add(glob.map_err(|why| PatternError { index, why })?);
        }
        let last = written.len().saturating_sub(1);
        let set = set.build().map_err(|error| PatternError {
            index: last,
            why: error.kind().to_string(),
        })?;
        Ok(Self {
            written: written.into(),
            set: Arc::new(set),
        })
    }

    /// Whether one of the patterns matches the URL's [glob view](HookUrl::glob_view).
    ///
    /// A pattern that spells a secret out does not match it: the author of a pull request could try secrets by the thousand.
    pub fn matches(&self, url: &HookUrl) -> bool {
        !self.written.is_empty() && self.set.is_match(url.glob_view().as_str())
    }

    /// The patterns, by index, that match no URL or not what they seem to, each with what to write instead.
    pub(super) fn odd(&self) -> impl Iterator<Item = (usize, String)> {
        let written = self.written.iter().enumerate();
        written.filter_map(|(index, pattern)| Some((index, advice::advice(pattern)?)))
    }
}

/// Compiles a glob; the error is a message for the user.
fn glob(pattern: &str) -> Result<Glob, String> {
    let mut builder = GlobBuilder::new(pattern);
    let glob = builder
        .literal_separator(true)
        .backslash_escape(true)
        .build();
    glob.map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::UnclosedClass | ErrorKind::InvalidRange(..) => {
                "; write a literal `[` as `[[]`"
            }
            _ => "",
        };
        format!("{}{advice}", error.kind())
    })
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Patterns {}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, url: &str) -> bool {
        Patterns::new(vec![Arc::from(pattern)])
            .unwrap()
            .matches(&HookUrl::live(url))
    }

    #[test]
    fn star_stays_inside_a_segment_and_two_stars_cross_segments() {
        let tunnels = "https://*.ngrok.app/**";
        assert!(matches(tunnels, "https://x1.ngrok.app/a/b?c=d"));
        assert!(matches(tunnels, "https://x1.ngrok.app/"));
        assert!(!matches(tunnels, "https://evil.example/x.ngrok.app/a"));
        assert!(!matches("https://h/*", "https://h/a/b"));
    }

    #[test]
    fn a_pattern_matches_every_spelling_of_scheme_host_port_and_empty_path() {
        for url in [
            "https://abc.ngrok.app",
            "https://abc.ngrok.app?x=1",
            "https://abc.ngrok.app:443/x",
            "https://ABC.NGROK.APP/x",
            "HTTPS://abc.ngrok.app#x",
        ] {
            assert!(matches("https://*.ngrok.app/**", url), "{url}");
            assert!(matches("HTTPS://*.NGROK.APP:443/**", url), "{url}");
        }
        for pattern in [
            "https://ABC.ngrok.app:443",
            "https://abc.ngrok.app",
            "https://*.ngrok.app",
            "https://**",
            "**",
            "{http,https}://abc.ngrok.app",
            "http*://ABC.ngrok.app",
            "https://abc.ngrok.app{,/**}",
        ] {
            assert!(matches(pattern, "https://abc.ngrok.app/"), "{pattern}");
            assert!(matches(pattern, "https://ABC.ngrok.app:443"), "{pattern}");
        }
        assert!(!matches("https://abc.ngrok.app", "https://abc.ngrok.app/x"));
        assert!(!matches(
            "https://abc.ngrok.app",
            "https://abc.ngrok.app:8443"
        ));
        assert!(matches("https://a.example?x=1", "https://a.example?x=1"));
        assert!(matches("https://[FD00::1]:443/**", "https://[fd00::1]/x"));
    }

    #[test]
    fn a_pattern_matches_plain_queries_and_fragments_as_they_are() {
        for pattern in [
            "https://a.example/x?team=b*",
            "https://a.example/x[?]team=b*",
            "https://a.example/x\\?team=b*",
            "https://a.example/x?team=?",
            "https://a.example/x*",
        ] {
            assert!(matches(pattern, "https://a.example/x?team=b"), "{pattern}");
            assert!(!matches(
                "https://a.example/x?team=b*",
                "https://a.example/x?team=a"
            ));
        }
        assert!(matches(
            "https://a.example/x#bob*",
            "https://a.example/x#bob"
        ));
        assert!(!matches(
            "https://a.example/x#bob*",
            "https://a.example/x#eve"
        ));
        assert!(matches("https://a.example/X", "https://A.example/X"));
        assert!(!matches("https://a.example/x", "https://a.example/X"));
    }

    #[test]
    fn glob_matches_no_part_of_a_secret_and_no_secret_that_it_spells_out() {
        let url = "https://u:pw@h/in/8f14e45fceea?secret=zebra&id=8f14e45fceea#access_token=zebra";
        for pattern in [
            "https://*@h/in/*?secret=z*",
            "https://*@h/in/*?secret=?????&*",
            "https://u:p*",
            "https://u:pw@h/**",
            "https://*@h/in/8f14*",
            "https://*@h/in/*?secret=*&id=8*",
            "https://*@h/in/*#access_token=z*",
            url,
        ] {
            assert!(!matches(pattern, url), "{pattern}");
        }
        for pattern in [
            "https://*@h/**",
            "https://***@h/in/***?secret=***&id=***#access_token=***",
            "https://*@h/in/*",
        ] {
            assert!(matches(pattern, url), "{pattern}");
        }
    }

    #[test]
    fn invalid_glob_is_reported_with_its_index_and_what_to_write() {
        let error = |patterns: &[&str]| {
            let patterns = patterns.iter().map(|pattern| Arc::from(*pattern));
            let error = Patterns::new(patterns.collect()).unwrap_err();
            (error.index, error.to_string())
        };
        let unclosed =
            "not a glob: unclosed character class; missing ']'; write a literal `[` as `[[]`";
        assert_eq!(error(&["ok", "[a"]), (1, unclosed.to_owned()));
        assert_eq!(error(&["https://h.example/x?a[]=1"]).1, unclosed);
    }
}
