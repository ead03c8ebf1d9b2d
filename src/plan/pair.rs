//! Matches live webhooks with wanted ones.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use crate::desired::{PruneRule, Wanted, WantedWebhook};
use crate::live::LiveWebhook;
use crate::webhook::{ExposeUrl, HookUrl};

/// The match of one live webhook.
#[derive(Clone, Copy)]
pub(super) enum Match<'a> {
    /// It matches `ignore`: kept, never drift.
    Ignored,
    /// The manifest does not list it and does not prune it: kept.
    Kept,
    /// It becomes this wanted one, or is equal to it.
    Becomes(&'a WantedWebhook),
    /// An earlier entry has the same managed URL: removed.
    Duplicate,
    /// The manifest does not list it: removed.
    Pruned,
}

/// The match of every live webhook, and the wanted ones without a match, both in order.
pub(super) struct Pairing<'a> {
    pub(super) matches: Vec<Match<'a>>,
    pub(super) created: Vec<&'a WantedWebhook>,
}

/// Pairs by exact URL first, then the rest by identity (scheme, authority and path) where it is unique on both sides.
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
    let mut matches: Vec<Option<Match<'a>>> = live
        .iter()
        .map(|entry| {
            let url = &entry.webhook.url;
            match by_url.get_key_value(url) {
                Some((managed, wanted)) if taken.insert(*managed) => Some(Match::Becomes(wanted)),
                Some(_) => Some(Match::Duplicate),
                // A wanted URL is never ignored: a glob does not see secrets, and may match a live URL with one.
                None => rules.ignore.matches(url).then_some(Match::Ignored),
            }
        })
        .collect();
    let mut open: Vec<Option<&'a WantedWebhook>> = wanted
        .iter()
        .map(|wanted| Some(&**wanted).filter(|wanted| !taken.contains(&wanted.webhook.url)))
        .collect();
    // Exactly one live and one wanted entry with the same identity are a rotated secret.
    let live_identities = live.iter().zip(&matches).map(|(entry, found)| match found {
        None => entry.webhook.url.identity(),
        Some(_) => None,
    });
    let wanted_identities = open
        .iter()
        .map(|wanted| wanted.and_then(|wanted| wanted.webhook.url.identity()));
    for (live, wanted) in pairs_by_key(live_identities, wanted_identities, 1) {
        matches[live] = open[wanted].take().map(Match::Becomes);
    }
    let matches = matches.into_iter().zip(live).map(|(found, entry)| {
        found.unwrap_or_else(|| match &rules.prune {
            PruneRule::All => Match::Pruned,
            PruneRule::Matching(patterns) if patterns.matches(&entry.webhook.url) => Match::Pruned,
            PruneRule::Nothing | PruneRule::Matching(_) => Match::Kept,
        })
    });
    Pairing {
        matches: matches.collect(),
        created: open.into_iter().flatten().collect(),
    }
}

/// Pairs the indices of equal keys in order, except for keys that occur more than `most` times on a side.
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
