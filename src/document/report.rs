//! `apply` as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::merged::JoinedV1;
use super::plan::{ChangeV1, SystemV1};
use super::runs::RunV1;
use super::selection::SelectionV1;
use super::{ErrorV1, GuardV1, NoticeV1};

/// What `apply` prints, and what `show RUN` does of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportV1 {
    /// `1`.
    pub format_version: String,
    /// The sums.
    pub summary: ReportSummaryV1,
    /// How the instances were selected; left out for the whole manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<SelectionV1>,
    /// Of which parts `report merge` joined it, and which are missing; left out in what a single run prints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<JoinedV1>,
    /// Every instance of the selection, in manifest order; where it is joined, shard by shard.
    pub instances: Vec<OutcomeV1>,
    /// What to know beside the outcomes.
    pub notices: Vec<NoticeV1>,
    /// The guards that blocked something.
    pub guards: Vec<GuardV1>,
    /// The run, as `runs` lists it; left out where nothing was to be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// What `runs` says of it; `show RUN` alone has this. It lists the instances that the run was approved to write and no
    /// others, ordered by their ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Box<RunV1>>,
    /// The exit code of the run; the process ends with 1 where the run ended better and a stream or a report could not be
    /// written. In what `show RUN` prints it is 1 for a run that has not ended, and `show` exits with a code of its own.
    pub exit_code: u8,
}

/// The sums of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportSummaryV1 {
    /// All instances of the selection.
    pub instances: usize,
    /// Written, verified or not.
    pub applied: usize,
    /// Were as wanted.
    pub unchanged: usize,
    /// Failed.
    pub failed: usize,
    /// Left alone because live state moved since the plan.
    pub stale: usize,
    /// Not writable, or blocked by a guard.
    pub blocked: usize,
    /// Suspended.
    pub skipped: usize,
}

/// One instance in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeV1 {
    /// The API's id.
    pub id: String,
    /// The manifest's name for it.
    pub name: Option<Arc<str>>,
    /// The manifest's labels.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// True for an instance that the manifest no longer lists; otherwise left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlisted: bool,
    /// The outcome.
    pub status: OutcomeStatusV1,
    /// Whether a read after the write shows the desired state.
    pub verified: bool,
    /// Why it is suspended; left out where the manifest doesn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// Why it is not as wanted.
    pub error: Option<ErrorV1>,
    /// How what was approved (`-`) differs from what would be done now (`+`), line by line; left out where nothing was
    /// approved, or nothing shown differs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
    /// What the run wrote among the custom webhooks, as changes of what was there before; `show RUN` alone has this. A
    /// write in doubt is listed too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<ChangeV1>,
    /// What it wrote to the system webhook; left out where that did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemV1>,
    /// What reads showed after the write where that was something else; `show RUN` alone has this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Box<LeftV1>>,
}

/// What a write left that did not do what it should have, as changes of what was there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftV1 {
    /// What changed among the custom webhooks.
    pub webhooks: Vec<ChangeV1>,
    /// The change of the system webhook; null where there is none.
    pub system: Option<SystemV1>,
}

/// The outcome of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeStatusV1 {
    /// It was written.
    Applied,
    /// It was as wanted.
    Unchanged,
    /// It failed, or reads back different.
    Failed,
    /// Live state moved since the plan.
    Stale,
    /// It can't or may not be written.
    Blocked,
    /// It is suspended.
    Skipped,
}

impl ReportV1 {
    /// Adds the name of the run, and how instances differ from what was approved, by id.
    pub fn add(&mut self, run: Option<String>, differences: &BTreeMap<String, Vec<String>>) {
        self.run = run;
        for instance in &mut self.instances {
            instance.differences = differences.get(&instance.id).cloned().unwrap_or_default();
        }
    }
}

/// The kind of the notice about unknown fields that the API did not keep.
pub const LOST_FIELDS: &str = "lost_fields";
