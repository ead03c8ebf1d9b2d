//! The notation of the planning tests: short forms of wanted and live state, and summaries of plans.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::desired::{
    Certainty, DropFields, Goal, InstanceRef, ManifestHosts, Overwrite, Patterns, PruneRule,
    Restoration, Target, Wanted, WantedSystem, WantedWebhook, WantedWebhooks,
};
use crate::live::{AnswerBeyond, Live, LiveWebhook, Reading, SystemReading};
use crate::manifest::Origin;
use crate::plan::{
    Action, Fold, InstancePlan, Plan, Planned, Policy, WebhookChange, plan_instance,
};
use crate::webhook::{
    Events, ExposeUrl, Fingerprints, HookUrl, InstanceId, Provenance, UnknownFields, Webhook,
};

pub(in crate::plan) const SYSTEM: &str = "https://app.wawp.net/api/webhook/token";

/// Parses a webhook: `URL events,joined,by,commas`, with `!` before the URL when it is inactive.
pub(in crate::plan) fn webhook(notation: &str, from: Provenance) -> Webhook {
    let (url, events) = notation.split_once(' ').unwrap_or((notation, "message"));
    let events = events.split(',').filter(|event| !event.is_empty());
    Webhook {
        url: HookUrl::from_pieces([(url.trim_start_matches('!'), from)]),
        events: Events::new(events),
        is_active: !url.starts_with('!'),
    }
}

/// Formats a webhook in the same notation.
pub(in crate::plan) fn notation(webhook: &Webhook) -> String {
    let off = if webhook.is_active { "" } else { "!" };
    let events: Vec<&str> = webhook.events.iter().collect();
    format!("{off}{} {}", webhook.url.expose(), events.join(","))
}

pub(in crate::plan) fn entry(notation: &str) -> LiveWebhook {
    LiveWebhook {
        webhook: webhook(notation, Provenance::Live),
        extra: UnknownFields::default(),
    }
}

/// An entry with one unknown field.
pub(in crate::plan) fn entry_with(notation: &str, name: &str, json: &str) -> LiveWebhook {
    let value = RawValue::from_string(json.to_owned()).unwrap();
    LiveWebhook {
        extra: UnknownFields::new([(name.to_owned(), &*value)]),
        ..entry(notation)
    }
}

pub(in crate::plan) fn system(notation: &str) -> SystemReading {
    SystemReading::Present(entry(notation))
}

/// Live state with an active system webhook.
pub(in crate::plan) fn live(webhooks: &[&str]) -> Live {
    Live {
        webhooks: webhooks.iter().map(|notation| entry(notation)).collect(),
        system: system(&format!("{SYSTEM} message")),
        listed_system_disagrees: false,
        beyond: AnswerBeyond::default(),
    }
}

pub(in crate::plan) fn wanted_webhook(webhook: Webhook) -> Arc<WantedWebhook> {
    let origin = Origin {
        file: Arc::from("hookfleet.yaml"),
        line: 1,
        column: 1,
    };
    Arc::new(WantedWebhook { webhook, origin })
}

/// A wish for exactly these webhooks, pruning the rest.
pub(in crate::plan) fn wanted(webhooks: &[&str]) -> Wanted {
    let webhooks = webhooks
        .iter()
        .map(|notation| wanted_webhook(webhook(notation, Provenance::Manifest)));
    Wanted {
        credential: Arc::from("default"),
        webhooks: WantedWebhooks::Exactly(webhooks.collect()),
        prune: PruneRule::All,
        ignore: Patterns::none(),
        drop_fields: DropFields::default(),
        system: WantedSystem::Keep,
        system_origin: None,
    }
}

/// A wish for one webhook whose query carries the secret `n8n`.
pub(in crate::plan) fn with_secret(base: &str, value: &str) -> Wanted {
    let pieces = [
        (format!("{base}?secret="), Provenance::Manifest),
        (value.to_owned(), Provenance::Secret(Arc::from("n8n"))),
    ];
    let webhook = Webhook {
        url: HookUrl::from_pieces(pieces),
        events: Events::new(["message"]),
        is_active: true,
    };
    Wanted {
        webhooks: WantedWebhooks::Exactly(vec![wanted_webhook(webhook)]),
        ..wanted(&[])
    }
}

pub(in crate::plan) fn patterns(patterns: &[&str]) -> Patterns {
    Patterns::new(patterns.iter().map(|pattern| Arc::from(*pattern)).collect()).unwrap()
}

pub(in crate::plan) fn planned(wanted: &Wanted, live: &Live) -> Planned {
    match plan_instance(wanted, &Reading::Seen(live.clone())) {
        InstancePlan::Planned(planned) => *planned,
        _ => panic!("what was seen is planned"),
    }
}

/// A plan in lines: changes, then what stays, then the system webhook where it changes.
pub(in crate::plan) fn summary(planned: &Planned) -> Vec<String> {
    let mut lines: Vec<String> = planned
        .webhooks
        .iter()
        .map(|change| match change {
            WebhookChange::Create { after, .. } => format!("+ {}", notation(after)),
            WebhookChange::Update { before, after, .. } => {
                format!("~ {} -> {}", notation(before), notation(after))
            }
            WebhookChange::Delete {
                before,
                duplicate: true,
            } => format!("- {} (duplicate)", notation(before)),
            WebhookChange::Delete {
                before,
                duplicate: false,
            } => format!("- {}", notation(before)),
        })
        .collect();
    lines.push(format!("{} unchanged", planned.unchanged));
    if let Some(system) = planned.system.as_ref().filter(|system| system.is_update()) {
        lines.push(format!(
            "system {} -> {}",
            notation(&system.before),
            notation(&system.after)
        ));
    }
    lines
}

/// What a write sends, in order, unknown fields included, the system entry last.
pub(in crate::plan) fn sent(action: &Action) -> Vec<String> {
    let entries = action.webhooks.iter().chain(&action.system);
    let sent = entries.map(|entry| action.sent(entry));
    sent.map(|LiveWebhook { webhook, extra }| {
        let extra = extra.iter().map(|(name, value)| format!(" {name}={value}"));
        notation(&webhook) + &extra.collect::<String>()
    })
    .collect()
}

/// What `live` becomes once `action` is carried out.
pub(in crate::plan) fn after(action: &Action, live: &Live) -> Live {
    Live {
        webhooks: action.webhooks.clone(),
        system: action
            .system
            .clone()
            .map_or(live.system.clone(), SystemReading::Present),
        listed_system_disagrees: false,
        beyond: AnswerBeyond::default(),
    }
}

pub(in crate::plan) fn subject(id: &str) -> Arc<InstanceRef> {
    Arc::new(InstanceRef {
        id: InstanceId::new(id),
        name: None,
        labels: Arc::default(),
        is_listed: true,
        origin: Origin {
            file: Arc::from("hookfleet.yaml"),
            line: 1,
            column: 1,
        },
    })
}

pub(in crate::plan) fn target(id: &str, wanted: &Wanted) -> Target {
    Target {
        subject: subject(id),
        goal: Goal::Managed(wanted.clone()),
    }
}

/// The plan of a fleet, its instances named by their place.
pub(in crate::plan) fn fleet(instances: &[(Wanted, Reading)], policy: &Policy) -> Plan {
    let targets = instances.iter().enumerate();
    let targets = targets.map(|(index, (wanted, _))| target(&index.to_string(), wanted));
    let mut fold = Fold::of(&targets.collect::<Vec<_>>());
    for (index, (wanted, reading)) in instances.iter().enumerate() {
        let plan = plan_instance(wanted, reading);
        fold.add(
            index,
            &target(&index.to_string(), wanted),
            Some(reading),
            plan,
        );
    }
    fold.finish(policy, &hosts(instances), &Fingerprints::new([7; 32]))
}

fn hosts(instances: &[(Wanted, Reading)]) -> ManifestHosts {
    let webhooks = instances
        .iter()
        .filter_map(|(wanted, _)| match &wanted.webhooks {
            WantedWebhooks::Exactly(webhooks) => Some(webhooks),
            WantedWebhooks::Keep => None,
        });
    let urls = webhooks.flatten().map(|wanted| &wanted.webhook.url);
    let (held, known): (Vec<_>, Vec<_>) = urls.partition(|url| url.has_held_host());
    ManifestHosts {
        known: known.into_iter().filter_map(HookUrl::host).collect(),
        has_unknown: !held.is_empty(),
    }
}

/// The rollback of one write, which is known to have left `left`.
pub(in crate::plan) fn restoration(back: &Live, left: &Live) -> Restoration {
    Restoration {
        credential: Arc::from("default"),
        newest: Overwrite {
            run: Arc::from("run"),
            back: back.clone(),
            left: left.clone(),
            certainty: Certainty::Verified,
        },
        earlier: Vec::new(),
        drop_fields: DropFields::default(),
    }
}
