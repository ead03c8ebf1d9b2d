//! Checks whether a URL can be a webhook's target.

use crate::webhook::{ExposeUrl, HookUrl, LONGEST_URL};

/// The properties of a valid target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TargetUrl {
    /// Whether it has no TLS.
    pub(super) is_plain: bool,
}

/// Checks a URL; the error gives the reason without quoting it.
pub(super) fn check(url: &HookUrl) -> Result<TargetUrl, &'static str> {
    let text = url.expose();
    if text.len() > LONGEST_URL {
        return Err("it is longer than 8192 bytes");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("it holds white space or control characters; percent-encode them");
    }
    if url.parts().is_none() {
        return Err("it must start with https:// or http://, and name a host");
    }
    match url::Url::parse(text) {
        Ok(parsed) => Ok(TargetUrl {
            is_plain: parsed.scheme() == "http",
        }),
        Err(url::ParseError::InvalidPort) => Err("its port is not a number from 0 to 65535"),
        Err(_) => Err("its host is not valid"),
    }
}
