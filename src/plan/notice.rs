//! What a reader should know beside the changes: remarks on one instance, and notices over the selection.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::change::{Planned, WebhookChange};
use super::guard::{Guard, RunBlock};
use crate::live::{Live, LiveWebhook, SystemReading};
use crate::webhook::{ExposeUrl, HookUrl, Webhook};

/// Something to know about one instance.
#[derive(Clone)]
pub enum InstanceNotice {
    /// Several live webhooks share a URL.
    DuplicateUrl {
        /// The shared URL.
        url: HookUrl,
        /// How many entries have it.
        times: usize,
    },
    /// The system webhook is also listed among the custom ones, with other values; `systemConfig` counts.
    SystemDisagrees,
    /// The answer does not mention a system webhook, so none is sent back.
    SystemUnstated,
    /// An entry that stays is written back with fields that hookfleet does not know.
    KeptFields {
        /// The entry.
        url: HookUrl,
        /// The fields' names, in answered order.
        names: Vec<String>,
    },
    /// A secret goes to a place in a URL where nothing of the kind was before.
    SecretGoes {
        /// The secret's name in the manifest.
        secret: Arc<str>,
        /// The URL it goes into.
        url: HookUrl,
    },
    /// A guard would block the instance, were this not a rollback.
    WouldBlock {
        /// Which guard.
        guard: Guard,
        /// Why, with the numbers.
        why: String,
    },
}

/// Something to know about the whole selection.
#[derive(Clone)]
pub enum Notice {
    /// No live webhook of the selection goes to this host yet.
    NewHost {
        /// A URL with that host.
        url: HookUrl,
        /// How many instances get it.
        instances: usize,
    },
    /// A host that is removed and that the manifest does not have anywhere.
    RemovedHost {
        /// A URL with that host.
        url: HookUrl,
        /// How many instances lose it.
        instances: usize,
    },
    /// A secret of webhook URLs that is a token of the API: its target can do what the token can.
    TokenInUrl {
        /// The secret's name in the manifest.
        secret: Arc<str>,
        /// The name of the credential that has the same.
        credential: Arc<str>,
    },
    /// A secret that goes to a host that did not have it.
    SecretToHost {
        /// The secret's name in the manifest.
        secret: Arc<str>,
        /// A URL with that host.
        url: HookUrl,
        /// How many instances send it there.
        instances: usize,
    },
    /// A guard would block the run, were this not a rollback.
    WouldBlock(RunBlock),
    /// A rollback: the manifest is not rolled back with it.
    ManifestWantsBack {
        /// What is rolled back.
        run: String,
    },
    /// The run that is rolled back did not come to its end.
    CutOff {
        /// What is rolled back.
        run: String,
    },
}

pub(super) fn about_live(live: &Live) -> Vec<InstanceNotice> {
    let mut times: HashMap<&HookUrl, usize> = HashMap::new();
    for entry in &live.webhooks {
        *times.entry(&entry.webhook.url).or_default() += 1;
    }
    // In the order of live state: an order by URL would tell something of what is hidden.
    let urls = live.webhooks.iter().map(|entry| &entry.webhook.url);
    let shared = urls.filter_map(|url| times.remove(url).map(|times| (url, times)));
    let mut remarks: Vec<InstanceNotice> = shared
        .filter(|(_, times)| *times > 1)
        .map(|(url, times)| InstanceNotice::DuplicateUrl {
            url: url.clone(),
            times,
        })
        .collect();
    if live.listed_system_disagrees {
        remarks.push(InstanceNotice::SystemDisagrees);
    }
    if matches!(live.system, SystemReading::Unstated) {
        remarks.push(InstanceNotice::SystemUnstated);
    }
    remarks
}

pub(super) fn about_kept_fields(result: &[LiveWebhook]) -> impl Iterator<Item = InstanceNotice> {
    result
        .iter()
        .filter(|entry| !entry.extra.is_empty())
        .map(|entry| InstanceNotice::KeptFields {
            url: entry.webhook.url.clone(),
            names: entry.extra.names().map(str::to_owned).collect(),
        })
}

/// The secrets of `after` that stand where `before` has nothing.
pub(super) fn about_secrets(before: Option<&Webhook>, after: &Webhook) -> Vec<InstanceNotice> {
    let had = |place: &_| before.is_some_and(|before| before.url.has_place(place));
    let goes = after
        .url
        .secret_places()
        .into_iter()
        .filter(|(_, place)| !had(place));
    let names: BTreeSet<Arc<str>> = goes.map(|(name, _)| name).collect();
    names
        .into_iter()
        .map(|secret| InstanceNotice::SecretGoes {
            secret,
            url: after.url.clone(),
        })
        .collect()
}

/// The hosts of a selection, gathered instance by instance in whatever order.
#[derive(Default)]
pub(super) struct Hosts {
    live: BTreeSet<String>,
    gained: BTreeMap<String, (HookUrl, usize)>,
    lost: BTreeMap<String, (HookUrl, usize)>,
    secrets_held: BTreeSet<(Arc<str>, String)>,
    secrets_sent: BTreeMap<(Arc<str>, String), (HookUrl, usize)>,
}

/// Counts one instance once for each key, keeping the URL with the smallest host as a key's example, so that order makes
/// no difference, and hidden parts make none either.
fn count<'a, K: Ord>(
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
    /// Takes in the webhooks that are live and, where it has any, the changes.
    pub(super) fn add(&mut self, live: &Live, planned: &Planned) {
        for entry in &live.webhooks {
            // Most hosts are known already, and written as they are compared.
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
        let sent = planned.remarks.iter().filter_map(|remark| match remark {
            InstanceNotice::SecretGoes { secret, url } => {
                Some(((secret.clone(), url.host()?), url))
            }
            _ => None,
        });
        count(&mut self.gained, gained);
        count(&mut self.lost, lost);
        count(&mut self.secrets_sent, sent);
    }

    /// Takes in a wanted URL that is live already: its host has its secrets.
    pub(super) fn add_held(&mut self, url: &HookUrl) {
        let held = url.secrets_in(0..url.expose().len());
        if !held.is_empty()
            && let Some(host) = url.host()
        {
            let held = held.into_iter();
            self.secrets_held
                .extend(held.map(|secret| (secret, host.clone())));
        }
    }

    /// The notices, secrets first since they matter most; `manifest` are the hosts that the whole manifest has.
    pub(super) fn finish(self, manifest: &BTreeSet<String>) -> Vec<Notice> {
        let Self {
            live,
            gained,
            lost,
            secrets_held,
            secrets_sent,
        } = self;
        let secrets = secrets_sent
            .into_iter()
            .filter(|(key, _)| !secrets_held.contains(key));
        let new = gained.into_iter().filter(|(host, _)| !live.contains(host));
        let gone = lost
            .into_iter()
            .filter(|(host, _)| !manifest.contains(host));
        secrets
            .map(|((secret, _), (url, instances))| Notice::SecretToHost {
                secret,
                url,
                instances,
            })
            .chain(new.map(|(_, (url, instances))| Notice::NewHost { url, instances }))
            .chain(gone.map(|(_, (url, instances))| Notice::RemovedHost { url, instances }))
            .collect()
    }
}
