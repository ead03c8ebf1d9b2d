//! Short fingerprints that replace redacted values, so that a changed secret shows as a change.

use std::collections::BTreeSet;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::public_words::{is_common_key, is_common_segment};

/// Makes fingerprints under one run's random key: equal values have equal fingerprints within a run. Without the key,
/// which is never stored, a fingerprint reveals nothing. It has no `Debug`.
#[derive(Clone)]
pub struct Fingerprints {
    key: [u8; 32],
    /// Whole path segments and query keys that the manifest contains.
    written: Arc<BTreeSet<Box<str>>>,
}

impl Fingerprints {
    /// Takes a key of 32 random bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            written: Arc::default(),
        }
    }

    /// Sets the words that readers of the manifest know: whole path segments and query keys in it.
    #[must_use]
    pub fn for_readers_of(mut self, written: Arc<BTreeSet<Box<str>>>) -> Self {
        self.written = written;
        self
    }

    /// Whether a live URL may show this path segment.
    pub(super) fn shows_segment(&self, segment: &str) -> bool {
        is_common_segment(segment) || self.written.contains(segment)
    }

    /// Whether a live URL may show this query key.
    pub(super) fn shows_key(&self, key: &str) -> bool {
        is_common_key(key) || self.written.contains(key)
    }

    /// Makes the fingerprint of a value: `***` and eight hex digits, the first 32 bits of its HMAC-SHA-256 (RFC 2104).
    pub fn of(&self, hidden: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.as_slice()) else {
            return "***".to_owned(); // HMAC takes keys of every length, so this cannot be reached
        };
        mac.update(hidden.as_bytes());
        let digest = mac.finalize().into_bytes();
        format!("***{}", hex::encode(&digest[..4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_fingerprints_only_under_one_key() {
        let run = Fingerprints::new([7; 32]);
        assert_eq!(run.of("hunter2"), run.of("hunter2"));
        assert_ne!(run.of("hunter2"), run.of("hunter3"));
        assert_ne!(run.of("hunter2"), Fingerprints::new([8; 32]).of("hunter2"));
        assert_eq!(run.of("").len(), "***12345678".len());
    }

    #[test]
    fn fingerprint_is_the_start_of_an_hmac_under_the_runs_key() {
        // RFC 4231, test case 2, with the key padded to a block, which makes the same HMAC.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let run = Fingerprints::new(key);
        assert_eq!(run.of("what do ya want for nothing?"), "***5bdcc146");
    }
}
