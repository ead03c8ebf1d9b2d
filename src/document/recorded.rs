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
use crate::problem::{Problem, ProblemKind, StopReason};
use crate::report::UNWRITTEN;
use crate::runlog::{OutcomeRecord, RunRecord};
use crate::webhook::Fingerprints;

/// The kind of the notice about a log whose records are encrypted.
pub const ENCRYPTED: &str = "encrypted";

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
        kind: ENCRYPTED.to_owned(),
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
        None => {
            let (status, error) = not_reached(state);
            (status, Some(error))
        }
    };
    // What is skipped has a reason and no error.
    let (reason, error) = match (status, error) {
        (OutcomeStatusV1::Skipped, error) => (error.map(|error| error.message.into()), None),
        (_, error) => (None, error),
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
    OutcomeV1 {
        id: id.to_string(),
        name: intent.and_then(|intent| intent.record.name.clone()),
        labels: BTreeMap::new(),
        unlisted: false,
        status,
        verified: known.is_some_and(|known| known.verified),
        reason,
        error,
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
fn problem(outcome: &OutcomeRecord) -> Option<ErrorV1> {
    let kind = outcome.problem.as_deref()?;
    let is = |known: ProblemKind| kind == known.as_str();
    let before = if outcome.sent {
        "before a read showed whether the write took effect"
    } else {
        UNWRITTEN
    };
    let stops = [StopReason::Interrupted, StopReason::OutOfTime];
    let mut stops = stops.map(|reason| reason.problem(before)).into_iter();
    let message = if is(ProblemKind::Stale) {
        "live state had moved since it was planned".to_owned()
    } else if is(ProblemKind::AcceptedButDifferent) {
        "the API accepted the write, and reads showed another state".to_owned()
    } else if is(ProblemKind::Unconfirmed) {
        "the write was sent, and no read showed whether it took effect".to_owned()
    } else if let Some(stopped) = stops.find(|problem| is(problem.kind)) {
        stopped.message
    } else {
        kind.replace('_', " ")
    };
    Some(ErrorV1 {
        kind: kind.to_owned(),
        message,
        http_status: None,
    })
}

/// The problem of a write without an outcome.
fn in_doubt(state: RunStateV1) -> ErrorV1 {
    let message = match state {
        RunStateV1::Running => "the run is writing it",
        _ => "the run was cut off while it wrote this: the write may have taken effect",
    };
    ErrorV1::from(&Problem::new(ProblemKind::Unconfirmed, message))
}

/// The outcome of an instance that the run was approved to write, and of which it recorded nothing.
fn not_reached(state: RunStateV1) -> (OutcomeStatusV1, ErrorV1) {
    let (status, message) = match state {
        RunStateV1::Running => (
            OutcomeStatusV1::Failed,
            "not reached so far: nothing was written",
        ),
        RunStateV1::CutOff => (
            OutcomeStatusV1::Failed,
            "not reached, since the run was cut off, or the end of the log was lost",
        ),
        _ => (
            OutcomeStatusV1::Skipped,
            "approved, and the log has no record of it: the run had nothing to write there, or left it alone",
        ),
    };
    let error = ErrorV1::from(&Problem::new(ProblemKind::Interrupted, message));
    (status, error)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_problem_is_told_by_its_kind_and_by_whether_a_write_was_sent() {
        let told = |kind: &str, sent: bool| {
            let recorded = OutcomeRecord {
                instance: "A".into(),
                status: "failed".to_owned(),
                verified: false,
                sent,
                problem: Some(kind.to_owned()),
                left: None,
                mac: None,
            };
            let error = problem(&recorded).unwrap();
            assert_eq!((&*error.kind, error.http_status), (kind, None));
            error.message
        };
        for (kind, sent, message) in [
            (
                "interrupted",
                false,
                "the run was interrupted before its turn: nothing was written",
            ),
            (
                "interrupted",
                true,
                "the run was interrupted before a read showed whether the write took effect",
            ),
            (
                "deadline",
                false,
                "the run's deadline came before its turn: nothing was written",
            ),
            ("stale", false, "live state had moved since it was planned"),
            ("rate_limited", false, "rate limited"),
            ("of_a_later_version", true, "of a later version"),
        ] {
            assert_eq!(told(kind, sent), message);
        }
    }

    #[test]
    fn what_a_run_never_came_to_is_unwritten_and_only_a_stopped_run_has_failed_at_it() {
        let reached = |state| {
            let (status, error) = not_reached(state);
            (status, error.message.contains("not reached"))
        };
        assert_eq!(reached(RunStateV1::CutOff), (OutcomeStatusV1::Failed, true));
        assert_eq!(
            reached(RunStateV1::Running),
            (OutcomeStatusV1::Failed, true)
        );
        for state in [RunStateV1::Finished, RunStateV1::Interrupted] {
            assert_eq!(reached(state), (OutcomeStatusV1::Skipped, false));
        }
    }
}
