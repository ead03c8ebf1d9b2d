//! The plan of one instance: its changes, and the action that carries them out.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::masked::{MaskedEntry, is_within};
use super::mismatch::Mismatch;
use super::notice::InstanceNotice;
use crate::desired::DropFields;
use crate::live::{AnswerBeyond, Live, LiveWebhook, SystemReading, beyond, same_webhooks};
use crate::manifest::Origin;
use crate::problem::Problem;
use crate::webhook::{HookUrl, UnknownFields, Webhook};

/// The plan of one instance.
pub enum InstancePlan {
    /// `suspend: true`: neither read nor written.
    Skipped {
        /// The reason in the manifest.
        reason: Option<Arc<str>>,
    },
    /// It could not be read.
    Failed(Problem),
    /// It was read and compared.
    Planned(Box<Planned>),
    /// Stale: live state is not what was approved, or not what the run left, so hookfleet leaves it alone. With the
    /// comparison, when there is one.
    Stale(Problem, Option<Box<Planned>>),
}

/// The comparison of one instance.
pub struct Planned {
    /// The changes of custom webhooks: live ones in their order, then creations in manifest order.
    pub webhooks: Vec<WebhookChange>,
    /// The number of unchanged custom webhooks, ignored ones aside.
    pub unchanged: usize,
    /// The number of live custom webhooks, ignored ones included.
    pub live: usize,
    /// The number of custom webhooks after the change, ignored ones included.
    pub remaining: usize,
    /// The number of live webhooks that a write would remove although no `prune` is written.
    pub unlisted: usize,
    /// The plan of the system webhook; `None` when the response has none.
    pub system: Option<SystemPlan>,
    /// The problem that prevents a write, guards aside.
    pub blocked: Option<Problem>,
    /// The write; `None` when nothing differs or the instance is blocked.
    pub action: Option<Action>,
    /// Notices beside the changes.
    pub remarks: Vec<InstanceNotice>,
}

impl Planned {
    /// The masks that its write would carry.
    pub fn masked(&self) -> &[MaskedEntry] {
        self.action.as_ref().map_or(&[], |action| &action.masked)
    }

    /// Whether the plan has a change.
    pub fn has_changes(&self) -> bool {
        !self.webhooks.is_empty() || self.system.as_ref().is_some_and(SystemPlan::is_update)
    }

    /// The number of removed custom webhooks. Another secret or spelling is no removal; a webhook that another one
    /// replaces is.
    pub fn removals(&self) -> usize {
        let removals = self.webhooks.iter().filter(|change| {
            matches!(
                change,
                WebhookChange::Delete { .. } | WebhookChange::Update { replaces: true, .. }
            )
        });
        removals.count()
    }
}

/// One change of a custom webhook.
#[derive(Clone)]
pub enum WebhookChange {
    /// A wanted webhook is not live.
    Create {
        /// The wanted webhook.
        after: Webhook,
        /// Its location in the manifest; `None` when it comes from a snapshot.
        origin: Option<Origin>,
    },
    /// A live webhook differs from the wanted one.
    Update {
        /// The live webhook; parts of its URL that the manifest has too are not redacted.
        before: Webhook,
        /// The wanted webhook.
        after: Webhook,
        /// Whether another webhook takes the place of the live one: that one is removed, and its unknown fields with it.
        replaces: bool,
        /// Its location in the manifest; `None` when it comes from a snapshot.
        origin: Option<Origin>,
    },
    /// A live webhook is not wanted.
    Delete {
        /// The live webhook.
        before: Webhook,
        /// Whether an earlier entry has the same URL.
        duplicate: bool,
    },
}

impl WebhookChange {
    /// The webhook before and after, and whether it is a duplicate or replaced.
    fn content(&self) -> (Option<&Webhook>, Option<&Webhook>, bool) {
        match self {
            Self::Create { after, .. } => (None, Some(after), false),
            Self::Update {
                before,
                after,
                replaces,
                origin: _,
            } => (Some(before), Some(after), *replaces),
            Self::Delete { before, duplicate } => (Some(before), None, *duplicate),
        }
    }
}

/// Equality compares true values, not redacted ones, and ignores locations.
impl PartialEq for WebhookChange {
    fn eq(&self, other: &Self) -> bool {
        self.content() == other.content()
    }
}

impl Eq for WebhookChange {}

/// The system webhook before and after.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemPlan {
    /// Whether the manifest sets it.
    pub managed: bool,
    /// The live one.
    pub before: Webhook,
    /// The wanted one, with the live URL.
    pub after: Webhook,
}

impl SystemPlan {
    /// Whether it changes.
    pub fn is_update(&self) -> bool {
        self.before != self.after
    }

    /// Whether it would stop delivering: disabled, or left without events.
    pub fn goes_off(&self) -> bool {
        (self.before.is_active && !self.after.is_active)
            || (!self.before.events.is_empty() && self.after.events.is_empty())
    }
}

/// One whole write: the state that must be live before it, and every entry that it sends.
///
/// Entries are complete, unknown fields included, so that restoring a snapshot is the same kind of action. It has no
/// `Debug`: URLs and unknown fields carry secrets.
#[derive(Clone)]
pub struct Action {
    /// The state that was compared; a recheck with another state refuses the action.
    pub before: Live,
    /// Every custom webhook to send, in order.
    pub webhooks: Vec<LiveWebhook>,
    /// The system webhook to send; `None` only when the response has none.
    pub system: Option<LiveWebhook>,
    /// The names of unknown fields that the write leaves out.
    pub drop_fields: DropFields,
    /// Whether it puts a snapshot back, so that every field of it has to be there afterwards.
    pub restores: bool,
    /// Why a rollback does not go back as far as it was asked to.
    pub stops_short: Option<Problem>,
    /// The masks that it carries on from live state.
    pub masked: Vec<MaskedEntry>,
}

impl Action {
    /// Whether `live` is the state that this action wants.
    pub fn is_fulfilled_by(&self, live: &Live) -> bool {
        self.mismatch(live).is_none()
    }

    /// Whether both actions send the same webhooks, unknown fields aside.
    pub fn wants_the_same_as(&self, other: &Self) -> bool {
        let system = |action: &Self| action.system.as_ref().map(|system| system.webhook.clone());
        same_webhooks(&self.webhooks, &other.webhooks) && system(self) == system(other)
    }

    /// Whether it carries a mask that `approved` does not: what was a value then is shown as a mask now.
    pub fn masks_more_than(&self, approved: &Self) -> bool {
        !is_within(&self.masked, &approved.masked)
    }

    /// The difference between `live` and the state that this action wants; `None` when there is none.
    pub fn mismatch(&self, live: &Live) -> Option<Mismatch> {
        let wanted = || self.webhooks.iter().map(|entry| &entry.webhook);
        // Without `systemConfig` the API may list the system webhook among the custom ones.
        let is_custom = |webhook: &&Webhook| {
            self.system
                .as_ref()
                .is_none_or(|system| system.webhook.url != webhook.url)
        };
        let seen = || {
            live.webhooks
                .iter()
                .map(|entry| &entry.webhook)
                .filter(is_custom)
        };
        let mismatch = Mismatch {
            missing: beyond(wanted(), seen()).into_iter().cloned().collect(),
            unexpected: beyond(seen(), wanted()).into_iter().cloned().collect(),
            system: match (&self.system, live.system.present()) {
                (Some(wanted), seen) => seen.is_none_or(|seen| seen.webhook != wanted.webhook),
                // The system webhook was unknown and not sent, which may have disabled it.
                (None, Some(seen)) => !seen.webhook.is_active || seen.webhook.events.is_empty(),
                (None, None) => false,
            },
        };
        (mismatch.system || !mismatch.missing.is_empty() || !mismatch.unexpected.is_empty())
            .then_some(mismatch)
    }

    /// Whether this write may have left `live`, as when a server merges.
    pub fn may_have_left(&self, live: &Live) -> bool {
        live.is_made_of(&self.before, &self.after())
    }

    /// An entry as it is sent: without the fields that the write leaves out.
    pub fn sent(&self, entry: &LiveWebhook) -> LiveWebhook {
        let extra = entry.extra.clone();
        LiveWebhook {
            webhook: entry.webhook.clone(),
            extra: extra.without(|name| self.drop_fields.has(name)),
        }
    }

    /// The state that this action wants.
    pub fn after(&self) -> Live {
        Live {
            webhooks: self.webhooks.iter().map(|entry| self.sent(entry)).collect(),
            system: match &self.system {
                Some(system) => SystemReading::Present(self.sent(system)),
                None => self.before.system.clone(),
            },
            listed_system_disagrees: false,
            beyond: AnswerBeyond::default(),
        }
    }

    /// The names of unknown fields that `live` has to have and lacks, each once: those that were sent, and where a snapshot
    /// is put back those that it has.
    pub fn lost_fields(&self, live: &Live) -> Vec<String> {
        let mut by_url: HashMap<&HookUrl, Vec<&UnknownFields>> = HashMap::new();
        for entry in &live.webhooks {
            by_url
                .entry(&entry.webhook.url)
                .or_default()
                .push(&entry.extra);
        }
        let mut lost: BTreeSet<&str> = BTreeSet::new();
        for entry in self.webhooks.iter().filter(|entry| !entry.extra.is_empty()) {
            // Of several entries with one URL, it is enough that one has kept the fields.
            let now = by_url.get(&entry.webhook.url).into_iter().flatten();
            let least = now.map(|now| entry.extra.lost_in(now)).min_by_key(Vec::len);
            lost.extend(least.unwrap_or_default());
        }
        if let (Some(sent), Some(now)) = (&self.system, live.system.present()) {
            lost.extend(sent.extra.lost_in(&now.extra));
        }
        lost.retain(|name| self.restores || !self.drop_fields.has(name));
        lost.into_iter().map(str::to_owned).collect()
    }
}
