//! `rollback RUN`: puts back what a run and its resumes have overwritten, or only shows that.

use crate::cli::RollbackArgs;
use crate::consent::Prompt;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::run::execute::{ApplyRequest, LogTarget, execute};
use crate::run::plan::print_restoration;
use crate::run::restoration::Rollback;
use crate::runlog::RunKind;
use crate::session::authentic::Verification;
use crate::session::history::History;
use crate::session::state::{LockedState, unusable};

/// Rolls a run back.
///
/// # Errors
/// When there is no such run, a log of its chain can't be used, or the plan can't be applied.
pub async fn rollback(args: &RollbackArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    if args.plan {
        return show(args, context).await;
    }
    let verification = Verification::unless(args.unverified);
    let prompt = match verification {
        Verification::Required => Prompt::unless(args.auto_approve),
        Verification::Waived => Prompt::Ask,
    };
    prompt.check(
        "rollback",
        match verification {
            Verification::Required => "pass --auto-approve; later changes by others are left alone",
            Verification::Waived => "run it on a terminal: --unverified always asks",
        },
        context,
    )?;
    let mut state = LockedState::lock_existing(&args.state, context)?;
    let history = state.history(&args.state)?;
    let rollback =
        Rollback::prepare(&history, &args.run, verification, &args.read, context).await?;
    let identities = history.into_identities();
    state.seal_as(rollback.authentic_header(), identities.as_ref())?;
    let request = ApplyRequest {
        kind: RunKind::Rollback,
        of: Some(rollback.run),
        root: Some(rollback.root),
        settles: rollback.is_unsettled,
        is_partial: rollback.is_partial,
        since: rollback.since,
        allow: args.read.allow.allowances().collect(),
        ..ApplyRequest::new(
            &rollback.session,
            rollback.plan,
            prompt,
            LogTarget::Locked(state),
            &args.read,
        )
    };
    execute(request, context).await
}

/// Shows what a rollback would do. It takes no lock and holds no writer.
async fn show(args: &RollbackArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let state_dir = &args.state.directory.state_dir;
    let logs = context.backend.open(&state_dir.directory());
    let logs = logs.map_err(|error| unusable(&error, state_dir.name))?;
    let identity = args.state.identity.as_deref();
    let history = History::new(&*logs, &args.state.directory, identity)?;
    let verification = Verification::unless(args.unverified);
    let rollback =
        Rollback::prepare(&history, &args.run, verification, &args.read, context).await?;
    Ok(print_restoration(&rollback, &args.read, context))
}
