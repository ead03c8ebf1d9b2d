//! Quotes the manifest in messages: shortened, and without texts that look like misplaced tokens.

use super::finding::Reveal;
use crate::escape::lookalike::as_read;
use crate::webhook::opaque::is_opaque_text;

/// The longest quoted text, in characters; a longer one is truncated.
const LONGEST: usize = 60;

/// Quotes a text in backticks, or a placeholder when it looks like a token.
pub(crate) fn quoted(text: &str) -> String {
    if is_opaque_text(text) {
        return "(not shown: it looks like a token)".to_owned();
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// Quotes a word that is meant to be a known one: one that only characters of other scripts make look like a token is
/// quoted as it is read.
pub(crate) fn quoted_word(text: &str) -> String {
    if is_opaque_text(text) {
        quoted(&as_read(text))
    } else {
        quoted(text)
    }
}

/// Quotes an id or name in backticks. One that is not longer than ids are is quoted although it looks like a token.
pub(crate) fn quoted_id(text: &str) -> String {
    if text.len() <= 16 {
        format!("`{text}`")
    } else {
        quoted(text)
    }
}

/// How much of an id or name the source line may show.
pub(crate) fn reveal_id(text: &str) -> Reveal {
    if text.len() <= 16 {
        Reveal::Text
    } else {
        reveal(text)
    }
}

/// How much of a text the source line may show.
pub(crate) fn reveal(text: &str) -> Reveal {
    if is_opaque_text(text) {
        Reveal::Nothing
    } else {
        Reveal::Text
    }
}
