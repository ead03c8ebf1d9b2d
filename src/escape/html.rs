//! References to characters as HTML writes them, such as `&amp;` and `&#x2022;`.

/// The characters that HTML has names for, of those that stand in URLs and masks.
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
/// The longest reference, without `&` and `;`, in bytes.
const LONGEST: usize = 10;

/// Splits a text at its first reference: what is before it, the reference with its signs, its character, and the rest.
pub(crate) fn split_at_reference(text: &str) -> Option<(&str, &str, char, &str)> {
    text.match_indices('&').find_map(|(at, _)| {
        let (before, behind) = text.split_at(at);
        let end = behind.bytes().take(LONGEST + 2).position(|b| b == b';')?;
        let c = character(behind.get(1..end)?)?;
        let (reference, rest) = behind.split_at(end + 1);
        Some((before, reference, c, rest))
    })
}

/// A text with characters in place of their references.
pub(crate) fn without_references(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, _, c, behind)) = split_at_reference(rest) {
        plain.push_str(before);
        plain.push(c);
        rest = behind;
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
    fn a_reference_by_name_or_number_is_its_character() {
        for (text, plain) in [
            ("plain & simple", "plain & simple"),
            ("&bull;&#8226;&#x2022;&#X02022;", "••••"),
            ("a&AMP;b&#038;c&#x00026;d", "a&b&c&d"),
            ("&amp;bull;", "&bull;"),
            (
                "&lt;b&gt; &; &nosuch; &#xd800; &é; &",
                "<b> &; &nosuch; &#xd800; &é; &",
            ),
        ] {
            assert_eq!(without_references(text), plain, "{text}");
        }
    }
}
