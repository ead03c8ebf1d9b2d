//! Advice about patterns that are globs, and match no URL or not what they seem to. It must not quote a value.

use super::normal::{normal, split};
use crate::escape::characters::{is_hidden, named};
use crate::manifest::quoted;
use crate::webhook::glob_view::{HIDDEN, is_secret_name, is_secret_segment, is_secret_value};

/// The characters with a meaning in globs.
const GLOB_SIGNS: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// What is odd about a pattern, and what to write instead.
pub(super) fn advice(pattern: &str) -> Option<String> {
    let odd = |c: &char| *c == ' ' || is_hidden(*c);
    if let Some(odd) = pattern.chars().find(odd) {
        let name = named(odd);
        return Some(format!(
            "this pattern matches no URL: it holds {name}; remove it"
        ));
    }
    let schemes = ["https://", "http://"];
    if !schemes.iter().any(|scheme| can_begin(pattern, scheme)) {
        return Some(
            "this pattern matches no URL: one begins with https:// or http://, and `*` does not cross a `/`; write the scheme, or `**/`"
                .to_owned(),
        );
    }
    if let Some(place) = hidden_place(&normal(pattern)) {
        return Some(format!(
            "this pattern matches no URL: hookfleet shows patterns {HIDDEN} for {place}; write {HIDDEN} or `*` there"
        ));
    }
    has_stars_inside(pattern).then(|| {
        "`**` crosses a `/` only where it is a whole segment, as in `/**`; here it is no more than `*`"
            .to_owned()
    })
}

/// Whether what a glob matches can begin with `text`. Alternatives and classes count as able to.
fn can_begin(glob: &str, text: &str) -> bool {
    let (Some(sign), Some(next)) = (glob.chars().next(), text.chars().next()) else {
        return text.is_empty();
    };
    let (glob_rest, text_rest) = (&glob[sign.len_utf8()..], &text[next.len_utf8()..]);
    match sign {
        '{' => true,
        '*' if glob == "**" || glob.starts_with("**/") => true,
        '*' => can_begin(glob_rest, text) || (next != '/' && can_begin(glob, text_rest)),
        '?' => next != '/' && can_begin(glob_rest, text_rest),
        '[' => {
            let end = glob_rest.get(1..).and_then(|class| class.find(']'));
            end.is_none_or(|end| can_begin(&glob_rest[end + 2..], text_rest))
        }
        '\\' => {
            let is_same = glob_rest.starts_with(next);
            is_same && can_begin(&glob_rest[next.len_utf8()..], text_rest)
        }
        _ => sign.eq_ignore_ascii_case(&next) && can_begin(glob_rest, text_rest),
    }
}

/// The first part of a pattern that stands where URLs are hidden, and does not match what stands there.
fn hidden_place(pattern: &str) -> Option<String> {
    let matches_hidden = |part: &str| {
        let glob = super::glob(part);
        glob.is_err() || glob.is_ok_and(|glob| glob.compile_matcher().is_match(HIDDEN))
    };
    let parts = split(pattern);
    let userinfo = parts.as_ref().and_then(|parts| parts.userinfo);
    if userinfo.is_some_and(|userinfo| !matches_hidden(userinfo)) {
        return Some("userinfo".to_owned());
    }
    let behind = parts.as_ref().map_or(pattern, |parts| parts.path);
    let (path, items) = behind.split_at(behind.find(['?', '#']).unwrap_or(behind.len()));
    let looks_secret = |literal: &str| is_secret_segment(literal) || is_secret_value(literal);
    let mut literals = path.split(['/']).flat_map(|part| part.split(GLOB_SIGNS));
    if literals.any(is_secret_segment) {
        return Some("segments that look random".to_owned());
    }
    for item in items.split(['?', '&', ';', '#']) {
        let (key, value) = item.split_once('=').unwrap_or(("", item));
        let key = key.trim_start_matches(GLOB_SIGNS);
        if is_secret_name(key) && !matches_hidden(value) && !value.is_empty() {
            return Some(format!("the value of {}", quoted(key)));
        }
        let mut literals = key.split(GLOB_SIGNS).chain(value.split(GLOB_SIGNS));
        if literals.any(looks_secret) && !(is_secret_name(key) && matches_hidden(value)) {
            return Some("values that look random".to_owned());
        }
    }
    None
}

/// Whether `**` stands beside another character than a `/`.
fn has_stars_inside(pattern: &str) -> bool {
    let mut stars = pattern.match_indices("**");
    stars.any(|(at, _)| {
        let (before, behind) = (
            pattern[..at].chars().next_back(),
            pattern[at + 2..].chars().next(),
        );
        let is_end = |c: Option<char>| matches!(c, None | Some('/' | '{' | '}' | ','));
        let is_mask = before == Some('*') || behind == Some('*');
        let is_segment = is_end(before) && is_end(behind);
        !is_mask && !is_segment
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_odd(pattern: &str, why: &str) -> bool {
        advice(pattern).is_some_and(|advice| advice.contains(why))
    }

    #[test]
    fn a_pattern_that_cannot_begin_like_a_url_matches_none() {
        for pattern in [
            "a.example/**",
            "*.ngrok.app/**",
            "*",
            "ftp://a.example/**",
            "**.ngrok.app/**",
            "/**",
            "https:/a.example",
            "?ttp:/x",
        ] {
            assert!(is_odd(pattern, "one begins with https://"), "{pattern}");
        }
        for pattern in [
            "**",
            "**/x",
            "https://**",
            "HTTPS://a.example/",
            "http*://a.example/",
            "*://a.example/",
            "http{,s}://a.example/",
            "[h]ttps://a.example/",
            "?ttp://a.example/",
            "\\https://a.example/",
            "{https://a.example/,http://b.example/}",
        ] {
            assert_eq!(advice(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_with_a_part_where_urls_are_hidden_matches_none() {
        for (pattern, place) in [
            ("https://a.example/x?token=abc*", "the value of `token`"),
            (
                "https://a.example/x[?]team=b&api_key=a?c",
                "the value of `api_key`",
            ),
            ("https://a.example/x\\?secret=a", "the value of `secret`"),
            ("https://u:p*@a.example/**", "userinfo"),
            (
                "https://a.example/8f14e45fceea/*",
                "segments that look random",
            ),
            (
                "https://a.example/tok_9f8e7d6c5b4a*",
                "segments that look random",
            ),
            (
                "https://a.example/x?id=8f14e45fceea",
                "values that look random",
            ),
            (
                "https://a.example/x#8f14e45fceea",
                "values that look random",
            ),
        ] {
            assert!(is_odd(pattern, place), "{pattern}: {:?}", advice(pattern));
        }
        for pattern in [
            "https://a.example/x?token=*",
            "https://a.example/x?token=***",
            "https://a.example/x?token=",
            "https://*@a.example/**",
            "https://***@a.example/**",
            "https://a.example/***/x",
            "https://a.example/x?team=b*&next=?",
            "https://a.example/my-long-descriptive-webhook-name/**",
        ] {
            assert_eq!(advice(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_character_that_no_url_holds_is_named() {
        assert!(is_odd("https://a.example/a b", "U+0020 SPACE"));
        assert!(is_odd(
            "https://a.example/\u{200b}**",
            "U+200B ZERO WIDTH SPACE"
        ));
    }

    #[test]
    fn two_stars_inside_a_segment_are_told_to_be_one() {
        assert!(is_odd(
            "https://a.example/x**",
            "only where it is a whole segment"
        ));
        assert!(is_odd(
            "https://a.example**",
            "only where it is a whole segment"
        ));
        for pattern in [
            "https://a.example/**/x",
            "https://a.example{,/**}",
            "https://a.example/***",
        ] {
            assert_eq!(advice(pattern), None, "{pattern}");
        }
    }
}
