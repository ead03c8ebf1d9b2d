//! What it means that no connection came about, in words that hold neither a URL nor userinfo, and the next step.

use std::error::Error;
use std::io;

use super::http::{CONNECT_TIME, Route};
use super::tls_error::{Doubt, TlsFailure};
use super::transport::TransportErrorKind;
use crate::english::human_duration;
use crate::problem::Hint;

/// What hyper-util's errors of tunnels start with; their type is not public, so that their text is all there is.
const TUNNEL: &str = "tunnel error: ";
/// Where no connection to the proxy came about.
const UNREACHED: &str = "failed to create underlying connection";
/// Where the proxy answered 407.
const UNAUTHORIZED: &str = "proxy authorization required";
/// Where the other side leaves in the middle of a TLS handshake; tokio-rustls has no type for it.
const LEFT: &str = "tls handshake eof";

const PLAIN_API: Hint = Hint::Step(
    "the port of --base-url may speak plain http, or something else: check its scheme and its port",
);
const PLAIN_PROXY: Hint = Hint::Step(
    "write HTTPS_PROXY with http:// where the proxy itself is reached without TLS, as most are; what goes through it is encrypted all the same",
);
const OWN_CERTIFICATE: Hint = Hint::Step(
    "give the server a certificate of its own, with CA:FALSE and signed by that authority, whose certificate --ca-cert then takes; `openssl req -x509 -addext basicConstraints=critical,CA:FALSE` makes one that signs itself",
);
const TIME: Hint =
    Hint::Step("have the certificate renewed, or set the clock of this machine right");
const NAME: Hint = Hint::Step("check the host in --base-url");
const PROXY_NAME: Hint = Hint::Step("check the host in HTTPS_PROXY");
const UNTRUSTED_PROXY: Hint = Hint::Step(
    "HTTPS_PROXY says which proxy is used; where its certificate is of a private authority, --ca-cert FILE trusts that one too",
);
const BEHIND_PROXY: Hint = Hint::Step(
    "the proxy of HTTPS_PROXY may show a certificate of its own in place of the API's: where it is of a private authority, --ca-cert FILE trusts that one too",
);
const REFUSED_TUNNEL: Hint = Hint::Step(
    "the proxy of HTTPS_PROXY does not reach the API, or may not: ask those who run it; hosts that NO_PROXY names are reached without it",
);
const USERINFO: Hint =
    Hint::Step("HTTPS_PROXY carries the userinfo for the proxy: http://USER:PASSWORD@HOST:PORT");

/// An error and its causes, taken apart.
struct Causes {
    /// What is left of the text of a tunnel's error.
    tunnel: Option<String>,
    tls: Option<TlsFailure>,
    is_timeout: bool,
    /// The innermost cause.
    last: String,
}

/// Who was spoken to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hop {
    Api,
    ApiThroughProxy,
    Proxy,
}

/// What kept a connection to the API from coming about, and the next step.
pub(super) fn kind(error: &reqwest::Error, route: &Route) -> (TransportErrorKind, Hint) {
    let causes = Causes::of(error);
    let api = route.base.authority();
    let Some(proxy) = &route.proxy else {
        return hop_error(Hop::Api, api, &causes);
    };
    let proxy = format!("the proxy {}", proxy.authority);
    let stage = match causes.tunnel.as_deref() {
        // How far it came is not known.
        None if causes.is_timeout => UNREACHED,
        None => {
            let whom = format!("{api} through {proxy}");
            return hop_error(Hop::ApiThroughProxy, &whom, &causes);
        }
        Some(stage) => stage,
    };
    if stage == UNREACHED {
        return match hop_error(Hop::Proxy, &proxy, &causes) {
            (TransportErrorKind::Connect(why), hint) => {
                let why = format!("cannot connect to {why}");
                (TransportErrorKind::Proxy { why, passes: true }, hint)
            }
            (TransportErrorKind::Unspeakable(why), hint) => {
                let why = format!("cannot connect to {why}");
                (TransportErrorKind::Proxy { why, passes: false }, hint)
            }
            other => other,
        };
    }
    let (cause, hint) = match stage {
        UNAUTHORIZED => ("it answered 407, so it wants other credentials", USERINFO),
        "unsuccessful" => ("it did not answer 200", REFUSED_TUNNEL),
        "unexpected end of file" => ("it closed the connection", REFUSED_TUNNEL),
        "proxy response headers too long" => ("its answer is too long", REFUSED_TUNNEL),
        _ => {
            let last = causes.last.strip_prefix(TUNNEL);
            (last.unwrap_or(&causes.last), REFUSED_TUNNEL)
        }
    };
    let target = route.base.host_and_port();
    let why = format!("{proxy} opened no tunnel to {target}: {cause}");
    let passes = stage != UNAUTHORIZED;
    (TransportErrorKind::Proxy { why, passes }, hint)
}

/// The same for one hop.
fn hop_error(hop: Hop, whom: &str, causes: &Causes) -> (TransportErrorKind, Hint) {
    let connect = |why: &str| TransportErrorKind::Connect(format!("{whom}: {why}"));
    let plain = match hop {
        Hop::Api => PLAIN_API,
        Hop::ApiThroughProxy => Hint::Usual,
        Hop::Proxy => PLAIN_PROXY,
    };
    match &causes.tls {
        Some(TlsFailure::Certificate(doubt, why)) => {
            let hint = match (doubt, hop) {
                (Doubt::Time, _) => TIME,
                (Doubt::Name, Hop::Api) => NAME,
                (Doubt::Name, Hop::Proxy) => PROXY_NAME,
                (Doubt::Other, _) => Hint::Nothing,
                (Doubt::Issuer, Hop::Api) => Hint::Usual,
                (Doubt::Issuer, Hop::Proxy) => UNTRUSTED_PROXY,
                (Doubt::Issuer | Doubt::Name, Hop::ApiThroughProxy) => BEHIND_PROXY,
            };
            let kind = TransportErrorKind::Untrusted(format!("{whom}: {why}"));
            (kind, hint)
        }
        Some(TlsFailure::AuthoritysOwn) => {
            let why = "its certificate is an authority's own (CA:TRUE), which no server may show";
            let kind = TransportErrorKind::Untrusted(format!("{whom}: {why}"));
            (kind, OWN_CERTIFICATE)
        }
        Some(TlsFailure::NotTls) => {
            let kind = TransportErrorKind::Unspeakable(format!("{whom}: it does not speak TLS"));
            (kind, plain)
        }
        Some(TlsFailure::Handshake(why)) => (connect(why), Hint::Usual),
        None if causes.is_timeout => {
            let why = format!("no connection within {}", human_duration(CONNECT_TIME));
            (connect(&why), Hint::Usual)
        }
        None if causes.last == LEFT => {
            let why = "it closed the connection during the TLS handshake";
            (connect(why), plain)
        }
        None => (connect(&causes.last), Hint::Usual),
    }
}

impl Causes {
    fn of(error: &reqwest::Error) -> Self {
        let mut causes = Self {
            tunnel: None,
            tls: None,
            is_timeout: error.is_timeout(),
            last: String::new(),
        };
        let mut next: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = next {
            causes.last = error.to_string();
            if let Some(stage) = causes.last.strip_prefix(TUNNEL) {
                causes.tunnel = Some(stage.to_owned());
            }
            causes.tls = tls(error).map(TlsFailure::of);
            if causes.tls.is_some() {
                break;
            }
            next = error.source();
        }
        causes
    }
}

/// The TLS error that an error is, or that an I/O error wraps: such a one is not its `source`.
fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    tls(error.downcast_ref::<io::Error>()?.get_ref()?)
}
