//! The real `Transport`, over reqwest. The one place where its errors are seen: they quote whole URLs, token included.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Client, Url};

use super::base::BaseUrl;
use super::ca::Authorities;
use super::connect_error;
use super::connections::Connections;
use super::proxy::Proxy;
use super::proxy_answer::ProxyAnswer;
use super::transport::{
    Delivery, MAX_BODY, Pending, Transport, TransportError, TransportErrorKind,
};
use crate::problem::Hint;
use crate::wire::{Method, Request, Response};

/// How long a connection may take to come about; part of the request's own time.
pub(super) const CONNECT_TIME: Duration = Duration::from_secs(10);

const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("hookfleet/", env!("CARGO_PKG_VERSION")));

/// The answer's headers that hookfleet reads.
const KEPT_HEADERS: [&str; 3] = ["retry-after", "content-encoding", "link"];

/// No answer is to be compressed: it is read as it comes.
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

const MAYBE_TLS: Hint = Hint::Step(
    "the port of --base-url may speak TLS, or something else: check its scheme and its port",
);

const CLOSED: Hint = Hint::Step(
    "is the API reachable? the port of --base-url may speak TLS: check its scheme and its port, then run it again",
);

/// The way to an API.
#[derive(Debug, Clone)]
pub struct Route {
    /// Where requests go.
    pub base: BaseUrl,
    /// What stands in between.
    pub proxy: Option<Proxy>,
    /// Whom to trust beside the system's authorities, or the bundled ones where the system has none.
    pub authorities: Authorities,
}

impl Route {
    /// The way without a proxy and without further authorities.
    pub fn direct(base: BaseUrl) -> Self {
        Self {
            base,
            proxy: None,
            authorities: Authorities::default(),
        }
    }
}

/// Sends requests over HTTP/1.1 with kept connections, TLS by rustls, and no redirects or cookies; through a proxy
/// only where the route says so, whatever the environment holds.
pub struct HttpTransport(Connections);

/// The HTTP client can't be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the HTTP client: {0}")]
pub struct HttpSetupError(pub(super) String);

impl HttpTransport {
    /// Sets the client up for a route.
    ///
    /// # Errors
    /// When TLS can't be set up, even with the bundled root certificates.
    pub fn new(route: Route) -> Result<Self, HttpSetupError> {
        Ok(Self(Connections::new(route)?))
    }

    /// The base URL with a path and a query. It was parsed once, which takes longer than all else about a URL.
    fn url(&self, target: &str) -> Url {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let mut url = self.0.route().base.url().clone();
        let path = [url.path().trim_end_matches('/'), path].concat();
        url.set_path(&path);
        url.set_query(query);
        url
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let client = self.0.of(request.method);
        match self.attempt(client, &request).await {
            // A read changes nothing, so that it goes on a new connection at once. A write has to be looked after first.
            Err((_, IsLost(true))) if request.method == Method::Get => {
                let again = self.attempt(self.0.fresh(), &request).await;
                again.map_err(|(error, _)| error)
            }
            result => result.map_err(|(error, _)| error),
        }
    }

    /// Sends a request once. An error also says whether a kept connection is to blame.
    async fn attempt(
        &self,
        client: &Client,
        request: &Request,
    ) -> Result<Response, (TransportError, IsLost)> {
        let unsendable = |why| (unsendable(why), IsLost(false));
        let mut builder = match request.method {
            Method::Get => client.get(self.url(&request.target)),
            Method::Post => client.post(self.url(&request.target)),
        };
        // Here and not in the client, which would tell it to the proxy too.
        builder = builder
            .header(USER_AGENT, AGENT)
            .header(ACCEPT_ENCODING, IDENTITY);
        for (name, value) in &request.headers {
            let Ok(mut value) = HeaderValue::from_str(value) else {
                return Err(unsendable(
                    "the token or the id has characters that no header can carry",
                ));
            };
            value.set_sensitive(true);
            builder = builder.header(HeaderName::from_static(name), value);
        }
        builder = match &request.body {
            Some(body) => builder
                .header("content-type", "application/json")
                .body(body.clone()),
            // A POST without a body says so: some servers answer 411 otherwise.
            None if request.method == Method::Post => builder.body(""),
            None => builder,
        };
        let mut response = match builder.send().await {
            Ok(response) => response,
            Err(error) => {
                let is_lost = self.0.has_lost(&error);
                let error = error.without_url();
                let route = self.0.route();
                let answer = match connect_error::refusing_proxy(&error, route) {
                    Some(proxy) => ProxyAnswer::of(proxy, &route.base.host_and_port()).await,
                    None => None,
                };
                let error = self.failed(error, answer, TransportErrorKind::Closed);
                return Err((error, IsLost(is_lost)));
            }
        };
        let status = response.status().as_u16();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response
            .headers()
            .iter()
            .filter(|(name, _)| KEPT_HEADERS.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        let mut body = Vec::new();
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) => {
                    let error = self.failed(error, None, TransportErrorKind::Cut);
                    return Err((error, IsLost(false)));
                }
            };
            if body.len() + chunk.len() > MAX_BODY {
                if !(200..300).contains(&status) {
                    // The start of an error body says enough.
                    break;
                }
                let error = TransportError::new(TransportErrorKind::TooLarge, Delivery::Unknown);
                return Err((error, IsLost(false)));
            }
            body.extend_from_slice(&chunk);
        }
        self.0.has_answered(&response);
        Ok(Response {
            status,
            headers,
            body,
        })
    }

    /// What a reqwest error means, in words that hold no URL; `lost` says what a broken connection is at this point.
    /// `answer` is that of a proxy which opened no tunnel.
    fn failed(
        &self,
        error: reqwest::Error,
        answer: Option<ProxyAnswer>,
        lost: TransportErrorKind,
    ) -> TransportError {
        let error = error.without_url();
        let route = self.0.route();
        if error.is_connect() {
            let (kind, hint) = connect_error::kind(&error, route, answer);
            return TransportError {
                hint,
                ..TransportError::new(kind, Delivery::NotSent)
            };
        }
        if error.is_builder() {
            return TransportError {
                hint: Hint::Nothing,
                ..unsendable(
                    "the request does not fit into a URL; `api: { write: body }` sends the webhooks in the body",
                )
            };
        }
        if error.is_timeout() {
            return TransportError::timeout(CONNECT_TIME, self.proxy());
        }
        let unknown = |kind, hint| TransportError {
            hint,
            ..TransportError::new(kind, Delivery::Unknown)
        };
        if let Some((kind, hint)) = connect_error::refused_client(&error, route) {
            return unknown(kind, hint);
        }
        let is_plain = !route.base.is_https();
        match unparsed(&error) {
            Some(Unparsed::TooLarge) => unknown(TransportErrorKind::HeadTooLarge, Hint::Usual),
            Some(Unparsed::NotHttp) if is_plain => unknown(TransportErrorKind::NotHttp, MAYBE_TLS),
            Some(Unparsed::NotHttp) => unknown(TransportErrorKind::NotHttp, Hint::Usual),
            // A server of TLS may close without a byte. One that has answered before speaks HTTP.
            None if is_plain && lost == TransportErrorKind::Closed && !self.0.was_answered() => {
                unknown(lost, CLOSED)
            }
            None => unknown(lost, Hint::Usual),
        }
    }
}

/// Whether a request was lost to a connection that was kept too long.
struct IsLost(bool);

fn unsendable(why: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::Unsendable(why), Delivery::NotSent)
}

/// What is wrong with the head of an answer.
enum Unparsed {
    TooLarge,
    NotHttp,
}

/// What is wrong with an answer that came and can't be read.
fn unparsed(error: &reqwest::Error) -> Option<Unparsed> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            if error.is_parse_too_large() {
                return Some(Unparsed::TooLarge);
            }
            if error.is_parse() {
                return Some(Unparsed::NotHttp);
            }
        }
        next = error.source();
    }
    None
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> Pending<'_> {
        Box::pin(self.exchange(request))
    }

    fn proxy(&self) -> Option<&str> {
        let proxy = self.0.route().proxy.as_ref()?;
        Some(&proxy.authority)
    }
}
