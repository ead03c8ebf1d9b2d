//! What was seen of an instance. Unknown is never taken for empty: an answer that can't be understood is no `Live`.

use std::collections::HashMap;

use crate::problem::Problem;
use crate::webhook::{HookUrl, SystemWebhook, UnknownFields, Webhook};

/// What a read of one instance came to.
#[derive(Clone)]
pub enum Reading {
    /// The API answered its state.
    Seen(Live),
    /// The API says that the instance does not exist.
    Absent(Problem),
    /// Nothing is known of the instance's state.
    Unreadable(Problem),
}

/// The state of one instance as the API answered it.
#[derive(Clone)]
pub struct Live {
    /// The custom webhooks in their answered order, without the system webhook.
    pub webhooks: Vec<LiveWebhook>,
    /// The vendor's own webhook.
    pub system: SystemReading,
    /// Whether the system webhook was also listed among the custom ones with other events or another switch.
    pub listed_system_disagrees: bool,
}

/// One custom webhook as it is live, unknown fields included.
#[derive(Clone)]
pub struct LiveWebhook {
    /// What is compared and planned.
    pub webhook: Webhook,
    /// What else the entry holds.
    pub extra: UnknownFields,
}

/// What an answer says of the system webhook.
#[derive(Clone)]
pub enum SystemReading {
    /// It exists.
    Present(SystemWebhook),
    /// The answer says that there is none.
    None,
    /// The answer does not mention it, which is no proof that there is none.
    Unstated,
}

impl SystemReading {
    /// The system webhook where there is one.
    pub fn present(&self) -> Option<&SystemWebhook> {
        match self {
            Self::Present(system) => Some(system),
            Self::None | Self::Unstated => None,
        }
    }
}

impl Live {
    /// Whether both hold the same: URL, events and switch of every webhook, in whatever order, and of the system
    /// webhook. Unknown fields are not compared.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let system = |live: &Self| live.system.present().map(|system| system.webhook.clone());
        same_webhooks(
            self.webhooks.iter().map(|live| &live.webhook),
            other.webhooks.iter().map(|live| &live.webhook),
        ) && system(self) == system(other)
    }

    /// Whether everything in it is in one of the two: a server that merges may have made it of them, and anything else
    /// is somebody else's.
    pub fn is_made_of(&self, one: &Self, other: &Self) -> bool {
        let known = one.webhooks.iter().chain(&other.webhooks);
        let known: Vec<&Webhook> = known.map(|entry| &entry.webhook).collect();
        let systems = [one, other]
            .into_iter()
            .filter_map(|live| live.system.present());
        let systems: Vec<&Webhook> = systems.map(|system| &system.webhook).collect();
        let mut own = self.webhooks.iter();
        own.all(|entry| known.contains(&&entry.webhook))
            && self
                .system
                .present()
                .is_none_or(|system| systems.contains(&&system.webhook))
    }

    /// The first live webhook with that URL.
    pub fn find(&self, url: &HookUrl) -> Option<&LiveWebhook> {
        self.webhooks.iter().find(|live| live.webhook.url == *url)
    }
}

/// Whether two lists hold equal webhooks equally often, in whatever order.
pub fn same_webhooks<'a>(
    left: impl ExactSizeIterator<Item = &'a Webhook>,
    right: impl ExactSizeIterator<Item = &'a Webhook>,
) -> bool {
    left.len() == right.len() && beyond(left, right).is_empty()
}

/// What `left` holds more often than `right`.
pub fn beyond<'a>(
    left: impl Iterator<Item = &'a Webhook>,
    right: impl Iterator<Item = &'a Webhook>,
) -> Vec<&'a Webhook> {
    let mut rest: HashMap<&HookUrl, Vec<&Webhook>> = HashMap::new();
    for webhook in right {
        rest.entry(&webhook.url).or_default().push(webhook);
    }
    left.filter(|webhook| {
        let alike = rest.get_mut(&webhook.url);
        let found = alike.and_then(|alike| {
            let at = alike.iter().position(|other| other == webhook)?;
            Some(alike.swap_remove(at))
        });
        found.is_none()
    })
    .collect()
}
