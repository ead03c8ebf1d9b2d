//! Short fingerprints that stand for hidden values, so that a change of a secret shows as a change.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Makes fingerprints under one run's random key: equal values look equal within a run, and nothing can be learned
/// from a fingerprint without the key, which is never stored. It has no `Debug`.
#[derive(Clone)]
pub struct Fingerprints {
    key: Zeroizing<[u8; 32]>,
    /// Secrets that the run knows.
    known: Vec<Zeroizing<String>>,
}

/// A shorter secret is in every other word.
const SHORTEST: usize = 4;

impl Fingerprints {
    /// Takes a key of 32 random bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key: Zeroizing::new(key),
            known: Vec::new(),
        }
    }

    /// The same, knowing these secrets: a part of a live URL that holds one is hidden wherever it stands.
    #[must_use]
    pub fn knowing<'s>(mut self, secrets: impl IntoIterator<Item = &'s str>) -> Self {
        for secret in secrets
            .into_iter()
            .filter(|secret| secret.len() >= SHORTEST)
        {
            let encoded = super::percent_encoded(secret);
            if *encoded != secret {
                self.known.push(encoded);
            }
            self.known.push(Zeroizing::new(secret.to_owned()));
        }
        self
    }

    /// Whether a text holds a known secret.
    pub(super) fn knows(&self, text: &str) -> bool {
        self.known
            .iter()
            .any(|secret| text.contains(secret.as_str()))
    }

    /// `***` and eight hex digits: the first 32 bits of HMAC-SHA-256 (RFC 2104) over the hidden bytes.
    pub fn of(&self, hidden: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.as_slice()) else {
            return "***".to_owned(); // HMAC takes keys of every length, so this cannot be reached
        };
        mac.update(hidden.as_bytes());
        let digest = mac.finalize().into_bytes();
        format!(
            "***{:02x}{:02x}{:02x}{:02x}",
            digest[0], digest[1], digest[2], digest[3]
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_look_equal_under_one_key_and_different_under_another() {
        let run = Fingerprints::new([7; 32]);
        assert_eq!(run.of("hunter2"), run.of("hunter2"));
        assert_ne!(run.of("hunter2"), run.of("hunter3"));
        assert_ne!(run.of("hunter2"), Fingerprints::new([8; 32]).of("hunter2"));
        assert_eq!(run.of("").len(), "***12345678".len());
    }
}
