//! Hosts that only one machine or network reaches, by their names. It must not look one up.

use core::net::{Ipv4Addr, Ipv6Addr};

use url::Host;

const LOOPBACK: &str = "leads to the machine itself (loopback)";
const PRIVATE: &str = "is reached inside one private network only";
const NOWHERE: &str = "is a name that leads nowhere in public";
const SINGLE: &str = "is a single word, which only a private network resolves";
const NO_HOST: &str = "is no address of one host";

/// Names below these ends, and what they are (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476, ICANN's `.internal`).
/// `.example` is not among them: manifests in documents and tests use it.
const ENDS: [(&str, &str); 14] = [
    ("localhost", LOOPBACK),
    ("localdomain", LOOPBACK),
    ("local", PRIVATE),
    ("internal", PRIVATE),
    ("intranet", PRIVATE),
    ("lan", PRIVATE),
    ("home", PRIVATE),
    ("home.arpa", PRIVATE),
    ("corp", PRIVATE),
    ("svc", PRIVATE),
    ("test", NOWHERE),
    ("invalid", NOWHERE),
    ("alt", NOWHERE),
    ("onion", "is reached through Tor only"),
];

/// Why servers on the internet can't deliver to a host.
pub(super) fn unreachable(host: &Host<&str>) -> Option<&'static str> {
    match host {
        Host::Ipv4(address) => ipv4(*address),
        Host::Ipv6(address) => ipv6(*address),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let is_below = |end: &str| {
                name.strip_suffix(end)
                    .is_some_and(|before| before.is_empty() || before.ends_with('.'))
            };
            let end = ENDS.iter().find(|(end, _)| is_below(end));
            end.map(|(_, why)| *why)
                .or_else(|| (!name.contains('.')).then_some(SINGLE))
        }
    }
}

fn ipv4(address: Ipv4Addr) -> Option<&'static str> {
    let [first, second, third, _] = address.octets();
    match (first, second, third) {
        (127, ..) => Some(LOOPBACK),
        // RFC 1918; the shared space of carriers (RFC 6598); link-local; benchmarks (RFC 2544).
        (10, ..)
        | (172, 16..=31, _)
        | (192, 168, _)
        | (100, 64..=127, _)
        | (169, 254, _)
        | (198, 18..=19, _) => Some(PRIVATE),
        (0 | 224..=255, ..) => Some(NO_HOST),
        _ => None,
    }
}

fn ipv6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(address) = address.to_ipv4_mapped() {
        return ipv4(address);
    }
    match address.segments()[0] {
        _ if address.is_loopback() => Some(LOOPBACK),
        _ if address.is_unspecified() => Some(NO_HOST),
        // Unique local (RFC 4193), link-local, and the site-local of old.
        0xfc00..=0xfdff | 0xfe80..=0xfeff => Some(PRIVATE),
        0xff00..=0xffff => Some(NO_HOST),
        _ => None,
    }
}
