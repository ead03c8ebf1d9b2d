//! Notices: hosts that are new or gone, and secrets that go where they were not.

use super::world::{fleet, live, wanted, with_secret};
use crate::desired::{Wanted, WantedWebhooks};
use crate::document::Rows;
use crate::document::plan::PlanV1;
use crate::exit::ExitCode;
use crate::live::{Live, Reading, SystemReading};
use crate::plan::{Plan, Policy};
use crate::webhook::Fingerprints;

fn notices(plan: &Plan) -> Vec<String> {
    let fingerprints = Fingerprints::new([0; 32]);
    let document = PlanV1::of(plan, &fingerprints, ExitCode::Success, Rows::All);
    let notices = document.notices.into_iter();
    notices.map(|notice| notice.message).collect()
}

fn plan(instances: &[(Wanted, Live)]) -> Plan {
    let instances: Vec<_> = instances
        .iter()
        .map(|(wanted, live)| (wanted.clone(), Reading::Seen(live.clone())))
        .collect();
    fleet(&instances, &Policy::default())
}

#[test]
fn host_without_a_live_webhook_is_a_notice() {
    let notices = notices(&plan(&[
        (wanted(&["https://new.example/a"]), live(&[])),
        (
            wanted(&["https://new.example/b", "https://known.example/"]),
            live(&["https://KNOWN.example/x", "https://known.example/"]),
        ),
    ]));
    assert_eq!(
        notices,
        [
            "new host new.example: no live webhook of the selection goes there, and 2 instances would"
        ]
    );
}

#[test]
fn removed_host_that_the_manifest_lacks_is_a_notice() {
    let notices = notices(&plan(&[
        (
            wanted(&["https://a.example/"]),
            live(&[
                "https://a.example/",
                "https://gone.example/1",
                "https://b.example/",
            ]),
        ),
        (
            wanted(&["https://b.example/"]),
            live(&["https://b.example/"]),
        ),
    ]));
    assert_eq!(
        notices,
        ["gone.example is removed from 1 instance, and occurs nowhere in the manifest"]
    );
}

#[test]
fn secret_sent_to_a_new_host_is_the_first_notice() {
    let notices = notices(&plan(&[(
        with_secret("https://h.example/x", "s3cret"),
        live(&["https://h.example/y"]),
    )]));
    assert_eq!(
        notices,
        ["secret `n8n` goes to h.example, which did not have it, on 1 instance"]
    );
}

#[test]
fn rotated_secret_is_no_notice() {
    let notices = notices(&plan(&[(
        with_secret("https://h.example/x", "new"),
        live(&["https://h.example/x?secret=old"]),
    )]));
    assert_eq!(notices, [""; 0]);
}

#[test]
fn secret_added_by_an_update_is_a_notice() {
    let notices = notices(&plan(&[(
        with_secret("https://h.example/x", "new"),
        live(&["https://h.example/x?v=1"]),
    )]));
    assert_eq!(
        notices,
        ["secret `n8n` goes to h.example, which did not have it, on 1 instance"]
    );
}

#[test]
fn secret_on_a_host_that_has_it_on_another_instance_is_no_notice() {
    let notices = notices(&plan(&[
        (
            with_secret("https://h.example/x", "same"),
            live(&["https://h.example/x?secret=same"]),
        ),
        (with_secret("https://h.example/x", "same"), live(&[])),
    ]));
    assert_eq!(notices, [""; 0]);
}

#[test]
fn duplicates_and_system_oddities_are_notices_without_changes_too() {
    let mut state = live(&["https://a/", "https://a/"]);
    state.listed_system_disagrees = true;
    let keep = Wanted {
        webhooks: WantedWebhooks::Keep,
        ..wanted(&[])
    };
    let unstated = Live {
        system: SystemReading::Unstated,
        ..live(&[])
    };
    assert_eq!(
        notices(&plan(&[(keep, state), (wanted(&[]), unstated)])),
        [
            "https://a/ is live 2 times",
            "the system webhook is also listed among the webhooks, with other values; systemConfig counts, and gets the fields that only the list has",
            "the answer does not mention a system webhook; a write sends back only what is listed"
        ]
    );
}
