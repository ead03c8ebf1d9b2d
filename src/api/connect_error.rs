//! What it means that no connection came about, in words that hold neither a URL nor userinfo, and the next step.

use std::error::Error;
use std::io;

use super::client::is_transient;
use super::http::{CONNECT_TIME, Route};
use super::proxy::Proxy;
use super::proxy_answer::ProxyAnswer;
use super::tls_error::{Doubt, Refusal, TlsFailure};
use super::transport::TransportErrorKind;
use crate::english::human_duration;
use crate::problem::Hint;

/// What hyper-util's errors of tunnels start with; their type is not public, so that their text is all there is.
const TUNNEL: &str = "tunnel error: ";
/// Where no connection to the proxy came about.
const UNREACHED: &str = "failed to create underlying connection";
/// Where the proxy answered 407.
const UNAUTHORIZED: &str = "proxy authorization required";
/// Where the proxy answered neither 200 nor 407.
const UNSUCCESSFUL: &str = "unsuccessful";
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
const VERSION: Hint = Hint::Step(
    "hookfleet speaks TLS 1.2 and 1.3: have the server, or a proxy before it, offer one of them",
);
const CIPHERS: Hint = Hint::Step(
    "have the server offer a cipher suite of TLS 1.3, or of TLS 1.2 one of ECDHE with AES-GCM or ChaCha20; it may also want a certificate of the client, and hookfleet has none to show",
);
const PROTOCOL: Hint =
    Hint::Step("have the server offer HTTP/1.1 at the port of --base-url, or give another port");
const CLIENT_CERTIFICATE: Hint = Hint::Step(
    "hookfleet has none to show: have the server ask for none, or give --base-url a proxy of your own that shows one",
);
const REFUSED_TLS: Hint = Hint::Step(
    "check host and port of --base-url, and ask those who run the server: its log says why it refuses",
);
const TIME: Hint =
    Hint::Step("have the certificate renewed, or set the clock of this machine right");
const NO_NAME: Hint = Hint::Step(
    "give the server a certificate whose subjectAltName has the host of the URL; a common name does not count",
);
const PURPOSE: Hint = Hint::Step(
    "give the server a certificate whose extendedKeyUsage has serverAuth, or that has none",
);
const OTHER_KEY: Hint = Hint::Step(
    "check --base-url; an authority that is trusted has the same name and another key: --ca-cert FILE trusts its present certificate",
);
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
const CLOSED_TUNNEL: Hint = Hint::Step(
    "the proxy of HTTPS_PROXY does not reach the API, or may not, or is itself reached by TLS (https://): ask those who run it; hosts that NO_PROXY names are reached without it",
);
const BUSY_PROXY: Hint =
    Hint::Step("the proxy of HTTPS_PROXY takes no more for now: run it again in a while");
const NO_TUNNELS: Hint = Hint::Step(
    "what HTTPS_PROXY names answers and opens no tunnels: check its host and its port, and that it is a proxy that takes CONNECT",
);
const NO_HTTP_PROXY: Hint =
    Hint::Step("what HTTPS_PROXY names speaks no HTTP: check its host and its port");
const TLS_PROXY: Hint =
    Hint::Step("the proxy itself is reached by TLS: write HTTPS_PROXY with https://");
const BEHIND_TUNNEL: Hint = Hint::Step(
    "what --base-url names may speak plain http, or something else, behind the proxy of HTTPS_PROXY: check its scheme and its port",
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

/// The proxy that answered something that is no tunnel, and did not say why.
pub(super) fn refusing_proxy<'a>(error: &reqwest::Error, route: &'a Route) -> Option<&'a Proxy> {
    let proxy = route.proxy.as_ref()?;
    let stage = Causes::of(error).tunnel;
    (stage.as_deref() == Some(UNSUCCESSFUL)).then_some(proxy)
}

/// What kept a connection to the API from coming about, and the next step; `answer` is what a refusing proxy says.
pub(super) fn kind(
    error: &reqwest::Error,
    route: &Route,
    answer: Option<ProxyAnswer>,
) -> (TransportErrorKind, Hint) {
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
    let (cause, hint, passes) = match (stage, answer) {
        (UNAUTHORIZED, _) => {
            let cause = "it answered 407, so it wants other credentials";
            (cause.to_owned(), USERINFO, false)
        }
        (UNSUCCESSFUL, Some(answer)) => refusal(answer),
        (UNSUCCESSFUL, None) => ("it did not answer 200".to_owned(), REFUSED_TUNNEL, true),
        ("unexpected end of file", _) => {
            ("it closed the connection".to_owned(), CLOSED_TUNNEL, true)
        }
        ("proxy response headers too long", _) => {
            ("its answer is too long".to_owned(), NO_TUNNELS, true)
        }
        _ => {
            let last = causes.last.strip_prefix(TUNNEL).unwrap_or(&causes.last);
            (last.to_owned(), CLOSED_TUNNEL, true)
        }
    };
    let target = route.base.host_and_port();
    let why = format!("{proxy} opened no tunnel to {target}: {cause}");
    (TransportErrorKind::Proxy { why, passes }, hint)
}

/// What a proxy's answer means: in words, the next step, and whether it can pass by itself.
fn refusal(answer: ProxyAnswer) -> (String, Hint, bool) {
    let status = match answer {
        ProxyAnswer::Tls => return ("it speaks TLS".to_owned(), TLS_PROXY, false),
        ProxyAnswer::NotHttp => return ("it speaks no HTTP".to_owned(), NO_HTTP_PROXY, false),
        ProxyAnswer::Status(status) => status,
    };
    let phrase = http::StatusCode::from_u16(status).ok();
    let phrase = phrase.and_then(|status| status.canonical_reason());
    let cause = format!("it answered {status} {}", phrase.unwrap_or_default());
    let hint = match status {
        403 | 407 | 451 | 500 | 502..=599 => REFUSED_TUNNEL,
        429 => BUSY_PROXY,
        _ => NO_TUNNELS,
    };
    let passes = is_transient(status) && status != 501;
    (cause.trim_end().to_owned(), hint, passes)
}

/// The same for one hop.
fn hop_error(hop: Hop, whom: &str, causes: &Causes) -> (TransportErrorKind, Hint) {
    let connect = |why: &str| TransportErrorKind::Connect(format!("{whom}: {why}"));
    let plain = match hop {
        Hop::Api => PLAIN_API,
        Hop::ApiThroughProxy => BEHIND_TUNNEL,
        Hop::Proxy => PLAIN_PROXY,
    };
    match &causes.tls {
        Some(TlsFailure::Certificate(doubt, why)) => {
            let hint = match (doubt, hop) {
                (Doubt::Time, _) => TIME,
                (Doubt::Name, Hop::Api) => NAME,
                (Doubt::Name, Hop::Proxy) => PROXY_NAME,
                (Doubt::NoName, _) => NO_NAME,
                (Doubt::Purpose, _) => PURPOSE,
                (Doubt::Other, _) => Hint::Nothing,
                (Doubt::Issuer, Hop::Api) => Hint::Usual,
                (Doubt::IssuersKey, Hop::Api) => OTHER_KEY,
                (Doubt::Issuer | Doubt::IssuersKey, Hop::Proxy) => UNTRUSTED_PROXY,
                (Doubt::Issuer | Doubt::IssuersKey | Doubt::Name, Hop::ApiThroughProxy) => {
                    BEHIND_PROXY
                }
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
        Some(TlsFailure::Handshake(refusal, why)) => {
            let hint = match (refusal, hop) {
                (Refusal::Version, _) => VERSION,
                (Refusal::Ciphers, _) => CIPHERS,
                (Refusal::Host, Hop::Proxy) => PROXY_NAME,
                (Refusal::Host, _) => NAME,
                (Refusal::Protocol, _) => PROTOCOL,
                (Refusal::Client, _) => CLIENT_CERTIFICATE,
                (Refusal::Other, _) => REFUSED_TLS,
                (Refusal::None, _) => Hint::Usual,
            };
            (connect(why), hint)
        }
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

/// The refusal of a client without a certificate, which a server of TLS 1.3 sends when the connection is there already.
pub(super) fn refused_client(
    error: &reqwest::Error,
    route: &Route,
) -> Option<(TransportErrorKind, Hint)> {
    let failure = Causes::of(error).tls?;
    let TlsFailure::Handshake(Refusal::Client, why) = failure else {
        return None;
    };
    let why = format!("{}: {why}", route.base.authority());
    Some((TransportErrorKind::Connect(why), CLIENT_CERTIFICATE))
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
