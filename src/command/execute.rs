//! From a plan to its report: consent, the log, the writes, and what became of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::consent::{Asking, Consent};
use super::session::{Session, random};
use super::state::{self, State};
use super::{Edge, Failure};
use crate::apply::event::LogSink;
use crate::apply::{Applier, Sink};
use crate::approval::{Approval, Pins};
use crate::cli::{Format, StateArgs};
use crate::desired::Subject;
use crate::exit::ExitCode;
use crate::plan::{Guard, Plan, PlanLine};
use crate::render::sanitize::terminal;
use crate::render::{self, Against, v1};
use crate::report::{Outcome, Report};
use crate::runlog::{End, FORMAT, Header, Kind, Record};
use crate::store::{Journal, JournalError};

/// A plan that is to be carried out.
pub struct Work<'a> {
    /// What it was planned with.
    pub session: &'a Session,
    /// The plan.
    pub plan: &'a Plan,
    /// What kind of run it is.
    pub kind: Kind,
    /// The run that it resumes or rolls back.
    pub of: Option<String>,
    /// What was approved before; without it, what is shown now is what is approved.
    pub approval: Option<Approval>,
    /// Guards that were let pass.
    pub allow: Vec<Guard>,
    /// Whether somebody has to be asked.
    pub asking: Asking,
    /// Where the log goes.
    pub home: Home<'a>,
    /// How what was approved differs from what is now.
    pub differences: Vec<(Arc<Subject>, Vec<String>)>,
    /// In which form the report is printed.
    pub format: Format,
}

/// Where the log of a run goes.
pub enum Home<'a> {
    /// To the state directory, which is locked when there is something to write.
    Directory(&'a StateArgs),
    /// To one that is locked already.
    Locked(State),
}

/// What a run has come to.
struct Done {
    report: Report,
    /// Its name and the directory of its log, where there is one.
    run: Option<(String, Option<String>)>,
}

/// Shows a plan, carries it out as far as it may be, prints the report, and says how the run ended.
///
/// # Errors
/// When there is no consent or no log; nothing is written then.
pub async fn execute(work: Work<'_>, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    let (session, plan, format) = (work.session, work.plan, work.format);
    show(&work, edge);
    let differences = work
        .differences
        .iter()
        .map(|(subject, lines)| (subject.id.to_string(), lines.clone()))
        .collect();
    let Done { report, run } = write(work, edge).await?;
    let exit = session.exit(report.exit_code());
    let fingerprints = session.fingerprints();
    match format {
        Format::Text => {
            let text = render::report_text::report(&report, fingerprints, edge.paint);
            edge.data(&format!("\n{text}"));
        }
        Format::Json => {
            let run = run.as_ref().map(|(run, _)| run.clone());
            let mut document = v1::report::report(&report, plan, fingerprints, exit);
            document.add(run, differences);
            edge.data(&v1::to_json(&document));
        }
    }
    if let Some((run, Some(directory))) = run {
        edge.note(&format!(
            "\nRecorded as run {run} in {}; `hookfleet rollback {run}` puts back what it has overwritten.\n",
            terminal(&directory)
        ));
    }
    let outcomes = report.lines.iter().map(|line| &line.outcome);
    edge.hints(render::trouble::hints(
        outcomes
            .filter_map(Outcome::trouble)
            .map(|trouble| trouble.kind),
    ));
    Ok(exit)
}

/// The plan goes to stdout; where that is for JSON, to stderr, and only for somebody who is asked.
fn show(work: &Work<'_>, edge: &mut Edge<'_>) {
    let against = match work.kind {
        Kind::Apply | Kind::Resume => Against::Manifest,
        Kind::Rollback => Against::Snapshot,
    };
    let (plan, fingerprints) = (work.plan, work.session.fingerprints());
    let text = |paint| render::plan_as_text(plan, fingerprints, against, paint);
    match work.format {
        Format::Text => edge.data(&text(edge.paint)),
        Format::Json if work.asking == Asking::Needed && writable(plan).next().is_some() => {
            edge.error(&text(edge.paint_err));
        }
        Format::Json => {}
    }
}

async fn write(work: Work<'_>, edge: &mut Edge<'_>) -> Result<Done, Failure> {
    let Work {
        session,
        plan,
        asking,
        home,
        ..
    } = &work;
    let count = writable(plan).count();
    if count == 0 || session.interrupt().is_asked() {
        return Ok(Done {
            report: Report::of_unwritten(plan),
            run: None,
        });
    }
    // Before anybody is asked: a yes that can't be followed is no use.
    let locked;
    let state = match home {
        Home::Locked(state) => state,
        Home::Directory(args) => {
            locked = State::lock(args, edge)?;
            &locked
        }
    };
    let consent = Consent::get(*asking, count, &session.base, edge)?;
    let run = state::name_run(edge)?;
    let header = header(&run, &work, state, count, edge);
    let approval = match &work.approval {
        // Whole: what can't be read now is still to be done when this run is resumed.
        Some(approval) => approval.clone(),
        None => approval(&run, session, plan, edge)?,
    };
    let store = state.create(&run)?;
    let approved = Record::Approved(approval);
    let journal = Journal::begin(store, state.seal.clone(), &header, approved).await;
    let journal = journal.map_err(|error| unrecorded(&error))?;
    let report = carry_out(session, plan, &journal, &consent).await;
    let exit = session.exit(report.exit_code());
    if let Err(error) = journal.commit(end(&report, plan, exit, edge)).await {
        let label = edge.paint_err.yellow("warning:");
        edge.note(&format!(
            "{label} {}; the report below is whole\n",
            terminal(&error.to_string())
        ));
    }
    let directory = state.path().map(|path| path.display().to_string());
    Ok(Done {
        report,
        run: Some((run, directory)),
    })
}

/// The lines that are written.
pub fn writable(plan: &Plan) -> impl Iterator<Item = &PlanLine> {
    let lines = plan.lines.iter().filter(|_| !plan.is_held());
    lines.filter(|line| line.action().is_some())
}

/// Pins what `plan` writes, as it is shown now.
fn approval(
    shown: &str,
    session: &Session,
    plan: &Plan,
    edge: &Edge<'_>,
) -> Result<Approval, Failure> {
    let salt = random(16, edge)?;
    let mut digests = digests(session, plan, &Pins::new(&salt, shown));
    let written: BTreeSet<&str> = writable(plan)
        .map(|line| line.subject.id.as_str())
        .collect();
    digests.retain(|id, _| written.contains(&**id));
    Ok(Approval {
        salt,
        shown: shown.to_owned(),
        digests,
    })
}

/// The digests of every action of a plan, held ones included.
pub fn digests(
    session: &Session,
    plan: &Plan,
    pins: &Pins<'_>,
) -> BTreeMap<Arc<str>, crate::approval::Digest> {
    let lines = plan.lines.iter().zip(&session.targets);
    let pinned = lines.filter_map(|(line, target)| {
        let action = line.planned()?.action.as_ref()?;
        let id = &line.subject.id;
        let digest = pins.digest(id, session.token(target)?, action);
        Some((Arc::from(id.as_str()), digest))
    });
    pinned.collect()
}

fn header(run: &str, work: &Work<'_>, state: &State, writes: usize, edge: &Edge<'_>) -> Header {
    Header {
        hookfleet_run: FORMAT,
        run: run.to_owned(),
        kind: work.kind,
        of: work.of.clone(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        started: edge.now().to_string(),
        writes,
        allow: work.allow.iter().map(Guard::to_string).collect(),
        sealed_to: state.seal.recipient(),
    }
}

fn end(report: &Report, plan: &Plan, exit: ExitCode, edge: &Edge<'_>) -> Record {
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
        at: edge.now().to_string(),
        exit_code: exit.code(),
        done: done.count(),
    })
}

async fn carry_out(session: &Session, plan: &Plan, journal: &Journal, consent: &Consent) -> Report {
    let sinks: [&dyn Sink; 1] = [&LogSink];
    let applier = Applier {
        reader: &session.reader(),
        writer: &session.writer(consent),
        accesses: &session.accesses,
        journal,
        interrupt: session.interrupt(),
        retries: session.retries(),
        entropy: session.entropy(),
        parallel: session.parallel,
        sinks: &sinks,
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
