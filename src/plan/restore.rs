//! Plans a rollback: from live state back to a snapshot, with the same kind of action as an apply.

use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;

use super::change::{InstancePlan, Planned, SystemPlan, WebhookChange};
use super::instance::{Custom, Purpose, carried};
use super::notice::InstanceNotice;
use super::pair::{How, Pair, pair_rest, pairs_by_key};
use crate::desired::{DropFields, Restoration};
use crate::live::{Live, LiveWebhook, Reading, SystemReading};
use crate::problem::{Problem, ProblemKind};
use crate::webhook::{HookUrl, Webhook};

/// Compares an instance's live state with the snapshot from before a chain of runs. A state that is none of the chain's is
/// another writer's, so the instance is stale.
pub fn plan_restoration(restoration: &Restoration, reading: &Reading) -> InstancePlan {
    let live = match reading {
        Reading::Absent(problem) | Reading::Unreadable(problem) => {
            return InstancePlan::Failed(problem.clone());
        }
        Reading::Seen(live) => live,
    };
    let Some(walk) = Walk::back(restoration, live) else {
        let why = "live state is neither what the run left nor what it had overwritten";
        return InstancePlan::Stale(Problem::new(ProblemKind::Stale, why), None);
    };
    let mut planned = compare(&walk.back, live, &restoration.drop_fields);
    let Some(problem) = walk.stop else {
        return InstancePlan::Planned(Box::new(planned));
    };
    match &mut planned.action {
        None if planned.blocked.is_none() => InstancePlan::Stale(problem, None),
        None => InstancePlan::Planned(Box::new(planned)),
        Some(action) => {
            planned.remarks.insert(
                0,
                InstanceNotice::StopsShort {
                    why: problem.message.clone(),
                },
            );
            action.stops_short = Some(problem);
            InstancePlan::Planned(Box::new(planned))
        }
    }
}

/// The way back through the writes of a chain.
struct Walk {
    /// The state to restore.
    back: Live,
    /// Why it is not the state from before the chain: another writer has written in between.
    stop: Option<Problem>,
}

impl Walk {
    /// Walks from live state back to before the oldest write, as long as each write overwrote what the one before it may
    /// have left; `None` if live state is none of the chain's.
    fn back(restoration: &Restoration, live: &Live) -> Option<Self> {
        let Restoration {
            newest, earlier, ..
        } = restoration;
        let oldest = earlier.last().unwrap_or(newest);
        if !newest.may_have_left(live) {
            let is_back = live.agrees_with(&oldest.back);
            return is_back.then(|| Self {
                back: with_fields_of(&oldest.back, &newest.left, live),
                stop: None,
            });
        }
        let mut back = with_fields_of(&newest.back, &newest.left, live);
        let mut later = newest;
        let mut stop = None;
        for write in earlier {
            if !write.may_have_left(&back) {
                stop = Some(between(&write.run, &later.run));
                break;
            }
            back = with_fields_of(&write.back, &write.left, &back);
            later = write;
        }
        let stop = stop.filter(|_| !back.agrees_with(&oldest.back));
        Some(Self { back, stop })
    }
}

/// The problem of a rollback that another writer's change stops.
fn between(earlier: &str, later: &str) -> Problem {
    let when = if earlier == later {
        format!("between two writes of run {earlier}")
    } else {
        format!("after run {earlier} and before run {later}")
    };
    let message = format!(
        "another client changed it {when}; the rollback goes back to that state, and not to the one before the runs"
    );
    Problem::new(ProblemKind::Stale, message)
}

/// The snapshot, with the unknown fields that another writer has added or changed since the run, so that none is lost.
fn with_fields_of(back: &Live, left: &Live, live: &Live) -> Live {
    let merged = |entry: &LiveWebhook| {
        let url = &entry.webhook.url;
        let sole = [back, left, live].map(|state| sole(state, url));
        let extra = match sole {
            [Some(back), Some(left), Some(live)] => {
                back.extra.merged_with(&left.extra, &live.extra)
            }
            // Several entries with one URL can't be distinguished.
            _ => entry.extra.clone(),
        };
        LiveWebhook {
            webhook: entry.webhook.clone(),
            extra,
        }
    };
    let webhooks = back.webhooks.iter().map(merged).collect();
    let mut back = Live {
        webhooks,
        ..back.clone()
    };
    if let (SystemReading::Present(system), Some(now)) = (&mut back.system, live.system.present()) {
        let was = left.system.present().map(|system| system.extra.clone());
        system.extra = system
            .extra
            .merged_with(&was.unwrap_or_default(), &now.extra);
    }
    back
}

/// The only entry with this URL; `None` when there are several or none.
fn sole<'a>(state: &'a Live, url: &HookUrl) -> Option<&'a LiveWebhook> {
    let mut entries = state
        .webhooks
        .iter()
        .filter(|entry| entry.webhook.url == *url);
    entries.next().filter(|_| entries.next().is_none())
}

fn compare(back: &Live, live: &Live, drop_fields: &DropFields) -> Planned {
    let (changes, unchanged) = changes(&live.webhooks, &back.webhooks);
    let (system, blocked) = system(&back.system, &live.system);
    let custom = Custom {
        changes,
        unchanged,
        result: carried(&back.webhooks),
        unlisted: 0,
        remarks: Vec::new(),
    };
    let known = back.system.present().or(live.system.present());
    let extra = known.map(|system| &system.extra);
    let purpose = Purpose::Restore(drop_fields);
    custom.planned(live, system, extra, blocked, purpose)
}

/// The system webhook of the snapshot; the live one when the snapshot has none.
pub(super) fn system(
    back: &SystemReading,
    live: &SystemReading,
) -> (Option<SystemPlan>, Option<Problem>) {
    match (back.present(), live.present()) {
        (Some(_), None) => {
            let why = "its system webhook is gone, and only the vendor can set one up";
            (None, Some(Problem::new(ProblemKind::NoSystemWebhook, why)))
        }
        (back, Some(live)) => {
            let before = live.webhook.clone();
            let after = back.map_or(&live.webhook, |back| &back.webhook).clone();
            let managed = before != after;
            let plan = SystemPlan {
                managed,
                before,
                after,
            };
            (Some(plan), None)
        }
        (None, None) => (None, None),
    }
}

/// The changes from `live` to `back`, in the order of `live`, then creations; and the number of unchanged ones.
pub(super) fn changes(live: &[LiveWebhook], back: &[LiveWebhook]) -> (Vec<WebhookChange>, usize) {
    let mut pairing = Pairing {
        live: live.iter().map(|entry| &entry.webhook).collect(),
        pairs: vec![None; live.len()],
        open: back.iter().map(|entry| Some(&entry.webhook)).collect(),
    };
    pairing.pair(usize::MAX, |webhook| Some(whole(webhook)));
    pairing.pair(usize::MAX, |webhook| Some(&webhook.url));
    let replaced = pairing.pair_rest();
    let Pairing { live, pairs, open } = pairing;
    let mut changes = Vec::new();
    let mut unchanged = 0;
    for (index, (before, after)) in live.into_iter().cloned().zip(pairs).enumerate() {
        match after.cloned() {
            Some(after) if after == before => unchanged += 1,
            Some(after) => changes.push(WebhookChange::Update {
                before,
                after,
                replaces: replaced.contains(&index),
                origin: None,
            }),
            None => changes.push(WebhookChange::Delete {
                before,
                duplicate: false,
            }),
        }
    }
    let created = open.into_iter().flatten().cloned();
    changes.extend(created.map(|after| WebhookChange::Create {
        after,
        origin: None,
    }));
    (changes, unchanged)
}

/// The entry of a snapshot that each live one becomes.
struct Pairing<'a> {
    live: Vec<&'a Webhook>,
    pairs: Vec<Option<&'a Webhook>>,
    /// The entries of the snapshot without a match so far.
    open: Vec<Option<&'a Webhook>>,
}

impl<'a> Pairing<'a> {
    /// Pairs the rest by key: see [`pairs_by_key`].
    fn pair<K: Hash + Eq>(&mut self, most: usize, key: impl Fn(&'a Webhook) -> Option<K>) {
        let unpaired = self.live.iter().zip(&self.pairs);
        let live = unpaired.map(|(webhook, pair)| match pair {
            None => key(webhook),
            Some(_) => None,
        });
        let back = self.open.iter().map(|webhook| webhook.and_then(&key));
        for (live, back) in pairs_by_key(live, back, most) {
            self.pairs[live] = self.open[back].take();
        }
    }

    /// Pairs the rest as in a plan, and returns the indices of live webhooks that another one replaces.
    fn pair_rest(&mut self) -> HashSet<usize> {
        let unpaired = self.live.iter().zip(&self.pairs);
        let live = unpaired.map(|(webhook, pair)| pair.is_none().then_some((&webhook.url, true)));
        let back = self
            .open
            .iter()
            .map(|webhook| webhook.map(|webhook| &webhook.url));
        let mut replaced = HashSet::new();
        for Pair { live, wanted, how } in pair_rest(live.collect(), back.collect()) {
            self.pairs[live] = self.open[wanted].take();
            if how == How::Replaced {
                replaced.insert(live);
            }
        }
        replaced
    }
}

/// All compared fields of a webhook.
fn whole(webhook: &Webhook) -> (&HookUrl, bool, BTreeSet<&str>) {
    (
        &webhook.url,
        webhook.is_active,
        webhook.events.iter().collect(),
    )
}
