//! Which live webhook is which wanted one, and what becomes of the rest.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::desired::{Prune, Wanted, WantedWebhook};
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
    let mut open: Vec<&'a WantedWebhook> = wanted
        .iter()
        .map(AsRef::as_ref)
        .filter(|wanted: &&WantedWebhook| !taken.contains(&wanted.webhook.url))
        .collect();
    pair_rotated(live, &mut lots, &mut open);
    let lots = lots.into_iter().zip(live).map(|(lot, entry)| {
        lot.unwrap_or_else(|| match &rules.prune {
            Prune::All => Match::Pruned,
            Prune::Matching(patterns) if patterns.matches(&entry.webhook.url) => Match::Pruned,
            Prune::Nothing | Prune::Matching(_) => Match::Kept,
        })
    });
    Pairing {
        lots: lots.collect(),
        created: open,
    }
}

/// A secret was rotated where exactly one live and one wanted entry share everything but userinfo, query, fragment.
fn pair_rotated<'a>(
    live: &[LiveWebhook],
    lots: &mut [Option<Match<'a>>],
    open: &mut Vec<&'a WantedWebhook>,
) {
    /// The indices on both sides that share an identity.
    type Sides = (Vec<usize>, Vec<usize>);
    let mut by_identity: HashMap<_, Sides> = HashMap::new();
    for (index, entry) in live
        .iter()
        .enumerate()
        .filter(|(index, _)| lots[*index].is_none())
    {
        if let Some(identity) = entry.webhook.url.identity() {
            by_identity.entry(identity).or_default().0.push(index);
        }
    }
    for (index, wanted) in open.iter().enumerate() {
        if let Some(identity) = wanted.webhook.url.identity() {
            by_identity.entry(identity).or_default().1.push(index);
        }
    }
    let mut paired = vec![false; open.len()];
    for sides in by_identity.values() {
        if let ([lot], [wanted]) = (sides.0.as_slice(), sides.1.as_slice()) {
            lots[*lot] = Some(Match::Becomes(open[*wanted]));
            paired[*wanted] = true;
        }
    }
    let mut paired = paired.into_iter();
    open.retain(|_| !paired.next().unwrap_or(false));
}
