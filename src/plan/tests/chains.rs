//! Planning a rollback through several writes of a chain: how far back it goes.

use std::sync::Arc;

use proptest::prelude::*;

use super::world::{after, entry_with, live};
use crate::desired::{Certainty, DropFields, Overwrite, Restoration};
use crate::live::{Live, Reading};
use crate::plan::{InstancePlan, plan_restoration};

/// One write: its run, what it overwrote and what it left.
fn write(run: &str, back: &[&str], left: &[&str]) -> Overwrite {
    Overwrite {
        run: Arc::from(run),
        back: live(back),
        left: live(left),
        certainty: Certainty::Verified,
    }
}

/// The rollback of writes, oldest first.
fn restoration(mut writes: Vec<Overwrite>) -> Restoration {
    writes.reverse();
    let earlier = writes.split_off(1);
    Restoration {
        credential: Arc::from("default"),
        newest: writes.remove(0),
        earlier,
        drop_fields: DropFields::default(),
    }
}

/// What a rollback comes to.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    /// Everything is back.
    Back,
    /// It stops at another writer's state, for that reason.
    Short(String),
    /// Live state is none of the chain's.
    Stale(String),
}

/// Carries a rollback out: what it comes to, and the state after it.
fn carried_out(restoration: &Restoration, now: &Live) -> (Came, Live) {
    match plan_restoration(restoration, &Reading::Seen(now.clone())) {
        InstancePlan::Planned(planned) => match &planned.action {
            None => (Came::Back, now.clone()),
            Some(action) => {
                let came = action.stops_short.as_ref();
                let came = came.map_or(Came::Back, |why| Came::Short(why.message.clone()));
                (came, after(action, now))
            }
        },
        InstancePlan::Stale(problem, _) => (Came::Stale(problem.message), now.clone()),
        InstancePlan::Failed(_) | InstancePlan::Skipped { .. } => panic!("it was read"),
    }
}

#[test]
fn rollback_goes_back_through_all_writes_of_a_chain() {
    let chain = restoration(vec![
        write("a", &["https://a/"], &["https://b/"]),
        write("b", &["https://b/"], &["https://a/"]),
        write("c", &["https://a/"], &["https://c/"]),
    ]);
    for now in [["https://c/"], ["https://a/"]] {
        let (came, state) = carried_out(&chain, &live(&now));
        assert_eq!(came, Came::Back);
        assert!(state.agrees_with(&live(&["https://a/"])));
    }
}

#[test]
fn rollback_stops_where_another_client_has_written_in_between_and_says_so() {
    let chain = restoration(vec![
        write("a", &["https://a/"], &["https://b/"]),
        write("b", &["https://theirs/"], &["https://c/"]),
        write("b", &["https://c/"], &["https://d/"]),
    ]);
    let why = "another client changed it after run a and before run b; the rollback goes back to that state, and not to the one before the runs";
    let (came, state) = carried_out(&chain, &live(&["https://d/"]));
    assert_eq!(came, Came::Short(why.to_owned()));
    assert!(state.agrees_with(&live(&["https://theirs/"])));
    // Where that is live already, there is nothing to write, and it is said all the same.
    let last = Overwrite {
        certainty: Certainty::Unconfirmed,
        ..write("b", &["https://theirs/"], &["https://c/"])
    };
    let (came, _) = carried_out(
        &restoration(vec![write("a", &["https://a/"], &["https://b/"]), last]),
        &live(&["https://theirs/"]),
    );
    assert_eq!(came, Came::Stale(why.to_owned()));
}

#[test]
fn rollback_leaves_a_state_that_is_none_of_the_chains_alone_and_takes_the_first_one_for_back() {
    let chain = restoration(vec![
        write("a", &["https://a/"], &["https://b/"]),
        write("b", &["https://b/"], &["https://c/"]),
    ]);
    let (came, state) = carried_out(&chain, &live(&["https://other/"]));
    assert!(matches!(came, Came::Stale(_)) && state.agrees_with(&live(&["https://other/"])));
    let (came, state) = carried_out(&chain, &live(&["https://a/"]));
    assert_eq!(came, Came::Back);
    assert!(state.agrees_with(&live(&["https://a/"])));
}

#[test]
fn rollback_leaves_alone_what_another_client_made_again_after_a_verified_rollback() {
    let chain = |certainty| {
        let back = Overwrite {
            certainty,
            ..write("b", &["https://b/"], &["https://a/"])
        };
        restoration(vec![write("a", &["https://a/"], &["https://b/"]), back])
    };
    let now = live(&["https://b/"]);
    let (came, state) = carried_out(&chain(Certainty::Verified), &now);
    assert!(matches!(came, Came::Stale(_)) && state.agrees_with(&now));
    for certainty in [Certainty::Unconfirmed, Certainty::Unknown] {
        assert_eq!(carried_out(&chain(certainty), &now).0, Came::Back);
    }
}

#[test]
fn rollback_keeps_unknown_fields_that_another_client_has_added_between_two_writes() {
    let with = |json: &str| {
        let mut state = live(&[]);
        state
            .webhooks
            .push(entry_with("https://a/ message.ack", "n", json));
        state
    };
    let mut first = write("a", &["https://a/ message"], &["https://a/ message.ack"]);
    let second = Overwrite {
        run: Arc::from("b"),
        back: with("1"),
        left: {
            let mut left = live(&[]);
            left.webhooks
                .push(entry_with("https://a/ poll.vote", "n", "1"));
            left
        },
        certainty: Certainty::Verified,
    };
    first.certainty = Certainty::Unknown;
    let now = second.left.clone();
    let (came, state) = carried_out(&restoration(vec![first, second]), &now);
    assert_eq!(came, Came::Back);
    assert!(state.agrees_with(&live(&["https://a/ message"])));
    let names: Vec<&str> = state.webhooks[0].extra.names().collect();
    assert_eq!(names, ["n"]);
}

/// Something that happens to an instance.
#[derive(Debug, Clone, Copy)]
enum Happens {
    /// A run writes that state, and knows what came of it.
    Writes(u8),
    /// A run writes that state and is cut off; it took effect or not.
    IsCutOff(u8, bool),
    /// Another client writes that state.
    Theirs(u8),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0..3_u8).prop_map(Happens::Writes),
        2 => (0..3_u8, any::<bool>()).prop_map(|(state, landed)| Happens::IsCutOff(state, landed)),
        1 => (0..6_u8).prop_map(Happens::Theirs),
    ]
}

fn state(number: u8) -> Live {
    live(&[&format!("https://{number}/")])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_rollback_that_claims_to_be_whole_is_and_none_overwrites_what_only_another_client_wrote(
        events in prop::collection::vec(happens(), 1..8)
    ) {
        let mut now = state(0);
        let mut writes: Vec<Overwrite> = Vec::new();
        let mut is_disturbed = false;
        for (run, event) in events.into_iter().enumerate() {
            let run: Arc<str> = Arc::from(format!("{run}"));
            match event {
                Happens::Writes(to) => {
                    let (back, left) = (now.clone(), state(to));
                    now = left.clone();
                    writes.push(Overwrite { run, back, left, certainty: Certainty::Verified });
                }
                Happens::IsCutOff(to, landed) => {
                    let (back, left) = (now.clone(), state(to));
                    if landed {
                        now = left.clone();
                    }
                    writes.push(Overwrite { run, back, left, certainty: Certainty::Unknown });
                }
                Happens::Theirs(to) => {
                    now = state(to);
                    is_disturbed |= !writes.is_empty();
                }
            }
        }
        prop_assume!(!writes.is_empty());
        let before = writes[0].back.clone();
        let of_chain = |state: &Live| {
            writes.iter().any(|write| state.agrees_with(&write.back) || state.agrees_with(&write.left))
        };
        let is_of_chain = of_chain(&now);
        let backs: Vec<Live> = writes.iter().map(|write| write.back.clone()).collect();
        let (came, after) = carried_out(&restoration(writes), &now);
        match came {
            Came::Back => prop_assert!(after.agrees_with(&before)),
            Came::Short(_) => {
                prop_assert!(is_disturbed && !after.agrees_with(&before));
                prop_assert!(backs.iter().any(|back| after.agrees_with(back)));
            }
            Came::Stale(_) => prop_assert!(is_disturbed && after.agrees_with(&now)),
        }
        prop_assert!(is_of_chain || after.agrees_with(&now));
    }
}
