//! § Manifest, from outside: what manifests mean, what is said of wrong ones, and that neither leaks nor hangs.

mod bounds;
mod causes;
mod choices;
mod combine;
mod hosts;
mod keys;
mod leaks;
mod meaning;
mod random;
mod references;
mod riddles;
mod sections;
mod strange;
mod syntax;
mod targets;
mod templates;
mod types;
mod urls;
mod values;
mod warnings;
mod yaml;

use std::fmt::Write as _;
use std::sync::Arc;

use hookfleet::desired::{
    Desired, DesiredInstance, DesiredWebhook, PruneRule, WantedSystem, resolve,
};
use hookfleet::document::findings::FindingsV1;
use hookfleet::exit::ExitCode;
use hookfleet::manifest::{Findings, SourceFile, decode};
use hookfleet::render::text::{Colors, findings};
use hookfleet::webhook::Fingerprints;

use crate::snapshot::same;

pub(crate) fn file(name: &str, bytes: impl AsRef<[u8]>) -> SourceFile {
    SourceFile {
        name: Arc::from(name),
        bytes: Arc::from(bytes.as_ref()),
    }
}

/// One manifest, called `m.yaml`.
pub(crate) fn one(bytes: impl AsRef<[u8]>) -> Vec<SourceFile> {
    vec![file("m.yaml", bytes)]
}

/// `version: 1` and what follows it.
pub(crate) fn v1(rest: &str) -> Vec<SourceFile> {
    one(format!("version: 1\n{rest}"))
}

pub(crate) fn check(files: &[SourceFile]) -> (Desired, Findings) {
    let mut findings = Findings::default();
    let manifests: Vec<_> = files
        .iter()
        .flat_map(|file| decode(file, &mut findings))
        .collect();
    let desired = resolve(&manifests, &mut findings);
    (desired, findings)
}

/// The document of what is wrong.
pub(crate) fn document(findings: &Findings, files: &[SourceFile]) -> FindingsV1 {
    FindingsV1::of(findings, files, None, ExitCode::Invalid)
}

/// Every finding as a user reads it.
pub(crate) fn says(files: &[SourceFile]) -> String {
    let (_, findings) = check(files);
    findings::findings(&document(&findings, files), Colors::Plain)
}

/// The findings in short: place, code and message.
pub(crate) fn list(files: &[SourceFile]) -> String {
    let (_, findings) = check(files);
    let mut text = String::new();
    for finding in findings.iter() {
        let (origin, code) = (&finding.place.origin, finding.code.as_str());
        writeln!(text, "{origin} {code}: {}", finding.message).unwrap();
    }
    text
}

/// What valid manifests mean, instance by instance.
pub(crate) fn means(files: &[SourceFile]) -> String {
    let (desired, findings) = check(files);
    assert_eq!(
        findings::findings(&document(&findings, files), Colors::Plain),
        "",
        "nothing is wrong with it"
    );
    desired.instances.iter().map(instance).collect()
}

fn instance(instance: &DesiredInstance) -> String {
    let mut text = instance.subject.id.to_string();
    if let Some(name) = &instance.subject.name {
        write!(text, " {name:?}").unwrap();
    }
    for (key, value) in &*instance.subject.labels {
        write!(text, " {key}={value:?}").unwrap();
    }
    if let Some(reason) = &instance.suspended {
        write!(text, " suspended({reason:?})").unwrap();
    }
    writeln!(
        text,
        " by {}, prune {}, {}",
        instance.credential,
        match instance.prune {
            PruneRule::Unwritten => "unwritten",
            PruneRule::All => "all",
            PruneRule::Nothing => "nothing",
            PruneRule::Matching(_) => "some",
        },
        system(&instance.system),
    )
    .unwrap();
    match &instance.webhooks {
        None => text.push_str("  keep\n"),
        Some(webhooks) if webhooks.is_empty() => text.push_str("  none\n"),
        Some(webhooks) => webhooks
            .iter()
            .for_each(|entry| text.push_str(&webhook(entry))),
    }
    text
}

fn webhook(webhook: &DesiredWebhook) -> String {
    let url = webhook.url.with_stand_ins();
    let run = Fingerprints::new([0; 32]);
    format!(
        "  {} {:?} {}\n",
        url.redacted_by_name(&run)
            .unwrap_or_else(|| url.redacted(&run)),
        webhook.events.iter().collect::<Vec<_>>(),
        if webhook.is_active { "on" } else { "off" }
    )
}

fn system(system: &WantedSystem) -> String {
    match system {
        WantedSystem::Keep => "system keep".to_owned(),
        WantedSystem::Set { is_active, events } => {
            let events = events
                .as_ref()
                .map(|events| events.iter().collect::<Vec<_>>());
            format!("system {is_active:?} {events:?}")
        }
    }
}
