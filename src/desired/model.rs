//! What a manifest means, secrets aside: the output of resolving.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pattern::Patterns;
use super::settings::{Api, Safety, SecretSource};
use super::template::DesiredUrl;
use super::wanted::{Prune, Subject, WantedSystem};
use crate::manifest::{Origin, Place};
use crate::webhook::Events;

/// What all files of a run mean together. Secrets are still names.
#[derive(Debug, Clone)]
pub struct Desired {
    /// How to talk to the API.
    pub api: Api,
    /// The guards' limits.
    pub safety: Safety,
    /// Where tokens come from.
    pub credentials: BTreeMap<Arc<str>, SecretSource>,
    /// Where values inside URLs come from.
    pub secrets: BTreeMap<Arc<str>, SecretSource>,
    /// The instances, in the order of files and lines.
    pub instances: Vec<DesiredInstance>,
}

/// One instance with everything that holds for it.
#[derive(Debug, Clone)]
pub struct DesiredInstance {
    /// Which instance.
    pub subject: Arc<Subject>,
    /// Where its id is written.
    pub place: Place,
    /// `suspend: true`, with the reason.
    pub suspended: Option<Option<Arc<str>>>,
    /// Its credential's name.
    pub credential: Arc<str>,
    /// Its custom webhooks; `None` leaves whatever is live.
    pub webhooks: Option<Vec<Arc<DesiredWebhook>>>,
    /// What becomes of live webhooks that the manifest does not have.
    pub prune: Prune,
    /// Live webhooks that are nobody's business.
    pub ignore: Patterns,
    /// The system webhook.
    pub system: WantedSystem,
    /// Where that is written, where it is.
    pub system_origin: Option<Origin>,
}

/// One webhook with the instance's variables filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredWebhook {
    /// Its URL; secrets are still names.
    pub url: DesiredUrl,
    /// Its events.
    pub events: Events,
    /// Whether it is switched on.
    pub is_active: bool,
    /// Where its URL is written.
    pub place: Place,
}

impl Desired {
    /// The hosts of every webhook of the manifest, lower-case, where they hold no secret.
    pub fn hosts(&self) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut hosts = BTreeSet::new();
        for webhook in self
            .instances
            .iter()
            .filter_map(|instance| instance.webhooks.as_ref())
            .flatten()
        {
            if seen.insert(Arc::as_ptr(webhook)) {
                let url = webhook.url.with_stand_ins();
                let plain = url
                    .parts()
                    .is_some_and(|parts| url.secrets_in(parts.authority).is_empty());
                hosts.extend(crate::plan::notice::host_of(&url).filter(|_| plain));
            }
        }
        hosts
    }
}
