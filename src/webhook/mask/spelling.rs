//! The texts that a text may spell: percent-encoded once or more, or with characters as HTML writes them.

use percent_encoding::percent_decode_str;

use crate::escape::html::without_references;

/// How often a text is decoded: once for a URL, once for a URL inside one, and once more.
const MOST: usize = 3;

/// What a text is when it is decoded once, twice and so on, as long as that changes it.
pub(super) fn spelled(text: &str) -> impl Iterator<Item = String> {
    let mut last = text.to_owned();
    let decoded = std::iter::from_fn(move || {
        let plain = without_references(&percent_decode_str(&last).decode_utf8_lossy());
        let is_new = plain != last;
        last.clone_from(&plain);
        is_new.then_some(plain)
    });
    decoded.take(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_decoded_while_that_changes_it() {
        for (text, plain) in [
            ("plain & simple", vec![]),
            ("%2A", vec!["*"]),
            ("%252A", vec!["%2A", "*"]),
            ("&amp;bull;", vec!["&bull;", "•"]),
            ("%2526amp%3Bast;", vec!["%26amp;ast;", "&ast;", "*"]),
        ] {
            assert_eq!(spelled(text).collect::<Vec<_>>(), plain, "{text}");
        }
    }
}
