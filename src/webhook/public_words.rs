//! The words that a live URL may show: what everybody's webhook URLs are made of, whoever owns them.
//!
//! Of a live URL only scheme and host are shown by position. A path segment or a query key may be a secret whatever it
//! looks like, so it is shown only where it is one of these words, or one that the manifest itself has written out.
//! Whoever has one of a few dozen published words for a secret has none.

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

/// Whether a path segment is a word of everybody's.
pub(super) fn is_common_segment(segment: &str) -> bool {
    SEGMENTS.binary_search(&segment).is_ok()
}

/// Whether a query key is a word of everybody's.
pub(super) fn is_common_key(key: &str) -> bool {
    KEYS.binary_search(&key).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found() {
        assert!(SEGMENTS.is_sorted() && KEYS.is_sorted());
        assert!(SEGMENTS.iter().all(|word| is_common_segment(word)));
        assert!(KEYS.iter().all(|word| is_common_key(word)));
        assert!(!is_common_segment("") && !is_common_key("secrets"));
    }
}
