//! Making the document of a plan.

use std::collections::HashSet;
use std::sync::Arc;

use super::notices::notices;
use super::plan::{
    ActionV1, ChangeV1, InstanceV1, PlanV1, StatusV1, SummaryV1, SystemActionV1, SystemCountsV1,
    SystemStateV1, SystemV1, WebhookCountsV1, WebhookV1,
};
use super::selection::SelectionV1;
use super::{ErrorV1, FORMAT_VERSION, GuardV1, Rows};
use crate::exit::ExitCode;
use crate::plan::{InstancePlan, Plan, PlanLine, Planned, Status, SystemPlan, WebhookChange};
use crate::problem::{Problem, ProblemKind};
use crate::webhook::{Fingerprints, Webhook};

impl PlanV1 {
    /// Makes the document of a plan. Sums, notices and guards cover all instances, whichever of them `rows` lists.
    pub fn of(plan: &Plan, fingerprints: &Fingerprints, exit: ExitCode, rows: Rows) -> Self {
        let totals = &plan.totals;
        // Instances with equal changes share them, since a fleet changes in few ways.
        let mut known: HashSet<Arc<[ChangeV1]>> = HashSet::new();
        let mut shared = |instance: InstanceV1| {
            let webhooks = known.get(&instance.webhooks).cloned();
            let webhooks = webhooks.unwrap_or_else(|| {
                known.insert(instance.webhooks.clone());
                instance.webhooks.clone()
            });
            InstanceV1 {
                webhooks,
                ..instance
            }
        };
        let lines = plan.lines.iter();
        let lines = lines.filter(|line| rows == Rows::All || is_worth_showing(line));
        Self {
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
            selection: SelectionV1::of(&plan.selection),
            joined: None,
            instances: lines
                .map(|line| shared(InstanceV1::of(line, fingerprints)))
                .collect(),
            notices: notices(plan, fingerprints),
            guards: guards(plan),
            exit_code: exit.code(),
        }
    }
}

/// Whether an instance has changes, a problem or a notice.
fn is_worth_showing(line: &PlanLine) -> bool {
    let has_notices = |planned: &Planned| !planned.remarks.is_empty();
    line.status != Status::Unchanged || line.compared().is_some_and(has_notices)
}

/// Returns the guards that block the run or an instance.
pub(super) fn guards(plan: &Plan) -> Vec<GuardV1> {
    let fleet = plan.blocks.iter().map(|block| GuardV1 {
        guard: block.guard.to_string(),
        instance: None,
        count: Some(block.count),
        message: block.sentence(),
    });
    let own = plan.lines.iter().flat_map(|line| {
        line.guards.iter().map(|block| GuardV1 {
            guard: block.guard.to_string(),
            instance: Some(line.subject.id.to_string()),
            count: Some(block.count),
            message: block.sentence(),
        })
    });
    fleet.chain(own).collect()
}

impl InstanceV1 {
    /// Makes the document of one instance.
    pub fn of(line: &PlanLine, fingerprints: &Fingerprints) -> Self {
        let planned = line.compared();
        let guard = || {
            let guard = line.guards.first()?;
            Some(Problem::new(ProblemKind::Guard, guard.sentence()))
        };
        let (problem, reason) = match &line.plan {
            InstancePlan::Failed(problem) | InstancePlan::Stale(problem, _) => {
                (Some(problem.clone()), None)
            }
            InstancePlan::Planned(planned) => (planned.blocked.clone().or_else(guard), None),
            InstancePlan::Skipped { reason } => (None, reason.clone()),
        };
        Self {
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
            webhooks: planned
                .iter()
                .flat_map(|planned| &planned.webhooks)
                .map(|change| self::change(change, fingerprints))
                .collect(),
            system: planned
                .and_then(|planned| planned.system.as_ref())
                .map(|system| self::system(system, fingerprints)),
            error: problem.as_ref().map(ErrorV1::from),
        }
    }
}

pub(super) fn change(change: &WebhookChange, fingerprints: &Fingerprints) -> ChangeV1 {
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
            replaces: _,
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

pub(super) fn system(plan: &SystemPlan, fingerprints: &Fingerprints) -> SystemV1 {
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
