//! The world without a network, on a paused clock.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::*;
use crate::emulator::log::LoggedOutcome;

fn memory(fault: &str) -> InMemory {
    let text = format!(
        "{{version: 1, accounts: [{{token: t}}], instances: [{{id: a, faults: [{fault}]}}]}}"
    );
    InMemory::new(World::from_yaml(&text).unwrap())
}

fn get() -> Request {
    request(Method::Get, None)
}

fn post() -> Request {
    request(
        Method::Post,
        Some(r#"{"webhooks":[{"url":"u","events":[]}]}"#),
    )
}

fn request(method: Method, body: Option<&str>) -> Request {
    let header = |name, value: &str| (name, value.to_owned());
    Request {
        method,
        target: "/v2/session/webhook".to_owned(),
        headers: vec![
            header("authorization", "Bearer t"),
            header("x-instance-id", "a"),
        ],
        body: body.map(|body| body.as_bytes().to_vec()),
    }
}

async fn failure(fault: &str) -> Option<TransportError> {
    memory(fault).send(get()).await.err()
}

#[tokio::test(start_paused = true)]
async fn response_arrives_whole() {
    let memory = memory("");
    let answer = memory.send(post()).await.ok().unwrap();
    let body = r#"{"status":"success","webhooks":{"0":{"url":"u","events":[],"is_active":1,"enabled":true}}}"#;
    assert_eq!(
        (answer.status, std::str::from_utf8(&answer.body).unwrap()),
        (200, body)
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(memory.world().webhooks("a").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn delays_use_the_tokio_clock() {
    let memory = memory("{nth: 1, delay_ms: 30000, answer_delay_ms: 40000}");
    let start = Instant::now();
    assert!(memory.send(get()).await.is_ok());
    assert_eq!(start.elapsed(), Duration::from_secs(70));
    assert!(memory.send(get()).await.is_ok());
    assert_eq!(start.elapsed(), Duration::from_secs(70));
}

#[tokio::test(start_paused = true)]
async fn dropped_and_cut_responses_leave_delivery_unknown() {
    let lost = |kind| Some(TransportError::new(kind, Delivery::Unknown));
    assert_eq!(
        failure("{drop: true}").await,
        lost(TransportErrorKind::Closed)
    );
    assert_eq!(failure("{cut: 0}").await, lost(TransportErrorKind::Cut));
    assert_eq!(failure("{cut: 99999}").await, lost(TransportErrorKind::Cut));
}

#[tokio::test(start_paused = true)]
async fn request_takes_effect_although_its_sender_gave_up() {
    let memory = memory("{on: post, delay_ms: 1000}");
    assert!(
        timeout(Duration::from_millis(10), memory.send(post()))
            .await
            .is_err()
    );
    assert_eq!(memory.world().webhooks("a").len(), 0);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(memory.world().webhooks("a").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_peak_is_the_most_that_were_in_flight_at_once() {
    let memory = memory("{delay_ms: 10}");
    let sends = (0..5).map(|_| memory.send(get()));
    assert_eq!(
        futures_util::future::join_all(sends)
            .await
            .iter()
            .filter(|answer| answer.is_ok())
            .count(),
        5
    );
    assert!(memory.send(get()).await.is_ok());
    let world = memory.world();
    assert_eq!((world.peak_in_flight(), world.counts().gets), (5, 6));
    assert!(
        world
            .log()
            .iter()
            .all(|logged| logged.outcome == LoggedOutcome::Answered(200))
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_that_takes_effect_later_does_so_on_the_tokio_clock() {
    let text = "{version: 1, effect_after_ms: 3000, accounts: [{token: t}], instances: [{id: a}]}";
    let memory = InMemory::new(World::from_yaml(text).unwrap());
    let start = Instant::now();
    assert!(memory.send(post()).await.is_ok());
    assert_eq!(start.elapsed(), Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(2999)).await;
    assert_eq!(memory.world().webhooks("a").len(), 0);
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(memory.world().webhooks("a").len(), 1);
}
