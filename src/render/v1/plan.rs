//! `plan` and `drift` as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{ErrorV1, FORMAT_VERSION, GuardV1, NoticeV1};
use crate::exit::ExitCode;
use crate::live::{Trouble, TroubleKind};
use crate::plan::{InstancePlan, Plan, PlanLine, Status, SystemPlan, WebhookChange};
use crate::render::notices::sentences;
use crate::webhook::{Fingerprints, Webhook};

/// What `plan` and `drift` print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanV1 {
    /// `1`.
    pub format_version: String,
    /// The sums.
    pub summary: SummaryV1,
    /// Every instance of the selection, in manifest order.
    pub instances: Vec<InstanceV1>,
    /// What to know beside the changes.
    pub notices: Vec<NoticeV1>,
    /// The guards that hold something.
    pub guards: Vec<GuardV1>,
    /// The exit code of the process.
    pub exit_code: u8,
}

/// The sums over a selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SummaryV1 {
    /// All instances of the selection.
    pub instances: usize,
    /// As wanted.
    pub unchanged: usize,
    /// To be written.
    pub changed: usize,
    /// Not readable.
    pub failed: usize,
    /// Not writable, or held by a guard of their own.
    pub blocked: usize,
    /// Suspended.
    pub skipped: usize,
    /// Custom webhooks.
    pub webhooks: WebhookCountsV1,
    /// System webhooks.
    pub system: SystemCountsV1,
}

/// Custom webhooks, counted. Those of blocked instances are not among what changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WebhookCountsV1 {
    /// To create.
    pub create: usize,
    /// To update.
    pub update: usize,
    /// To delete.
    pub delete: usize,
    /// Managed or kept, and as they should be; ignored ones do not count.
    pub unchanged: usize,
}

/// System webhooks, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SystemCountsV1 {
    /// To update.
    pub update: usize,
}

/// One instance in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstanceV1 {
    /// The API's id.
    pub id: String,
    /// The manifest's name for it.
    pub name: Option<Arc<str>>,
    /// The manifest's labels.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// What it comes to.
    pub status: StatusV1,
    /// What changes among the custom webhooks.
    pub webhooks: Vec<ChangeV1>,
    /// The system webhook; null when unread or absent.
    pub system: Option<SystemV1>,
    /// Why it failed or is blocked.
    pub error: Option<ErrorV1>,
}

/// What an instance's plan comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusV1 {
    /// It is as wanted.
    Unchanged,
    /// It will be written.
    Changed,
    /// It could not be read.
    Failed,
    /// It can't or may not be written.
    Blocked,
    /// It is suspended.
    Skipped,
}

/// One change of a custom webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangeV1 {
    /// What happens.
    pub action: ActionV1,
    /// What it is; null for `create`.
    pub before: Option<WebhookV1>,
    /// What it will be; null for `delete`.
    pub after: Option<WebhookV1>,
}

/// What happens to a custom webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActionV1 {
    /// It is added.
    Create,
    /// It is changed.
    Update,
    /// It is removed.
    Delete,
}

/// A custom webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WebhookV1 {
    /// Its URL in its shown form: secrets by name, secret places of live URLs as fingerprints.
    pub url: String,
    /// Its events.
    pub events: Vec<String>,
    /// Whether it is switched on.
    pub is_active: bool,
}

/// The system webhook before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SystemV1 {
    /// What happens.
    pub action: SystemActionV1,
    /// Whether the manifest says something about it.
    pub managed: bool,
    /// What it is.
    pub before: SystemStateV1,
    /// What it will be.
    pub after: SystemStateV1,
}

/// What happens to the system webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SystemActionV1 {
    /// Nothing.
    NoOp,
    /// It is changed.
    Update,
}

/// The system webhook at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SystemStateV1 {
    /// Its events.
    pub events: Vec<String>,
    /// Whether it is switched on.
    pub is_active: bool,
}

/// A plan as JSON's document.
pub fn plan(plan: &Plan, fingerprints: &Fingerprints, exit: ExitCode) -> PlanV1 {
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
        instances: plan
            .lines
            .iter()
            .map(|line| instance(line, fingerprints))
            .collect(),
        notices: notices(plan, fingerprints),
        guards: guards(plan),
        exit_code: exit.code(),
    }
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

fn instance(line: &PlanLine, fingerprints: &Fingerprints) -> InstanceV1 {
    let planned = line.planned();
    let guard = || {
        let guard = line.held.first()?;
        Some(Trouble::new(TroubleKind::Guard, guard.sentence(planned?)))
    };
    let trouble = match &line.plan {
        InstancePlan::Failed(trouble) => Some(trouble.clone()),
        InstancePlan::Planned(planned) => planned.blocked.clone().or_else(guard),
        InstancePlan::Skipped { .. } => None,
    };
    InstanceV1 {
        id: line.subject.id.to_string(),
        name: line.subject.name.clone(),
        labels: line.subject.labels.clone(),
        status: match line.status {
            Status::Unchanged => StatusV1::Unchanged,
            Status::Changed => StatusV1::Changed,
            Status::Failed => StatusV1::Failed,
            Status::Blocked => StatusV1::Blocked,
            Status::Skipped => StatusV1::Skipped,
        },
        webhooks: planned
            .iter()
            .flat_map(|planned| &planned.webhooks)
            .map(|change| self::change(change, fingerprints))
            .collect(),
        system: planned
            .and_then(|planned| planned.system.as_ref())
            .map(system),
        error: trouble.as_ref().map(ErrorV1::from),
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
            url: url.shown(fingerprints),
            events: events.iter().map(str::to_owned).collect(),
            is_active: *is_active,
        }
    };
    match change {
        WebhookChange::Create { after, origin: _ } => ChangeV1 {
            action: ActionV1::Create,
            before: None,
            after: Some(shown(after)),
        },
        WebhookChange::Update {
            before,
            after,
            origin: _,
        } => ChangeV1 {
            action: ActionV1::Update,
            before: Some(shown(before)),
            after: Some(shown(after)),
        },
        WebhookChange::Delete {
            before,
            duplicate: _,
        } => ChangeV1 {
            action: ActionV1::Delete,
            before: Some(shown(before)),
            after: None,
        },
    }
}

fn system(plan: &SystemPlan) -> SystemV1 {
    let state = |webhook: &Webhook| SystemStateV1 {
        events: webhook.events.iter().map(str::to_owned).collect(),
        is_active: webhook.is_active,
    };
    SystemV1 {
        action: if plan.is_update() {
            SystemActionV1::Update
        } else {
            SystemActionV1::NoOp
        },
        managed: plan.managed,
        before: state(&plan.before),
        after: state(&plan.after),
    }
}
