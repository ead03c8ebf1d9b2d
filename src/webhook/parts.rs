//! Splits a webhook URL into parts without changing a byte of it.
//!
//! The WHATWG parser normalises; hookfleet compares URLs and writes them back exactly. A text that does not start with
//! `http://` or `https://` has no parts, so it is redacted whole.

use core::net::Ipv6Addr;
use std::ops::Range;

/// The longest label of a host, in characters (RFC 1035, section 2.3.4).
const LONGEST_LABEL: usize = 63;
/// The longest host (RFC 1035, section 2.3.4) with its port, in bytes.
const LONGEST_AUTHORITY: usize = 255 + ":65535".len();

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

/// Splits `text` into its parts where its authority is plainly one, and `None` otherwise: a password with a delimiter in it
/// would be read as a host, a port or a path.
///
/// Such a password is followed by the `@` of its userinfo, or by `%40`. Behind a name of one label, with a port or without one,
/// an `@` anywhere makes an authority that is not plainly one, and behind any host with a port one in the path, in a key
/// of the query or in the fragment. A `\` ends the authority for some readers of URLs, and for others it does not.
pub fn split_plainly(text: &str) -> Option<Parts> {
    let parts = split(text)?;
    let authority = &text[parts.authority.clone()];
    let is_plain = is_plain_authority(authority)
        && !text[parts.path.clone()].starts_with('\\')
        && !holds_the_end_of_a_login(text, &parts);
    is_plain.then_some(parts)
}

/// Whether an `@` may end a login that begins with the authority, since it stands where one of a URL hardly does.
fn holds_the_end_of_a_login(text: &str, parts: &Parts) -> bool {
    let authority = &text[parts.authority.clone()];
    if !has_at(&text[parts.authority.end..]) {
        return false;
    }
    let is_one_label = !authority.contains(['.', '[']);
    if is_one_label || !authority.contains(':') {
        return is_one_label;
    }
    let items = parts.query_items(text, &['&', ';']).into_iter();
    // Without `=` the item is its value.
    let keys = items.map(|(key, value)| if key.end == value.start { value } else { key });
    let places = [parts.path.clone()].into_iter().chain(keys);
    let mut places = places.chain(parts.fragment.clone());
    places.any(|place| has_at(&text[place]))
}

/// Whether a text holds an `@`, encoded or not, or a character that is drawn as one.
pub fn has_at(text: &str) -> bool {
    text.contains(['@', '\u{fe6b}', '\u{ff20}']) || text.contains("%40")
}

/// Whether an authority without its userinfo is plainly a host, with or without a port. Another one may be a part of a
/// password that holds a delimiter.
fn is_plain_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let inside = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.chars().count())
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let is_host = match inside {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => host
            .strip_suffix('.')
            .unwrap_or(host)
            .split('.')
            .all(is_label),
    };
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let is_port = port.is_empty() || (is_number && port.parse::<u16>().is_ok());
    is_host && is_port && authority.len() <= LONGEST_AUTHORITY
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
mod tests;
