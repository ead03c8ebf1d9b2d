//! Glob patterns over webhook URLs, for `ignore` and `prune`.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::webhook::{ExposeUrl, HookUrl};

/// A list of globs. `*` and `?` stay inside a path segment, `**` crosses them, `[…]` and `{a,b}` are known.
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
            let glob = GlobBuilder::new(pattern)
                .literal_separator(true)
                .backslash_escape(true)
                .build();
            set.add(glob.map_err(|error| PatternError {
                index,
                why: error.kind().to_string(),
            })?);
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

    /// Whether one of the patterns matches the URL's [glob view](HookUrl::glob_view), or is the whole URL.
    pub fn matches(&self, url: &HookUrl) -> bool {
        !self.written.is_empty()
            && (self.set.is_match(url.glob_view().as_str())
                || self
                    .written
                    .iter()
                    .any(|written| **written == *url.expose()))
    }
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
        assert!(matches(
            "https://*.ngrok.app/**",
            "https://x1.ngrok.app/a/b?c=d"
        ));
        assert!(matches("https://*.ngrok.app/**", "https://x1.ngrok.app/"));
        assert!(!matches(
            "https://*.ngrok.app/**",
            "https://evil.example/x.ngrok.app/a"
        ));
        assert!(!matches("https://h/*", "https://h/a/b"));
    }

    #[test]
    fn glob_matches_no_part_of_a_secret_and_the_whole_url_matches_itself() {
        let url = "https://u:pw@h/in?secret=zebra#frag";
        for pattern in [
            "https://h/in\\?secret=z*",
            "https://u:p*",
            "**#f*",
            "https://*@h/in\\?secret=?????#*",
        ] {
            assert!(!matches(pattern, url), "{pattern}");
        }
        assert!(matches("https://*@h/in\\?secret=*#*", url));
        assert!(matches(url, url));
    }

    #[test]
    fn invalid_glob_is_reported_with_its_index() {
        let error = Patterns::new(vec![Arc::from("ok"), Arc::from("[a")]).unwrap_err();
        assert_eq!(
            (error.index, error.to_string().starts_with("not a glob: ")),
            (1, true)
        );
    }
}
