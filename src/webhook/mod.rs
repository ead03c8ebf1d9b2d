//! Webhooks, their URLs and events, and instance ids. It must not read, write, print or know a file format.

pub mod destination;
mod encode;
pub mod entry;
pub mod events;
pub mod expose;
pub mod fingerprint;
pub(crate) mod glob_view;
pub mod id;
pub(crate) mod mask;
pub(crate) mod opaque;
pub mod parts;
mod public_words;
pub mod redacted;
pub(crate) mod secret_keys;
pub mod secret_positions;
pub mod spelling;
pub mod strict;
pub mod url;
mod url_fault;

pub use destination::Destination;
pub use encode::percent_encoded;
pub use entry::{UnknownFields, Webhook};
pub use events::Events;
pub use expose::ExposeUrl;
pub use fingerprint::Fingerprints;
pub use id::InstanceId;
pub use parts::Parts;
pub use redacted::LONGEST_URL;
pub use secret_positions::{SecretPlace, SecretValue};
pub use spelling::{SecretParts, Spelled, Spelling};
pub use url::{HookUrl, Provenance};
pub use url_fault::UrlFault;
