//! Planning a rollback: what becomes of each live entry, and what is written back.

use super::world::{SYSTEM, after, entry_with, live, restoration, sent, summary, system};
use crate::live::{Live, Reading, SystemReading};
use crate::plan::{InstancePlan, Planned, plan_restoration};
use crate::problem::{Problem, ProblemKind};

fn plan(back: &Live, left: &Live, live: &Live) -> InstancePlan {
    plan_restoration(&restoration(back, left), &Reading::Seen(live.clone()))
}

/// The plan of an instance that is as the run left it; carried out, it leaves nothing to do.
fn restored(back: &Live, left: &Live) -> Planned {
    let InstancePlan::Planned(planned) = plan(back, left, left) else {
        panic!("what the run left is planned");
    };
    if let Some(action) = &planned.action {
        let then = after(action, left);
        assert!(then.agrees_with(back));
        let InstancePlan::Planned(again) = plan(back, left, &then) else {
            panic!("what is back is planned");
        };
        assert!(!again.has_changes() && again.action.is_none());
    }
    *planned
}

fn rollback(back: &[&str], left: &[&str]) -> Vec<String> {
    summary(&restored(&live(back), &live(left)))
}

fn is_stale(back: &Live, left: &Live, live: &Live) -> bool {
    matches!(plan(back, left, live), InstancePlan::Stale(..))
}

#[test]
fn restored_state_plans_no_change_and_no_write() {
    let back = live(&["https://a/", "https://a/", "https://b/ poll.vote"]);
    let planned = restored(&back, &back);
    assert_eq!(summary(&planned), ["3 unchanged"]);
    assert!(planned.action.is_none());
}

#[test]
fn rollback_reverts_created_updated_and_deleted_entries() {
    assert_eq!(
        rollback(
            &["https://same/", "https://up/ message", "!https://gone/"],
            &["https://new/", "https://up/ poll.vote", "https://same/"],
        ),
        [
            "- https://new/ message",
            "~ https://up/ poll.vote -> https://up/ message",
            "+ !https://gone/ message",
            "1 unchanged"
        ]
    );
}

#[test]
fn rollback_restores_the_number_of_duplicates() {
    assert_eq!(
        rollback(
            &[
                "https://a/ message",
                "https://a/ poll.vote",
                "https://a/ message"
            ],
            &["https://a/ poll.vote"],
        ),
        [
            "+ https://a/ message",
            "+ https://a/ message",
            "1 unchanged"
        ]
    );
    // Whatever the order: an equal one first, then one with the same URL.
    assert_eq!(
        rollback(
            &["https://a/ message", "https://a/ poll.vote"],
            &["https://a/ call.received", "https://a/ message"],
        ),
        [
            "~ https://a/ call.received -> https://a/ poll.vote",
            "1 unchanged"
        ]
    );
    assert_eq!(
        rollback(&["https://a/"], &["https://a/", "https://a/", "https://a/"]),
        [
            "- https://a/ message",
            "- https://a/ message",
            "1 unchanged"
        ]
    );
}

#[test]
fn rollback_of_a_rotated_secret_is_an_update_if_it_pairs_uniquely() {
    assert_eq!(
        rollback(&["https://a/x?s=old"], &["https://a/x?s=new"]),
        [
            "~ https://a/x?s=new message -> https://a/x?s=old message",
            "0 unchanged"
        ]
    );
    assert_eq!(
        rollback(
            &["https://a/x?s=1", "https://a/x?s=2"],
            &["https://a/x?s=3"]
        ),
        [
            "- https://a/x?s=3 message",
            "+ https://a/x?s=1 message",
            "+ https://a/x?s=2 message",
            "0 unchanged"
        ]
    );
    // An equal URL comes before a rotation, and leaves the rest unique.
    assert_eq!(
        rollback(
            &["https://a/x?s=1", "https://a/x?s=2"],
            &["https://a/x?s=9", "https://a/x?s=2"]
        ),
        [
            "~ https://a/x?s=9 message -> https://a/x?s=1 message",
            "1 unchanged"
        ]
    );
    assert_eq!(
        rollback(&["not-a-url"], &["nor-this"]),
        ["- nor-this message", "+ not-a-url message", "0 unchanged"]
    );
}

#[test]
fn rollback_writes_the_whole_snapshot_in_order_with_unknown_fields() {
    let mut back = live(&["https://z/"]);
    let number = "12345678901234567890123";
    back.webhooks
        .push(entry_with("https://a/?s=old", "n", number));
    back.webhooks
        .push(entry_with("https://z/ poll.vote", "é", "[1.50, null]"));
    back.system = {
        let mut system = system(&format!("{SYSTEM} message"));
        if let SystemReading::Present(system) = &mut system {
            system.extra = entry_with("x", "note", "{}").extra;
        }
        system
    };
    let mut left = live(&["https://z/"]);
    // What the run had lost, or somebody has added since, is not kept: the snapshot is.
    left.webhooks.push(entry_with("https://a/?s=new", "n", "1"));
    let planned = restored(&back, &left);
    assert_eq!(
        sent(&planned.action.unwrap()),
        [
            "https://z/ message".to_owned(),
            format!("https://a/?s=old message n={number}"),
            "https://z/ poll.vote é=[1.50, null]".to_owned(),
            format!("{SYSTEM} message note={{}}"),
        ]
    );
}

#[test]
fn rollback_ignores_differences_in_order_and_unknown_fields() {
    let back = live(&["https://a/ message,poll.vote", "https://b/"]);
    let mut left = live(&["https://b/"]);
    left.webhooks
        .push(entry_with("https://a/ poll.vote,message", "n", "1"));
    let planned = restored(&back, &left);
    assert_eq!(summary(&planned), ["2 unchanged"]);
    assert!(planned.action.is_none());
}

#[test]
fn rollback_restores_the_system_webhook_and_always_sends_it() {
    let (mut back, mut left) = (live(&["https://a/"]), live(&["https://a/"]));
    back.system = system(&format!("!{SYSTEM} message"));
    left.system = system(&format!("{SYSTEM} message,poll.vote"));
    let planned = restored(&back, &left);
    let change = format!("system {SYSTEM} message,poll.vote -> !{SYSTEM} message");
    assert_eq!(summary(&planned), ["1 unchanged".to_owned(), change]);
    assert!(planned.system.as_ref().unwrap().managed);
    assert_eq!(
        sent(&planned.action.unwrap()),
        [
            "https://a/ message".to_owned(),
            format!("!{SYSTEM} message")
        ]
    );
    let planned = restored(&live(&[]), &live(&["https://a/"]));
    assert!(!planned.system.as_ref().unwrap().managed);
    let system = format!("{SYSTEM} message");
    assert_eq!(sent(&planned.action.unwrap()), [system]);
}

#[test]
fn rollback_neither_creates_nor_removes_a_system_webhook() {
    let without = |webhooks: &[&str], system: SystemReading| Live {
        system,
        ..live(webhooks)
    };
    // There was one, and what the run left has none.
    let left = without(&["https://a/"], SystemReading::None);
    let planned = restored_blocked(&live(&[]), &left);
    assert_eq!(planned.blocked.unwrap().kind, ProblemKind::NoSystemWebhook);
    assert!(planned.action.is_none());
    // There was none, and there is none.
    for none in [SystemReading::None, SystemReading::Unstated] {
        let (back, left) = (
            without(&[], none.clone()),
            without(&["https://a/"], none.clone()),
        );
        let planned = restored(&back, &left);
        assert!(planned.action.unwrap().system.is_none());
    }
    // There was none, and what the run left has one: it stays as it is.
    let back = without(&[], SystemReading::Unstated);
    let InstancePlan::Planned(planned) =
        plan(&back, &live(&["https://a/"]), &live(&["https://a/"]))
    else {
        panic!("what the run left is planned");
    };
    let system = format!("{SYSTEM} message");
    assert_eq!(sent(&planned.action.unwrap()), [system]);
}

fn restored_blocked(back: &Live, left: &Live) -> Planned {
    match plan(back, left, left) {
        InstancePlan::Planned(planned) => *planned,
        _ => panic!("what the run left is planned"),
    }
}

#[test]
fn rollback_is_stale_if_live_state_is_another_writers() {
    let (back, left) = (live(&["https://a/"]), live(&["https://a/ poll.vote"]));
    assert!(!is_stale(&back, &left, &back) && !is_stale(&back, &left, &left));
    for other in [
        live(&[]),
        live(&["https://a/ message,poll.vote"]),
        live(&["!https://a/ poll.vote"]),
        live(&["https://a/ poll.vote", "https://a/ poll.vote"]),
        live(&["https://a/ poll.vote", "https://b/"]),
        Live {
            system: system(&format!("!{SYSTEM} message")),
            ..left.clone()
        },
        Live {
            system: SystemReading::None,
            ..left.clone()
        },
    ] {
        assert!(is_stale(&back, &left, &other));
    }
    // An unknown field is nobody's change.
    let mut same = left.clone();
    same.webhooks[0] = entry_with("https://a/ poll.vote", "n", "1");
    assert!(!is_stale(&back, &left, &same));
}

#[test]
fn rollback_of_an_unreadable_instance_fails() {
    let restoration = restoration(&live(&["https://a/"]), &live(&[]));
    let problem = Problem::new(ProblemKind::Timeout, "the time was up");
    for reading in [
        Reading::Absent(problem.clone()),
        Reading::Unreadable(problem.clone()),
    ] {
        let InstancePlan::Failed(failed) = plan_restoration(&restoration, &reading) else {
            panic!("it failed");
        };
        assert_eq!(failed, problem);
    }
}
