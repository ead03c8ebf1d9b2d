//! The nouns: instances, webhook URLs, events, webhooks. It must not read, write, print or know a file format.

mod encode;
pub mod entry;
pub mod events;
pub mod expose;
pub mod fingerprint;
pub mod id;
mod joined;
pub(crate) mod opaque;
mod outline;
pub mod parts;
pub mod places;
pub mod shown;
pub mod url;
mod words;

pub use encode::percent_encoded;
pub use entry::{Extra, SystemWebhook, Webhook};
pub use events::Events;
pub use expose::ExposeUrl;
pub use fingerprint::Fingerprints;
pub use id::InstanceId;
pub use joined::joined;
pub use places::Place;
pub use shown::LONGEST_URL;
pub use url::{HookUrl, Provenance};
