//! Talking to an API: transport, limits, retries. It must not plan, log URLs or decide what to write. Only the reader and
//! the writer know which API it is.

pub mod base;
pub mod budget;
pub mod ca;
pub mod client;
mod connect_error;
mod connections;
pub mod http;
pub mod limit;
mod no_proxy;
pub mod proxy;
mod proxy_answer;
pub mod reader;
pub mod retry;
mod tls_error;
pub mod transport;
pub mod writer;

pub use base::{BaseUrl, BaseUrlError};
pub use budget::Budget;
pub use ca::{Authorities, AuthoritiesError};
pub use client::{Access, Client, Options};
pub use http::{HttpSetupError, HttpTransport, Route};
pub use limit::{Limits, Permit};
pub use proxy::{Proxy, ProxyChoice, ProxyError};
pub use reader::{Freshness, ReadResult, Reader, RetryableError};
pub(crate) use reader::{UNREAD, spent};
pub use transport::{Delivery, Transport, TransportError, TransportErrorKind};
pub use writer::{WriteOutcome, Writer};
