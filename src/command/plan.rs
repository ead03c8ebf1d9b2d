//! `plan`: shows what an apply would change, and saves it where `--out` says. It holds no writer.

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
/// When nothing could be read at all: an invalid manifest, an unset source, a bad option.
pub async fn plan(args: &PlanArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let files = load::files(&args.read, context)?;
    let asked = if args.detailed_exitcode {
        ExitPolicy::Changes
    } else {
        ExitPolicy::Troubles
    };
    plan_files(files, &args.read, asked, args.out.as_deref(), context).await
}
