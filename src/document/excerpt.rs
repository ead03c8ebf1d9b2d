//! The source line of a finding, redacted. Only keys, harmless words and what the finding allows are shown, since a
//! manifest can hold a secret in the wrong place.

use std::ops::Range;

use super::findings::ExcerptV1;
use crate::escape::sanitize::is_dangerous;
use crate::manifest::{Finding, Reveal, SourceFile};
use crate::wawp::events::KNOWN_EVENTS;
use crate::webhook::{opaque::is_opaque_text, parts};

/// The number of characters shown on each side of the underlined part.
const AROUND: usize = 60;
/// The length of the longest id or name that is shown, in bytes: the documented length of an id.
const LONGEST_ID: usize = 12;
/// The replacement for hidden text of any length.
const HIDDEN: &str = "…";
/// What stands before a password or a port, or is drawn like it.
const COLONS: [char; 3] = [':', '\u{fe55}', '\u{ff1a}'];
/// Values that are never secret.
const WORDS: [&str; 12] = [
    "-", ":", "true", "false", "keep", "auto", "query", "body", "header", "0", "1", "null",
];

/// The number of bytes that are read before and behind a place: enough for all that can be shown of a line of any
/// length.
const WINDOW: usize = 4 * (2 * AROUND + 1);

impl ExcerptV1 {
    /// Returns the line at a finding's place; `None` if the file has no such place or is not UTF-8 there.
    pub(super) fn of(finding: &Finding, file: &SourceFile) -> Option<Self> {
        let start = (finding.place.start as usize).min(file.bytes.len());
        let end = (finding.place.end as usize).max(start);
        let (before, behind) = (window_before(file, start)?, window_behind(file, start)?);
        let left = before
            .rsplit(['\n', '\r'])
            .next()?
            .trim_start_matches('\u{feff}');
        let line_end = behind.find(['\n', '\r']).unwrap_or(behind.len());
        let whole = end - start;
        let end = behind.floor_char_boundary(whole.min(line_end));
        let (marked, right) = (&behind[..end], &behind[end..line_end]);
        let key_ends = marked.starts_with(':') || (marked.is_empty() && right.starts_with(':'));
        let left = mask_end(left, key_ends);
        let unseen = behind.get(end..whole);
        let is_cut = unseen.is_none_or(|unseen| !unseen.trim().is_empty());
        let mut marked = reveal(marked, is_cut, finding.reveal);
        let cut = right.char_indices().nth(AROUND);
        let mut right = mask(cut.map_or(right, |(cut, _)| &right[..cut]));
        if marked.is_empty() {
            // An underline needs a character: the next one, or a space at the end of the line.
            let mut next = right.chars();
            marked.push(next.next().unwrap_or(' '));
            right = String::from(next.as_str());
        }
        let start = left.chars().count();
        let end = start + marked.chars().count();
        let text = [left, marked, right].concat();
        // A CI treats `##[…]` as a command anywhere in a line.
        let text = if text.contains("##") {
            text.replace('#', "\u{fffd}")
        } else {
            text
        };
        Some(Self { text, start, end })
    }
}

/// Returns the text before a place.
fn window_before(file: &SourceFile, end: usize) -> Option<&str> {
    let mut start = end.saturating_sub(WINDOW);
    while is_inside_a_character(&file.bytes, start) {
        start += 1;
    }
    std::str::from_utf8(file.bytes.get(start..end)?).ok()
}

/// Returns the text behind a place.
fn window_behind(file: &SourceFile, start: usize) -> Option<&str> {
    let mut end = (start + 2 * WINDOW).min(file.bytes.len());
    while is_inside_a_character(&file.bytes, end) {
        end -= 1;
    }
    std::str::from_utf8(file.bytes.get(start..end)?).ok()
}

fn is_inside_a_character(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80)
}

/// Masks the end of the text on the left; with `key_ends`, its last word is a key.
fn mask_end(left: &str, key_ends: bool) -> String {
    let (cut, end) = match left.char_indices().rev().nth(AROUND) {
        Some((at, _)) => (HIDDEN, &left[at..]),
        None => ("", left),
    };
    let masked = if key_ends {
        let masked = mask(&format!("{end}:"));
        masked.strip_suffix(':').unwrap_or(&masked).to_owned()
    } else {
        mask(end)
    };
    match cut {
        "" => masked,
        cut => format!("{cut}{}", masked.trim_start_matches(HIDDEN)),
    }
}

/// Shows a text, of which more follows when it `is_cut`.
fn reveal(text: &str, is_cut: bool, how: Reveal) -> String {
    let beginning = |text: &str| -> String { text.chars().take(2 * AROUND).collect() };
    let shown = match how {
        Reveal::Text => beginning(text),
        // What follows decides what the beginning is.
        Reveal::Url => beginning(&reveal_url(text, is_cut)),
        Reveal::Nothing => mask(&beginning(text)),
    };
    harmless(&shown)
}

/// Shows a URL, with its quotes, without userinfo, query values, fragment and anything like a token. Templates stay.
fn reveal_url(text: &str, is_cut: bool) -> String {
    let bare = text.trim_matches(['"', '\'']);
    let Some(parts) = parts::split(bare) else {
        return reveal_name(text);
    };
    let hide = |part: &Range<usize>| template_or_hidden(&bare[part.clone()]);
    let mut shown = bare[parts.scheme.clone()].to_owned();
    if let Some(userinfo) = &parts.userinfo {
        shown.push_str(hide(userinfo));
        shown.push('@');
    }
    let authority = &bare[parts.authority];
    if is_cut || !is_plain(bare, authority) {
        shown.push_str(HIDDEN);
        return text.replacen(bare, &shown, 1);
    }
    shown.push_str(authority);
    let segments = parts::between(bare, parts.path, &['/'])
        .into_iter()
        .map(|segment| readable(&bare[segment]));
    shown.push_str(&segments.collect::<Vec<_>>().join("/"));
    if let Some(query) = parts.query {
        let items = parts::between(bare, query, &['&']).into_iter().map(|item| {
            match bare[item.clone()].split_once('=') {
                Some((key, value)) => format!("{}={}", readable(key), template_or_hidden(value)),
                None => hide(&item).to_owned(),
            }
        });
        shown.push('?');
        shown.push_str(&items.collect::<Vec<_>>().join("&"));
    }
    if let Some(fragment) = &parts.fragment {
        shown.push('#');
        shown.push_str(hide(fragment));
    }
    text.replacen(bare, &shown, 1)
}

/// Whether no password can be read as a part of an authority, since it is plainly one, or has no sign of a login around it. A
/// template stands for a word.
fn is_plain(url: &str, authority: &str) -> bool {
    let mut plain = String::new();
    let mut rest = url;
    while let Some((before, (_, after))) = rest
        .split_once("${")
        .and_then(|(before, behind)| Some((before, behind.split_once('}')?)))
    {
        plain.extend([before, "x"]);
        rest = after;
    }
    plain.push_str(rest);
    let is_typo = !authority.contains(COLONS)
        && !authority.contains('%')
        && !parts::has_at(url)
        && !url.contains('\\');
    is_typo || parts::split_plainly(&plain).is_some()
}

/// Shows text that is not an http(s) URL: a name, or a URL of another scheme.
fn reveal_name(text: &str) -> String {
    let bare = text.trim_matches(['"', '\'']);
    let shown = match bare.split_once("://") {
        Some((scheme, _)) => format!("{}://{HIDDEN}", readable(scheme)),
        None if bare.contains(['=', '?']) || parts::has_at(bare) || has_password(bare) => {
            HIDDEN.to_owned()
        }
        None => readable(bare).to_owned(),
    };
    text.replacen(bare, &shown, 1)
}

/// Whether what follows a colon is no port, and so may be a password.
fn has_password(text: &str) -> bool {
    let behind = text.split_once(COLONS).map(|(_, behind)| behind);
    behind.is_some_and(|behind| !behind.bytes().all(|byte| byte.is_ascii_digit()))
}

fn readable(text: &str) -> &str {
    if is_opaque_text(text) { HIDDEN } else { text }
}

fn template_or_hidden(text: &str) -> &str {
    let is_template = text.starts_with("${") && text.find('}') == Some(text.len() - 1);
    if text.is_empty() || is_template {
        readable(text)
    } else {
        HIDDEN
    }
}

/// Hides everything of a YAML line except keys, punctuation and harmless words.
fn mask(text: &str) -> String {
    let is_word = |c: char| {
        !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}' | '"' | '\'' | '#')
    };
    let mut masked = String::new();
    let mut key_may_come = true;
    // Ids and names help to find the place. Text longer than an id is hidden.
    let mut named = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        if word.is_empty() {
            masked.push(first);
            if first == '#' && masked.ends_with(" #") {
                masked.push_str(" …");
                break;
            }
            key_may_come |= matches!(first, '{' | ',');
            rest = &rest[first.len_utf8()..];
            continue;
        }
        rest = &rest[word.len()..];
        let is_key = key_may_come && word.ends_with(':') && !is_opaque_text(word);
        let is_harmless = WORDS.contains(&word)
            || KNOWN_EVENTS.iter().any(|event| event.name == word)
            || (named && word.len() <= LONGEST_ID && word.chars().all(char::is_alphanumeric));
        named = matches!(word, "id:" | "name:" | "credential:");
        if is_key || is_harmless {
            masked.push_str(word);
        } else if !masked.trim_end_matches(' ').ends_with(HIDDEN) {
            masked.push_str(HIDDEN);
        } else {
            // Several hidden words are shown as one.
            masked.truncate(masked.trim_end_matches(' ').len());
        }
        key_may_come &= word == "-";
    }
    harmless(&masked)
}

/// Replaces each character that a terminal would act on by another one.
fn harmless(text: &str) -> String {
    let safe = |c| match c {
        '\t' => ' ',
        c if is_dangerous(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(safe).collect()
}

#[cfg(test)]
mod tests;
