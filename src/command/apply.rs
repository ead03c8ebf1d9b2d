//! `apply`: plan, ask, carry out, report. The only verb that makes a writer, and only after approval.

use super::session::Session;
use super::{Edge, Failure, load};
use crate::api::BaseUrl;
use crate::apply::event::LogSink;
use crate::apply::{Applier, Sink};
use crate::cli::{ApplyArgs, Format};
use crate::exit::ExitCode;
use crate::manifest::SourceFile;
use crate::plan::{Plan, PlanLine};
use crate::render::sanitize::terminal;
use crate::render::{self, v1};
use crate::report::{Outcome, Report};

/// Applies.
///
/// # Errors
/// When nothing could be done: an invalid manifest, an unset source, a bad option, nobody to ask, or a no.
pub async fn apply(args: &ApplyArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    if !args.auto_approve && !edge.can_ask {
        let message = "apply asks before it writes, and there is no terminal to ask on";
        return Err(Failure::new("usage", ExitCode::Usage, message)
            .hint("pass --auto-approve, after looking at `hookfleet plan`"));
    }
    let files = load::read(&args.read.manifest.files, edge)?;
    apply_files(files, args, edge).await
}

/// Applies what `files` say, wherever they come from.
///
/// # Errors
/// As [`apply`].
pub async fn apply_files(
    files: Vec<SourceFile>,
    args: &ApplyArgs,
    edge: &mut Edge<'_>,
) -> Result<ExitCode, Failure> {
    let read = &args.read;
    let loaded = load::load(files, false)?;
    loaded.warn(edge);
    let session =
        Session::open(loaded, &read.select.instances, &read.api, &read.allow, edge).await?;
    let plan = session.plan().await;
    show(&plan, &session, args, edge);
    let approval = if args.auto_approve || writes(&plan) == 0 {
        Approval(())
    } else {
        approve(&plan, &session.base, edge)?
    };
    let report = carry_out(&session, &plan, &approval).await;
    let exit = report.exit_code();
    match read.format.format {
        Format::Text => {
            edge.data(&format!(
                "\n{}",
                render::report_text::report(&report, session.fingerprints(), edge.paint)
            ));
        }
        Format::Json => {
            edge.data(&v1::to_json(&v1::report::report(
                &report,
                &plan,
                session.fingerprints(),
                exit,
            )));
        }
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
fn show(plan: &Plan, session: &Session, args: &ApplyArgs, edge: &mut Edge<'_>) {
    match args.read.format.format {
        Format::Text => edge.data(&render::plan_as_text(
            plan,
            session.fingerprints(),
            edge.paint,
        )),
        Format::Json if !args.auto_approve => {
            edge.error(&render::plan_as_text(
                plan,
                session.fingerprints(),
                edge.paint_err,
            ));
        }
        Format::Json => {}
    }
}

/// How many instances would be written.
fn writes(plan: &Plan) -> usize {
    if plan.is_held() {
        0
    } else {
        plan.lines.iter().filter_map(PlanLine::action).count()
    }
}

fn approve(plan: &Plan, base: &BaseUrl, edge: &mut Edge<'_>) -> Result<Approval, Failure> {
    let count = render::plural(writes(plan), "instance");
    let question = format!(
        "
Write these changes to {count} at {}? Only `yes` is taken as a yes: ",
        terminal(base.as_str())
    );
    if edge.ask(&question).as_deref() == Some("yes") {
        return Ok(Approval(()));
    }
    Err(Failure::new(
        "declined",
        ExitCode::Failure,
        "the plan was not approved; nothing was written",
    ))
}

/// The right to write: somebody has said yes, or `--auto-approve`. Nothing else can make one, so nothing else can write.
pub struct Approval(());

/// Carries out what `plan` allows.
async fn carry_out(session: &Session, plan: &Plan, approval: &Approval) -> Report {
    let sinks: [&dyn Sink; 1] = [&LogSink];
    let applier = Applier {
        reader: &session.reader(),
        writer: &session.writer(approval),
        accesses: &session.accesses,
        retries: session.retries(),
        entropy: session.entropy(),
        parallel: session.parallel,
        sinks: &sinks,
    };
    applier.apply(plan, &session.targets).await
}
