//! Advice about patterns that are globs, and match no URL or not what they seem to. It must not quote a value.

use std::collections::BTreeSet;

use super::normal::{normal, split};
use super::variants::variants;
use crate::escape::characters::{is_hidden, named};
use crate::manifest::quoted;
use crate::webhook::LONGEST_URL;
use crate::webhook::glob_view::{HIDDEN, is_secret_name, is_secret_segment, is_secret_value};

/// The characters with a meaning in globs.
const GLOB_SIGNS: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// What is odd about a pattern, and what to write instead.
pub(super) fn advice(pattern: &str) -> Option<String> {
    if pattern.len() > LONGEST_URL {
        return Some(format!(
            "this pattern matches no URL: it is longer than {LONGEST_URL} bytes"
        ));
    }
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
    if pattern.contains("${") {
        return Some("`${…}` is filled in in `url` alone; write `*` there".to_owned());
    }
    if pattern.contains(",http") && !pattern.contains('{') {
        return Some("this pattern holds two URLs; write each as a pattern of its own".to_owned());
    }
    let alternatives = variants(pattern).unwrap_or_default();
    let mut places = alternatives
        .iter()
        .filter_map(|one| hidden_place(&normal(one)));
    if let Some(place) = places.next() {
        return Some(format!(
            "this pattern matches no URL: hookfleet shows patterns {HIDDEN} for {place}; write {HIDDEN} or `*` there"
        ));
    }
    has_stars_inside(pattern).then(|| {
        "`**` crosses a `/` only where it is a whole segment, as in `/**`; here it is no more than `*`"
            .to_owned()
    })
}

/// Whether what a glob matches can begin with `text`.
fn can_begin(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    reached(&glob, text).is_none_or(|places| !places.is_empty())
}

/// The places in a glob that are reached once `text` is read, ascending; `None` where it may match whatever follows.
/// Alternatives and classes count as able to. All places go forward at once, so that no glob takes long.
fn reached(glob: &[char], text: &str) -> Option<BTreeSet<usize>> {
    let mut places = behind_stars(glob, BTreeSet::from([0]))?;
    for c in text.chars() {
        let mut next = BTreeSet::new();
        for at in places {
            match glob.get(at) {
                Some('{') => return None,
                Some('*') if c != '/' => next.insert(at),
                Some('?') if c != '/' => next.insert(at + 1),
                Some('[') => {
                    let behind = glob.get(at + 2..).unwrap_or_default();
                    let end = behind.iter().position(|sign| *sign == ']')?;
                    next.insert(at + 3 + end)
                }
                Some('\\') if glob.get(at + 1) == Some(&c) => next.insert(at + 2),
                Some(sign) if sign.eq_ignore_ascii_case(&c) && !"*?\\".contains(*sign) => {
                    next.insert(at + 1)
                }
                _ => false,
            };
        }
        places = behind_stars(glob, next)?;
    }
    Some(places)
}

/// The places, and those behind the stars that stand there: a star matches nothing, too. `None` at `**` that crosses segments.
fn behind_stars(glob: &[char], places: BTreeSet<usize>) -> Option<BTreeSet<usize>> {
    let mut all = places.clone();
    for place in places {
        let mut at = place;
        while glob.get(at) == Some(&'*') {
            let is_start = at == 0 || glob.get(at - 1) == Some(&'/');
            let is_double = glob.get(at + 1) == Some(&'*');
            if is_start && is_double && matches!(glob.get(at + 2), None | Some('/')) {
                return None;
            }
            at += 1;
            if !all.insert(at) {
                break;
            }
        }
    }
    Some(all)
}

/// The first part of a pattern that stands where URLs are hidden, and does not match what stands there.
fn hidden_place(pattern: &str) -> Option<String> {
    let parts = split(pattern);
    let userinfo = parts.as_ref().and_then(|parts| parts.userinfo);
    if userinfo.is_some_and(|userinfo| !is_mask(userinfo)) {
        return Some("userinfo".to_owned());
    }
    let behind = parts.as_ref().map_or(pattern, |parts| parts.path);
    let (path, items) = behind.split_at(behind.find(['?', '#']).unwrap_or(behind.len()));
    if path
        .split('/')
        .any(|part| looks_secret(part, is_secret_segment))
    {
        return Some("segments that look random".to_owned());
    }
    // Behind the first one, a `?` is a wildcard or a character.
    for item in items.trim_start_matches(['?', '#']).split(['&', ';', '#']) {
        let (key, value) = item.split_once('=').unwrap_or(("", item));
        let key = key.trim_start_matches(GLOB_SIGNS);
        if is_secret_name(key) {
            if !is_mask(value) {
                return Some(format!("the value of {}", quoted(key)));
            }
        } else if [key, value]
            .iter()
            .any(|text| looks_secret(text, is_secret_value))
        {
            return Some("values that look random".to_owned());
        }
    }
    None
}

/// Whether a part of a pattern matches whatever is hidden there: nothing but stars.
fn is_mask(part: &str) -> bool {
    part.chars().all(|sign| sign == '*')
}

/// Whether a part of a pattern matches only what looks secret, whatever its wildcards stand for.
fn looks_secret(part: &str, is_secret: fn(&str) -> bool) -> bool {
    let is_literal = part.split(GLOB_SIGNS).any(is_secret);
    // A word for what a star stands for, and figures where the characters are counted.
    let is_whole = is_secret(&part.replace('*', "word").replace('?', "0"));
    is_literal || (is_whole && !part.contains(['[', '{', '\\']))
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
            (
                "https://a.example/x?token={abc,***}",
                "the value of `token`",
            ),
            ("https://a.example/x?token=[a-c]*", "the value of `token`"),
            ("https://a.example/x?token=???????", "the value of `token`"),
            ("https://a.example/x?token=???", "the value of `token`"),
            (
                "https://a.example/webhook/550e8400-*",
                "segments that look random",
            ),
            (
                "https://a.example/????????-????-????-????-????????????",
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
            "https://a.example/staging-*",
            "https://a.example/tenant-*/in?tenant=acme-*",
            "https://a.example/my-long-descriptive-webhook-name/**",
        ] {
            assert_eq!(advice(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_template_and_two_urls_in_one_pattern_are_told() {
        assert!(is_odd(
            "https://a.example/${instance.name}/**",
            "in `url` alone"
        ));
        assert!(is_odd(
            "https://a.example/**,https://b.example/**",
            "two URLs"
        ));
        assert_eq!(advice("{https://a.example/**,https://b.example/**}"), None);
    }

    #[test]
    fn no_pattern_takes_long_to_look_at() {
        for part in [
            "*", "?*", "[a]*", "a=*&", "token=*&", "**", "{", "\\*", "h*t*", "?=",
        ] {
            for start in ["", "https://", "https://a.example/?"] {
                let pattern = start.to_owned() + &part.repeat(8000 / part.len());
                let _ = (advice(&pattern), normal(&pattern));
                let long = start.to_owned() + &part.repeat(1_000_000);
                assert!(is_odd(&long, "longer than"));
                assert_eq!(normal(&long), long);
            }
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
