//! The public words: path segments and query keys that are common in webhook URLs.
//!
//! Of a live URL, scheme and host are always printed. A path segment or query key may be a secret, so it is printed only
//! when it is one of these words or in the manifest. A secret that is one of a few dozen published words protects
//! nothing.

/// Path segments, sorted.
const SEGMENTS: [&str; 27] = [
    "api",
    "callback",
    "callbacks",
    "event",
    "events",
    "hook",
    "hooks",
    "in",
    "inbound",
    "incoming",
    "index.php",
    "message",
    "messages",
    "notify",
    "v1",
    "v2",
    "v3",
    "v4",
    "v5",
    "v6",
    "v7",
    "v8",
    "v9",
    "webhook",
    "webhook.php",
    "webhooks",
    "whatsapp",
];

/// Query keys, sorted.
const KEYS: [&str; 29] = [
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "channel",
    "client",
    "code",
    "hash",
    "hook",
    "id",
    "instance",
    "instance_id",
    "key",
    "name",
    "pass",
    "password",
    "secret",
    "sig",
    "signature",
    "source",
    "tenant",
    "token",
    "type",
    "user",
    "username",
    "v",
    "version",
    "webhook",
];

/// Whether a path segment is a public word.
pub(super) fn is_common_segment(segment: &str) -> bool {
    SEGMENTS.binary_search(&segment).is_ok()
}

/// Whether a query key is a public word.
pub(super) fn is_common_key(key: &str) -> bool {
    KEYS.binary_search(&key).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_word_is_found() {
        assert!(SEGMENTS.is_sorted() && KEYS.is_sorted());
        assert!(SEGMENTS.iter().all(|word| is_common_segment(word)));
        assert!(KEYS.iter().all(|word| is_common_key(word)));
        assert!(!is_common_segment("") && !is_common_key("secrets"));
    }
}
