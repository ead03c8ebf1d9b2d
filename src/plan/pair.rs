//! Matches live webhooks with wanted ones.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use crate::desired::{PruneRule, Wanted, WantedWebhook};
use crate::live::LiveWebhook;
use crate::webhook::{HookUrl, SecretParts, Spelled, Spelling};

/// The match of one live webhook.
#[derive(Clone, Copy)]
pub(super) enum Match<'a> {
    /// It matches `ignore`: kept, never drift.
    Ignored,
    /// The manifest does not list it and does not prune it: kept.
    Kept,
    /// It becomes this wanted one, or is equal to it, and is the same webhook: its unknown fields stay.
    Becomes(&'a WantedWebhook),
    /// The manifest does not list it, and this wanted one takes its place: its unknown fields may be another target's.
    ReplacedBy(&'a WantedWebhook),
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

/// Pairs by exact URL first, then the rest by the steps of [`pair_rest`]. What is ignored is never paired.
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
    let is_removed = |entry: &LiveWebhook| match &rules.prune {
        PruneRule::Unwritten | PruneRule::All => true,
        PruneRule::Nothing => false,
        PruneRule::Matching(patterns) => patterns.surely_match(&entry.webhook.url),
    };
    let live_urls = live.iter().zip(&matches).map(|(entry, found)| {
        let is_open = found.is_none();
        is_open.then(|| (&entry.webhook.url, is_removed(entry)))
    });
    let wanted_urls = open
        .iter()
        .map(|wanted| wanted.map(|wanted| &wanted.webhook.url));
    for Pair { live, wanted, how } in pair_rest(live_urls.collect(), wanted_urls.collect()) {
        matches[live] = open[wanted].take().map(match how {
            How::Same => Match::Becomes,
            How::Replaced => Match::ReplacedBy,
        });
    }
    let matches = matches.into_iter().zip(live).map(|(found, entry)| {
        found.unwrap_or_else(|| {
            if is_removed(entry) {
                Match::Pruned
            } else {
                Match::Kept
            }
        })
    });
    Pairing {
        matches: matches.collect(),
        created: open.into_iter().flatten().collect(),
    }
}

/// How a live and a wanted webhook with different URLs belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// They are the same webhook, with another secret or in another spelling.
    Same,
    /// A write removes the one and creates the other, at the same target.
    Replaced,
}

/// A live and a wanted webhook, by their indices.
pub(super) struct Pair {
    pub(super) live: usize,
    pub(super) wanted: usize,
    pub(super) how: How,
}

/// Pairs live with wanted URLs, `None` for those that have a match already, each step where it pairs uniquely: by what a
/// rotation leaves, then by spelling; and, of live entries that a write would remove (`true`), by all but query and
/// fragment, then by scheme, host and port, which a live URL whose authority is not plainly one does not have.
pub(super) fn pair_rest(
    live: Vec<Option<(&HookUrl, bool)>>,
    wanted: Vec<Option<&HookUrl>>,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    if !(live.iter().any(Option::is_some) && wanted.iter().any(Option::is_some)) {
        return pairs;
    }
    let mut live: Vec<OpenLive<'_>> = live
        .into_iter()
        .map(|live| live.and_then(|(url, is_removed)| Some((url.spelled()?, is_removed))))
        .collect();
    let mut wanted: Vec<Option<Spelled<'_>>> = wanted
        .into_iter()
        .map(|url| url.and_then(HookUrl::spelled))
        .collect();
    for (step, how) in STEPS {
        let found = match step {
            Step::Rotation => rotations(&live, &wanted),
            Step::Spelling => by_key(&live, &wanted, how, |url| Some(url.spelling())),
            Step::Address => by_key(&live, &wanted, how, Spelled::address),
            Step::Target => by_key(&live, &wanted, how, Spelled::target),
        };
        for (one, other) in found {
            (live[one], wanted[other]) = (None, None);
            pairs.push(Pair {
                live: one,
                wanted: other,
                how,
            });
        }
    }
    pairs
}

/// What two URLs that belong together have in common.
#[derive(Clone, Copy)]
enum Step {
    /// What a rotation leaves, which depends on where the wanted URL has its secrets.
    Rotation,
    /// Everything, in another spelling.
    Spelling,
    /// All but query and fragment.
    Address,
    /// Scheme, host and port.
    Target,
}

/// The steps in their order.
const STEPS: [(Step, How); 4] = [
    (Step::Rotation, How::Same),
    (Step::Spelling, How::Same),
    (Step::Address, How::Replaced),
    (Step::Target, How::Replaced),
];

/// A live URL, and whether a write would remove it.
type OpenLive<'a> = Option<(Spelled<'a>, bool)>;

/// The pairs of URLs that alone have their key; only what a write would remove is replaced.
fn by_key<'u>(
    live: &[OpenLive<'u>],
    wanted: &[Option<Spelled<'u>>],
    how: How,
    key: impl Fn(&Spelled<'u>) -> Option<Spelling>,
) -> Vec<(usize, usize)> {
    let live = live.iter().map(|live| {
        let (url, is_removed) = live.as_ref()?;
        (*is_removed || how == How::Same)
            .then(|| key(url))
            .flatten()
    });
    let wanted = wanted.iter().map(|url| url.as_ref().and_then(&key));
    pairs_by_key(live, wanted, 1)
}

/// The pairs of URLs that differ only in secrets, where each has just one candidate.
fn rotations(live: &[OpenLive<'_>], wanted: &[Option<Spelled<'_>>]) -> Vec<(usize, usize)> {
    // Wanted URLs with secrets in the same parts share their keys.
    let mut groups: BTreeMap<SecretParts, HashMap<Spelling, [Vec<usize>; 2]>> = BTreeMap::new();
    for (index, url) in wanted.iter().enumerate() {
        if let Some(url) = url {
            let secrets = url.secret_parts();
            let key = url.without(&secrets);
            groups.entry(secrets).or_default().entry(key).or_default()[1].push(index);
        }
    }
    for (index, url) in live.iter().enumerate() {
        let Some((url, _)) = url else { continue };
        for (secrets, group) in &mut groups {
            if let Some(candidates) = group.get_mut(&url.without(secrets)) {
                candidates[0].push(index);
            }
        }
    }
    let groups = || groups.values().flat_map(HashMap::values);
    let mut live_choices: HashMap<usize, usize> = HashMap::new();
    for [live, wanted] in groups() {
        for index in live {
            *live_choices.entry(*index).or_default() += wanted.len();
        }
    }
    // A wanted URL is in one group.
    let alone = groups().filter_map(|[live, wanted]| match (&**live, &**wanted) {
        ([live], [wanted]) => Some((*live, *wanted)),
        _ => None,
    });
    alone
        .filter(|(live, _)| live_choices.get(live) == Some(&1))
        .collect()
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
