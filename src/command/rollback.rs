//! `rollback RUN`: plans back to the state that a run has overwritten, and applies that plan like any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cli::RollbackArgs;
use crate::consent::Prompt;
use crate::context::Context;
use crate::desired::{DesiredInstance, Goal, InstanceRef, Restoration, Scope, Selection, Target};
use crate::english::plural;
use crate::exit::ExitCode;
use crate::live::Live;
use crate::output::Failure;
use crate::plan::{Guard, Notice, PLANNER};
use crate::problem::ProblemKind;
use crate::run::execute::{ApplyRequest, LogTarget, execute};
use crate::runlog::{Intent, RunKind, RunRecord, SecretText};
use crate::session::load::{self, Loaded};
use crate::session::state::{LockedState, planned_otherwise};
use crate::session::{RunRequest, Session, client::check_base, policy};
use crate::wawp;

/// Rolls a run back.
///
/// # Errors
/// When there is no such run, its log can't be used, or the plan can't be applied.
pub async fn rollback(args: &RollbackArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let read = &args.read;
    let prompt = Prompt::unless(args.auto_approve);
    prompt.check(
        "rollback",
        "pass --auto-approve; later changes by others are left alone",
        context,
    )?;
    let mut state = LockedState::lock_existing(&args.state, context)?;
    let record = state.record(&args.run, &args.state)?;
    // A log of 0.1.0 has no number, and what it recorded is put back as ever.
    if let Some(planner) = record.header.planner.filter(|planner| *planner != PLANNER) {
        return Err(planned_otherwise(&record.header.run, Some(planner)));
    }
    check_base(&record, &read.api)?;
    state.seal_as(&record)?;
    let run = record.header.run.clone();
    let loaded = load::manifest(read, context)?;
    let scope = read.select.scope();
    let (goals, of, unknown) = targets(&record, &loaded, &scope)?;
    if unknown > 0 {
        let text = format!(
            "{} left out: the manifest no longer lists {}, so the labels are unknown; -i selects one",
            plural(unknown, "instance"),
            if unknown == 1 { "it" } else { "them" }
        );
        context.output.warn(&text);
    }
    let mut policy = policy(&loaded, read.allow.allowances());
    policy.noticed = [Guard::Empty, Guard::Removals, Guard::Changes].into();
    let request = RunRequest {
        goals,
        ..RunRequest::over(Vec::new(), Selection { scope, of }, policy)
    };
    let session = Session::open(loaded, request, &read.api, context).await?;
    let mut plan = session.plan().await;
    if plan.totals.changed > 0 {
        plan.notices
            .insert(0, Notice::ManifestWantsBack { run: run.clone() });
    }
    if record.end.is_none() {
        plan.notices.insert(0, Notice::CutOff { run: run.clone() });
    }
    let request = ApplyRequest {
        kind: RunKind::Rollback,
        of: Some(run),
        allow: read.allow.allowances().collect(),
        ..ApplyRequest::new(&session, plan, prompt, LogTarget::Locked(state), read)
    };
    execute(request, context).await
}

/// Returns the targets of a rollback: the instances that the run may have written and that `scope` has, in the
/// manifest's order, then those that the manifest no longer lists.
///
/// Also returns how many instances the run may have written, and how many of them are left out because their labels are
/// unknown.
fn targets(
    log: &RunRecord,
    loaded: &Loaded,
    scope: &Scope,
) -> Result<(Vec<Target>, usize, usize), Failure> {
    let instances = &loaded.desired.instances;
    let by_id: BTreeMap<&str, (usize, &DesiredInstance)> = instances
        .iter()
        .enumerate()
        .map(|(index, instance)| (instance.subject.id.as_str(), (index, instance)))
        .collect();
    let instances = log.instances.iter();
    let written = instances.filter_map(|(id, record)| {
        let intent = record.written()?;
        let known = by_id.get(&**id).copied();
        let subject = if let Some((_, instance)) = known {
            instance.subject.clone()
        } else {
            let (id, name) = (intent.instance.clone(), intent.name.clone());
            Arc::new(InstanceRef::unlisted(id, name, "<run log>"))
        };
        Some((subject, known, record, intent))
    });
    let written: Vec<_> = written.collect();
    for name in &scope.instances {
        let asked = std::slice::from_ref(name);
        if !written.iter().any(|(subject, ..)| subject.is_named(asked)) {
            let run = &log.header.run;
            let message = format!("run {run} has written no instance with the id or name `{name}`");
            return Err(Failure::new(ProblemKind::Usage, message));
        }
    }
    let of = written.len();
    let (mut targets, mut unknown) = (Vec::new(), 0);
    for (subject, known, record, intent) in written {
        // `!=` would select an instance without known labels.
        let is_unknown = known.is_none() && scope.selector.is_some();
        let is_in = if is_unknown {
            let scope = scope.clone();
            let selector = None;
            Scope { selector, ..scope }.has(&subject)
        } else {
            scope.has(&subject)
        };
        unknown += usize::from(is_in && is_unknown);
        if !is_in || is_unknown {
            continue;
        }
        let left = record
            .outcome
            .as_ref()
            .and_then(|outcome| outcome.left.as_ref());
        let goal = match known.and_then(|(_, instance)| instance.suspended.clone()) {
            Some(reason) => Goal::Suspended(reason),
            None => Goal::Restored(Box::new(Restoration {
                credential: credential(intent, known.map(|(_, instance)| instance), loaded)?,
                back: state(&intent.answer, log)?,
                left: state(left.unwrap_or(&intent.write), log)?,
                in_doubt: record.outcome.is_none(),
                drop_fields: known
                    .map(|(_, instance)| instance.drop_fields.clone())
                    .unwrap_or_default(),
            })),
        };
        let place = known.map_or(usize::MAX, |(index, _)| index);
        targets.push((place, Target { subject, goal }));
    }
    targets.sort_by_key(|(place, _)| *place);
    let targets = targets.into_iter().map(|(_, target)| target);
    Ok((targets.collect(), of, unknown))
}

/// Returns the credential that the manifest gives the instance, or else the one that the run used.
fn credential(
    intent: &Intent,
    known: Option<&DesiredInstance>,
    loaded: &Loaded,
) -> Result<Arc<str>, Failure> {
    if let Some(instance) = known {
        return Ok(instance.credential.clone());
    }
    let credentials = &loaded.desired.credentials;
    if let Some((name, _)) = credentials.get_key_value(&intent.credential) {
        return Ok(name.clone());
    }
    let message = format!(
        "the run wrote instance `{}` with credential `{}`, and the manifest has neither",
        intent.instance, intent.credential
    );
    Err(Failure::new(ProblemKind::Usage, message)
        .hint("define it under `credentials`, or say with -i what to roll back"))
}

/// Decodes a state that a log holds in the form of an answer.
fn state(answer: &SecretText, log: &RunRecord) -> Result<Live, Failure> {
    // The run decoded the answer before it recorded it.
    wawp::decode(answer.expose().as_bytes()).map_err(|error| {
        let run = &log.header.run;
        let message = format!("the log of run {run} holds a state that is not understood: {error}");
        Failure::new(ProblemKind::InvalidLog, message)
    })
}
