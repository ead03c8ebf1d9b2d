//! The real binary with one manifest, and the transport by itself.

use std::process::{Command, Output, Stdio};

use hookfleet::api::proxy::proxy;
use hookfleet::api::{
    Authorities, BaseUrl, HttpTransport, Method, Request, Response, Route, Transport,
    TransportError,
};
use tempfile::TempDir;

use crate::{HANGS, TOKEN};

const MANIFEST: &str = "version: 1\ninstances: [{ id: 8D30ABB1E6DA, webhooks: [] }]\n";

/// What `plan` prints of an API that has no webhooks.
pub(crate) const IN_SYNC: &str = "No changes. 1 instance matches the manifest.\n";

/// A directory with a manifest, and the environment of runs in it.
pub(crate) struct Stage {
    pub(crate) dir: TempDir,
    environment: Vec<(&'static str, String)>,
}

/// What one run of the binary left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("hookfleet.yaml"), MANIFEST).unwrap();
        Self {
            dir,
            environment: vec![("WAWP_ACCESS_TOKEN", TOKEN.to_owned())],
        }
    }

    /// With an environment variable.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// With a file beside the manifest.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.dir.path().join(name), content).unwrap();
        self
    }

    /// `plan` of the API at a base URL, and what else is typed, with an environment of nothing but the stage's.
    pub(crate) async fn plan(&self, base_url: &str, args: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hookfleet"));
        command
            .args(["plan", "--base-url", base_url])
            .args(args)
            .current_dir(self.dir.path())
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).kill_on_drop(true);
        let ended = tokio::time::timeout(HANGS, command.output()).await;
        Run::of(&ended.expect("the run hangs").unwrap())
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: masked(&String::from_utf8(output.stdout.clone()).unwrap()),
            err: masked(&String::from_utf8(output.stderr.clone()).unwrap()),
        }
    }

    /// Everything that was seen of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "exit {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.out, self.err
        )
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

/// Ports vary from run to run.
pub(crate) fn masked(text: &str) -> String {
    let mut masked = text.to_owned();
    for host in ["127.0.0.1:", "localhost:", "0.0.0.0:"] {
        let mut parts = masked.split(host);
        let mut portless = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            portless.push_str(host);
            portless.push_str("<PORT>");
            portless.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        masked = portless;
    }
    masked
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
    let proxy = proxy(&base, variable).unwrap();
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
