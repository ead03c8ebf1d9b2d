//! From a plan to its report: consent, the log, the writes, and what became of them.

use crate::document;
use crate::render::json;
use crate::render::text;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::approval::{approval, writable};
use crate::apply::event::LogSink;
use crate::apply::{Applier, Sink};
use crate::approval::Approval;
use crate::cli::{Format, StateArgs};
use crate::consent::{Asking, Consent};
use crate::context::Context;
use crate::desired::InstanceRef;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::live::{ProblemKind, StopReason};
use crate::output::Failure;
use crate::output::progress::{CountingSink, Counts};
use crate::plan::{Guard, Plan};
use crate::render::text::Baseline;
use crate::report::{Outcome, Report, ReportLine};
use crate::runlog::{End, FORMAT, Header, Kind, Record};
use crate::session::Session;
use crate::session::state::{self, State};
use crate::store::{Journal, JournalError};

/// A plan that is to be carried out.
pub struct ApplyRequest<'a> {
    /// What it was planned with.
    pub session: &'a Session,
    /// The plan.
    pub plan: &'a Arc<Plan>,
    /// What kind of run it is.
    pub kind: Kind,
    /// The run that it resumes or rolls back.
    pub of: Option<String>,
    /// What was approved before; without it, what is shown now is what is approved.
    pub approval: Option<Approval>,
    /// Whether the guards over a whole run were weighed before over all that was approved; `None` where they are now.
    pub weighed: Option<bool>,
    /// Guards that were let pass.
    pub allow: Vec<Guard>,
    /// Whether somebody has to be asked.
    pub asking: Asking,
    /// Where the log goes.
    pub home: LogTarget<'a>,
    /// How what was approved differs from what is now.
    pub differences: Vec<(Arc<InstanceRef>, Vec<String>)>,
    /// In which form the report is printed.
    pub format: Format,
}

/// Where the log of a run goes.
pub enum LogTarget<'a> {
    /// To the state directory, which is locked when there is something to write.
    Directory(&'a StateArgs),
    /// To one that is locked already.
    Locked(State),
}

/// What a run has come to.
struct Executed {
    report: Report,
    /// Its name and the directory of its log, where there is one.
    run: Option<(String, Option<String>)>,
}

/// Shows a plan, carries it out as far as it may be, prints the report, and says how the run ended.
///
/// # Errors
/// When there is no consent or no log; nothing is written then.
pub async fn execute(
    work: ApplyRequest<'_>,
    context: &mut Context<'_>,
) -> Result<ExitCode, Failure> {
    let (session, plan, format, kind) = (work.session, work.plan, work.format, work.kind);
    let is_approved = work.approval.is_some();
    show(&work, context);
    let differences: BTreeMap<String, Vec<String>> = work
        .differences
        .iter()
        .map(|(subject, lines)| (subject.id.to_string(), lines.clone()))
        .collect();
    let Executed { report, run } = write(work, context).await?;
    let exit = session.exit(report.exit_code());
    let fingerprints = session.fingerprints();
    context.emit(format, |format, colors| {
        Some(match format {
            Format::Text => {
                let text = text::report::report(&report, fingerprints, colors);
                format!("\n{text}")
            }
            Format::Json => {
                let run = run.as_ref().map(|(run, _)| run.clone());
                let mut document = document::report::report(&report, plan, fingerprints, exit);
                document.add(run, &differences);
                json::to_json(&document)
            }
        })
    });
    if let Some((run, Some(directory))) = run {
        let directory = truncate::message(&directory);
        let undo = if report
            .lines
            .iter()
            .any(|line| may_be_written(&line.outcome))
        {
            format!("; `hookfleet rollback {run}` puts back what it has overwritten")
        } else {
            String::new()
        };
        let rest = if report.lines.iter().any(is_left) && kind != Kind::Rollback {
            format!("; `hookfleet apply --resume {run}` finishes the rest")
        } else {
            String::new()
        };
        context.note(&format!(
            "\nRecorded as run {run} in {directory}{undo}{rest}.\n"
        ));
    }
    hints(&report, kind, is_approved, context);
    Ok(exit)
}

/// Whether the run ended before its turn.
fn is_left(line: &ReportLine) -> bool {
    let problem = line.outcome.problem();
    problem.is_some_and(|problem| {
        [ProblemKind::Interrupted, ProblemKind::Deadline].contains(&problem.kind)
    })
}

/// Whether anything may have been overwritten.
fn may_be_written(outcome: &Outcome) -> bool {
    let in_doubt = [ProblemKind::AcceptedButDifferent, ProblemKind::Unconfirmed];
    match outcome {
        Outcome::Verified { .. } | Outcome::Unverified(_) => true,
        Outcome::Failed { problem, .. } => in_doubt.contains(&problem.kind),
        _ => false,
    }
}

fn hints(report: &Report, kind: Kind, is_approved: bool, context: &mut Context<'_>) {
    let problems = report
        .lines
        .iter()
        .filter_map(|line| line.outcome.problem());
    let kinds: BTreeSet<ProblemKind> = problems.map(|problem| problem.kind).collect();
    // What to do about what has moved depends on what it was held against.
    let own = match kind {
        Kind::Rollback => Some(
            "what somebody else has changed since is left as it is; change the manifest, and apply that",
        ),
        Kind::Resume => Some("plan and apply anew: what has moved is not what was approved"),
        Kind::Apply if is_approved => Some("plan again with --out, and have that approved"),
        Kind::Apply => None,
    };
    let own = own.filter(|_| kinds.contains(&ProblemKind::Stale));
    let others = kinds
        .into_iter()
        .filter(|kind| own.is_none() || *kind != ProblemKind::Stale);
    context.hints(text::hints::hints(others).into_iter().chain(own));
}

/// The plan goes to stdout; where that is for JSON, to stderr, and only for somebody who is asked.
fn show(work: &ApplyRequest<'_>, context: &mut Context<'_>) {
    let baseline = match work.kind {
        Kind::Apply => Baseline::Manifest,
        Kind::Resume => Baseline::Approved,
        Kind::Rollback => Baseline::Snapshot,
    };
    let (plan, fingerprints) = (work.plan, work.session.fingerprints());
    let text = |colors| text::plan_as_text(plan, fingerprints, baseline, colors);
    context.emit(work.format, |format, colors| {
        (format == Format::Text).then(|| text(colors))
    });
    let is_asked = work.asking == Asking::Needed && writable(plan).next().is_some();
    if work.format == Format::Json && is_asked {
        context.error(&text(context.colors_err));
    }
}

async fn write(work: ApplyRequest<'_>, context: &mut Context<'_>) -> Result<Executed, Failure> {
    let ApplyRequest {
        session,
        plan,
        asking,
        home,
        ..
    } = &work;
    let count = writable(plan).count();
    let ended = session.interrupt().ended();
    if count == 0 || ended.is_some() {
        return Ok(Executed {
            report: Report::of_unwritten(plan, ended.unwrap_or(StopReason::Interrupted)),
            run: None,
        });
    }
    // Before anybody is asked: a yes that can't be followed is no use.
    let locked;
    let state = match home {
        LogTarget::Locked(state) => state,
        LogTarget::Directory(args) => {
            locked = State::lock(args, context)?;
            &locked
        }
    };
    let consent = Consent::get(*asking, count, &session.base, context)?;
    let run = state::name_run(context)?;
    let approval = match &work.approval {
        // Whole: what can't be read now is still to be done when this run is resumed.
        Some(approval) => approval.clone(),
        None => approval(&run, session, plan, context)?,
    };
    // What could not be read was not weighed.
    let weighed = work.weighed.unwrap_or(approval.digests.len() == count);
    let header = Header {
        hookfleet_run: FORMAT,
        run: run.clone(),
        kind: work.kind,
        of: work.of.clone(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        started: context.now().to_string(),
        writes: count,
        allow: work.allow.iter().map(Guard::to_string).collect(),
        weighed,
        sealed_to: state.seal.recipient(),
    };
    let store = state.create(&run)?;
    let approved = Record::Approved(approval);
    let journal = Journal::begin(store, state.seal.clone(), &header, approved).await;
    let journal = Arc::new(journal.map_err(|error| unrecorded(&error))?);
    let report = carry_out(session, plan, &journal, &consent).await;
    let exit = session.exit(report.exit_code());
    if let Err(error) = journal.commit(end(&report, plan, exit, context)).await {
        let label = context.colors_err.yellow("warning:");
        // Not a note: whoever is quiet still has to know.
        context.error(&format!(
            "{label} {}; the report is whole, and the log is not\n",
            truncate::message(&error.to_string())
        ));
    }
    let directory = state.path().map(|path| path.display().to_string());
    Ok(Executed {
        report,
        run: Some((run, directory)),
    })
}

fn end(report: &Report, plan: &Plan, exit: ExitCode, context: &Context<'_>) -> Record {
    let done = report
        .lines
        .iter()
        .zip(&plan.lines)
        .filter(|(line, planned)| {
            let is_as_wanted =
                line.outcome.is_verified() || matches!(line.outcome, Outcome::Unchanged);
            is_as_wanted && planned.action().is_some()
        });
    Record::End(End {
        at: context.now().to_string(),
        exit_code: exit.code(),
        done: done.count(),
    })
}

async fn carry_out(
    session: &Session,
    plan: &Arc<Plan>,
    journal: &Arc<Journal>,
    consent: &Consent,
) -> Report {
    let counts = Arc::new(Counts::default());
    let _shown = session.shows("applying", writable(plan).count(), &counts);
    let applier = Applier {
        reader: session.reader(),
        writer: session.writer(consent),
        accesses: session.accesses.clone(),
        journal: journal.clone(),
        interrupt: session.interrupt().clone(),
        retries: session.retries(),
        entropy: session.entropy(),
        parallel: session.parallel,
        sinks: [
            Box::new(LogSink) as Box<dyn Sink>,
            Box::new(CountingSink(counts)),
        ]
        .into(),
    };
    applier.apply(plan, &session.targets).await
}

fn unrecorded(error: &JournalError) -> Failure {
    Failure::new(
        "state",
        ExitCode::Failure,
        format!("{error}; nothing was written to the API"),
    )
    .hint("make room, or give --state-dir another place")
}
