//! The desired state before secrets are bound: the output of resolving.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::url::DesiredUrl;
use super::{
    ApiSettings, DropFields, InstanceRef, Patterns, PruneRule, SafetyLimits, SecretHosts,
    SecretSource, WantedSystem,
};
use crate::manifest::{Location, Origin};
use crate::webhook::Events;

/// The desired state of all files of a run. Secrets are still names.
#[derive(Debug, Clone)]
pub struct Desired {
    /// How to talk to the API.
    pub api: ApiSettings,
    /// The guards' limits.
    pub safety: SafetyLimits,
    /// The sources of tokens.
    pub credentials: BTreeMap<Arc<str>, SecretSource>,
    /// The sources of secrets in URLs.
    pub secrets: BTreeMap<Arc<str>, SecretSource>,
    /// The hosts that secrets may go to.
    pub secret_hosts: SecretHosts,
    /// The hosts of all webhooks in the manifest.
    pub hosts: ManifestHosts,
    /// The path segments and query keys of all webhooks in the manifest, those with variables aside.
    pub words: Arc<BTreeSet<Box<str>>>,
    /// The instances, in the order of files and lines.
    pub instances: Vec<DesiredInstance>,
}

/// The hosts of a manifest, of suspended instances and unused sets too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ManifestHosts {
    /// Those that are known, in their normal spelling, with variables filled in.
    pub known: BTreeSet<String>,
    /// Whether there are others: a secret holds them, or no instance fills in their variables.
    pub has_unknown: bool,
}

impl Desired {
    /// The instances at these indices.
    pub(super) fn at(&self, indices: &[usize]) -> impl Iterator<Item = &DesiredInstance> {
        let instances = indices.iter().map(|index| self.instances.get(*index));
        instances.flatten()
    }

    /// The indices, ascending, of the instances that match `is`.
    pub fn indices_where(&self, is: impl Fn(&InstanceRef) -> bool) -> Vec<usize> {
        let all = self.instances.iter().enumerate();
        all.filter(|(_, instance)| is(&instance.subject))
            .map(|(index, _)| index)
            .collect()
    }
}

/// The desired state of one instance.
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
    /// Its custom webhooks; `None` keeps all live ones.
    pub webhooks: Option<Vec<Arc<DesiredWebhook>>>,
    /// Which live webhooks that the manifest does not list are removed.
    pub prune: PruneRule,
    /// Live webhooks that hookfleet leaves alone.
    pub ignore: Patterns,
    /// The unknown fields that a write leaves out.
    pub drop_fields: DropFields,
    /// The system webhook.
    pub system: WantedSystem,
    /// Where the manifest sets the system webhook.
    pub system_origin: Option<Origin>,
}

/// One webhook with the instance's variables filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredWebhook {
    /// Its URL; secrets are still names.
    pub url: DesiredUrl,
    /// Its events.
    pub events: Events,
    /// Whether it is active.
    pub is_active: bool,
    /// Where its URL is written.
    pub place: Location,
}
