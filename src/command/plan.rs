//! `plan` and `drift`: read, compare, print. Neither holds a writer.

use super::session::Session;
use super::{Edge, Failure, load};
use crate::cli::{DriftArgs, Format, PlanArgs};
use crate::exit::ExitCode;
use crate::live::TroubleKind;
use crate::manifest::SourceFile;
use crate::plan::{Asked, InstancePlan, Plan};
use crate::render::{self, v1};
use crate::webhook::Fingerprints;

/// Plans; with `--detailed-exitcode`, pending changes exit with 2.
///
/// # Errors
/// When nothing could be read at all: an invalid manifest, an unset source, a bad option.
pub async fn plan(args: &PlanArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    let files = load::read(&args.read.manifest.files, edge)?;
    let asked = if args.detailed_exitcode {
        Asked::Changes
    } else {
        Asked::Troubles
    };
    plan_files(files, &args.read, asked, edge).await
}

/// Plans, and tells drift: 0, 1 or 2.
///
/// # Errors
/// As [`plan`].
pub async fn drift(args: &DriftArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    let files = load::read(&args.manifest.files, edge)?;
    plan_files(files, args, Asked::Drift, edge).await
}

/// Plans what `files` say, wherever they come from.
///
/// # Errors
/// As [`plan`].
pub async fn plan_files(
    files: Vec<SourceFile>,
    args: &DriftArgs,
    asked: Asked,
    edge: &mut Edge<'_>,
) -> Result<ExitCode, Failure> {
    let loaded = load::load(files, false)?;
    loaded.warn(edge);
    let session =
        Session::open(loaded, &args.select.instances, &args.api, &args.allow, edge).await?;
    let plan = session.plan().await;
    let exit = plan.exit_code(asked);
    print(
        &plan,
        session.fingerprints(),
        exit,
        args.format.format,
        edge,
    );
    Ok(exit)
}

/// Prints a plan and, on stderr, what to do about its troubles.
pub fn print(
    plan: &Plan,
    fingerprints: &Fingerprints,
    exit: ExitCode,
    format: Format,
    edge: &mut Edge<'_>,
) {
    match format {
        Format::Text => edge.data(&render::plan_as_text(plan, fingerprints, edge.paint)),
        Format::Json => edge.data(&v1::to_json(&v1::plan_of::plan(plan, fingerprints, exit))),
    }
    let flags = plan
        .flags_to_pass()
        .map(|flags| format!("where all of that is meant: {flags}"));
    let hints = render::trouble::hints(troubles(plan));
    edge.hints(hints.into_iter().chain(flags.as_deref()));
}

fn troubles(plan: &Plan) -> impl Iterator<Item = TroubleKind> {
    plan.lines.iter().filter_map(|line| match &line.plan {
        InstancePlan::Failed(trouble) => Some(trouble.kind),
        InstancePlan::Planned(planned) => planned.blocked.as_ref().map(|trouble| trouble.kind),
        InstancePlan::Skipped { .. } => None,
    })
}
