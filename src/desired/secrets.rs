//! The secrets of a manifest: where each may go, and whether it shares its source with a token or another secret. It opens none.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::hosts::{AllowedHost, SecretHosts};
use super::names::SecretDefinitions;
use super::{SecretSource, SourceKind};
use crate::manifest::shape::Secret;
use crate::manifest::{Code, Findings, Located, Location, Reveal, quoted_id};

/// Warns of sources that give a token and a value inside webhook URLs.
pub(super) fn warn_of_shared_sources(
    credentials: &BTreeMap<Arc<str>, SecretSource>,
    secrets: &BTreeMap<Arc<str>, SecretSource>,
    findings: &mut Findings,
) {
    // The first of several credentials is named.
    let tokens = credentials.iter().rev();
    let tokens: HashMap<_, _> = tokens
        .map(|(name, own)| (own.from.normal(), name))
        .collect();
    for (name, secret) in secrets {
        let shared = tokens.get(&secret.from.normal());
        if let Some((credential, place)) = shared.zip(secret.place.as_ref()) {
            let message = format!(
                "secret {} has the source of credential {}, so the targets of webhooks get the token; give the secret a source of its own",
                quoted_id(name),
                quoted_id(credential)
            );
            findings.add(Code::TokenAsSecret, place, Reveal::Url, message);
        }
    }
}

/// Reports secrets of one source with different hosts: by one name the value would go where by the other it may not.
pub(super) fn check_equal_hosts(
    secrets: &SecretDefinitions<'_>,
    hosts: &SecretHosts,
    findings: &mut Findings,
) {
    let is_wrong = |secret: &Secret| {
        let written = secret.hosts.iter().flatten();
        let mut written = written.map(|host| AllowedHost::parse(&host.value));
        written.any(|host| host.is_err())
    };
    let known = secrets.iter().filter(|(_, secret)| !is_wrong(secret));
    let mut firsts: HashMap<SourceKind, (&Arc<str>, &Location)> = HashMap::new();
    // In the order of the manifest: the first one is the reference.
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|(_, secret)| &secret.source.place);
    for (name, secret) in known {
        let place = &secret.source.place;
        let (first, first_place) = firsts
            .entry(secret.source.value.normal())
            .or_insert((name, place));
        if !hosts.are_equal(first, name) {
            let message = format!(
                "secret {} has the source of secret {}, at {}, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name",
                quoted_id(name),
                quoted_id(first),
                first_place.origin
            );
            findings.add(Code::HostsDisagree, place, Reveal::Url, message);
        }
    }
}

/// Reads the hosts of secrets; mistakes go to `findings`.
pub(super) fn secret_hosts(
    secrets: &SecretDefinitions<'_>,
    findings: &mut Findings,
) -> SecretHosts {
    let mut all = SecretHosts::default();
    for (name, secret) in secrets.iter() {
        let Some(written) = &secret.hosts else {
            continue;
        };
        let mut hosts = Vec::with_capacity(written.len());
        for Located { value, place } in written {
            match AllowedHost::parse(value) {
                Ok(host) => hosts.push(host),
                Err(why) => {
                    let message = format!("not a host that a secret may go to: {why}");
                    findings.add(Code::InvalidHost, place, Reveal::Url, message);
                }
            }
        }
        // Where an entry is wrong, it is not known where the secret may go.
        if hosts.len() == written.len() {
            all.insert(name.clone(), hosts);
        }
    }
    all
}
