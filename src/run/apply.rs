//! Applying as `apply` and `demo` do it: plan, prompt, apply, report.

use super::execute::{ApplyRequest, LogTarget, execute};
use super::unfinished;
use crate::cli::ApplyArgs;
use crate::consent::Prompt;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::manifest::SourceFile;
use crate::output::Failure;
use crate::session::{RunRequest, Session, load, policy, selection::selected};

/// Applies the manifest in `files`.
///
/// # Errors
/// When nothing can be applied: an invalid manifest, an unset source, a bad option, or no approval.
pub async fn apply_files(
    files: Vec<SourceFile>,
    args: &ApplyArgs,
    context: &mut Context<'_>,
) -> Result<ExitCode, Failure> {
    let read = &args.read;
    let loaded = load::load(files)?;
    loaded.warn(context);
    let scope = read.select.scope();
    let (indices, selection) = selected(&loaded, scope, context)?;
    let policy = policy(&loaded, read.allow.allowances()).under(read.api.untrusted);
    let request = RunRequest::over(indices, selection, policy);
    let session = Session::open(loaded, request, &read.api, context).await?;
    let mut plan = session.plan().await;
    let directory = &args.state.directory;
    let unfinished = unfinished::notice(directory, read, context);
    let settles = unfinished.is_some() && plan.selection.scope.is_whole();
    plan.notices.extend(unfinished);
    let request = ApplyRequest {
        settles,
        allow: read.allow.allowances().collect(),
        ..ApplyRequest::new(
            &session,
            plan,
            Prompt::unless(args.auto_approve),
            LogTarget::Directory(&args.state),
            read,
        )
    };
    execute(request, context).await
}
