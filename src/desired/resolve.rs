//! Resolves manifests to the desired state: merges files, applies defaults, sets and templates, and collects every
//! finding.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::names::{CredentialDefinitions, Definitions};
use super::secrets::{check_equal_hosts, secret_hosts, warn_of_shared_sources};
use super::settings::{ApiSettings, DEFAULT_CREDENTIAL, SafetyLimits, SecretSource};
use super::unique::check_unique;
use super::webhooks::Sets;
use super::{
    Desired, DesiredInstance, DesiredWebhook, DropFields, InstanceRef, Labels, Patterns, PruneRule,
    WantedSystem,
};
use crate::manifest::shape::{self, Instance, Settings};
use crate::manifest::{
    Code, Findings, Located, LocatedText, Location, Manifest, Reveal, quoted_id, reveal_id,
};
use crate::webhook::id::DOCUMENTED_LENGTH;
use crate::webhook::{Events, InstanceId};

/// Resolves all manifests of a run; the result is valid only when `findings` has no error.
pub fn resolve(manifests: &[Manifest], findings: &mut Findings) -> Desired {
    let api = only(manifests, "api", |manifest| &manifest.api, findings);
    let safety = only(manifests, "safety", |manifest| &manifest.safety, findings);
    let defaults = only(
        manifests,
        "defaults",
        |manifest| &manifest.defaults,
        findings,
    );
    let broken = || manifests.iter().flat_map(|manifest| &manifest.broken);
    let credentials = manifests.iter().flat_map(|manifest| &manifest.credentials);
    let secrets = manifests.iter().flat_map(|manifest| &manifest.secrets);
    let secrets = Definitions::new("secret", secrets, findings).with_broken(broken());
    let hosts = secret_hosts(&secrets, findings);
    check_equal_hosts(&secrets, &hosts, findings);
    let mut resolver = Resolver {
        credentials: Definitions::new("credential", credentials, findings).with_broken(broken()),
        sets: Sets::new(manifests, secrets, hosts, findings),
        patterns: HashMap::new(),
        labels: HashSet::new(),
        wanted: 0,
        bytes: 0,
        findings,
    };
    let defaults = defaults
        .map(|located| located.value.clone())
        .unwrap_or_default();
    resolver.check_settings(&defaults);
    let instances: Vec<DesiredInstance> = manifests
        .iter()
        .flat_map(|manifest| &manifest.instances)
        .map(|instance| resolver.instance(instance, &defaults))
        .collect();
    check_unique(manifests, resolver.findings);
    resolver.sets.read_unused(resolver.findings);
    resolver.findings.settle();
    // An error may hide a use.
    if resolver.findings.errors() == 0 {
        resolver.sets.check_used(resolver.findings);
        resolver.credentials.check_used(resolver.findings);
    }
    let credentials = resolver.credentials.iter();
    let mut credentials: BTreeMap<Arc<str>, SecretSource> = credentials
        .map(|(name, source)| (name.clone(), SecretSource::from(*source)))
        .collect();
    credentials
        .entry(Arc::from(DEFAULT_CREDENTIAL))
        .or_insert_with(SecretSource::default_credential);
    let secrets = resolver.sets.secrets.iter();
    let secrets: BTreeMap<Arc<str>, SecretSource> = secrets
        .map(|(name, secret)| (name.clone(), SecretSource::from(&secret.source)))
        .collect();
    warn_of_shared_sources(&credentials, &secrets, resolver.findings);
    let secret_hosts = std::mem::take(&mut resolver.sets.secret_hosts);
    let (hosts, words) = resolver.sets.into_written();
    Desired {
        api: api
            .map(|located| ApiSettings::from(&located.value))
            .unwrap_or_default(),
        safety: safety
            .map(|located| SafetyLimits::from(&located.value))
            .unwrap_or_default(),
        credentials,
        secrets,
        secret_hosts,
        hosts,
        words: Arc::new(words),
        instances,
    }
}

/// The section with this name; a second one is a finding.
fn only<'a, T>(
    manifests: &'a [Manifest],
    name: &str,
    section: impl Fn(&'a Manifest) -> &'a Option<Located<T>>,
    findings: &mut Findings,
) -> Option<&'a Located<T>> {
    let mut sections = manifests
        .iter()
        .filter_map(|manifest| section(manifest).as_ref());
    let first = sections.next()?;
    for again in sections {
        let message = format!(
            "`{name}` is given twice, first at {}; keep one",
            first.place.origin
        );
        let code = Code::DuplicateSection;
        findings.add(code, &again.place, Reveal::Nothing, message);
    }
    Some(first)
}

/// The largest number of distinct label sets that are shared.
const MOST_LABELS: usize = 10_000;

/// The largest number of desired webhooks over all instances: sets multiply, so a small file could want billions.
const MOST_WANTED: usize = 500_000;

/// The largest size of all desired URLs, in bytes.
const MOST_BYTES: usize = 128 << 20;

struct Resolver<'a> {
    credentials: CredentialDefinitions<'a>,
    sets: Sets<'a>,
    /// Compiled patterns by location: defaults are compiled once, not once per instance.
    patterns: HashMap<Location, Patterns>,
    labels: HashSet<Arc<Labels>>,
    /// The number of desired webhooks so far.
    wanted: usize,
    /// The size of their URLs in bytes, shared webhooks aside.
    bytes: usize,
    findings: &'a mut Findings,
}

impl Resolver<'_> {
    /// Checks settings that are possibly never expanded: of defaults and suspended instances.
    fn check_settings(&mut self, settings: &Settings) {
        if let Some(credential) = &settings.credential {
            self.credential(Some(credential));
        }
        for name in settings.webhook_sets.iter().flatten() {
            self.sets.read_set(name, self.findings);
        }
        if let Some(shape::Webhooks::List(listed)) = &settings.webhooks {
            self.sets.read_list(listed, self.findings);
        }
        if let Some(ignore) = &settings.ignore {
            self.patterns(ignore);
        }
        self.prune(settings.prune.as_ref());
    }

    fn instance(&mut self, instance: &Instance, defaults: &Settings) -> DesiredInstance {
        let own = &instance.settings;
        let subject = Arc::new(InstanceRef {
            id: InstanceId::new(instance.id.value.clone()),
            name: instance.name.as_ref().map(|name| name.value.clone()),
            labels: self.labels(instance),
            is_listed: true,
            origin: instance.id.place.origin.clone(),
        });
        let length = instance.id.value.chars().count();
        if length != DOCUMENTED_LENGTH {
            let Located { value, place } = &instance.id;
            let message = format!(
                "id {} has {length} characters; the vendor documents {DOCUMENTED_LENGTH}",
                quoted_id(value)
            );
            self.findings
                .add(Code::IdLength, place, reveal_id(value), message);
        }
        let suspended = instance.suspend.unwrap_or(false);
        let credential = own.credential.as_ref().or(defaults.credential.as_ref());
        let ignore = own.ignore.as_ref().or(defaults.ignore.as_ref());
        let ignore = ignore.map_or_else(Patterns::none, |ignore| self.patterns(ignore));
        DesiredInstance {
            place: instance.id.place.clone(),
            suspended: suspended
                .then(|| instance.reason.as_ref().map(|reason| reason.value.clone())),
            credential: self.credential(credential),
            webhooks: if suspended {
                // Its URLs are not expanded, so it may lack a name or labels.
                self.check_settings(own);
                self.suspend(own, defaults, &subject);
                None
            } else {
                self.webhooks(own, defaults, &subject, &instance.id.place, &ignore)
            },
            prune: self.prune(own.prune.as_ref().or(defaults.prune.as_ref())),
            drop_fields: drop_fields(own.drop_fields.as_ref().or(defaults.drop_fields.as_ref())),
            system: system(own.system.as_ref().or(defaults.system.as_ref())),
            system_origin: match own.system.as_ref().or(defaults.system.as_ref()) {
                Some(shape::System::Set(fields)) => Some(fields.place.origin.clone()),
                _ => None,
            },
            ignore,
            subject,
        }
    }

    /// An instance's labels, shared between instances with equal labels.
    fn labels(&mut self, instance: &Instance) -> Arc<Labels> {
        let labels: Labels = instance.labels.iter().cloned().collect();
        if let Some(known) = self.labels.get(&labels) {
            return known.clone();
        }
        let shared = Arc::new(labels);
        // When all instances differ, sharing saves nothing.
        if self.labels.len() < MOST_LABELS {
            self.labels.insert(shared.clone());
        }
        shared
    }

    /// The credential's name, marked as used; `default` needs no definition.
    fn credential(&mut self, name: Option<&LocatedText>) -> Arc<str> {
        match name {
            Some(Located { value, place }) if **value != *DEFAULT_CREDENTIAL => {
                self.credentials.get(value, place, self.findings);
                value.clone()
            }
            _ => {
                self.credentials.mark_used(DEFAULT_CREDENTIAL);
                Arc::from(DEFAULT_CREDENTIAL)
            }
        }
    }

    fn webhooks(
        &mut self,
        own: &Settings,
        defaults: &Settings,
        subject: &InstanceRef,
        place: &Location,
        ignore: &Patterns,
    ) -> Option<Vec<Arc<DesiredWebhook>>> {
        let sets = own.webhook_sets.as_ref().or(defaults.webhook_sets.as_ref());
        let listed = match own.webhooks.as_ref().or(defaults.webhooks.as_ref()) {
            // An instance's own sets take precedence over `keep` from defaults.
            Some(shape::Webhooks::Keep) if own.webhooks.is_none() && own.webhook_sets.is_some() => {
                None
            }
            Some(shape::Webhooks::Keep) => {
                self.check_settings(own);
                return None;
            }
            Some(shape::Webhooks::List(listed)) => Some(listed.as_slice()),
            None => None,
        };
        if sets.is_none() && listed.is_none() {
            return None;
        }
        let sets = sets.map_or(&[][..], Vec::as_slice);
        if self.wanted > MOST_WANTED || self.bytes > MOST_BYTES {
            return None;
        }
        let listed = listed.unwrap_or_default();
        let webhooks = self.sets.combine(sets, listed, subject, self.findings);
        self.wanted += webhooks.len();
        self.bytes += webhooks
            .iter()
            .filter(|webhook| Arc::strong_count(webhook) == 1)
            .map(|webhook| webhook.url.len())
            .sum::<usize>();
        if self.wanted > MOST_WANTED || self.bytes > MOST_BYTES {
            let message = format!(
                "the instances up to here want more than {MOST_WANTED} webhooks, or {} MiB of URLs, in all; split the manifest",
                MOST_BYTES >> 20
            );
            self.findings.add(Code::Limit, place, Reveal::Text, message);
        }
        for webhook in &webhooks {
            // A URL with a secret is matched once the secret is bound.
            let is_known = webhook.url.secrets().next().is_none();
            if is_known && ignore.matches(&webhook.url.with_stand_ins()) {
                let (code, id) = (Code::IgnoredUrl, subject.id.as_str());
                let message = "this URL is wanted, and ignored too; change one";
                self.findings
                    .add_for(code, &webhook.place, Reveal::Url, message, id);
            }
        }
        Some(webhooks)
    }

    /// Takes the hosts of the webhooks that a suspended instance would have.
    fn suspend(&mut self, own: &Settings, defaults: &Settings, subject: &InstanceRef) {
        let sets = own.webhook_sets.as_ref().or(defaults.webhook_sets.as_ref());
        let listed = match own.webhooks.as_ref().or(defaults.webhooks.as_ref()) {
            Some(shape::Webhooks::List(listed)) => listed.as_slice(),
            Some(shape::Webhooks::Keep) | None => &[],
        };
        let sets = sets.map_or(&[][..], Vec::as_slice);
        self.sets.suspend(sets, listed, subject, self.findings);
    }

    fn patterns(&mut self, written: &Located<Vec<LocatedText>>) -> Patterns {
        if let Some(known) = self.patterns.get(&written.place) {
            return known.clone();
        }
        let texts = written
            .value
            .iter()
            .map(|pattern| pattern.value.clone())
            .collect();
        let patterns = Patterns::new(texts).unwrap_or_else(|error| {
            let place = written
                .value
                .get(error.index)
                .map_or(&written.place, |pattern| &pattern.place);
            self.findings
                .add(Code::InvalidPattern, place, Reveal::Url, error.to_string());
            Patterns::none()
        });
        for (index, advice) in patterns.odd() {
            if let Some(pattern) = written.value.get(index) {
                self.findings
                    .add(Code::OddPattern, &pattern.place, Reveal::Url, advice);
            }
        }
        self.patterns
            .insert(written.place.clone(), patterns.clone());
        patterns
    }

    fn prune(&mut self, written: Option<&shape::Prune>) -> PruneRule {
        match written {
            None => PruneRule::Unwritten,
            Some(shape::Prune::Every(true)) => PruneRule::All,
            Some(shape::Prune::Every(false)) => PruneRule::Nothing,
            Some(shape::Prune::Matching(globs)) => PruneRule::Matching(self.patterns(globs)),
        }
    }
}

fn drop_fields(written: Option<&Vec<LocatedText>>) -> DropFields {
    let names = written.into_iter().flatten();
    DropFields::new(names.map(|name| name.value.clone()))
}

fn system(written: Option<&shape::System>) -> WantedSystem {
    match written {
        None | Some(shape::System::Keep) => WantedSystem::Keep,
        Some(shape::System::Set(fields)) => WantedSystem::Set {
            is_active: fields.value.is_active,
            events: fields
                .value
                .events
                .as_ref()
                .map(|events| Events::new(events.value.iter().cloned())),
        },
    }
}
