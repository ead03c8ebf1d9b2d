//! `apply`: plan, ask, carry out, report; or what was approved before, unasked.

use std::sync::Arc;

use super::consent::Asking;
use super::execute::{Home, Work, execute};
use super::selection::selected;
use super::session::{Order, Session, policy};
use super::state::seal;
use super::{Edge, Failure, load, resume, saved};
use crate::cli::ApplyArgs;
use crate::exit::ExitCode;
use crate::manifest::SourceFile;
use crate::runlog::Kind;
use crate::source::Links;

/// Applies.
///
/// # Errors
/// When nothing could be done: an invalid manifest, plan or log, an unset source, a bad option, nobody to ask, or a no.
pub async fn apply(args: &ApplyArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    seal(&args.state)?;
    if let Some(file) = &args.saved {
        return saved::apply(file, args, edge).await;
    }
    if let Some(run) = &args.resume {
        return resume::apply(run, args, edge).await;
    }
    Asking::unless(args.auto_approve).check(
        "apply",
        "pass --auto-approve, after looking at `hookfleet plan`",
        edge,
    )?;
    let files = load::read(&args.read.manifest.files, Links::of(&args.read.api), edge)?;
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
    let scope = read.select.scope();
    let (indices, selection) = selected(&loaded, scope, edge)?;
    let order = Order {
        indices,
        selection,
        goals: Vec::new(),
        policy: policy(&loaded, read.allow.guards()),
        salt: None,
        known: Vec::new(),
        is_fixed: false,
    };
    let session = Session::open(loaded, order, &read.api, edge).await?;
    let plan = session.plan().await;
    let work = Work {
        session: &session,
        plan: &Arc::new(plan),
        kind: Kind::Apply,
        of: None,
        approval: None,
        weighed: None,
        allow: read.allow.guards().collect(),
        asking: Asking::unless(args.auto_approve),
        home: Home::Directory(&args.state),
        differences: Vec::new(),
        format: read.format.format,
    };
    execute(work, edge).await
}
