//! `apply` as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::merged::JoinedV1;
use super::plan_of::{guards, notices, selection};
use super::selection::SelectionV1;
use super::{ErrorV1, FORMAT_VERSION, GuardV1, NoticeV1};
use crate::exit::ExitCode;
use crate::plan::Plan;
use crate::render::text::hints::reason;
use crate::report::{Outcome, Report, ReportLine};
use crate::webhook::Fingerprints;

/// What `apply` prints.
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
    /// The guards that held something.
    pub guards: Vec<GuardV1>,
    /// The run, as `runs` lists it; left out where nothing was to be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The exit code of the process.
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
    /// Not writable, or held by a guard.
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
    /// True for one that the manifest does not list any more; otherwise left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlisted: bool,
    /// What became of it.
    pub status: OutcomeStatusV1,
    /// Whether a read after the write shows what was wanted.
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
}

/// What became of an instance.
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

/// A report as JSON's document; `plan` is what was applied, with its notices and guards.
pub fn report(
    report: &Report,
    plan: &Plan,
    fingerprints: &Fingerprints,
    exit: ExitCode,
) -> ReportV1 {
    let totals = report.totals();
    ReportV1 {
        format_version: FORMAT_VERSION.to_owned(),
        summary: ReportSummaryV1 {
            instances: totals.instances,
            applied: totals.applied,
            unchanged: totals.unchanged,
            failed: totals.failed,
            stale: totals.stale,
            blocked: totals.blocked,
            skipped: totals.skipped,
        },
        selection: selection(&plan.selection),
        joined: None,
        instances: report
            .lines
            .iter()
            .map(|line| outcome(line, fingerprints))
            .collect(),
        notices: notices(plan, fingerprints)
            .into_iter()
            .chain(lost_fields(report))
            .collect(),
        guards: guards(plan),
        run: None,
        exit_code: exit.code(),
    }
}

impl ReportV1 {
    /// With the run's name, and how instances differ from what was approved, by id.
    pub fn add(&mut self, run: Option<String>, differences: &BTreeMap<String, Vec<String>>) {
        self.run = run;
        for instance in &mut self.instances {
            instance.differences = differences.get(&instance.id).cloned().unwrap_or_default();
        }
    }
}

/// Unknown fields that the API did not keep, instance by instance.
fn lost_fields(report: &Report) -> impl Iterator<Item = NoticeV1> {
    report.lines.iter().filter_map(|line| match &line.outcome {
        Outcome::Verified { lost_fields } if !lost_fields.is_empty() => Some(NoticeV1 {
            kind: "lost_fields".to_owned(),
            message: format!(
                "the API did not keep fields unknown to hookfleet: {}",
                lost_fields.join(", ")
            ),
            instances: vec![line.subject.id.to_string()],
        }),
        _ => None,
    })
}

fn outcome(line: &ReportLine, fingerprints: &Fingerprints) -> OutcomeV1 {
    OutcomeV1 {
        id: line.subject.id.to_string(),
        name: line.subject.name.clone(),
        labels: (*line.subject.labels).clone(),
        unlisted: !line.subject.is_listed,
        status: match line.outcome {
            Outcome::Verified { .. } | Outcome::Unverified(_) => OutcomeStatusV1::Applied,
            Outcome::Unchanged => OutcomeStatusV1::Unchanged,
            Outcome::Failed { .. } => OutcomeStatusV1::Failed,
            Outcome::Stale(_) => OutcomeStatusV1::Stale,
            Outcome::Blocked { .. } => OutcomeStatusV1::Blocked,
            Outcome::Skipped(_) => OutcomeStatusV1::Skipped,
        },
        verified: line.outcome.is_verified(),
        reason: match &line.outcome {
            Outcome::Skipped(reason) => reason.clone(),
            _ => None,
        },
        error: reason(&line.outcome, fingerprints)
            .as_ref()
            .map(ErrorV1::from),
        differences: Vec::new(),
    }
}
