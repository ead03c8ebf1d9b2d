//! Making the document of an earlier run from its log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::plan::{ChangeV1, SystemV1};
use super::plan_of::{change, system};
use super::report::{LeftV1, OutcomeStatusV1, OutcomeV1, ReportSummaryV1, ReportV1};
use super::runs::{RunStateV1, RunV1};
use super::{ErrorV1, FORMAT_VERSION, NoticeV1};
use crate::exit::ExitCode;
use crate::live::Live;
use crate::plan::changes_between;
use crate::problem::{Problem, ProblemKind};
use crate::runlog::{OutcomeRecord, RunRecord};
use crate::webhook::Fingerprints;

/// The states that a log holds of a write that may have taken effect.
pub struct RecordedWrite {
    /// The state that it overwrote.
    pub before: Live,
    /// The state that it was to leave.
    pub after: Live,
    /// The state that reads showed after it, if that was another one.
    pub left: Option<Live>,
}

impl ReportV1 {
    /// Makes the document of a run: the instances that it was approved to write, by id. `writes` are what it wrote, by id.
    pub fn of_record(
        record: &RunRecord,
        writes: &BTreeMap<Arc<str>, RecordedWrite>,
        run: RunV1,
        fingerprints: &Fingerprints,
    ) -> Self {
        let approved = record
            .approval
            .iter()
            .flat_map(|approval| approval.record.approval.digests.keys());
        let ids: BTreeSet<&Arc<str>> = record.instances.keys().chain(approved).collect();
        let instances: Vec<OutcomeV1> = ids
            .into_iter()
            .map(|id| outcome(id, record, writes.get(id), run.state, fingerprints))
            .collect();
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            summary: summary(&instances),
            selection: run.selection.clone(),
            joined: None,
            instances,
            notices: sealed(record).into_iter().collect(),
            guards: Vec::new(),
            run: Some(run.run.clone()),
            exit_code: run.exit_code.unwrap_or(ExitCode::Failure.code()),
            record: Some(Box::new(run)),
        }
    }
}

/// Makes the notice of a log whose records are encrypted.
fn sealed(record: &RunRecord) -> Option<NoticeV1> {
    let to = record
        .header
        .sealed_to
        .as_ref()
        .filter(|_| record.is_closed)?;
    Some(NoticeV1 {
        kind: "encrypted".to_owned(),
        message: format!("the log is encrypted to {to}: only its header and its end are shown"),
        instances: Vec::new(),
    })
}

fn outcome(
    id: &Arc<str>,
    record: &RunRecord,
    write: Option<&RecordedWrite>,
    state: RunStateV1,
    fingerprints: &Fingerprints,
) -> OutcomeV1 {
    let recorded = record.instances.get(id);
    let intent = recorded.and_then(|recorded| recorded.intents.last());
    let known = recorded.and_then(|recorded| recorded.outcome.as_ref());
    let known = known.map(|known| &known.record);
    let (status, error) = match known {
        Some(known) => (status(&known.status), problem(known)),
        None if intent.is_some() => (OutcomeStatusV1::Failed, Some(in_doubt(state))),
        None => not_reached(state),
    };
    let shown = |after: &Live| -> (Vec<ChangeV1>, Option<SystemV1>) {
        let Some(write) = write else {
            return (Vec::new(), None);
        };
        let (webhooks, plan) = changes_between(&write.before, after);
        let webhooks = webhooks.iter().map(|it| change(it, fingerprints)).collect();
        (webhooks, plan.map(|plan| system(&plan, fingerprints)))
    };
    let (webhooks, system) = write.map(|write| shown(&write.after)).unwrap_or_default();
    let left = write.and_then(|write| write.left.as_ref()).map(|left| {
        let (webhooks, system) = shown(left);
        Box::new(LeftV1 { webhooks, system })
    });
    let is_error = status != OutcomeStatusV1::Skipped;
    OutcomeV1 {
        id: id.to_string(),
        name: intent.and_then(|intent| intent.record.name.clone()),
        labels: BTreeMap::new(),
        unlisted: false,
        status,
        verified: known.is_some_and(|known| known.verified),
        reason: error
            .as_ref()
            .filter(|_| !is_error)
            .map(|problem| problem.message.as_str().into()),
        error: error.as_ref().filter(|_| is_error).map(ErrorV1::from),
        differences: Vec::new(),
        webhooks,
        system,
        left,
    }
}

/// Returns the status that a log has; one that no hookfleet wrote is a failure.
fn status(recorded: &str) -> OutcomeStatusV1 {
    match recorded {
        "applied" => OutcomeStatusV1::Applied,
        "unchanged" => OutcomeStatusV1::Unchanged,
        "stale" => OutcomeStatusV1::Stale,
        "blocked" => OutcomeStatusV1::Blocked,
        "skipped" => OutcomeStatusV1::Skipped,
        _ => OutcomeStatusV1::Failed,
    }
}

/// Returns the recorded problem. A log has its kind alone.
fn problem(outcome: &OutcomeRecord) -> Option<Problem> {
    let kind = outcome.problem.as_deref()?;
    let known = ProblemKind::of(kind);
    let message = match known {
        Some(ProblemKind::Stale) => "live state had moved since it was planned".to_owned(),
        Some(ProblemKind::AcceptedButDifferent) => {
            "the API accepted the write, and reads showed another state".to_owned()
        }
        Some(ProblemKind::Unconfirmed) => {
            "the write was sent, and no read showed whether it took effect".to_owned()
        }
        Some(ProblemKind::Interrupted) => "the run was interrupted before its turn".to_owned(),
        Some(ProblemKind::Deadline) => "the run's deadline came before its turn".to_owned(),
        _ => kind.replace('_', " "),
    };
    Some(Problem::new(
        known.unwrap_or(ProblemKind::Internal),
        message,
    ))
}

/// The problem of a write without an outcome.
fn in_doubt(state: RunStateV1) -> Problem {
    let message = match state {
        RunStateV1::Running => "the run is writing it",
        _ => "the run was cut off while it wrote this: the write may have taken effect",
    };
    Problem::new(ProblemKind::Unconfirmed, message)
}

/// The outcome of an instance that the run was approved to write, and of which it recorded nothing.
fn not_reached(state: RunStateV1) -> (OutcomeStatusV1, Option<Problem>) {
    let (status, message) = match state {
        RunStateV1::Running => (
            OutcomeStatusV1::Failed,
            "not reached so far: nothing was written",
        ),
        RunStateV1::CutOff => (
            OutcomeStatusV1::Failed,
            "not reached, since the run was cut off: nothing was written",
        ),
        _ => (
            OutcomeStatusV1::Skipped,
            "approved, and not written: it was as wanted, blocked or out of date when the run planned",
        ),
    };
    (
        status,
        Some(Problem::new(ProblemKind::Interrupted, message)),
    )
}

fn summary(instances: &[OutcomeV1]) -> ReportSummaryV1 {
    let count = |status: OutcomeStatusV1| {
        let instances = instances.iter();
        instances
            .filter(|instance| instance.status == status)
            .count()
    };
    ReportSummaryV1 {
        instances: instances.len(),
        applied: count(OutcomeStatusV1::Applied),
        unchanged: count(OutcomeStatusV1::Unchanged),
        failed: count(OutcomeStatusV1::Failed),
        stale: count(OutcomeStatusV1::Stale),
        blocked: count(OutcomeStatusV1::Blocked),
        skipped: count(OutcomeStatusV1::Skipped),
    }
}
