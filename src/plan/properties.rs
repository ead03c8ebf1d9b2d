//! Properties of planning that hold for every fleet, tested on random ones.

use proptest::prelude::*;

use super::tests::world::{
    SYSTEM, after, entry_with, live, notation, patterns, planned, sent, system, target, wanted,
};
use super::{Fold, Plan, Policy, WebhookChange, plan_instance};
use crate::desired::{PruneRule, Wanted, WantedSystem, WantedWebhooks};
use crate::document::Rows;
use crate::document::plan::PlanV1;
use crate::exit::ExitCode;
use crate::live::{Live, LiveWebhook, Reading, SystemReading};
use crate::webhook::{Events, ExposeUrl, Fingerprints, HookUrl};

const EVENTS: [&str; 3] = ["message", "message.ack", "poll.vote"];

fn event_list() -> impl Strategy<Value = String> {
    proptest::sample::subsequence(EVENTS.to_vec(), 0..=3)
        .prop_shuffle()
        .prop_map(|events| events.join(","))
}

/// Few hosts, paths and secrets, so that matches, rotations and duplicates are common.
fn any_webhook() -> impl Strategy<Value = String> {
    ("!?", "[abi]", "[xy]", "(\\?s=[12])?", event_list()).prop_map(
        |(off, host, path, query, events)| format!("{off}https://{host}/{path}{query} {events}"),
    )
}

fn url(notation: &str) -> &str {
    notation
        .trim_start_matches('!')
        .split(' ')
        .next()
        .unwrap_or_default()
}

/// Live state in notation, which proptest may print.
#[derive(Debug, Clone)]
struct LiveCase {
    webhooks: Vec<String>,
    system: SystemCase,
}

#[derive(Debug, Clone)]
enum SystemCase {
    Present(String),
    None,
    Unstated,
}

impl LiveCase {
    fn live(&self) -> Live {
        let webhooks: Vec<&str> = self.webhooks.iter().map(String::as_str).collect();
        let system = match &self.system {
            SystemCase::Present(notation) => system(notation),
            SystemCase::None => SystemReading::None,
            SystemCase::Unstated => SystemReading::Unstated,
        };
        Live {
            system,
            ..live(&webhooks)
        }
    }
}

fn any_live() -> impl Strategy<Value = LiveCase> {
    let systems = prop_oneof![
        4 => ("!?", event_list()).prop_map(|(off, events)| SystemCase::Present(format!("{off}{SYSTEM} {events}"))),
        1 => Just(SystemCase::None),
        1 => Just(SystemCase::Unstated),
    ];
    (proptest::collection::vec(any_webhook(), 0..6), systems)
        .prop_map(|(webhooks, system)| LiveCase { webhooks, system })
}

/// A wanted state in notation: it leaves the system webhook alone; everything on host `i` is ignored, and never wanted.
#[derive(Debug, Clone)]
struct WantedCase {
    webhooks: Vec<String>,
    prune: PruneRule,
    keep: bool,
}

impl WantedCase {
    fn wanted(&self) -> Wanted {
        let webhooks: Vec<&str> = self.webhooks.iter().map(String::as_str).collect();
        let mut wish = Wanted {
            prune: self.prune.clone(),
            ignore: patterns(&["https://i/**"]),
            ..wanted(&webhooks)
        };
        if self.keep {
            wish.webhooks = WantedWebhooks::Keep;
        }
        wish
    }
}

fn any_wanted() -> impl Strategy<Value = WantedCase> {
    let prune = prop_oneof![
        Just(PruneRule::Unwritten),
        Just(PruneRule::All),
        Just(PruneRule::Nothing),
        Just(PruneRule::Matching(patterns(&["https://a/**"]))),
    ];
    let keep = proptest::bool::weighted(0.1);
    (proptest::collection::vec(any_webhook(), 0..5), prune, keep).prop_map(
        |(mut webhooks, prune, keep)| {
            webhooks.retain(|notation| !url(notation).starts_with("https://i/"));
            webhooks.sort_by(|left, right| url(left).cmp(url(right)));
            webhooks.dedup_by(|left, right| url(left) == url(right));
            WantedCase {
                webhooks,
                prune,
                keep,
            }
        },
    )
}

fn any_system() -> impl Strategy<Value = WantedSystem> {
    let events = proptest::option::of(event_list());
    (proptest::option::of(any::<bool>()), events).prop_map(|(is_active, events)| {
        WantedSystem::Set {
            is_active,
            events: events.map(|events| {
                Events::new(
                    events
                        .split(',')
                        .filter(|event| !event.is_empty())
                        .map(str::to_owned),
                )
            }),
        }
    })
}

/// The summary of a whole plan, for comparing two.
fn whole(plan: &Plan) -> Vec<String> {
    let fingerprints = Fingerprints::new([0; 32]);
    let document = PlanV1::of(plan, &fingerprints, ExitCode::Success, Rows::All);
    let notices = document.notices;
    let mut lines = vec![format!("{:?} {:?} {notices:?}", plan.totals, plan.blocks)];
    for line in &plan.lines {
        let sent = line.action().map(sent);
        lines.push(format!(
            "{} {:?} {:?} {sent:?}",
            line.subject.id, line.status, line.guards
        ));
    }
    lines
}

proptest! {
    #[test]
    fn apply_then_plan_is_empty(wish in any_wanted(), set in any_system(), manage in any::<bool>(), state in any_live()) {
        let state = state.live();
        let wish = Wanted { system: if manage { set } else { WantedSystem::Keep }, ..wish.wanted() };
        if let Some(action) = planned(&wish, &state).action {
            let again = planned(&wish, &after(&action, &state));
            prop_assert!(!again.has_changes());
            prop_assert!(again.action.is_none());
            prop_assert!(action.is_fulfilled_by(&after(&action, &state)));
            prop_assert!(!action.is_fulfilled_by(&state), "a write that changes nothing is not planned");
        }
    }

    #[test]
    fn equal_states_plan_no_change(state in any_live()) {
        let mut unique = state.webhooks.clone();
        let state = state.live();
        unique.sort_by(|left, right| url(left).cmp(url(right)));
        unique.dedup_by(|left, right| url(left) == url(right));
        let unique: Vec<&str> = unique.iter().map(String::as_str).collect();
        let state = Live { webhooks: live(&unique).webhooks, ..state };
        let plan = planned(&wanted(&unique), &state);
        prop_assert!(!plan.has_changes() && plan.action.is_none());
        prop_assert_eq!(plan.unchanged, unique.len());
    }

    #[test]
    fn the_order_of_input_does_not_matter(
        wish in any_wanted(),
        state in any_live(),
        fleet_of in proptest::collection::vec((any_wanted(), any_live()), 0..4),
    ) {
        let (wish, state) = (wish.wanted(), state.live());
        // Duplicates are excepted: of those the first stays, which is a rule about order.
        let mut urls: Vec<&str> = state.webhooks.iter().map(|entry| entry.webhook.url.expose()).collect();
        urls.sort_unstable();
        prop_assume!(urls.windows(2).all(|pair| pair[0] != pair[1]));
        let sorted = |wish: &Wanted, state: &Live| {
            let mut sent = planned(wish, state).action.as_ref().map(sent).unwrap_or_default();
            sent.sort();
            sent
        };
        let mut turned = wish.clone();
        if let WantedWebhooks::Exactly(webhooks) = &mut turned.webhooks {
            webhooks.reverse();
        }
        let mut backwards = state.clone();
        backwards.webhooks.reverse();
        prop_assert_eq!(sorted(&wish, &state), sorted(&turned, &backwards));

        let readings: Vec<_> = fleet_of.into_iter().map(|(wish, state)| (wish.wanted(), Reading::Seen(state.live()))).collect();
        let hosts = crate::desired::ManifestHosts::default();
        let folded = |order: &mut dyn Iterator<Item = (usize, &(Wanted, Reading))>| {
            let targets = readings.iter().enumerate();
            let targets = targets.map(|(index, (wish, _))| target(&index.to_string(), wish));
            let mut fold = Fold::of(&targets.collect::<Vec<_>>());
            for (index, (wish, reading)) in order {
                fold.add(index, &target(&index.to_string(), wish), Some(reading), plan_instance(wish, reading));
            }
            whole(&fold.finish(&Policy::default(), &hosts, &Fingerprints::new([7; 32])))
        };
        prop_assert_eq!(
            folded(&mut readings.iter().enumerate()),
            folded(&mut readings.iter().enumerate().rev())
        );
    }

    #[test]
    fn without_prune_no_url_is_deleted(wish in any_wanted(), state in any_live()) {
        let (wish, state) = (Wanted { prune: PruneRule::Nothing, ..wish.wanted() }, state.live());
        for change in planned(&wish, &state).webhooks {
            if let WebhookChange::Delete { before, duplicate } = change {
                prop_assert!(duplicate, "{} would be deleted", notation(&before));
            }
        }
    }

    #[test]
    fn without_prune_what_is_neither_wanted_nor_a_wanted_one_with_another_secret_or_spelling_stays_whole(
        wish in any_wanted(),
        state in any_live(),
    ) {
        let (wish, mut state) = (Wanted { prune: PruneRule::Nothing, ..wish.wanted() }, state.live());
        for (number, entry) in state.webhooks.iter_mut().enumerate() {
            let url = entry.webhook.url.expose();
            *entry = entry_with(&notation(&entry.webhook), "of", &format!("\"{number} {url}\""));
        }
        let WantedWebhooks::Exactly(wanted) = &wish.webhooks else { return Ok(()) };
        // Of the URLs that are drawn, `s` is written in the manifest, so no other secret makes two of them one.
        let spelling = |url: &HookUrl| url.spelling();
        let is_wanted = |entry: &LiveWebhook| wanted.iter().any(|own| spelling(&own.webhook.url) == spelling(&entry.webhook.url));
        let Some(action) = planned(&wish, &state).action else { return Ok(()) };
        for entry in state.webhooks.iter().filter(|entry| !is_wanted(entry)) {
            let is_same = |after: &&LiveWebhook| {
                after.webhook == entry.webhook && entry.extra.lost_in(&after.extra).is_empty()
            };
            prop_assert!(action.webhooks.iter().any(|after| is_same(&after)), "{}", notation(&entry.webhook));
        }
    }

    #[test]
    fn ignored_webhooks_survive(wish in any_wanted(), state in any_live()) {
        let (wish, state) = (wish.wanted(), state.live());
        let ignored = |live: &Live| -> Vec<String> {
            let entries = live.webhooks.iter().filter(|entry| wish.ignore.matches(&entry.webhook.url));
            entries.map(|entry| notation(&entry.webhook)).collect()
        };
        if let Some(action) = planned(&wish, &state).action {
            prop_assert_eq!(ignored(&state), ignored(&after(&action, &state)));
        }
    }

    #[test]
    fn the_system_webhook_survives_everything_but_a_manifest_that_disables_it(
        wish in any_wanted(),
        state in any_live(),
        set in any_system(),
    ) {
        let (wish, state) = (wish.wanted(), state.live());
        // Under either reading of an omitted system entry: it is never omitted.
        if let Some(action) = planned(&wish, &state).action {
            let as_told = |live: &Live| live.system.present().map(|system| notation(&system.webhook));
            prop_assert_eq!(action.system.as_ref().map(|system| notation(&system.webhook)), as_told(&state));
        }
        let says_off = matches!(set, WantedSystem::Set { is_active: Some(false), .. });
        let says_none = matches!(&set, WantedSystem::Set { events: Some(events), .. } if events.is_empty());
        let managed = planned(&Wanted { system: set, ..wish }, &state);
        if let (Some(action), Some(before)) = (managed.action, state.system.present()) {
            let after = action.system.unwrap().webhook;
            prop_assert!(says_off || after.is_active || !before.webhook.is_active);
            prop_assert!(says_none || !after.events.is_empty() || before.webhook.events.is_empty());
        }
    }

    #[test]
    fn the_system_webhook_stays_on_under_both_readings_of_omission(
        wish in any_wanted(),
        state in any_live(),
        lists_it in proptest::bool::weighted(0.2),
        disables in any::<bool>(),
    ) {
        let mut wish = wish;
        if lists_it {
            wish.webhooks.push(format!("!{SYSTEM} poll.vote"));
        }
        let (wish, state) = (wish.wanted(), state.live());
        let Some(action) = planned(&wish, &state).action else { return Ok(()) };
        // What a server makes of the whole array that is sent, by either reading of an entry that is left out.
        let listed: Vec<String> = sent(&action).into_iter().filter(|notation| url(notation) == SYSTEM).collect();
        let on_server = match (state.system.present(), listed.as_slice()) {
            (None, _) => None,
            (Some(before), []) if disables => Some(format!("!{}", notation(&before.webhook))),
            (Some(before), []) => Some(notation(&before.webhook)),
            (Some(_), listed) => listed.last().cloned(),
        };
        prop_assert_eq!(on_server, state.system.present().map(|system| notation(&system.webhook)));
        prop_assert!(listed.len() <= 1, "sent twice: {listed:?}");
    }

    #[test]
    fn every_live_webhook_is_accounted_for(wish in any_wanted(), state in any_live()) {
        let (wish, state) = (wish.wanted(), state.live());
        let plan = planned(&wish, &state);
        let ignored = state.webhooks.iter().filter(|entry| wish.ignore.matches(&entry.webhook.url)).count();
        let (mut created, mut updated, mut deleted) = (0, 0, 0);
        for change in &plan.webhooks {
            match change {
                WebhookChange::Create { .. } => created += 1,
                WebhookChange::Update { .. } => updated += 1,
                WebhookChange::Delete { .. } => deleted += 1,
            }
        }
        prop_assert_eq!(state.webhooks.len(), ignored + plan.unchanged + updated + deleted);
        prop_assert_eq!(plan.remaining, state.webhooks.len() - deleted + created);
    }
}
