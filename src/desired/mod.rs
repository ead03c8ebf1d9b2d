//! What a manifest means: defaults, sets, templates and selection. It must not read files or open a secret source.

pub mod bind;
mod names;
pub mod pattern;
pub mod resolve;
pub mod select;
pub mod settings;
mod target;
pub mod template;
pub mod wanted;
mod webhooks;

pub use bind::{Binding, bind};
pub use pattern::Patterns;
pub use resolve::{Desired, DesiredInstance, DesiredWebhook, resolve};
pub use select::select;
pub use settings::{Api, Authentication, Concurrency, Safety, SecretSource, SourceKind, WriteVia};
pub use wanted::{
    Goal, Prune, Subject, Target, Wanted, WantedSystem, WantedWebhook, WantedWebhooks,
};
