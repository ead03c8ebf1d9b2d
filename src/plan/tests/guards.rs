//! The guards: what they hold, their numbers, and what lets them pass.

use super::world::{SYSTEM, fleet, live, wanted};
use crate::desired::{PruneRule, SafetyLimits, Wanted, WantedSystem, WantedWebhooks};
use crate::exit::ExitCode;
use crate::live::{Live, Reading};
use crate::plan::{
    Allowance, ExitPolicy, Guard, Pinned, Plan, Policy, RunBlock, RunReason, Status,
};
use crate::problem::{Problem, ProblemKind};
use crate::webhook::Events;

fn seen(live: Live) -> Reading {
    Reading::Seen(live)
}

fn allow(guard: Guard) -> Policy {
    Policy {
        allowed: [Allowance { guard, most: None }].into_iter().collect(),
        ..Policy::default()
    }
}

/// The status of each instance, the guards that hold it, and whether it would be written.
fn statuses(plan: &Plan) -> Vec<(Status, Vec<Guard>, bool)> {
    plan.lines
        .iter()
        .map(|line| {
            let guards = line.guards.iter().map(|block| block.guard);
            (line.status, guards.collect(), line.action().is_some())
        })
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
            why: RunReason::Exceeds { of: 10, limit: 30 },
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
            why: RunReason::Exceeds { of: 20, limit: 30 },
        }]
        .map(|hold| hold)
    );
}

#[test]
fn changes_block_the_run_only_above_the_limit() {
    let instances = [keeping(9), keeping(10), keeping(10), keeping(9)];
    let policy = |max_changed_percent| Policy {
        limits: SafetyLimits {
            max_changed_percent,
            ..SafetyLimits::default()
        },
        ..Policy::default()
    };
    assert!(!fleet(&instances, &policy(50)).is_blocked());
    let plan = fleet(&instances, &policy(49));
    assert_eq!(
        plan.blocks,
        [RunBlock {
            guard: Guard::Changes,
            count: 2,
            why: RunReason::Exceeds { of: 4, limit: 49 },
        }]
    );
    let allowed = Policy {
        allowed: [Allowance {
            guard: Guard::Changes,
            most: None,
        }]
        .into_iter()
        .collect(),
        ..policy(49)
    };
    assert!(!fleet(&instances, &allowed).is_blocked());
}

#[test]
fn guard_message_has_the_numbers_and_the_flag() {
    let plan = fleet(&[keeping(0)], &Policy::default());
    assert_eq!(
        plan.blocks[0].sentence(),
        "guard `removals`: 10 of 10 live webhooks would be removed (100%, and at most 30% may); --allow removals=10 lets it pass"
    );
    assert_eq!(
        plan.lines[0].guards[0].sentence(),
        "guard `empty`: all of its webhooks (10) would be removed; --allow empty=10 lets it pass"
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

fn allow_up_to(guard: Guard, most: usize) -> Policy {
    let most = Some(most);
    Policy {
        allowed: [Allowance { guard, most }].into_iter().collect(),
        ..Policy::default()
    }
}

/// One instance with `count` live webhooks that the manifest does not have, and no `prune`.
fn unlisted(count: usize) -> (Wanted, Reading) {
    let (wish, reading) = (wanted(&["https://new/"]), keeping(0).1);
    let Reading::Seen(mut live) = reading else {
        unreachable!()
    };
    live.webhooks.truncate(count);
    let prune = PruneRule::Unwritten;
    (Wanted { prune, ..wish }, seen(live))
}

#[test]
fn unwritten_prune_blocks_its_instance_alone_and_leaves_the_other_guards_unweighed() {
    let fleet_of_two = [unlisted(10), keeping(10)];
    let plan = fleet(&fleet_of_two, &Policy::default());
    assert_eq!(
        statuses(&plan),
        [
            (Status::Blocked, vec![Guard::Prune], false),
            (Status::Unchanged, vec![], false)
        ]
    );
    assert_eq!(plan.blocks, [], "what waits for a `prune` is not removed");
    assert_eq!(
        plan.lines[0].guards[0].sentence(),
        "guard `prune`: 10 live webhooks are not in the manifest, and no `prune` is written: write true to remove them, false to keep them, or globs; --allow prune=10 lets it pass"
    );
    let allowed = fleet(&fleet_of_two, &allow(Guard::Prune));
    assert_eq!(statuses(&allowed)[0], (Status::Changed, vec![], true));
    assert_eq!(allowed.blocks[0].guard, Guard::Removals);
}

#[test]
fn unwritten_prune_blocks_nothing_where_the_manifest_has_all_that_is_live() {
    let wish = |urls: &[&str]| Wanted {
        prune: PruneRule::Unwritten,
        ..wanted(urls)
    };
    let ignoring = Wanted {
        ignore: super::world::patterns(&["https://i/**"]),
        ..wish(&["https://a/"])
    };
    let keeping = Wanted {
        webhooks: WantedWebhooks::Keep,
        ..wish(&[])
    };
    for (wish, live) in [
        (
            wish(&["https://a/ poll.vote", "https://b/"]),
            live(&["https://a/"]),
        ),
        (wish(&["https://a/"]), live(&["https://a/", "https://a/"])),
        (ignoring, live(&["https://i/x"])),
        (keeping, live(&["https://a/"])),
    ] {
        let plan = fleet(&[(wish, seen(live))], &Policy::default());
        assert_eq!(plan.lines[0].guards, []);
    }
}

#[test]
fn a_guard_passes_up_to_the_number_that_is_allowed_and_no_further() {
    for (guard, instance) in [(Guard::Prune, unlisted(5)), (Guard::Removals, keeping(5))] {
        let blocked = |policy: &Policy| {
            let plan = fleet(std::slice::from_ref(&instance), policy);
            plan.exit_code(ExitPolicy::Blocks) == ExitCode::Blocked
        };
        assert!(blocked(&Policy::default()) && blocked(&allow_up_to(guard, 4)));
        assert!(!blocked(&allow_up_to(guard, 5)) && !blocked(&allow_up_to(guard, 6)));
    }
}

#[test]
fn flags_to_pass_hold_the_largest_number_of_each_guard() {
    let plan = fleet(&[unlisted(2), unlisted(5), keeping(0)], &Policy::default());
    let flags = plan.flags_to_pass().unwrap();
    assert_eq!(
        flags,
        "--allow prune=5 --allow empty=10 --allow removals=10"
    );
    let numbers = flags.split("--allow ").filter(|flag| !flag.is_empty());
    let allowed = numbers.map(|flag| flag.trim().parse::<Allowance>().unwrap());
    let policy = Policy {
        allowed: allowed.collect(),
        ..Policy::default()
    };
    let plan = fleet(&[unlisted(2), unlisted(5), keeping(0)], &policy);
    // Those that waited for a `prune` are removals now.
    assert_eq!(plan.flags_to_pass().as_deref(), Some("--allow removals=17"));
}

#[test]
fn what_was_blocked_in_the_approved_plan_stays_blocked_and_no_more_is() {
    let pinned = |run: &[(Guard, usize)], own: &[(Guard, usize)]| Policy {
        pinned: Some(Pinned {
            run: run.to_vec(),
            instances: [("0".to_owned(), own.to_vec())].into(),
        }),
        ..Policy::default()
    };
    let instance = [keeping(9)];
    let plan = fleet(&instance, &pinned(&[(Guard::Changes, 1)], &[]));
    assert_eq!(
        plan.blocks[0].sentence(),
        "guard `changes`: it was blocked in the plan that was approved; --allow changes=1 lets it pass"
    );
    let plan = fleet(&instance, &pinned(&[], &[(Guard::Prune, 3)]));
    assert_eq!(
        statuses(&plan),
        [(Status::Blocked, vec![Guard::Prune], false)]
    );
    let allowed = Policy {
        allowed: ["prune=3"]
            .map(|text| text.parse::<Allowance>().unwrap())
            .into_iter()
            .collect(),
        ..pinned(&[], &[(Guard::Prune, 3)])
    };
    assert_eq!(
        statuses(&fleet(&instance, &allowed)),
        [(Status::Changed, vec![], true)]
    );
    let unpinned = fleet(&[unlisted(2)], &pinned(&[], &[]));
    assert_eq!(statuses(&unpinned), [(Status::Changed, vec![], true)]);
}
