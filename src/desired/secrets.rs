//! The secrets of a manifest: where each may go, and whether it shares its source with a token. It opens none.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::SecretSource;
use super::hosts::{AllowedHost, SecretHosts};
use super::names::SecretDefinitions;
use crate::manifest::{Code, Findings, Located, Reveal, quoted_id};

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
