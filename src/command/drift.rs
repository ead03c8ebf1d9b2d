//! `drift`: compares live state with the manifest. It holds no writer.

use crate::cli::DriftArgs;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::plan::ExitPolicy;
use crate::run::plan::plan_files;
use crate::session::load;

/// Plans with the detailed exit code: 0, 1 or 2.
///
/// # Errors
/// When nothing can be read: an invalid manifest, an unset source, a bad option.
pub async fn drift(args: &DriftArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let files = load::files(&args.read, context)?;
    plan_files(
        files,
        &args.read,
        &args.directory,
        ExitPolicy::Drift,
        context,
    )
    .await
}
