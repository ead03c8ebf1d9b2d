//! The texts that a value may stand for, and where a token stands in them: as it is, percent-encoded, in base64 or in hex.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;

/// The shortest token that is found beside any characters, in bytes: a shorter one stands in many texts by chance.
const SHORTEST: usize = 8;
/// The shortest token that is found between signs or blanks, in bytes.
const SHORTEST_WORD: usize = 4;
/// The shortest stretch of base64 or hex that is decoded, in bytes.
const SHORTEST_CODE: usize = 6;
/// The longest value that is decoded twice, such as percent-encoded base64, in bytes.
const LONGEST_TWICE: usize = 4096;
/// A reader of base64 with or without padding, and with any bits at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The texts that a value may stand for. It has no `Debug`.
pub(super) struct Readings(Vec<Vec<u8>>);

impl Readings {
    /// Reads a value as it is and in each encoding, a short one in two of them.
    pub(super) fn of(value: &[u8]) -> Self {
        let mut texts = vec![value.to_vec()];
        decode(value, &mut texts);
        if value.len() <= LONGEST_TWICE {
            for at in 1..texts.len() {
                let text = texts[at].clone();
                decode(&text, &mut texts);
            }
        }
        Self(texts)
    }

    /// Whether one of them holds a token; a short one as a word.
    pub(super) fn hold(&self, token: &str) -> bool {
        let token = token.as_bytes();
        token.len() >= SHORTEST_WORD
            && self.0.iter().any(|text| {
                let mut found = text.windows(token.len()).enumerate();
                found.any(|(at, window)| {
                    window == token && (token.len() >= SHORTEST || is_a_word(text, at, token.len()))
                })
            })
    }

    /// What `known` says of the long words of the texts, each with the signs that may be inside a token and without. It is linear,
    /// whatever the number of known words.
    pub(super) fn words<T>(&self, known: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let texts = self
            .0
            .iter()
            .filter_map(|text| std::str::from_utf8(text).ok());
        let words = texts.flat_map(|text| {
            let is_outer = |c: char| c.is_whitespace() || "/?&=#:@;,\"'".contains(c);
            let outer = text.split(is_outer);
            let inner = text.split(|c: char| !c.is_alphanumeric());
            [text].into_iter().chain(outer).chain(inner)
        });
        let long = words.filter(|word| word.len() >= SHORTEST);
        long.filter_map(known).collect()
    }
}

/// Whether a stretch stands where a token does: at an end, beside a blank, NUL or quote, behind `:` or `=`, before `,` and the
/// like. Beside dots, hyphens and slashes short words stand by chance, as in the names of hosts.
fn is_a_word(text: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let behind = text.get(at + length);
    let is_one_of = |byte: Option<&u8>, signs: &[u8]| {
        byte.is_none_or(|byte| byte.is_ascii_whitespace() || signs.contains(byte))
    };
    is_one_of(before, b"\0:=\"'") && is_one_of(behind, b"\0,;&\"'")
}

/// Adds what a text is when it is decoded.
fn decode(text: &[u8], texts: &mut Vec<Vec<u8>>) {
    let plain: Vec<u8> = percent_decode(text).collect();
    if plain != text {
        texts.push(plain);
    }
    // Tools wrap base64 into lines.
    let unwrapped: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let is_wrapped = unwrapped.len() < text.len();
    for text in [text, &unwrapped]
        .into_iter()
        .take(1 + usize::from(is_wrapped))
    {
        let is_of_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
        for code in stretches(text, is_of_base64) {
            let standard = |byte: &u8| match byte {
                b'-' => b'+',
                b'_' => b'/',
                byte => *byte,
            };
            let code: Vec<u8> = code.iter().map(standard).collect();
            // What stands before it directly may be of the same characters.
            texts.extend((0..4).filter_map(|start| {
                let code = &code[start..];
                let odd = usize::from(code.len() % 4 == 1);
                BASE64.decode(&code[..code.len() - odd]).ok()
            }));
        }
        for code in stretches(text, u8::is_ascii_hexdigit) {
            texts.extend((0..2).filter_map(|start| {
                let code = &code[start..];
                hex::decode(&code[..code.len() - code.len() % 2]).ok()
            }));
        }
    }
}

/// The stretches of some bytes that are long enough to be decoded.
fn stretches(text: &[u8], is_of_one: impl Fn(&u8) -> bool) -> impl Iterator<Item = &[u8]> {
    let stretches = text.split(move |byte| !is_of_one(byte));
    stretches.filter(|stretch| stretch.len() >= SHORTEST_CODE)
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    const TOKEN: &str = "t0k>en?9~7Qz";

    fn holds(value: &str) -> bool {
        Readings::of(value.as_bytes()).hold(TOKEN)
    }

    #[test]
    fn a_token_is_found_in_every_encoding_and_beside_other_text() {
        for text in [
            TOKEN,
            &format!("user:{TOKEN}"),
            &format!("a{TOKEN}b"),
            &format!("Bearer {TOKEN}\n"),
        ] {
            for code in [
                text.to_owned(),
                BASE64_STANDARD.encode(text),
                BASE64_URL_SAFE_NO_PAD.encode(text),
                hex::encode(text),
                hex::encode_upper(text),
                utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
            ] {
                let twice = utf8_percent_encode(&code, NON_ALPHANUMERIC).to_string();
                for value in [
                    code.clone(),
                    format!("Basic {code}"),
                    format!("auth={code}&x=1"),
                    format!("v1/{code}"),
                    BASE64_STANDARD.encode(&code),
                    twice,
                ] {
                    assert!(holds(&value), "{text}: {value}");
                }
            }
        }
        let code = BASE64_STANDARD.encode(format!("user:{TOKEN}"));
        let (head, tail) = code.split_at(10);
        assert!(holds(&format!("{head}\n{tail}\n")));
        assert!(!holds(&TOKEN[1..]) && !holds(&BASE64_STANDARD.encode(&TOKEN[1..])) && !holds(""));
    }

    #[test]
    fn a_short_token_is_found_as_a_word_alone() {
        let readings = |value: &str| Readings::of(value.as_bytes());
        for value in [
            "Bearer short",
            "user:short",
            "dXNlcjpzaG9ydA==",
            "a%20short",
            "short",
        ] {
            assert!(readings(value).hold("short"), "{value}");
        }
        for value in [
            "shorter",
            "ashort",
            "shor t",
            "c2hvcnRlcg==",
            "short.example",
            "my-short",
        ] {
            assert!(!readings(value).hold("short"), "{value}");
        }
        assert!(!readings("a abc b").hold("abc"));
    }
}
