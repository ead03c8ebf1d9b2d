//! Query keys whose values are secret by their name. It must not look at a value.

/// Words that make a key secret wherever they stand in it, sorted.
const ANYWHERE: [&str; 16] = [
    "apikey",
    "bearer",
    "credential",
    "credentials",
    "hmac",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "secrets",
    "sig",
    "signature",
    "token",
    "tokens",
];
/// Words that make a key secret at its end, sorted.
const LAST: [&str; 3] = ["auth", "authorization", "pass"];
/// Words that make a `key` secret directly behind them, sorted.
const BEFORE_KEY: [&str; 15] = [
    "access",
    "account",
    "api",
    "app",
    "auth",
    "client",
    "function",
    "hook",
    "master",
    "private",
    "shared",
    "signing",
    "subscription",
    "verify",
    "webhook",
];
/// First words of keys that are about a secret, sorted.
const ABOUT_FIRST: [&str; 7] = ["has", "is", "max", "min", "no", "num", "use"];
/// Last words of keys that are about a secret, sorted.
const ABOUT: [&str; 30] = [
    "alg",
    "algorithm",
    "budget",
    "count",
    "date",
    "enabled",
    "encoding",
    "expires",
    "expiry",
    "field",
    "format",
    "header",
    "kind",
    "length",
    "limit",
    "method",
    "mode",
    "name",
    "param",
    "policy",
    "provider",
    "required",
    "scheme",
    "scope",
    "scopes",
    "source",
    "ttl",
    "type",
    "version",
    "versions",
];

/// Whether the values of a query key are secret by its name, such as `token`, `api_key` or `X-Hub-Signature`.
///
/// `key` alone is one (Google Chat's webhooks carry `key` and `token`), `sort_key` is none.
pub(crate) fn is_secret_key(key: &str) -> bool {
    let words = words(key);
    let Some(last) = words.last() else {
        return false;
    };
    let is_one_of = |list: &[&str], word: &str| list.binary_search(&word).is_ok();
    let before = words.len().checked_sub(2).map(|at| words[at].as_str());
    words.iter().any(|word| is_one_of(&ANYWHERE, word))
        || is_one_of(&LAST, last)
        || (last == "key" && before.is_none_or(|before| is_one_of(&BEFORE_KEY, before)))
        // Joined without a sign between: `accesstoken`, `clientsecret`, `accesskey`.
        || ["token", "secret", "password", "apikey"].iter().any(|end| last.ends_with(end))
        || last.strip_suffix("key").is_some_and(|before| is_one_of(&BEFORE_KEY, before))
}

/// Whether a key that is secret by its name is about a secret, and does not hold one: `token_type`, `max_tokens`.
pub(crate) fn is_about_a_secret(key: &str) -> bool {
    let words = words(key);
    let is_one_of = |list: &[&str], word: Option<&String>| {
        word.is_some_and(|word| list.binary_search(&&**word).is_ok())
    };
    is_one_of(&ABOUT_FIRST, words.first()) || (words.len() > 1 && is_one_of(&ABOUT, words.last()))
}

/// Whether the values of a key are passwords by its name, which may be words.
pub(crate) fn is_password_key(key: &str) -> bool {
    let words = words(key);
    words.last().is_some_and(|last| {
        let mut ends = ["password", "passwd", "pwd", "passphrase", "secret"].iter();
        ends.any(|end| last.ends_with(end))
    })
}

/// The words of a key in lower case, digits at their ends left out: `X-Api_Key2` and `xApiKey` are `x`, `api`, `key`.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in key.chars() {
        let starts_a_word = c.is_uppercase() && was_lower;
        if starts_a_word || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    let words = words.into_iter();
    let words = words.map(|word| {
        word.trim_end_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    });
    words.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(ANYWHERE.is_sorted() && LAST.is_sorted() && BEFORE_KEY.is_sorted());
        assert!(ABOUT.is_sorted() && ABOUT_FIRST.is_sorted());
    }

    #[test]
    fn a_key_that_tells_something_about_a_secret_does_not_hold_one() {
        for key in [
            "token_type",
            "max_tokens",
            "secretName",
            "sig_version",
            "key-id-format",
        ] {
            assert!(is_about_a_secret(key), "{key}");
        }
        for key in [
            "token",
            "type",
            "access_token",
            "webhook_secret",
            "name_token",
            "sig",
        ] {
            assert!(!is_about_a_secret(key), "{key}");
        }
    }

    #[test]
    fn keys_that_name_a_secret_are_secret_in_every_way_of_writing() {
        for key in [
            "token",
            "TOKEN",
            "access_token",
            "accessToken",
            "accesstoken",
            "secret",
            "s_secret",
            "client-secret",
            "secret2",
            "api_key",
            "apiKey",
            "api-key",
            "APIKEY",
            "x-api-key",
            "key",
            "Key",
            "sig",
            "signature",
            "X-Hub-Signature-256",
            "password",
            "pass",
            "pwd",
            "auth",
            "http_auth",
            "hub.verify_token",
            "webhookKey",
            "token_v2",
            "accesskey",
            "jwt",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn other_keys_are_not_secret() {
        for key in [
            "",
            "team",
            "id",
            "s",
            "sort_key",
            "keyboard",
            "monkey",
            "passenger",
            "author",
            "design",
            "tenant",
            "event",
            "authority",
            "compass_x",
            "code",
            "hash",
            "x1",
            "2",
        ] {
            assert!(!is_secret_key(key), "{key}");
        }
    }
}
