//! Where a secret may go: the hosts that the manifest lists for it. It must not know a secret's value.

mod shared;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use self::shared::Public;
use super::target::{self, TargetUrl};
use crate::manifest::{did_you_mean, nearest, quoted_id};
use crate::webhook::{HookUrl, Provenance, UrlFault};

/// The largest number of a secret's hosts in a message.
const SOME: usize = 5;

/// The secrets that may go to some hosts only, by name. One that is not among them may go anywhere.
#[derive(Debug, Clone, Default)]
pub struct SecretHosts(BTreeMap<Arc<str>, Vec<AllowedHost>>);

/// An entry of `hosts`: scheme, host and port of the URLs that a secret may stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    /// As the manifest has it.
    written: Arc<str>,
    /// `http` or `https`.
    scheme: String,
    /// The host in ASCII; below it, any number of labels, where `is_below`.
    host: String,
    /// Whether the entry begins with `*.`.
    is_below: bool,
    port: u16,
}

/// Why a text is no entry of `hosts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HostFault {
    /// It has a part that no entry has.
    Beyond(&'static str),
    /// A scheme other than http and https.
    Scheme,
    /// A variable, or what looks like one.
    Variable,
    /// A `*` elsewhere than at the beginning, or not before a dot.
    Star,
    /// A `*.` before an address.
    StarBeforeAddress,
    /// A `*.` before a public suffix.
    PublicSuffix,
    /// A `*.` before a domain with public suffixes below.
    AbovePublicSuffix,
    /// What is wrong with the host or the port.
    Target(UrlFault),
}

impl fmt::Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beyond(part) => write!(
                f,
                "it has {part}; write the host alone, such as `crm.example.com` or `crm.example.com:8443`"
            ),
            Self::Scheme => f.write_str(
                "it has a scheme other than http and https; leave it out for https, or write `http://`",
            ),
            Self::Variable => {
                f.write_str("variables are not filled in here; write each host, or `*.` for its first labels")
            }
            Self::Star => f.write_str(
                "a `*` stands only at the beginning, as `*.`, for one label or more, such as `*.example.com`",
            ),
            Self::StarBeforeAddress => f.write_str("nothing is below an IP address; write the whole address"),
            Self::PublicSuffix => f.write_str(
                "below a public suffix anybody can have a host; write the domain that is yours too, such as `*.example.com`",
            ),
            Self::AbovePublicSuffix => f.write_str(
                "public suffixes are below it, such as `s3.amazonaws.com` below `amazonaws.com`, and there anybody can have a host; write the whole host, or as much of its domain as is yours",
            ),
            Self::Target(why) => why.fmt(f),
        }
    }
}

impl AllowedHost {
    /// Reads an entry, such as `crm.example.com`, `*.example.com`, `http://localhost:8080` or `hooks.example.com:8443`.
    ///
    /// # Errors
    /// When it is not a host, or a `*.` before a public suffix.
    pub(super) fn parse(written: &Arc<str>) -> Result<Self, HostFault> {
        if written.contains("${") {
            return Err(HostFault::Variable);
        }
        let (scheme, rest) = written.split_once("://").unwrap_or(("https", written));
        if !["http", "https"].contains(&&*scheme.to_ascii_lowercase()) {
            return Err(HostFault::Scheme);
        }
        for (sign, part) in [
            ('/', "a path"),
            ('?', "a query"),
            ('#', "a fragment"),
            ('@', "a userinfo"),
        ] {
            if rest.contains(sign) {
                return Err(HostFault::Beyond(part));
            }
        }
        let (is_below, host) = match rest.strip_prefix("*.") {
            Some(host) => (true, host),
            None => (false, rest),
        };
        if host.contains('*') {
            return Err(HostFault::Star);
        }
        let url = format!("{scheme}://{host}/");
        let url = HookUrl::from_pieces([(url, Provenance::Manifest)]);
        let TargetUrl {
            scheme, host, port, ..
        } = target::check(&url).map_err(HostFault::Target)?;
        let is_address = host.starts_with('[') || host.parse::<core::net::Ipv4Addr>().is_ok();
        if is_below && is_address {
            return Err(HostFault::StarBeforeAddress);
        }
        if is_below && let Some(public) = shared::public(&host) {
            return Err(match public {
                Public::Itself => HostFault::PublicSuffix,
                Public::Below => HostFault::AbovePublicSuffix,
            });
        }
        Ok(Self {
            written: written.clone(),
            scheme,
            host,
            is_below,
            port,
        })
    }

    /// What it says, however it is written.
    fn meaning(&self) -> (&str, bool, &str, u16) {
        (&self.scheme, self.is_below, &self.host, self.port)
    }

    /// Whether URLs with this scheme, host and port may hold the secret.
    fn allows(&self, target: &TargetUrl) -> bool {
        self.has_host(target) && target.scheme == self.scheme && target.port == self.port
    }

    fn has_host(&self, target: &TargetUrl) -> bool {
        if self.is_below {
            let labels = target.host.strip_suffix(&self.host);
            labels.is_some_and(|labels| labels.len() > 1 && labels.ends_with('.'))
        } else {
            target.host == self.host
        }
    }
}

impl SecretHosts {
    /// Adds the hosts of a secret.
    pub(super) fn insert(&mut self, secret: Arc<str>, hosts: Vec<AllowedHost>) {
        self.0.insert(secret, hosts);
    }

    /// Whether two secrets may go to the same hosts.
    pub(super) fn are_equal(&self, secret: &str, other: &str) -> bool {
        let of = |secret: &str| {
            let hosts = self.0.get(secret)?;
            let mut hosts: Vec<_> = hosts.iter().map(AllowedHost::meaning).collect();
            hosts.sort_unstable();
            hosts.dedup();
            Some(hosts)
        };
        of(secret) == of(other)
    }

    /// Why one of these secrets may not stand in a URL to this target, as a message that tells nothing of the target, which
    /// may come from a secret.
    pub(super) fn refusal<'s>(
        &self,
        secrets: impl Iterator<Item = &'s Arc<str>>,
        target: &TargetUrl,
    ) -> Option<String> {
        let (secret, hosts) = self.refused(secrets, target)?;
        Some(message(secret, hosts, REMEDY))
    }

    /// Why one of these secrets may not stand in a URL to a target that the manifest has written out, with the entry that it
    /// likely means.
    pub(super) fn advised_refusal<'s>(
        &self,
        secrets: impl Iterator<Item = &'s Arc<str>>,
        target: &TargetUrl,
    ) -> Option<String> {
        let (secret, hosts) = self.refused(secrets, target)?;
        let has_host = |host: &&AllowedHost| host.has_host(target);
        let is_parent = |host: &&AllowedHost| host.is_below && host.host == target.host;
        let exact = hosts.iter().filter(|host| !host.is_below);
        let near = nearest(&target.host, exact.map(|host| &*host.host));
        let advice = if let Some(host) = hosts.iter().find(is_parent) {
            format!("`{}` stands for the hosts below this one", host.written)
        } else if let Some(host) = hosts.iter().find(has_host) {
            format!("`{}` has another scheme or port", host.written)
        } else if let Some(near) = near {
            did_you_mean(&target.host, near)
        } else {
            REMEDY.to_owned()
        };
        Some(message(secret, hosts, &advice))
    }

    /// The first of these secrets that may not go there, and where it may go.
    fn refused<'s>(
        &self,
        mut secrets: impl Iterator<Item = &'s Arc<str>>,
        target: &TargetUrl,
    ) -> Option<(&'s str, &[AllowedHost])> {
        secrets.find_map(|secret| {
            let hosts = self.0.get(secret)?;
            let is_refused = !hosts.iter().any(|host| host.allows(target));
            is_refused.then_some((&**secret, &**hosts))
        })
    }
}

const REMEDY: &str = "list this one there if the secret belongs there, or name another secret";

fn message(secret: &str, hosts: &[AllowedHost], advice: &str) -> String {
    let some: Vec<&str> = hosts.iter().take(SOME).map(|host| &*host.written).collect();
    let more = if hosts.len() > SOME { ", …" } else { "" };
    let (secret, some) = (quoted_id(secret), some.join(", "));
    format!("secret {secret} may not go to this host; its `hosts` are {some}{more}; {advice}")
}

#[cfg(test)]
mod tests;
