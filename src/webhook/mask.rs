//! Masks: what a server shows in place of a secret. Written back, a mask would be the secret from then on.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use super::{ExposeUrl, HookUrl, parts};

/// The length of the shortest mask.
const SHORTEST: usize = 4;
/// The signs of which a run is a mask wherever it stands: asterisks, bullets and blocks.
const SIGNS: [char; 12] = ['*', '•', '●', '∙', '⬤', '⚫', '∗', '＊', '✱', '█', '■', '▪'];
/// Words that stand for a secret, in brackets and alone.
const WORDS: [&str; 9] = [
    "redacted",
    "masked",
    "hidden",
    "secret",
    "secret hidden",
    "filtered",
    "removed",
    "sensitive",
    "sensitive value",
];
/// Those of them that do so inside a text too, as in `Bearer [REDACTED]`.
const WORDS_INSIDE: [&str; 3] = ["redacted", "filtered", "masked"];
const BRACKETS: [(char, char); 4] = [('[', ']'), ('<', '>'), ('(', ')'), ('{', '}')];

/// Whether a text is a mask, or holds one: four or more `*`, `•` or `x` alone, a run of four `*` or `•` inside, `[REDACTED]`
/// and its like, or the ends of a token around an ellipsis. `Accept: *`, `**/*.js` and `* * * * *` are none.
pub(crate) fn is_masked(text: &str) -> bool {
    let text = text.trim();
    let signs = text.trim_matches(['*', '_', '-']);
    text == "REDACTED"
        || holds_a_run(text)
        || is_crossed_out(text)
        || is_a_word(text)
        || (signs.len() < text.len() && WORDS_INSIDE.contains(&&*signs.to_lowercase()))
        || holds_a_word(text)
        || is_abridged(text)
}

/// Whether one of the signs stands four times in a row.
fn holds_a_run(text: &str) -> bool {
    let mut run = (' ', 0);
    text.chars().any(|c| {
        run = if c == run.0 { (c, run.1 + 1) } else { (c, 1) };
        run.1 >= SHORTEST && SIGNS.contains(&c)
    })
}

/// Whether a text is `x` alone, perhaps in groups, of which the last may be shown: `xxxx-xxxx-1234`.
fn is_crossed_out(text: &str) -> bool {
    let is_crossed = |group: &str| {
        let all = |sign| group.chars().all(|c| c == sign);
        group.len() >= SHORTEST && (all('x') || all('X'))
    };
    let mut groups: Vec<&str> = text.split(['-', ' ']).collect();
    let is_shown = |last: &str| last.len() <= SHORTEST && last.chars().all(char::is_alphanumeric);
    if groups.len() > 2 && groups.last().is_some_and(|last| is_shown(last)) {
        groups.pop();
    }
    groups.iter().all(|group| is_crossed(group))
}

/// Whether a text is a word for a mask in brackets.
fn is_a_word(text: &str) -> bool {
    BRACKETS.into_iter().any(|(open, close)| {
        let inner = text.strip_prefix(open);
        let inner = inner.and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| WORDS.contains(&&*inner.trim().to_lowercase()))
    })
}

/// Whether a text holds `[REDACTED]`, `<filtered>` or their like.
fn holds_a_word(text: &str) -> bool {
    if !text.contains(['[', '<']) {
        return false;
    }
    let lower = text.to_lowercase();
    WORDS_INSIDE
        .iter()
        .any(|word| lower.contains(&format!("[{word}]")) || lower.contains(&format!("<{word}>")))
}

/// Whether a text is the beginning of a token and its last four characters around an ellipsis: `sk-…1234`. Three dots stand
/// between two names too, so there a digit has to follow.
fn is_abridged(text: &str) -> bool {
    let is_in_a_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_end = |end: &str| end.len() == 4 && end.chars().all(|c| c.is_ascii_alphanumeric());
    let has_digit = |end: &str| end.contains(|c: char| c.is_ascii_digit());
    let dots = || text.split_once("...").filter(|(_, end)| has_digit(end));
    let cut = text.split_once('…').or_else(dots);
    cut.is_some_and(|(start, end)| is_end(end) && start.chars().all(is_in_a_token))
}

/// Whether a JSON value holds a masked text anywhere in it, however deep, and of a repeated key in any of its values.
pub(crate) fn holds_a_mask(value: &RawValue) -> bool {
    texts_of(value.get())
        .any(|literal| serde_json::from_str::<String>(literal).is_ok_and(|text| is_masked(&text)))
}

/// The string literals of a JSON text, with their quotes.
fn texts_of(json: &str) -> impl Iterator<Item = &str> {
    let mut rest = json;
    std::iter::from_fn(move || {
        let literal = &rest[rest.find('"')?..];
        let mut is_escaped = false;
        let end = literal.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        })?;
        let (literal, after) = literal.split_at(end + 2);
        rest = after;
        Some(literal)
    })
}

impl HookUrl {
    /// Whether a part of it is masked, percent-encoded or not: the host, a login, a password, a path segment, a key, a value
    /// or the fragment. A text that is not an http(s) URL is one part.
    pub(crate) fn holds_a_mask(&self) -> bool {
        let text = self.expose();
        let is_part_masked = |part: &str| is_masked(part) || is_masked(&decoded(part));
        let Some(parts) = self.parts() else {
            return is_part_masked(text);
        };
        // `xxxx.example` is a name.
        let host = decoded(&text[parts.authority.clone()]);
        let items = parts.query_items(text, &['&', ';']).into_iter();
        let mut ranges: Vec<_> = items.flat_map(|(key, value)| [key, value]).collect();
        // The vendor's page has a token of `xxxxxxxxx` in the path of its own URLs.
        let path = Some(parts.path).filter(|_| !self.is_vendors() || holds_a_run(&decoded(text)));
        let delimited = [
            (parts.userinfo, &[':'][..]),
            (path, &['/', '\\']),
            (parts.fragment, &['&', ';', '=']),
        ];
        for (range, delimiters) in delimited {
            let range = range.into_iter();
            ranges.extend(range.flat_map(|range| parts::between(text, range, delimiters)));
        }
        holds_a_run(&host) || ranges.into_iter().any(|range| is_part_masked(&text[range]))
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests;
