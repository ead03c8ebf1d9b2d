//! Binds opened secrets: fills their values into the URLs of the selection.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::{
    Desired, DesiredInstance, DesiredWebhook, Goal, SecretHosts, Target, Wanted, WantedWebhook,
    WantedWebhooks, target,
};
use crate::manifest::{Code, Findings, Reveal, quoted_id};
use crate::webhook::{HookUrl, Webhook, percent_encoded};

/// Opened values by name. It has no `Debug`.
pub type Values = BTreeMap<Arc<str>, SecretString>;

/// The sources that a selection needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Names under `credentials`.
    pub credentials: BTreeSet<Arc<str>>,
    /// Names under `secrets`.
    pub secrets: BTreeSet<Arc<str>>,
}

impl Needs {
    /// The sources that the instances at `selection` need; suspended ones need none.
    pub fn of(desired: &Desired, selection: &[usize]) -> Self {
        let mut needs = Self::default();
        let mut seen = BTreeSet::new();
        let selected = desired.at(selection);
        for instance in selected.filter(|instance| instance.suspended.is_none()) {
            needs.credentials.insert(instance.credential.clone());
            for webhook in instance.webhooks.iter().flatten() {
                if seen.insert(Arc::as_ptr(webhook)) {
                    needs.secrets.extend(webhook.url.secrets().cloned());
                }
            }
        }
        needs
    }
}

/// Binds the instances at `selection`, in manifest order. Mistakes that depend on secrets (an invalid, duplicate or ignored URL) go to
/// `findings`; the result is valid only when there is no error. So do warnings, which tell of values.
pub fn bind(
    desired: &Desired,
    selection: &[usize],
    secrets: &Values,
    findings: &mut Findings,
) -> Vec<Target> {
    let mut binder = Binder {
        secrets,
        hosts: &desired.secret_hosts,
        bound: HashMap::new(),
        findings,
    };
    let selected = desired.at(selection);
    let targets = selected.map(|instance| binder.target(instance)).collect();
    binder.findings.settle();
    targets
}

/// Says that a secret is not several parts of a URL.
fn encoded(secret: &str, sign: char) -> String {
    format!(
        "secret {} holds `{sign}`, which is written as `{}` here, since a secret is one part of a URL; where several are meant, write each as a secret of its own, or make the whole URL the secret",
        quoted_id(secret),
        percent_encoded(&sign.to_string()),
    )
}

struct Binder<'a> {
    secrets: &'a Values,
    hosts: &'a SecretHosts,
    /// The bound webhooks by address: one that many instances share is bound once.
    bound: HashMap<*const DesiredWebhook, Option<Arc<WantedWebhook>>>,
    findings: &'a mut Findings,
}

impl Binder<'_> {
    fn target(&mut self, instance: &DesiredInstance) -> Target {
        let goal = match &instance.suspended {
            Some(reason) => Goal::Suspended(reason.clone()),
            None => Goal::Managed(Wanted {
                credential: instance.credential.clone(),
                webhooks: match &instance.webhooks {
                    None => WantedWebhooks::Keep,
                    Some(webhooks) => WantedWebhooks::Exactly(self.webhooks(instance, webhooks)),
                },
                prune: instance.prune.clone(),
                ignore: instance.ignore.clone(),
                drop_fields: instance.drop_fields.clone(),
                system: instance.system.clone(),
                system_origin: instance.system_origin.clone(),
            }),
        };
        Target {
            subject: instance.subject.clone(),
            goal,
        }
    }

    fn webhooks(
        &mut self,
        instance: &DesiredInstance,
        desired: &[Arc<DesiredWebhook>],
    ) -> Vec<Arc<WantedWebhook>> {
        let mut webhooks: Vec<Arc<WantedWebhook>> = Vec::with_capacity(desired.len());
        let mut urls: HashSet<HookUrl> = HashSet::with_capacity(desired.len());
        for desired in desired {
            let bound = if let Some(bound) = self.bound.get(&Arc::as_ptr(desired)) {
                bound.clone()
            } else {
                let bound = self.webhook(desired).map(Arc::new);
                self.bound.insert(Arc::as_ptr(desired), bound.clone());
                bound
            };
            let Some(wanted) = bound else { continue };
            let id = instance.subject.id.as_str();
            if instance.ignore.matches(&wanted.webhook.url) {
                let message =
                    "with its secrets filled in this URL is wanted, and ignored too; change one";
                self.findings
                    .add_for(Code::IgnoredUrl, &desired.place, Reveal::Url, message, id);
            }
            if !urls.insert(wanted.webhook.url.clone()) {
                let message = "once secrets are filled in this URL is there twice; remove one";
                self.findings
                    .add_for(Code::DuplicateUrl, &desired.place, Reveal::Url, message, id);
            }
            webhooks.push(wanted);
        }
        webhooks
    }

    fn webhook(&mut self, desired: &DesiredWebhook) -> Option<WantedWebhook> {
        let secrets = self.secrets;
        let url = desired
            .url
            .bind(|name| secrets.get(name).map(ExposeSecret::expose_secret))?;
        let target = match target::check(&url) {
            Ok(target) => target,
            Err(why) => {
                let message = format!(
                    "with its secrets filled in this is not a URL to deliver to: {}",
                    why.without_text()
                );
                self.findings
                    .add(Code::InvalidUrl, &desired.place, Reveal::Url, message);
                return None;
            }
        };
        // A secret may hold the host, or be all of the URL.
        if let Some(why) = self.hosts.refusal(desired.url.secrets(), &target) {
            let message = format!("with its secrets filled in this URL leads elsewhere: {why}");
            self.findings
                .add(Code::ForbiddenHost, &desired.place, Reveal::Url, message);
            return None;
        }
        for (secret, sign) in url.encoded_delimiters() {
            let message = encoded(&secret, sign);
            self.findings
                .add(Code::OddSecret, &desired.place, Reveal::Url, message);
        }
        Some(WantedWebhook {
            webhook: Webhook {
                url,
                events: desired.events.clone(),
                is_active: desired.is_active,
            },
            origin: desired.place.origin.clone(),
        })
    }
}
