//! Places, turns, pauses and token of credentials, on a paused clock.

use tokio::time::Instant;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn limits(concurrency: u32, per_second: Option<u32>) -> Limits {
    Limits::new(Concurrency::Exactly(concurrency), per_second)
}

/// Sends one request, which is answered at once.
async fn exchange(limits: &Limits, credential: &Arc<str>, answered: Answered) {
    let permit = limits.enter(credential, 1).await;
    permit.sends().ends(answered);
}

const DONE: Answered = Answered::Status(200, None);

#[tokio::test(start_paused = true)]
async fn a_credentials_requests_are_an_interval_apart_and_another_credential_is_not_held_up() {
    let limits = limits(16, Some(10));
    let start = Instant::now();
    let (one, other) = (Arc::from("one"), Arc::from("other"));
    let mut waited = Vec::new();
    for credential in [&one, &one, &other, &one] {
        drop(limits.enter(credential, 1).await);
        waited.push(start.elapsed().as_millis());
    }
    assert_eq!(waited, [0, 102, 102, 203]);
}

#[tokio::test(start_paused = true)]
async fn the_ceiling_is_never_exceeded_over_any_second_and_nearly_reached() {
    for ceiling in [1, 7, 50, 333, 2000] {
        let limits = limits(64, Some(ceiling));
        let name = Arc::from("one");
        let start = Instant::now();
        let mut sent = Vec::new();
        while start.elapsed() < 5 * SECOND {
            drop(limits.enter(&name, 1).await);
            sent.push(start.elapsed());
        }
        let ceiling = ceiling as usize;
        for window in sent.windows(ceiling + 1) {
            assert!(window[ceiling] >= window[0] + SECOND, "{ceiling}");
        }
        assert!(
            sent.len() >= 5 * ceiling * 97 / 100,
            "{} of {ceiling}",
            sent.len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_are_in_flight_than_allowed_for_each_credential() {
    let limits = limits(1, None);
    let (one, other) = (Arc::from("one"), Arc::from("other"));
    let first = limits.enter(&one, 1).await;
    let flight = first.sends();
    assert_eq!(limits.in_flight(), 1);
    assert!(
        tokio::time::timeout(SECOND, limits.enter(&one, 1))
            .await
            .is_err()
    );
    assert!(
        tokio::time::timeout(SECOND, limits.enter(&other, 1))
            .await
            .is_ok()
    );
    drop(flight);
    drop(first);
    assert!(
        tokio::time::timeout(SECOND, limits.enter(&one, 1))
            .await
            .is_ok()
    );
    assert_eq!(limits.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_level_that_is_looked_for_takes_places_away_and_gives_them_back() {
    let limits = Limits::new(Concurrency::Auto, None);
    let name = Arc::from("one");
    let places = || async {
        let mut slots = Vec::new();
        while let Ok(permit) = tokio::time::timeout(SECOND, limits.enter(&name, 1)).await {
            slots.push(permit);
        }
        slots
    };
    let slots = places().await;
    assert_eq!(slots.len(), 16);
    // Refused while all places are taken: what is owed is taken away as they are freed.
    slots[0].sends().ends(Answered::Status(503, None));
    drop(slots);
    let slots = places().await;
    assert_eq!(slots.len(), 11);
    drop(slots);
    // A refused round does not grow; the one after it does.
    for _ in 0..2 {
        let slots = places().await;
        let flights: Vec<_> = slots.iter().map(Permit::sends).collect();
        for flight in flights {
            flight.ends(DONE);
        }
    }
    assert_eq!(places().await.len(), 15);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_wait_takes_no_turn() {
    let limits = limits(128, Some(1));
    let name = Arc::from("one");
    let start = Instant::now();
    drop(limits.enter(&name, 1).await);
    let gave_up = |_| tokio::time::timeout(Duration::from_millis(10), limits.enter(&name, 1));
    futures_util::future::join_all((0..100).map(gave_up)).await;
    drop(limits.enter(&name, 1).await);
    assert!(start.elapsed() < 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn retry_after_pauses_its_credential_and_no_other() {
    for status in [429, 503] {
        let limits = limits(16, None);
        let start = Instant::now();
        let (one, other) = (Arc::from("one"), Arc::from("other"));
        exchange(&limits, &one, Answered::Status(status, Some(3 * SECOND))).await;
        drop(limits.enter(&other, 1).await);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(limits.pause_left(), 3 * SECOND);
        drop(limits.enter(&one, 1).await);
        assert_eq!(start.elapsed(), 3 * SECOND, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_is_unavailable_among_others_holds_up_the_others_once_only() {
    let limits = limits(16, None);
    let name = Arc::from("one");
    let start = Instant::now();
    let unavailable = Answered::Status(503, Some(SECOND));
    for _ in 0..5 {
        exchange(&limits, &name, unavailable).await;
        exchange(&limits, &name, DONE).await;
    }
    assert_eq!(start.elapsed(), SECOND);
    // Two in a row are the service's own problem.
    exchange(&limits, &name, unavailable).await;
    exchange(&limits, &name, unavailable).await;
    exchange(&limits, &name, DONE).await;
    assert_eq!(start.elapsed(), 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_too_long_to_wait_for_ends_the_use_of_its_credential_until_it_is_over() {
    for asked in [Duration::from_mins(10), Duration::MAX] {
        let limits = limits(16, None);
        let (one, other) = (Arc::from("one"), Arc::from("other"));
        exchange(&limits, &one, Answered::Status(429, Some(asked))).await;
        let refusal = limits.enter(&one, 1).await.unusable();
        assert_eq!(refusal, Some(Unusable::Shut(asked)));
        assert_eq!(limits.enter(&other, 1).await.unusable(), None);
        tokio::time::sleep(Duration::from_mins(10)).await;
        let is_over = asked != Duration::MAX;
        assert_eq!(limits.enter(&one, 1).await.unusable().is_none(), is_over);
    }
}

#[tokio::test(start_paused = true)]
async fn a_credential_whose_first_answers_are_all_401_is_refused() {
    let limits = limits(4, None);
    let (bad, good) = (Arc::from("bad"), Arc::from("good"));
    for count in 1..=credential::FIRST_ANSWERS {
        assert_eq!(limits.enter(&bad, 1).await.unusable(), None);
        exchange(&limits, &bad, Answered::Status(401, None)).await;
        // What the server could not do says nothing of the token.
        exchange(&limits, &bad, Answered::Status(502, None)).await;
        exchange(&limits, &bad, Answered::Broken).await;
        let refusal = limits.enter(&bad, 1).await.unusable();
        let unknown = Unusable::Unknown(count);
        assert_eq!(
            refusal,
            (count == credential::FIRST_ANSWERS).then_some(unknown)
        );
    }
    exchange(&limits, &good, Answered::Status(404, None)).await;
    for _ in 0..20 {
        exchange(&limits, &good, Answered::Status(401, None)).await;
    }
    assert_eq!(limits.enter(&good, 1).await.unusable(), None);
}
