//! One file of those that are to be joined: what it holds, and whether that can be true. It was written by anybody.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::FORMAT_VERSION;
use super::findings::RunErrorV1;
use super::plan::{ActionV1, PlanV1, StatusV1, SummaryV1, SystemCountsV1, WebhookCountsV1};
use super::report::{OutcomeStatusV1, ReportSummaryV1, ReportV1};
use crate::exit::ExitCode;

/// A file and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardReport {
    /// The file, as it was given.
    pub file: String,
    /// What it holds.
    pub document: Document,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// What `plan` or `drift` printed.
    Plan(Box<PlanV1>),
    /// What `apply` printed.
    Report(Box<ReportV1>),
    /// What a run printed that came to nothing, or what stands for a file that says nothing.
    Failed(RunErrorV1, ExitCode),
}

/// Why a file is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Nothing is in it: its run was killed, or never started.
    #[error("the file is empty")]
    Empty,
    /// It ends in the middle: its run was killed as it wrote.
    #[error("the file ends in the middle of a document")]
    Cut,
    /// It is something else.
    #[error("is no plan and no report that hookfleet printed with `--format json`")]
    Foreign,
    /// A later hookfleet has written it.
    #[error("is of format version {0}, and this hookfleet reads {FORMAT_VERSION}")]
    Future(String),
    /// hookfleet has not written it like that.
    #[error("has been changed since it was printed: {0}")]
    Contradicts(&'static str),
}

#[derive(Deserialize)]
struct Mark {
    format_version: String,
}

/// What tells the kinds of documents apart.
#[derive(Deserialize)]
struct Shape {
    summary: Option<SummaryShape>,
    instances: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct SummaryShape {
    applied: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Failed {
    error: RunErrorV1,
    exit_code: u8,
}

/// Reads a file's bytes.
///
/// # Errors
/// When nothing is there, or something else, or what can't be true.
pub fn read(bytes: &[u8]) -> Result<Document, PartError> {
    if bytes.trim_ascii().is_empty() {
        return Err(PartError::Empty);
    }
    let version = typed::<Mark>(bytes)?.format_version;
    if version != FORMAT_VERSION {
        return Err(PartError::Future(version));
    }
    match typed::<Shape>(bytes)? {
        Shape {
            summary: Some(summary),
            instances: Some(_),
            ..
        } if summary.applied.is_some() => {
            let report: ReportV1 = typed(bytes)?;
            believed(report_contradicts(&report))?;
            Ok(Document::Report(Box::new(report)))
        }
        Shape {
            summary: Some(_),
            instances: Some(_),
            ..
        } => {
            let plan: PlanV1 = typed(bytes)?;
            believed(plan_contradicts(&plan))?;
            Ok(Document::Plan(Box::new(plan)))
        }
        Shape {
            instances: None,
            error: Some(_),
            ..
        } => {
            let failed: Failed = typed(bytes)?;
            // Whoever came to nothing did not succeed, whatever the number says.
            let exit = ExitCode::of(failed.exit_code).filter(|exit| *exit != ExitCode::Success);
            let exit = exit.unwrap_or(ExitCode::Failure);
            Ok(Document::Failed(failed.error, exit))
        }
        Shape { .. } => Err(PartError::Foreign),
    }
}

fn typed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PartError> {
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_eof() {
            PartError::Cut
        } else {
            PartError::Foreign
        }
    })
}

fn believed(contradiction: Option<&'static str>) -> Result<(), PartError> {
    contradiction.map_or(Ok(()), |why| Err(PartError::Contradicts(why)))
}

const SUMMARY: &str = "its summary does not count its instances";
const TWICE: &str = "it lists an instance twice";
const EXIT: &str = "its exit code is none that its instances can come to";

fn plan_contradicts(plan: &PlanV1) -> Option<&'static str> {
    let has = |status| plan.instances.iter().any(|one| one.status == status);
    if counted(plan) != plan.summary {
        Some(SUMMARY)
    } else if !are_different(plan.instances.iter().map(|one| &*one.id)) {
        Some(TWICE)
    } else if !can_end(
        plan.exit_code,
        has(StatusV1::Failed),
        has(StatusV1::Blocked),
    ) {
        Some(EXIT)
    } else {
        None
    }
}

fn report_contradicts(report: &ReportV1) -> Option<&'static str> {
    let has = |status| report.instances.iter().any(|one| one.status == status);
    let unverified = report
        .instances
        .iter()
        .any(|one| one.status == OutcomeStatusV1::Applied && !one.verified);
    let is_held = has(OutcomeStatusV1::Stale) || has(OutcomeStatusV1::Blocked);
    if counted_outcomes(report) != report.summary {
        Some(SUMMARY)
    } else if !are_different(report.instances.iter().map(|one| &*one.id)) {
        Some(TWICE)
    } else if !can_end(
        report.exit_code,
        has(OutcomeStatusV1::Failed) || unverified,
        is_held,
    ) {
        Some(EXIT)
    } else {
        None
    }
}

/// Whether a run can have ended so that listed its instances: where some failed it is 1 or 130, and never 0 where some
/// were left alone. What else there is to say is not in the list.
fn can_end(code: u8, has_failed: bool, is_held: bool) -> bool {
    match ExitCode::of(code) {
        Some(ExitCode::Failure | ExitCode::Interrupted) => true,
        Some(ExitCode::Pending | ExitCode::Held | ExitCode::Stale) => !has_failed,
        Some(ExitCode::Success) => !has_failed && !is_held,
        Some(ExitCode::Usage | ExitCode::Invalid) | None => false,
    }
}

fn are_different<'a>(mut ids: impl Iterator<Item = &'a str>) -> bool {
    let mut known = HashSet::new();
    ids.all(|id| known.insert(id))
}

/// The sums, counted again; webhooks that stay are not listed.
fn counted(plan: &PlanV1) -> SummaryV1 {
    let of = |status| {
        let instances = plan.instances.iter();
        instances.filter(|one| one.status == status).count()
    };
    let written = || {
        let instances = plan.instances.iter();
        instances.filter(|one| one.status == StatusV1::Changed)
    };
    let changes = |action| {
        let changes = written().flat_map(|one| &one.webhooks);
        changes.filter(|change| change.action == action).count()
    };
    SummaryV1 {
        instances: plan.instances.len(),
        unchanged: of(StatusV1::Unchanged),
        changed: of(StatusV1::Changed),
        failed: of(StatusV1::Failed),
        blocked: of(StatusV1::Blocked),
        skipped: of(StatusV1::Skipped),
        webhooks: WebhookCountsV1 {
            create: changes(ActionV1::Create),
            update: changes(ActionV1::Update),
            delete: changes(ActionV1::Delete),
            unchanged: plan.summary.webhooks.unchanged,
        },
        system: SystemCountsV1 {
            update: written()
                .filter(|one| one.system_update().is_some())
                .count(),
        },
    }
}

fn counted_outcomes(report: &ReportV1) -> ReportSummaryV1 {
    let of = |status| {
        let instances = report.instances.iter();
        instances.filter(|one| one.status == status).count()
    };
    ReportSummaryV1 {
        instances: report.instances.len(),
        applied: of(OutcomeStatusV1::Applied),
        unchanged: of(OutcomeStatusV1::Unchanged),
        failed: of(OutcomeStatusV1::Failed),
        stale: of(OutcomeStatusV1::Stale),
        blocked: of(OutcomeStatusV1::Blocked),
        skipped: of(OutcomeStatusV1::Skipped),
    }
}
