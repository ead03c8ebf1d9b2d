//! Oddities of a text that its author likely did not mean: characters that nobody sees, and quotes that are none to YAML.

use super::signs::{foreign_sign, is_dash, no_dash};
use crate::escape::characters::{is_hidden, named};

/// What is odd about a text, as a message; `what` is its role, such as `name`.
pub(super) fn of(what: &str, text: &str) -> Option<String> {
    let first = text.chars().next()?;
    if is_quote(first) {
        return Some(format!(
            "{what} begins with {}: typographic quotes belong to the value in YAML; write `\"` or `'`",
            named(first)
        ));
    }
    // A URL and a pattern have checks of their own, with more to say.
    if matches!(what, "url" | "a pattern") {
        return None;
    }
    let may_have_lines = matches!(what, "reason" | "a word of command");
    let mut before = ' ';
    let odd = text.chars().find(|c| {
        // Parts of emoji, and of words in some scripts.
        let is_joined = !before.is_ascii()
            && matches!(
                c,
                '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}'
            );
        let is_line = may_have_lines && matches!(c, '\n' | '\r' | '\t');
        before = *c;
        is_hidden(*c) && !is_joined && !is_line
    });
    odd.map(|odd| format!("{what} holds {}; remove it", named(odd)))
}

/// The first character of a text that can't be seen, and the text without any.
pub(super) fn hidden_in(text: &str) -> Option<(char, String)> {
    let odd = text.chars().find(|c| is_hidden(*c))?;
    let plain: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    Some((odd, plain.trim().to_owned()))
}

/// What a text has in place of a sign of YAML, as a message: a colon or a dash of another script or of a word processor, or
/// a space that is none.
pub(super) fn mistaken_sign(text: &str) -> Option<String> {
    let mut characters = text.trim_start().chars();
    let first = characters.next()?;
    let begins_item = |behind: char| behind == ' ' || behind.is_alphanumeric();
    if is_dash(first) && characters.next().is_some_and(begins_item) {
        return Some(no_dash(first));
    }
    if let Some(why) = foreign_sign(text) {
        return Some(why);
    }
    let odd = text.chars().find(|c| is_hidden(*c) && !c.is_control());
    if let Some(odd) = odd {
        let name = named(odd);
        return Some(format!("it holds {name}, which is no space to YAML"));
    }
    let behind_dash = text.strip_prefix('-').and_then(|rest| rest.chars().next());
    if behind_dash.is_some_and(char::is_alphabetic) {
        return Some("is the space behind the `-` missing?".to_owned());
    }
    if text.starts_with("//") || text.starts_with("/*") {
        return Some("a comment begins with `#` in YAML".to_owned());
    }
    let is_in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-');
    let mut behind = text.trim_start_matches(is_in_word).chars();
    match (behind.next(), behind.next()) {
        (Some(':'), Some(next)) if next != '/' && next != ' ' => {
            return Some("is the space behind the colon missing?".to_owned());
        }
        (Some('='), _) => return Some("write `: ` for `=`".to_owned()),
        _ => {}
    }
    None
}

fn is_quote(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201f}' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_odd_where_a_reader_cannot_see_all_of_it() {
        for (text, odd) in [
            ("\u{1b}[31mred", "name holds U+001B ESCAPE; remove it"),
            ("a\u{200b}", "name holds U+200B ZERO WIDTH SPACE; remove it"),
            ("a\n", "name holds U+000A LINE FEED; remove it"),
            ("a\u{a0}b", "name holds U+00A0 NO-BREAK SPACE; remove it"),
            (
                "a\u{202e}b",
                "name holds U+202E RIGHT-TO-LEFT OVERRIDE; remove it",
            ),
            (
                "a\u{fe0f}",
                "name holds U+FE0F VARIATION SELECTOR-16; remove it",
            ),
        ] {
            assert_eq!(of("name", text).as_deref(), Some(odd), "{text:?}");
        }
        for plain in [
            "support eu",
            "日本",
            "👩\u{200d}👧",
            "❤\u{fe0f}",
            "é",
            "it's \"x\"",
        ] {
            assert_eq!(of("name", plain), None, "{plain:?}");
        }
        assert_eq!(of("reason", "two\nlines\n"), None);
    }
}
