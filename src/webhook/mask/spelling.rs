//! The texts that a text may spell: percent-encoded once or more, or with characters as HTML writes them.

use percent_encoding::percent_decode_str;

/// How often a text is decoded: once for a URL, once for a URL inside one, and once more.
const MOST: usize = 3;
/// The characters of masks that HTML has names for.
const NAMED: [(&str, char); 13] = [
    ("amp", '&'),
    ("ast", '*'),
    ("midast", '*'),
    ("block", '█'),
    ("bull", '•'),
    ("bullet", '•'),
    ("cir", '○'),
    ("hellip", '…'),
    ("gt", '>'),
    ("lt", '<'),
    ("lsqb", '['),
    ("rsqb", ']'),
    ("quot", '"'),
];
/// The longest reference to a character, without `&` and `;`.
const LONGEST: usize = 10;

/// What a text is when it is decoded once, twice and so on, as long as that changes it.
pub(super) fn spelled(text: &str) -> impl Iterator<Item = String> {
    let mut last = text.to_owned();
    let decoded = std::iter::from_fn(move || {
        let plain = from_html(&percent_decode_str(&last).decode_utf8_lossy());
        let is_new = plain != last;
        last.clone_from(&plain);
        is_new.then_some(plain)
    });
    decoded.take(MOST)
}

/// A text with characters in place of their references.
fn from_html(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        plain.push_str(before);
        let end = behind.bytes().take(LONGEST + 1).position(|b| b == b';');
        let found = end.and_then(|end| Some((character(behind.get(..end)?)?, end)));
        if let Some((c, end)) = found {
            plain.push(c);
            rest = &behind[end + 1..];
        } else {
            plain.push('&');
            rest = behind;
        }
    }
    plain.push_str(rest);
    plain
}

/// The character of a reference such as `bull`, `#8226` or `#x2022`.
fn character(reference: &str) -> Option<char> {
    let Some(number) = reference.strip_prefix('#') else {
        let mut named = NAMED.into_iter();
        let found = named.find(|(name, _)| reference.eq_ignore_ascii_case(name));
        return found.map(|(_, c)| c);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
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
            ("&bull;&#8226;&#x2022;&#X2022;", vec!["••••"]),
            ("&amp;bull;", vec!["&bull;", "•"]),
            ("&lt;b&gt; &; &nosuch; &", vec!["<b> &; &nosuch; &"]),
            ("%2526amp%3Bast;", vec!["%26amp;ast;", "&ast;", "*"]),
        ] {
            assert_eq!(spelled(text).collect::<Vec<_>>(), plain, "{text}");
        }
    }
}
