//! Keyed digests: keys that a token gives, and unambiguous input. It must not know what is digested.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

/// A key of HMAC-SHA-256's block size (RFC 2104). It has no `Debug`.
pub(crate) type Key = [u8; 64];

/// Derives a key from a secret with HKDF-SHA-256 (RFC 5869); `purpose` keeps the keys of two uses apart.
pub(crate) fn derive(secret: &[u8], salt: &str, purpose: &[u8]) -> Key {
    let mut key = [0; 64];
    // Fails only for more than 255 blocks, and these are two.
    let _ = Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret).expand(purpose, &mut key);
    key
}

/// The input of a digest, each part with its length before it, so that different inputs differ.
#[derive(Default)]
pub(crate) struct CanonicalBytes(Vec<u8>);

impl CanonicalBytes {
    /// Adds a number.
    pub(crate) fn number(&mut self, number: usize) -> &mut Self {
        self.0.extend_from_slice(&(number as u64).to_be_bytes());
        self
    }

    /// Adds a text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// Adds a text that may be missing, which differs from an empty one.
    pub(crate) fn optional(&mut self, text: Option<&str>) -> &mut Self {
        self.number(usize::from(text.is_some()));
        self.text(text.unwrap_or_default())
    }

    /// The bytes so far.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The SHA-256 of all parts, in hex.
    pub(crate) fn hash(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }

    /// The HMAC-SHA-256 of all parts, in hex.
    pub(crate) fn mac(&self, key: &Key) -> String {
        let mut mac = Hmac::<Sha256>::new(key.into());
        mac.update(&self.0);
        hex::encode(mac.finalize().into_bytes())
    }

    /// Whether `mac` is the HMAC-SHA-256 of all parts, compared in constant time.
    pub(crate) fn has_mac(&self, key: &Key, mac: &str) -> bool {
        let mut own = Hmac::<Sha256>::new(key.into());
        own.update(&self.0);
        hex::decode(mac).is_ok_and(|mac| own.verify_slice(&mac).is_ok())
    }
}
