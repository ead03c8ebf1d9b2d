//! Making the document of a report.

use super::notices::notices;
use super::plan_of::guards;
use super::report::{LOST_FIELDS, OutcomeStatusV1, OutcomeV1, ReportSummaryV1, ReportV1};
use super::selection::SelectionV1;
use super::{ErrorV1, FORMAT_VERSION, NoticeV1, Rows};
use crate::exit::ExitCode;
use crate::plan::{Mismatch, MismatchCause, Plan, Respelled};
use crate::problem::Problem;
use crate::report::{Outcome, Report, ReportLine};
use crate::webhook::{Fingerprints, HookUrl, Webhook};

impl ReportV1 {
    /// Makes the document of a report; `plan` is what was applied, with its notices and guards. Sums cover all
    /// instances, whichever of them `rows` lists.
    pub fn of(
        report: &Report,
        plan: &Plan,
        fingerprints: &Fingerprints,
        exit: ExitCode,
        rows: Rows,
    ) -> Self {
        let totals = report.totals();
        let lines = report.lines.iter();
        let lines =
            lines.filter(|line| rows == Rows::All || !matches!(line.outcome, Outcome::Unchanged));
        Self {
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
            selection: SelectionV1::of(&plan.selection),
            joined: None,
            instances: lines.map(|line| outcome(line, fingerprints)).collect(),
            notices: notices(plan, fingerprints)
                .into_iter()
                .chain(lost_fields(report))
                .collect(),
            guards: guards(plan),
            run: None,
            record: None,
            exit_code: exit.code(),
        }
    }
}

/// Makes a notice for each instance with unknown fields that the API did not keep.
fn lost_fields(report: &Report) -> impl Iterator<Item = NoticeV1> {
    report.lines.iter().filter_map(|line| match &line.outcome {
        Outcome::Verified { lost_fields } if !lost_fields.is_empty() => Some(NoticeV1 {
            kind: LOST_FIELDS.to_owned(),
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
            Outcome::Verified { .. } | Outcome::InPart(_) | Outcome::Unverified(_) => {
                OutcomeStatusV1::Applied
            }
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
        webhooks: Vec::new(),
        system: None,
        left: None,
    }
}

/// Returns the problem of an outcome, with the difference to what was read back. It may hold foreign text.
fn reason(outcome: &Outcome, fingerprints: &Fingerprints) -> Option<Problem> {
    let mut problem = outcome.problem()?.clone();
    if let Outcome::Failed {
        mismatch: Some(mismatch),
        ..
    } = outcome
    {
        let difference = difference(mismatch, fingerprints);
        problem.message = format!("{}: {difference}", problem.message);
    }
    Some(problem)
}

fn difference(mismatch: &Mismatch, fingerprints: &Fingerprints) -> String {
    let has =
        |webhooks: &[Webhook], url: &HookUrl| webhooks.iter().any(|webhook| webhook.url == *url);
    let urls = |webhooks: &[Webhook], keep: &dyn Fn(&HookUrl) -> bool| {
        let urls = webhooks
            .iter()
            .map(|webhook| &webhook.url)
            .filter(|url| keep(url));
        urls.map(|url| url.redacted(fingerprints))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (respelled, rest) = mismatch.respelled();
    let Mismatch {
        missing,
        unexpected,
        system,
    } = &rest;
    let forms = respelled.iter().map(|Respelled { wanted, live }| {
        let (wanted, live) = (wanted.redacted(fingerprints), live.redacted(fingerprints));
        format!("{live} instead of {wanted}")
    });
    let label = match mismatch.cause() {
        Some(MismatchCause::OtherSpelling) => "",
        _ => "stored in another form: ",
    };
    let parts = [
        (label, forms.collect::<Vec<_>>().join(", ")),
        ("missing: ", urls(missing, &|url| !has(unexpected, url))),
        ("left over: ", urls(unexpected, &|url| !has(missing, url))),
        (
            "with other events or another switch: ",
            urls(missing, &|url| has(unexpected, url)),
        ),
    ];
    let parts = parts.iter().filter(|(_, urls)| !urls.is_empty());
    let parts = parts.map(|(label, urls)| format!("{label}{urls}"));
    let system = system.then(|| "the system webhook is not as wanted".to_owned());
    parts.chain(system).collect::<Vec<_>>().join("; ")
}
