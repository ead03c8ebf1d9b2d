//! Making foreign text harmless, with one function for each destination.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Escapes text for a terminal or a CI log: the result is one line that can't move the cursor, change colours, hide
/// text or command the CI.
///
/// Control characters, line breaks, invisible characters and characters that change direction are escaped as `\u{…}`.
/// So are the commands of a CI: `::name::` (GitHub) and folding headings (Buildkite) at the start of the text, which
/// may be the start of a line, and `##` anywhere (`##[…]` of GitHub and Azure, `##vso[…]`, `##teamcity[…]`).
pub fn terminal(text: &str) -> Cow<'_, str> {
    let start = text.len() - text.trim_start().len();
    let commands = text[start..].starts_with("::") || is_heading(&text[start..]);
    if !commands && !text.contains("##") && !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let command = (commands && at == start) || text[at..].starts_with("##");
        if is_dangerous(c) || command {
            // Writing into a String can't fail.
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Escapes JSON for a terminal or a CI log: characters that they would act on become JSON escapes, so the value of the
/// document stays the same.
pub fn json(document: &str) -> Cow<'_, str> {
    let escaped = |c: char| c != '\n' && is_dangerous(c);
    if !document.contains("##") && !document.chars().any(escaped) {
        return Cow::Borrowed(document);
    }
    let mut safe = String::with_capacity(document.len() + 16);
    for (at, c) in document.char_indices() {
        // Outside of strings JSON has no `#`.
        if escaped(c) || document[at..].starts_with("##") {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing into a String can't fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Whether Buildkite treats this line as a heading of a group of lines.
fn is_heading(line: &str) -> bool {
    let mut behind = ["---", "+++", "~~~", "^^^"]
        .into_iter()
        .filter_map(|marks| line.strip_prefix(marks));
    behind.any(|title| title.is_empty() || title.starts_with(char::is_whitespace))
}

/// Whether a terminal would not simply print this character: control characters, characters that change direction, and
/// invisible ones (Unicode's `Default_Ignorable_Code_Point`), which would make different texts look the same.
pub(crate) fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' // fillers, like the last but one above
            | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' // selectors of variants
            | '\u{200b}'..='\u{200f}'      // zero width, direction marks
            | '\u{2028}'..='\u{202e}'      // line separators, direction overrides
            | '\u{2060}'..='\u{206f}'      // invisible operators, direction isolates
            | '\u{fff0}'..='\u{fffb}'      // annotations
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' // of shorthand and of music
            | '\u{e0000}'..='\u{e0fff}') // tags, selectors of variants
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn terminal_shows_escapes_as_text() {
        assert_eq!(
            terminal("a\u{1b}[31mb\r\nc\u{202e}d"),
            "a\\u{1b}[31mb\\u{d}\\u{a}c\\u{202e}d"
        );
        assert_eq!(
            terminal("https://bücher.example/?a=b"),
            "https://bücher.example/?a=b"
        );
    }

    #[test]
    fn terminal_shows_ci_commands_as_text() {
        assert_eq!(
            terminal("::error file=x::boom"),
            "\\u{3a}:error file=x::boom"
        );
        assert_eq!(terminal("  ##[group]x"), "  \\u{23}#[group]x");
        assert_eq!(terminal("boom ##vso[x]y"), "boom \\u{23}#vso[x]y");
        assert_eq!(terminal("a::b # c"), "a::b # c");
        for (heading, shown) in [
            ("--- x", "\\u{2d}-- x"),
            ("+++", "\\u{2b}++"),
            (" ~~~ x", " \\u{7e}~~ x"),
            ("^^^ +++", "\\u{5e}^^ +++"),
            ("---x --- +++ ", "---x --- +++ "),
        ] {
            assert_eq!(terminal(heading), shown);
        }
    }

    #[test]
    fn terminal_shows_invisible_characters_as_escapes() {
        for hidden in [
            '\u{34f}',
            '\u{1160}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{e0100}',
            '\u{1d173}',
        ] {
            let shown = format!("a\\u{{{:x}}}b", u32::from(hidden));
            assert_eq!(terminal(&format!("a{hidden}b")), shown);
        }
    }

    #[test]
    fn json_has_no_ci_commands() {
        assert_eq!(json("[\"##vso[x]\"]"), "[\"\\u0023#vso[x]\"]");
    }

    proptest! {
        #[test]
        fn json_means_the_same_and_holds_nothing_dangerous(text in any::<String>()) {
            let document = serde_json::to_string(&text).unwrap();
            let safe = json(&document);
            prop_assert!(!safe.chars().any(is_dangerous) && !safe.contains("##"));
            prop_assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        }

        #[test]
        fn nothing_dangerous_is_left_and_harmless_text_stays(
            start in "[ \u{85}\u{3000}]{0,2}(|::|##|---|\\+\\+\\+|~~~|\\^\\^\\^)", end in any::<String>(),
        ) {
            let text = start + &end;
            let safe = terminal(&text);
            prop_assert!(!safe.chars().any(is_dangerous));
            prop_assert_eq!(terminal(&safe), &*safe);
            prop_assert!(!safe.trim_start().starts_with("::") && !safe.contains("##"));
            prop_assert!(!is_heading(safe.trim_start()));
            if is_heading(text.trim_start()) {
                return Ok(());
            }
            if !text.chars().any(is_dangerous) && !text.contains("::") && !text.contains("##") {
                prop_assert_eq!(&*safe, &*text);
            }
        }
    }
}
