//! Which proxy, if any, stands between a run and the API: a function of the base URL and of variables. It opens nothing.

use std::ffi::OsString;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderValue;

use super::base::BaseUrl;
use super::no_proxy::NoProxy;

/// The variables that name a proxy, in the order in which they count; as in curl, the lower-case one is the first.
const PROXY: [&str; 2] = ["https_proxy", "HTTPS_PROXY"];
/// The variables that name the hosts that no proxy is used for, in the order in which they count.
const NO_PROXY: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// An HTTP proxy that opens tunnels by CONNECT. Its `Debug` holds no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Whether the way to the proxy itself is encrypted.
    pub is_https: bool,
    /// Host and port, for messages; never userinfo.
    pub authority: String,
    /// The credentials for the proxy; marked as sensitive, so that its `Debug` prints nothing.
    authorization: Option<HeaderValue>,
}

/// Which proxy is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyChoice {
    /// The proxy, if any.
    pub proxy: Option<Proxy>,
    /// The entries of `NO_PROXY` that name no host, where there is a proxy; each may be printed.
    pub odd_exceptions: Vec<String>,
}

/// A variable that can't be followed. It holds the variable's name and never its value, which may carry a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// Neither `http://HOST:PORT`, `https://HOST:PORT` nor `HOST:PORT`.
    #[error("the environment variable {0} holds no http:// or https:// URL of a proxy")]
    NotAProxy(&'static str),
    /// Not UTF-8.
    #[error("the environment variable {0} is not UTF-8")]
    NotUtf8(&'static str),
}

/// The proxy to `base`, if any. `variable` looks environment variables up; one that is empty counts as unset.
///
/// Only an https URL beyond loopback is ever reached through one: over plain http, a proxy would read the token. So
/// `HTTP_PROXY` and `ALL_PROXY` are not looked at.
///
/// # Errors
/// When a variable that matters can't be followed.
pub fn proxy(
    base: &BaseUrl,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<ProxyChoice, ProxyError> {
    let none = ProxyChoice {
        proxy: None,
        odd_exceptions: Vec::new(),
    };
    if !base.is_https() || base.is_loopback() {
        return Ok(none);
    }
    let Some((name, value)) = first(PROXY, &variable)? else {
        return Ok(none);
    };
    let Ok(target) = format!("https://{}", base.authority()).parse::<Uri>() else {
        return Ok(none);
    };
    let except = first(NO_PROXY, &variable)?.map_or_else(String::new, |(_, value)| value);
    let except = NoProxy::parse(&except);
    if except.names(base.url()) {
        return Ok(none);
    }
    let proxy = parse(value, &target).ok_or(ProxyError::NotAProxy(name))?;
    Ok(ProxyChoice {
        proxy: Some(proxy),
        odd_exceptions: except.odd,
    })
}

/// The first of the variables that holds something, and its name.
fn first(
    names: [&'static str; 2],
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<(&'static str, String)>, ProxyError> {
    for name in names {
        let Some(value) = variable(name) else {
            continue;
        };
        let value = value.into_string().map_err(|_| ProxyError::NotUtf8(name))?;
        if !value.trim().is_empty() {
            return Ok(Some((name, value.trim().to_owned())));
        }
    }
    Ok(None)
}

fn parse(value: String, target: &Uri) -> Option<Proxy> {
    // `http://me:12/34@proxy` would be the proxy `me:12`, and part of a password would show as its name.
    if beyond_authority(&value).contains('@') {
        return None;
    }
    let found = Matcher::builder().https(value).build().intercept(target)?;
    let uri = found.uri();
    let is_https = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return None,
    };
    let (authority, host) = (uri.authority()?.as_str(), uri.host()?);
    // `Uri` takes a port that is none for no port at all.
    let port = match authority.strip_prefix(host)? {
        "" if is_https => 443,
        "" => 80,
        port => port
            .strip_prefix(':')?
            .parse::<u16>()
            .ok()
            .filter(|port| *port != 0)?,
    };
    // A name, or an address in brackets: `Uri` takes `;` and `,` too.
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[:]".contains(&byte);
    let is_good = !host.is_empty() && host.bytes().all(is_host);
    is_good.then(|| Proxy {
        is_https,
        authority: format!("{host}:{port}"),
        authorization: found.basic_auth().cloned(),
    })
}

/// What follows on host and port, if anything.
fn beyond_authority(value: &str) -> &str {
    let starts = |scheme: &&str| {
        let head = value.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    let scheme = ["http://", "https://"].into_iter().find(starts);
    let rest = &value[scheme.map_or(0, str::len)..];
    rest.split_once(['/', '?', '#'])
        .map_or("", |(_, beyond)| beyond)
}

impl Proxy {
    /// The request for a tunnel to a host and port, as the HTTP client sends it.
    pub(super) fn connect(&self, target: &str) -> Vec<u8> {
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
        if let Some(authorization) = &self.authorization {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(authorization.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        request
    }

    /// What reqwest makes of it: all requests of a client go through it.
    ///
    /// # Errors
    /// When reqwest does not take it for a URL.
    pub(super) fn to_reqwest(&self) -> reqwest::Result<reqwest::Proxy> {
        let scheme = if self.is_https { "https" } else { "http" };
        let proxy = reqwest::Proxy::https(format!("{scheme}://{}", self.authority))?;
        Ok(match &self.authorization {
            Some(authorization) => proxy.custom_http_auth(authorization.clone()),
            None => proxy,
        })
    }
}

#[cfg(test)]
mod tests;
