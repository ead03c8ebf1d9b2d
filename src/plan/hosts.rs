//! The hosts of a selection: which are new to it, and which it loses. Collected instance by instance, in any order. A host
//! that a secret holds is none of them: whether it is another one would tell of the secret.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Notice, Planned, WebhookChange};
use crate::desired::ManifestHosts;
use crate::live::Live;
use crate::webhook::{ExposeUrl, HookUrl};

/// The hosts of a selection, collected instance by instance in any order.
#[derive(Default)]
pub(super) struct Hosts {
    live: HashSet<String>,
    /// The hosts of live URLs as they are written, by scheme: most share theirs.
    written: HashMap<String, HashSet<String>>,
    gained: BTreeMap<Host, (HookUrl, usize)>,
    lost: BTreeMap<Host, (HookUrl, usize)>,
}

/// What of a URL is noticed.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Host {
    /// Its host in its normal spelling.
    Known(String),
    /// All of it, as its host is not clear.
    Unclear(HookUrl),
}

impl Host {
    fn of(url: &HookUrl) -> Option<Self> {
        if url.has_held_host() {
            return None;
        }
        let known = url.host().map(Self::Known);
        Some(known.unwrap_or_else(|| Self::Unclear(url.clone())))
    }
}

/// Counts one instance once for each key. It keeps the URL with the smallest host as the key's example, so that neither
/// order nor redacted parts matter.
pub(super) fn count<'a, K: Ord>(
    counts: &mut BTreeMap<K, (HookUrl, usize)>,
    urls: impl Iterator<Item = (K, &'a HookUrl)>,
) {
    let host = |url: &HookUrl| url.written_host().map(|(_, host)| host.to_owned());
    for (key, url) in urls.collect::<BTreeMap<_, _>>() {
        let (example, instances) = counts.entry(key).or_insert_with(|| (url.clone(), 0));
        *instances += 1;
        if host(url) < host(example) {
            *example = url.clone();
        }
    }
}

impl Hosts {
    /// Adds an instance's live webhooks and changes.
    pub(super) fn add(&mut self, live: &Live, planned: &Planned) {
        for entry in &live.webhooks {
            let url = &entry.webhook.url;
            let Some((scheme, host)) = url.written_host() else {
                continue;
            };
            let known = self.written.get(scheme);
            if known.is_none_or(|known| !known.contains(host)) {
                let known = self.written.entry(scheme.to_owned()).or_default();
                known.insert(host.to_owned());
                self.live.extend(url.host());
            }
        }
        let changes = || planned.webhooks.iter();
        let gained = changes().filter_map(|change| match change {
            WebhookChange::Create { after, .. } => Some((Host::of(&after.url)?, &after.url)),
            _ => None,
        });
        let lost = changes().filter_map(|change| match change {
            WebhookChange::Delete { before, .. } => Some((Host::of(&before.url)?, &before.url)),
            _ => None,
        });
        count(&mut self.gained, gained);
        count(&mut self.lost, lost);
    }

    /// Makes the notices; `manifest` are all hosts in the manifest.
    pub(super) fn finish(self, manifest: &ManifestHosts) -> impl Iterator<Item = Notice> {
        let live = self.live;
        let new = self.gained.into_iter().filter(move |(host, _)| match host {
            Host::Known(host) => !live.contains(host),
            Host::Unclear(_) => true,
        });
        let gone = self.lost.into_iter().filter(|(host, _)| match host {
            Host::Known(host) => !manifest.known.contains(host),
            Host::Unclear(_) => true,
        });
        let may_be_held = manifest.has_unknown;
        new.map(|(_, (url, instances))| Notice::NewHost { url, instances })
            .chain(gone.map(move |(_, (url, instances))| Notice::RemovedHost {
                url,
                instances,
                may_be_held,
            }))
    }
}
