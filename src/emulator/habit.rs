//! The habits of a server: how it behaves where the vendor's page leaves it open, or where servers differ from it. Pure.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::{Arrays, Extra, Flags, Form, WebhookState};

/// The server's behaviour that the vendor's page does not specify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habits {
    /// The format of arrays in responses.
    pub arrays: Arrays,
    /// The format of `is_active` in responses.
    pub flags: Flags,
    /// What a POST does to the webhooks.
    pub writes: Writes,
    /// What a POST without the system webhook does to it.
    pub omitted_system: OmittedSystem,
    /// The form in which a POST's URLs are stored.
    pub urls: Urls,
    /// What becomes of a POST's inactive webhooks.
    pub inactive: Inactive,
    /// What becomes of a POST's fields that the vendor's page does not name.
    pub unknown_fields: Unknown,
    /// The format of a rejection's body.
    pub error_body: Form,
    /// The status of a rejection.
    pub error_status: ErrorStatus,
    /// The delay between a POST's response and its effect.
    pub effect_after: Duration,
    /// Whether responses list the system webhook among the webhooks too.
    pub list_system: bool,
}

/// What a POST does to the webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Writes {
    /// The posted list becomes the list.
    #[default]
    Replace,
    /// Posted webhooks are updated or added by URL; the rest stays.
    Merge,
}

/// What a POST that leaves the system webhook out does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OmittedSystem {
    /// Nothing.
    #[default]
    Keep,
    /// It becomes inactive.
    Disable,
}

/// The form in which a POST's URLs are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Urls {
    /// As they are posted.
    #[default]
    Exact,
    /// In the form that browsers give them: an empty path is `/`, the host is in lower case and ASCII, a default port is
    /// left out.
    Normal,
}

/// What becomes of a POST's inactive webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Inactive {
    /// They are stored.
    #[default]
    Keep,
    /// They are dropped, as an engine does that has no place for them.
    Drop,
}

/// What becomes of a POST's fields that the vendor's page does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    /// They are stored.
    #[default]
    Keep,
    /// They are dropped.
    Drop,
    /// The POST is answered 400, which names them.
    Refuse,
    /// They are stored, and answers show `********` in place of every text in them.
    Mask,
}

/// The status of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErrorStatus {
    /// Its own.
    #[default]
    Own,
    /// 200: only the body says that it is one.
    Ok,
}

/// What the server does with a connection after a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Connections {
    /// It stays open.
    #[default]
    Keep,
    /// It closes, and the response says so.
    Close,
    /// It closes, and the response does not say so.
    Drop,
}

impl Habits {
    /// What is stored of a posted custom webhook; `None` when it is dropped.
    pub(super) fn stored(self, posted: WebhookState) -> Option<WebhookState> {
        if self.inactive == Inactive::Drop && !posted.is_active {
            return None;
        }
        let url = match self.urls {
            Urls::Exact => posted.url,
            Urls::Normal => Url::parse(&posted.url).map_or(posted.url, String::from),
        };
        let posted = WebhookState { url, ..posted };
        Some(self.without_unknown(posted))
    }

    /// The webhook without the fields that are dropped.
    pub(super) fn without_unknown(self, posted: WebhookState) -> WebhookState {
        match self.unknown_fields {
            Unknown::Keep | Unknown::Refuse | Unknown::Mask => posted,
            Unknown::Drop => WebhookState {
                extra: Extra::default(),
                ..posted
            },
        }
    }

    /// What is wrong with posted webhooks, a text for each field that is refused.
    pub(super) fn refused_fields(self, posted: &[WebhookState]) -> Vec<String> {
        if self.unknown_fields != Unknown::Refuse {
            return Vec::new();
        }
        let refused = posted.iter().enumerate().flat_map(|(at, webhook)| {
            let names = webhook.extra.fields().map(|(name, _)| name);
            names.map(move |name| format!("webhooks.{at}.property {name} should not exist"))
        });
        refused.collect()
    }
}
