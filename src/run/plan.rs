//! Planning as `plan`, `drift` and `demo` do it: load, read, compare, print. It holds no writer.

use std::path::Path;

use crate::cli::{DriftArgs, Format};
use crate::context::Edge;
use crate::document;
use crate::escape::truncate::sentence;
use crate::exit::ExitCode;
use crate::live::{Ended, TroubleKind};
use crate::manifest::SourceFile;
use crate::output::Failure;
use crate::output::plan_file::Out;
use crate::plan::{Asked, InstancePlan, Plan};
use crate::render::text::Against;
use crate::render::{json, text};
use crate::session::load;
use crate::session::selection::selected;
use crate::session::{Order, Session, policy};
use crate::webhook::Fingerprints;

/// Plans what `files` say, wherever they come from, and saves the plan where `out` says.
///
/// # Errors
/// When nothing could be read at all: an invalid manifest, an unset source, a bad option.
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
            Format::Text => text::plan_as_text(plan, fingerprints, Against::Manifest, paint),
            Format::Json => json::to_json(&document::plan_of::plan(plan, fingerprints, exit)),
        })
    });
    let flags = plan
        .flags_to_pass()
        .map(|flags| format!("where all of that is meant: {flags}"));
    let hints = text::hints::hints(troubles(plan));
    edge.hints(hints.into_iter().chain(flags.as_deref()));
}

fn troubles(plan: &Plan) -> impl Iterator<Item = TroubleKind> {
    plan.lines.iter().filter_map(|line| match &line.plan {
        InstancePlan::Failed(trouble) | InstancePlan::Stale(trouble, _) => Some(trouble.kind),
        InstancePlan::Planned(planned) => planned.blocked.as_ref().map(|trouble| trouble.kind),
        InstancePlan::Skipped { .. } => None,
    })
}
