//! Checks whether a URL can be a webhook's target: two readers of URLs agree where it leads.

mod labels;
mod reach;
mod userinfo;

use percent_encoding::percent_decode_str;
use unicode_width::UnicodeWidthChar as _;

use crate::webhook::strict::{self, UrlReading};
use crate::webhook::{ExposeUrl, HookUrl, UrlFault};

/// The properties of a valid target. It has no `Debug`: a host may come from a secret.
pub(super) struct TargetUrl {
    /// `http` or `https`.
    pub(super) scheme: String,
    /// The host in ASCII; an IPv6 address stands in brackets.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// Whether its userinfo reads as a host.
    pub(super) has_misleading_userinfo: bool,
    /// Why the API's servers can't reach it, as far as the name says.
    pub(super) unreachable: Option<&'static str>,
}

/// Checks a URL: RFC 3986 and the WHATWG's parser agree on scheme, userinfo, host and port.
///
/// Servers, proxies and reviewers read URLs by either; a secret must not go where only one of them sees.
pub(super) fn check(url: &HookUrl) -> Result<TargetUrl, UrlFault> {
    let text = url.expose();
    let strict = strict::read(text, ascii_host)?;
    let parsed = url::Url::parse(text).map_err(|error| match error {
        url::ParseError::InvalidPort => UrlFault::Port("is not a number from 1 to 65535"),
        _ => UrlFault::Host("is not valid"),
    })?;
    let whatwg = whatwg(&parsed).ok_or(UrlFault::Scheme)?;
    let parts = [
        ("scheme", strict.scheme == whatwg.scheme),
        ("userinfo", strict.userinfo == whatwg.userinfo),
        ("host", strict.host == whatwg.host),
        ("port", strict.port == whatwg.port),
    ];
    if let Some((part, _)) = parts.iter().find(|(_, is_same)| !is_same) {
        return Err(UrlFault::Disagree(part));
    }
    let has_secret = url.parts().is_some_and(|parts| {
        let host = url.secrets_in(parts.authority);
        !host.is_empty()
    });
    Ok(TargetUrl {
        has_misleading_userinfo: (strict.userinfo.as_deref()).is_some_and(userinfo::reads_as_host),
        unreachable: parsed
            .host()
            .filter(|_| !has_secret)
            .and_then(|host| reach::unreachable(&host)),
        scheme: strict.scheme,
        host: strict.host,
        port: strict.port,
    })
}

impl TargetUrl {
    /// Whether it has no TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.scheme == "http"
    }
}

/// Where the WHATWG's parser says that a URL leads.
fn whatwg(parsed: &url::Url) -> Option<UrlReading> {
    let userinfo = match (parsed.username(), parsed.password()) {
        ("", None) => None,
        (user, None) => Some(user.to_owned()),
        (user, Some(password)) => Some(format!("{user}:{password}")),
    };
    Some(UrlReading {
        scheme: parsed.scheme().to_owned(),
        userinfo: userinfo.map(|userinfo| percent_decode_str(&userinfo).collect()),
        host: match parsed.host()? {
            url::Host::Domain(name) => name.to_owned(),
            url::Host::Ipv4(address) => address.to_string(),
            url::Host::Ipv6(address) => format!("[{address}]"),
        },
        port: parsed.port_or_known_default()?,
    })
}

/// Whether a character is drawn as a stroke through the one before, or as a half of a repeat mark: like a slash.
fn is_drawn_as_a_stroke(c: char) -> bool {
    matches!(c, '\u{335}'..='\u{338}' | '\u{20d0}'..='\u{20ff}' | '\u{3033}'..='\u{3035}')
}

/// Whether a character has the small letter of another capital, such as U+212A KELVIN SIGN, which is mapped to `k`.
fn is_another_capital(c: char) -> bool {
    let small = c.to_lowercase();
    !small.clone().eq([c]) && !small.flat_map(char::to_uppercase).eq([c])
}

/// The ASCII form of an international host. Every reader maps only what is in its normal form to the same name: `ß` and `ς`
/// are mapped in two ways, and other letters fall together.
fn ascii_host(host: &str) -> Result<String, UrlFault> {
    // Signs such as U+2044 look like a delimiter, and so a part of a name like the host.
    let is_of_a_name = |c: &char| c.is_ascii() || c.is_alphanumeric() || c.width() == Some(0);
    let odd = |c: &char| !is_of_a_name(c) || is_drawn_as_a_stroke(*c);
    if let Some(odd) = host.chars().find(odd) {
        return Err(UrlFault::HostCharacter(odd));
    }
    if let Some((letter, delimiter)) = labels::false_delimiter(host) {
        return Err(UrlFault::FalseDelimiter(letter, delimiter));
    }
    let lower = host.to_lowercase();
    if lower.contains(['ß', 'ς'])
        || host.chars().any(is_another_capital)
        || url::quirks::domain_to_unicode(host) != lower
    {
        let name = url::quirks::domain_to_ascii(host);
        return Err(UrlFault::MappedHost(name.into()));
    }
    match url::Host::parse(host) {
        Ok(url::Host::Domain(name)) => Ok(name),
        _ => Err(UrlFault::Host("is not valid")),
    }
}
