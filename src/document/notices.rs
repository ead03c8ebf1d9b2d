//! Notices in words: what a reader of a plan should know beside the changes. They quote foreign text, which renderers
//! make harmless.

use std::collections::HashMap;

use super::NoticeV1;
use crate::english::plural;
use crate::plan::{InstanceNotice, Notice, Plan};
use crate::webhook::{Fingerprints, HookUrl};

/// Every notice of a plan: first those over the selection, then those on instances, equal ones once.
pub(super) fn notices(plan: &Plan, fingerprints: &Fingerprints) -> Vec<NoticeV1> {
    let over_all = plan.notices.iter();
    let mut notices: Vec<NoticeV1> = over_all
        .map(|notice| about_all(notice, fingerprints))
        .collect();
    // By what is shown: an order by host would tell something of hosts that are not.
    let is_of_host = |kind: &str| ["secret_to_host", "new_host", "removed_host"].contains(&kind);
    for alike in notices.chunk_by_mut(|one, other| one.kind == other.kind) {
        if alike.iter().all(|notice| is_of_host(&notice.kind)) {
            alike.sort_by(|one, other| one.message.cmp(&other.message));
        }
    }
    let mut known: HashMap<(&'static str, String), usize> = HashMap::new();
    for line in &plan.lines {
        for remark in line.planned().iter().flat_map(|planned| &planned.remarks) {
            let Some((kind, message)) = about_one(remark, fingerprints) else {
                continue;
            };
            let at = *known
                .entry((kind, message))
                .or_insert_with_key(|(kind, message)| {
                    notices.push(notice(kind, message.clone()));
                    notices.len() - 1
                });
            let (id, instances) = (line.subject.id.as_str(), &mut notices[at].instances);
            if instances.last().is_none_or(|last| last != id) {
                instances.push(id.to_owned());
            }
        }
    }
    notices
}

fn notice(kind: &str, message: String) -> NoticeV1 {
    NoticeV1 {
        kind: kind.to_owned(),
        message,
        instances: Vec::new(),
    }
}

fn about_all(about: &Notice, fingerprints: &Fingerprints) -> NoticeV1 {
    // Where no host can be told from the rest, the whole URL stands for it.
    let host = |url: &HookUrl| {
        let host = url.redacted_host(fingerprints);
        host.unwrap_or_else(|| url.redacted(fingerprints))
    };
    let on = |count: &usize| plural(*count, "instance");
    let (kind, message) = match about {
        Notice::TokenInUrl { secret, credential } => (
            "token_in_url",
            format!(
                "secret `{secret}` is the token of credential `{credential}`, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own"
            ),
        ),
        Notice::SecretToHost {
            secret,
            url,
            instances,
        } => (
            "secret_to_host",
            format!(
                "secret `{secret}` goes to {}, which did not have it, on {}",
                host(url),
                on(instances)
            ),
        ),
        Notice::NewHost { url, instances } => (
            "new_host",
            format!(
                "new host {}: no live webhook of the selection goes there, and {} would",
                host(url),
                on(instances)
            ),
        ),
        Notice::RemovedHost { url, instances } => (
            "removed_host",
            format!(
                "{} is removed from {}, and occurs nowhere in the manifest",
                host(url),
                on(instances)
            ),
        ),
        Notice::WouldBlock(block) => (
            "would_block",
            format!(
                "guard `{}` would block an apply: {}",
                block.guard,
                block.why()
            ),
        ),
        Notice::ManifestWantsBack { run } => (
            "manifest_wants_back",
            format!(
                "the manifest is not rolled back: while it says what run {run} wrote, the next plan shows those changes again"
            ),
        ),
        Notice::CutOff { run } => (
            "cut_off",
            format!(
                "run {run} did not come to its end: what it was writing last may or may not be live, and is compared with both"
            ),
        ),
    };
    notice(kind, message)
}

fn about_one(
    remark: &InstanceNotice,
    fingerprints: &Fingerprints,
) -> Option<(&'static str, String)> {
    Some(match remark {
        InstanceNotice::DuplicateUrl { url, times } => {
            ("duplicate_url", format!("{} is live {times} times", url.redacted(fingerprints)))
        }
        InstanceNotice::SystemDisagrees => (
            "system_disagrees",
            "the system webhook is also listed among the webhooks, with other values; systemConfig counts".to_owned(),
        ),
        InstanceNotice::SystemUnstated => (
            "system_unstated",
            "the answer does not mention a system webhook; a write sends back only what is listed".to_owned(),
        ),
        InstanceNotice::KeptFields { url, names } => (
            "kept_fields",
            format!("{} is written back with fields unknown to hookfleet: {}", url.redacted(fingerprints), names.join(", ")),
        ),
        InstanceNotice::WouldBlock { guard, why } => {
            ("would_block", format!("guard `{guard}` would block an apply: {why}"))
        }
        // Summed up over the selection, by host.
        InstanceNotice::SecretGoes { .. } => return None,
    })
}
