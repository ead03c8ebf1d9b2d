//! `plan` and `drift`: read, compare, print. Neither holds a writer.

use std::path::Path;

use super::out::Out;
use super::selection::selected;
use super::session::{Order, Session, policy};
use super::{Edge, Failure, load};
use crate::cli::{DriftArgs, Format, PlanArgs};
use crate::exit::ExitCode;
use crate::live::{Ended, TroubleKind};
use crate::manifest::SourceFile;
use crate::plan::{Asked, InstancePlan, Plan};
use crate::render::bound::sentence;
use crate::render::{self, Against, v1};
use crate::source::Links;
use crate::webhook::Fingerprints;

/// Plans; with `--detailed-exitcode`, pending changes exit with 2.
///
/// # Errors
/// When nothing could be read at all: an invalid manifest, an unset source, a bad option.
pub async fn plan(args: &PlanArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    let files = load::read(&args.read.manifest.files, Links::of(&args.read.api), edge)?;
    let asked = if args.detailed_exitcode {
        Asked::Changes
    } else {
        Asked::Troubles
    };
    plan_files(files, &args.read, asked, args.out.as_deref(), edge).await
}

/// Plans, and tells drift: 0, 1 or 2.
///
/// # Errors
/// As [`plan`].
pub async fn drift(args: &DriftArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    let files = load::read(&args.manifest.files, Links::of(&args.api), edge)?;
    plan_files(files, args, Asked::Drift, None, edge).await
}

/// Plans what `files` say, wherever they come from, and saves the plan where `out` says.
///
/// # Errors
/// As [`plan`].
pub async fn plan_files(
    files: Vec<SourceFile>,
    args: &DriftArgs,
    asked: Asked,
    out: Option<&Path>,
    edge: &mut Edge<'_>,
) -> Result<ExitCode, Failure> {
    let loaded = load::load(files, false)?;
    loaded.warn(edge);
    let scope = args.select.scope();
    let (indices, selection) = selected(&loaded, scope, edge)?;
    let out = match out {
        Some(path) => Some(Out::open(path, edge)?),
        None => None,
    };
    let order = Order {
        indices,
        selection,
        goals: Vec::new(),
        policy: policy(&loaded, args.allow.guards()),
        salt: out.as_ref().map(|out| out.salt.clone()),
        known: Vec::new(),
        is_fixed: false,
    };
    let session = Session::open(loaded, order, &args.api, edge).await?;
    let plan = session.plan().await;
    let exit = session.exit(plan.exit_code(asked));
    // Saved first: what is printed is the only document, whatever becomes of the file.
    let said = match out {
        Some(out) => save(out, &session, &plan, exit, args, edge)?,
        None => String::new(),
    };
    print(
        &plan,
        session.fingerprints(),
        exit,
        args.format.format,
        edge,
    );
    edge.note(&said);
    Ok(exit)
}

/// Saves a plan, unless it is not whole; what is to be said of that.
fn save(
    out: Out<'_>,
    session: &Session,
    plan: &Plan,
    exit: ExitCode,
    args: &DriftArgs,
    edge: &Edge<'_>,
) -> Result<String, Failure> {
    if session.interrupt().ended() == Some(Ended::Interrupted) {
        return Ok("\nthe plan is not saved: it was interrupted\n".to_owned());
    }
    let scope = args.select.scope();
    let allow = args.allow.guards().collect();
    let path = out.path().display().to_string();
    out.save(session, plan, exit, (scope, allow), edge)?;
    Ok(format!(
        "\nSaved to {path}: `apply` with this file carries out what it approves, unasked.\n",
        path = sentence(&path)
    ))
}

/// Prints a plan and, on stderr, what to do about its troubles.
pub fn print(
    plan: &Plan,
    fingerprints: &Fingerprints,
    exit: ExitCode,
    format: Format,
    edge: &mut Edge<'_>,
) {
    edge.tell(format, |format, paint| {
        Some(match format {
            Format::Text => render::plan_as_text(plan, fingerprints, Against::Manifest, paint),
            Format::Json => v1::to_json(&v1::plan_of::plan(plan, fingerprints, exit)),
        })
    });
    let flags = plan
        .flags_to_pass()
        .map(|flags| format!("where all of that is meant: {flags}"));
    let hints = render::trouble::hints(troubles(plan));
    edge.hints(hints.into_iter().chain(flags.as_deref()));
}

fn troubles(plan: &Plan) -> impl Iterator<Item = TroubleKind> {
    plan.lines.iter().filter_map(|line| match &line.plan {
        InstancePlan::Failed(trouble) | InstancePlan::Stale(trouble, _) => Some(trouble.kind),
        InstancePlan::Planned(planned) => planned.blocked.as_ref().map(|trouble| trouble.kind),
        InstancePlan::Skipped { .. } => None,
    })
}
