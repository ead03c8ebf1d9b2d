//! For whom a request is, and for which page a browser sends it. Pure.

use std::net::IpAddr;

use hyper::Request;
use hyper::header::{HOST, HeaderValue, ORIGIN};
use hyper::http::uri::Authority;

/// Whether the request names at least one host, and all of them are loopback.
pub(super) fn is_for_loopback<T>(request: &Request<T>) -> bool {
    let named = request
        .headers()
        .get_all(HOST)
        .iter()
        .map(|value| Authority::try_from(value.as_bytes()).ok());
    let mut hosts = named
        .chain(request.uri().authority().cloned().map(Some))
        .peekable();
    hosts.peek().is_some() && hosts.all(|host| host.is_some_and(|host| is_loopback(host.host())))
}

/// Whether a browser sends the request for a page that the emulator does not serve, which is every page. A page sees no answer
/// that another origin gives it, and may send what it likes. Other clients name no origin, or the host that they ask.
pub(super) fn is_from_another_site<T>(request: &Request<T>) -> bool {
    let headers = request.headers();
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let is_own = |origin: &HeaderValue| {
        let asked = host.map(|host| [b"http://", host].concat());
        asked.is_some_and(|asked| asked.eq_ignore_ascii_case(origin.as_bytes()))
    };
    let is_own_site = |site: &HeaderValue| ["same-origin", "none"].iter().any(|own| site == own);
    !headers.get_all(ORIGIN).iter().all(is_own)
        || !headers.get_all("sec-fetch-site").iter().all(is_own_site)
}

fn is_loopback(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}
