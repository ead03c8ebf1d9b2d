//! Notices beside the changes, about one instance or the whole selection.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Guard, RunBlock};
use crate::desired::DropFields;
use crate::live::{Live, LiveWebhook, SystemReading};
use crate::webhook::{HookUrl, UnknownFields};

/// A notice about one instance.
#[derive(Clone)]
pub enum InstanceNotice {
    /// Several live webhooks share a URL.
    DuplicateUrl {
        /// The shared URL.
        url: HookUrl,
        /// The number of entries with it.
        times: usize,
    },
    /// The API also lists the system webhook among the custom ones, with other values; `systemConfig` takes precedence.
    SystemDisagrees,
    /// The response does not mention a system webhook, so hookfleet sends none.
    SystemUnstated,
    /// An entry is written back with fields that hookfleet does not know.
    KeptFields {
        /// The entry.
        url: HookUrl,
        /// The fields' names, in the API's order.
        names: Vec<String>,
    },
    /// A removal, or another webhook in its place, takes fields along that hookfleet does not know.
    RemovedFields {
        /// The entry that is removed.
        url: HookUrl,
        /// The fields' names, in the API's order.
        names: Vec<String>,
        /// Whether another webhook takes its place.
        is_replaced: bool,
    },
    /// The manifest's `drop_fields` leaves fields out that hookfleet does not know.
    DroppedFields {
        /// The entry.
        url: HookUrl,
        /// The fields' names, in the API's order.
        names: Vec<String>,
    },
    /// The system webhook is written back with fields that hookfleet does not know.
    KeptSystemFields {
        /// The fields' names, in the API's order.
        names: Vec<String>,
    },
    /// The manifest's `drop_fields` leaves fields of the system webhook out that hookfleet does not know.
    DroppedSystemFields {
        /// The fields' names, in the API's order.
        names: Vec<String>,
    },
    /// The response has root fields that hookfleet does not know.
    UnknownRoot {
        /// The fields' names, in the API's order.
        names: Vec<String>,
    },
    /// A rollback can't go back to the state before the runs, since another client has written in between.
    StopsShort {
        /// The reason. It has no foreign text but names of runs.
        why: String,
    },
    /// A guard would block the instance, but not in a rollback.
    WouldBlock {
        /// The guard.
        guard: Guard,
        /// The reason, with the numbers.
        why: String,
    },
}

/// What a secret has to do with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenUse {
    /// It is the token.
    Is,
    /// It holds the token in a longer text.
    Holds,
    /// It comes from where the token comes from.
    Shares,
}

/// A notice about the whole selection.
#[derive(Clone)]
pub enum Notice {
    /// The manifest's `safety` lets more pass than guards do by default.
    GuardsLifted {
        /// The settings that do so, as they are written, with the defaults.
        settings: Vec<String>,
        /// Whether they are ignored, since the manifest's author is not trusted.
        is_ignored: bool,
    },
    /// No live webhook of the selection delivers to this host yet, or it is not clear which host it is.
    NewHost {
        /// A URL with that host; the only one, where its host is not clear.
        url: HookUrl,
        /// The number of instances that get it.
        instances: usize,
    },
    /// A host is removed, and the manifest does not have it, or it is not clear which host it is.
    RemovedHost {
        /// A URL with that host; the only one, where its host is not clear.
        url: HookUrl,
        /// The number of instances that lose it.
        instances: usize,
        /// Whether the manifest has hosts that are not known, which may be this one.
        may_be_held: bool,
    },
    /// A secret of webhook URLs has to do with tokens of the API: the target can do everything that a token allows.
    TokenInUrl {
        /// The secret's name in the manifest.
        secret: Arc<str>,
        /// What it has to do with them.
        how: TokenUse,
        /// The names of the tokens' credentials, sorted.
        credentials: Vec<Arc<str>>,
    },
    /// The text of a manifest holds a token of the API, in a URL or in a label that goes into one.
    TokenWritten {
        /// The first URL with it.
        url: HookUrl,
        /// The names of the token's credentials, sorted.
        credentials: Vec<Arc<str>>,
    },
    /// A secret goes to a scheme, host and port where its value is not live anywhere in the selection, or, where a secret holds
    /// one of these, in a URL that is not live at an instance that wants it.
    SecretToHost {
        /// The secret's name in the manifest.
        secret: Arc<str>,
        /// A URL with that scheme, host and port.
        url: HookUrl,
        /// The number of instances that send it there.
        instances: usize,
    },
    /// A guard would block the run, but not in a rollback.
    WouldBlock(RunBlock),
    /// About a run of the state directory.
    Run(RunNotice),
}

/// A notice about a run of the state directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunNotice {
    /// The rollback does not change the manifest, so a later apply reverts it.
    ManifestWantsBack {
        /// The run that is rolled back.
        run: String,
    },
    /// A run of the state directory was cut off or interrupted, and no other one has finished it or rolled it back.
    Unfinished {
        /// The newest such run.
        run: String,
        /// Whether it was interrupted, and so ended in order.
        was_interrupted: bool,
        /// The number of others, which are older.
        earlier: usize,
        /// The commands that finish it or put it back.
        step: String,
    },
    /// A run that is rolled back was cut off.
    CutOff {
        /// The run.
        run: String,
    },
    /// The log of a run that may be of the chain is passed over.
    PassedOver {
        /// The run.
        run: String,
        /// The reason.
        why: String,
    },
    /// What the log of a run says of instances is not authenticated.
    Unverified {
        /// The run.
        run: String,
        /// The number of instances.
        instances: usize,
    },
}

pub(super) fn about_live(live: &Live) -> Vec<InstanceNotice> {
    let mut times: HashMap<&HookUrl, usize> = HashMap::new();
    for entry in &live.webhooks {
        *times.entry(&entry.webhook.url).or_default() += 1;
    }
    // In live order: an order by URL would reveal something about redacted parts.
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
    if !live.beyond.unknown.is_empty() {
        let names = live.beyond.unknown.clone();
        remarks.push(InstanceNotice::UnknownRoot { names });
    }
    remarks
}

/// What becomes of the unknown fields of the entries that are written back.
pub(super) fn about_fields<'a>(
    result: impl IntoIterator<Item = &'a LiveWebhook>,
    drop_fields: &DropFields,
) -> Vec<InstanceNotice> {
    let entries = result.into_iter().flat_map(|entry| {
        let url = entry.webhook.url.clone();
        let names = entry.extra.names().map(str::to_owned);
        let (dropped, kept): (Vec<_>, Vec<_>) = names.partition(|name| drop_fields.has(name));
        let kept = InstanceNotice::KeptFields {
            url: url.clone(),
            names: kept,
        };
        [
            kept,
            InstanceNotice::DroppedFields {
                url,
                names: dropped,
            },
        ]
    });
    let is_about_some = |notice: &InstanceNotice| match notice {
        InstanceNotice::KeptFields { names, .. } | InstanceNotice::DroppedFields { names, .. } => {
            !names.is_empty()
        }
        _ => true,
    };
    entries.filter(is_about_some).collect()
}

/// What becomes of the unknown fields of the system webhook in a write.
pub(super) fn about_system_fields(
    extra: &UnknownFields,
    drop_fields: &DropFields,
) -> Vec<InstanceNotice> {
    let names = extra.names().map(str::to_owned);
    let (dropped, kept): (Vec<_>, Vec<_>) = names.partition(|name| drop_fields.has(name));
    let kept = (!kept.is_empty()).then_some(InstanceNotice::KeptSystemFields { names: kept });
    let dropped =
        (!dropped.is_empty()).then_some(InstanceNotice::DroppedSystemFields { names: dropped });
    kept.into_iter().chain(dropped).collect()
}

/// The unknown fields that the removal of an entry takes along.
pub(super) fn about_removed_fields(
    entry: &LiveWebhook,
    is_replaced: bool,
) -> Option<InstanceNotice> {
    let names: Vec<String> = entry.extra.names().map(str::to_owned).collect();
    (!names.is_empty()).then(|| InstanceNotice::RemovedFields {
        url: entry.webhook.url.clone(),
        names,
        is_replaced,
    })
}
