//! Digests of what live state was and of what it is to become, under a key that only the instance's token gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::plan::Action;
use crate::webhook::{InstanceId, Webhook};

/// What is mixed into keys (RFC 5869, `info`), so that no other use of a token and a salt gives the same one.
const PINS: &[u8] = b"hookfleet approval v1";
const FINGERPRINTS: &[u8] = b"hookfleet fingerprints v1";

/// The writes that were approved, instance by instance. It holds no secret: without an instance's token its digests
/// tell nothing, not even whether two instances are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Random, in hex; another one for every approval.
    pub salt: String,
    /// What was shown to whoever approved, as a digest in hex: where it is altered, no write is an approved one.
    pub shown: String,
    /// By id. An instance that is not there was not to be written.
    pub digests: BTreeMap<Arc<str>, Digest>,
}

/// One write, pinned: HMAC-SHA-256 (RFC 2104) in hex, true values included. Unknown fields are not part of it; they are
/// written back as they are last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Of the state that was compared.
    pub live: String,
    /// Of the state that is wanted.
    pub wanted: String,
}

/// How an instance differs from what was approved of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It was not to be written.
    NotApproved,
    /// Live state is another.
    Live,
    /// What is wanted is another: the manifest, or a secret's value.
    Wanted,
    /// Both are others; or the token is, or what was shown, which both depend on.
    Both,
}

/// Makes digests for one approval.
pub struct Pins<'a> {
    salt: &'a str,
    shown: &'a str,
}

impl Approval {
    /// How `action` differs from what was approved for `id`; `None` when it is exactly that.
    pub fn moved(&self, id: &InstanceId, token: &str, action: &Action) -> Option<Moved> {
        let Some(approved) = self.digests.get(id.as_str()) else {
            return Some(Moved::NotApproved);
        };
        let Digest { live, wanted } = self.pins().digest(id, token, action);
        match (live == approved.live, wanted == approved.wanted) {
            (true, true) => None,
            (false, true) => Some(Moved::Live),
            (true, false) => Some(Moved::Wanted),
            (false, false) => Some(Moved::Both),
        }
    }

    fn pins(&self) -> Pins<'_> {
        Pins::new(&self.salt, &self.shown)
    }
}

impl<'a> Pins<'a> {
    /// For this salt, and for what is shown to whoever approves.
    pub fn new(salt: &'a str, shown: &'a str) -> Self {
        Self { salt, shown }
    }

    /// The digest of one write.
    pub fn digest(&self, id: &InstanceId, token: &str, action: &Action) -> Digest {
        let key = key(token.as_bytes(), self.salt, PINS);
        let state = |what: &str, webhooks: Vec<&Webhook>, system: Option<&Webhook>| {
            let mut told = Told::default();
            told.text(what).text(self.shown).text(id.as_str());
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
            live: state("live", was, system_was),
            wanted: state("wanted", is, system_is),
        }
    }
}

/// A key for fingerprints that is the same for a saved plan and for its apply, so that both show a value alike, and that
/// nobody has who has none of the `tokens`.
pub fn fingerprint_key<'t>(tokens: impl Iterator<Item = &'t str>, salt: &str) -> [u8; 32] {
    let mut told = Told::default();
    for token in tokens {
        told.text(token);
    }
    let long = key(&told.0, salt, FINGERPRINTS);
    std::array::from_fn(|index| long[index])
}

/// As many bytes as HMAC-SHA-256 takes as they are.
type Key = Zeroizing<[u8; 64]>;

/// HKDF-SHA-256 (RFC 5869).
fn key(secret: &[u8], salt: &str, purpose: &[u8]) -> Key {
    let mut key = Zeroizing::new([0; 64]);
    // Fails only for more than 255 blocks, and these are two.
    let _ = Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret).expand(purpose, &mut *key);
    key
}

/// What is digested, each part behind its length, so that no two things are told alike.
#[derive(Default)]
struct Told(Zeroizing<Vec<u8>>);

impl Told {
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
        let mut mac = Hmac::<Sha256>::new((&**key).into());
        mac.update(&self.0);
        hex::encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::{Live, LiveWebhook, SystemReading};
    use crate::webhook::{Events, Extra, HookUrl, SystemWebhook};

    fn webhook(url: &str, events: &[&str], is_active: bool) -> Webhook {
        Webhook {
            url: HookUrl::live(url),
            events: Events::new(events.iter().copied()),
            is_active,
        }
    }

    fn listed(webhook: Webhook) -> LiveWebhook {
        LiveWebhook {
            webhook,
            extra: Extra::default(),
        }
    }

    fn system(events: &[&str]) -> SystemWebhook {
        SystemWebhook {
            webhook: webhook("https://app.wawp.net/x", events, true),
            extra: Extra::default(),
        }
    }

    fn action() -> Action {
        Action {
            before: Live {
                webhooks: vec![
                    listed(webhook("https://a.example/?secret=old", &["message"], true)),
                    listed(webhook("https://b.example/", &[], true)),
                ],
                system: SystemReading::Present(system(&["message"])),
                listed_system_disagrees: false,
            },
            webhooks: vec![listed(webhook(
                "https://a.example/?secret=new",
                &["message", "message.ack"],
                true,
            ))],
            system: Some(system(&["message"])),
        }
    }

    fn approval(token: &str) -> Approval {
        let id = InstanceId::new("8D30ABB1E6DA");
        let (salt, shown) = ("ab12", "cd34");
        let digest = Pins::new(salt, shown).digest(&id, token, &action());
        Approval {
            salt: salt.to_owned(),
            shown: shown.to_owned(),
            digests: BTreeMap::from([(Arc::from("8D30ABB1E6DA"), digest)]),
        }
    }

    fn moved(approval: &Approval, change: impl FnOnce(&mut Action)) -> Option<Moved> {
        let mut action = action();
        change(&mut action);
        approval.moved(&InstanceId::new("8D30ABB1E6DA"), "t0ken", &action)
    }

    #[test]
    fn the_same_write_is_the_approved_one_in_whatever_order_it_is_listed() {
        let approval = approval("t0ken");
        assert_eq!(moved(&approval, |_| {}), None);
        let reordered = moved(&approval, |action| {
            action.before.webhooks.reverse();
            action.webhooks[0].webhook.events = Events::new(["message.ack", "message"]);
        });
        assert_eq!(reordered, None);
    }

    #[test]
    fn whatever_is_different_is_told_apart() {
        let approval = approval("t0ken");
        let live = moved(&approval, |action| {
            action.before.webhooks[0].webhook.url = HookUrl::live("https://a.example/?secret=odd");
        });
        assert_eq!(live, Some(Moved::Live));
        let system = moved(&approval, |action| {
            action.before.system = SystemReading::None;
        });
        assert_eq!(system, Some(Moved::Live));
        let wanted = moved(&approval, |action| {
            action.webhooks[0].webhook.is_active = false;
        });
        assert_eq!(wanted, Some(Moved::Wanted));
        let both = moved(&approval, |action| {
            action.before.webhooks.pop();
            action.webhooks.clear();
        });
        assert_eq!(both, Some(Moved::Both));
    }

    #[test]
    fn another_token_another_instance_and_another_text_are_no_approval() {
        assert_eq!(moved(&approval("other"), |_| {}), Some(Moved::Both));
        let approval = approval("t0ken");
        let other = InstanceId::new("1F20CC41A9B3");
        assert_eq!(
            approval.moved(&other, "t0ken", &action()),
            Some(Moved::NotApproved)
        );
        let forged = Approval {
            shown: "something harmless".to_owned(),
            ..approval
        };
        assert_eq!(moved(&forged, |_| {}), Some(Moved::Both));
    }

    #[test]
    fn no_two_things_are_told_alike() {
        let approval = approval("t0ken");
        let shifted = moved(&approval, |action| {
            action.webhooks[0].webhook.events = Events::new(["messagemessage.ack"]);
        });
        assert_eq!(shifted, Some(Moved::Wanted));
    }
}
