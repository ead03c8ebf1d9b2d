//! Which live webhook becomes which wanted one, and what becomes of the rest.

use super::world::{entry_with, live, patterns, planned, sent, summary, wanted};
use crate::desired::{PruneRule, Wanted, WantedWebhooks};
use crate::plan::WebhookChange;
use crate::webhook::{ExposeUrl, Fingerprints};

#[test]
fn live_state_as_wanted_plans_no_change_and_no_write() {
    let plan = planned(
        &wanted(&["https://a/ message", "https://b/ poll.vote"]),
        &live(&["https://b/ poll.vote", "https://a/"]),
    );
    assert_eq!(summary(&plan), ["2 unchanged"]);
    assert!(plan.action.is_none());
}

#[test]
fn events_in_another_order_or_repeated_are_no_change() {
    let plan = planned(
        &wanted(&["https://a/ message,message.ack"]),
        &live(&["https://a/ message.ack,message,message"]),
    );
    assert_eq!(summary(&plan), ["1 unchanged"]);
}

#[test]
fn events_and_is_active_that_differ_are_updates() {
    let plan = planned(
        &wanted(&["https://a/ message", "!https://b/"]),
        &live(&["https://a/ message.ack", "https://b/"]),
    );
    assert_eq!(
        summary(&plan),
        [
            "~ https://a/ message.ack -> https://a/ message",
            "~ https://b/ message -> !https://b/ message",
            "0 unchanged"
        ]
    );
}

#[test]
fn urls_compare_as_exact_strings() {
    let wish = Wanted {
        prune: PruneRule::Nothing,
        ..wanted(&["https://a/x"])
    };
    let plan = planned(&wish, &live(&["https://a/X", "https://a/x/"]));
    assert_eq!(summary(&plan), ["+ https://a/x message", "2 unchanged"]);
}

#[test]
fn exact_url_match_takes_precedence_over_a_rotation() {
    let plan = planned(
        &wanted(&["https://a/x?s=1", "https://a/x?s=9"]),
        &live(&["https://a/x?s=2", "https://a/x?s=1"]),
    );
    assert_eq!(
        summary(&plan),
        [
            "~ https://a/x?s=2 message -> https://a/x?s=9 message",
            "1 unchanged"
        ]
    );
}

#[test]
fn unknown_fields_carry_over_to_what_stays_and_to_what_is_updated() {
    let mut state = live(&["https://gone/"]);
    state.webhooks.insert(
        0,
        entry_with("https://a/?secret=old", "retries", r#"{ "attempts": 3 }"#),
    );
    state
        .webhooks
        .insert(1, entry_with("https://b/", "n", "12345678901234567890123"));
    let plan = planned(&wanted(&["https://a/?secret=new", "https://b/"]), &state);
    assert_eq!(
        sent(&plan.action.unwrap()),
        [
            r#"https://a/?secret=new message retries={ "attempts": 3 }"#,
            "https://b/ message n=12345678901234567890123",
            "https://app.wawp.net/api/webhook/token message"
        ]
    );
}

#[test]
fn duplicates_of_a_managed_url_are_deleted_after_the_first() {
    let state = live(&[
        "https://a/ message",
        "https://a/ poll.vote",
        "https://a/ message",
    ]);
    for prune in [PruneRule::All, PruneRule::Nothing] {
        let plan = planned(
            &crate::desired::Wanted {
                prune,
                ..wanted(&["https://a/ message"])
            },
            &state,
        );
        assert_eq!(
            summary(&plan),
            [
                "- https://a/ poll.vote (duplicate)",
                "- https://a/ message (duplicate)",
                "1 unchanged"
            ]
        );
    }
}

#[test]
fn duplicates_of_an_ignored_or_unmanaged_url_stay() {
    let mut wish = wanted(&["https://a/"]);
    wish.prune = PruneRule::Nothing;
    wish.ignore = patterns(&["https://ignored/**"]);
    let state = live(&[
        "https://ignored/1",
        "https://ignored/1",
        "https://other/",
        "https://other/",
        "https://a/",
    ]);
    let plan = planned(&wish, &state);
    assert_eq!(summary(&plan), ["3 unchanged"]);
    assert!(plan.action.is_none());
}

#[test]
fn unlisted_webhooks_are_removed_as_prune_sets() {
    let state = live(&["https://a/", "https://old/1", "https://else/"]);
    let tell_with = |prune| {
        summary(&planned(
            &crate::desired::Wanted {
                prune,
                ..wanted(&["https://a/"])
            },
            &state,
        ))
    };
    assert_eq!(
        tell_with(PruneRule::All),
        [
            "- https://old/1 message",
            "- https://else/ message",
            "1 unchanged"
        ]
    );
    assert_eq!(tell_with(PruneRule::Nothing), ["3 unchanged"]);
    assert_eq!(
        tell_with(PruneRule::Matching(patterns(&["https://old/*"]))),
        ["- https://old/1 message", "2 unchanged"]
    );
}

#[test]
fn ignored_webhooks_are_never_drift_and_always_kept() {
    let mut wish = wanted(&["https://a/"]);
    wish.ignore = patterns(&["https://*.ngrok.app/**"]);
    let plan = planned(
        &wish,
        &live(&["https://x.ngrok.app/hook poll.vote", "https://gone/"]),
    );
    assert_eq!(
        summary(&plan),
        [
            "- https://gone/ message",
            "+ https://a/ message",
            "0 unchanged"
        ]
    );
    assert_eq!(
        sent(&plan.action.unwrap()),
        [
            "https://x.ngrok.app/hook poll.vote",
            "https://a/ message",
            "https://app.wawp.net/api/webhook/token message"
        ]
    );
}

#[test]
fn ignored_webhook_is_not_paired_as_a_rotation() {
    let mut wish = wanted(&["https://x.ngrok.app/hook?s=new"]);
    wish.ignore = patterns(&["https://x.ngrok.app/hook?s=old"]);
    let plan = planned(&wish, &live(&["https://x.ngrok.app/hook?s=old"]));
    assert_eq!(
        summary(&plan),
        ["+ https://x.ngrok.app/hook?s=new message", "0 unchanged"]
    );
}

#[test]
fn keep_leaves_all_live_webhooks_duplicates_included() {
    let mut wish = wanted(&[]);
    wish.webhooks = WantedWebhooks::Keep;
    let plan = planned(&wish, &live(&["https://a/", "https://a/", "https://b/"]));
    assert_eq!(summary(&plan), ["3 unchanged"]);
}

#[test]
fn an_empty_list_means_none() {
    let plan = planned(&wanted(&[]), &live(&["https://a/"]));
    assert_eq!(summary(&plan), ["- https://a/ message", "0 unchanged"]);
}

#[test]
fn a_live_url_without_a_clear_host_is_paired_by_no_host_and_shows_nothing() {
    for (live_url, wanted_url) in [
        ("https://s3cr3t/x@host.example/in", "https://s3cr3t/in"),
        (
            "https://s3cr3t/x@host.example/in?a=b",
            "https://s3cr3t/x@host.example/in?a=c",
        ),
        (
            r"https://s3cr3t.example\@host.example/in",
            "https://s3cr3t.example/in",
        ),
        (
            "https://s3cr3t:24680?x=1@host.example/in",
            "https://s3cr3t:24680/in",
        ),
    ] {
        let plan = planned(&wanted(&[wanted_url]), &live(&[live_url]));
        assert_eq!(
            summary(&plan),
            [
                format!("- {live_url} message"),
                format!("+ {wanted_url} message"),
                "0 unchanged".to_owned()
            ]
        );
    }
    // Another secret at a URL that only looks like one without a clear host.
    let plan = planned(
        &wanted(&["https://s3cr3t:24680/@me?token=b"]),
        &live(&["https://s3cr3t:24680/@me?token=a"]),
    );
    let Some(WebhookChange::Update { before, .. }) = plan.webhooks.first() else {
        panic!("it is a pair");
    };
    let run = Fingerprints::new([0; 32]);
    assert_eq!(before.url.redacted(&run), run.of(before.url.expose()));
}

#[test]
fn live_urls_that_are_invalid_are_kept_or_removed_like_others() {
    let state = live(&["not-a-url", "also:not"]);
    assert_eq!(
        summary(&planned(&wanted(&[]), &state)),
        ["- not-a-url message", "- also:not message", "0 unchanged"]
    );
    let kept = crate::desired::Wanted {
        prune: PruneRule::Nothing,
        ..wanted(&[])
    };
    assert_eq!(summary(&planned(&kept, &state)), ["2 unchanged"]);
}

#[test]
fn unknown_field_that_is_missing_or_changed_is_lost() {
    let mut state = live(&["https://gone/"]);
    state.webhooks.push(entry_with(
        "https://a/",
        "hmac",
        r#"{"key": "x", "n": 12345678901234567890123}"#,
    ));
    state.webhooks.push(entry_with("https://a2/", "n", "1.0"));
    let action = planned(&wanted(&["https://a/", "https://a2/"]), &state)
        .action
        .unwrap();
    let lost = |hmac: &str, n: &str| {
        let mut after = live(&[]);
        after.webhooks.push(entry_with("https://a/", "hmac", hmac));
        after.webhooks.push(entry_with("https://a2/", "n", n));
        action.lost_fields(&after)
    };
    let same = r#"{"key": "x", "n": 12345678901234567890123}"#;
    assert_eq!(lost(same, "1.0"), [""; 0]);
    assert_eq!(
        lost(r#"{"key": "y", "n": 12345678901234567890123}"#, "1.0"),
        ["hmac"]
    );
    assert_eq!(
        lost(r#"{"key": "x", "n": 12345678901234567890124}"#, "2"),
        ["hmac", "n"]
    );
    assert_eq!(
        action.lost_fields(&live(&["https://a/", "https://a2/"])),
        ["hmac", "n"]
    );
}
