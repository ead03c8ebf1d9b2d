//! What of a server's message may be repeated: not when it holds a secret of the run, and no URL as it is.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::said::Said;
use super::traces::Traces;
use crate::webhook::opaque::is_opaque_segment;
use crate::webhook::{Fingerprints, HookUrl};

/// A word that looks like a token is hidden from this length on where it stands by itself, in bytes: twelve random
/// bytes in base64. Shorter ones are ids and error codes.
const LONG_WORD: usize = 16;

/// The query keys whose values are secrets by their name.
const KEYS: [&str; 11] = [
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "key",
    "pass",
    "password",
    "secret",
    "sig",
    "signature",
    "token",
];

/// The tokens and secrets of a run, which no message of a server may repeat. It has no `Debug`.
pub struct KnownSecrets(Vec<Traces>);

impl KnownSecrets {
    /// Takes them.
    pub fn new(secrets: impl IntoIterator<Item = SecretString>) -> Self {
        let secrets = secrets.into_iter();
        Self(
            secrets
                .map(|secret| Traces::of(secret.expose_secret()))
                .collect(),
        )
    }

    /// The message as it may be shown, with its URLs in their shown form; why it is withheld where it is.
    ///
    /// `also` are further secrets, such as those in the URLs of the request that is answered. That a short secret is
    /// some word of the message cannot be told from chance, and withholds it all the same.
    ///
    /// # Errors
    /// When it repeats a secret, however encoded, or quotes a URL in an encoding that hides its parts.
    pub fn quote(
        &self,
        said: &str,
        also: &[&str],
        fingerprints: &Fingerprints,
    ) -> Result<String, &'static str> {
        let said = Said::new(said);
        let mut also = also.iter().filter(|secret| !secret.is_empty());
        if self.0.iter().any(|secret| secret.are_in(&said))
            || also.any(|secret| Traces::of(secret).are_in(&said))
        {
            return Err("its message is withheld: it repeats a secret");
        }
        // PHP escapes slashes in JSON.
        let text = Zeroizing::new(said.text.replace("\\/", "/"));
        if said.plain.matches("://").count() > text.matches("://").count() {
            return Err("its message is withheld: it quotes an encoded URL");
        }
        Ok(redacted(&text, fingerprints))
    }
}

/// The message with every URL in it, of whatever scheme and with none, in its shown form, and no token.
fn redacted(message: &str, fingerprints: &Fingerprints) -> String {
    // Much of what ends a word may stand in a URL (RFC 3986, sub-delims), and what follows it may be secret.
    let ends_url = |c: char| c.is_whitespace() || c == '"';
    let ends_word = |c: char| ends_url(c) || matches!(c, '\'' | '<' | '>' | '`' | '(' | ')' | ',');
    let mut redacted = String::new();
    let mut rest = message;
    while !rest.is_empty() {
        let whole = rest.split_inclusive(ends_url).next().unwrap_or(rest);
        let piece = if whole.contains("://") {
            whole
        } else {
            rest.split_inclusive(ends_word).next().unwrap_or(rest)
        };
        rest = &rest[piece.len()..];
        let word = piece.trim_end_matches(ends_word);
        redacted.push_str(&redacted_word(word, fingerprints));
        redacted.push_str(&piece[word.len()..]);
    }
    redacted
}

/// A word that is a URL, ends in one (`url=https://…`), or could follow `https://`.
fn redacted_word(word: &str, fingerprints: &Fingerprints) -> String {
    let in_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    if let Some(at) = word.find("://") {
        let start = word[..at].trim_end_matches(in_scheme).len();
        return format!(
            "{}{}",
            &word[..start],
            HookUrl::live(&word[start..]).redacted(fingerprints)
        );
    }
    if word.contains('/') && word.contains(['?', '#', '@']) {
        let stand_in = if word.starts_with('/') {
            "https://x"
        } else {
            "https://"
        };
        let shown = HookUrl::live(format!("{stand_in}{word}")).redacted(fingerprints);
        return shown
            .strip_prefix(stand_in)
            .map_or_else(|| fingerprints.of(word), str::to_owned);
    }
    // A path or words: what is neither a word nor an id is hidden.
    let is_path = word.contains('/');
    // `secret=…` on its own is the rest of a URL that was cut in two.
    let is_key = |text: &str| KEYS.contains(&text.to_ascii_lowercase().as_str());
    let mut follows_key = false;
    let pieces = word.split_inclusive(['/', '=', ':', ';', '&', '|']);
    pieces
        .map(|piece| {
            let text = piece.trim_end_matches(['/', '=', ':', ';', '&', '|']);
            let is_long = is_path || text.len() >= LONG_WORD;
            let is_value =
                std::mem::replace(&mut follows_key, piece.ends_with('=') && is_key(text));
            if !text.is_empty() && (is_value || (is_long && is_opaque_segment(text))) {
                format!("{}{}", fingerprints.of(text), &piece[text.len()..])
            } else {
                piece.to_owned()
            }
        })
        .collect()
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
        secrets.quote(
            said,
            &["from-the-url", "q", ""],
            &Fingerprints::new([0; 32]),
        )
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
            "its dG9rL2VuIG9mK2E= is bad",
            "its 746f6b2f656e206f662b61 is bad",
            "path /q, please",
            "is abc right?",
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
            quote(r#"bad "HTTPS:\/\/h\/hook?secret=y", sorry"#),
            Ok(format!(
                "bad \"HTTPS://h/hook?secret={}\", sorry",
                hidden("y")
            ))
        );
        assert_eq!(
            quote("at ws://u:p@h now"),
            Ok(format!("at {} now", hidden("ws://u:p@h")))
        );
        assert_eq!(
            quote("POST /hook/y?z=1 failed"),
            Ok(format!(
                "POST /hook/{}?{} failed",
                hidden("y"),
                hidden("z=1")
            ))
        );
        for plain in [
            "100% of ABCs x",
            "wants application/json, or text/xml",
            "connect ECONNREFUSED 10.0.0.1:443",
            "no session 8D30ABB1E6DA (session_not_found)",
        ] {
            assert_eq!(quote(plain), Ok(plain.to_owned()));
        }
    }

    #[test]
    fn no_part_of_a_url_is_left_behind_what_else_ends_a_word() {
        for (said, hidden) in [
            ("bad https://u:p,w1234@h.example/", "w1234"),
            ("bad https://u:p'w1234@h.example/in", "w1234"),
            ("bad https://h.example/in?secret=pw(12)34", "34"),
            ("bad https://h.example/in?data=<b>pw1234</b>", "pw1234"),
            ("bad https://h.example/in?a=1 2&secret=pw1234", "pw1234"),
        ] {
            let quoted = quote(said).unwrap();
            assert!(
                quoted.starts_with("bad https://") && !quoted.contains(hidden),
                "{quoted}"
            );
        }
    }

    #[test]
    fn what_looks_like_a_token_is_hidden_though_nobody_knows_it() {
        let hidden = |text: &str| Fingerprints::new([0; 32]).of(text);
        for token in [
            "Zm9yZWlnbi1zZWNyZXQ",
            "550e8400-e29b-41d4-a716-446655440000",
        ] {
            assert_eq!(
                quote(&format!("bad key={token};")),
                Ok(format!("bad key={};", hidden(token)))
            );
        }
        assert_eq!(
            quote("no h.example/a/8f14e45fceea"),
            Ok(format!("no h.example/a/{}", hidden("8f14e45fceea")))
        );
    }
}
