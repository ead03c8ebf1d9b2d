//! Digests of live and wanted states, under a key derived from the instance's token.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::keyed::{CanonicalBytes, derive};
use crate::desired::DropFields;
use crate::live::Live;
use crate::plan::Action;
use crate::webhook::{ExposeUrl, InstanceId, Webhook};

/// The key derivation contexts (RFC 5869, `info`), so that no other use of a token and a salt gives the same key.
const DIGESTS: &[u8] = b"hookfleet approval v1";
const FINGERPRINTS: &[u8] = b"hookfleet fingerprints v1";

/// The approved writes, instance by instance. It holds no secret: without an instance's token its digests reveal
/// nothing, not even whether two instances are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The random salt of this approval, in hex.
    pub salt: String,
    /// The digest of the approved plan in hex; for a run, its name. If it is altered, no write is approved.
    pub shown: String,
    /// The digests by id, for instances to write.
    pub digests: BTreeMap<Arc<str>, Digest>,
}

/// The digests of one write: HMAC-SHA-256 (RFC 2104) in hex, over unredacted values. The values of
/// unknown fields are not part of them; hookfleet writes those back as last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The digest of the token, the salt and the approved plan, which the others depend on too.
    pub token: String,
    /// The digest of the compared live state.
    pub live: String,
    /// The digest of the wanted state.
    pub wanted: String,
    /// The digest of the names of unknown fields that the write leaves out; `None` when it leaves out none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<String>,
}

/// How an instance differs from its approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divergence {
    /// Its write was not approved.
    NotApproved,
    /// The token or the approved plan is another, so states can't be compared.
    Token,
    /// Live state is another.
    Live,
    /// The wanted state is another: the manifest or a secret has changed.
    Wanted,
}

/// The salt and plan that the digests of one approval depend on.
pub struct DigestContext<'a> {
    salt: &'a str,
    shown: &'a str,
}

impl Approval {
    /// How `action` differs from the approved write of `id`; `None` when they are equal.
    pub fn moved(&self, id: &InstanceId, token: &str, action: &Action) -> Option<Divergence> {
        let Some(approved) = self.digests.get(id.as_str()) else {
            return Some(Divergence::NotApproved);
        };
        let now = self.context().digest(id, token, action);
        if now == *approved {
            None
        } else if now.token != approved.token {
            Some(Divergence::Token)
        } else if now.live != approved.live {
            // The wanted state includes live webhooks, so live state is compared first.
            Some(Divergence::Live)
        } else {
            Some(Divergence::Wanted)
        }
    }

    /// Whether `live` is the approved wanted state of `id`; `None` when there is no approval, or the token is another.
    pub fn is_as_approved(&self, id: &InstanceId, token: &str, live: &Live) -> Option<bool> {
        let approved = self.digests.get(id.as_str())?;
        let nothing = Action {
            before: live.clone(),
            webhooks: live.webhooks.clone(),
            system: live.system.present().cloned(),
            drop_fields: DropFields::default(),
            restores: false,
            stops_short: None,
            masked: Vec::new(),
        };
        let now = self.context().digest(id, token, &nothing);
        (now.token == approved.token).then(|| now.wanted == approved.wanted)
    }

    fn context(&self) -> DigestContext<'_> {
        DigestContext::new(&self.salt, &self.shown)
    }
}

impl<'a> DigestContext<'a> {
    /// Makes the context for a salt and an approved plan.
    pub fn new(salt: &'a str, shown: &'a str) -> Self {
        Self { salt, shown }
    }

    /// Makes the digests of one write.
    pub fn digest(&self, id: &InstanceId, token: &str, action: &Action) -> Digest {
        let key = derive(token.as_bytes(), self.salt, DIGESTS);
        let about = |what: &str| {
            let mut bytes = CanonicalBytes::default();
            bytes.text(what).text(self.shown).text(id.as_str());
            bytes
        };
        let state = |what: &str, webhooks: Vec<&Webhook>, system: Option<&Webhook>| {
            let mut bytes = about(what);
            add_state(&mut bytes, webhooks, system);
            bytes.mac(&key)
        };
        let before = &action.before;
        let was = before.webhooks.iter().map(|entry| &entry.webhook).collect();
        let is = action.webhooks.iter().map(|entry| &entry.webhook).collect();
        let system_was = before.system.present().map(|system| &system.webhook);
        let system_is = action.system.as_ref().map(|system| &system.webhook);
        Digest {
            token: about("token").mac(&key),
            live: state("live", was, system_was),
            wanted: state("wanted", is, system_is),
            dropped: (action.drop_fields.iter().len() > 0).then(|| {
                let mut bytes = about("dropped");
                for name in action.drop_fields.iter() {
                    bytes.text(name);
                }
                bytes.mac(&key)
            }),
        }
    }
}

/// Derives a key for fingerprints from `tokens`: a saved plan and its apply get the same one, and so print equal
/// fingerprints.
pub fn fingerprint_key<'t>(tokens: impl Iterator<Item = &'t str>, salt: &str) -> [u8; 32] {
    let mut bytes = CanonicalBytes::default();
    for token in tokens {
        bytes.text(token);
    }
    let long = derive(bytes.as_slice(), salt, FINGERPRINTS);
    std::array::from_fn(|index| long[index])
}

/// Adds a state; the order of webhooks and of events does not matter.
fn add_state(bytes: &mut CanonicalBytes, mut webhooks: Vec<&Webhook>, system: Option<&Webhook>) {
    let sorted = |webhook: &Webhook| {
        let mut events: Vec<String> = webhook.events.iter().map(str::to_owned).collect();
        events.sort_unstable();
        events.dedup();
        events
    };
    webhooks
        .sort_by_cached_key(|webhook| (webhook.url.clone(), webhook.is_active, sorted(webhook)));
    bytes.number(webhooks.len());
    for webhook in webhooks.into_iter().chain(system) {
        let events = sorted(webhook);
        bytes.text(webhook.url.expose());
        bytes.number(usize::from(webhook.is_active));
        bytes.number(events.len());
        for event in &events {
            bytes.text(event);
        }
    }
}

#[cfg(test)]
mod tests;
