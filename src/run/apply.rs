//! Applying as `apply` and `demo` do it: plan, ask, carry out, report.

use std::sync::Arc;

use super::execute::{Home, Work, execute};
use crate::cli::ApplyArgs;
use crate::consent::Asking;
use crate::context::Edge;
use crate::exit::ExitCode;
use crate::manifest::SourceFile;
use crate::output::Failure;
use crate::runlog::Kind;
use crate::session::load;
use crate::session::selection::selected;
use crate::session::{Order, Session, policy};

/// Applies what `files` say, wherever they come from.
///
/// # Errors
/// When nothing could be done: an invalid manifest, an unset source, a bad option, or a no.
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
