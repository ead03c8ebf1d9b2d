//! The difference between a live and a wanted state after a write, and its cause where it is a known habit of servers.

use crate::webhook::{HookUrl, Webhook};

/// The difference between a live and a wanted state.
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Wanted webhooks that are not live.
    pub missing: Vec<Webhook>,
    /// Live webhooks that are not wanted.
    pub unexpected: Vec<Webhook>,
    /// Whether the system webhook differs.
    pub system: bool,
}

/// A wanted URL, and the form in which the API stores it.
pub struct Respelled {
    /// As it is wanted.
    pub wanted: HookUrl,
    /// As it is live, with the provenance of what is wanted.
    pub live: HookUrl,
}

/// Why a write reads back different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MismatchCause {
    /// The API stores URLs in another form.
    OtherSpelling,
    /// The API does not keep inactive webhooks.
    InactiveDropped,
}

impl Mismatch {
    /// The URLs that are stored in another form, and what is left of the difference without them.
    pub fn respelled(&self) -> (Vec<Respelled>, Self) {
        let mut rest = self.clone();
        let mut pairs = Vec::new();
        rest.missing.retain(|wanted| {
            let mut unexpected = rest.unexpected.iter();
            let Some(at) = unexpected.position(|own| own.is_respelled(wanted)) else {
                return true;
            };
            let Some(stored) = rest.unexpected[at].url.respelled(&wanted.url) else {
                return true;
            };
            rest.unexpected.remove(at);
            pairs.push(Respelled {
                wanted: wanted.url.clone(),
                live: stored,
            });
            false
        });
        (pairs, rest)
    }

    /// The cause, where one explains the whole difference.
    pub fn cause(&self) -> Option<MismatchCause> {
        let (pairs, rest) = self.respelled();
        if rest.system || !rest.unexpected.is_empty() {
            return None;
        }
        let is_inactive = rest.missing.iter().all(|webhook| !webhook.is_active);
        match (pairs.is_empty(), rest.missing.is_empty()) {
            (false, true) => Some(MismatchCause::OtherSpelling),
            (_, false) if is_inactive => Some(MismatchCause::InactiveDropped),
            _ => None,
        }
    }
}
