//! One line of a manifest for a finding. Only keys, harmless words and what the finding says may be revealed are shown,
//! since a manifest can hold a secret in the wrong place.

use std::ops::Range;

use super::findings::ExcerptV1;
use crate::escape::sanitize::is_dangerous;
use crate::manifest::{Finding, Reveal, SourceFile};
use crate::wawp::events::KNOWN_EVENTS;
use crate::webhook::opaque::is_opaque_text;
use crate::webhook::parts;

/// A longer line is cut around what is underlined, in characters on each side.
const AROUND: usize = 60;
/// The longest id or name that is shown beside a finding, in bytes: an id's documented length.
const LONGEST_ID: usize = 12;
/// What stands for what is not shown, however long that is.
const HIDDEN: &str = "…";
/// Values that give nothing away.
const WORDS: [&str; 12] = [
    "-", ":", "true", "false", "keep", "auto", "query", "body", "header", "0", "1", "null",
];

/// How much of a file around a place is looked at, in bytes: enough for all that can be shown, however long the line is.
const WINDOW: usize = 4 * (2 * AROUND + 1);

impl ExcerptV1 {
    /// The line at a finding's place; `None` where the file has no such place or is not UTF-8 there.
    pub(super) fn of(finding: &Finding, file: &SourceFile) -> Option<Self> {
        let start = (finding.place.start as usize).min(file.bytes.len());
        let end = (finding.place.end as usize).max(start);
        let (before, behind) = (window_before(file, start)?, window_behind(file, start)?);
        let left = before
            .rsplit(['\n', '\r'])
            .next()?
            .trim_start_matches('\u{feff}');
        let line_end = behind.find(['\n', '\r']).unwrap_or(behind.len());
        let end = behind.floor_char_boundary((end - start).min(line_end));
        let (marked, right) = (&behind[..end], &behind[end..line_end]);
        let key_ends = marked.starts_with(':') || (marked.is_empty() && right.starts_with(':'));
        let left = mask_end(left, key_ends);
        let mut marked = reveal(marked, finding.reveal);
        let cut = right.char_indices().nth(AROUND);
        let mut right = mask(cut.map_or(right, |(cut, _)| &right[..cut]));
        if marked.is_empty() {
            // An underline needs something to stand under: what comes next, or the end of the line.
            let mut next = right.chars();
            marked.push(next.next().unwrap_or(' '));
            right = String::from(next.as_str());
        }
        let start = left.chars().count();
        let end = start + marked.chars().count();
        let text = [left, marked, right].concat();
        // A CI takes `##[…]` for a command wherever it stands.
        let text = if text.contains("##") {
            text.replace('#', "\u{fffd}")
        } else {
            text
        };
        Some(Self { text, start, end })
    }
}

/// The text that ends at a place.
fn window_before(file: &SourceFile, end: usize) -> Option<&str> {
    let mut start = end.saturating_sub(WINDOW);
    while is_inside_a_character(&file.bytes, start) {
        start += 1;
    }
    std::str::from_utf8(file.bytes.get(start..end)?).ok()
}

/// The text that begins at a place.
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

/// The end of what stands on the left, masked; its last word is a key where a colon comes next.
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

fn reveal(text: &str, how: Reveal) -> String {
    let text: String = text.chars().take(2 * AROUND).collect();
    let shown = match how {
        Reveal::Text => text,
        Reveal::Url => reveal_url(&text),
        Reveal::Nothing => mask(&text),
    };
    harmless(&shown)
}

/// A URL, quotes around it included, without userinfo, query values, fragment and what looks like a token; templates
/// stay.
fn reveal_url(text: &str) -> String {
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
    shown.push_str(&bare[parts.authority]);
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

/// Something that is no http(s) URL: a name, or a URL of another scheme.
fn reveal_name(text: &str) -> String {
    let bare = text.trim_matches(['"', '\'']);
    let shown = match bare.split_once("://") {
        Some((scheme, _)) => format!("{}://{HIDDEN}", readable(scheme)),
        None if bare.contains(['=', '@', '?']) => HIDDEN.to_owned(),
        None => readable(bare).to_owned(),
    };
    text.replacen(bare, &shown, 1)
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

/// Keys, punctuation and harmless words of a YAML line; everything else is hidden, however it is quoted.
fn mask(text: &str) -> String {
    let is_word = |c: char| {
        !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}' | '"' | '\'' | '#')
    };
    let mut masked = String::new();
    let mut key_may_come = true;
    // Ids and names say where one is; nothing longer than an id does.
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
            // A hidden phrase is one hidden thing, however many words it has.
            masked.truncate(masked.trim_end_matches(' ').len());
        }
        key_may_come &= word == "-";
    }
    harmless(&masked)
}

/// The same number of characters, none of which does anything to a terminal.
fn harmless(text: &str) -> String {
    let safe = |c| match c {
        '\t' => ' ',
        c if is_dangerous(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(safe).collect()
}
