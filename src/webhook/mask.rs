//! Masks: what a server shows in place of a secret. Written back, a mask would be the secret from then on.

mod spelling;
mod word;

use std::ops::Range;

use serde_json::value::RawValue;

use super::{ExposeUrl, HookUrl};
use spelling::spelled;

/// How deep a text is looked into that is a URL or JSON inside another.
const DEEPEST: usize = 4;
/// What stands before a token in a text.
const BEFORE_TOKENS: [&str; 11] = [
    "apikey", "api-key", "basic", "bearer", "digest", "hmac", "key", "password", "secret", "sig",
    "token",
];

/// Whether a text is a mask, or holds one.
///
/// All of a text is one as three or more `*` or `•`, four or more `x`, a word such as `redacted`, or the ends of a token around
/// an ellipsis. Inside a word one is a run of four `*` or `•`, or hookfleet's own fingerprint; inside a text, a word in brackets
/// such as `[REDACTED]`, and whatever is one behind the name of a secret. A run between words of prose is none, and neither are
/// `Accept: *`, `**/*.js` and `* * * * *`. A text that is percent-encoded, a URL, JSON or HTML is read as that too.
pub(crate) fn is_masked(text: &str) -> bool {
    is_masked_at(0, text)
}

fn is_masked_at(depth: usize, text: &str) -> bool {
    let holds_one = |text: &str| is_masked_as_it_is(depth, text.trim());
    holds_one(text) || spelled(text).any(|text| holds_one(&text))
}

fn is_masked_as_it_is(depth: usize, text: &str) -> bool {
    if depth < DEEPEST {
        if text.starts_with(['{', '[', '"']) && serde_json::from_str::<&RawValue>(text).is_ok() {
            return json_holds_a_mask(depth + 1, text);
        }
        let url = HookUrl::live(text);
        if !text.contains(char::is_whitespace) && url.parts().is_some() {
            return url.holds_a_mask_at(depth + 1);
        }
    }
    if word::is_crossed_out(text) || word::is_in_brackets(text) || word::holds_a_word(text) {
        return true;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match &*words {
        [] => false,
        [word] => word::is_masked(word),
        words => prose_holds_a_mask(depth, words),
    }
}

/// Whether one of several words is a mask: by itself, behind the name of a secret, or because all of them are.
fn prose_holds_a_mask(depth: usize, words: &[&str]) -> bool {
    let bare = |word: &str| {
        word.trim_matches(['"', '\'', '`', ',', ';', '.', '(', ')'])
            .to_owned()
    };
    let is_sure = |word: &str| {
        word::has_a_run_of_dots(word)
            || word::holds_a_fingerprint(word)
            || word::is_a_token_around_a_run(word)
            || (word.contains("://") && is_masked_at(depth + 1, word))
    };
    let is_behind_a_name = |pair: &[&str]| {
        let [before, word] = pair else { return false };
        let name = before.to_lowercase();
        let names = name.ends_with([':', '=']) || name.ends_with("-----");
        (names || BEFORE_TOKENS.contains(&&*name)) && word::is_masked(&bare(word))
    };
    let named = |word: &str| {
        let (name, value) = word.split_once(['=', ':']).unwrap_or_default();
        !name.is_empty() && !value.starts_with('/') && word::is_masked(&bare(value))
    };
    let is_shown = |word: &&str| word.len() <= 4 && word.chars().all(char::is_alphanumeric);
    let masks = match words {
        [masks @ .., last] if is_shown(last) => masks,
        all => all,
    };
    masks.iter().all(|word| word::is_masked(word))
        || words.windows(2).any(is_behind_a_name)
        || words.iter().any(|word| is_sure(&bare(word)) || named(word))
}

/// Whether a JSON value holds a masked text anywhere in it, however deep, and of a repeated key in any of its values.
pub(crate) fn holds_a_mask(value: &RawValue) -> bool {
    json_holds_a_mask(0, value.get())
}

fn json_holds_a_mask(depth: usize, json: &str) -> bool {
    texts_of(json).any(|literal| {
        let text = serde_json::from_str::<String>(literal);
        text.is_ok_and(|text| is_masked_at(depth, &text))
    })
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
        self.holds_a_mask_at(1)
    }

    /// What of it is how hookfleet itself shows a secret, in backticks: `***`, with or without a fingerprint, or `…` alone.
    pub(crate) fn shown_by_hookfleet(&self) -> Option<&'static str> {
        let parts = self.decoded_parts();
        let host = self.host().unwrap_or_default();
        let texts = parts.iter().map(|part| String::from_utf8_lossy(part));
        let mut texts = texts.chain([host.into()]);
        texts.find_map(|text| match &*text {
            "…" => Some("`…`"),
            "***" => Some("`***…`"),
            text => word::holds_a_fingerprint(text).then_some("`***…`"),
        })
    }

    fn holds_a_mask_at(&self, depth: usize) -> bool {
        let text = self.expose();
        let Some(parts) = self.parts() else {
            return is_masked_at(depth, text);
        };
        let is_value_masked = |value: &str| is_masked_at(depth, value);
        // A segment or a flag may be named so.
        let is_part_masked = |part: &str| part != "redacted" && is_value_masked(part);
        let is_in_host = |host: &str| word::has_a_run(host) || word::holds_a_fingerprint(host);
        let is_in_segment = |segment: &str| {
            if self.is_vendors() {
                has_signs(segment)
            } else {
                is_part_masked(segment)
            }
        };
        let within = |range: Option<Range<usize>>, delimiters: &[char]| {
            let text = range.map_or("", |range| &text[range]);
            text.split(delimiters).any(is_part_masked)
        };
        let mut items = parts.query_items(text, &['&', ';']).into_iter();
        // `xxxx.example` is a name.
        let host = &text[parts.authority];
        is_in_host(host)
            || spelled(host).any(|host| is_in_host(&host))
            || within(parts.userinfo, &[':'])
            || text[parts.path].split(['/', '\\']).any(is_in_segment)
            || items.any(|(key, value)| is_part_masked(&text[key]) || is_value_masked(&text[value]))
            || within(parts.fragment, &['&', ';', '='])
    }
}

/// Whether a segment is masked, but for `x` alone: the vendor's page has a token of `xxxxxxxxx` in the path of its own URLs.
fn has_signs(segment: &str) -> bool {
    !word::is_crossed_out(segment) && is_masked_at(DEEPEST, segment)
}

#[cfg(test)]
mod tests;
