//! Combines webhook sets and an instance's own webhooks into its desired webhooks.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::entry::Entry;
use super::names::{Definitions, SecretDefinitions};
use super::template::{HostFrom, Template};
use super::url::DesiredUrl;
use super::{DesiredWebhook, InstanceRef, ManifestHosts, SecretHosts};
use crate::manifest::shape::ManifestWebhook;
use crate::manifest::{Code, Findings, LocatedText, Manifest, Reveal};
use crate::webhook::Spelling;

/// The webhook sets of a run, each parsed once for all instances.
pub(super) struct Sets<'a> {
    names: Definitions<&'a Vec<ManifestWebhook>>,
    /// The secrets that URLs may name.
    pub(super) secrets: SecretDefinitions<'a>,
    /// The hosts that they may go to.
    pub(super) secret_hosts: SecretHosts,
    read: HashMap<Arc<str>, Arc<[Entry]>>,
    /// The hosts of all parsed webhooks, used or not.
    hosts: ManifestHosts,
    /// The path segments and query keys without variables of all parsed webhooks.
    words: BTreeSet<Box<str>>,
}

impl<'a> Sets<'a> {
    pub(super) fn new(
        manifests: &'a [Manifest],
        secrets: SecretDefinitions<'a>,
        secret_hosts: SecretHosts,
        findings: &mut Findings,
    ) -> Self {
        let entries = manifests.iter().flat_map(|manifest| &manifest.webhook_sets);
        Self {
            names: Definitions::new("webhook set", entries, findings),
            secrets,
            secret_hosts,
            read: HashMap::new(),
            hosts: ManifestHosts::default(),
            words: BTreeSet::new(),
        }
    }

    /// The hosts, and the path segments and query keys, of the manifest.
    pub(super) fn into_written(self) -> (ManifestHosts, BTreeSet<Box<str>>) {
        (self.hosts, self.words)
    }

    /// Parses a list; mistakes in its URLs go to `findings`.
    pub(super) fn read_list(
        &mut self,
        written: &[ManifestWebhook],
        findings: &mut Findings,
    ) -> Vec<Entry> {
        let (secrets, hosts) = (&mut self.secrets, &self.secret_hosts);
        let read = written
            .iter()
            .filter_map(|webhook| Entry::read(webhook, secrets, hosts, findings));
        let read: Vec<Entry> = read.collect();
        let templates = || read.iter().map(|entry| &entry.template);
        self.hosts
            .known
            .extend(templates().filter_map(Template::host));
        self.hosts.has_unknown |= read.iter().any(|entry| entry.host_from == HostFrom::Secret);
        self.words.extend(templates().flat_map(Template::words));
        read
    }

    /// Parses a named set, once.
    pub(super) fn read_set(&mut self, name: &LocatedText, findings: &mut Findings) -> Arc<[Entry]> {
        let Some(webhooks) = self.names.get(&name.value, &name.place, findings) else {
            return Arc::new([]);
        };
        let webhooks: &'a Vec<ManifestWebhook> = webhooks;
        if let Some(read) = self.read.get(&name.value) {
            return read.clone();
        }
        let entries: Arc<[Entry]> = self.read_list(webhooks, findings).into();
        self.read.insert(name.value.clone(), entries.clone());
        entries
    }

    /// Parses unused sets too: their mistakes count, and their secrets are used.
    pub(super) fn read_unused(&mut self, findings: &mut Findings) {
        let unused: Vec<&'a Vec<ManifestWebhook>> = self.names.unused_values().copied().collect();
        for webhooks in unused {
            let read = self.read_list(webhooks, findings);
            self.hosts.has_unknown |= read
                .iter()
                .any(|entry| entry.host_from == HostFrom::Instance);
        }
    }

    /// Takes the hosts of a suspended instance, as far as it has what their variables need: its mistakes don't count.
    pub(super) fn suspend(
        &mut self,
        sets: &[LocatedText],
        own: &[ManifestWebhook],
        subject: &InstanceRef,
        findings: &mut Findings,
    ) {
        let mut entries = self.read_list(own, findings);
        for name in sets {
            entries.extend_from_slice(&self.read_set(name, findings));
        }
        let filled = |entry: &&Entry| entry.host_from == HostFrom::Instance;
        for entry in entries.iter().filter(filled) {
            match entry.template.expand(subject) {
                Ok(url) => self.hosts.known.extend(entry.filled_host(&url)),
                Err(_) => self.hosts.has_unknown = true,
            }
        }
    }

    /// Reports unused sets and secrets.
    pub(super) fn check_used(&self, findings: &mut Findings) {
        self.names.check_used(findings);
        self.secrets.check_used(findings);
    }

    /// Combines an instance's own entries with its sets'. An own entry replaces a set's with the same URL; equal entries
    /// of two sets are one, different ones are a finding.
    pub(super) fn combine(
        &mut self,
        sets: &[LocatedText],
        own: &[ManifestWebhook],
        subject: &InstanceRef,
        findings: &mut Findings,
    ) -> Vec<Arc<DesiredWebhook>> {
        let mut combined = Combined::default();
        for entry in self.read_list(own, findings) {
            if let Some(webhook) = entry.expand(subject, &self.secret_hosts, findings) {
                self.hosts.known.extend(entry.filled_host(&webhook.url));
                combined.add_own(webhook, findings);
            }
        }
        for name in sets {
            for entry in &*self.read_set(name, findings) {
                if let Some(webhook) = entry.expand(subject, &self.secret_hosts, findings) {
                    self.hosts.known.extend(entry.filled_host(&webhook.url));
                    combined.add_of_set(webhook, name, subject, findings);
                }
            }
        }
        combined.of_sets.extend(combined.own);
        check_spellings(&combined.of_sets, subject, findings);
        combined.of_sets
    }
}

/// Warns about URLs of one instance that are two spellings of one.
fn check_spellings(
    webhooks: &[Arc<DesiredWebhook>],
    subject: &InstanceRef,
    findings: &mut Findings,
) {
    if webhooks.len() < 2 {
        return;
    }
    let mut firsts: HashMap<Spelling, &DesiredWebhook> = HashMap::new();
    for webhook in webhooks {
        let Some(spelling) = webhook.url.with_names().spelling() else {
            continue;
        };
        if let Some(first) = firsts.get(&spelling) {
            let message = format!(
                "this is another spelling of the URL at {}, and a server may take both for one; keep one",
                first.place.origin
            );
            let (code, id) = (Code::AnotherSpelling, subject.id.as_str());
            findings.add_for(code, &webhook.place, Reveal::Url, message, id);
        } else {
            firsts.insert(spelling, webhook);
        }
    }
}

/// The webhooks of an instance so far, and their URLs.
#[derive(Default)]
struct Combined {
    of_sets: Vec<Arc<DesiredWebhook>>,
    own: Vec<Arc<DesiredWebhook>>,
    /// The entry of each URL, with the name of its set.
    by_url: HashMap<DesiredUrl, (Arc<DesiredWebhook>, Option<Arc<str>>)>,
}

impl Combined {
    fn add_own(&mut self, webhook: Arc<DesiredWebhook>, findings: &mut Findings) {
        if let Some((first, _)) = self.by_url.get(&webhook.url) {
            twice(first, &webhook, findings);
        } else {
            let known = (webhook.clone(), None);
            self.by_url.insert(webhook.url.clone(), known);
            self.own.push(webhook);
        }
    }

    fn add_of_set(
        &mut self,
        webhook: Arc<DesiredWebhook>,
        set: &LocatedText,
        subject: &InstanceRef,
        findings: &mut Findings,
    ) {
        let (first, name) = match self.by_url.get(&webhook.url) {
            Some((_, None)) => return,
            Some((first, Some(name))) => (first, name),
            None => {
                let known = (webhook.clone(), Some(set.value.clone()));
                self.by_url.insert(webhook.url.clone(), known);
                self.of_sets.push(webhook);
                return;
            }
        };
        if *name == set.value && first.place == webhook.place {
            // The set is listed twice, which has a finding.
        } else if *name == set.value {
            twice(first, &webhook, findings);
        } else if first.events != webhook.events || first.is_active != webhook.is_active {
            let message = format!(
                "sets `{name}` and `{}` disagree about this URL, the other at {}; make them equal, or list it under the instance",
                set.value, first.place.origin
            );
            let id = subject.id.as_str();
            findings.add_for(Code::DuplicateUrl, &webhook.place, Reveal::Url, message, id);
        }
    }
}

/// Reports that one list has a URL twice.
fn twice(first: &DesiredWebhook, again: &DesiredWebhook, findings: &mut Findings) {
    let message = format!(
        "this URL is listed twice, first at {}; merge the two",
        first.place.origin
    );
    findings.add(Code::DuplicateUrl, &again.place, Reveal::Url, message);
}
