//! Splits a webhook URL into parts without changing a byte of it.
//!
//! The WHATWG parser normalises; hookfleet compares URLs and writes them back exactly. A text that does not start with
//! `http://` or `https://` has no parts, so it is redacted whole.

use std::ops::Range;

/// Byte ranges of the parts of an http(s) URL (RFC 3986, section 3). `userinfo`, `query` and `fragment` exclude
/// their delimiters; `authority` is host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The scheme with its delimiter, such as `https://`.
    pub scheme: Range<usize>,
    /// The text before the last `@` of the authority.
    pub userinfo: Option<Range<usize>>,
    /// Host and port.
    pub authority: Range<usize>,
    /// The path with its leading slash; may be empty.
    pub path: Range<usize>,
    /// The text after `?`.
    pub query: Option<Range<usize>>,
    /// The text after `#`.
    pub fragment: Option<Range<usize>>,
}

/// Splits `text` into its parts; `None` when it is not an http(s) URL with an authority.
pub fn split(text: &str) -> Option<Parts> {
    let scheme_end = ["https://", "http://"]
        .iter()
        .find(|scheme| {
            text.get(..scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        })
        .map(|scheme| scheme.len())?;
    let find = |from: usize, delimiters: &[char]| {
        text[from..]
            .find(delimiters)
            .map_or(text.len(), |at| from + at)
    };
    // A browser and most HTTP stacks read `\` as `/`, so a password may not hide behind one.
    let authority_end = find(scheme_end, &['/', '\\', '?', '#']);
    let path_end = find(authority_end, &['?', '#']);
    let query_end = if text[path_end..].starts_with('?') {
        find(path_end, &['#'])
    } else {
        path_end
    };
    let at = text[scheme_end..authority_end]
        .rfind('@')
        .map(|at| scheme_end + at);
    let authority = at.map_or(scheme_end, |at| at + 1)..authority_end;
    (!authority.is_empty()).then(|| Parts {
        scheme: 0..scheme_end,
        userinfo: at.map(|at| scheme_end..at),
        authority,
        path: authority_end..path_end,
        query: (query_end > path_end).then(|| path_end + 1..query_end),
        fragment: (text.len() > query_end).then(|| query_end + 1..text.len()),
    })
}

impl Parts {
    /// The query's items between `separators`, each as its key, empty without `=`, and its value.
    pub fn query_items(
        &self,
        text: &str,
        separators: &[char],
    ) -> Vec<(Range<usize>, Range<usize>)> {
        let query = self.query.clone().into_iter();
        let items = query.flat_map(|query| between(text, query, separators));
        items.map(|item| key_and_value(text, item)).collect()
    }
}

/// Splits an item at its first `=` into its key, empty without one, and its value.
pub fn key_and_value(text: &str, item: Range<usize>) -> (Range<usize>, Range<usize>) {
    match text[item.clone()].find('=') {
        Some(at) => (item.start..item.start + at, item.start + at + 1..item.end),
        None => (item.start..item.start, item),
    }
}

/// Whether an authority without its userinfo is plainly a host, with or without a port. Another one may be a part of a
/// password that holds a delimiter.
pub fn is_plain_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let is_in_a_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let inside = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_host = match inside {
        Some(address) => address
            .chars()
            .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.')),
        None => host.chars().all(is_in_a_host),
    };
    let is_port = port.is_empty() || port.parse::<u16>().is_ok();
    is_host && is_port && !host.is_empty()
}

/// Splits `range` of `text` at `delimiters`, which are excluded.
pub fn between(text: &str, range: Range<usize>, delimiters: &[char]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = range.start;
    for (at, found) in text[range.clone()].match_indices(delimiters) {
        ranges.push(start..range.start + at);
        start = range.start + at + found.len();
    }
    ranges.push(start..range.end);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(url: &str) -> Option<[Option<&str>; 6]> {
        let parts = split(url)?;
        let text = |range: Range<usize>| Some(&url[range]);
        Some([
            text(parts.scheme),
            parts.userinfo.and_then(text),
            text(parts.authority),
            text(parts.path),
            parts.query.and_then(text),
            parts.fragment.and_then(text),
        ])
    }

    #[test]
    fn split_finds_every_part() {
        assert_eq!(
            texts("https://user:p@ss@host:8443/a/b?x=1?y#z#w"),
            Some([
                Some("https://"),
                Some("user:p@ss"),
                Some("host:8443"),
                Some("/a/b"),
                Some("x=1?y"),
                Some("z#w")
            ])
        );
        assert_eq!(
            texts("HTTP://host?x"),
            Some([
                Some("HTTP://"),
                None,
                Some("host"),
                Some(""),
                Some("x"),
                None
            ])
        );
    }

    #[test]
    fn an_authority_is_plain_when_it_is_a_host_and_a_port() {
        for plain in [
            "a.example",
            "a.example:80",
            "a.example:",
            "[::1]",
            "[::1]:80",
            "bücher.example",
        ] {
            assert!(is_plain_authority(plain), "{plain}");
        }
        for odd in [
            "user:s3cr3t",
            "user:123456",
            "a:b:1",
            "a b",
            "[::1",
            "::1",
            "a%20b",
            ":80",
            "",
        ] {
            assert!(!is_plain_authority(odd), "{odd}");
        }
    }

    #[test]
    fn backslash_ends_the_authority_as_it_does_in_browsers() {
        let parts = texts("https://host\\@evil/x");
        assert_eq!(
            parts,
            Some([
                Some("https://"),
                None,
                Some("host"),
                Some("\\@evil/x"),
                None,
                None
            ])
        );
    }

    #[test]
    fn text_that_is_not_an_http_url_has_no_parts() {
        for text in [
            "",
            "ftp://host/",
            "https:/host",
            "https://",
            "https:///x",
            "//host",
            "é",
            "https://user@",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
