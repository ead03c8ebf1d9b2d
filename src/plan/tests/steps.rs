//! The steps that pair what has no equal URL: what keeps its fields, what is replaced, and what is left alone.

use std::sync::Arc;

use super::world::{entry_with, live, patterns, planned, summary, wanted, wanted_webhook};
use crate::desired::{PruneRule, Wanted, WantedWebhooks};
use crate::live::{Live, LiveWebhook};
use crate::plan::{InstanceNotice, Planned};
use crate::webhook::{Events, ExposeUrl, HookUrl, Provenance, Webhook};

/// The wish for URLs in which `{}` stands for the secret `s`, which is `new`.
fn with_secrets(templates: &[&str], prune: PruneRule) -> Wanted {
    let webhooks = templates.iter().map(|template| {
        let mut pieces = Vec::new();
        for (at, text) in template.split("{}").enumerate() {
            if at > 0 {
                pieces.push(("new", Provenance::Secret(Arc::from("s"))));
            }
            pieces.push((text, Provenance::Manifest));
        }
        wanted_webhook(Webhook {
            url: HookUrl::from_pieces(pieces),
            events: Events::new(["message"]),
            is_active: true,
        })
    });
    Wanted {
        webhooks: WantedWebhooks::Exactly(webhooks.collect()),
        prune,
        ..wanted(&[])
    }
}

/// Live entries, each with the field `key`, whose value is the entry's own URL.
fn with_keys(urls: &[&str]) -> Live {
    Live {
        webhooks: urls
            .iter()
            .map(|url| entry_with(url, "key", &format!("{url:?}")))
            .collect(),
        ..live(&[])
    }
}

/// What is written of each custom webhook: its URL, and the URL that its `key` is of.
fn written(plan: &Planned) -> Vec<(String, Option<String>)> {
    let action = plan.action.as_ref().unwrap();
    let key = |entry: &LiveWebhook| {
        let (_, value) = entry.extra.iter().next()?;
        serde_json::from_str(value.get()).ok()
    };
    let entries = action.webhooks.iter();
    entries
        .map(|entry| (entry.webhook.url.expose().to_owned(), key(entry)))
        .collect()
}

fn texts(entries: &[(String, Option<String>)]) -> Vec<(&str, Option<&str>)> {
    let entries = entries.iter();
    entries.map(|(url, key)| (&**url, key.as_deref())).collect()
}

fn every_prune_rule() -> [PruneRule; 4] {
    [
        PruneRule::Unwritten,
        PruneRule::All,
        PruneRule::Nothing,
        PruneRule::Matching(patterns(&["https://other.example/**"])),
    ]
}

#[test]
fn another_secret_is_an_update_that_keeps_the_fields_under_every_prune_rule() {
    for (template, old, new) in [
        (
            "https://a.example/in?s={}",
            "https://a.example/in?s=old",
            "https://a.example/in?s=new",
        ),
        (
            "https://a.example/in/{}/hook",
            "https://a.example/in/old/hook",
            "https://a.example/in/new/hook",
        ),
        (
            "https://a.example/in#{}",
            "https://a.example/in#old",
            "https://a.example/in#new",
        ),
        (
            "https://u:{}@a.example/in",
            "https://u:old@a.example/in",
            "https://u:new@a.example/in",
        ),
        (
            "https://v:2@a.example/in",
            "https://u:1@a.example/in",
            "https://v:2@a.example/in",
        ),
        (
            "https://a.example/in?token=2",
            "https://a.example/in?token=1",
            "https://a.example/in?token=2",
        ),
        (
            "https://a.example/in?X-Api-Key=2",
            "https://a.example/in?X-Api-Key=1",
            "https://a.example/in?X-Api-Key=2",
        ),
    ] {
        for prune in every_prune_rule() {
            let plan = planned(&with_secrets(&[template], prune), &with_keys(&[old]));
            assert_eq!(texts(&written(&plan)), [(new, Some(old))], "{template}");
            assert_eq!((plan.removals(), plan.unlisted), (0, 0), "{template}");
        }
    }
}

#[test]
fn another_spelling_is_an_update_that_keeps_the_fields_under_every_prune_rule() {
    for (old, new) in [
        ("https://a.example/", "https://a.example"),
        ("https://A.Example/In", "https://a.example/In"),
        ("https://a.example:443/in", "https://a.example/in"),
        (
            "https://xn--bcher-kva.example/in",
            "https://bücher.example/in",
        ),
        (
            "https://a.example/%7Ein?q=%c3%bc",
            "https://a.example/~in?q=ü",
        ),
    ] {
        for prune in every_prune_rule() {
            let wish = Wanted {
                prune,
                ..wanted(&[new])
            };
            let plan = planned(&wish, &with_keys(&[old]));
            assert_eq!(texts(&written(&plan)), [(new, Some(old))], "{old}");
            assert_eq!((plan.removals(), plan.unlisted), (0, 0), "{old}");
        }
    }
}

#[test]
fn rotated_secret_of_two_webhooks_on_one_path_keeps_the_fields_of_each() {
    let templates = [
        "https://h.example/in?team=a&secret={}",
        "https://h.example/in?team=b&secret={}",
    ];
    let old = [
        "https://h.example/in?team=a&secret=1",
        "https://h.example/in?team=b&secret=1",
    ];
    let plan = planned(
        &with_secrets(&templates, PruneRule::All),
        &with_keys(&[old[1], old[0]]),
    );
    assert_eq!(
        texts(&written(&plan)),
        [
            ("https://h.example/in?team=b&secret=new", Some(old[1])),
            ("https://h.example/in?team=a&secret=new", Some(old[0])),
        ]
    );
    assert_eq!(plan.removals(), 0);
}

#[test]
fn webhook_of_another_team_is_left_alone_without_a_rule_that_removes_it() {
    for (theirs, ours) in [
        (
            "https://h.example/in?team=b message.ack",
            "https://h.example/in?team=a",
        ),
        ("https://bob:pw@h.example/x", "https://h.example/x"),
        ("https://h.example/x", "https://bob:pw@h.example/x"),
        ("https://h.example/in#b", "https://h.example/in#a"),
        ("https://h.example/in/b", "https://h.example/in/a"),
        ("https://h.example/in?a", "https://h.example/in"),
    ] {
        for prune in [
            PruneRule::Nothing,
            PruneRule::Matching(patterns(&["https://other.example/**"])),
        ] {
            let wish = Wanted {
                prune,
                ..wanted(&[ours])
            };
            let plan = planned(&wish, &with_keys(&[theirs]));
            let (theirs, _) = theirs.split_once(' ').unwrap_or((theirs, ""));
            assert_eq!(written(&plan)[0].0, theirs);
            assert_eq!(written(&plan)[1], (ours.to_owned(), None));
            assert_eq!(
                summary(&plan),
                [format!("+ {ours} message"), "1 unchanged".to_owned()]
            );
        }
    }
}

#[test]
fn webhook_that_another_one_replaces_is_a_removal_and_its_fields_are_not_carried_over() {
    for (old, new) in [
        ("https://h.example/in?team=b", "https://h.example/in?team=a"),
        ("https://h.example/in", "https://h.example/in?secret=1"),
        ("https://h.example/old/path", "https://h.example/new/path"),
        ("https://u@h.example/in", "https://h.example/in"),
        ("https://h.example/in#a", "https://h.example/in#b"),
    ] {
        let plan = planned(&wanted(&[new]), &with_keys(&[old]));
        assert_eq!(
            summary(&plan),
            [
                format!("~ {old} message -> {new} message"),
                "0 unchanged".to_owned()
            ]
        );
        assert_eq!(texts(&written(&plan)), [(new, None)]);
        assert_eq!(plan.removals(), 1);
        assert!(plan.remarks.iter().any(|notice| matches!(
            notice,
            InstanceNotice::RemovedFields { url, names, is_replaced: true }
                if url.expose() == old && names == &["key"]
        )));
    }
}

#[test]
fn webhooks_of_two_targets_are_never_paired() {
    for (old, new) in [
        ("https://a.example/in", "https://b.example/in"),
        ("http://a.example/in", "https://a.example/in"),
        ("https://a.example:8443/in", "https://a.example/in"),
    ] {
        let plan = planned(&wanted(&[new]), &live(&[old]));
        assert_eq!(
            summary(&plan),
            [
                format!("- {old} message"),
                format!("+ {new} message"),
                "0 unchanged".to_owned()
            ]
        );
    }
}

#[test]
fn each_step_pairs_only_what_pairs_uniquely() {
    let two_live = planned(
        &with_secrets(&["https://a/x?s={}"], PruneRule::All),
        &live(&["https://a/x?s=1", "https://a/x?s=2"]),
    );
    assert_eq!(
        summary(&two_live),
        [
            "- https://a/x?s=1 message",
            "- https://a/x?s=2 message",
            "+ https://a/x?s=new message",
            "0 unchanged"
        ]
    );
    let two_wanted = planned(
        &wanted(&["https://a/x?t=2", "https://a/x?t=3"]),
        &live(&["https://a/x?t=1"]),
    );
    assert_eq!(
        summary(&two_wanted),
        [
            "- https://a/x?t=1 message",
            "+ https://a/x?t=2 message",
            "+ https://a/x?t=3 message",
            "0 unchanged"
        ]
    );
    // What differs in the query alone is paired before what is left on the host.
    let query_first = planned(
        &wanted(&["https://a/x?t=2", "https://a/z"]),
        &live(&["https://a/y", "https://a/x?t=1"]),
    );
    assert_eq!(
        summary(&query_first),
        [
            "~ https://a/y message -> https://a/z message",
            "~ https://a/x?t=1 message -> https://a/x?t=2 message",
            "0 unchanged"
        ]
    );
}

#[test]
fn what_a_write_keeps_is_no_candidate_for_a_replacement() {
    let wish = Wanted {
        prune: PruneRule::Matching(patterns(&["https://h.example/mine/**"])),
        ..wanted(&["https://h.example/new"])
    };
    let plan = planned(
        &wish,
        &live(&["https://h.example/mine/old", "https://h.example/theirs"]),
    );
    assert_eq!(
        summary(&plan),
        [
            "~ https://h.example/mine/old message -> https://h.example/new message",
            "1 unchanged"
        ]
    );
}

#[test]
fn what_is_ignored_is_never_paired() {
    let ignored = |url: &str| Wanted {
        ignore: patterns(&["https://a.example/theirs*"]),
        ..wanted(&[url])
    };
    for (theirs, ours) in [
        (
            "https://a.example/theirs?token=1",
            "https://a.example/theirs?token=2",
        ),
        ("https://a.example/theirs", "https://a.example/ours"),
    ] {
        let plan = planned(&ignored(ours), &with_keys(&[theirs]));
        assert_eq!(
            texts(&written(&plan)),
            [(theirs, Some(theirs)), (ours, None)]
        );
    }
}
