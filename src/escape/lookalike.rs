//! Letters of other scripts that look like one of ASCII's. It must not decide where one is allowed.

use std::borrow::Cow;

use super::characters::is_hidden;

/// Small letters with the one that they look like, and their names after the Unicode standard.
const SMALL: [(char, char, &str); 34] = [
    ('\u{131}', 'i', "LATIN SMALL LETTER DOTLESS I"),
    ('\u{251}', 'a', "LATIN SMALL LETTER ALPHA"),
    ('\u{261}', 'g', "LATIN SMALL LETTER SCRIPT G"),
    ('\u{3b1}', 'a', "GREEK SMALL LETTER ALPHA"),
    ('\u{3b5}', 'e', "GREEK SMALL LETTER EPSILON"),
    ('\u{3b7}', 'n', "GREEK SMALL LETTER ETA"),
    ('\u{3b9}', 'i', "GREEK SMALL LETTER IOTA"),
    ('\u{3ba}', 'k', "GREEK SMALL LETTER KAPPA"),
    ('\u{3bd}', 'v', "GREEK SMALL LETTER NU"),
    ('\u{3bf}', 'o', "GREEK SMALL LETTER OMICRON"),
    ('\u{3c1}', 'p', "GREEK SMALL LETTER RHO"),
    ('\u{3c4}', 't', "GREEK SMALL LETTER TAU"),
    ('\u{3c5}', 'u', "GREEK SMALL LETTER UPSILON"),
    ('\u{3c7}', 'x', "GREEK SMALL LETTER CHI"),
    ('\u{3c9}', 'w', "GREEK SMALL LETTER OMEGA"),
    ('\u{430}', 'a', "CYRILLIC SMALL LETTER A"),
    ('\u{432}', 'b', "CYRILLIC SMALL LETTER VE"),
    ('\u{435}', 'e', "CYRILLIC SMALL LETTER IE"),
    ('\u{43a}', 'k', "CYRILLIC SMALL LETTER KA"),
    ('\u{43c}', 'm', "CYRILLIC SMALL LETTER EM"),
    ('\u{43d}', 'h', "CYRILLIC SMALL LETTER EN"),
    ('\u{43e}', 'o', "CYRILLIC SMALL LETTER O"),
    ('\u{440}', 'p', "CYRILLIC SMALL LETTER ER"),
    ('\u{441}', 'c', "CYRILLIC SMALL LETTER ES"),
    ('\u{442}', 't', "CYRILLIC SMALL LETTER TE"),
    ('\u{443}', 'y', "CYRILLIC SMALL LETTER U"),
    ('\u{445}', 'x', "CYRILLIC SMALL LETTER HA"),
    ('\u{455}', 's', "CYRILLIC SMALL LETTER DZE"),
    (
        '\u{456}',
        'i',
        "CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I",
    ),
    ('\u{458}', 'j', "CYRILLIC SMALL LETTER JE"),
    ('\u{4bb}', 'h', "CYRILLIC SMALL LETTER SHHA"),
    ('\u{501}', 'd', "CYRILLIC SMALL LETTER KOMI DE"),
    ('\u{51b}', 'q', "CYRILLIC SMALL LETTER QA"),
    ('\u{51d}', 'w', "CYRILLIC SMALL LETTER WE"),
];

/// The names of the digits, from zero.
const DIGITS: [&str; 10] = [
    "ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE",
];

/// The character of ASCII that `c` looks like; `None` when it is one itself, or looks like none.
fn looks_like(c: char) -> Option<char> {
    if let '\u{ff01}'..='\u{ff5e}' = c {
        return char::from_u32(u32::from(c) - 0xfee0);
    }
    if matches!(c, '\u{3001}' | '\u{ff64}' | '\u{60c}') {
        return Some(',');
    }
    if let Some((_, plain, _)) = small(c) {
        return Some(*plain);
    }
    let (_, plain, _) = small(lower(c)?)?;
    Some(plain.to_ascii_uppercase())
}

fn small(c: char) -> Option<&'static (char, char, &'static str)> {
    let at = SMALL.binary_search_by_key(&c, |(small, ..)| *small);
    SMALL.get(at.ok()?)
}

/// The small letter of a capital of another script.
fn lower(c: char) -> Option<char> {
    let small = c.to_lowercase().next()?;
    (!c.is_ascii() && small != c).then_some(small)
}

/// The name of a character that looks like a letter or digit of ASCII.
pub(super) fn name(c: char) -> Option<String> {
    let plain = looks_like(c)?;
    if ('\u{ff01}'..='\u{ff5e}').contains(&c) {
        return Some(match plain {
            'a'..='z' => format!(
                "FULLWIDTH LATIN SMALL LETTER {}",
                plain.to_ascii_uppercase()
            ),
            'A'..='Z' => format!("FULLWIDTH LATIN CAPITAL LETTER {plain}"),
            '0'..='9' => {
                let digit = plain.to_digit(10)? as usize;
                format!("FULLWIDTH DIGIT {}", DIGITS.get(digit)?)
            }
            _ => return None,
        });
    }
    match small(c) {
        Some((.., name)) => Some((*name).to_owned()),
        None => small(lower(c)?).map(|(.., name)| name.replace("SMALL", "CAPITAL")),
    }
}

/// A text as a reader sees it: letters and signs of other scripts that look like ASCII's are ASCII's, and neither what
/// nobody sees nor a typographic quote is in it.
pub(crate) fn as_read(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let seen = text
        .chars()
        .filter(|c| !(is_hidden(*c) || matches!(c, '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}')));
    Cow::Owned(seen.map(|c| looks_like(c).unwrap_or(c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_looks() {
        assert!(SMALL.is_sorted_by_key(|(small, ..)| *small));
        for (text, read) in [
            ("events", "events"),
            ("\u{435}v\u{435}nts", "events"),
            ("\u{ff45}\u{ff56}ents\u{ff11}", "events1"),
            ("\u{421}RM", "CRM"),
            ("\u{201c}id\u{200b}\u{201d}", "id"),
            ("日本", "日本"),
            ("caf\u{e9}", "caf\u{e9}"),
        ] {
            assert_eq!(as_read(text), read);
        }
    }

    #[test]
    fn what_looks_like_ascii_has_a_name() {
        for (c, expected) in [
            ('\u{435}', "CYRILLIC SMALL LETTER IE"),
            ('\u{421}', "CYRILLIC CAPITAL LETTER ES"),
            ('\u{ff2b}', "FULLWIDTH LATIN CAPITAL LETTER K"),
            ('\u{ff10}', "FULLWIDTH DIGIT ZERO"),
        ] {
            assert_eq!(name(c).as_deref(), Some(expected));
        }
        assert_eq!(name('e'), None);
        assert_eq!(name('日'), None);
    }
}
