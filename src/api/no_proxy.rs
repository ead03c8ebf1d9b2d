//! What `NO_PROXY` names, in every form that curl and the libraries of other languages know. It opens nothing.

use std::net::IpAddr;

use url::{Host, Url};

/// The longest entry that is quoted, in bytes.
const LONGEST: usize = 80;

/// The value of `NO_PROXY`.
pub(super) struct NoProxy {
    entries: Vec<Entry>,
    /// The entries that name no host, for messages.
    pub(super) odd: Vec<String>,
}

/// One entry: what it names, and at which port only.
struct Entry {
    names: Names,
    port: Option<u16>,
}

enum Names {
    /// Every host.
    All,
    /// A host and all below it, in lower case and ASCII.
    Host(String),
    /// The addresses whose first bits are these.
    Network(IpAddr, u8),
}

impl NoProxy {
    /// Parses entries, which commas and white space part.
    pub(super) fn parse(value: &str) -> Self {
        let texts = value.split(|c: char| c == ',' || c.is_ascii_whitespace());
        let (mut entries, mut odd) = (Vec::new(), Vec::new());
        for (at, text) in texts.filter(|text| !text.is_empty()).enumerate() {
            match Entry::parse(text) {
                Some(entry) => entries.push(entry),
                None => odd.push(quoted(text, at + 1)),
            }
        }
        Self { entries, odd }
    }

    /// Whether the host and port of a URL are named.
    pub(super) fn names(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        let Some(host) = url.host() else {
            return false;
        };
        let is_port = |entry: &Entry| entry.port.is_none_or(|own| Some(own) == port);
        let mut entries = self.entries.iter().filter(|entry| is_port(entry));
        entries.any(|entry| entry.names.has(&host))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self {
                names: Names::All,
                port: None,
            });
        }
        if let Some(names) = network(text) {
            return Some(Self { names, port: None });
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok().filter(|port| *port != 0)?)),
            None => (text, None),
        };
        let names = network(name).or_else(|| host(name))?;
        Some(Self { names, port })
    }
}

impl Names {
    fn has(&self, host: &Host<&str>) -> bool {
        match (self, host) {
            (Self::All, _) => true,
            (Self::Host(own), Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                let above = name.strip_suffix(&**own);
                above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
            }
            (Self::Network(start, bits), Host::Ipv4(address)) => {
                is_within((*address).into(), *start, *bits)
            }
            (Self::Network(start, bits), Host::Ipv6(address)) => {
                is_within(IpAddr::from(*address).to_canonical(), *start, *bits)
            }
            _ => false,
        }
    }
}

/// An address, or one and how many bits of it count; IPv6 with or without brackets.
fn network(text: &str) -> Option<Names> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let inside = address
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address: IpAddr = match inside {
        Some(inside) => IpAddr::V6(inside.parse().ok()?),
        None => address.parse().ok()?,
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    if bits > most {
        return None;
    }
    // An IPv4 address in the form of IPv6.
    let canonical = address.to_canonical();
    let mapped = if address.is_ipv6() && canonical.is_ipv4() {
        96
    } else {
        0
    };
    match bits.checked_sub(mapped) {
        Some(bits) => Some(Names::Network(canonical, bits)),
        None => Some(Names::Network(address, bits)),
    }
}

/// A name, with or without what stands for the labels before it.
fn host(text: &str) -> Option<Names> {
    let name = text.strip_prefix("*.").or_else(|| text.strip_prefix('.'));
    let name = name.unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.chars().all(is_plain) || name.split('.').any(str::is_empty) {
        return None;
    }
    match Host::parse(name).ok()? {
        Host::Domain(name) => Some(Names::Host(name)),
        // A part of an address, or one in a form that nobody means.
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

fn is_within(address: IpAddr, start: IpAddr, bits: u8) -> bool {
    match (address, start) {
        (IpAddr::V4(address), IpAddr::V4(start)) => {
            let differ = u32::from(address) ^ u32::from(start);
            differ.leading_zeros() >= u32::from(bits)
        }
        (IpAddr::V6(address), IpAddr::V6(start)) => {
            let differ = u128::from(address) ^ u128::from(start);
            differ.leading_zeros() >= u32::from(bits)
        }
        _ => false,
    }
}

/// An entry for messages: by its place where it may hold something else than a name, such as a password.
fn quoted(text: &str, place: usize) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._*:/[]<>".contains(&byte);
    if text.len() <= LONGEST && text.bytes().all(is_plain) {
        format!("`{text}`")
    } else {
        format!("number {place}")
    }
}

#[cfg(test)]
mod tests;
