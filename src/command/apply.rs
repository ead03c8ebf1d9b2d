//! `apply`: plan, ask, carry out, report; or what was approved before, without prompt.

use crate::cli::ApplyArgs;
use crate::consent::Prompt;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::run::apply::apply_files;
use crate::run::{resume, saved};
use crate::session::load;
use crate::session::state::seal;

/// Applies.
///
/// # Errors
/// When nothing could be done: an invalid manifest, plan or log, an unset source, a bad option, nobody to ask, or a no.
pub async fn apply(args: &ApplyArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    seal(&args.state)?;
    if let Some(file) = &args.saved {
        return saved::apply(file, args, context).await;
    }
    if let Some(run) = &args.resume {
        return resume::apply(run, args, context).await;
    }
    Prompt::unless(args.auto_approve).check(
        "apply",
        "pass --auto-approve, after looking at `hookfleet plan`",
        context,
    )?;
    let files = load::files(&args.read, context)?;
    apply_files(files, args, context).await
}
