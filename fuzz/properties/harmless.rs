//! What may reach a terminal or a CI log.

use hookfleet::escape::sanitize::terminal;

/// Every line is one that a terminal prints as it is.
pub(crate) fn assert_harmless(text: &str) {
    for line in text.split('\n') {
        assert_eq!(terminal(line), line, "a line that does something");
    }
}

/// A text of colours without them.
pub(crate) fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = behind.find(|c: char| c != ';' && !c.is_ascii_digit());
        let (code, after) = behind.split_at(end.unwrap_or(behind.len()));
        assert!(after.starts_with('m'), "not a colour: {code:?}");
        rest = &after[1..];
    }
    plain + rest
}
