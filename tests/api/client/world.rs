//! The same readers and writers over the emulator's world.

use std::sync::Arc;

use hookfleet::api::{Freshness, Reader};
use hookfleet::desired::{Authentication, WriteVia};
use hookfleet::emulator::{InMemory, World};
use hookfleet::live::Reading;
use hookfleet::plan::Action;

use super::{SETUP, Setup, TOKEN, access, id, post, read};

fn world(rest: &str) -> InMemory {
    let text = format!(
        "{{version: 1, accounts: [{{token: '{TOKEN}'}}, {{token: free, plan: free}}], instances: [{{id: 8D30ABB1E6DA, {rest}}}]}}"
    );
    InMemory::new(World::from_yaml(&text).unwrap())
}

#[tokio::test(start_paused = true)]
async fn write_is_read_back_in_every_form_of_request() {
    for auth in [Authentication::Query, Authentication::Header] {
        for write in [WriteVia::Body, WriteVia::Query] {
            let world = world("");
            let client = Setup {
                auth,
                write,
                ..SETUP
            }
            .client(Arc::new(world.clone()));
            assert_eq!(read(&client).await, "seen 0");
            let mut action = super::requests::action();
            action.system = None;
            assert_eq!(post(&client, &action).await, "accepted");
            let reader = Reader::new(client);
            let now = reader
                .read(&access("default", TOKEN), &id(), Freshness::NoCache)
                .await;
            let Reading::Seen(live) = now else {
                panic!("{}", super::reading(&now));
            };
            assert!(action.is_fulfilled_by(&live));
            assert_eq!(Action::lost_fields(&action, &live), Vec::<String>::new());
            let counts = world.world().counts();
            assert_eq!((counts.gets, counts.posts), (2, 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_token_a_free_account_and_an_unknown_instance_are_told_apart() {
    let client = SETUP.client(Arc::new(world("")));
    let reader = Reader::new(client);
    let mut kinds = Vec::new();
    for (token, instance) in [
        ("wrong", "8D30ABB1E6DA"),
        ("free", "8D30ABB1E6DA"),
        (TOKEN, "000000000000"),
    ] {
        let instance = hookfleet::webhook::InstanceId::new(instance);
        let reading = reader
            .read(&access("default", token), &instance, Freshness::Any)
            .await;
        kinds.push(match reading {
            Reading::Seen(_) => "seen",
            Reading::Absent(why) | Reading::Unreadable(why) => why.kind.as_str(),
        });
    }
    assert_eq!(
        kinds,
        ["unauthorized", "subscription_required", "not_found"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_post_whose_answer_is_lost_has_taken_effect_and_is_not_sent_again() {
    let world = world("faults: [{on: post, nth: 1, cut: 0}]");
    let client = SETUP.client(Arc::new(world.clone()));
    let mut action = super::requests::action();
    action.system = None;
    assert_eq!(
        post(&client, &action).await,
        "unknown, pause None, network None: the answer was cut off in its body"
    );
    let world = world.world();
    assert_eq!(world.counts().posts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_gets_past_faults_that_end() {
    let world = world("faults: [{on: get, nth: 1, drop: true}, {on: get, nth: 2, cut: 3}]");
    let client = SETUP.client(Arc::new(world.clone()));
    assert_eq!(read(&client).await, "seen 0");
    assert_eq!(world.world().counts().gets, 3);
}
