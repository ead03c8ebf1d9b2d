//! The hosts of a selection: which are new to it, and which it loses. Collected instance by instance, in any order.

use std::collections::{BTreeMap, BTreeSet};

use super::{Notice, Planned, WebhookChange};
use crate::live::Live;
use crate::webhook::{ExposeUrl, HookUrl};

/// The hosts of a selection, collected instance by instance in any order.
#[derive(Default)]
pub(super) struct Hosts {
    live: BTreeSet<String>,
    gained: BTreeMap<String, (HookUrl, usize)>,
    lost: BTreeMap<String, (HookUrl, usize)>,
}

/// Counts one instance once for each key. It keeps the URL with the smallest host as the key's example, so that neither
/// order nor redacted parts matter.
pub(super) fn count<'a, K: Ord>(
    counts: &mut BTreeMap<K, (HookUrl, usize)>,
    urls: impl Iterator<Item = (K, &'a HookUrl)>,
) {
    let host = |url: &HookUrl| url.identity().map(|(_, host, _)| host.to_owned());
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
            // Most hosts are known, and lower-case already.
            let url = &entry.webhook.url;
            let is_known = |(_, host, _): (&str, &str, &str)| self.live.contains(host);
            if !url.identity().is_some_and(is_known) {
                self.live.extend(url.host());
            }
        }
        let changes = || planned.webhooks.iter();
        let gained = changes().filter_map(|change| match change {
            WebhookChange::Create { after, .. } => Some((after.url.host()?, &after.url)),
            _ => None,
        });
        let lost = changes().filter_map(|change| match change {
            WebhookChange::Delete { before, .. } => Some((before.url.host()?, &before.url)),
            _ => None,
        });
        count(&mut self.gained, gained);
        count(&mut self.lost, lost);
    }

    /// Makes the notices; `manifest` are all hosts in the manifest.
    pub(super) fn finish(self, manifest: &BTreeSet<String>) -> impl Iterator<Item = Notice> {
        let live = self.live;
        let new = self.gained.into_iter();
        let gone = self.lost.into_iter();
        new.filter(move |(host, _)| !live.contains(host))
            .map(|(_, (url, instances))| Notice::NewHost { url, instances })
            .chain(
                gone.filter(|(host, _)| !manifest.contains(host))
                    .map(|(_, (url, instances))| Notice::RemovedHost { url, instances }),
            )
    }
}
