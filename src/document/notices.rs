//! The messages of notices, which a plan has beside its changes. They quote foreign text, which renderers make
//! harmless.

use std::collections::HashMap;
use std::sync::Arc;

use super::NoticeV1;
use crate::english::plural;
use crate::escape::truncate;
use crate::plan::{InstanceNotice, Notice, Plan, RunNotice, TokenUse};
use crate::webhook::{Fingerprints, HookUrl};

/// Returns the notices of a plan: first those about the selection, then those about instances. Equal notices are
/// merged.
pub(super) fn notices(plan: &Plan, fingerprints: &Fingerprints) -> Vec<NoticeV1> {
    // What guards let pass decides how all else is read.
    let (first, rest): (Vec<_>, Vec<_>) = plan
        .notices
        .iter()
        .partition(|notice| matches!(notice, Notice::GuardsLifted { .. }));
    let over_all = first.into_iter().chain(rest);
    let mut notices: Vec<NoticeV1> = over_all
        .map(|notice| about_selection(notice, fingerprints))
        .collect();
    // Sorted by message: an order by host would reveal something about hidden hosts.
    let is_of_host = |kind: &str| ["secret_to_host", "new_host", "removed_host"].contains(&kind);
    for group in notices.chunk_by_mut(|a, b| a.kind == b.kind) {
        if group.iter().all(|notice| is_of_host(&notice.kind)) {
            group.sort_by(|a, b| a.message.cmp(&b.message));
        }
    }
    let mut known: HashMap<(&'static str, String), usize> = HashMap::new();
    for line in &plan.lines {
        for instance_notice in line.planned().iter().flat_map(|planned| &planned.remarks) {
            let (kind, message) = about_instance(instance_notice, fingerprints);
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

/// Names the credentials of a token.
fn of_credentials(credentials: &[Arc<str>]) -> String {
    let names: Vec<String> = credentials.iter().map(|name| format!("`{name}`")).collect();
    let of = match names.len() {
        1 => "credential",
        _ => "credentials",
    };
    format!("{of} {}", truncate::list(names.iter().map(String::as_str)))
}

fn token_in_url(secret: &str, how: TokenUse, credentials: &[Arc<str>]) -> String {
    let is = match how {
        TokenUse::Is => "is the token",
        TokenUse::Holds => "holds the token",
        TokenUse::Shares => "has the source",
    };
    format!(
        "secret `{secret}` {is} of {}, and goes to the targets of webhooks, which can then do what the token can; give them a secret of their own",
        of_credentials(credentials)
    )
}

fn about_selection(about: &Notice, fingerprints: &Fingerprints) -> NoticeV1 {
    let host = |url: &HookUrl| url.redacted_host(fingerprints);
    // A URL without a clear host is shown whole, which is one fingerprint.
    let target = |url: &HookUrl| {
        let target = url.redacted_target(fingerprints);
        target.unwrap_or_else(|| url.redacted(fingerprints))
    };
    let on = |count: &usize| plural(*count, "instance");
    let (kind, message) = match about {
        Notice::GuardsLifted {
            settings,
            is_ignored,
        } => guards_lifted(settings, *is_ignored),
        Notice::TokenInUrl {
            secret,
            how,
            credentials,
        } => ("token_in_url", token_in_url(secret, *how, credentials)),
        Notice::TokenWritten { url, credentials } => {
            let (of, target) = (of_credentials(credentials), target(url));
            (
                "token_in_url",
                format!(
                    "a URL of the manifest to {target} holds the token of {of}, so whoever gets its events or reads the manifest can do what the token can; take it out, and replace the token at the vendor's"
                ),
            )
        }
        Notice::SecretToHost {
            secret,
            url,
            instances,
        } => ("secret_to_host", {
            let how = if url.has_held_host() {
                "whose host a secret holds, in a URL that is not live yet"
            } else {
                "where its value is not live yet"
            };
            format!(
                "secret `{secret}` goes to {}, {how}, on {}",
                target(url),
                on(instances)
            )
        }),
        Notice::NewHost { url, instances } => (
            "new_host",
            match host(url) {
                Some(host) => format!(
                    "new host {host}: no live webhook of the selection goes there, and {} would",
                    on(instances)
                ),
                None => format!(
                    "{}, whose host is not clear, is new on {}",
                    url.redacted(fingerprints),
                    on(instances)
                ),
            },
        ),
        Notice::RemovedHost {
            url,
            instances,
            may_be_held,
        } => (
            "removed_host",
            match (host(url), may_be_held) {
                (Some(host), false) => format!(
                    "{host} is removed from {}, and occurs nowhere in the manifest",
                    on(instances)
                ),
                (Some(host), true) => format!(
                    "{host} is removed from {}, and occurs nowhere in the manifest, unless in a host that a secret or a suspended instance's variable holds",
                    on(instances)
                ),
                (None, _) => format!(
                    "{}, whose host is not clear, is removed from {}",
                    url.redacted(fingerprints),
                    on(instances)
                ),
            },
        ),
        Notice::WouldBlock(block) => (
            "would_block",
            format!(
                "guard `{}` would block an apply: {}",
                block.guard,
                block.why()
            ),
        ),
        Notice::Run(about) => about_run(about),
    };
    notice(kind, message)
}

fn about_run(about: &RunNotice) -> (&'static str, String) {
    match about {
        RunNotice::ManifestWantsBack { run } => (
            "manifest_wants_back",
            format!(
                "the manifest is not rolled back: while it says what run {run} wrote, the next plan shows those changes again"
            ),
        ),
        RunNotice::PassedOver { run, why } => (
            "passed_over",
            format!(
                "the log of run {run} {why}, so what that run wrote is not put back or finished"
            ),
        ),
        RunNotice::Unverified { run, instances } => (
            "unverified",
            format!(
                "the log of run {run} is not authenticated for {}, so it may be forged; check each change",
                plural(*instances, "instance")
            ),
        ),
        RunNotice::Unfinished {
            run,
            was_interrupted,
            earlier,
            step,
        } => {
            let how = if *was_interrupted {
                "was interrupted"
            } else {
                "was cut off"
            };
            let others = match earlier {
                0 => String::new(),
                count => format!(
                    ", after {} that needs the same (`hookfleet runs` lists them)",
                    plural(*count, "other run")
                ),
            };
            ("unfinished_run", format!("run {run} {how}{others}: {step}"))
        }
        RunNotice::CutOff { run } => (
            "cut_off",
            format!(
                "run {run} was cut off: its last writes may or may not be live, so live state is compared with both"
            ),
        ),
    }
}

/// What of the manifest's `safety` lifts guards.
pub fn guards_lifted(settings: &[String], is_ignored: bool) -> (&'static str, String) {
    let settings = settings.join(" and ");
    if is_ignored {
        let message = format!(
            "the manifest's `safety` would lift guards by {settings}, which --untrusted ignores"
        );
        ("ignored_safety", message)
    } else {
        let message = format!("the manifest's `safety` lifts guards by {settings}");
        ("lifted_guards", message)
    }
}

fn about_instance(notice: &InstanceNotice, fingerprints: &Fingerprints) -> (&'static str, String) {
    match notice {
        InstanceNotice::DuplicateUrl { url, times } => {
            ("duplicate_url", format!("{} is live {times} times", url.redacted(fingerprints)))
        }
        InstanceNotice::SystemDisagrees => (
            "system_disagrees",
            "the system webhook is also listed among the webhooks, with other values; systemConfig counts, and gets the fields that only the list has".to_owned(),
        ),
        InstanceNotice::SystemUnstated => (
            "system_unstated",
            "the answer does not mention a system webhook; a write sends back only what is listed".to_owned(),
        ),
        InstanceNotice::KeptFields { url, names } => (
            "kept_fields",
            format!("{} is written back with fields unknown to hookfleet: {}", url.redacted(fingerprints), names.join(", ")),
        ),
        InstanceNotice::RemovedFields {
            url,
            names,
            is_replaced,
        } => {
            let (url, names) = (url.redacted(fingerprints), names.join(", "));
            let how = if *is_replaced {
                "is replaced, and the new entry does not get its fields unknown to hookfleet"
            } else {
                "is removed, with its fields unknown to hookfleet"
            };
            ("removed_fields", format!("{url} {how}: {names}"))
        }
        InstanceNotice::DroppedFields { url, names } => (
            "dropped_fields",
            format!(
                "{} is written back without {}, as `drop_fields` says",
                url.redacted(fingerprints),
                names.join(", ")
            ),
        ),
        InstanceNotice::KeptSystemFields { names } => (
            "kept_fields",
            format!(
                "the system webhook is written back with fields unknown to hookfleet: {}",
                names.join(", ")
            ),
        ),
        InstanceNotice::DroppedSystemFields { names } => (
            "dropped_fields",
            format!(
                "the system webhook is written back without {}, as `drop_fields` says",
                names.join(", ")
            ),
        ),
        InstanceNotice::UnknownRoot { names } => (
            "unknown_fields",
            format!("the answer has fields unknown to hookfleet beside the webhooks: {}", names.join(", ")),
        ),
        InstanceNotice::StopsShort { why } => ("stops_short", why.clone()),
        InstanceNotice::WouldBlock { guard, why } => {
            ("would_block", format!("guard `{guard}` would block an apply: {why}"))
        }
    }
}
