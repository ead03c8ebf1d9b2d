//! Unknown fields: what stays is written back as it was read, and what goes is told.

use serde_json::value::RawValue;

use super::world::{SYSTEM, entry, entry_with, live, planned, sent, system, wanted};
use crate::desired::{DropFields, PruneRule, Wanted};
use crate::live::{AnswerBeyond, Live, LiveWebhook, SystemReading};
use crate::plan::{InstanceNotice, Planned};
use crate::problem::{Problem, ProblemKind};
use crate::webhook::{Events, UnknownFields};

/// What the notices about fields say: kind, URL and names.
fn told(plan: &Planned) -> Vec<(&'static str, String, Vec<String>)> {
    use crate::webhook::ExposeUrl;
    let told = plan.remarks.iter().filter_map(|notice| match notice {
        InstanceNotice::KeptFields { url, names } => Some(("kept", url, names)),
        InstanceNotice::DroppedFields { url, names } => Some(("dropped", url, names)),
        InstanceNotice::RemovedFields { url, names, .. } => Some(("lost", url, names)),
        _ => None,
    });
    told.map(|(kind, url, names)| (kind, url.expose().to_owned(), names.clone()))
        .collect()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(str::to_owned).collect()
}

#[test]
fn removal_names_the_unknown_fields_that_it_takes_along() {
    let mut state = live(&["https://plain/"]);
    state
        .webhooks
        .push(entry_with("https://gone/", "hmac", "1"));
    state
        .webhooks
        .push(entry_with("https://twice/", "first", "1"));
    state
        .webhooks
        .push(entry_with("https://twice/", "second", "1"));
    let plan = planned(&wanted(&["https://twice/"]), &state);
    assert_eq!(
        told(&plan),
        [
            ("kept", "https://twice/".to_owned(), names(&["first"])),
            ("lost", "https://gone/".to_owned(), names(&["hmac"])),
            ("lost", "https://twice/".to_owned(), names(&["second"])),
        ]
    );
}

fn with_two_fields(notation: &str) -> LiveWebhook {
    let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
    let (one, two) = (raw("1"), raw("2"));
    LiveWebhook {
        extra: UnknownFields::new([("hmac".to_owned(), &*one), ("retries".to_owned(), &*two)]),
        ..entry(notation)
    }
}

#[test]
fn dropped_fields_are_in_no_entry_of_a_write_and_are_told() {
    let state = Live {
        webhooks: vec![
            with_two_fields("https://a/"),
            with_two_fields("https://kept/"),
        ],
        system: SystemReading::Present(with_two_fields(&format!("{SYSTEM} message"))),
        ..live(&[])
    };
    let wish = Wanted {
        prune: PruneRule::Nothing,
        drop_fields: DropFields::new(["hmac".into(), "other".into()]),
        ..wanted(&["https://a/ poll.vote"])
    };
    let plan = planned(&wish, &state);
    assert_eq!(
        told(&plan),
        [
            ("kept", "https://a/".to_owned(), names(&["retries"])),
            ("dropped", "https://a/".to_owned(), names(&["hmac"])),
            ("kept", "https://kept/".to_owned(), names(&["retries"])),
            ("dropped", "https://kept/".to_owned(), names(&["hmac"])),
        ]
    );
    assert_eq!(
        sent(&plan.action.unwrap()),
        [
            "https://a/ poll.vote retries=2".to_owned(),
            "https://kept/ message retries=2".to_owned(),
            format!("{SYSTEM} message retries=2"),
        ]
    );
}

#[test]
fn dropping_fields_alone_is_no_change() {
    let state = Live {
        webhooks: vec![with_two_fields("https://a/")],
        ..live(&[])
    };
    let wish = Wanted {
        drop_fields: DropFields::new(["hmac".into()]),
        ..wanted(&["https://a/"])
    };
    let plan = planned(&wish, &state);
    assert!(!plan.has_changes() && plan.action.is_none());
}

#[test]
fn events_that_nothing_touches_are_written_back_as_they_were_read() {
    let repeated = |notation: &str| {
        let mut entry = entry(notation);
        entry.webhook.events = Events::as_read(["message", "poll.vote", "message"]);
        entry
    };
    let state = Live {
        webhooks: vec![
            repeated("https://equal/"),
            repeated("https://kept/"),
            entry("https://a/"),
        ],
        system: SystemReading::Present(repeated(SYSTEM)),
        ..live(&[])
    };
    let wish = Wanted {
        prune: PruneRule::Nothing,
        ..wanted(&["https://equal/ message,poll.vote", "https://a/ poll.vote"])
    };
    let plan = planned(&wish, &state);
    assert_eq!(
        sent(&plan.action.unwrap()),
        [
            "https://equal/ message,poll.vote,message".to_owned(),
            "https://kept/ message,poll.vote,message".to_owned(),
            "https://a/ poll.vote".to_owned(),
            format!("{SYSTEM} message,poll.vote,message"),
        ]
    );
}

#[test]
fn an_answer_that_may_lack_webhooks_is_blocked_with_and_without_changes() {
    for urls in [&["https://a/"][..], &["https://b/"]] {
        let state = Live {
            beyond: AnswerBeyond {
                more: Some("has_more".to_owned()),
                unknown: names(&["has_more"]),
            },
            ..live(&["https://a/"])
        };
        let plan = planned(&wanted(urls), &state);
        let why = "the answer may not hold all webhooks: it has `has_more`";
        assert_eq!(
            plan.blocked,
            Some(Problem::new(ProblemKind::Incomplete, why))
        );
        assert!(plan.action.is_none());
    }
}

#[test]
fn unknown_root_fields_are_a_notice_and_change_nothing() {
    let state = Live {
        beyond: AnswerBeyond {
            more: None,
            unknown: names(&["request_id", "message"]),
        },
        system: system(&format!("{SYSTEM} message")),
        ..live(&["https://a/"])
    };
    let plan = planned(&wanted(&["https://a/"]), &state);
    assert!(plan.blocked.is_none() && !plan.has_changes());
    assert!(matches!(
        plan.remarks.as_slice(),
        [InstanceNotice::UnknownRoot { names: told }] if *told == names(&["request_id", "message"])
    ));
}
