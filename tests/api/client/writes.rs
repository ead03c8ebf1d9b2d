//! A write is sent once, and what became of it is told apart: accepted, refused, not applied, unknown.

use hookfleet::api::{Delivery, TransportErrorKind};

use super::requests::action;
use super::{Does, SETUP, Script, answers, asks_to_wait, post};

/// What came of one post, which is checked to be the only request.
async fn sent(does: Does) -> String {
    let script = Script::new([does]);
    let client = SETUP.client(script.clone());
    let sent = post(&client, &action()).await;
    assert_eq!(script.times(), [0], "a POST is never repeated");
    sent
}

#[tokio::test(start_paused = true)]
async fn any_success_is_accepted_whatever_its_body() {
    for (status, body) in [(200, "{}"), (201, ""), (204, ""), (200, "<html>")] {
        assert_eq!(sent(answers(status, body)).await, "accepted");
    }
}

#[tokio::test(start_paused = true)]
async fn write_refused_by_the_server_is_refused() {
    assert_eq!(
        sent(answers(
            400,
            r#"{"message":"Missing Required Parameter(s)"}"#
        ))
        .await,
        "refused, bad_request Some(400): the API answered 400 Bad Request: Missing Required Parameter(s)"
    );
    assert_eq!(
        sent(answers(
            403,
            r#"{"code":"subscription_required","message":"Upgrade"}"#
        ))
        .await,
        "refused, subscription_required Some(403): the API answered 403 Forbidden: Upgrade (subscription_required)"
    );
    for status in [401, 404, 409, 422] {
        let sent = sent(answers(status, "")).await;
        assert!(sent.starts_with("refused, "), "{status}: {sent}");
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_changed_nothing_and_say_how_long_to_wait() {
    assert_eq!(
        sent(asks_to_wait(429, "3")).await,
        "limited, pause Some(3s), rate_limited Some(429): the API answered 429 Too Many Requests"
    );
    assert_eq!(
        sent(answers(429, "")).await,
        "limited, pause None, rate_limited Some(429): the API answered 429 Too Many Requests"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_error_or_a_redirect_may_have_been_applied() {
    for status in [301, 302, 307, 308, 408, 500, 502, 503, 504, 599] {
        let sent = sent(answers(status, "")).await;
        assert!(
            sent.starts_with("unknown, pause None, "),
            "{status}: {sent}"
        );
    }
    assert_eq!(
        sent(asks_to_wait(503, "Sun, 06 Nov 1994 08:49:40 GMT")).await,
        "unknown, pause Some(3s), server_error Some(503): the API answered 503 Service Unavailable"
    );
}

#[tokio::test(start_paused = true)]
async fn a_timeout_may_have_been_applied() {
    assert_eq!(
        sent(Does::Hangs).await,
        "unknown, pause None, timeout None: no answer within 30 s"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_told_from_one_that_never_came_about() {
    let fails = |kind, fate| sent(Does::Fails(kind, fate));
    assert_eq!(
        fails(
            TransportErrorKind::Connect("refused".to_owned()),
            Delivery::NotSent
        )
        .await,
        "not sent, network None: cannot connect to refused"
    );
    let doubt = TransportErrorKind::Untrusted("x: expired".to_owned());
    assert_eq!(
        fails(doubt, Delivery::NotSent).await,
        "refused, untrusted None: cannot trust x: expired"
    );
    let proxy = |passes| TransportErrorKind::Proxy {
        why: "no tunnel".to_owned(),
        passes,
    };
    assert_eq!(
        fails(proxy(true), Delivery::NotSent).await,
        "not sent, proxy None: no tunnel"
    );
    assert_eq!(
        fails(proxy(false), Delivery::NotSent).await,
        "refused, proxy None: no tunnel"
    );
    assert_eq!(
        fails(TransportErrorKind::Closed, Delivery::Unknown).await,
        "unknown, pause None, network None: the connection was closed before an answer"
    );
    assert_eq!(
        fails(TransportErrorKind::Cut, Delivery::Unknown).await,
        "unknown, pause None, network None: the answer was cut off in its body"
    );
    assert_eq!(
        fails(TransportErrorKind::TooLarge, Delivery::Unknown).await,
        "unknown, pause None, unexpected_answer None: the answer is larger than 4 MiB"
    );
}

#[tokio::test(start_paused = true)]
async fn undocumented_status_of_a_write_leaves_its_outcome_unknown() {
    for status in [600, 999] {
        let sent = sent(answers(status, "")).await;
        assert!(sent.starts_with("unknown, "), "{status}: {sent}");
    }
}
