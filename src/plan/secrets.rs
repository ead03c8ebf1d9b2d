//! Where secrets go, and where their values are live: a value that is not live at a scheme, host and port is a notice.
//! Collected instance by instance, in any order; it holds values, which it must not show. A host that a secret holds is
//! compared with no other: whether two are equal would tell of the secret.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::hosts::count;
use super::{Notice, Planned, WebhookChange};
use crate::desired::{Goal, Target, WantedWebhook, WantedWebhooks};
use crate::live::Live;
use crate::webhook::{Destination, HookUrl, SecretPlace, SecretValue};

/// The shortest value that is found inside a longer text too, in bytes: a shorter one stands in many by chance.
const SHORTEST: usize = 8;

/// What ends a part of a URL behind its host.
const DELIMITERS: [u8; 5] = *b"/?&=#";

/// The secrets that a selection wants somewhere, and what of them has been seen. Its size depends on the number of secrets,
/// values and hosts, not of instances. It has no `Debug`: it holds the values of secrets.
#[derive(Default)]
pub(super) struct SecretsSent {
    sent: Vec<Sent>,
    /// What is looked for, by scheme, host and port.
    at: HashMap<Destination, Sought>,
    /// Whether a secret holds one of these.
    has_held: bool,
    /// The instances whose changes send one, by its index.
    senders: BTreeMap<usize, (HookUrl, usize)>,
    /// How many have not been seen.
    open: usize,
}

/// A value of a secret that goes to one scheme, host and port.
struct Sent {
    secret: Arc<str>,
    /// The number of the scheme, host and port.
    target: usize,
    /// Whether a URL in the manifest has it in a part with more text.
    is_in_a_part: bool,
    is_live: bool,
}

/// The values that are looked for at one scheme, host and port.
#[derive(Default)]
struct Sought {
    /// The indices of what has this value, by value.
    values: HashMap<Vec<u8>, Vec<usize>>,
    /// The values' lengths.
    lengths: BTreeSet<usize>,
    /// The number of the scheme, host and port.
    number: usize,
    /// Whether a value may reach over several parts of a URL.
    reaches: bool,
    /// How many have not been seen.
    open: usize,
}

impl SecretsSent {
    /// Takes the secrets of all wanted webhooks.
    pub(super) fn of(targets: &[Target]) -> Self {
        let mut secrets = Self::default();
        let mut known = HashSet::new();
        for webhook in targets.iter().flat_map(wanted_by) {
            // One that many instances share is taken once.
            if known.insert(Arc::as_ptr(webhook)) {
                secrets.want(&webhook.webhook.url);
            }
        }
        secrets
    }

    fn want(&mut self, url: &HookUrl) {
        let values = url.secret_values();
        if values.is_empty() {
            return;
        }
        let Some(target) = url.destination() else {
            return;
        };
        self.has_held |= matches!(target, Destination::Held(_));
        let number = self.at.len();
        let sought = self.at.entry(target).or_insert_with(|| Sought {
            number,
            ..Sought::default()
        });
        let sent = &mut self.sent;
        for SecretValue { name, value, place } in values {
            sought.lengths.insert(value.len());
            sought.reaches |= holds_a_delimiter(&value);
            let same = sought.values.entry(value).or_default();
            let known = same.iter().find(|index| sent[**index].secret == name);
            let index = known.copied().unwrap_or_else(|| {
                same.push(sent.len());
                sought.open += 1;
                self.open += 1;
                sent.push(Sent {
                    secret: name,
                    target: sought.number,
                    is_in_a_part: false,
                    is_live: false,
                });
                sent.len() - 1
            });
            sent[index].is_in_a_part |= place == SecretPlace::InAPart;
        }
    }

    /// Adds an instance's live webhooks and changes.
    pub(super) fn add(&mut self, live: &Live, target: &Target, planned: &Planned) {
        if self.sent.is_empty() {
            return;
        }
        for entry in &live.webhooks {
            self.see(&entry.webhook.url);
        }
        if self.has_held && self.open > 0 {
            self.see_held(live, target);
        }
        let after = planned.webhooks.iter().filter_map(|change| match change {
            WebhookChange::Create { after, .. } | WebhookChange::Update { after, .. } => {
                Some(&after.url)
            }
            WebhookChange::Delete { .. } => None,
        });
        let senders = after.flat_map(|url| {
            let sent = self.indices_of(url).into_iter();
            sent.map(move |index| (index, url))
        });
        let senders: Vec<_> = senders.collect();
        count(&mut self.senders, senders.into_iter());
    }

    fn indices_of(&self, url: &HookUrl) -> Vec<usize> {
        let values = url.secret_values();
        if values.is_empty() {
            return Vec::new();
        }
        let target = url.destination();
        let Some(sought) = target.and_then(|target| self.at.get(&target)) else {
            return Vec::new();
        };
        let indices = values.iter().filter_map(|one| {
            let same = sought.values.get(&one.value)?;
            let is_same = |index: &&usize| self.sent[**index].secret == one.name;
            same.iter().find(is_same).copied()
        });
        indices.collect()
    }

    /// Marks the values that a live URL holds.
    fn see(&mut self, url: &HookUrl) {
        if self.open == 0 {
            return;
        }
        let sought = url
            .destination()
            .and_then(|target| self.at.get_mut(&target));
        let Some(sought) = sought.filter(|sought| sought.open > 0) else {
            return;
        };
        let parts = url.decoded_parts().into_iter().map(|part| (part, false));
        // In all of it only a value that reaches over several parts is looked for.
        let all = sought.reaches.then(|| (url.decoded_behind_host(), true));
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for (part, is_all) in parts.chain(all) {
            for start in 0..part.len() {
                for length in &sought.lengths {
                    let end = start + length;
                    let text = part.get(start..end);
                    let text = text.filter(|text| !is_all || holds_a_delimiter(text));
                    let found = text.and_then(|text| sought.values.get(text));
                    let is_whole = if is_all {
                        is_between_delimiters(&part, start..end)
                    } else {
                        *length == part.len()
                    };
                    let is_word = *length >= SHORTEST && is_word(&part, start..end);
                    let found = found.into_iter().flatten().copied();
                    seen.extend(
                        found.filter(|at| is_whole || is_word || self.sent[*at].is_in_a_part),
                    );
                }
            }
        }
        for index in seen {
            if !std::mem::replace(&mut self.sent[index].is_live, true) {
                sought.open -= 1;
                self.open -= 1;
            }
        }
    }

    /// Marks the values of the URLs that this instance wants and has, of those whose host a secret holds: the plan says no less of
    /// them, as they are unchanged.
    fn see_held(&mut self, live: &Live, target: &Target) {
        let held = wanted_by(target).map(|webhook| &webhook.webhook.url);
        let held: HashSet<&HookUrl> = held.filter(|url| url.has_held_host()).collect();
        let live = live.webhooks.iter().map(|entry| &entry.webhook.url);
        let seen: Vec<usize> = live
            .filter_map(|url| held.get(&url))
            .flat_map(|url| self.indices_of(url))
            .collect();
        for index in seen {
            if !std::mem::replace(&mut self.sent[index].is_live, true) {
                self.open -= 1;
            }
        }
    }

    /// Makes the notices.
    pub(super) fn finish(self) -> impl Iterator<Item = Notice> {
        let mut told: BTreeMap<(Arc<str>, usize), (HookUrl, usize)> = BTreeMap::new();
        for (index, (url, instances)) in self.senders {
            let Some(sent) = self.sent.get(index).filter(|sent| !sent.is_live) else {
                continue;
            };
            // A secret may have several values.
            let key = (sent.secret.clone(), sent.target);
            let (_, all) = told.entry(key).or_insert((url, 0));
            *all += instances;
        }
        let told = told.into_iter();
        told.map(|((secret, _), (url, instances))| Notice::SecretToHost {
            secret,
            url,
            instances,
        })
    }
}

/// The webhooks that a target wants.
fn wanted_by(target: &Target) -> impl Iterator<Item = &Arc<WantedWebhook>> {
    let webhooks = match &target.goal {
        Goal::Managed(wanted) => match &wanted.webhooks {
            WantedWebhooks::Exactly(webhooks) => Some(webhooks),
            WantedWebhooks::Keep => None,
        },
        _ => None,
    };
    webhooks.into_iter().flatten()
}

fn holds_a_delimiter(text: &[u8]) -> bool {
    text.iter().any(|byte| DELIMITERS.contains(byte))
}

/// Whether a range of a text is all of it, or ends at delimiters.
fn is_between_delimiters(text: &[u8], range: Range<usize>) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| DELIMITERS.contains(byte));
    let before = range.start.checked_sub(1).and_then(|at| text.get(at));
    is_end(before) && is_end(text.get(range.end))
}

/// Whether no letter or digit stands beside a range of a text that ends with one itself.
fn is_word(text: &[u8], range: Range<usize>) -> bool {
    let is_letter = |at: Option<usize>| {
        let byte = at.and_then(|at| text.get(at));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
    };
    let is_boundary = |at: usize| !(is_letter(at.checked_sub(1)) && is_letter(Some(at)));
    is_boundary(range.start) && is_boundary(range.end)
}
