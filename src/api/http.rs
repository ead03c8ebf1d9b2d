//! The real `Transport`, over reqwest. The one place where its errors are seen: they quote whole URLs, token included.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Client, Url, redirect, retry};

use super::base::BaseUrl;
use super::ca::{Authorities, bundled};
use super::connect_error;
use super::proxy::Proxy;
use super::transport::{
    Delivery, MAX_BODY, Pending, Transport, TransportError, TransportErrorKind,
};
use crate::wire::{Method, Request, Response};

/// How long a connection may take to come about; part of the request's own time.
const CONNECT_TIME: Duration = Duration::from_secs(10);

const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("hookfleet/", env!("CARGO_PKG_VERSION")));

/// The answer's headers that hookfleet reads.
const KEPT_HEADERS: [&str; 1] = ["retry-after"];

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

/// Sends requests over HTTP/1.1 with kept connections, TLS by rustls, and no redirects, retries or cookies; through a
/// proxy only where the route says so, whatever the environment holds.
pub struct HttpTransport {
    client: Client,
    route: Route,
}

/// The HTTP client can't be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the HTTP client: {0}")]
pub struct HttpSetupError(String);

impl HttpTransport {
    /// Sets the client up for a route.
    ///
    /// # Errors
    /// When TLS can't be set up, even with the bundled root certificates.
    pub fn new(route: Route) -> Result<Self, HttpSetupError> {
        // Fails only when another one is installed already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let failed = |error: reqwest::Error| HttpSetupError(error.without_url().to_string());
        let proxy = route.proxy.as_ref().map(Proxy::to_reqwest);
        let proxy = proxy.transpose().map_err(failed)?;
        let builder = || {
            let builder = Client::builder()
                // A redirect would take the token with it.
                .redirect(redirect::Policy::none())
                .referer(false)
                // reqwest would repeat a POST whose fate is unknown.
                .retry(retry::never())
                // It also keeps reqwest from looking at the environment by itself.
                .no_proxy()
                .http1_only()
                .connect_timeout(CONNECT_TIME)
                .tls_version_min(reqwest::tls::Version::TLS_1_2);
            match &proxy {
                Some(proxy) => builder.proxy(proxy.clone()),
                None => builder,
            }
        };
        let further = route.authorities.certificates();
        let is_plain = !route.base.is_https();
        // Whether there is a system root store shows only without further roots: with some, it may be empty, and the
        // bundled ones would silently be left out.
        let client = if is_plain {
            // Plain http trusts no authority, and loading the system's takes longer than all else.
            builder().tls_certs_only([]).build()
        } else {
            match builder().build() {
                Ok(client) if further.is_empty() => Ok(client),
                Ok(_) => builder().tls_certs_merge(further).build(),
                // There is none, as in an empty container: the bundled roots serve.
                Err(_) => {
                    let roots = bundled().into_iter().chain(further);
                    builder().tls_certs_only(roots).build()
                }
            }
        };
        let client = client.map_err(failed)?;
        Ok(Self { client, route })
    }

    /// The base URL with a path and a query. It was parsed once, which takes longer than all else about a URL.
    fn url(&self, target: &str) -> Url {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let mut url = self.route.base.url().clone();
        let path = [url.path().trim_end_matches('/'), path].concat();
        url.set_path(&path);
        url.set_query(query);
        url
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let mut builder = match request.method {
            Method::Get => self.client.get(self.url(&request.target)),
            Method::Post => self.client.post(self.url(&request.target)),
        };
        // Here and not in the client, which would tell it to the proxy too.
        builder = builder.header(USER_AGENT, AGENT);
        for (name, value) in &request.headers {
            let Ok(mut value) = HeaderValue::from_str(value) else {
                let kind = TransportErrorKind::Unsendable(
                    "the token or the id has characters that no header can carry",
                );
                return Err(TransportError {
                    kind,
                    fate: Delivery::NotSent,
                });
            };
            value.set_sensitive(true);
            builder = builder.header(HeaderName::from_static(name), value);
        }
        builder = match request.body {
            Some(body) => builder
                .header("content-type", "application/json")
                .body(body),
            // A POST without a body says so: some servers answer 411 otherwise.
            None if request.method == Method::Post => builder.body(""),
            None => builder,
        };
        let mut response = match builder.send().await {
            Ok(response) => response,
            Err(error) => return Err(self.failed(error, TransportErrorKind::Closed)),
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
                Err(error) => return Err(self.failed(error, TransportErrorKind::Cut)),
            };
            if body.len() + chunk.len() > MAX_BODY {
                if !(200..300).contains(&status) {
                    // The start of an error body says enough.
                    break;
                }
                return Err(TransportError {
                    kind: TransportErrorKind::TooLarge,
                    fate: Delivery::Unknown,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response {
            status,
            headers,
            body,
        })
    }

    /// What a reqwest error means, in words that hold no URL; `lost` says what a broken connection is at this point.
    fn failed(&self, error: reqwest::Error, lost: TransportErrorKind) -> TransportError {
        let error = error.without_url();
        if error.is_connect() {
            return TransportError {
                kind: connect_error::kind(&error, &self.route),
                fate: Delivery::NotSent,
            };
        }
        if error.is_builder() {
            let kind = TransportErrorKind::Unsendable(
                "the request does not fit into a URL; `api: { write: body }` sends the webhooks in the body",
            );
            return TransportError {
                kind,
                fate: Delivery::NotSent,
            };
        }
        let kind = if error.is_timeout() {
            TransportErrorKind::Timeout(CONNECT_TIME)
        } else {
            lost
        };
        TransportError {
            kind,
            fate: Delivery::Unknown,
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> Pending<'_> {
        Box::pin(self.exchange(request))
    }
}
