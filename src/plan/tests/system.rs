//! The system webhook: in every write, changed only where the manifest says so.

use super::world::{SYSTEM, live, planned, sent, summary, system, wanted};
use crate::desired::{Wanted, WantedSystem};
use crate::live::{Live, SystemReading};
use crate::problem::{Problem, ProblemKind};
use crate::webhook::Events;

fn set(is_active: Option<bool>, events: Option<&[&str]>) -> WantedSystem {
    WantedSystem::Set {
        is_active,
        events: events.map(|events| Events::new(events.iter().copied())),
    }
}

#[test]
fn every_write_sends_the_live_system_webhook() {
    let mut state = live(&["https://a/"]);
    state.system = system(&format!("!{SYSTEM} message,message.ack"));
    let action = planned(&wanted(&["https://b/"]), &state).action.unwrap();
    assert_eq!(
        sent(&action),
        [
            "https://b/ message".to_owned(),
            format!("!{SYSTEM} message,message.ack")
        ]
    );
}

#[test]
fn system_fields_change_if_set_and_stay_if_left_out() {
    let state = live(&[]);
    let tell_with = |system| {
        summary(&planned(
            &Wanted {
                system,
                ..wanted(&[])
            },
            &state,
        ))
    };
    assert_eq!(
        tell_with(set(None, Some(&["message", "poll.vote"]))),
        [
            "0 unchanged".to_owned(),
            format!("system {SYSTEM} message -> {SYSTEM} message,poll.vote")
        ]
    );
    assert_eq!(
        tell_with(set(Some(false), None)),
        [
            "0 unchanged".to_owned(),
            format!("system {SYSTEM} message -> !{SYSTEM} message")
        ]
    );
    assert_eq!(
        tell_with(set(Some(true), Some(&["message", "message"]))),
        ["0 unchanged"]
    );
    assert_eq!(tell_with(set(None, None)), ["0 unchanged"]);
}

#[test]
fn managed_system_webhook_that_is_missing_blocks_the_instance() {
    for (reading, message) in [
        (
            SystemReading::None,
            "the manifest manages the system webhook, and this instance has none",
        ),
        (
            SystemReading::Unstated,
            "the answer does not mention the system webhook that the manifest manages",
        ),
    ] {
        let state = Live {
            system: reading,
            ..live(&["https://gone/"])
        };
        let plan = planned(
            &Wanted {
                system: set(Some(true), None),
                ..wanted(&[])
            },
            &state,
        );
        assert_eq!(
            plan.blocked,
            Some(Problem::new(ProblemKind::NoSystemWebhook, message))
        );
        assert!(
            plan.action.is_none(),
            "nothing of a blocked instance is written"
        );
    }
}

#[test]
fn missing_system_webhook_is_not_sent() {
    for reading in [SystemReading::None, SystemReading::Unstated] {
        let state = Live {
            system: reading,
            ..live(&[])
        };
        let action = planned(&wanted(&["https://a/"]), &state).action.unwrap();
        assert_eq!(sent(&action), ["https://a/ message"]);
    }
}

#[test]
fn vendor_webhook_is_not_pruned_without_system_config() {
    let state = Live {
        system: SystemReading::Unstated,
        ..live(&[SYSTEM, "https://wawp.net.evil.example/", "https://gone/"])
    };
    assert_eq!(
        summary(&planned(&wanted(&[]), &state)),
        [
            "- https://wawp.net.evil.example/ message",
            "- https://gone/ message",
            "1 unchanged"
        ]
    );
}

#[test]
fn manifest_that_lists_the_system_url_blocks_the_instance() {
    for notation in [format!("!{SYSTEM} message"), format!("{SYSTEM} message")] {
        let plan = planned(&wanted(&["https://a/", &notation]), &live(&["https://a/"]));
        assert_eq!(summary(&plan), ["1 unchanged"], "it is no new webhook");
        let message = "the manifest lists the system webhook's URL among the custom webhooks";
        assert_eq!(
            plan.blocked,
            Some(Problem::new(ProblemKind::SystemWebhookListed, message))
        );
        assert!(plan.action.is_none());
    }
}

#[test]
fn write_without_a_system_webhook_is_not_fulfilled_by_an_inactive_one() {
    let state = Live {
        system: SystemReading::Unstated,
        ..live(&[])
    };
    let action = planned(&wanted(&["https://a/"]), &state).action.unwrap();
    let seen = |notation: &str| Live {
        system: system(notation),
        ..live(&["https://a/"])
    };
    assert!(action.is_fulfilled_by(&Live {
        system: SystemReading::None,
        ..live(&["https://a/"])
    }));
    assert!(action.is_fulfilled_by(&seen(&format!("{SYSTEM} message"))));
    assert!(!action.is_fulfilled_by(&seen(&format!("!{SYSTEM} message"))));
    assert!(!action.is_fulfilled_by(&seen(&format!("{SYSTEM} "))));
}

#[test]
fn vendor_webhook_is_neither_wanted_nor_counted_without_system_config() {
    let unstated = |webhooks: &[&str]| Live {
        system: SystemReading::Unstated,
        ..live(webhooks)
    };
    let listed = planned(
        &wanted(&[&format!("!{SYSTEM} message")]),
        &unstated(&[SYSTEM]),
    );
    assert_eq!(
        listed.blocked.map(|problem| problem.kind),
        Some(ProblemKind::SystemWebhookListed)
    );
    let emptied = planned(&wanted(&[]), &unstated(&["https://a/", SYSTEM]));
    assert_eq!(
        (emptied.live, emptied.remaining),
        (1, 0),
        "so the guard `empty` sees it"
    );
}
