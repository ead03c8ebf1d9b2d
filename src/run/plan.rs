//! Planning as `plan`, `drift` and `demo` do it: load, read, compare, print. It holds no writer.

use std::path::Path;

use super::plan_file::PlanFile;
use super::print::rollback_hint;
use super::restoration::Rollback;
use super::unfinished;
use crate::cli::{ReadArgs, StateDirArgs, path_to_paste};
use crate::context::Context;
use crate::document::plan::PlanV1;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::manifest::SourceFile;
use crate::output::Failure;
use crate::plan::{ExitPolicy, InstancePlan, Plan};
use crate::problem::{Hint, ProblemKind, StopReason};
use crate::render::{self, Baseline, text::hints::hints};
use crate::session::{RunRequest, Session, load, policy, selection::selected};

/// Plans the manifest in `files`, and saves the plan where it is to be saved.
///
/// # Errors
/// When nothing can be read: an invalid manifest, an unset source, a bad option.
pub async fn plan_files(
    files: Vec<SourceFile>,
    args: &ReadArgs,
    directory: &StateDirArgs,
    exit_policy: ExitPolicy,
    context: &mut Context<'_>,
) -> Result<ExitCode, Failure> {
    let loaded = load::load(files)?;
    loaded.warn(context);
    let scope = args.select.scope();
    let (indices, selection) = selected(&loaded, scope, context)?;
    let out = context.output.saved.take();
    let out = out.map(|out| PlanFile::new(out, context)).transpose()?;
    let policy = policy(&loaded, args.allow.allowances()).under(args.api.untrusted);
    let request = RunRequest {
        salt: out.as_ref().map(|out| out.salt.clone()),
        ..RunRequest::over(indices, selection, policy)
    };
    let session = Session::open(loaded, request, &args.api, context).await?;
    let mut plan = session.plan().await;
    plan.notices
        .extend(unfinished::notice(directory, args, context));
    let exit = session.exit(plan.exit_code(exit_policy));
    // Saved first: a plan that cannot be saved prints an error and no plan.
    let note = match out {
        Some(out) => save(out, &session, &plan, exit, args, context)?,
        None => String::new(),
    };
    let output = &mut context.output;
    output.emit(args.format.format, exit, |format, colors, exit| {
        let document = PlanV1::of(&plan, session.fingerprints(), exit, format.rows());
        Some(render::plan(&document, Baseline::Manifest, format, colors))
    });
    let is_read = problems(&plan).all(|(kind, _)| kind != ProblemKind::Interrupted);
    if session.interrupt().reason() == Some(StopReason::Interrupted) && is_read {
        for report in &mut output.reports {
            report.add_text("\nThe run was interrupted when all of it had been read.\n");
        }
    }
    let flags = plan
        .flags_to_pass()
        .map(|flags| format!("where all of that is meant: {flags}"));
    let hints = hints(problems(&plan));
    output.hints(hints.into_iter().chain(flags.as_deref()));
    output.note(&note);
    Ok(exit)
}

/// Prints the plan of a rollback, and returns the exit code.
pub fn print_restoration(
    rollback: &Rollback,
    args: &ReadArgs,
    context: &mut Context<'_>,
) -> ExitCode {
    let Rollback { session, plan, .. } = rollback;
    let exit = session.exit(plan.exit_code(ExitPolicy::Blocks));
    let exit = if rollback.is_partial {
        exit.merge(ExitCode::Failure)
    } else {
        exit
    };
    let output = &mut context.output;
    output.emit(args.format.format, exit, |format, colors, exit| {
        let document = PlanV1::of(plan, session.fingerprints(), exit, format.rows());
        Some(render::plan(&document, Baseline::Snapshot, format, colors))
    });
    let stale = rollback_hint(rollback.since.as_deref());
    let is_stale = |(kind, _): &(ProblemKind, Hint)| *kind == ProblemKind::Stale;
    let (moved, others): (Vec<_>, Vec<_>) = problems(plan).partition(is_stale);
    let stale = (!moved.is_empty()).then_some(&*stale);
    output.hints(hints(others.into_iter()).into_iter().chain(stale));
    exit
}

/// Saves a plan, unless it was interrupted, and returns the note to print.
fn save(
    out: PlanFile,
    session: &Session,
    plan: &Plan,
    exit: ExitCode,
    args: &ReadArgs,
    context: &mut Context<'_>,
) -> Result<String, Failure> {
    if session.interrupt().reason() == Some(StopReason::Interrupted) {
        let removed = context.output.removed_plan();
        let removed = removed.map(|removed| format!("; {removed}"));
        let removed = truncate::message(&removed.unwrap_or_default()).into_owned();
        return Ok(format!(
            "\nthe plan is not saved: it was interrupted{removed}\n"
        ));
    }
    let scope = args.select.scope();
    let path = out.path().map(Path::to_owned);
    out.save(session, plan, exit, scope, context)?;
    context.output.removed = None;
    let note = match path {
        Some(path) => {
            let command = path_to_paste(&path).map(|path| {
                format!(": `hookfleet apply {path}` applies what it approves, without prompting")
            });
            format!(
                "\nSaved to {}{}.\n",
                truncate::message(&path.display().to_string()),
                command.unwrap_or_default()
            )
        }
        None if context.output.lost.is_some() => String::new(),
        None => "\nSaved to stdout: `hookfleet apply -` applies what it approves from standard input, without prompting.\n".to_owned(),
    };
    Ok(context.output.to_paste.complete(&note))
}

/// Returns the kinds of problem that a plan has, with their hints.
fn problems(plan: &Plan) -> impl Iterator<Item = (ProblemKind, Hint)> {
    let problems = plan.lines.iter().filter_map(|line| match &line.plan {
        InstancePlan::Failed(problem) | InstancePlan::Stale(problem, _) => Some(problem),
        InstancePlan::Planned(planned) => planned.blocked.as_ref(),
        InstancePlan::Skipped { .. } => None,
    });
    problems.map(|problem| (problem.kind, problem.hint))
}
