//! `apply --resume RUN`: finishing the approved changes of an earlier run.

use std::sync::Arc;

use super::approved::{ApprovedPlan, gone, recorded};
use super::execute::{ApplyRequest, LogTarget, execute};
use crate::approval::Approval;
use crate::cli::{ApplyArgs, identity_to_paste};
use crate::consent::Prompt;
use crate::context::Context;
use crate::desired::Selection;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::plan::{Allowance, Allowances, Guard, PLANNER};
use crate::problem::ProblemKind;
use crate::runlog::{InstanceRecord, LogError, RunKind, RunRecord};
use crate::session::load;
use crate::session::state::{LockedState, damaged, planned_otherwise};
use crate::session::{RunRequest, Session, client::check_base, policy};

/// Finishes a run. Only approved changes are written, and each instance is read first.
///
/// # Errors
/// When there is no such run, its log can't be used, or nothing can be applied.
pub async fn apply(
    run: &str,
    args: &ApplyArgs,
    context: &mut Context<'_>,
) -> Result<ExitCode, Failure> {
    let mut state = LockedState::lock_existing(&args.state, context)?;
    let record = state.record(run, &args.state)?;
    check_planner(&record)?;
    check_base(&record, &args.read.api)?;
    state.seal_as(&record)?;
    let allow: Allowances = recorded(&record.header.allow)
        .chain(args.read.allow.allowances())
        .collect();
    let rest = Arc::new(rest(&record)?);
    let read = &args.read;
    let loaded = load::manifest(read, context)?;
    let indices = loaded
        .desired
        .indices_where(|subject| rest.digests.contains_key(subject.id.as_str()));
    let goals = gone(&rest, &loaded.desired, &indices, |_| None);
    // The guards over a whole run were checked when it began. Over the rest alone, their percentages would differ.
    let weighed = record.header.weighed;
    let passed = [Guard::Removals, Guard::Changes]
        .into_iter()
        .filter(|_| weighed);
    let passed = passed.map(|guard| Allowance { guard, most: None });
    let allowed = allow.iter().chain(passed);
    let policy = policy(&loaded, allowed);
    let request = RunRequest {
        goals,
        salt: Some(rest.salt.clone()),
        is_fixed: true,
        ..RunRequest::over(indices, Selection::default(), policy)
    };
    let session = Session::open(loaded, request, &read.api, context).await?;
    let approved = ApprovedPlan {
        approval: rest.clone(),
        accesses: session.accesses.clone(),
        by: "the run",
        shown: None,
    };
    let plan = approved.plan(&session).await;
    let request = ApplyRequest {
        kind: RunKind::Resume,
        of: Some(record.header.run.clone()),
        approval: Some((*rest).clone()),
        weighed: Some(weighed),
        allow,
        ..ApplyRequest::new(&session, plan, Prompt::Skip, LogTarget::Locked(state), read)
    };
    execute(request, context).await
}

/// Checks that this hookfleet's planner made the plan that was approved.
fn check_planner(record: &RunRecord) -> Result<(), Failure> {
    let header = &record.header;
    if header.planner == Some(PLANNER) || header.kind == RunKind::Rollback {
        return Ok(());
    }
    Err(planned_otherwise(&header.run, header.planner))
}

/// Returns the part of the approval that is not known to be done.
fn rest(record: &RunRecord) -> Result<Approval, Failure> {
    let header = &record.header;
    if header.kind == RunKind::Rollback {
        let of = header.of.clone().unwrap_or_default();
        let message = format!("run {} is a rollback, which is not resumed", header.run);
        let identity = identity_to_paste(header.sealed_to.is_some());
        return Err(Failure::new(ProblemKind::Usage, message).hint(format!(
            "run `hookfleet rollback {of}{identity}` again: what is back already is left alone"
        )));
    }
    let approval = record.approval.clone();
    let mut rest = approval.ok_or_else(|| damaged(&header.run, &LogError::Empty))?;
    let is_done = |id: &Arc<str>| {
        record
            .instances
            .get(id)
            .is_some_and(InstanceRecord::is_done)
    };
    rest.digests.retain(|id, _| !is_done(id));
    Ok(rest)
}
