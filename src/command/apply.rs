//! `apply`: plans, prompts, applies and reports; or applies what was approved before, without a prompt.

use crate::cli::ApplyArgs;
use crate::consent::Prompt;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::run::{apply::apply_files, resume, saved};
use crate::session::{load, state::seal};

/// Applies the manifest, a saved plan or the rest of a run.
///
/// # Errors
/// When nothing can be applied: an invalid manifest, plan or log, an unset source, a bad option, no terminal for the
/// prompt, or no approval.
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
