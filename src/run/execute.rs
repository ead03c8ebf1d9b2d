//! From a plan to its report: consent, run log, writes and outcomes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::approval::{approval, writable};
use super::print;
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
use crate::plan::{Allowances, PLANNER, Plan};
use crate::problem::{ProblemKind, StopReason};
use crate::render::{self, Format};
use crate::report::{Outcome, Report};
use crate::runlog::{End, FORMAT, Header, LogKey, RunKind};
use crate::session::state::LockedState;
use crate::session::{Session, token};
use crate::store::{Journal, JournalError};
use crate::wawp;

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
    /// The digest of the saved plan that it carries out.
    pub saved: Option<String>,
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
            saved: None,
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
    } = write(request, context).await?;
    let exit = session.exit(report.exit_code());
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
    print::problem_hints(&report, kind, is_approved, output);
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
        return Ok(Executed {
            report: Report::of_unwritten(plan, ended.unwrap_or(StopReason::Interrupted)),
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
    let run = state.name_run(context)?;
    let mut approval = match &request.approval {
        // The whole approval: a resume of this run finishes what can't be read now.
        Some(approval) => approval.clone(),
        None => approval(&run, session, plan, context)?,
    };
    let keys = log_keys(session, &run);
    // What the manifest no longer lists has no token, and nothing of it could be authenticated.
    approval.digests.retain(|id, _| keys.contains_key(id));
    // Guards do not check what could not be read.
    let weighed = request.weighed.unwrap_or(approval.digests.len() == count);
    let manifests = request.manifests.iter();
    let manifests = manifests.map(|path| path.to_string_lossy().into_owned());
    let header = Header {
        hookfleet_run: FORMAT,
        run: run.clone(),
        api: wawp::NAME.to_owned(),
        kind: request.kind,
        plan: request.saved.clone(),
        of: request.of.clone(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        started: context.now().to_string(),
        writes: count,
        planner: Some(PLANNER),
        allow: request.allow.texts(),
        weighed,
        sealed_to: state.seal.recipients(),
        base_url: Some(session.base.as_str().to_owned()),
        manifests: manifests.collect(),
        selection: Some(&plan.selection)
            .filter(|selection| !selection.scope.is_whole())
            .cloned(),
    };
    let store = state.create(&run)?;
    let is_sealed = header.sealed_to.is_some();
    let journal = Journal::begin(store, state.seal.clone(), header, approval, &keys).await;
    let journal = Arc::new(journal.map_err(|error| unrecorded(&error))?);
    let report = carry_out(session, plan, &journal, &consent).await;
    let exit = session.exit(report.exit_code());
    let end = end(&report, plan, exit, context);
    if let Err(error) = close(session, plan, &journal, end).await {
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
        run: Some((run, directory)),
        is_sealed,
    })
}

/// Makes the keys of the records of each instance that has a token.
fn log_keys(session: &Session, run: &str) -> BTreeMap<Arc<str>, LogKey> {
    let keys = session.targets.iter().filter_map(|target| {
        let token = token(&session.accesses, target)?;
        let id = Arc::from(target.subject.id.as_str());
        Some((id, LogKey::new(token, run)))
    });
    keys.collect()
}

/// Closes the log under the token of one of the instances that were to be written.
async fn close(
    session: &Session,
    plan: &Plan,
    journal: &Journal,
    end: End,
) -> Result<(), JournalError> {
    let due: BTreeSet<&str> = writable(plan)
        .map(|line| line.subject.id.as_str())
        .collect();
    let by = session.targets.iter().find_map(|target| {
        let id = target.subject.id.as_str();
        let credential = target.goal.credential().filter(|_| due.contains(id))?;
        Some((Arc::from(id), session.accesses.get(credential)?))
    });
    // A run without an instance that it could write has no log.
    match by {
        Some((id, access)) => journal.end(end, id, &access.token).await,
        None => Ok(()),
    }
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

fn unrecorded(error: &JournalError) -> Failure {
    Failure::new(
        ProblemKind::State,
        format!("{error}; nothing was written to the API"),
    )
    .hint("make room, or give --state-dir another place")
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
