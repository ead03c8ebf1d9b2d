//! A message without the encodings that servers put on what they repeat.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

/// How many layers of percent-encoding are looked through.
const LAYERS: usize = 3;

/// A message in the forms in which secrets are looked for.
pub(super) struct Said {
    /// As it was said.
    pub(super) text: Zeroizing<String>,
    /// Without encodings.
    pub(super) plain: Zeroizing<String>,
    /// Its letters and digits alone.
    pub(super) bare: Zeroizing<String>,
}

impl Said {
    pub(super) fn new(text: &str) -> Self {
        let plain = decoded(text);
        Self {
            text: Zeroizing::new(text.to_owned()),
            bare: bare(&plain),
            plain,
        }
    }
}

/// The text without HTML entities, percent-encoding, form encoding, and the escapes of JSON and PHP. Deciding, not
/// showing: decoding a secret the same way keeps it recognisable.
pub(super) fn decoded(text: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(html_escape::decode_html_entities(text).into_owned());
    for _ in 0..LAYERS {
        text = Zeroizing::new(unescaped(&text).replace('+', " "));
        text = Zeroizing::new(percent_decode_str(&text).decode_utf8_lossy().into_owned());
    }
    Zeroizing::new(text.replace('+', " "))
}

/// Without JSON's `\uXXXX` and `\/`; other escapes differ in what is no letter or digit.
fn unescaped(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        plain.push_str(&rest[..at]);
        let digits = rest
            .get(at + 2..at + 6)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (c, behind) = digits
            .and_then(char::from_u32)
            .map_or(('\\', at + 1), |c| (c, at + 6));
        plain.push(c);
        rest = &rest[behind..];
    }
    plain.push_str(rest);
    Zeroizing::new(plain.replace("\\/", "/"))
}

/// Letters and digits alone, in lower case: what no quoting, folding or spacing changes.
pub(super) fn bare(text: &str) -> Zeroizing<String> {
    // Lower case can be longer, and a growing string would leave unwiped copies behind.
    let mut bare = Zeroizing::new(String::with_capacity(2 * text.len()));
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    bare.extend(letters.flat_map(char::to_lowercase));
    bare
}
