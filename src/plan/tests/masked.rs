//! The guard `masked`: a mask that live state shows in place of a value is not written back unasked.

use super::world::{
    SYSTEM, entry, entry_with, fleet, live, patterns, restoration, sent, system, wanted,
};
use crate::desired::{
    DropFields, Goal, PruneRule, Restoration, Target, Wanted, WantedSystem, WantedWebhooks,
};
use crate::exit::ExitCode;
use crate::live::{Live, LiveWebhook, Reading, SystemReading};
use crate::plan::{ExitPolicy, Fold, Guard, Plan, Policy, Status, plan_goal};
use crate::webhook::{Events, Fingerprints};

/// The plan of one instance, whose masks `--allow` lets pass up to a number.
fn plan(wish: &Wanted, state: &Live, allow: Option<&str>) -> Plan {
    let allowed = allow.map(|allow| allow.parse().unwrap());
    let policy = Policy {
        allowed: allowed.into_iter().collect(),
        ..Policy::default()
    };
    fleet(&[(wish.clone(), Reading::Seen(state.clone()))], &policy)
}

/// The number of masks that the guard blocks; `None` when the instance is written or left.
fn blocked(wish: &Wanted, state: &Live) -> Option<usize> {
    let plan = plan(wish, state, None);
    let line = &plan.lines[0];
    let block = line
        .guards
        .iter()
        .find(|block| block.guard == Guard::Masked)?;
    assert_eq!(
        (line.status, plan.exit_code(ExitPolicy::Blocks)),
        (Status::Blocked, ExitCode::Blocked)
    );
    assert!(line.action().is_none());
    Some(block.count)
}

fn with(entries: Vec<LiveWebhook>) -> Live {
    Live {
        webhooks: entries,
        ..live(&[])
    }
}

const MASK: &str = r#"{"key":"********"}"#;

#[test]
fn a_masked_field_of_any_entry_that_a_write_carries_blocks_the_instance_alone() {
    let adds = wanted(&["https://a/", "https://new/"]);
    let masked = || with(vec![entry_with("https://a/", "hmac", MASK)]);
    assert_eq!(blocked(&adds, &masked()), Some(1));
    let kept = || {
        with(vec![
            entry("https://a/"),
            entry_with("https://kept/", "hmac", MASK),
        ])
    };
    let keeps = Wanted {
        prune: PruneRule::Nothing,
        ..adds.clone()
    };
    assert_eq!(blocked(&keeps, &kept()), Some(1));
    let ignores = Wanted {
        ignore: patterns(&["https://kept/"]),
        ..adds.clone()
    };
    assert_eq!(blocked(&ignores, &kept()), Some(1));
    let masked_system = Live {
        system: SystemReading::Present(entry_with(&format!("{SYSTEM} message"), "hmac", MASK)),
        ..live(&["https://a/"])
    };
    assert_eq!(blocked(&adds, &masked_system), Some(1));
    let sets_system = Wanted {
        webhooks: WantedWebhooks::Keep,
        system: WantedSystem::Set {
            is_active: None,
            events: Some(Events::new(["poll.vote"])),
        },
        ..wanted(&[])
    };
    assert_eq!(blocked(&sets_system, &masked()), Some(1));
    let other = (adds.clone(), Reading::Seen(live(&["https://a/"])));
    let both = fleet(
        &[(adds.clone(), Reading::Seen(masked())), other],
        &Policy::default(),
    );
    let statuses: Vec<Status> = both.lines.iter().map(|line| line.status).collect();
    assert_eq!(
        (statuses, both.is_blocked()),
        (vec![Status::Blocked, Status::Changed], false)
    );
}

#[test]
fn a_mask_that_no_write_carries_blocks_nothing() {
    let masked = with(vec![entry_with("https://a/", "hmac", MASK)]);
    for (wish, why) in [
        (wanted(&["https://a/"]), "nothing differs"),
        (wanted(&["https://other/"]), "it is removed"),
        (
            Wanted {
                drop_fields: DropFields::new(["hmac".into()]),
                ..wanted(&["https://a/", "https://b/"])
            },
            "it is left out",
        ),
    ] {
        assert_eq!(blocked(&wish, &masked), None, "{why}");
    }
    let plain = with(vec![entry_with(
        "https://a/",
        "headers",
        r#"{"Accept":"*"}"#,
    )]);
    assert_eq!(
        blocked(&wanted(&["https://a/", "https://b/"]), &plain),
        None
    );
}

#[test]
fn a_masked_url_counts_where_it_is_carried_on_and_not_where_the_manifest_has_it() {
    let state = live(&["https://a/", "https://b/?token=****"]);
    let keeps = Wanted {
        prune: PruneRule::Nothing,
        ..wanted(&["https://a/", "https://new/"])
    };
    assert_eq!(blocked(&keeps, &state), Some(1));
    let lists = Wanted {
        prune: PruneRule::Nothing,
        ..wanted(&["https://a/", "https://b/?token=****", "https://new/"])
    };
    assert_eq!(blocked(&lists, &state), None);
    let masked_system = Live {
        system: system("https://app.wawp.net/api/webhook/****"),
        ..live(&[])
    };
    assert_eq!(blocked(&wanted(&["https://new/"]), &masked_system), Some(1));
}

#[test]
fn the_message_names_field_and_url_and_says_what_each_way_out_does() {
    let state = with(vec![
        entry_with("https://a/", "hmac", MASK),
        entry_with("https://b/?token=••••", "headers", r#"["••••"]"#),
    ]);
    let keeps = Wanted {
        prune: PruneRule::Nothing,
        ..wanted(&["https://new/"])
    };
    let print = Fingerprints::new([7; 32]).of("••••");
    let said = |state: &Live| {
        let plan = plan(&keeps, state, None);
        plan.lines[0].guards[0].sentence()
    };
    assert_eq!(
        said(&state),
        format!(
            "guard `masked`: it would be written with masks in place of values: `hmac` of https://a/, `headers`, the URL of https://b/?token={print}; `drop_fields: [hmac, headers]` leaves them out, --allow masked=3 sends the mask, and neither brings the key back"
        )
    );
    assert_eq!(
        said(&live(&["https://b/?token=••••"])),
        format!(
            "guard `masked`: it would be written with masks in place of values: the URL of https://b/?token={print}; --allow masked=1 sends the mask, which does not bring the value back"
        )
    );
}

#[test]
fn allow_sends_up_to_its_number_of_masks_and_changes_none_of_them() {
    let state = with(vec![
        entry_with("https://a/", "hmac", MASK),
        entry_with("https://b/", "key", r#""****""#),
    ]);
    let wish = wanted(&["https://a/", "https://b/", "https://new/"]);
    assert!(
        plan(&wish, &state, Some("masked=1")).lines[0]
            .action()
            .is_none()
    );
    for allow in ["masked", "masked=2"] {
        let plan = plan(&wish, &state, Some(allow));
        assert_eq!(
            sent(plan.lines[0].action().unwrap()),
            [
                format!("https://a/ message hmac={MASK}"),
                "https://b/ message key=\"****\"".to_owned(),
                "https://new/ message".to_owned(),
                format!("{SYSTEM} message"),
            ]
        );
    }
}

#[test]
fn a_rollback_puts_no_mask_back_unasked() {
    let back = with(vec![entry_with("https://a/", "hmac", MASK)]);
    let left = with(vec![entry("https://b/")]);
    let goal = |drop_fields| {
        Goal::Restored(Box::new(Restoration {
            drop_fields,
            ..restoration(&back, &left)
        }))
    };
    let rolled_back = |drop_fields: DropFields, policy: &Policy| {
        let target = Target {
            subject: super::world::subject("a"),
            goal: goal(drop_fields),
        };
        let reading = Reading::Seen(left.clone());
        let mut fold = Fold::default();
        fold.add(
            0,
            &target,
            Some(&reading),
            plan_goal(&target.goal, Some(&reading)),
        );
        let plan = fold.finish(
            policy,
            &crate::desired::ManifestHosts::default(),
            &Fingerprints::new([7; 32]),
        );
        plan.lines[0]
            .guards
            .iter()
            .map(|block| block.guard)
            .collect::<Vec<_>>()
    };
    let noticed = Policy {
        noticed: [Guard::Empty, Guard::Removals, Guard::Changes].into(),
        ..Policy::default()
    };
    assert_eq!(
        rolled_back(DropFields::default(), &noticed),
        [Guard::Masked]
    );
    assert_eq!(rolled_back(DropFields::new(["hmac".into()]), &noticed), []);
}
