//! The real binary with one manifest, and the transport by itself.

use hookfleet::api::proxy::proxy;
use hookfleet::api::{Authorities, BaseUrl, HttpTransport, Route, Transport, TransportError};
use hookfleet::wire::{Method, Request, Response};

use crate::harness::{HANGS, Run, Scratch, TOKEN, finished};

const MANIFEST: &str = "version: 1\ninstances: [{ id: 8D30ABB1E6DA, webhooks: [] }]\n";

/// What `plan` prints of an API that has no webhooks.
pub(crate) const IN_SYNC: &str = "No changes. 1 instance matches the manifest.\n";

/// A directory with a manifest, and the environment of runs in it.
pub(crate) struct Stage(Scratch);

impl Stage {
    pub(crate) fn new() -> Self {
        let mut scratch = Scratch::new();
        scratch.write("hookfleet.yaml", MANIFEST);
        scratch.set("WAWP_ACCESS_TOKEN", TOKEN);
        Self(scratch)
    }

    /// With an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.0.set(name, value.as_ref());
        self
    }

    /// With a file beside the manifest.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.0.write(name, content);
        self
    }

    /// `plan` of the API at a base URL, and what else is typed.
    pub(crate) async fn plan(&self, base_url: &str, args: &[&str]) -> Run {
        let args = [&["plan", "--base-url", base_url], args].concat();
        let command = self.0.command(&args);
        // The server is a task of the runtime that waits for this.
        tokio::task::spawn_blocking(move || finished(command))
            .await
            .unwrap()
    }
}

/// What a run in sync leaves behind.
pub(crate) fn in_sync() -> Run {
    Run {
        code: 0,
        out: IN_SYNC.to_owned(),
        err: String::new(),
    }
}

/// The transport to a base URL, with `HTTPS_PROXY` and what `--ca-cert` would have given.
pub(crate) fn transport(
    base_url: &str,
    https_proxy: Option<&str>,
    pem: Option<&str>,
) -> HttpTransport {
    let base = BaseUrl::parse(base_url, true).unwrap();
    let variable = |name: &str| match name {
        "HTTPS_PROXY" => https_proxy.map(Into::into),
        _ => None,
    };
    let proxy = proxy(&base, variable).unwrap().proxy;
    let authorities = pem.map_or_else(Authorities::default, |pem| {
        Authorities::from_pem(pem.as_bytes()).unwrap()
    });
    HttpTransport::new(Route {
        base,
        proxy,
        authorities,
    })
    .unwrap()
}

/// Sends a request that carries a token in its query, its headers and, as a POST, in its body.
pub(crate) async fn send(
    transport: &HttpTransport,
    method: Method,
) -> Result<Response, TransportError> {
    let body = format!("{{\"secret\":\"{TOKEN}\"}}").into_bytes();
    let request = Request {
        method,
        target: format!("/v2/session/webhook?access_token={TOKEN}"),
        headers: vec![("authorization", format!("Bearer {TOKEN}"))],
        body: (method == Method::Post).then_some(body),
    };
    let sent = tokio::time::timeout(HANGS, transport.send(request)).await;
    sent.expect("the request hangs")
}
