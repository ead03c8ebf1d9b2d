//! Spells a pattern as globs see URLs: scheme and host in lower case, no default port, an empty path as `/`.

use crate::webhook::LONGEST_URL;
use crate::webhook::glob_view::without_default_port;

/// The parts of a pattern with a scheme, and the text of each.
pub(super) struct PatternParts<'a> {
    /// The scheme with its delimiter.
    pub(super) scheme: &'a str,
    /// The text before the last `@`.
    pub(super) userinfo: Option<&'a str>,
    /// Host and port.
    pub(super) host: &'a str,
    /// The rest, with its delimiter.
    pub(super) path: &'a str,
}

/// The pattern in its normal spelling, which has the same meaning. Without a scheme it stays as it is.
pub(super) fn normal(pattern: &str) -> String {
    if pattern.len() > LONGEST_URL {
        return pattern.to_owned();
    }
    let Some(parts) = split(pattern) else {
        return pattern.to_owned();
    };
    let scheme = parts.scheme.to_lowercase();
    let host = parts.host.to_lowercase();
    let host = match scheme.as_str() {
        "https://" | "http://" => without_default_port(&scheme, &host),
        _ => &host,
    };
    let userinfo = parts.userinfo.map(|userinfo| format!("{userinfo}@"));
    // What crosses segments has a path, and so have alternatives with one.
    let has_path = parts.path.starts_with('/') || host == "**" || host.contains("{,/");
    let slash = if has_path { "" } else { "/" };
    [
        &scheme,
        userinfo.as_deref().unwrap_or_default(),
        &plain_address(host),
        slash,
        parts.path,
    ]
    .concat()
}

/// Splits a pattern of the length of a URL; `None` without a `://` in front of every `/`.
pub(super) fn split(pattern: &str) -> Option<PatternParts<'_>> {
    let (scheme, _) = pattern.split_once("://")?;
    if scheme.contains('/') {
        return None;
    }
    let (scheme, rest) = pattern.split_at(scheme.len() + "://".len());
    let (authority, path) = rest.split_at(end_of_authority(rest));
    let (userinfo, host) = match authority.rsplit_once('@') {
        Some((userinfo, host)) => (Some(userinfo), host),
        None => (None, authority),
    };
    Some(PatternParts {
        scheme,
        userinfo,
        host,
        path,
    })
}

/// The offset behind the authority. A `?` is a query's where a host can't have what follows.
fn end_of_authority(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        let behind = &rest[at..];
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '/' | '#' => return at,
            '?' if behind
                .split('/')
                .next()
                .is_some_and(|query| query.contains('=')) =>
            {
                return at;
            }
            '[' | '\\'
                if ["[?]", "\\?", "[#]"]
                    .iter()
                    .any(|mark| behind.starts_with(mark)) =>
            {
                return at;
            }
            _ => {}
        }
    }
    rest.len()
}

/// An IPv6 address with its brackets escaped: in a glob they would be a class of characters.
fn plain_address(host: &str) -> String {
    let inside = host.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let is_address = |text: &str| {
        text.matches(':').count() > 1
            && text
                .chars()
                .all(|c| c.is_ascii_hexdigit() || ":.".contains(c))
    };
    match inside {
        Some((address, port)) if is_address(address) => format!("\\[{address}\\]{port}"),
        _ => host.to_owned(),
    }
}
