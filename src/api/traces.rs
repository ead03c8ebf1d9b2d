//! What a secret leaves behind in a message that repeats it, in whatever encoding.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::said::{Said, bare, decoded};
use crate::webhook::{joined, percent_encoded};

/// A shorter secret is in every other word, in bytes; it is looked for only as a word by itself.
const SHORT: usize = 4;
/// So many letters and digits of a secret's start or end tell it, in characters.
const LONG_PART: usize = 8;
/// So many letters and digits of an encoding tell it, in characters.
const LONG_ENCODING: usize = 6;

/// The traces of one secret. It has no `Debug`.
pub(super) struct Traces {
    /// As it is.
    raw: Zeroizing<String>,
    /// Decoded as messages are.
    plain: Zeroizing<String>,
    /// Whole encodings, which stand as words.
    words: [Zeroizing<String>; 3],
    /// Letters and digits of its start and its end, as servers cut secrets, and of its encodings.
    bare: Vec<Zeroizing<String>>,
}

impl Traces {
    pub(super) fn of(secret: &str) -> Self {
        let plain = decoded(secret);
        let ends = [secret, plain.as_str()].into_iter().flat_map(ends);
        let sent = percent_encoded(secret);
        let encodings = encodings(secret).chain(encodings(&sent));
        Self {
            raw: Zeroizing::new(secret.to_owned()),
            bare: ends.chain(encodings).collect(),
            words: [
                hex::encode(secret),
                STANDARD_NO_PAD.encode(secret),
                URL_SAFE_NO_PAD.encode(secret),
            ]
            .map(Zeroizing::new),
            plain,
        }
    }

    /// Whether a message holds any of them.
    pub(super) fn are_in(&self, said: &Said) -> bool {
        let (raw, plain) = (self.raw.as_str(), self.plain.as_str());
        let is_word = |word: &str| is_word_of(&said.text, word) || is_word_of(&said.plain, word);
        if self.words.iter().any(|word| is_word(word)) {
            return true;
        }
        if raw.len() < SHORT {
            return is_word(raw) || is_word(plain);
        }
        said.text.contains(raw)
            || said.plain.contains(plain)
            || self
                .bare
                .iter()
                .any(|text| said.bare.contains(text.as_str()))
    }
}

/// Whether `word` stands in `text` with no letter or digit beside it.
fn is_word_of(text: &str, word: &str) -> bool {
    let mut found = text
        .match_indices(word)
        .filter(|(_, word)| !word.is_empty());
    found.any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + word.len()..].chars().next();
        !before.into_iter().chain(behind).any(char::is_alphanumeric)
    })
}

/// The first half of a secret's letters and digits, or more, and the last half: servers cut secrets, and mask them up
/// to their ends. None where it has too few to be told by them.
fn ends(secret: &str) -> Vec<Zeroizing<String>> {
    let bare = bare(secret);
    let count = bare.chars().count();
    let length = (count / 2).max(LONG_PART);
    let at = |index: usize| {
        bare.char_indices()
            .nth(index)
            .map_or(bare.len(), |(at, _)| at)
    };
    let ends = [
        &bare[..at(length)],
        &bare[at(count.saturating_sub(length))..],
    ];
    let ends = ends.into_iter().filter(|end| end.len() >= SHORT);
    ends.map(|end| joined(&[end])).collect()
}

/// The letters and digits of hex and base64, wherever in an encoded text the secret begins.
fn encodings(secret: &str) -> impl Iterator<Item = Zeroizing<String>> {
    let hex = Zeroizing::new(hex::encode(secret));
    let base64 = (0..3).map(|offset| {
        let mut bytes = Zeroizing::new(vec![0; offset]);
        bytes.extend_from_slice(secret.as_bytes());
        let encoded = Zeroizing::new(STANDARD_NO_PAD.encode(&*bytes));
        // What the bytes around it have a part in says nothing.
        let own = (offset * 8).div_ceil(6)..bytes.len() * 8 / 6;
        bare(encoded.get(own).unwrap_or_default())
    });
    std::iter::once(hex)
        .chain(base64)
        .filter(|text| text.len() >= LONG_ENCODING)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    fn repeats(text: &str, secret: &str) -> bool {
        Traces::of(secret).are_in(&Said::new(text))
    }

    #[test]
    fn a_secret_is_found_in_hex_and_base64_wherever_it_begins() {
        let secret = "k7+/x Q2=é-9";
        assert!(repeats(&hex::encode(secret), secret));
        assert!(repeats(&hex::encode_upper(secret), secret));
        for before in ["", "a", "ab", "abc"] {
            for behind in ["", "z", "zy"] {
                let whole = format!("{before}{secret}{behind}");
                assert!(repeats(&STANDARD.encode(&whole), secret), "{whole}");
                assert!(repeats(&URL_SAFE.encode(&whole), secret), "{whole}");
            }
        }
        assert!(!repeats(&STANDARD.encode("something else"), secret));
    }

    #[test]
    fn a_secret_is_found_as_it_is_also_where_decoding_would_join_it_with_what_follows() {
        assert!(repeats("bad key%41", "key%4"));
        assert!(!repeats("bad keyA", "key%4"));
    }

    #[test]
    fn a_secret_is_found_by_its_start_and_by_its_end() {
        for text in [
            "begins with tok-abcde…",
            "ends in ...def123456",
            "tok-****ef123456",
        ] {
            assert!(repeats(text, "tok-abcdef123456"), "{text}");
        }
    }

    #[test]
    fn a_short_secret_is_found_as_a_word_and_not_inside_one() {
        for text in ["x", "token x is bad", "token=x!", "x:y"] {
            assert!(repeats(text, "x"), "{text}");
        }
        for text in ["max", "exit", "x2", "xy:yx"] {
            assert!(!repeats(text, "x"), "{text}");
        }
        assert!(repeats("is %3D good", "="));
        for text in ["it is eA==", "it is eA", "0x is 78"] {
            assert!(repeats(text, "x"), "{text}");
        }
    }
}
