//! What a manifest means, secrets aside: the output of resolving.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pattern::Patterns;
use super::settings::{ApiSettings, SafetyLimits, SecretSource};
use super::url::DesiredUrl;
use super::wanted::{InstanceRef, PruneRule, WantedSystem};
use crate::manifest::{Location, Origin};
use crate::webhook::Events;

/// What all files of a run mean together. Secrets are still names.
#[derive(Debug, Clone)]
pub struct Desired {
    /// How to talk to the API.
    pub api: ApiSettings,
    /// The guards' limits.
    pub safety: SafetyLimits,
    /// Where tokens come from.
    pub credentials: BTreeMap<Arc<str>, SecretSource>,
    /// Where values inside URLs come from.
    pub secrets: BTreeMap<Arc<str>, SecretSource>,
    /// The hosts of every webhook that is written anywhere, lower-case, where nothing has to be filled in to know them.
    pub hosts: BTreeSet<String>,
    /// The path segments and query keys of every webhook that is written anywhere, where nothing has to be filled in.
    pub words: Arc<BTreeSet<Box<str>>>,
    /// The instances, in the order of files and lines.
    pub instances: Vec<DesiredInstance>,
}

impl Desired {
    /// The instances at these indices.
    pub(super) fn at(&self, indices: &[usize]) -> impl Iterator<Item = &DesiredInstance> {
        let instances = indices.iter().map(|index| self.instances.get(*index));
        instances.flatten()
    }

    /// The indices, ascending, of the instances that `is` says yes to.
    pub fn indices_where(&self, is: impl Fn(&InstanceRef) -> bool) -> Vec<usize> {
        let all = self.instances.iter().enumerate();
        all.filter(|(_, instance)| is(&instance.subject))
            .map(|(index, _)| index)
            .collect()
    }
}

/// One instance with everything that holds for it.
#[derive(Debug, Clone)]
pub struct DesiredInstance {
    /// Which instance.
    pub subject: Arc<InstanceRef>,
    /// Where its id is written.
    pub place: Location,
    /// `suspend: true`, with the reason.
    pub suspended: Option<Option<Arc<str>>>,
    /// Its credential's name.
    pub credential: Arc<str>,
    /// Its custom webhooks; `None` leaves whatever is live.
    pub webhooks: Option<Vec<Arc<DesiredWebhook>>>,
    /// What becomes of live webhooks that the manifest does not have.
    pub prune: PruneRule,
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
    pub place: Location,
}
