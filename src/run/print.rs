//! What a run prints beside its report: its plan, where it is recorded, and hints. It must not change anything.

use super::approval::writable;
use super::execute::ApplyRequest;
use crate::consent::Prompt;
use crate::document::plan::PlanV1;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::output::Output;
use crate::plan::ExitPolicy;
use crate::problem::{Hint, ProblemKind};
use crate::render::{self, Baseline, Format, text::hints::hints};
use crate::report::{Outcome, Report};
use crate::runlog::RunKind;

/// Prints the plan to stdout; with JSON there, to stderr, and only before a prompt.
pub(super) fn plan(request: &ApplyRequest<'_>, output: &mut Output<'_>) {
    let baseline = match request.kind {
        RunKind::Apply => Baseline::Manifest,
        RunKind::Resume => Baseline::Approved,
        RunKind::Rollback => Baseline::Snapshot,
    };
    let text = |colors| {
        let fingerprints = request.session.fingerprints();
        // Text has no exit code, so the policy does not matter.
        let exit = request.plan.exit_code(ExitPolicy::Blocks);
        let document = PlanV1::of(&request.plan, fingerprints, exit, Format::Text.rows());
        render::plan(&document, baseline, Format::Text, colors)
    };
    // Text has no exit code.
    output.emit(request.format, ExitCode::Success, |format, colors, _| {
        (format == Format::Text).then(|| text(colors))
    });
    let is_prompted = request.prompt == Prompt::Ask && writable(&request.plan).next().is_some();
    if request.format == Format::Json && is_prompted {
        output.error(&text(output.colors_err));
    }
}

/// Prints where a run is recorded, and how it is rolled back or resumed; `identity` is what an encrypted log needs.
pub(super) fn log_location(
    report: &Report,
    kind: RunKind,
    (run, identity): (&str, &str),
    directory: &str,
    output: &mut Output<'_>,
) {
    let directory = truncate::message(directory);
    let outcomes = || report.lines.iter().map(|line| &line.outcome);
    let undo = if outcomes().any(may_have_overwritten) {
        format!("; `hookfleet rollback {run}{identity}` puts back what it has overwritten")
    } else {
        String::new()
    };
    let rest = if kind != RunKind::Rollback && outcomes().any(is_left) {
        format!("; `hookfleet apply --resume {run}{identity}` finishes the rest")
    } else {
        String::new()
    };
    let note = format!("\nRecorded as run {run} in {directory}{undo}{rest}.\n");
    output.note(&output.to_paste.complete(&note));
}

/// Whether the write may have taken effect.
fn may_have_overwritten(outcome: &Outcome) -> bool {
    let in_doubt = [ProblemKind::AcceptedButDifferent, ProblemKind::Unconfirmed];
    match outcome {
        Outcome::Verified { .. } | Outcome::InPart(_) | Outcome::Unverified(_) => true,
        Outcome::Failed { problem, .. } => in_doubt.contains(&problem.kind),
        _ => false,
    }
}

/// Whether the run ended before the instance's turn.
fn is_left(outcome: &Outcome) -> bool {
    let early = [ProblemKind::Interrupted, ProblemKind::Deadline];
    let problem = outcome.problem();
    problem.is_some_and(|problem| early.contains(&problem.kind))
}

/// Prints a hint for each kind of problem in a report.
pub(super) fn problem_hints(
    report: &Report,
    kind: RunKind,
    is_approved: bool,
    since: Option<&str>,
    output: &mut Output<'_>,
) {
    let problems = report
        .lines
        .iter()
        .filter_map(|line| line.outcome.problem());
    let mut problems: Vec<_> = problems
        .map(|problem| (problem.kind, problem.hint))
        .collect();
    // The remedy for stale instances depends on what live state was compared with.
    let stale = match (kind, since) {
        (RunKind::Rollback, since) => Some(rollback_hint(since)),
        (RunKind::Resume, _) => {
            Some("plan and apply anew: what has moved is not what was approved".to_owned())
        }
        (RunKind::Apply, _) if is_approved => {
            Some("plan again with --out, and have that approved".to_owned())
        }
        (RunKind::Apply, _) => None,
    };
    let is_stale = |problem: &(ProblemKind, Hint)| *problem == (ProblemKind::Stale, Hint::Usual);
    let stale = stale.filter(|_| problems.iter().any(is_stale));
    problems.retain(|problem| stale.is_none() || !is_stale(problem));
    let hints = hints(problems.into_iter()).into_iter();
    output.hints(hints.chain(stale.as_deref()));
}

/// The next step for what a rollback leaves alone; `since` is the newest run here that was made after it and its resumes.
pub(super) fn rollback_hint(since: Option<&str>) -> String {
    match since {
        Some(run) => format!(
            "if a later run here has changed it, roll that one back first; the newest is {}; otherwise change the manifest, and apply that",
            truncate::name(run)
        ),
        None => "another client has changed it since; to change it all the same, change the manifest, and apply that".to_owned(),
    }
}
