//! What of a server's message may be repeated: not when it holds a secret of the run, and no URL as it is.

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

use crate::webhook::{Fingerprints, HookUrl};

/// A secret shorter than this is not looked for in messages: too much would match.
const SHORTEST: usize = 4;
/// So many letters and digits of a secret's start tell it, in characters.
const LONG_START: usize = 8;
/// How many layers of percent-encoding are looked through.
const LAYERS: usize = 3;

/// The tokens and secrets of a run, which no message of a server may repeat. It has no `Debug`.
pub struct KnownSecrets(Vec<SecretString>);

impl KnownSecrets {
    /// Takes them; what is too short to be looked for is left out.
    pub fn new(secrets: impl IntoIterator<Item = SecretString>) -> Self {
        let long = |secret: &SecretString| secret.expose_secret().len() >= SHORTEST;
        Self(secrets.into_iter().filter(long).collect())
    }

    /// The message as it may be shown, with its URLs in their shown form; why it is withheld where it is.
    ///
    /// `also` are further secrets, such as those in the URLs of the request that is answered.
    ///
    /// # Errors
    /// When it repeats a secret, however encoded, or quotes a URL in an encoding that hides its parts.
    pub fn quote(
        &self,
        said: &str,
        also: &[&str],
        fingerprints: &Fingerprints,
    ) -> Result<String, &'static str> {
        let plain = decoded(said);
        let bare = bare(&plain);
        let known = self.0.iter().map(ExposeSecret::expose_secret);
        let long = also
            .iter()
            .copied()
            .filter(|secret| secret.len() >= SHORTEST);
        if known
            .chain(long)
            .any(|secret| repeats(said, &plain, &bare, secret))
        {
            return Err("its message is withheld: it repeats a secret");
        }
        // PHP escapes slashes in JSON.
        let said = said.replace("\\/", "/");
        if plain.matches("://").count() > said.matches("://").count() {
            return Err("its message is withheld: it quotes an encoded URL");
        }
        Ok(redact_urls(&said, fingerprints))
    }
}

/// Whether a message holds a secret, as it is, decoded, or with everything but letters and digits left out of both; or
/// the start of one, as servers cut them.
fn repeats(said: &str, plain: &str, bare_said: &str, secret: &str) -> bool {
    let starts = |secret: &str| {
        let length = secret.chars().count();
        let start: String = secret.chars().take((length / 2).max(LONG_START)).collect();
        start.len() >= SHORTEST && bare_said.contains(&start)
    };
    said.contains(secret)
        || plain.contains(&decoded(secret))
        || starts(&bare(secret))
        || starts(&bare(&decoded(secret)))
}

/// The text without HTML entities, percent-encoding, form encoding, and the escapes of JSON and PHP. Deciding, not
/// showing: decoding a secret the same way keeps it recognisable.
fn decoded(text: &str) -> String {
    let mut text = html_escape::decode_html_entities(text).into_owned();
    for _ in 0..LAYERS {
        text = unescaped(&text).replace('+', " ");
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
    }
    text.replace('+', " ")
}

/// Without JSON's `\uXXXX` and `\/`; other escapes differ in what is no letter or digit.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
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
    plain.replace("\\/", "/")
}

/// Letters and digits alone, in lower case: what no quoting, folding or spacing changes.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The message with every URL in it, of whatever scheme and with none, in its shown form.
fn redact_urls(message: &str, fingerprints: &Fingerprints) -> String {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '(' | ')' | ',');
    let mut redacted = String::new();
    for piece in message.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        redacted.push_str(&redact_word(word, fingerprints));
        redacted.push_str(&piece[word.len()..]);
    }
    redacted
}

/// A word that is a URL, ends in one (`url=https://…`), or could follow `https://`.
fn redact_word(word: &str, fingerprints: &Fingerprints) -> String {
    let in_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    if let Some(at) = word.find("://") {
        let start = word[..at].trim_end_matches(in_scheme).len();
        return format!(
            "{}{}",
            &word[..start],
            HookUrl::live(&word[start..]).shown(fingerprints)
        );
    }
    if !word.contains('/') {
        return word.to_owned();
    }
    let stand_in = if word.starts_with('/') {
        "https://x"
    } else {
        "https://"
    };
    let shown = HookUrl::live(format!("{stand_in}{word}")).shown(fingerprints);
    shown
        .strip_prefix(stand_in)
        .map_or_else(|| fingerprints.of(word), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(said: &str) -> Result<String, &'static str> {
        let secrets = KnownSecrets::new([
            "tok/en of+a".to_owned().into(),
            "abc".to_owned().into(),
            "5<\"§&>".to_owned().into(),
        ]);
        secrets.quote(said, &["from-the-url", "x"], &Fingerprints::new([0; 32]))
    }

    #[test]
    fn a_message_that_repeats_a_secret_in_any_encoding_is_withheld() {
        for said in [
            "tok/en of+a",
            "is tok%2Fen+of%2Ba bad",
            "tok%2fen%20of%2ba",
            "tok%252Fen%2520of%252Ba",
            r"tok\/en of+a",
            "token=from-the-url",
            "FROM THE URL",
            "from-the-u… is no good",
            "tok&#47;en of&#43;a",
            r"tok\u002fen of\u002ba",
        ] {
            assert_eq!(
                quote(said),
                Err("its message is withheld: it repeats a secret"),
                "{said}"
            );
        }
    }

    #[test]
    fn an_encoded_url_withholds_the_message() {
        for said in [
            "?webhooks=https%3A%2F%2Fh%2Fx",
            "https%253a%252f%252fh",
            "see http://h and https%3a//i",
        ] {
            assert_eq!(
                quote(said),
                Err("its message is withheld: it quotes an encoded URL"),
                "{said}"
            );
        }
    }

    #[test]
    fn urls_are_redacted_and_the_rest_stays() {
        let hidden = |text: &str| Fingerprints::new([0; 32]).of(text);
        assert_eq!(
            quote(r#"bad "HTTPS:\/\/h\/x?secret=y", sorry"#),
            Ok(format!("bad \"HTTPS://h/x?secret={}\", sorry", hidden("y")))
        );
        assert_eq!(
            quote("at ws://u:p@h now"),
            Ok(format!("at {} now", hidden("ws://u:p@h")))
        );
        assert_eq!(quote("100% of abc x"), Ok("100% of abc x".to_owned()));
    }
}
