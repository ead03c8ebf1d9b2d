//! `plan` and `drift` as JSON, to be written and read back.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::merged::JoinedV1;
use super::selection::SelectionV1;
use super::{ErrorV1, GuardV1, NoticeV1};

/// What `plan` and `drift` print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanV1 {
    /// `1`.
    pub format_version: String,
    /// The sums.
    pub summary: SummaryV1,
    /// How the instances were selected; left out for the whole manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<SelectionV1>,
    /// Of which parts `report merge` joined it, and which are missing; left out in what a single run prints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<JoinedV1>,
    /// Every instance of the selection, in manifest order; where it is joined, shard by shard.
    pub instances: Vec<InstanceV1>,
    /// What to know beside the changes.
    pub notices: Vec<NoticeV1>,
    /// The guards that block something.
    pub guards: Vec<GuardV1>,
    /// The exit code of the run that made the plan, whose process ended with 1 where the run ended better and a stream or
    /// a report could not be written; `show` prints it and exits with a code of its own.
    pub exit_code: u8,
}

/// The sums over a selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SummaryV1 {
    /// All instances of the selection.
    pub instances: usize,
    /// As wanted.
    pub unchanged: usize,
    /// To be written.
    pub changed: usize,
    /// Not readable.
    pub failed: usize,
    /// Not writable, or blocked by a guard of their own.
    pub blocked: usize,
    /// Suspended.
    pub skipped: usize,
    /// Custom webhooks.
    pub webhooks: WebhookCountsV1,
    /// System webhooks.
    pub system: SystemCountsV1,
}

/// Custom webhooks, counted. Those of blocked instances are not among what changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookCountsV1 {
    /// To create.
    pub create: usize,
    /// To update.
    pub update: usize,
    /// To delete.
    pub delete: usize,
    /// Managed or kept, and as they should be; ignored ones do not count.
    pub unchanged: usize,
}

/// System webhooks, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemCountsV1 {
    /// To update.
    pub update: usize,
}

/// One instance in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InstanceV1 {
    /// The API's id.
    pub id: String,
    /// The manifest's name for it.
    pub name: Option<Arc<str>>,
    /// The manifest's labels.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// The status of its plan.
    pub status: StatusV1,
    /// Why it is suspended; left out where the manifest doesn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// What changes among the custom webhooks.
    pub webhooks: Arc<[ChangeV1]>,
    /// The system webhook; null when unread or absent.
    pub system: Option<SystemV1>,
    /// Why it failed or is blocked.
    pub error: Option<ErrorV1>,
}

impl InstanceV1 {
    /// Whether anything differs.
    pub fn has_changes(&self) -> bool {
        !self.webhooks.is_empty() || self.system_update().is_some()
    }

    /// The system webhook where it changes.
    pub fn system_update(&self) -> Option<&SystemV1> {
        self.system
            .as_ref()
            .filter(|system| system.action == SystemActionV1::Update)
    }
}

/// The status of an instance's plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusV1 {
    /// It is as wanted.
    Unchanged,
    /// It will be written.
    Changed,
    /// It could not be read.
    Failed,
    /// It can't or may not be written.
    Blocked,
    /// It is suspended.
    Skipped,
}

/// One change of a custom webhook.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ChangeV1 {
    /// What happens.
    pub action: ActionV1,
    /// What it is; null for `create`.
    pub before: Option<WebhookV1>,
    /// What it will be; null for `delete`.
    pub after: Option<WebhookV1>,
    /// True for a `delete` because an earlier entry has the same URL; otherwise left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

/// What happens to a custom webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActionV1 {
    /// It is added.
    Create,
    /// It is changed.
    Update,
    /// It is removed.
    Delete,
}

/// A custom webhook.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct WebhookV1 {
    /// Its redacted URL: what is secret, or may be, is a fingerprint.
    pub url: String,
    /// The redacted URL with each secret as `${secret.NAME}`; left out if it has no secrets, and before a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Its events.
    pub events: Vec<String>,
    /// Whether it is switched on.
    pub is_active: bool,
}

/// The system webhook before and after.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SystemV1 {
    /// What happens.
    pub action: SystemActionV1,
    /// Whether the manifest says something about it.
    pub managed: bool,
    /// Its redacted URL; left out for `no-op`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is.
    pub before: SystemStateV1,
    /// What it will be.
    pub after: SystemStateV1,
}

/// What happens to the system webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SystemActionV1 {
    /// Nothing.
    NoOp,
    /// It is changed.
    Update,
}

/// The system webhook at one time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SystemStateV1 {
    /// Its events.
    pub events: Vec<String>,
    /// Whether it is switched on.
    pub is_active: bool,
}
