//! Which live webhook is which wanted one, and what becomes of the rest.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use crate::desired::{PruneRule, Wanted, WantedWebhook};
use crate::live::LiveWebhook;
use crate::webhook::{ExposeUrl, HookUrl};

/// The lot of one live webhook.
#[derive(Clone, Copy)]
pub(super) enum Match<'a> {
    /// It matches `ignore`: kept, never drift.
    Ignored,
    /// The manifest does not have it and does not prune it: kept.
    Kept,
    /// It becomes the wanted one, which it may already be.
    Becomes(&'a WantedWebhook),
    /// An earlier entry has the same managed URL: removed.
    Duplicate,
    /// The manifest does not have it: removed.
    Pruned,
}

/// The lot of every live webhook, in their order, and the wanted ones that none becomes, in theirs.
pub(super) struct Pairing<'a> {
    pub(super) lots: Vec<Match<'a>>,
    pub(super) created: Vec<&'a WantedWebhook>,
}

/// Pairs by exact URL first; what remains on both sides pairs where it is unique up to userinfo, query and fragment.
pub(super) fn pair<'a>(
    live: &[LiveWebhook],
    wanted: &'a [Arc<WantedWebhook>],
    rules: &Wanted,
) -> Pairing<'a> {
    let by_url: HashMap<&HookUrl, &'a WantedWebhook> = wanted
        .iter()
        .map(|wanted| (&wanted.webhook.url, &**wanted))
        .collect();
    let mut taken: HashSet<&HookUrl> = HashSet::new();
    let mut lots: Vec<Option<Match<'a>>> = live
        .iter()
        .map(|entry| {
            let url = &entry.webhook.url;
            match by_url.get_key_value(url) {
                Some((managed, wanted)) if taken.insert(*managed) => Some(Match::Becomes(wanted)),
                Some(_) => Some(Match::Duplicate),
                // What is wanted is never ignored: a glob sees no secret, and may match a live URL that holds one.
                None => rules.ignore.matches(url).then_some(Match::Ignored),
            }
        })
        .collect();
    let mut open: Vec<Option<&'a WantedWebhook>> = wanted
        .iter()
        .map(|wanted| Some(&**wanted).filter(|wanted| !taken.contains(&wanted.webhook.url)))
        .collect();
    // A secret was rotated where exactly one live and one wanted entry share everything but userinfo, query, fragment.
    let live_identities = live.iter().zip(&lots).map(|(entry, lot)| match lot {
        None => entry.webhook.url.identity(),
        Some(_) => None,
    });
    let wanted_identities = open
        .iter()
        .map(|wanted| wanted.and_then(|wanted| wanted.webhook.url.identity()));
    for (live, wanted) in pairs_by_key(live_identities, wanted_identities, 1) {
        lots[live] = open[wanted].take().map(Match::Becomes);
    }
    let lots = lots.into_iter().zip(live).map(|(lot, entry)| {
        lot.unwrap_or_else(|| match &rules.prune {
            PruneRule::All => Match::Pruned,
            PruneRule::Matching(patterns) if patterns.matches(&entry.webhook.url) => Match::Pruned,
            PruneRule::Nothing | PruneRule::Matching(_) => Match::Kept,
        })
    });
    Pairing {
        lots: lots.collect(),
        created: open.into_iter().flatten().collect(),
    }
}

/// The indices on both sides of what has the same key, first with first, unless more than `most` of a side share it.
pub(super) fn pairs_by_key<K: Hash + Eq>(
    left: impl Iterator<Item = Option<K>>,
    right: impl Iterator<Item = Option<K>>,
    most: usize,
) -> Vec<(usize, usize)> {
    let mut sides: HashMap<K, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, key) in left.enumerate() {
        if let Some(key) = key {
            sides.entry(key).or_default().0.push(index);
        }
    }
    for (index, key) in right.enumerate() {
        if let Some(key) = key {
            sides.entry(key).or_default().1.push(index);
        }
    }
    let pairs = sides.into_values();
    pairs
        .filter(|(left, right)| left.len().max(right.len()) <= most)
        .flat_map(|(left, right)| left.into_iter().zip(right))
        .collect()
}
