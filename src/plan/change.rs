//! What is to change on one instance, and the action that carries it out without a choice left to make.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::notice::InstanceNotice;
use crate::live::{Live, LiveWebhook, SystemReading, beyond, same_webhooks};
use crate::manifest::Origin;
use crate::problem::Problem;
use crate::webhook::{HookUrl, SystemWebhook, UnknownFields, Webhook};

/// What planning one instance came to. Total: problem is data.
pub enum InstancePlan {
    /// `suspend: true`: neither read nor written.
    Skipped {
        /// The manifest's reason.
        reason: Option<Arc<str>>,
    },
    /// It could not be read.
    Failed(Problem),
    /// It was read and compared.
    Planned(Box<Planned>),
    /// It is not what was approved, or what a run left: it is left alone. With the comparison, where there is one.
    Stale(Problem, Option<Box<Planned>>),
}

/// The comparison of one instance.
pub struct Planned {
    /// What changes among the custom webhooks: live order first, then creations in manifest order.
    pub webhooks: Vec<WebhookChange>,
    /// How many custom webhooks stay as they are, ignored ones aside.
    pub unchanged: usize,
    /// How many custom webhooks are live, ignored ones included.
    pub live: usize,
    /// How many custom webhooks there will be, ignored ones included.
    pub remaining: usize,
    /// What becomes of the system webhook; `None` when the answer knows of none.
    pub system: Option<SystemPlan>,
    /// Why the instance can't be written, guards aside.
    pub blocked: Option<Problem>,
    /// The write; `None` when nothing differs or the instance is blocked.
    pub action: Option<Action>,
    /// What a reader of the plan should know beside the changes.
    pub remarks: Vec<InstanceNotice>,
}

impl Planned {
    /// Whether anything differs.
    pub fn has_changes(&self) -> bool {
        !self.webhooks.is_empty() || self.system.as_ref().is_some_and(SystemPlan::is_update)
    }

    /// How many custom webhooks are removed. A rotated secret is an update, and no removal.
    pub fn removals(&self) -> usize {
        self.webhooks
            .iter()
            .filter(|change| matches!(change, WebhookChange::Delete { .. }))
            .count()
    }
}

/// One change of a custom webhook.
#[derive(Clone)]
pub enum WebhookChange {
    /// Wanted and not live.
    Create {
        /// What it will be.
        after: Webhook,
        /// Where the manifest wants it; `None` where a snapshot does.
        origin: Option<Origin>,
    },
    /// Live and wanted, and different.
    Update {
        /// What it is; parts of the URL that the manifest has too are shown as the manifest's.
        before: Webhook,
        /// What it will be.
        after: Webhook,
        /// Where the manifest wants it; `None` where a snapshot does.
        origin: Option<Origin>,
    },
    /// Live and not wanted.
    Delete {
        /// What it is.
        before: Webhook,
        /// Whether it goes because an earlier entry has the same URL.
        duplicate: bool,
    },
}

impl WebhookChange {
    /// The webhook before and after, and whether it goes as a duplicate.
    fn content(&self) -> (Option<&Webhook>, Option<&Webhook>, bool) {
        match self {
            Self::Create { after, .. } => (None, Some(after), false),
            Self::Update { before, after, .. } => (Some(before), Some(after), false),
            Self::Delete { before, duplicate } => (Some(before), None, *duplicate),
        }
    }
}

/// Equality looks at true values, so that grouping never depends on what is shown, and not at where they are written.
impl PartialEq for WebhookChange {
    fn eq(&self, other: &Self) -> bool {
        self.content() == other.content()
    }
}

impl Eq for WebhookChange {}

/// The system webhook before and after.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemPlan {
    /// Whether the manifest says something about it.
    pub managed: bool,
    /// What it is.
    pub before: Webhook,
    /// What it will be; the URL is the live one.
    pub after: Webhook,
}

impl SystemPlan {
    /// Whether it changes.
    pub fn is_update(&self) -> bool {
        self.before != self.after
    }

    /// Whether it would stop delivering: switched off, or left without events.
    pub fn goes_off(&self) -> bool {
        (self.before.is_active && !self.after.is_active)
            || (!self.before.events.is_empty() && self.after.events.is_empty())
    }
}

/// One whole write: what must still be live before it, and every entry that it sends.
///
/// Entries are full, unknown fields included, so that putting a snapshot back is the same kind of action. It has no
/// `Debug`: URLs and unknown fields carry secrets.
#[derive(Clone)]
pub struct Action {
    /// The state that was compared; a recheck that shows another refuses the action.
    pub before: Live,
    /// Every custom webhook to send, in order.
    pub webhooks: Vec<LiveWebhook>,
    /// The system webhook to send; `None` only when the answer knows of none.
    pub system: Option<SystemWebhook>,
}

impl Action {
    /// Whether `live` is what this action wants.
    pub fn is_fulfilled_by(&self, live: &Live) -> bool {
        self.mismatch(live).is_none()
    }

    /// Whether both send the same webhooks, unknown fields aside.
    pub fn wants_the_same_as(&self, other: &Self) -> bool {
        let system = |action: &Self| action.system.as_ref().map(|system| system.webhook.clone());
        same_webhooks(
            self.webhooks.iter().map(|entry| &entry.webhook),
            other.webhooks.iter().map(|entry| &entry.webhook),
        ) && system(self) == system(other)
    }

    /// What `live` has beyond, and lacks of, what this action wants; `None` when nothing.
    pub fn mismatch(&self, live: &Live) -> Option<Mismatch> {
        let wanted = || self.webhooks.iter().map(|entry| &entry.webhook);
        // Without its `systemConfig` a server may list the system entry among the others.
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
                // Nothing was known of one, so nothing was sent for it: that may have switched it off.
                (None, Some(seen)) => !seen.webhook.is_active || seen.webhook.events.is_empty(),
                (None, None) => false,
            },
        };
        (mismatch.system || !mismatch.missing.is_empty() || !mismatch.unexpected.is_empty())
            .then_some(mismatch)
    }

    /// Whether a server may have made `live` of this write.
    pub fn may_have_left(&self, live: &Live) -> bool {
        live.is_made_of(&self.before, &self.after())
    }

    /// The state that this action wants.
    pub fn after(&self) -> Live {
        Live {
            webhooks: self.webhooks.clone(),
            system: match &self.system {
                Some(system) => SystemReading::Present(system.clone()),
                None => self.before.system.clone(),
            },
            listed_system_disagrees: false,
        }
    }

    /// Names of unknown fields that this action sent and `live` does not show any more, each once.
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
            // Where several share a URL, it is enough that one of them has kept the fields.
            let now = by_url.get(&entry.webhook.url).into_iter().flatten();
            let least = now.map(|now| entry.extra.lost_in(now)).min_by_key(Vec::len);
            lost.extend(least.unwrap_or_default());
        }
        if let (Some(sent), Some(now)) = (&self.system, live.system.present()) {
            lost.extend(sent.extra.lost_in(&now.extra));
        }
        lost.into_iter().map(str::to_owned).collect()
    }
}

/// How a state differs from a wanted one.
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Wanted, and not live like this.
    pub missing: Vec<Webhook>,
    /// Live like this, and not wanted.
    pub unexpected: Vec<Webhook>,
    /// Whether the system webhook is not as wanted.
    pub system: bool,
}
