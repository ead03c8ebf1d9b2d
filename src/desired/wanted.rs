//! What is wanted of one instance once secrets are bound: the input of the planner.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::pattern::Patterns;
use crate::live::Live;
use crate::manifest::Origin;
use crate::problem::Problem;
use crate::webhook::{Events, InstanceId, Webhook};

/// Labels and their values; most are the same for many instances.
pub type Labels = BTreeMap<Arc<str>, Arc<str>>;

/// An instance as people and reports name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceRef {
    /// The API's id.
    pub id: InstanceId,
    /// The manifest's own, unique name.
    pub name: Option<Arc<str>>,
    /// The manifest's labels.
    pub labels: Arc<Labels>,
    /// Whether the manifest lists it.
    pub is_listed: bool,
    /// Where the manifest says it.
    pub origin: Origin,
}

impl InstanceRef {
    /// An instance that the manifest does not list, as `source` (such as a run log) names it.
    pub fn unlisted(id: Arc<str>, name: Option<Arc<str>>, source: &str) -> Self {
        Self {
            id: InstanceId::new(id),
            name,
            labels: Arc::default(),
            is_listed: false,
            origin: Origin {
                file: Arc::from(source),
                line: 1,
                column: 1,
            },
        }
    }

    /// Whether its id or its name is among `names`.
    pub fn is_named(&self, names: &[String]) -> bool {
        names
            .iter()
            .any(|name| self.id.as_str() == name || self.name.as_deref() == Some(name.as_str()))
    }
}

/// One selected instance and what is to become of it.
#[derive(Clone)]
pub struct Target {
    /// Which instance.
    pub subject: Arc<InstanceRef>,
    /// Leave alone, or make so.
    pub goal: Goal,
}

/// Whether an instance takes part.
#[derive(Clone)]
pub enum Goal {
    /// `suspend: true`: neither read nor written, with the manifest's reason.
    Suspended(Option<Arc<str>>),
    /// It is read, and written where it differs.
    Managed(Wanted),
    /// What a run has overwritten is put back.
    Restored(Box<Restoration>),
    /// It was approved, and the manifest does not have it any more: neither read nor written.
    Gone(Problem),
}

impl Goal {
    /// The credential that the instance is read with; `None` where it is not read.
    pub fn credential(&self) -> Option<&Arc<str>> {
        match self {
            Self::Managed(wanted) => Some(&wanted.credential),
            Self::Restored(restoration) => Some(&restoration.credential),
            Self::Suspended(_) | Self::Gone(_) => None,
        }
    }
}

/// What a rollback makes of an instance. It has no `Debug`: states hold secrets.
#[derive(Clone)]
pub struct Restoration {
    /// The credential whose token reads and writes the instance.
    pub credential: Arc<str>,
    /// The state that is put back: the whole answer before the write, unknown fields included.
    pub back: Live,
    /// The state that the run left; another one is somebody else's.
    pub left: Live,
    /// Whether nobody knows what the run left: then what is made of both may be its doing too.
    pub in_doubt: bool,
}

/// What an instance should look like. It has no `Debug`: its URLs hold bound secrets.
#[derive(Clone)]
pub struct Wanted {
    /// The credential whose token reads and writes the instance.
    pub credential: Arc<str>,
    /// The custom webhooks.
    pub webhooks: WantedWebhooks,
    /// What becomes of live webhooks that the manifest does not have.
    pub prune: PruneRule,
    /// Live webhooks that are nobody's business.
    pub ignore: Patterns,
    /// The system webhook.
    pub system: WantedSystem,
    /// Where the manifest says so, where it does.
    pub system_origin: Option<Origin>,
}

/// The wanted custom webhooks.
#[derive(Clone)]
pub enum WantedWebhooks {
    /// Whatever is live stays.
    Keep,
    /// Exactly these, beside what `prune` and `ignore` leave; URLs are unique.
    Exactly(Vec<Arc<WantedWebhook>>),
}

/// A wanted webhook, and where the manifest says so.
#[derive(Clone)]
pub struct WantedWebhook {
    /// What is wanted.
    pub webhook: Webhook,
    /// Where its URL is written.
    pub origin: Origin,
}

/// What becomes of live webhooks that the manifest does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PruneRule {
    /// They are removed.
    All,
    /// They stay.
    Nothing,
    /// Those that match are removed.
    Matching(Patterns),
}

/// The wanted system webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedSystem {
    /// Exactly what is live.
    Keep,
    /// What is `None` stays as it is live.
    Set {
        /// Whether it is switched on.
        is_active: Option<bool>,
        /// Its events.
        events: Option<Events>,
    },
}
