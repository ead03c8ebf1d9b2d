//! One webhook of a manifest: parses and checks it once, and expands it for each instance.

use std::sync::Arc;

use super::names::SecretDefinitions;
use super::template::{HostFrom, Template};
use super::url::DesiredUrl;
use super::{DesiredWebhook, InstanceRef, SecretHosts, placeholder, target};
use crate::manifest::shape::ManifestWebhook;
use crate::manifest::{Code, Findings, Location, Reveal};
use crate::webhook::{Events, ExposeUrl};

/// One parsed webhook of the manifest.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) template: Template,
    events: Events,
    is_active: bool,
    place: Location,
    /// The expanded webhook, when it is the same for every instance.
    shared: Option<Arc<DesiredWebhook>>,
    /// What fills in its host.
    pub(super) host_from: HostFrom,
    /// What is said of a placeholder of another tool in it.
    placeholder: Option<String>,
    /// Whether its host is the same for every instance, and its secrets may go there or have a finding.
    is_host_checked: bool,
}

impl Entry {
    pub(super) fn read(
        written: &ManifestWebhook,
        secrets: &mut SecretDefinitions<'_>,
        hosts: &SecretHosts,
        findings: &mut Findings,
    ) -> Option<Self> {
        let place = &written.url.place;
        let template = match Template::parse(&written.url.value) {
            Ok(template) => template,
            Err(message) => {
                findings.add(Code::UnknownReference, place, Reveal::Url, message);
                return None;
            }
        };
        for name in template.secrets() {
            secrets.get(name, place, findings);
        }
        let known = template.with_known_host();
        let target = known.as_ref().and_then(|url| target::check(url).ok());
        if let Some(target) = &target
            && let Some(why) = hosts.advised_refusal(template.secrets(), target)
        {
            findings.add(Code::ForbiddenHost, place, Reveal::Url, why);
        }
        let placeholder = placeholder::placeholder(&written.url.value);
        if placeholder.is_none()
            && let Some(why) = template.written_secret()
        {
            findings.add(Code::SecretInUrl, place, Reveal::Url, why);
        }
        let mut entry = Self {
            placeholder: placeholder.clone(),
            is_host_checked: target.is_some(),
            events: Events::new(written.events.value.iter().cloned()),
            is_active: written.is_active.unwrap_or(true),
            place: place.clone(),
            shared: None,
            host_from: template.host_from(),
            template,
        };
        if let Some(url) = entry.template.expand_shared() {
            entry.shared = Some(entry.webhook(url, findings)?);
        }
        if let Some(why) = placeholder {
            findings.add(Code::Placeholder, place, Reveal::Url, why);
        }
        Some(entry)
    }

    pub(super) fn expand(
        &self,
        subject: &InstanceRef,
        hosts: &SecretHosts,
        findings: &mut Findings,
    ) -> Option<Arc<DesiredWebhook>> {
        if let Some(shared) = &self.shared {
            return Some(shared.clone());
        }
        match self.template.expand(subject) {
            Ok(url) => {
                if let Some(why) = self.refused_host(&url, hosts) {
                    let (code, id) = (Code::ForbiddenHost, subject.id.as_str());
                    findings.add_for(code, &self.place, Reveal::Url, why, id);
                }
                self.webhook(url, findings)
            }
            Err(message) => {
                let (code, id) = (Code::UnknownReference, subject.id.as_str());
                findings.add_for(code, &self.place, Reveal::Url, message, id);
                None
            }
        }
    }

    /// The host of an expanded URL, where the instance filled it in.
    pub(super) fn filled_host(&self, url: &DesiredUrl) -> Option<String> {
        let is_filled = self.host_from == HostFrom::Instance;
        is_filled.then(|| url.with_stand_ins().host()).flatten()
    }

    /// Why a secret may not go to the host of an expanded URL; one that a secret holds is known once it is bound.
    fn refused_host(&self, url: &DesiredUrl, hosts: &SecretHosts) -> Option<String> {
        if self.is_host_checked || url.secrets().next().is_none() {
            return None;
        }
        let known = url.with_stand_ins();
        let is_known = known.secrets_in(known.parts()?.authority).is_empty();
        let target = is_known.then(|| target::check(&known).ok()).flatten()?;
        hosts.advised_refusal(url.secrets(), &target)
    }

    fn webhook(&self, url: DesiredUrl, findings: &mut Findings) -> Option<Arc<DesiredWebhook>> {
        if !url.is_secret_whole() {
            match target::check(&url.with_stand_ins()) {
                Ok(target) => {
                    if target.is_plain() {
                        let message = "events are delivered over plain http, so anybody on the way can read them; use https";
                        findings.add(Code::PlainHttp, &self.place, Reveal::Url, message);
                    }
                    if target.has_misleading_userinfo {
                        let message = "what stands before the `@` reads as a host, and is a user name: events go to the host behind it; write that host alone, or a password behind the user name";
                        let code = Code::MisleadingUserinfo;
                        findings.add(code, &self.place, Reveal::Url, message);
                    }
                    if let Some(why) = target.unreachable {
                        let message = format!(
                            "the API's servers can't deliver here: this host {why}; write one that is public"
                        );
                        findings.add(Code::UnreachableTarget, &self.place, Reveal::Url, message);
                    }
                }
                Err(why) => {
                    // A placeholder is often no URL, and its characters are not what is wrong with it.
                    let message = match &self.placeholder {
                        Some(placeholder) => format!("not a URL to deliver to: {placeholder}"),
                        None => format!("not a URL to deliver to: {why}"),
                    };
                    findings.add(Code::InvalidUrl, &self.place, Reveal::Url, message);
                    return None;
                }
            }
        }
        let (events, place) = (self.events.clone(), self.place.clone());
        Some(Arc::new(DesiredWebhook {
            url,
            events,
            is_active: self.is_active,
            place,
        }))
    }
}
