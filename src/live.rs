//! The live state of an instance. Unknown is never taken for empty: a response that can't be decoded is no `Live`.

use std::collections::HashMap;

use crate::problem::{Problem, ProblemKind};
use crate::webhook::{HookUrl, UnknownFields, Webhook};

/// The result of reading one instance.
#[derive(Clone)]
pub enum Reading {
    /// The API returned its state.
    Seen(Live),
    /// The API reports that the instance does not exist.
    Absent(Problem),
    /// The state is unknown.
    Unreadable(Problem),
}

/// The live state of one instance as the API returned it.
#[derive(Clone)]
pub struct Live {
    /// The custom webhooks in the API's order, without the system webhook.
    pub webhooks: Vec<LiveWebhook>,
    /// The system webhook: the vendor's own, which feeds the chat inbox, auto-responders and push notifications.
    pub system: SystemReading,
    /// Whether the API also listed the system webhook among the custom ones, that has another value of a field, or another field.
    pub listed_system_disagrees: bool,
    /// What the response says beside its webhooks.
    pub beyond: AnswerBeyond,
}

/// What a response says beside its webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerBeyond {
    /// The root field that says that there may be more webhooks than the response lists.
    pub more: Option<String>,
    /// The names of unknown root fields, in the API's order.
    pub unknown: Vec<String>,
}

impl AnswerBeyond {
    /// The problem of a response that may not hold all webhooks: what it does not show, a write would remove.
    pub fn problem(&self) -> Option<Problem> {
        let field = self.more.as_ref()?;
        let message = format!("the answer may not hold all webhooks: it has `{field}`");
        Some(Problem::new(ProblemKind::Incomplete, message))
    }
}

/// One live webhook, unknown fields included.
#[derive(Clone)]
pub struct LiveWebhook {
    /// The webhook, which is compared and planned.
    pub webhook: Webhook,
    /// The entry's unknown fields.
    pub extra: UnknownFields,
}

/// The system webhook in a response.
#[derive(Clone)]
pub enum SystemReading {
    /// It exists.
    Present(LiveWebhook),
    /// The response states that there is none.
    None,
    /// The response does not mention it, which does not prove that there is none.
    Unstated,
}

impl SystemReading {
    /// The system webhook; `None` when there is none or the response does not mention it.
    pub fn present(&self) -> Option<&LiveWebhook> {
        match self {
            Self::Present(system) => Some(system),
            Self::None | Self::Unstated => None,
        }
    }
}

impl Live {
    /// Whether both hold the same custom webhooks, in any order, and the same system webhook. Unknown fields are not
    /// compared.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let system = |live: &Self| live.system.present().map(|system| system.webhook.clone());
        same_webhooks(&self.webhooks, &other.webhooks) && system(self) == system(other)
    }

    /// Whether every webhook in it is in one of the two states, in whatever spelling, as after a write that a server
    /// merges. Any other webhook is another writer's.
    pub fn is_made_of(&self, one: &Self, other: &Self) -> bool {
        let known = one.webhooks.iter().chain(&other.webhooks);
        let known: Vec<&Webhook> = known.map(|entry| &entry.webhook).collect();
        let systems = [one, other]
            .into_iter()
            .filter_map(|live| live.system.present());
        let systems: Vec<&Webhook> = systems.map(|system| &system.webhook).collect();
        let is_known = |webhook: &Webhook| {
            known.contains(&webhook) || known.iter().any(|known| known.is_respelled(webhook))
        };
        let mut own = self.webhooks.iter();
        own.all(|entry| is_known(&entry.webhook))
            && self
                .system
                .present()
                .is_none_or(|system| systems.contains(&&system.webhook))
    }

    /// Finds the first custom webhook with that URL.
    pub fn find(&self, url: &HookUrl) -> Option<&LiveWebhook> {
        self.webhooks.iter().find(|live| live.webhook.url == *url)
    }
}

/// Whether two lists are equal as multisets.
pub fn same_webhooks(left: &[LiveWebhook], right: &[LiveWebhook]) -> bool {
    let [mine, theirs] = [left, right].map(|entries| entries.iter().map(|entry| &entry.webhook));
    left.len() == right.len() && beyond(mine, theirs).is_empty()
}

/// The multiset difference of `left` and `right`.
pub fn beyond<'a>(
    left: impl Iterator<Item = &'a Webhook>,
    right: impl Iterator<Item = &'a Webhook>,
) -> Vec<&'a Webhook> {
    let mut rest: HashMap<&HookUrl, Vec<&Webhook>> = HashMap::new();
    for webhook in right {
        rest.entry(&webhook.url).or_default().push(webhook);
    }
    left.filter(|webhook| {
        let same_url = rest.get_mut(&webhook.url);
        let found = same_url.and_then(|same_url| {
            let at = same_url.iter().position(|other| other == webhook)?;
            Some(same_url.swap_remove(at))
        });
        found.is_none()
    })
    .collect()
}
