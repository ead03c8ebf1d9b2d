//! For whom a request is, and for which page a browser sends it. Pure.

use std::net::IpAddr;

use hyper::Request;
use hyper::header::{HOST, HeaderValue, ORIGIN};
use hyper::http::uri::Authority;

/// Whether the request names at least one host, and all of them are loopback.
pub(super) fn is_for_loopback<T>(request: &Request<T>) -> bool {
    all_hosts(request, is_loopback)
}

/// Whether a browser sends the request for a page that the emulator does not serve, which is every page. A page sees no answer
/// that another origin gives it, and may send what it likes. Other clients name no origin, or the host that they ask.
///
/// A page can make its own name lead to the emulator (DNS rebinding), and the request is then of its own origin: so a browser
/// has to ask by an address, or for `localhost`, which no page can take.
pub(super) fn is_from_another_site<T>(request: &Request<T>) -> bool {
    let headers = request.headers();
    let is_of_browser = |name: &str| name == "origin" || name.starts_with("sec-fetch-");
    if headers.keys().any(|name| is_of_browser(name.as_str()))
        && !all_hosts(request, |host| {
            is_localhost(host) || address(host).is_some()
        })
    {
        return true;
    }
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let is_own = |origin: &HeaderValue| {
        let asked = host.map(|host| [b"http://", host].concat());
        asked.is_some_and(|asked| asked.eq_ignore_ascii_case(origin.as_bytes()))
    };
    let is_own_site = |site: &HeaderValue| ["same-origin", "none"].iter().any(|own| site == own);
    !headers.get_all(ORIGIN).iter().all(is_own)
        || !headers.get_all("sec-fetch-site").iter().all(is_own_site)
}

/// Whether the request names at least one host, and all of them are `expected`.
fn all_hosts<T>(request: &Request<T>, expected: impl Fn(&str) -> bool) -> bool {
    let named = request
        .headers()
        .get_all(HOST)
        .iter()
        .map(|value| Authority::try_from(value.as_bytes()).ok());
    let mut hosts = named
        .chain(request.uri().authority().cloned().map(Some))
        .peekable();
    hosts.peek().is_some() && hosts.all(|host| host.is_some_and(|host| expected(host.host())))
}

fn is_loopback(host: &str) -> bool {
    is_localhost(host) || address(host).is_some_and(|address| address.to_canonical().is_loopback())
}

fn is_localhost(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}
