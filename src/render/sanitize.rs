//! Foreign text made harmless for where it goes. One function per destination.

use std::borrow::Cow;
use std::fmt::Write as _;

/// For a terminal or a CI log: one line in which nothing moves the cursor, changes colours, hides what is there or
/// commands the CI.
///
/// Control characters, line breaks included, and characters that change direction or take no place are escaped as
/// `\u{…}`. So is the start of a text that a CI would take for a command (`::name::` of GitHub, `##[…]` and `##vso[…]`
/// of Azure, `##teamcity[…]`), since a text can come to stand at the start of a line.
pub fn terminal(text: &str) -> Cow<'_, str> {
    let commands = text.trim_start().starts_with("::") || text.trim_start().starts_with("##");
    if !commands && !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let start = text.len() - text.trim_start().len();
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        if is_dangerous(c) || (commands && at == start) {
            // Writing into a String can't fail.
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Whether a terminal would do something else with this character than print it.
pub(super) fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{200b}'..='\u{200f}'      // zero width, direction marks
            | '\u{2028}'..='\u{202e}'      // line separators, direction overrides
            | '\u{2060}'..='\u{206f}'      // invisible operators, direction isolates
            | '\u{e0000}'..='\u{e007f}') // tags
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_show_as_text() {
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
    fn a_ci_command_at_the_start_shows_as_text() {
        assert_eq!(
            terminal("::error file=x::boom"),
            "\\u{3a}:error file=x::boom"
        );
        assert_eq!(terminal("  ##[group]x"), "  \\u{23}#[group]x");
        assert_eq!(terminal("a::b"), "a::b");
    }

    proptest! {
        #[test]
        fn nothing_dangerous_is_left_and_harmless_text_stays(text in any::<String>()) {
            let safe = terminal(&text);
            prop_assert!(!safe.chars().any(is_dangerous));
            prop_assert_eq!(terminal(&safe), &*safe);
            prop_assert!(!safe.trim_start().starts_with("::") && !safe.trim_start().starts_with("##"));
            if !text.chars().any(is_dangerous) && !text.contains("::") && !text.contains("##") {
                prop_assert_eq!(&*safe, &*text);
            }
        }
    }
}
