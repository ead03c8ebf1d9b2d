//! All that is Wawp's: requests as data, answers decoded, error codes, published events, the vendor's hosts. It must not
//! send, wait or read the clock.

pub mod decode;
pub mod encode;
pub mod events;
mod hosts;
pub mod object;

pub use hosts::DEFAULT_BASE_URL;
pub(crate) use hosts::is_vendors_host;

/// The name of this API, as run logs have it.
pub const NAME: &str = "wawp";
