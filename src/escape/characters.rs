//! Names of characters that a reader can't see or can't tell from others. It must not decide where one is allowed.

use super::sanitize::is_dangerous;

/// Names after the Unicode standard, sorted by character.
const NAMES: [(char, &str); 58] = [
    ('\0', "NULL"),
    ('\u{7}', "BELL"),
    ('\u{8}', "BACKSPACE"),
    ('\t', "TAB"),
    ('\n', "LINE FEED"),
    ('\u{b}', "LINE TABULATION"),
    ('\u{c}', "FORM FEED"),
    ('\r', "CARRIAGE RETURN"),
    ('\u{1b}', "ESCAPE"),
    (' ', "SPACE"),
    ('`', "GRAVE ACCENT"),
    ('\u{7f}', "DELETE"),
    ('\u{85}', "NEXT LINE"),
    ('\u{a0}', "NO-BREAK SPACE"),
    ('\u{ad}', "SOFT HYPHEN"),
    ('\u{34f}', "COMBINING GRAPHEME JOINER"),
    ('\u{61c}', "ARABIC LETTER MARK"),
    ('\u{180e}', "MONGOLIAN VOWEL SEPARATOR"),
    ('\u{2002}', "EN SPACE"),
    ('\u{2003}', "EM SPACE"),
    ('\u{2007}', "FIGURE SPACE"),
    ('\u{2009}', "THIN SPACE"),
    ('\u{200a}', "HAIR SPACE"),
    ('\u{200b}', "ZERO WIDTH SPACE"),
    ('\u{200c}', "ZERO WIDTH NON-JOINER"),
    ('\u{200d}', "ZERO WIDTH JOINER"),
    ('\u{200e}', "LEFT-TO-RIGHT MARK"),
    ('\u{200f}', "RIGHT-TO-LEFT MARK"),
    ('\u{2013}', "EN DASH"),
    ('\u{2014}', "EM DASH"),
    ('\u{2018}', "LEFT SINGLE QUOTATION MARK"),
    ('\u{2019}', "RIGHT SINGLE QUOTATION MARK"),
    ('\u{201a}', "SINGLE LOW-9 QUOTATION MARK"),
    ('\u{201b}', "SINGLE HIGH-REVERSED-9 QUOTATION MARK"),
    ('\u{201c}', "LEFT DOUBLE QUOTATION MARK"),
    ('\u{201d}', "RIGHT DOUBLE QUOTATION MARK"),
    ('\u{201e}', "DOUBLE LOW-9 QUOTATION MARK"),
    ('\u{201f}', "DOUBLE HIGH-REVERSED-9 QUOTATION MARK"),
    ('\u{2028}', "LINE SEPARATOR"),
    ('\u{2029}', "PARAGRAPH SEPARATOR"),
    ('\u{202a}', "LEFT-TO-RIGHT EMBEDDING"),
    ('\u{202b}', "RIGHT-TO-LEFT EMBEDDING"),
    ('\u{202c}', "POP DIRECTIONAL FORMATTING"),
    ('\u{202d}', "LEFT-TO-RIGHT OVERRIDE"),
    ('\u{202e}', "RIGHT-TO-LEFT OVERRIDE"),
    ('\u{202f}', "NARROW NO-BREAK SPACE"),
    ('\u{205f}', "MEDIUM MATHEMATICAL SPACE"),
    ('\u{2060}', "WORD JOINER"),
    ('\u{2066}', "LEFT-TO-RIGHT ISOLATE"),
    ('\u{2067}', "RIGHT-TO-LEFT ISOLATE"),
    ('\u{2068}', "FIRST STRONG ISOLATE"),
    ('\u{2069}', "POP DIRECTIONAL ISOLATE"),
    ('\u{2800}', "BRAILLE PATTERN BLANK"),
    ('\u{3000}', "IDEOGRAPHIC SPACE"),
    ('\u{3164}', "HANGUL FILLER"),
    ('\u{fe0f}', "VARIATION SELECTOR-16"),
    ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE"),
    ('\u{ff1a}', "FULLWIDTH COLON"),
];

/// Whether a reader can't see this character, or a terminal acts on it: controls, white space but the plain space, and
/// what is invisible or turns the direction of a text.
pub(crate) fn is_hidden(c: char) -> bool {
    is_dangerous(c) || (c.is_whitespace() && c != ' ') || c == '\u{2800}'
}

/// Names a character by its code, such as `U+200B ZERO WIDTH SPACE`; one that can be seen stands there too.
pub(crate) fn named(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    let name = NAMES.binary_search_by_key(&c, |(named, _)| *named);
    match name.ok().and_then(|at| NAMES.get(at)) {
        Some((_, name)) if is_hidden(c) || matches!(c, ' ' | '`') => format!("{code} {name}"),
        Some((_, name)) => format!("`{c}` ({code} {name})"),
        None if c.is_control() => format!("the control character {code}"),
        None if is_hidden(c) => format!("the invisible character {code}"),
        None => format!("`{c}` ({code})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_cannot_be_seen_is_named_by_its_code() {
        assert!(NAMES.is_sorted_by_key(|(named, _)| *named));
        for (c, name) in [
            ('\u{200b}', "U+200B ZERO WIDTH SPACE"),
            ('\u{7}', "U+0007 BELL"),
            (' ', "U+0020 SPACE"),
            ('\u{1}', "the control character U+0001"),
            ('\u{e0041}', "the invisible character U+E0041"),
            ('\u{201c}', "`\u{201c}` (U+201C LEFT DOUBLE QUOTATION MARK)"),
            ('<', "`<` (U+003C)"),
        ] {
            assert_eq!(named(c), name);
        }
    }
}
