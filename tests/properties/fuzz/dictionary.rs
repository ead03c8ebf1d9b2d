//! Dictionaries in the form of libFuzzer and AFL: a quoted word on a line, bytes as `\xAB`.

/// The words of a dictionary.
pub fn words(text: &str) -> Vec<Vec<u8>> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| word(line).unwrap_or_else(|| panic!("no word of a dictionary: {line}")))
        .collect()
}

fn word(line: &str) -> Option<Vec<u8>> {
    let quoted = line.strip_prefix('"')?.strip_suffix('"')?;
    let mut word = Vec::new();
    let mut rest = quoted.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let (byte, length) = match (first, behind) {
            (b'\\', [b'x', digits @ ..]) => {
                let digits = std::str::from_utf8(digits.get(..2)?).ok()?;
                (u8::from_str_radix(digits, 16).ok()?, 4)
            }
            (b'\\', [escaped @ (b'\\' | b'"'), ..]) => (*escaped, 2),
            (b'\\' | b'"', _) => return None,
            (plain, _) => (*plain, 1),
        };
        word.push(byte);
        rest = &rest[length..];
    }
    Some(word)
}

#[test]
fn words_are_read_as_libfuzzer_reads_them() {
    let text = "# a comment\n\"a\\\"b\\\\\"\n\n\"\\x0a\\xFF \"\n";
    assert_eq!(words(text), [&b"a\"b\\"[..], b"\n\xff "]);
    assert_eq!(word("\"a"), None);
    assert_eq!(word(r#""\n""#), None);
}
