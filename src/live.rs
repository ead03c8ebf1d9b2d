//! What was seen of an instance. Unknown is never taken for empty: an answer that can't be understood is no `Live`.

use std::collections::HashMap;

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

/// Why an instance could not be read, planned or written: data, not a control flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is, for programs.
    pub kind: ProblemKind,
    /// What it is, for people: one lower-case line. It may quote the server, so a renderer makes it harmless.
    pub message: String,
    /// The status the API answered with, where there was an answer.
    pub http_status: Option<u16>,
}

impl Problem {
    /// Trouble without an HTTP status.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            http_status: None,
        }
    }
}

/// The kinds of problem, named as JSON names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// 400: the API did not accept the request's parameters.
    BadRequest,
    /// 401: the token is missing or not valid.
    Unauthorized,
    /// 403 `subscription_required`: the account's plan has no webhooks.
    SubscriptionRequired,
    /// Any other 403.
    Forbidden,
    /// 404: the instance does not exist.
    NotFound,
    /// 429, still after the last retry.
    RateLimited,
    /// 3xx: redirects are not followed, since the token would go with them.
    Redirect,
    /// 5xx, still after the last retry.
    ServerError,
    /// No connection, or it was lost.
    Network,
    /// The server's certificate is not to be trusted.
    Untrusted,
    /// The proxy led nowhere.
    Proxy,
    /// The request's time was up.
    Timeout,
    /// The request can't be put on the wire.
    Unsendable,
    /// An answer that is not what the API documents.
    UnexpectedAnswer,
    /// The manifest manages a system webhook that the instance does not have.
    NoSystemWebhook,
    /// The manifest lists the system webhook's URL among the custom ones.
    SystemWebhookListed,
    /// A guard held the instance or the run.
    Guard,
    /// Live state moved between plan and write.
    Stale,
    /// The write was accepted, and reads show something else.
    AcceptedButDifferent,
    /// The write was sent, and nothing proves or disproves that it took effect.
    Unconfirmed,
    /// The run log can't be written, and nothing is written that could not be put back.
    Unrecorded,
    /// The run was interrupted before its turn.
    Interrupted,
    /// The run's deadline came before its turn.
    Deadline,
}

/// Why a run ends before it has done all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Somebody asked for it.
    Interrupted,
    /// `--deadline` came.
    OutOfTime,
}

impl StopReason {
    /// What did not come about, since the run ended `before` it.
    pub fn problem(self, before: &str) -> Problem {
        let (kind, ended) = match self {
            Self::Interrupted => (ProblemKind::Interrupted, "the run was interrupted"),
            Self::OutOfTime => (ProblemKind::Deadline, "the run's deadline came"),
        };
        Problem::new(kind, format!("{ended} {before}"))
    }
}

impl ProblemKind {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::SubscriptionRequired => "subscription_required",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Redirect => "redirect",
            Self::ServerError => "server_error",
            Self::Network => "network",
            Self::Untrusted => "untrusted",
            Self::Proxy => "proxy",
            Self::Timeout => "timeout",
            Self::Unsendable => "unsendable",
            Self::UnexpectedAnswer => "unexpected_answer",
            Self::NoSystemWebhook => "no_system_webhook",
            Self::SystemWebhookListed => "system_webhook_listed",
            Self::Guard => "guard",
            Self::Stale => "stale",
            Self::AcceptedButDifferent => "accepted_but_different",
            Self::Unconfirmed => "unconfirmed",
            Self::Unrecorded => "unrecorded",
            Self::Interrupted => "interrupted",
            Self::Deadline => "deadline",
        }
    }
}
