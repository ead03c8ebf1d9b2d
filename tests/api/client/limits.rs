//! Requests per second and credential, and requests in flight.

use std::time::Duration;

use futures_util::future::join_all;
use hookfleet::api::{Freshness, Reader};

use super::{EMPTY, SETUP, Script, Setup, access, answers, asks_to_wait, id};

#[tokio::test(start_paused = true)]
async fn a_credentials_requests_keep_their_distance_and_another_credentials_do_not_wait() {
    let script = Script::new([answers(200, EMPTY)]);
    let client = Setup {
        per_second: Some(4),
        ..SETUP
    }
    .client(script.clone());
    let reader = Reader::new(client);
    let (one, other, id) = (access("one", "a"), access("other", "b"), id());
    join_all((0..6).map(|n| {
        let access = if n < 4 { &one } else { &other };
        reader.read(access, &id, Freshness::Any)
    }))
    .await;
    // A little more than a quarter of a second: late timers may catch up, and never exceed the ceiling by it.
    assert_eq!(script.times(), [0, 0, 253, 253, 506, 758]);
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_per_credential_and_not_per_token() {
    let script = Script::new([answers(200, EMPTY)]);
    let client = Setup {
        per_second: Some(1),
        ..SETUP
    }
    .client(script.clone());
    let reader = Reader::new(client);
    let (one, two, id) = (access("one", "same"), access("two", "same"), id());
    tokio::join!(
        reader.read(&one, &id, Freshness::Any),
        reader.read(&two, &id, Freshness::Any)
    );
    assert_eq!(script.times(), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn retries_count_for_the_limit() {
    let script = Script::new([answers(500, "")]);
    let client = Setup {
        per_second: Some(1),
        retries: 2,
        ..SETUP
    }
    .client(script.clone());
    super::read(&client).await;
    assert_eq!(script.times(), [0, 1011, 2021]);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_allowed_are_in_flight() {
    let script = Script::taking(Duration::from_secs(1), [answers(200, EMPTY)]);
    let client = Setup {
        concurrency: 2,
        ..SETUP
    }
    .client(script.clone());
    join_all((0..5).map(|_| super::read(&client))).await;
    assert_eq!(script.times(), [0, 0, 1000, 1000, 2000]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_a_server_asks_for_holds_for_every_request_of_that_credential() {
    for per_second in [Some(1000), None] {
        let script = Script::new([asks_to_wait(429, "10"), answers(200, EMPTY)]);
        let client = Setup {
            per_second,
            ..SETUP
        }
        .client(script.clone());
        let reader = Reader::new(client);
        let (one, other, id) = (access("one", "a"), access("other", "b"), id());
        let later = async |access| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            reader.read(access, &id, Freshness::Any).await
        };
        tokio::join!(
            reader.read(&one, &id, Freshness::Any),
            later(&one),
            later(&other)
        );
        let times = script.times();
        assert_eq!(times[..2], [0, 1000], "limit {per_second:?}: {times:?}");
        assert!(
            times[2..].iter().all(|at| *at >= 10_000),
            "limit {per_second:?}: {times:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_too_long_to_wait_for_does_not_hang_the_others() {
    let script = Script::new([asks_to_wait(429, "999999999999"), answers(200, EMPTY)]);
    let client = Setup {
        per_second: Some(1000),
        ..SETUP
    }
    .client(script.clone());
    let first = super::read(&client).await;
    assert!(first.starts_with("unreadable, rate_limited"), "{first}");
    let hour = Duration::from_hours(1);
    let second = tokio::time::timeout(hour, super::read(&client)).await;
    assert!(second.is_ok(), "the next read waits longer than an hour");
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_all_time_is_no_panic() {
    let script = Script::new([asks_to_wait(429, "18446744073709551615")]);
    let client = Setup {
        per_second: Some(1000),
        ..SETUP
    }
    .client(script.clone());
    let first = super::read(&client).await;
    assert!(first.starts_with("unreadable, rate_limited"), "{first}");
}

/// Reads one instance after the other, and tells the last.
async fn last_of(client: &std::sync::Arc<hookfleet::api::Client>, count: usize) -> String {
    let mut last = String::new();
    for _ in 0..count {
        last = super::read(client).await;
    }
    last
}

#[tokio::test(start_paused = true)]
async fn a_credential_whose_first_answers_are_all_401_is_not_used_further() {
    let script = Script::new([answers(401, "")]);
    let client = SETUP.client(script.clone());
    assert_eq!(
        last_of(&client, 50).await,
        "unreadable, unauthorized None: not asked: the first 16 answers to credential `default` were all 401"
    );
    // As many as could be sent at once.
    assert_eq!(script.times().len(), 16);
}

#[tokio::test(start_paused = true)]
async fn a_run_has_only_so_many_retries() {
    let script = Script::new([answers(502, "")]);
    let client = SETUP.client(script.clone());
    let last = last_of(&client, 100).await;
    assert!(
        last.ends_with("; not tried again, since too much of the run has failed"),
        "{last}"
    );
    // A hundred first attempts, and a hundred retries.
    assert_eq!(script.times().len(), 200);
}

#[tokio::test(start_paused = true)]
async fn rate_limited_request_is_retried_even_when_the_retry_budget_is_used_up() {
    let script = Script::new([asks_to_wait(429, "1")]);
    let client = SETUP.client(script.clone());
    last_of(&client, 100).await;
    assert_eq!(script.times().len(), 400);
}
