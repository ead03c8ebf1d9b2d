//! Digests of what live state was and of what it is to become, under a key that only the instance's token gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::live::Live;
use crate::plan::Action;
use crate::webhook::{ExposeUrl, InstanceId, Webhook};

/// What is mixed into keys (RFC 5869, `info`), so that no other use of a token and a salt gives the same one.
const PINS: &[u8] = b"hookfleet approval v1";
const FINGERPRINTS: &[u8] = b"hookfleet fingerprints v1";

/// The writes that were approved, instance by instance. It holds no secret: without an instance's token its digests
/// tell nothing, not even whether two instances are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Random, in hex; another one for every approval.
    pub salt: String,
    /// What was shown to whoever approved: for a saved plan its digest in hex, for a run its name. Where it is altered,
    /// no write is an approved one.
    pub shown: String,
    /// By id. An instance that is not there was not to be written.
    pub digests: BTreeMap<Arc<str>, Digest>,
}

/// One write, pinned: HMAC-SHA-256 (RFC 2104) in hex, true values included. Unknown fields are not part of it; they are
/// written back as they are last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Of nothing but what all three depend on: the token, the salt, and what was shown.
    pub token: String,
    /// Of the state that was compared.
    pub live: String,
    /// Of the state that is wanted.
    pub wanted: String,
}

/// How an instance differs from what was approved of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divergence {
    /// It was not to be written.
    NotApproved,
    /// The token is another, or what was shown is: nothing can be compared.
    Token,
    /// Live state is another, whatever is wanted.
    Live,
    /// What is wanted is another: the manifest, or a secret's value.
    Wanted,
}

/// Makes digests for one approval.
pub struct DigestContext<'a> {
    salt: &'a str,
    shown: &'a str,
}

impl Approval {
    /// How `action` differs from what was approved for `id`; `None` when it is exactly that.
    pub fn moved(&self, id: &InstanceId, token: &str, action: &Action) -> Option<Divergence> {
        let Some(approved) = self.digests.get(id.as_str()) else {
            return Some(Divergence::NotApproved);
        };
        let now = self.pins().digest(id, token, action);
        if now == *approved {
            None
        } else if now.token != approved.token {
            Some(Divergence::Token)
        } else if now.live != approved.live {
            // What is wanted may be another only since it takes along what is live.
            Some(Divergence::Live)
        } else {
            Some(Divergence::Wanted)
        }
    }

    /// Whether `live` is what was approved for `id`; `None` where nothing was, or the token is another.
    pub fn is_as_approved(&self, id: &InstanceId, token: &str, live: &Live) -> Option<bool> {
        let approved = self.digests.get(id.as_str())?;
        let nothing = Action {
            before: live.clone(),
            webhooks: live.webhooks.clone(),
            system: live.system.present().cloned(),
        };
        let now = self.pins().digest(id, token, &nothing);
        (now.token == approved.token).then(|| now.wanted == approved.wanted)
    }

    fn pins(&self) -> DigestContext<'_> {
        DigestContext::new(&self.salt, &self.shown)
    }
}

impl<'a> DigestContext<'a> {
    /// For this salt, and for what is shown to whoever approves.
    pub fn new(salt: &'a str, shown: &'a str) -> Self {
        Self { salt, shown }
    }

    /// The digest of one write.
    pub fn digest(&self, id: &InstanceId, token: &str, action: &Action) -> Digest {
        let key = key(token.as_bytes(), self.salt, PINS);
        let about = |what: &str| {
            let mut told = CanonicalBytes::default();
            told.text(what).text(self.shown).text(id.as_str());
            told
        };
        let state = |what: &str, webhooks: Vec<&Webhook>, system: Option<&Webhook>| {
            let mut told = about(what);
            told.state(webhooks, system);
            told.mac(&key)
        };
        let Action {
            before,
            webhooks,
            system,
        } = action;
        let was = before.webhooks.iter().map(|entry| &entry.webhook).collect();
        let is = webhooks.iter().map(|entry| &entry.webhook).collect();
        let system_was = before.system.present().map(|system| &system.webhook);
        let system_is = system.as_ref().map(|system| &system.webhook);
        Digest {
            token: about("token").mac(&key),
            live: state("live", was, system_was),
            wanted: state("wanted", is, system_is),
        }
    }
}

/// A key for fingerprints that is the same for a saved plan and for its apply, so that both show a value alike, and that
/// nobody has who has none of the `tokens`.
pub fn fingerprint_key<'t>(tokens: impl Iterator<Item = &'t str>, salt: &str) -> [u8; 32] {
    let mut told = CanonicalBytes::default();
    for token in tokens {
        told.text(token);
    }
    let long = key(&told.0, salt, FINGERPRINTS);
    std::array::from_fn(|index| long[index])
}

/// As many bytes as HMAC-SHA-256 takes as they are.
type Key = [u8; 64];

/// HKDF-SHA-256 (RFC 5869).
fn key(secret: &[u8], salt: &str, purpose: &[u8]) -> Key {
    let mut key = [0; 64];
    // Fails only for more than 255 blocks, and these are two.
    let _ = Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret).expand(purpose, &mut key);
    key
}

/// What is digested, each part behind its length, so that no two things are told alike.
#[derive(Default)]
struct CanonicalBytes(Vec<u8>);

impl CanonicalBytes {
    fn number(&mut self, number: usize) -> &mut Self {
        self.0.extend_from_slice(&(number as u64).to_be_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// A state: the order of webhooks and of events is no difference.
    fn state(&mut self, mut webhooks: Vec<&Webhook>, system: Option<&Webhook>) {
        let sorted = |webhook: &Webhook| {
            let mut events: Vec<String> = webhook.events.iter().map(str::to_owned).collect();
            events.sort_unstable();
            events
        };
        webhooks.sort_by_cached_key(|webhook| {
            (webhook.url.clone(), webhook.is_active, sorted(webhook))
        });
        self.number(webhooks.len());
        for webhook in webhooks.into_iter().chain(system) {
            let events = sorted(webhook);
            self.text(webhook.url.expose());
            self.number(usize::from(webhook.is_active));
            self.number(events.len());
            for event in &events {
                self.text(event);
            }
        }
    }

    fn mac(&self, key: &Key) -> String {
        let mut mac = Hmac::<Sha256>::new(key.into());
        mac.update(&self.0);
        hex::encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests;
