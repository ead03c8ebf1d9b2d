//! `apply --resume RUN`: finishing the approved changes of an earlier run and its resumes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::approved::{ApprovedPlan, gone, recorded};
use super::execute::{ApplyRequest, LogTarget, execute};
use crate::approval::Approval;
use crate::cli::{ApplyArgs, identity_to_paste};
use crate::consent::Prompt;
use crate::context::Context;
use crate::desired::{Desired, Goal, Selection, Target};
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::plan::{Allowance, Allowances, Guard, Notice, PLANNER, RunNotice};
use crate::problem::{Problem, ProblemKind};
use crate::runlog::{Header, InstanceProgress, LogError, RunChain, RunKind};
use crate::session::authentic::{Authenticity, Verification};
use crate::session::history::FoundChain;
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
    let verification = Verification::unless(args.unverified);
    let prompt = match verification {
        Verification::Required => Prompt::Skip,
        Verification::Waived => Prompt::Ask,
    };
    prompt.check(
        "apply --resume",
        "run it on a terminal: --unverified always asks",
        context,
    )?;
    let mut state = LockedState::lock_existing(&args.state, context)?;
    let history = state.history(&args.state)?;
    let run = history.find(run)?;
    let FoundChain {
        chain,
        is_unsettled,
        passed_over,
        since: _,
        root,
    } = history.chain(&run, verification)?;
    check_kind(&chain.asked().header)?;
    for record in chain.runs() {
        check_planner(&record.header)?;
        check_base(record, &args.read.api)?;
    }
    let rest = Rest::of(&chain, args.again)?;
    let read = &args.read;
    let loaded = load::manifest(read, context)?;
    let approved = of_approved(&rest.whole, &loaded.desired);
    let indices = loaded
        .desired
        .indices_where(|subject| rest.open.digests.contains_key(subject.id.as_str()));
    let mut goals = gone(&rest.open, &loaded.desired, &indices, |_| None);
    let (suspended, indices) = suspended(indices, &loaded.desired);
    goals.extend(suspended);
    let request = RunRequest {
        goals,
        salt: Some(rest.open.salt.clone()),
        is_fixed: true,
        // What is done is told by records that those tokens authenticate.
        credentials: approved.values().cloned().collect(),
        ..RunRequest::over(indices, Selection::default(), policy(&loaded, []))
    };
    let mut session = Session::open(loaded, request, &read.api, context).await?;
    let ids = approved
        .iter()
        .map(|(id, credential)| (&**id, &**credential));
    let authenticity = Authenticity::of(&chain, ids, &session.accesses);
    // Where the manifest has none of the approved instances any more, nothing is relied on.
    let is_about_some = rest.whole.digests.is_empty() || !approved.is_empty();
    authenticity.check(&chain, is_about_some, verification)?;
    let authentic = authenticity.header(&chain, &session);
    let identities = history.into_identities();
    state.seal_as(authentic, identities.as_ref())?;
    // The guards over a whole run were checked when it began. Over the rest alone, their percentages would differ.
    let weighed = authentic.is_some_and(|header| header.weighed);
    let allow: Allowances = authentic
        .iter()
        .flat_map(|header| recorded(&header.allow))
        .chain(read.allow.allowances())
        .collect();
    let passed = [Guard::Removals, Guard::Changes].into_iter();
    let passed = passed.filter(|_| weighed);
    let passed = passed.map(|guard| Allowance { guard, most: None });
    session.allow(allow.iter().chain(passed).collect());
    let approved = ApprovedPlan {
        approval: rest.open.clone(),
        accesses: session.accesses.clone(),
        by: "the run",
        shown: None,
        carried_out: rest.put_back,
    };
    let mut plan = approved.plan(&session).await;
    let instances = authenticity.unauthenticated.len();
    if instances > 0 {
        let run = run.clone();
        plan.notices
            .insert(0, Notice::Run(RunNotice::Unverified { run, instances }));
    }
    let is_partial = !passed_over.is_empty();
    let passed_over = passed_over.into_iter();
    let passed_over = passed_over.map(|(run, why)| Notice::Run(RunNotice::PassedOver { run, why }));
    plan.notices.splice(..0, passed_over);
    let request = ApplyRequest {
        kind: RunKind::Resume,
        of: Some(run),
        root: Some(root),
        settles: is_unsettled,
        is_partial,
        saved: authentic.and_then(|header| header.plan.clone()),
        approval: Some((*rest.open).clone()),
        weighed: Some(weighed),
        allow,
        ..ApplyRequest::new(&session, plan, prompt, LogTarget::Locked(state), read)
    };
    execute(request, context).await
}

/// Checks that this hookfleet's planner made the plan that was approved.
fn check_planner(header: &Header) -> Result<(), Failure> {
    if header.planner == Some(PLANNER) || header.kind == RunKind::Rollback {
        return Ok(());
    }
    Err(planned_otherwise(&header.run, header.planner))
}

/// Checks that a run can be resumed.
fn check_kind(header: &Header) -> Result<(), Failure> {
    if header.kind != RunKind::Rollback {
        return Ok(());
    }
    let of = header.of.clone().unwrap_or_default();
    let message = format!("run {} is a rollback, which is not resumed", header.run);
    let identity = identity_to_paste(header.sealed_to.is_some());
    Err(Failure::new(ProblemKind::Usage, message).hint(format!(
        "run `hookfleet rollback {of}{identity}` again: what is back already is left alone"
    )))
}

/// What is left of the approval of a chain.
struct Rest {
    /// The whole approval.
    whole: Approval,
    /// The part that is not known to be done.
    open: Arc<Approval>,
    /// Why an instance is not written again, by id: a rollback has put it back.
    put_back: BTreeMap<Arc<str>, String>,
}

impl Rest {
    fn of(chain: &RunChain, again: bool) -> Result<Self, Failure> {
        let run = &chain.asked().header.run;
        let approved = chain.approved();
        let whole = approved.ok_or_else(|| damaged(run, &LogError::Empty))?;
        let (mut open, mut put_back) = (whole.clone(), BTreeMap::new());
        open.digests.retain(|id, _| match chain.progress(id) {
            InstanceProgress::Open => true,
            InstanceProgress::Done => false,
            InstanceProgress::PutBack(by) => {
                if !again {
                    let why = format!("it was written, and rollback {by} has put it back");
                    put_back.insert(id.clone(), why);
                }
                true
            }
        });
        Ok(Self {
            whole,
            open: Arc::new(open),
            put_back,
        })
    }
}

/// Takes the instances that the manifest suspends out of `indices`; what was approved for them stays undone.
fn suspended(indices: Vec<usize>, desired: &Desired) -> (Vec<Target>, Vec<usize>) {
    let is_suspended = |index: &usize| desired.instances[*index].suspended.is_some();
    let (suspended, indices) = indices.into_iter().partition(is_suspended);
    let suspended: Vec<usize> = suspended;
    let targets = suspended.into_iter().map(|index| Target {
        subject: desired.instances[index].subject.clone(),
        goal: Goal::Gone(Problem::new(
            ProblemKind::Stale,
            "the manifest suspends it, so what was approved for it is not done",
        )),
    });
    (targets.collect(), indices)
}

/// The approved instances that the manifest has and that are not suspended, with their credentials.
fn of_approved(approval: &Approval, desired: &Desired) -> BTreeMap<Arc<str>, Arc<str>> {
    let approved = desired.instances.iter().filter_map(|instance| {
        let (id, _) = approval
            .digests
            .get_key_value(instance.subject.id.as_str())?;
        let is_read = instance.suspended.is_none();
        is_read.then(|| (id.clone(), instance.credential.clone()))
    });
    approved.collect()
}
