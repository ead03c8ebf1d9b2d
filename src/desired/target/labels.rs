//! The labels of a host whose letters look like delimiters of URLs, so that a part of a name looks like the whole host.

use crate::escape::delimiters::lookalike;

/// Finds a letter that looks like a delimiter where it is not among letters of its own script, with that delimiter.
///
/// What stands nearest on both sides counts, other such letters, digits and `-` aside: one has to be of its script, and none
/// of another.
pub(super) fn false_delimiter(host: &str) -> Option<(char, char)> {
    host.split('.').find_map(|label| {
        label.char_indices().find_map(|(at, c)| {
            let found = lookalike(c)?;
            let is_letter =
                |c: &char| !(c.is_ascii_digit() || *c == '-' || lookalike(*c).is_some());
            let before = label[..at].chars().rev().find(is_letter);
            let behind = label[at + c.len_utf8()..].chars().find(is_letter);
            let mut beside = [before, behind].into_iter().flatten().peekable();
            let is_at_home =
                beside.peek().is_some() && beside.all(|beside| found.is_at_home_beside(beside));
            (!is_at_home).then_some((c, found.delimiter))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_looks_like_a_delimiter_is_found_beside_letters_of_another_script() {
        for (host, expected) in [
            ("a.exampleノ.evil.example", Some(('ノ', '/'))),
            ("a.exampleノ日本.evil.example", Some(('ノ', '/'))),
            ("a.example1-ノ日本.evil.example", Some(('ノ', '/'))),
            ("a.example.ノ.evil.example", Some(('ノ', '/'))),
            ("a.example.ノ丿ノ.evil.example", Some(('ノ', '/'))),
            ("a.exampleノ丿日本.evil.example", Some(('ノ', '/'))),
            ("a.example.日本ノin.evil.example", Some(('ノ', '/'))),
            ("a.example丿in.evil.example", Some(('丿', '/'))),
            ("a.example丶in.evil.example", Some(('丶', '\\'))),
            ("a.exampleⳆin.evil.example", Some(('Ⳇ', '/'))),
            ("a.exampleⳇin.evil.example", Some(('ⳇ', '/'))),
            ("a.exampleː8443.evil.example", Some(('ː', ':'))),
            ("日本ː8443.evil.example", Some(('ː', ':'))),
            ("a.exampleः8443.evil.example", Some(('\u{903}', ':'))),
            ("a.exampleะ8443.evil.example", Some(('\u{e30}', ':'))),
            ("a.exampleʔx.evil.example", Some(('ʔ', '?'))),
            ("a.exampleꭾx.evil.example", Some(('ꭾ', '?'))),
            ("a.exampleꓸcom.evil.example", Some(('ꓸ', '.'))),
            ("a.example٠com.evil.example", Some(('٠', '.'))),
            ("пример\u{660}рф.evil.example", Some(('٠', '.'))),
        ] {
            assert_eq!(false_delimiter(host), expected, "{host}");
        }
        for host in [
            "a.example",
            "日本ノ例え.example",
            "ノート.example",
            "テクノ.example",
            "山ノ内.example",
            "ノ-ノート2.example",
            "バナヽ.example",
            "丿乀.example",
            "bücher.example",
            "пример.example",
            "דוגמה.example",
            "مثال١٠.example",
            "दुःख.example",
            "ประเทศไทยและ.example",
            "ᏣᎳᎩᎮ.example",
            "ꓡꓲꓢꓴꓸ.example",
            "ⲣⳇ.example",
            "例え.テスト",
        ] {
            assert_eq!(false_delimiter(host), None, "{host}");
        }
    }
}
