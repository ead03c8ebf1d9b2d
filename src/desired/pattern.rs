//! Glob patterns over webhook URLs, for `ignore` and `prune`.

mod advice;
mod normal;
mod variants;

use std::sync::Arc;

use globset::{ErrorKind, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::webhook::HookUrl;
use crate::webhook::glob_view::HIDDEN;

/// A list of globs. `*` and `?` stay inside a path segment, `**` as a whole segment crosses them, `[…]` and `{a,b}` are
/// known.
#[derive(Debug, Clone)]
pub struct Patterns {
    written: Arc<[Arc<str>]>,
    set: Arc<GlobSet>,
    /// The same, without a wildcard of one character that matches a hidden part.
    sure: Arc<GlobSet>,
}

/// What stands for a hidden part where only `*` and `***` may match it: a character of no URL.
const HIDDEN_PART: &str = "\u{f0000}";

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
            sure: Arc::new(GlobSet::empty()),
        }
    }

    /// Compiles patterns.
    ///
    /// # Errors
    /// The first invalid glob.
    pub fn new(written: Vec<Arc<str>>) -> Result<Self, PatternError> {
        let (mut set, mut sure) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for (index, pattern) in written.iter().enumerate() {
            let wrong = |why| PatternError { index, why };
            let all = variants::variants(pattern).ok_or_else(|| {
                let most = variants::MOST;
                wrong(format!(
                    "it has more than {most} alternatives; write several patterns"
                ))
            })?;
            for pattern in all {
                let pattern = normal::normal(&pattern);
                set.add(glob(&pattern).map_err(wrong)?);
                sure.add(glob(&blind(&pattern)).map_err(wrong)?);
            }
        }
        let last = written.len().saturating_sub(1);
        let wrong = |error: globset::Error| PatternError {
            index: last,
            why: error.kind().to_string(),
        };
        Ok(Self {
            written: written.into(),
            set: Arc::new(set.build().map_err(wrong)?),
            sure: Arc::new(sure.build().map_err(wrong)?),
        })
    }

    /// Whether one of the patterns matches the URL's [glob view](HookUrl::glob_view).
    ///
    /// A pattern that spells a secret out does not match it: the author of a pull request could try secrets by the thousand.
    pub fn matches(&self, url: &HookUrl) -> bool {
        !self.written.is_empty() && self.set.is_match(url.glob_view().as_str())
    }

    /// Whether one of the patterns matches the URL whatever its hidden parts are: only `*` and `***` match those, and no
    /// `?` or `[!…]`. What is removed has to be meant.
    pub fn surely_match(&self, url: &HookUrl) -> bool {
        !self.written.is_empty() && {
            let view = url.glob_view().replace(HIDDEN, HIDDEN_PART);
            self.sure.is_match(view.as_str())
        }
    }

    /// The patterns, by index, that match no URL or not what they seem to, each with what to write instead.
    pub(super) fn odd(&self) -> impl Iterator<Item = (usize, String)> {
        let written = self.written.iter().enumerate();
        written.filter_map(|(index, pattern)| Some((index, advice::advice(pattern)?)))
    }
}

/// The pattern in which no wildcard of one character matches a hidden part.
fn blind(pattern: &str) -> String {
    let mut blind = String::with_capacity(pattern.len());
    let mut signs = pattern.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => {
                blind.push(sign);
                blind.extend(signs.next());
            }
            '?' => blind.extend(["[!", HIDDEN_PART, "]"]),
            '[' => {
                blind.push(sign);
                if let Some(negation) = signs.next_if(|next| matches!(next, '!' | '^')) {
                    blind.push(negation);
                    // Behind the first character, which may be a `]`.
                    blind.extend(signs.next());
                    blind.push_str(HIDDEN_PART);
                } else {
                    blind.extend(signs.next());
                }
                while let Some(inside) = signs.next_if(|next| *next != ']') {
                    blind.push(inside);
                }
            }
            _ => blind.push(sign),
        }
    }
    blind
}

/// Compiles a glob; the error is a message for the user.
fn glob(pattern: &str) -> Result<Glob, String> {
    let mut builder = GlobBuilder::new(pattern);
    let glob = builder
        .literal_separator(true)
        .backslash_escape(true)
        .empty_alternates(true)
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
    fn alternatives_match_whatever_they_hold() {
        for (pattern, url) in [
            ("https://a.example/hook{,/**}", "https://a.example/hook"),
            ("https://a.example{/**,}", "https://a.example/in?team=b"),
            ("https://a.example{/**,}", "https://a.example"),
            ("http{,s}://a.example/**", "http://a.example/hook"),
            ("https://{,www.}a.example/**", "https://a.example/in"),
            ("https://a.example{:443,}/**", "https://a.example/in"),
            ("https://a.example{,:8443}/**", "https://a.example/in"),
            ("https://a.example{,:8443}/**", "https://a.example:8443/in"),
            ("https://a.example/{x,y}{,/}", "https://a.example/x"),
            (
                "{https://A.example:443/**,https://b.example/**}",
                "https://a.example/x",
            ),
            ("https://a.example*", "https://a.example?team=b"),
            ("https://a.example?*", "https://a.example?team=b"),
            ("**/A.EXAMPLE/**", "https://a.example/x"),
        ] {
            assert!(matches(pattern, url), "{pattern} {url}");
        }
    }

    #[test]
    fn what_is_removed_is_matched_whatever_is_hidden() {
        let both = |pattern: &str, url: &str| {
            let patterns = Patterns::new(vec![Arc::from(pattern)]).unwrap();
            let url = HookUrl::live(url);
            (patterns.matches(&url), patterns.surely_match(&url))
        };
        for (pattern, url) in [
            (
                "https://a.example/hooks/[!p]*",
                "https://a.example/hooks/prod-4f2a91c07d",
            ),
            (
                "https://a.example/x?token=[!a]*",
                "https://a.example/x?token=abcdefg",
            ),
            (
                "https://a.example/x?token=???",
                "https://a.example/x?token=abcdefg",
            ),
            (
                "https://a.example/hooks/[^p]*",
                "https://a.example/hooks/prod-4f2a91c07d",
            ),
        ] {
            assert_eq!(both(pattern, url), (true, false), "{pattern} {url}");
        }
        for (pattern, url) in [
            (
                "https://a.example/hooks/*",
                "https://a.example/hooks/prod-4f2a91c07d",
            ),
            (
                "https://a.example/hooks/***",
                "https://a.example/hooks/prod-4f2a91c07d",
            ),
            (
                "https://a.example/x?token=*",
                "https://a.example/x?token=abcdefg",
            ),
            (
                "https://a.example/**",
                "https://u:p@a.example/x?token=abcdefg",
            ),
            (
                "https://*@a.example/**",
                "https://u:p@a.example/x?token=abcdefg",
            ),
            (
                "https://a.example/[!p]*?x=[]a]",
                "https://a.example/tmp?x=]",
            ),
            ("https://a.example/?mp", "https://a.example/tmp"),
        ] {
            let expected = both(pattern, url).0;
            assert_eq!(both(pattern, url), (expected, expected), "{pattern} {url}");
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
