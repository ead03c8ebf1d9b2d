//! How messages quote a manifest: briefly, and nothing that looks like a token, since one can stand in the wrong place.

use super::finding::Reveal;
use crate::webhook::opaque::is_opaque_text;

/// A longer text is cut, in characters.
const LONGEST: usize = 60;

/// A text in backticks, or words that stand for what may not be shown.
pub(crate) fn quoted(text: &str) -> String {
    if is_opaque_text(text) {
        return "(not shown: it looks like a token)".to_owned();
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// An id or name in backticks: those that are as long as ids are are shown, though they look like tokens.
pub(crate) fn quoted_id(text: &str) -> String {
    if text.len() <= 16 {
        format!("`{text}`")
    } else {
        quoted(text)
    }
}

/// Whether the source line may show an id or name.
pub(crate) fn reveal_id(text: &str) -> Reveal {
    if text.len() <= 16 {
        Reveal::Text
    } else {
        reveal(text)
    }
}

/// Whether the source line may show it.
pub(crate) fn reveal(text: &str) -> Reveal {
    if is_opaque_text(text) {
        Reveal::Nothing
    } else {
        Reveal::Text
    }
}
