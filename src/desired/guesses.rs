//! Guesses at secrets in a manifest that is not trusted. What is said of a plan may not depend on whether one is right, so
//! what could be one is refused before any secret is opened. It must not know a value.

use std::sync::Arc;

use super::{Desired, DesiredInstance, DesiredWebhook, SecretHosts, target};
use crate::manifest::{Code, Findings, Reveal};
use crate::webhook::{ExposeUrl, HookUrl};

/// The largest number of webhooks of an instance: a plan says which of them are live, so each tests a guess at what is live.
pub const MOST_UNTRUSTED: usize = 100;

/// Refuses, at the selected instances, more than [`MOST_UNTRUSTED`] webhooks, and a URL with a secret beside one that it could
/// be once the secret is filled in: whether it is would tell which guess is right.
pub fn refuse_guesses(desired: &Desired, selection: &[usize], findings: &mut Findings) {
    for instance in desired.at(selection) {
        check(instance, &desired.secret_hosts, findings);
    }
    findings.settle();
}

fn check(instance: &DesiredInstance, hosts: &SecretHosts, findings: &mut Findings) {
    let webhooks = instance.webhooks.as_deref().unwrap_or_default();
    if webhooks.len() > MOST_UNTRUSTED {
        let message = format!(
            "with --untrusted an instance has at most {MOST_UNTRUSTED} webhooks, and this one {}: a plan says which are live, so many URLs are many guesses at what is live; plan it without --untrusted, once it has been reviewed",
            webhooks.len()
        );
        let place = &instance.place;
        findings.add(Code::GuessableUrl, place, Reveal::Text, message);
        return;
    }
    let has_secret = |webhook: &&Arc<DesiredWebhook>| webhook.url.secrets().next().is_some();
    let (templates, written): (Vec<_>, Vec<_>) = webhooks.iter().partition(has_secret);
    let written: Vec<HookUrl> = written.iter().map(|one| one.url.with_stand_ins()).collect();
    for template in templates {
        let may_be = |url: &HookUrl| {
            let may_go = |target| hosts.refusal(template.url.secrets(), &target).is_none();
            template.url.could_be(url.expose()) && target::check(url).is_ok_and(may_go)
        };
        if written.iter().any(may_be) {
            let message = "with --untrusted this URL may not stand beside one that it could be once its secret is filled in: a plan would tell whether it is; give the two different paths, or the secret `hosts`";
            let (code, id) = (Code::GuessableUrl, instance.subject.id.as_str());
            findings.add_for(code, &template.place, Reveal::Url, message, id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::url::DesiredUrl;
    use super::super::url::UrlPiece;
    use super::*;

    /// Whether a URL, in which `*` stands for a secret, could be this one.
    fn could_be(template: &str, url: &str) -> bool {
        let mut pieces = Vec::new();
        for (at, text) in template.split('*').enumerate() {
            if at > 0 {
                pieces.push(UrlPiece::Secret(Arc::from("s")));
            }
            if !text.is_empty() {
                pieces.push(UrlPiece::Text(text.to_owned()));
            }
        }
        DesiredUrl::new(pieces).could_be(url)
    }

    #[test]
    fn a_url_could_be_what_a_secret_can_make_of_it() {
        for (template, url) in [
            ("https://a.example/?s=*", "https://a.example/?s=guess"),
            ("https://a.example/?s=*", "https://a.example/?s=%20"),
            ("https://a.example/*/in", "https://a.example/x/in"),
            ("https://*.example/in", "https://a.b.example/in"),
            ("https://a.example/*-*", "https://a.example/1-2-3"),
            ("https://a.example/**", "https://a.example/12"),
            ("*", "https://a.example/"),
        ] {
            assert!(could_be(template, url), "{template} {url}");
        }
        for (template, url) in [
            ("https://a.example/?s=*", "https://a.example/?s="),
            ("https://a.example/?s=*", "https://b.example/?s=guess"),
            ("https://a.example/?s=*", "https://a.example/?s=guess&t=1"),
            ("https://a.example/*/in", "https://a.example/x/y/in"),
            ("https://a.example/*/in", "https://a.example/in"),
            ("https://a.example/*-*", "https://a.example/12"),
            ("https://a.example/x*x", "https://a.example/x"),
        ] {
            assert!(!could_be(template, url), "{template} {url}");
        }
    }
}
