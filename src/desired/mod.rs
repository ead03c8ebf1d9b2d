//! The desired state: resolves defaults, sets, templates and selections. It must not read files or open a secret
//! source.

pub mod bind;
mod entry;
pub mod guesses;
pub mod hosts;
mod literals;
pub mod model;
mod names;
pub mod pattern;
mod placeholder;
pub mod resolve;
mod secrets;
pub mod select;
pub mod selector;
pub mod settings;
pub mod shard;
mod target;
pub mod template;
mod unique;
pub mod url;
pub mod wanted;
mod webhooks;

pub use bind::bind;
pub use guesses::refuse_guesses;
pub use hosts::SecretHosts;
pub use model::{Desired, DesiredInstance, DesiredWebhook, ManifestHosts};
pub use pattern::Patterns;
pub(crate) use placeholder::is_stand_in;
pub use resolve::resolve;
pub use select::{Scope, Selection, select};
pub use selector::Selector;
pub use settings::{
    ApiSettings, Authentication, Concurrency, SafetyLimits, SecretSource, SourceKind, WriteVia,
};
pub use shard::Shard;
pub use wanted::{
    Certainty, DropFields, Goal, InstanceRef, Labels, Overwrite, PruneRule, Restoration, Target,
    Wanted, WantedSystem, WantedWebhook, WantedWebhooks,
};
