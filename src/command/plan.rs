//! `plan`: shows what an apply would change, and saves the plan with `--out`. It holds no writer.

use crate::cli::PlanArgs;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::plan::ExitPolicy;
use crate::run::plan::plan_files;
use crate::session::load;

/// Plans; with `--detailed-exitcode`, pending changes exit with 2.
///
/// # Errors
/// When nothing can be read: an invalid manifest, an unset source, a bad option.
pub async fn plan(args: &PlanArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let files = load::files(&args.read, context)?;
    let policy = if args.detailed_exitcode {
        ExitPolicy::Changes
    } else {
        ExitPolicy::Blocks
    };
    plan_files(files, &args.read, &args.directory, policy, context).await
}
