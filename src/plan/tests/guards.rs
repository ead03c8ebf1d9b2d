//! The four guards: what they hold, their numbers, and what lets them pass.

use super::world::{SYSTEM, fleet, live, wanted};
use crate::desired::{Wanted, WantedSystem};
use crate::exit::ExitCode;
use crate::live::{Live, Reading};
use crate::plan::{ExitPolicy, Guard, Plan, Policy, RunBlock, Status};
use crate::problem::{Problem, ProblemKind};
use crate::webhook::Events;

fn seen(live: Live) -> Reading {
    Reading::Seen(live)
}

fn allow(guard: Guard) -> Policy {
    Policy {
        allowed: [guard].into(),
        ..Policy::default()
    }
}

/// The status of each instance, the guards that hold it, and whether it would be written.
fn statuses(plan: &Plan) -> Vec<(Status, Vec<Guard>, bool)> {
    plan.lines
        .iter()
        .map(|line| (line.status, line.guards.clone(), line.action().is_some()))
        .collect()
}

/// One instance that keeps `kept` of its ten webhooks.
fn keeping(kept: usize) -> (Wanted, Reading) {
    let urls: Vec<String> = (0..10)
        .map(|number| format!("https://h/{number}"))
        .collect();
    let all: Vec<&str> = urls.iter().map(String::as_str).collect();
    (wanted(&all[..kept]), seen(live(&all)))
}

#[test]
fn instance_that_would_lose_all_webhooks_is_blocked_alone() {
    let fleet_of_two = [
        (wanted(&[]), seen(live(&["https://a/"]))),
        (wanted(&["https://b/"]), seen(live(&[]))),
    ];
    let plan = fleet(&fleet_of_two, &Policy::default());
    assert_eq!(
        statuses(&plan),
        [
            (Status::Blocked, vec![Guard::Empty], false),
            (Status::Changed, vec![], true)
        ]
    );
    assert_eq!(
        (plan.is_blocked(), plan.exit_code(ExitPolicy::Blocks)),
        (false, ExitCode::Blocked)
    );
    let plan = fleet(&fleet_of_two, &allow(Guard::Empty));
    assert_eq!(
        statuses(&plan),
        [
            (Status::Changed, vec![], true),
            (Status::Changed, vec![], true)
        ]
    );
    assert_eq!(
        (
            plan.exit_code(ExitPolicy::Blocks),
            plan.exit_code(ExitPolicy::Changes)
        ),
        (ExitCode::Success, ExitCode::Pending)
    );
}

#[test]
fn instance_without_webhooks_is_not_blocked() {
    let plan = fleet(&[(wanted(&[]), seen(live(&[])))], &Policy::default());
    assert_eq!(statuses(&plan), [(Status::Unchanged, vec![], false)]);
}

#[test]
fn system_webhook_that_would_stop_delivering_is_blocked() {
    let set = |is_active, events: Option<&[&str]>| WantedSystem::Set {
        is_active,
        events: events.map(|events| Events::new(events.iter().copied())),
    };
    for system in [set(Some(false), None), set(None, Some(&[]))] {
        let instance = [(
            Wanted {
                system,
                ..wanted(&[])
            },
            seen(live(&[])),
        )];
        let plan = fleet(&instance, &Policy::default());
        assert_eq!(
            statuses(&plan),
            [(Status::Blocked, vec![Guard::SystemOff], false)]
        );
        assert_eq!(
            statuses(&fleet(&instance, &allow(Guard::SystemOff))),
            [(Status::Changed, vec![], true)]
        );
    }
}

#[test]
fn inactive_system_webhook_may_change_events_and_be_activated() {
    let off = Live {
        system: super::world::system(&format!("!{SYSTEM} message")),
        ..live(&[])
    };
    for is_active in [None, Some(false), Some(true)] {
        let system = WantedSystem::Set {
            is_active,
            events: Some(Events::new(["poll.vote"])),
        };
        let plan = fleet(
            &[(
                Wanted {
                    system,
                    ..wanted(&[])
                },
                seen(off.clone()),
            )],
            &Policy::default(),
        );
        assert_eq!(statuses(&plan), [(Status::Changed, vec![], true)]);
    }
}

#[test]
fn removals_block_the_run_only_above_the_limit() {
    let at_the_limit = fleet(&[keeping(7)], &Policy::default());
    assert_eq!(
        (
            at_the_limit.blocks.as_slice(),
            at_the_limit.exit_code(ExitPolicy::Blocks)
        ),
        (&[][..], ExitCode::Success)
    );
    let beyond = fleet(&[keeping(6)], &Policy::default());
    assert_eq!(
        beyond.blocks,
        [RunBlock {
            guard: Guard::Removals,
            count: 4,
            of: 10,
            limit: 30
        }]
    );
    assert_eq!(beyond.exit_code(ExitPolicy::Changes), ExitCode::Blocked);
    assert_eq!(
        beyond.exit_code(ExitPolicy::Drift),
        ExitCode::Pending,
        "a drift writes nothing that could be held"
    );
    assert!(!fleet(&[keeping(6)], &allow(Guard::Removals)).is_blocked());
}

#[test]
fn removals_do_not_block_below_ten_live_webhooks() {
    let urls: Vec<String> = (0..9).map(|number| format!("https://h/{number}")).collect();
    let all: Vec<&str> = urls.iter().map(String::as_str).collect();
    assert!(!fleet(&[(wanted(&all[..1]), seen(live(&all)))], &Policy::default()).is_blocked());
}

#[test]
fn removals_are_counted_over_the_readable_selection() {
    let unreadable = Reading::Unreadable(Problem::new(ProblemKind::Network, "down"));
    let instances = [keeping(8), keeping(4), (wanted(&[]), unreadable)];
    let plan = fleet(&instances, &Policy::default());
    assert_eq!(
        plan.blocks,
        [RunBlock {
            guard: Guard::Removals,
            count: 8,
            of: 20,
            limit: 30
        }]
        .map(|hold| hold)
    );
}

#[test]
fn changes_block_the_run_only_above_the_limit() {
    let instances = [keeping(9), keeping(10), keeping(10), keeping(9)];
    let policy = |max_changed_percent| Policy {
        max_changed_percent,
        ..Policy::default()
    };
    assert!(!fleet(&instances, &policy(50)).is_blocked());
    let plan = fleet(&instances, &policy(49));
    assert_eq!(
        plan.blocks,
        [RunBlock {
            guard: Guard::Changes,
            count: 2,
            of: 4,
            limit: 49
        }]
    );
    let allowed = Policy {
        allowed: [Guard::Changes].into(),
        ..policy(49)
    };
    assert!(!fleet(&instances, &allowed).is_blocked());
}

#[test]
fn guard_message_has_the_numbers_and_the_flag() {
    let plan = fleet(&[keeping(0)], &Policy::default());
    assert_eq!(
        plan.blocks[0].sentence(),
        "guard `removals`: 10 of 10 live webhooks would be removed (100%, and at most 30% may); --allow removals lets it pass"
    );
    assert_eq!(
        plan.lines[0].guards[0].sentence(plan.lines[0].planned().unwrap()),
        "guard `empty`: all of its webhooks (10) would be removed; --allow empty lets it pass"
    );
}

#[test]
fn failed_read_is_never_reported_as_no_changes() {
    let unreadable = Reading::Unreadable(Problem::new(ProblemKind::Network, "down"));
    let plan = fleet(
        &[
            (wanted(&[]), unreadable),
            (wanted(&["https://a/"]), seen(live(&[]))),
        ],
        &Policy::default(),
    );
    assert_eq!(
        statuses(&plan),
        [
            (Status::Failed, vec![], false),
            (Status::Changed, vec![], true)
        ]
    );
    assert_eq!(plan.exit_code(ExitPolicy::Changes), ExitCode::Failure);
}
