//! From a plan to its JSON document.

use super::notices::sentences;
use super::plan::{
    ActionV1, ChangeV1, InstanceV1, PlanV1, StatusV1, SummaryV1, SystemActionV1, SystemCountsV1,
    SystemStateV1, SystemV1, WebhookCountsV1, WebhookV1,
};
use super::selection::{SelectionV1, ShardV1};
use super::{ErrorV1, FORMAT_VERSION, GuardV1, NoticeV1};
use crate::desired::{Scope, Selection, Selector};
use crate::exit::ExitCode;
use crate::live::{Problem, ProblemKind};
use crate::plan::{InstancePlan, Plan, PlanLine, Status, SystemPlan, WebhookChange};
use crate::webhook::{Fingerprints, Webhook};

/// A plan as JSON's document.
pub fn plan(plan: &Plan, fingerprints: &Fingerprints, exit: ExitCode) -> PlanV1 {
    let lines: Vec<&PlanLine> = plan.lines.iter().collect();
    part(plan, &lines, |_| true, fingerprints, exit)
}

/// The same with some of its instances only, and with the changes of some of these, by their place; sums, notices and
/// guards are those of all.
pub fn part(
    plan: &Plan,
    lines: &[&PlanLine],
    has_changes: impl Fn(usize) -> bool,
    fingerprints: &Fingerprints,
    exit: ExitCode,
) -> PlanV1 {
    let totals = &plan.totals;
    PlanV1 {
        format_version: FORMAT_VERSION.to_owned(),
        summary: SummaryV1 {
            instances: totals.instances,
            unchanged: totals.unchanged,
            changed: totals.changed,
            failed: totals.failed,
            blocked: totals.blocked,
            skipped: totals.skipped,
            webhooks: WebhookCountsV1 {
                create: totals.create,
                update: totals.update,
                delete: totals.delete,
                unchanged: totals.webhooks_unchanged,
            },
            system: SystemCountsV1 {
                update: totals.system_update,
            },
        },
        selection: selection(&plan.selection),
        joined: None,
        instances: lines
            .iter()
            .enumerate()
            .map(|(place, line)| told(line, has_changes(place), fingerprints))
            .collect(),
        notices: notices(plan, fingerprints),
        guards: guards(plan),
        exit_code: exit.code(),
    }
}

/// How a selection came about; `None` for the whole.
pub fn selection(selection: &Selection) -> Option<SelectionV1> {
    let Selection {
        scope: Scope {
            instances,
            selector,
            shard,
        },
        of,
    } = selection;
    (!selection.scope.is_whole()).then(|| SelectionV1 {
        instances: instances.clone(),
        selector: selector.as_ref().map(Selector::to_string),
        shard: shard.map(|shard| ShardV1 {
            index: shard.index(),
            count: shard.count(),
        }),
        of: *of,
    })
}

/// The notices of a plan.
pub(super) fn notices(plan: &Plan, fingerprints: &Fingerprints) -> Vec<NoticeV1> {
    let sentences = sentences(plan, fingerprints).into_iter();
    sentences
        .map(|sentence| NoticeV1 {
            kind: sentence.kind.to_owned(),
            message: sentence.message,
            instances: sentence
                .subjects
                .iter()
                .map(|subject| subject.id.to_string())
                .collect(),
        })
        .collect()
}

/// The guards that hold the run or an instance of it.
pub(super) fn guards(plan: &Plan) -> Vec<GuardV1> {
    let fleet = plan.holds.iter().map(|hold| GuardV1 {
        guard: hold.guard.to_string(),
        instance: None,
        message: hold.sentence(),
    });
    let own = plan.lines.iter().flat_map(|line| {
        line.held.iter().filter_map(|guard| {
            let message = guard.sentence(line.planned()?);
            Some(GuardV1 {
                guard: guard.to_string(),
                instance: Some(line.subject.id.to_string()),
                message,
            })
        })
    });
    fleet.chain(own).collect()
}

/// One instance of a plan as JSON has it.
pub fn instance(line: &PlanLine, fingerprints: &Fingerprints) -> InstanceV1 {
    told(line, true, fingerprints)
}

fn told(line: &PlanLine, with_changes: bool, fingerprints: &Fingerprints) -> InstanceV1 {
    let planned = line.compared();
    let shown = planned.filter(|_| with_changes);
    let guard = || {
        let guard = line.held.first()?;
        Some(Problem::new(ProblemKind::Guard, guard.sentence(planned?)))
    };
    let problem = match &line.plan {
        InstancePlan::Failed(problem) | InstancePlan::Stale(problem, _) => Some(problem.clone()),
        InstancePlan::Planned(planned) => planned.blocked.clone().or_else(guard),
        InstancePlan::Skipped { .. } => None,
    };
    let reason = match &line.plan {
        InstancePlan::Skipped { reason } => reason.clone(),
        InstancePlan::Failed(_) | InstancePlan::Planned(_) | InstancePlan::Stale(..) => None,
    };
    InstanceV1 {
        id: line.subject.id.to_string(),
        name: line.subject.name.clone(),
        labels: (*line.subject.labels).clone(),
        status: match line.status {
            Status::Unchanged => StatusV1::Unchanged,
            Status::Changed => StatusV1::Changed,
            Status::Failed => StatusV1::Failed,
            Status::Blocked => StatusV1::Blocked,
            Status::Skipped => StatusV1::Skipped,
        },
        reason,
        webhooks: shown
            .iter()
            .flat_map(|planned| &planned.webhooks)
            .map(|change| self::change(change, fingerprints))
            .collect(),
        system: shown
            .and_then(|planned| planned.system.as_ref())
            .map(|system| self::system(system, fingerprints)),
        error: problem.as_ref().map(ErrorV1::from),
    }
}

fn change(change: &WebhookChange, fingerprints: &Fingerprints) -> ChangeV1 {
    let shown = |webhook: &Webhook| {
        let Webhook {
            url,
            events,
            is_active,
        } = webhook;
        WebhookV1 {
            url: url.redacted(fingerprints),
            template: None,
            events: events.iter().map(str::to_owned).collect(),
            is_active: *is_active,
        }
    };
    let wanted = |webhook: &Webhook| WebhookV1 {
        template: webhook.url.redacted_by_name(fingerprints),
        ..shown(webhook)
    };
    match change {
        WebhookChange::Create { after, origin: _ } => ChangeV1 {
            action: ActionV1::Create,
            before: None,
            after: Some(wanted(after)),
            duplicate: false,
        },
        WebhookChange::Update {
            before,
            after,
            origin: _,
        } => ChangeV1 {
            action: ActionV1::Update,
            before: Some(shown(before)),
            after: Some(wanted(after)),
            duplicate: false,
        },
        WebhookChange::Delete { before, duplicate } => ChangeV1 {
            action: ActionV1::Delete,
            before: Some(shown(before)),
            after: None,
            duplicate: *duplicate,
        },
    }
}

fn system(plan: &SystemPlan, fingerprints: &Fingerprints) -> SystemV1 {
    let state = |webhook: &Webhook| SystemStateV1 {
        events: webhook.events.iter().map(str::to_owned).collect(),
        is_active: webhook.is_active,
    };
    let (action, url) = if plan.is_update() {
        let url = plan.after.url.redacted_as_system(fingerprints);
        (SystemActionV1::Update, Some(url))
    } else {
        (SystemActionV1::NoOp, None)
    };
    SystemV1 {
        action,
        managed: plan.managed,
        url,
        before: state(&plan.before),
        after: state(&plan.after),
    }
}
