//! The wanted state of an instance after secrets are bound: the input of the planner.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pattern::Patterns;
use crate::live::Live;
use crate::manifest::Origin;
use crate::problem::Problem;
use crate::webhook::{Events, InstanceId, Webhook};

/// Labels and their values.
pub type Labels = BTreeMap<Arc<str>, Arc<str>>;

/// The identity of an instance in plans and reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceRef {
    /// The API's id.
    pub id: InstanceId,
    /// The unique name in the manifest.
    pub name: Option<Arc<str>>,
    /// The labels in the manifest.
    pub labels: Arc<Labels>,
    /// Whether the manifest lists it.
    pub is_listed: bool,
    /// Its location in the manifest.
    pub origin: Origin,
}

impl InstanceRef {
    /// Makes the identity of an instance that the manifest does not list, as `source` (such as a run log) names it.
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

/// One selected instance and its goal.
#[derive(Clone)]
pub struct Target {
    /// Which instance.
    pub subject: Arc<InstanceRef>,
    /// Its goal.
    pub goal: Goal,
}

/// The goal of a run for one instance.
#[derive(Clone)]
pub enum Goal {
    /// `suspend: true`: neither read nor written, with the manifest's reason.
    Suspended(Option<Arc<str>>),
    /// The instance is read, and written when it differs.
    Managed(Wanted),
    /// The state that a run has overwritten is restored.
    Restored(Box<Restoration>),
    /// The instance was approved, and the manifest no longer lists it: neither read nor written.
    Gone(Problem),
}

impl Goal {
    /// The credential for reading the instance; `None` when it is not read.
    pub fn credential(&self) -> Option<&Arc<str>> {
        match self {
            Self::Managed(wanted) => Some(&wanted.credential),
            Self::Restored(restoration) => Some(&restoration.credential),
            Self::Suspended(_) | Self::Gone(_) => None,
        }
    }
}

/// The goal of a rollback for an instance. It has no `Debug`: states hold secrets.
#[derive(Clone)]
pub struct Restoration {
    /// The credential whose token reads and writes the instance.
    pub credential: Arc<str>,
    /// The newest write of the chain of runs.
    pub newest: Overwrite,
    /// The writes of the chain before it, newest first.
    pub earlier: Vec<Overwrite>,
    /// The unknown fields that a write leaves out.
    pub drop_fields: DropFields,
}

/// A write that a run has made, with both states around it. It has no `Debug`: states hold secrets.
#[derive(Clone)]
pub struct Overwrite {
    /// The run.
    pub run: Arc<str>,
    /// The state that it overwrote: the whole snapshot before it, unknown fields included.
    pub back: Live,
    /// The state that it left; another one is another writer's.
    pub left: Live,
    /// What is known of that.
    pub certainty: Certainty,
}

/// What is known of the state that a write left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// A read after it showed that state.
    Verified,
    /// It left that state, or took no effect.
    Unconfirmed,
    /// It left that state, took no effect, or left a mix of both.
    Unknown,
}

impl Overwrite {
    /// Whether `state` may be what is live between this write and the next one, if nobody else has written.
    pub fn may_have_left(&self, state: &Live) -> bool {
        state.agrees_with(&self.left)
            || (self.certainty != Certainty::Verified && state.agrees_with(&self.back))
            || (self.certainty == Certainty::Unknown && state.is_made_of(&self.back, &self.left))
    }
}

/// The wanted state of an instance. It has no `Debug`: its URLs hold bound secrets.
#[derive(Clone)]
pub struct Wanted {
    /// The credential whose token reads and writes the instance.
    pub credential: Arc<str>,
    /// The custom webhooks.
    pub webhooks: WantedWebhooks,
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

/// The names of unknown fields that a write leaves out, sorted, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DropFields(Arc<BTreeSet<Arc<str>>>);

impl DropFields {
    /// Takes names in any order.
    pub fn new(names: impl IntoIterator<Item = Arc<str>>) -> Self {
        Self(Arc::new(names.into_iter().collect()))
    }

    /// Whether a field of this name is left out.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Iterates over the names, sorted.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }
}

/// The wanted custom webhooks.
#[derive(Clone)]
pub enum WantedWebhooks {
    /// All live ones stay.
    Keep,
    /// Exactly these, beside what `prune` and `ignore` leave; URLs are unique.
    Exactly(Vec<Arc<WantedWebhook>>),
}

/// A wanted webhook and its location in the manifest.
#[derive(Clone)]
pub struct WantedWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// Where its URL is written.
    pub origin: Origin,
}

/// Which live webhooks that the manifest does not list are removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PruneRule {
    /// No rule is written: such webhooks block the instance.
    Unwritten,
    /// All of them.
    All,
    /// None of them.
    Nothing,
    /// Those that match.
    Matching(Patterns),
}

/// The wanted system webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedSystem {
    /// It stays as it is live.
    Keep,
    /// The fields to set; `None` keeps the live value.
    Set {
        /// Whether it is active.
        is_active: Option<bool>,
        /// Its events.
        events: Option<Events>,
    },
}
