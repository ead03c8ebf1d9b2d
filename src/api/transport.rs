//! The `Transport` port: one request in; status, headers and bytes out. Decoding, retries and pace are above it.

use std::pin::Pin;
use std::time::Duration;

use crate::problem::Hint;
use crate::wire::{Request, Response};

/// The largest body that is read, in bytes; a longer one is [`TransportErrorKind::TooLarge`].
pub const MAX_BODY: usize = 4 * 1024 * 1024;

const SLOW_PROXY: Hint = Hint::Step(
    "give each request more time with --timeout, or ask those who run the proxy of HTTPS_PROXY: it may be what does not answer",
);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    /// What went wrong.
    pub kind: TransportErrorKind,
    /// Whether the server may have acted on the request.
    pub fate: Delivery,
    /// The next step.
    pub hint: Hint,
}

impl TransportError {
    /// Makes the error of a request to the API, or through a proxy to it, whose time was up.
    pub fn timeout(after: Duration, proxy: Option<&str>) -> Self {
        let kind = TransportErrorKind::Timeout {
            after,
            proxy: proxy.map(str::to_owned),
        };
        Self {
            hint: proxy.map_or(Hint::Usual, |_| SLOW_PROXY),
            ..Self::new(kind, Delivery::Unknown)
        }
    }

    /// Makes an error with the usual hint of its kind.
    pub fn new(kind: TransportErrorKind, fate: Delivery) -> Self {
        Self {
            kind,
            fate,
            hint: Hint::Usual,
        }
    }
}

/// What kept an answer from arriving. No variant holds a URL, a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportErrorKind {
    /// No connection came about: refused, unreachable, DNS, TLS. Says to where, and why.
    #[error("cannot connect to {0}")]
    Connect(String),
    /// What answered does not speak the protocol of the URL. Says who, and what.
    #[error("cannot connect to {0}")]
    Unspeakable(String),
    /// The certificate that was shown is not to be trusted. Says whose, and why.
    #[error("cannot trust {0}")]
    Untrusted(String),
    /// The proxy led nowhere. It is named by host and port, never with its userinfo.
    #[error("{why}")]
    Proxy {
        /// Which proxy, and what happened.
        why: String,
        /// Whether it can pass by itself: other credentials don't come by waiting.
        passes: bool,
    },
    /// The request's time was up. Names the proxy that it had to go through, by host and port.
    #[error("no answer within {}{}", crate::english::human_duration(*.after), through(.proxy.as_deref()))]
    Timeout {
        /// The time that it had.
        after: Duration,
        /// The proxy, if any.
        proxy: Option<String>,
    },
    /// The connection ended before the answer's head was there.
    #[error("the connection was closed before an answer")]
    Closed,
    /// Something answered that is no HTTP.
    #[error("the answer is not HTTP")]
    NotHttp,
    /// Its headers are more than an HTTP client takes.
    #[error("the headers of the answer are too large")]
    HeadTooLarge,
    /// The connection ended inside the answer's body.
    #[error("the answer was cut off in its body")]
    Cut,
    /// The body is longer than [`MAX_BODY`].
    #[error("the answer is larger than 4 MiB")]
    TooLarge,
    /// The request can't be put on the wire at all.
    #[error("{0}")]
    Unsendable(&'static str),
}

fn through(proxy: Option<&str>) -> String {
    proxy.map_or_else(String::new, |proxy| format!(" through the proxy {proxy}"))
}

/// What is known of a request that got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It never left: nothing can have changed.
    NotSent,
    /// It may have been carried out.
    Unknown,
}

/// A pending answer.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Sends one request. Implemented by the real client and by the emulator's world in memory.
pub trait Transport: Send + Sync {
    /// Sends `request` and returns the whole answer. It never repeats a write and never follows a redirect; a read that
    /// was lost because a kept connection had been closed is sent on a new one.
    fn send(&self, request: Request) -> Pending<'_>;

    /// The proxy that requests go through, by host and port.
    fn proxy(&self) -> Option<&str> {
        None
    }
}
