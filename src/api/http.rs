//! The real `Transport`, over reqwest. The one place where its errors are seen: they quote whole URLs, token included.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Certificate, Client, redirect, retry};
use zeroize::Zeroizing;

use super::base::BaseUrl;
use super::transport::{
    Answer, Fate, MAX_BODY, Method, Pending, Request, Transport, TransportError, TransportErrorKind,
};

/// How long a connection may take to come about; part of the request's own time.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Sends requests over HTTP/1.1 with kept connections, TLS by rustls, and no redirects, retries, proxies or cookies.
pub struct HttpTransport {
    client: Client,
    base: BaseUrl,
}

/// The HTTP client can't be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the HTTP client: {0}")]
pub struct HttpSetupError(String);

impl HttpTransport {
    /// Sets the client up for `base`.
    ///
    /// # Errors
    /// When TLS can't be set up, even with the bundled root certificates.
    pub fn new(base: BaseUrl) -> Result<Self, HttpSetupError> {
        // Fails only when another one is installed already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .user_agent(concat!("hookfleet/", env!("CARGO_PKG_VERSION")))
                // A redirect would take the token with it.
                .redirect(redirect::Policy::none())
                .referer(false)
                // reqwest would repeat a POST whose fate is unknown.
                .retry(retry::never())
                .no_proxy()
                .http1_only()
                .connect_timeout(CONNECT_TIME)
                .tls_version_min(reqwest::tls::Version::TLS_1_2)
        };
        let client = builder().build().or_else(|_| {
            // There is no system root store, as in an empty container: the bundled roots serve.
            let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            let roots: Vec<Certificate> = roots
                .filter_map(|der| Certificate::from_der(der).ok())
                .collect();
            builder().tls_certs_only(roots).build()
        });
        let client = client.map_err(|error| HttpSetupError(error.without_url().to_string()))?;
        Ok(Self { client, base })
    }

    async fn exchange(&self, request: Request) -> Result<Answer, TransportError> {
        let url = Zeroizing::new(format!("{}{}", self.base.as_str(), &*request.target));
        let mut builder = match request.method {
            Method::Get => self.client.get(&*url),
            Method::Post => self.client.post(&*url),
        };
        for (name, value) in &request.headers {
            let Ok(mut value) = HeaderValue::from_str(value) else {
                let kind = TransportErrorKind::Unsendable(
                    "the token or the id has characters that no header can carry",
                );
                return Err(TransportError {
                    kind,
                    fate: Fate::NotSent,
                });
            };
            value.set_sensitive(true);
            builder = builder.header(HeaderName::from_static(name), value);
        }
        builder = match &request.body {
            Some(body) => builder
                .header("content-type", "application/json")
                .body(body.to_vec()),
            // A POST without a body says so: some servers answer 411 otherwise.
            None if request.method == Method::Post => builder.body(""),
            None => builder,
        };
        let mut response = builder
            .send()
            .await
            .map_err(|error| self.failed(error, TransportErrorKind::Closed))?;
        let status = response.status().as_u16();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.failed(error, TransportErrorKind::Cut))?
        {
            if body.len() + chunk.len() > MAX_BODY {
                if !(200..300).contains(&status) {
                    // What an error says beyond that matters to nobody; its status does.
                    break;
                }
                return Err(TransportError {
                    kind: TransportErrorKind::TooLarge,
                    fate: Fate::Unknown,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    /// What a reqwest error means, in words that hold no URL; `lost` says what a broken connection is at this point.
    fn failed(&self, error: reqwest::Error, lost: TransportErrorKind) -> TransportError {
        let error = error.without_url();
        if error.is_connect() {
            let mut cause: &dyn std::error::Error = &error;
            while let Some(next) = cause.source() {
                cause = next;
            }
            let kind = TransportErrorKind::Connect(format!("{}: {cause}", self.base.authority()));
            return TransportError {
                kind,
                fate: Fate::NotSent,
            };
        }
        if error.is_builder() {
            let kind = TransportErrorKind::Unsendable(
                "the request does not fit into a URL; `api: { write: body }` sends the webhooks in the body",
            );
            return TransportError {
                kind,
                fate: Fate::NotSent,
            };
        }
        let kind = if error.is_timeout() {
            TransportErrorKind::Timeout(CONNECT_TIME)
        } else {
            lost
        };
        TransportError {
            kind,
            fate: Fate::Unknown,
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> Pending<'_> {
        Box::pin(self.exchange(request))
    }
}
