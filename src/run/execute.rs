//! From a plan to its report: consent, writes and outcomes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::approval::writable;
use super::print;
use super::recording::{self, RunLog};
use crate::apply::{Applier, Event, Sink, event::LogSink};
use crate::approval::Approval;
use crate::cli::{ReadArgs, StateArgs, identity_to_paste};
use crate::consent::{Consent, Prompt};
use crate::context::Context;
use crate::document::plan::InstanceV1;
use crate::document::report::ReportV1;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::output::progress::ProgressCounts;
use crate::plan::{Allowances, Plan};
use crate::problem::StopReason;
use crate::render::{self, Format};
use crate::report::{Outcome, Report};
use crate::runlog::{End, RunKind};
use crate::session::Session;
use crate::session::state::LockedState;
use crate::store::Journal;

/// A plan to apply.
pub struct ApplyRequest<'a> {
    /// The session that made the plan.
    pub session: &'a Session,
    /// The plan.
    pub plan: Arc<Plan>,
    /// The kind of run.
    pub kind: RunKind,
    /// The run that it resumes or rolls back.
    pub of: Option<String>,
    /// Whether it is not known to be all that it is meant to be, so that it does not exit with 0.
    pub is_partial: bool,
    /// The newest run here that may have changed what is stale, for the hint.
    pub since: Option<String>,
    /// The first run of the chain that it continues.
    pub root: Option<String>,
    /// The digest of the saved plan that it carries out.
    pub saved: Option<String>,
    /// Whether it is recorded where it has nothing to write, since it settles a run that was cut off.
    pub settles: bool,
    /// What was approved before; without it, the run approves its own plan.
    pub approval: Option<Approval>,
    /// Whether the guards over a whole run were checked before, over everything approved; `None` if they are checked
    /// now.
    pub weighed: Option<bool>,
    /// The guards that may pass.
    pub allow: Allowances,
    /// Whether to show the prompt.
    pub prompt: Prompt,
    /// Where the log goes.
    pub log: LogTarget<'a>,
    /// How stale instances differ from what was approved.
    pub differences: Vec<(InstanceV1, Vec<String>)>,
    /// The paths of the manifests.
    pub manifests: &'a [PathBuf],
    /// The format of the report.
    pub format: Format,
}

impl<'a> ApplyRequest<'a> {
    /// Makes the request of an apply without an earlier approval.
    pub fn new(
        session: &'a Session,
        plan: Plan,
        prompt: Prompt,
        log: LogTarget<'a>,
        read: &'a ReadArgs,
    ) -> Self {
        Self {
            session,
            plan: Arc::new(plan),
            kind: RunKind::Apply,
            of: None,
            is_partial: false,
            since: None,
            root: None,
            saved: None,
            settles: false,
            approval: None,
            weighed: None,
            allow: Allowances::default(),
            prompt,
            log,
            differences: Vec::new(),
            manifests: &read.manifest.files,
            format: read.format.format,
        }
    }
}

impl ApplyRequest<'_> {
    /// The exit code of a run with that report.
    fn exit(&self, report: &Report) -> ExitCode {
        let exit = self.session.exit(report.exit_code());
        if self.is_partial {
            exit.merge(ExitCode::Failure)
        } else {
            exit
        }
    }
}

/// Where the log of a run goes.
pub enum LogTarget<'a> {
    /// To the state directory, which is locked once there is something to write.
    Directory(&'a StateArgs),
    /// To a state directory that is locked already.
    Locked(LockedState),
}

/// The result of a run.
struct Executed {
    report: Report,
    /// The name of the run and the directory of its log; `None` if nothing was to be written.
    run: Option<(String, Option<String>)>,
    /// Whether its log is encrypted.
    is_sealed: bool,
    exit: ExitCode,
}

/// Prints a plan, applies what it may write, prints the report, and returns the exit code.
///
/// # Errors
/// When there is no consent or no log; nothing is written.
pub async fn execute(
    request: ApplyRequest<'_>,
    context: &mut Context<'_>,
) -> Result<ExitCode, Failure> {
    let (session, plan, format, kind) = (
        request.session,
        request.plan.clone(),
        request.format,
        request.kind,
    );
    let is_approved = request.approval.is_some();
    let since = request.since.clone();
    print::plan(&request, &mut context.output);
    let differences: BTreeMap<String, Vec<String>> = request
        .differences
        .iter()
        .map(|(instance, lines)| (instance.id.clone(), lines.clone()))
        .collect();
    let Executed {
        report,
        run,
        is_sealed,
        exit,
    } = write(request, context).await?;
    context.output.emit(format, exit, |format, colors, exit| {
        let run = run.as_ref().map(|(run, _)| run.clone());
        let mut document =
            ReportV1::of(&report, &plan, session.fingerprints(), exit, format.rows());
        document.add(run, &differences);
        let gap = if format == Format::Text { "\n" } else { "" };
        Some(gap.to_owned() + &render::report(&document, format, colors))
    });
    let output = &mut context.output;
    if let Some((run, Some(directory))) = run {
        let identity = identity_to_paste(is_sealed);
        print::log_location(&report, kind, (&run, identity), &directory, output);
    }
    print::problem_hints(&report, kind, is_approved, since.as_deref(), output);
    Ok(exit)
}

async fn write(request: ApplyRequest<'_>, context: &mut Context<'_>) -> Result<Executed, Failure> {
    let ApplyRequest {
        session,
        plan,
        prompt,
        log,
        ..
    } = &request;
    let count = writable(plan).count();
    let ended = session.interrupt().reason();
    if count == 0 || ended.is_some() {
        let report = Report::of_unwritten(plan, ended.unwrap_or(StopReason::Interrupted));
        if request.settles && request.exit(&report) == ExitCode::Success {
            settle(&request, &report, context).await?;
        }
        return Ok(Executed {
            exit: request.exit(&report),
            report,
            run: None,
            is_sealed: false,
        });
    }
    // Locked before the prompt, since an approved run must be able to write.
    let locked;
    let state = match log {
        LogTarget::Locked(state) => state,
        LogTarget::Directory(args) => {
            locked = LockedState::lock(args, context)?;
            &locked
        }
    };
    state.warn_if_unsealed(&mut context.output);
    let consent = Consent::get(*prompt, count, &session.base, context).await?;
    let log = RunLog::begin(&request, state, count, context).await?;
    let report = carry_out(session, plan, &log.journal, &consent).await;
    let exit = request.exit(&report);
    let end = end(&report, plan, exit, context);
    if let Err(error) = log.close(session, end).await {
        let label = context.output.colors_err.yellow("warning:");
        // An error and not a note, so that --quiet does not hide it.
        context.output.error(&format!(
            "{label} {}; the report is whole, and the log is not\n",
            truncate::message(&error.to_string())
        ));
    }
    let directory = state.path().map(|path| path.display().to_string());
    Ok(Executed {
        report,
        run: Some((log.run, directory)),
        is_sealed: log.is_sealed,
        exit,
    })
}

/// Records a run that had nothing to write, since it settles one that was cut off.
async fn settle(
    request: &ApplyRequest<'_>,
    report: &Report,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let locked;
    let state = match &request.log {
        LogTarget::Locked(state) => state,
        LogTarget::Directory(args) => {
            locked = LockedState::lock_existing(args, context)?;
            &locked
        }
    };
    let log = RunLog::begin(request, state, 0, context).await?;
    let end = end(report, &request.plan, ExitCode::Success, context);
    let closed = log.close(request.session, end).await;
    closed.map_err(|error| recording::unrecorded(&error))
}

fn end(report: &Report, plan: &Plan, exit: ExitCode, context: &Context<'_>) -> End {
    let done = report
        .lines
        .iter()
        .zip(&plan.lines)
        .filter(|(line, planned)| {
            let is_as_wanted =
                line.outcome.is_verified() || matches!(line.outcome, Outcome::Unchanged);
            is_as_wanted && planned.action().is_some()
        });
    End {
        at: context.now().to_string(),
        exit_code: exit.code(),
        done: done.count(),
    }
}

async fn carry_out(
    session: &Session,
    plan: &Arc<Plan>,
    journal: &Arc<Journal>,
    consent: &Consent,
) -> Report {
    let counts = Arc::new(ProgressCounts::default());
    let _display = session.show_progress("applying", writable(plan).count(), &counts);
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

/// Counts the instances that an apply finishes.
struct CountingSink(Arc<ProgressCounts>);

impl Sink for CountingSink {
    fn take(&self, event: &Event<'_>) {
        if let Event::Finished {
            outcome,
            was_due: true,
            ..
        } = event
        {
            self.0.add(outcome.exit_code() == ExitCode::Failure);
        }
    }
}
