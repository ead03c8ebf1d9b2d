//! Plans one instance: a pure, synchronous and total function. An instance that can't be planned is a problem.

use std::sync::Arc;

use super::masked::{MaskedEntry, Written};
use super::notice::{self, InstanceNotice};
use super::pair::{Match, pair};
use super::{Action, InstancePlan, Planned, SystemPlan, WebhookChange, plan_restoration};
use crate::desired::{
    DropFields, Goal, PruneRule, Wanted, WantedSystem, WantedWebhook, WantedWebhooks,
};
use crate::live::{Live, LiveWebhook, Reading, SystemReading};
use crate::problem::{Problem, ProblemKind};
use crate::webhook::{UnknownFields, Webhook};

/// Plans one instance for its goal; `reading` is `Some` for a goal with a credential.
pub fn plan_goal(goal: &Goal, reading: Option<&Reading>) -> InstancePlan {
    match (goal, reading) {
        (Goal::Suspended(reason), _) => InstancePlan::Skipped {
            reason: reason.clone(),
        },
        (Goal::Gone(problem), _) => InstancePlan::Stale(problem.clone(), None),
        (Goal::Managed(wanted), Some(reading)) => plan_instance(wanted, reading),
        (Goal::Restored(restoration), Some(reading)) => plan_restoration(restoration, reading),
        (Goal::Managed(_) | Goal::Restored(_), None) => {
            let message = "the instance has not been read";
            InstancePlan::Failed(Problem::new(ProblemKind::UnexpectedAnswer, message))
        }
    }
}

/// Compares an instance's live state with the wanted one.
pub fn plan_instance(wanted: &Wanted, reading: &Reading) -> InstancePlan {
    match reading {
        Reading::Absent(problem) | Reading::Unreadable(problem) => {
            InstancePlan::Failed(problem.clone())
        }
        Reading::Seen(live) => InstancePlan::Planned(Box::new(compare(wanted, live))),
    }
}

fn compare(wanted: &Wanted, live: &Live) -> Planned {
    let custom = Custom::compare(wanted, live);
    let (system, missing) = plan_system(&wanted.system, &live.system);
    let blocked = listed_system(wanted, &live.system).or(missing);
    let extra = live.system.present().map(|seen| &seen.extra);
    let purpose = Purpose::Apply(&wanted.drop_fields);
    custom.planned(live, system, extra, blocked, purpose)
}

/// What a write is for, and the unknown fields that it leaves out.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// To make live state what the manifest says.
    Apply(&'a DropFields),
    /// To put a snapshot back, which has every field.
    Restore(&'a DropFields),
}

/// The comparison of an instance's custom webhooks.
pub(super) struct Custom {
    pub(super) changes: Vec<WebhookChange>,
    pub(super) unchanged: usize,
    /// All entries after the change, unknown fields included, each with whose its URL is.
    pub(super) result: Vec<(LiveWebhook, Written)>,
    /// The number of live webhooks that would be removed although no `prune` is written.
    pub(super) unlisted: usize,
    /// Notices for the case that anything changes.
    pub(super) remarks: Vec<InstanceNotice>,
}

impl Custom {
    /// Completes the plan of the instance, with its write if there is one; `extra` are the unknown fields of the system
    /// webhook to write.
    pub(super) fn planned(
        self,
        live: &Live,
        system: Option<SystemPlan>,
        extra: Option<&UnknownFields>,
        blocked: Option<Problem>,
        purpose: Purpose<'_>,
    ) -> Planned {
        let (drop_fields, restores) = match purpose {
            Purpose::Apply(drop_fields) => (drop_fields, false),
            Purpose::Restore(drop_fields) => (drop_fields, true),
        };
        let mut planned = Planned {
            webhooks: self.changes,
            unchanged: self.unchanged,
            live: countable(live.webhooks.iter(), &live.system),
            remaining: countable(self.result.iter().map(|(entry, _)| entry), &live.system),
            unlisted: self.unlisted,
            system,
            blocked: live.beyond.problem().or(blocked),
            action: None,
            remarks: notice::about_live(live),
        };
        if planned.has_changes() {
            let entries = self.result.iter().map(|(entry, _)| entry);
            let fields = notice::about_fields(entries, drop_fields);
            planned.remarks.extend(fields);
            if let Some(extra) = extra {
                let system = notice::about_system_fields(extra, drop_fields);
                planned.remarks.extend(system);
            }
            planned.remarks.extend(self.remarks);
            if planned.blocked.is_none() {
                let system = planned.system.as_ref().zip(extra);
                let system = system.map(|(plan, extra)| LiveWebhook {
                    webhook: plan.after.clone(),
                    extra: extra.clone(),
                });
                let entries = self.result.iter().map(|(entry, written)| (entry, *written));
                let entries = entries.chain(system.as_ref().map(|entry| (entry, Written::System)));
                let masked = entries
                    .filter_map(|(entry, written)| MaskedEntry::of(entry, written, drop_fields));
                planned.action = Some(Action {
                    before: live.clone(),
                    masked: masked.collect(),
                    webhooks: self.result.into_iter().map(|(entry, _)| entry).collect(),
                    system,
                    drop_fields: drop_fields.clone(),
                    restores,
                    stops_short: None,
                });
            }
        }
        planned
    }

    fn compare(wanted: &Wanted, live: &Live) -> Self {
        match &wanted.webhooks {
            WantedWebhooks::Keep => Self {
                changes: Vec::new(),
                unchanged: live
                    .webhooks
                    .iter()
                    .filter(|entry| !wanted.ignore.matches(&entry.webhook.url))
                    .count(),
                result: carried(&live.webhooks),
                unlisted: 0,
                remarks: Vec::new(),
            },
            WantedWebhooks::Exactly(webhooks) => Self::pair(wanted, webhooks, live),
        }
    }

    fn pair(wanted: &Wanted, webhooks: &[Arc<WantedWebhook>], live: &Live) -> Self {
        let pairing = pair(&live.webhooks, webhooks, wanted);
        let mut custom = Self {
            changes: Vec::new(),
            unchanged: 0,
            result: Vec::new(),
            unlisted: 0,
            remarks: Vec::new(),
        };
        for (entry, pairing) in live.webhooks.iter().zip(pairing.matches) {
            custom.add(entry, pairing, &live.system);
        }
        if wanted.prune != PruneRule::Unwritten {
            custom.unlisted = 0;
        }
        let system = live.system.present().map(|system| &system.webhook.url);
        let created = pairing.created.into_iter();
        for WantedWebhook { webhook, origin } in
            created.filter(|wanted| Some(&wanted.webhook.url) != system)
        {
            custom.changes.push(WebhookChange::Create {
                after: webhook.clone(),
                origin: Some(origin.clone()),
            });
            let entry = LiveWebhook {
                webhook: webhook.clone(),
                extra: UnknownFields::default(),
            };
            custom.result.push((entry, Written::InTheManifest));
        }
        custom
    }

    fn add(&mut self, entry: &LiveWebhook, pairing: Match<'_>, system: &SystemReading) {
        let before = &entry.webhook;
        // Without `systemConfig` the vendor's own entry can't be distinguished from a custom one.
        let may_be_system = matches!(system, SystemReading::Unstated) && before.url.is_vendors();
        match pairing {
            Match::Ignored => self.result.push((entry.clone(), Written::Carried)),
            Match::Becomes(wanted) if wanted.webhook != *before => {
                self.update(entry, wanted, &entry.extra, false);
            }
            Match::Becomes(_) => self.keep(entry, Written::InTheManifest),
            Match::Kept => self.keep(entry, Written::Carried),
            Match::Pruned if may_be_system => self.keep(entry, Written::Carried),
            Match::ReplacedBy(wanted) => {
                self.unlisted += 1;
                self.remarks
                    .extend(notice::about_removed_fields(entry, true));
                self.update(entry, wanted, &UnknownFields::default(), true);
            }
            Match::Duplicate | Match::Pruned => {
                let duplicate = matches!(pairing, Match::Duplicate);
                self.unlisted += usize::from(!duplicate);
                self.remarks
                    .extend(notice::about_removed_fields(entry, false));
                self.changes.push(WebhookChange::Delete {
                    before: before.clone(),
                    duplicate,
                });
            }
        }
    }

    fn keep(&mut self, entry: &LiveWebhook, written: Written) {
        self.unchanged += 1;
        self.result.push((entry.clone(), written));
    }

    fn update(
        &mut self,
        entry: &LiveWebhook,
        wanted: &WantedWebhook,
        extra: &UnknownFields,
        replaces: bool,
    ) {
        let WantedWebhook {
            webhook: after,
            origin,
        } = wanted;
        let before = Webhook {
            url: entry.webhook.url.explained_by(&after.url),
            ..entry.webhook.clone()
        };
        self.changes.push(WebhookChange::Update {
            before,
            after: after.clone(),
            replaces,
            origin: Some(origin.clone()),
        });
        let entry = LiveWebhook {
            webhook: after.clone(),
            extra: extra.clone(),
        };
        self.result.push((entry, Written::InTheManifest));
    }
}

/// The number of custom webhooks. When the response does not state the system webhook, those that deliver to the vendor
/// are not counted.
fn countable<'a>(webhooks: impl Iterator<Item = &'a LiveWebhook>, system: &SystemReading) -> usize {
    let unstated = matches!(system, SystemReading::Unstated);
    let custom = webhooks.filter(|entry| !(unstated && entry.webhook.url.is_vendors()));
    custom.count()
}

/// Entries whose URLs are carried on as they are.
pub(super) fn carried(entries: &[LiveWebhook]) -> Vec<(LiveWebhook, Written)> {
    let entries = entries.iter().cloned();
    entries.map(|entry| (entry, Written::Carried)).collect()
}

/// The problem of a manifest that lists the system webhook's URL among the custom ones: it would send that webhook
/// twice, and bypass its guard.
fn listed_system(wanted: &Wanted, live: &SystemReading) -> Option<Problem> {
    let WantedWebhooks::Exactly(webhooks) = &wanted.webhooks else {
        return None;
    };
    let is_system = |wanted: &Arc<WantedWebhook>| match live {
        SystemReading::Present(system) => wanted.webhook.url == system.webhook.url,
        // The system webhook is unknown, so every URL of the vendor counts as its.
        SystemReading::Unstated => wanted.webhook.url.is_vendors(),
        SystemReading::None => false,
    };
    webhooks.iter().any(is_system).then(|| {
        let message = "the manifest lists the system webhook's URL among the custom webhooks";
        Problem::new(ProblemKind::SystemWebhookListed, message)
    })
}

fn plan_system(
    wanted: &WantedSystem,
    live: &SystemReading,
) -> (Option<SystemPlan>, Option<Problem>) {
    let Some(system) = live.present() else {
        let missing = match (wanted, live) {
            (WantedSystem::Keep, _) => return (None, None),
            (_, SystemReading::Unstated) => {
                "the answer does not mention the system webhook that the manifest manages"
            }
            _ => "the manifest manages the system webhook, and this instance has none",
        };
        let problem = Problem::new(ProblemKind::NoSystemWebhook, missing);
        return (None, Some(problem));
    };
    let before = &system.webhook;
    let (managed, after) = match wanted {
        WantedSystem::Keep => (false, before.clone()),
        WantedSystem::Set { is_active, events } => (
            true,
            Webhook {
                url: before.url.clone(),
                is_active: is_active.unwrap_or(before.is_active),
                events: events
                    .clone()
                    .filter(|events| *events != before.events)
                    .unwrap_or_else(|| before.events.clone()),
            },
        ),
    };
    (
        Some(SystemPlan {
            managed,
            before: before.clone(),
            after,
        }),
        None,
    )
}
