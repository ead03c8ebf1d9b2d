//! All that is Wawp's: requests as data, answers decoded, error codes, published events, the vendor's hosts. It must not
//! send, wait or read the clock.

mod beyond;
mod decode;
mod encode;
mod error;
pub mod events;
mod failed;
mod hint;
mod hosts;
mod markup;
mod object;
mod public_words;
pub mod redact;
pub mod request;
mod said;

pub use beyond::more_beside_body;
pub use decode::{NotUnderstood, decode};
pub use encode::{encode, encode_state};
pub use error::{InnerError, RequestForm, inner_error, problem, remark};
pub use hosts::DEFAULT_BASE_URL;
pub(crate) use hosts::is_vendors_host;

/// The name of this API, as run logs have it.
pub const NAME: &str = "wawp";
