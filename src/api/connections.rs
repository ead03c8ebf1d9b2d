//! The connections of a run: which request goes on which. A server, or a proxy before it, may close a connection after an
//! answer, and a write that is sent at that moment is lost. So writes never go on a connection of reads, and on a kept one
//! at all only where the server was seen to keep connections.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use hyper_util::client::legacy::Error as ClientError;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::{Client, Response, redirect, retry};

use super::ca::bundled;
use super::http::{CONNECT_TIME, HttpSetupError, Route};
use super::proxy::Proxy;
use crate::wire::Method;

/// How long a connection of a write may wait for the next one: much less than any server does.
const WRITES_IDLE: Duration = Duration::from_secs(2);

/// The clients of a run, which share a route and no connections.
pub(super) struct Connections {
    route: Route,
    reads: Client,
    /// Made with the first write on a kept connection.
    writes: OnceLock<Client>,
    /// Makes a new connection for each request. Made when one is needed.
    fresh: OnceLock<Client>,
    seen: Mutex<Seen>,
}

/// What was seen of the server's habits.
#[derive(Default)]
struct Seen {
    /// The local addresses of kept connections on which something was answered. A port may come again; then a write may
    /// be lost once, which is found out.
    answered: HashSet<SocketAddr>,
    /// Whether anything was answered at all.
    is_answered: bool,
    /// Whether one was answered on again.
    keeps: bool,
    /// Whether one was closed when something was sent on it.
    closes: bool,
}

/// How many addresses are remembered.
const ADDRESSES: usize = 1024;

/// What a client does with a connection after an answer.
#[derive(Clone, Copy)]
enum Keep {
    ForReads,
    ForWrites,
    Nothing,
}

impl Connections {
    /// Sets the clients up for a route.
    ///
    /// # Errors
    /// When TLS can't be set up, even with the bundled root certificates.
    pub(super) fn new(route: Route) -> Result<Self, HttpSetupError> {
        // Fails only when another one is installed already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            reads: client(&route, Keep::ForReads)?,
            route,
            writes: OnceLock::new(),
            fresh: OnceLock::new(),
            seen: Mutex::default(),
        })
    }

    pub(super) fn route(&self) -> &Route {
        &self.route
    }

    /// The client for a request.
    pub(super) fn of(&self, method: Method) -> &Client {
        match method {
            Method::Get => &self.reads,
            Method::Post if self.seen().keeps => self.made(&self.writes, Keep::ForWrites),
            Method::Post => self.fresh(),
        }
    }

    /// The client that makes a new connection for each request.
    pub(super) fn fresh(&self) -> &Client {
        self.made(&self.fresh, Keep::Nothing)
    }

    /// What was made once can be made again, unless the system has changed; then reads' connections have to do.
    fn made<'a>(&'a self, made: &'a OnceLock<Client>, keep: Keep) -> &'a Client {
        made.get_or_init(|| client(&self.route, keep).unwrap_or_else(|_| self.reads.clone()))
    }

    /// Remembers the connection of an answer.
    pub(super) fn has_answered(&self, response: &Response) {
        self.seen().is_answered = true;
        if let Some(info) = response.extensions().get::<HttpInfo>() {
            let mut seen = self.seen();
            if seen.answered.len() > ADDRESSES {
                seen.answered.clear();
            }
            let is_new = seen.answered.insert(info.local_addr());
            seen.keeps |= !is_new && !seen.closes;
        }
    }

    /// Whether anything was ever answered.
    pub(super) fn was_answered(&self) -> bool {
        self.seen().is_answered
    }

    /// Whether a request was lost to a connection that was kept after an earlier answer, and closed meanwhile. From then
    /// on, writes go on new connections.
    pub(super) fn has_lost(&self, error: &reqwest::Error) -> bool {
        let address = local_address(error).filter(|_| !error.is_timeout());
        let mut seen = self.seen();
        let was_kept = address.is_some_and(|address| seen.answered.remove(&address));
        if was_kept {
            seen.closes = true;
            seen.keeps = false;
        }
        was_kept
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The local address of the connection that an error is of.
fn local_address(error: &reqwest::Error) -> Option<SocketAddr> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(connection) = error.downcast_ref().and_then(ClientError::connect_info) {
            let mut extras = http::Extensions::new();
            connection.get_extras(&mut extras);
            return extras.get::<HttpInfo>().map(HttpInfo::local_addr);
        }
        next = error.source();
    }
    None
}

fn client(route: &Route, keep: Keep) -> Result<Client, HttpSetupError> {
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
        let builder = match keep {
            Keep::ForReads => builder,
            Keep::ForWrites => builder.pool_idle_timeout(WRITES_IDLE),
            Keep::Nothing => builder.pool_max_idle_per_host(0),
        };
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
    client.map_err(failed)
}
