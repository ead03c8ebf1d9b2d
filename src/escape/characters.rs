//! Names of characters that a reader can't see or can't tell from others. It must not decide where one is allowed.

use super::lookalike;
use super::sanitize::is_dangerous;

/// Names after the Unicode standard, sorted by character.
const NAMES: [(char, &str); 92] = [
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
    ('\u{ab}', "LEFT-POINTING DOUBLE ANGLE QUOTATION MARK"),
    ('\u{ad}', "SOFT HYPHEN"),
    ('\u{b7}', "MIDDLE DOT"),
    ('\u{bb}', "RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK"),
    ('\u{34f}', "COMBINING GRAPHEME JOINER"),
    ('\u{60c}', "ARABIC COMMA"),
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
    ('\u{2010}', "HYPHEN"),
    ('\u{2011}', "NON-BREAKING HYPHEN"),
    ('\u{2012}', "FIGURE DASH"),
    ('\u{2013}', "EN DASH"),
    ('\u{2014}', "EM DASH"),
    ('\u{2015}', "HORIZONTAL BAR"),
    ('\u{2018}', "LEFT SINGLE QUOTATION MARK"),
    ('\u{2019}', "RIGHT SINGLE QUOTATION MARK"),
    ('\u{201a}', "SINGLE LOW-9 QUOTATION MARK"),
    ('\u{201b}', "SINGLE HIGH-REVERSED-9 QUOTATION MARK"),
    ('\u{201c}', "LEFT DOUBLE QUOTATION MARK"),
    ('\u{201d}', "RIGHT DOUBLE QUOTATION MARK"),
    ('\u{201e}', "DOUBLE LOW-9 QUOTATION MARK"),
    ('\u{201f}', "DOUBLE HIGH-REVERSED-9 QUOTATION MARK"),
    ('\u{2022}', "BULLET"),
    ('\u{2023}', "TRIANGULAR BULLET"),
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
    ('\u{2212}', "MINUS SIGN"),
    ('\u{2236}', "RATIO"),
    ('\u{2800}', "BRAILLE PATTERN BLANK"),
    ('\u{3000}', "IDEOGRAPHIC SPACE"),
    ('\u{3001}', "IDEOGRAPHIC COMMA"),
    ('\u{300c}', "LEFT CORNER BRACKET"),
    ('\u{300d}', "RIGHT CORNER BRACKET"),
    ('\u{3010}', "LEFT BLACK LENTICULAR BRACKET"),
    ('\u{3011}', "RIGHT BLACK LENTICULAR BRACKET"),
    ('\u{3014}', "LEFT TORTOISE SHELL BRACKET"),
    ('\u{3015}', "RIGHT TORTOISE SHELL BRACKET"),
    ('\u{3164}', "HANGUL FILLER"),
    ('\u{fe0f}', "VARIATION SELECTOR-16"),
    ('\u{fe50}', "SMALL COMMA"),
    ('\u{fe55}', "SMALL COLON"),
    ('\u{fe5b}', "SMALL LEFT CURLY BRACKET"),
    ('\u{fe5c}', "SMALL RIGHT CURLY BRACKET"),
    ('\u{fe63}', "SMALL HYPHEN-MINUS"),
    ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE"),
    ('\u{ff0c}', "FULLWIDTH COMMA"),
    ('\u{ff0d}', "FULLWIDTH HYPHEN-MINUS"),
    ('\u{ff1a}', "FULLWIDTH COLON"),
    ('\u{ff1b}', "FULLWIDTH SEMICOLON"),
    ('\u{ff3b}', "FULLWIDTH LEFT SQUARE BRACKET"),
    ('\u{ff3d}', "FULLWIDTH RIGHT SQUARE BRACKET"),
    ('\u{ff5b}', "FULLWIDTH LEFT CURLY BRACKET"),
    ('\u{ff5d}', "FULLWIDTH RIGHT CURLY BRACKET"),
    ('\u{ff62}', "HALFWIDTH LEFT CORNER BRACKET"),
    ('\u{ff63}', "HALFWIDTH RIGHT CORNER BRACKET"),
    ('\u{ff64}', "HALFWIDTH IDEOGRAPHIC COMMA"),
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
    let name = name.ok().and_then(|at| NAMES.get(at));
    let name = name.map(|(_, name)| (*name).to_owned());
    match name.or_else(|| lookalike::name(c)) {
        Some(name) if is_hidden(c) || matches!(c, ' ' | '`') => format!("{code} {name}"),
        Some(name) => format!("`{c}` ({code} {name})"),
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
