//! Which reads are repeated, how often, and after which pauses.

use hookfleet::api::{Delivery, TransportErrorKind};

use super::{Does, EMPTY, SETUP, Script, Setup, answers, asks_to_wait, read};

async fn times(chance: u8, retries: u32, does: Vec<Does>) -> (String, Vec<u128>) {
    let script = Script::new(does);
    let client = Setup {
        retries,
        chance,
        ..SETUP
    }
    .client(script.clone());
    let reading = read(&client).await;
    (reading, script.times())
}

#[tokio::test(start_paused = true)]
async fn statuses_that_pass_by_themselves_are_read_again_until_retries_are_used_up() {
    for status in [408, 425, 429, 500, 502, 503, 504, 520, 599] {
        let (reading, times) = times(255, 3, vec![answers(status, "")]).await;
        assert!(reading.starts_with("unreadable, "), "{status}: {reading}");
        assert_eq!(times, [0, 250, 750, 1750], "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_other_status_is_final() {
    for status in [
        100, 301, 302, 307, 308, 400, 401, 402, 403, 404, 405, 409, 410, 422, 451, 600,
    ] {
        let (reading, times) = times(255, 3, vec![answers(status, "")]).await;
        assert!(!reading.starts_with("seen"), "{status}: {reading}");
        assert_eq!(times, [0], "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_status_means_what_it_is_documented_to_mean() {
    let mut all = String::new();
    for status in [302, 400, 401, 403, 404, 418, 429, 500, 503] {
        let (reading, _) = times(255, 0, vec![answers(status, "")]).await;
        all.extend([reading.as_str(), "\n"]);
    }
    assert_eq!(
        all,
        "unreadable, redirect Some(302): the API answered 302 Found
unreadable, bad_request Some(400): the API answered 400 Bad Request
unreadable, unauthorized Some(401): the API answered 401 Unauthorized
unreadable, forbidden Some(403): the API answered 403 Forbidden
absent, not_found Some(404): the API answered 404 Not Found
unreadable, unexpected_answer Some(418): the API answered 418 I'm a teapot
unreadable, rate_limited Some(429): the API answered 429 Too Many Requests
unreadable, server_error Some(500): the API answered 500 Internal Server Error
unreadable, server_error Some(503): the API answered 503 Service Unavailable
"
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_that_succeeds_at_last_is_seen() {
    let does = vec![
        answers(500, ""),
        Does::Fails(TransportErrorKind::Closed, Delivery::Unknown),
        answers(200, EMPTY),
    ];
    assert_eq!(
        times(255, 3, does).await,
        ("seen 0".to_owned(), vec![0, 250, 750])
    );
}

#[tokio::test(start_paused = true)]
async fn no_retries_mean_one_attempt() {
    let (_, times) = times(255, 0, vec![answers(500, "")]).await;
    assert_eq!(times, [0]);
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_to_eight_seconds_and_chance_takes_any_part_of_them() {
    let (_, longest) = times(255, 7, vec![answers(500, "")]).await;
    assert_eq!(longest, [0, 250, 750, 1750, 3750, 7750, 15750, 23750]);
    let (_, half) = times(128, 3, vec![answers(500, "")]).await;
    assert_eq!(half, [0, 126, 377, 879]);
    let (_, shortest) = times(0, 3, vec![answers(500, "")]).await;
    assert_eq!(shortest, [0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_understood_is_final() {
    let (reading, times) = times(255, 3, vec![answers(200, "<html></html>")]).await;
    assert_eq!(
        reading,
        "unreadable, unexpected_answer Some(200): the answer is not understood: the answer is HTML or XML"
    );
    assert_eq!(times, [0]);
}

fn proxy(passes: bool) -> TransportErrorKind {
    TransportErrorKind::Proxy {
        why: "x".to_owned(),
        passes,
    }
}

#[tokio::test(start_paused = true)]
async fn transient_read_errors_are_retried_and_permanent_ones_are_not() {
    for (kind, attempts) in [
        (TransportErrorKind::Connect("refused".to_owned()), 4),
        (TransportErrorKind::Closed, 4),
        (TransportErrorKind::Cut, 4),
        (TransportErrorKind::TooLarge, 1),
        (TransportErrorKind::Untrusted("x".to_owned()), 1),
        (proxy(false), 1),
        (proxy(true), 4),
    ] {
        let (_, times) = times(255, 3, vec![Does::Fails(kind.clone(), Delivery::Unknown)]).await;
        assert_eq!(times.len(), attempts, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_times_out_and_is_repeated() {
    let (reading, times) = times(255, 1, vec![Does::Hangs]).await;
    assert_eq!(reading, "unreadable, timeout None: no answer within 30 s");
    assert_eq!(times, [0, 30_250]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_once_is_no_failure() {
    let does = vec![Does::Hangs, answers(200, EMPTY)];
    assert_eq!(
        times(255, 1, does).await,
        ("seen 0".to_owned(), vec![0, 30_250])
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_in_seconds_is_waited_for() {
    for status in [429, 503] {
        let does = vec![asks_to_wait(status, "7"), answers(200, EMPTY)];
        assert_eq!(
            times(0, 3, does).await,
            ("seen 0".to_owned(), vec![0, 7000])
        );
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_as_a_date_is_waited_for() {
    let at = "Sun, 06 Nov 1994 08:49:42 GMT";
    let does = vec![asks_to_wait(429, at), answers(200, EMPTY)];
    assert_eq!(
        times(0, 3, does).await,
        ("seen 0".to_owned(), vec![0, 5000])
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_that_is_over_or_shorter_than_the_own_pause_shortens_nothing() {
    for value in [
        "0",
        "Sun, 06 Nov 1994 08:00:00 GMT",
        "soon",
        "-5",
        "1.5",
        "",
    ] {
        let does = vec![asks_to_wait(429, value), answers(200, EMPTY)];
        assert_eq!(
            times(255, 3, does).await,
            ("seen 0".to_owned(), vec![0, 250]),
            "{value}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_two_minutes_is_waited_for_and_a_longer_one_ends_it() {
    let does = vec![asks_to_wait(429, "120"), answers(200, EMPTY)];
    assert_eq!(
        times(0, 3, does).await,
        ("seen 0".to_owned(), vec![0, 120_000])
    );
    for (value, asked) in [
        ("121", "121 s"),
        ("18446744073709551615", "more than a year"),
        ("Sun, 06 Nov 1994 09:49:37 GMT", "3600 s"),
    ] {
        let (reading, times) = times(0, 3, vec![asks_to_wait(429, value)]).await;
        let told = "unreadable, rate_limited Some(429): the API answered 429 Too Many Requests";
        assert_eq!(reading, format!("{told}; it asks to wait {asked}"));
        assert_eq!(times, [0], "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_larger_than_any_number_ends_it_too() {
    let does = vec![
        asks_to_wait(429, "99999999999999999999"),
        answers(200, EMPTY),
    ];
    let (reading, times) = times(0, 3, does).await;
    assert_eq!((reading.starts_with("unreadable"), times), (true, vec![0]));
}
