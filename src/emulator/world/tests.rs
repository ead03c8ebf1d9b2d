//! The rules of the world, one test each.

mod faults;
mod habits;
mod writes;

use super::*;
use crate::emulator::webhook::Extra;

const SYSTEM: &str = "https://app.wawp.net/s";

/// Instance `a` with two webhooks and a system webhook; `settings` are lines of that instance.
fn world(settings: &str) -> World {
    World::from_yaml(&format!(
        "
version: 1
arrays: list
accounts: [{{token: t}}, {{token: free, plan: free}}]
instances:
  - id: b
  - id: a
    webhooks:
      - {{url: one, events: [message], extra: {{hmac: {{key: x}}}}}}
      - {{url: two, events: [message, message.ack], is_active: false}}
    system: {{url: \"{SYSTEM}\", events: [message]}}
{settings}"
    ))
    .unwrap()
}

fn faulty(fault: &str) -> World {
    world(&format!("    faults: [{fault}]\n"))
}

fn hook(url: &str, events: &[&str], is_active: bool) -> WebhookState {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    WebhookState {
        url: url.to_owned(),
        events,
        is_active,
        extra: Extra::default(),
    }
}

fn one() -> WebhookState {
    WebhookState {
        extra: Extra::from_json(r#"{"hmac":{"key":"x"}}"#).unwrap(),
        ..hook("one", &["message"], true)
    }
}

fn two() -> WebhookState {
    hook("two", &["message", "message.ack"], false)
}

fn three() -> WebhookState {
    hook("three", &[], true)
}

fn system(is_active: bool, events: &[&str]) -> SystemState {
    SystemState::Set(hook(SYSTEM, events, is_active))
}

fn send(world: &mut World, verb: Verb, target: &str, body: &str) -> Reply {
    let body = body.as_bytes().to_vec();
    let arrival = world.arrive(Incoming {
        verb,
        target: target.to_owned(),
        headers: vec![],
        body,
    });
    let reply = world.handle(arrival.ticket);
    world.depart();
    reply
}

const ON_A: &str = "/v2/session/webhook?instance_id=a&access_token=t";

fn get(world: &mut World) -> ReplyOutcome {
    send(world, Verb::Get, ON_A, "").outcome
}

fn post(world: &mut World, webhooks: &str) -> ReplyOutcome {
    send(
        world,
        Verb::Post,
        ON_A,
        &format!(r#"{{"webhooks":{webhooks}}}"#),
    )
    .outcome
}

const THREE: &str = r#"[{"url":"three","events":[]}]"#;

/// The status and the custom URLs of a success, or the message of an error.
fn gist(outcome: &ReplyOutcome) -> (u16, String) {
    let ReplyOutcome::Answer(answer) = outcome else {
        return (0, "dropped".to_owned());
    };
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else {
        return (answer.status, text);
    };
    let summary = match json["webhooks"].as_array() {
        Some(entries) => entries
            .iter()
            .filter_map(|entry| entry["url"].as_str())
            .collect::<Vec<_>>()
            .join(" "),
        None => json["code"].as_str().unwrap_or_default().to_owned(),
    };
    (answer.status, summary)
}

fn is(status: u16, said: &str) -> (u16, String) {
    (status, said.to_owned())
}

#[test]
fn request_without_a_valid_token_or_plan_is_refused() {
    let mut world = world("");
    let mut refused = |verb, target: &str| gist(&send(&mut world, verb, target, "").outcome);
    let path = |query: &str| format!("/v2/session/webhook?{query}");
    assert_eq!(refused(Verb::Get, "/v2/session"), is(404, "Not Found"));
    assert_eq!(refused(Verb::Other, ON_A), is(405, "method_not_allowed"));
    assert_eq!(
        refused(Verb::Get, &path("access_token=t")),
        is(400, "missing_parameters")
    );
    assert_eq!(
        refused(Verb::Get, &path("instance_id=a")),
        is(401, "invalid_token")
    );
    assert_eq!(
        refused(Verb::Get, &path("instance_id=a&access_token=u")),
        is(401, "invalid_token")
    );
    assert_eq!(
        refused(Verb::Get, &path("instance_id=a&access_token=free")),
        is(403, "subscription_required")
    );
    assert_eq!(
        refused(Verb::Get, &path("instance_id=c&access_token=t")),
        is(404, "session_not_found")
    );
}

#[test]
fn an_instance_of_another_account_does_not_exist() {
    let text = "version: 1\naccounts: [{token: t}, {token: u}]\ninstances: [{id: a, token: u}]\n";
    let mut world = World::from_yaml(text).unwrap();
    assert_eq!(gist(&get(&mut world)), is(404, "session_not_found"));
}

#[test]
fn request_is_admitted_by_headers_as_by_query() {
    let mut world = world("");
    let headers = [("authorization", "Bearer t"), ("x-instance-id", "b")];
    let arrival = world.arrive(Incoming {
        verb: Verb::Get,
        target: "/v2/session/webhook".to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        body: vec![],
    });
    assert_eq!(gist(&world.handle(arrival.ticket).outcome), is(200, ""));
}

#[test]
fn log_and_counts_record_requests_without_secrets() {
    let mut world = faulty("{on: post, drop: true}, {on: get, nth: 2, cut: 1}");
    get(&mut world);
    post(&mut world, THREE);
    get(&mut world);
    send(
        &mut world,
        Verb::Get,
        "/v2/session/webhook?instance_id=t&access_token=a",
        "",
    );
    let logged = |instance: Option<&str>, verb, outcome| LoggedRequest {
        instance: instance.map(str::to_owned),
        verb,
        outcome,
    };
    assert_eq!(
        world.log(),
        [
            logged(Some("a"), Verb::Get, LoggedOutcome::Answered(200)),
            logged(Some("a"), Verb::Post, LoggedOutcome::Dropped),
            logged(Some("a"), Verb::Get, LoggedOutcome::Cut(200)),
            logged(None, Verb::Get, LoggedOutcome::Answered(401)),
        ]
    );
    assert_eq!(world.counts(), RequestCounts { gets: 3, posts: 1 });
    assert_eq!(world.counts_of("a"), RequestCounts { gets: 2, posts: 1 });
    assert_eq!(world.counts_of("b"), RequestCounts::default());
    assert_eq!(world.peak_in_flight(), 1);
}

#[test]
fn a_test_may_write_and_add_faults() {
    let mut world = world("");
    assert!(world.set_webhooks("a", vec![three()]));
    assert!(world.set_system("a", SystemState::Empty));
    assert!(world.add_fault(
        "a",
        Fault::from_yaml("{on: get, nth: 2, drop: true}").unwrap()
    ));
    assert_eq!(gist(&get(&mut world)), is(200, "three"));
    assert_eq!(get(&mut world), ReplyOutcome::Drop);
    assert_eq!(world.history("a").len(), 3);
    assert!(world.clear_faults("a"));
    assert!(!world.set_webhooks("c", vec![]));
}

#[test]
fn history_records_the_writer_of_each_state() {
    let mut world = faulty("{on: get, meanwhile: {webhooks: []}}");
    post(&mut world, THREE);
    world.set_webhooks("a", vec![one()]);
    world.set_system("a", SystemState::Null);
    get(&mut world);
    let by: Vec<By> = world
        .history("a")
        .iter()
        .map(|version| version.by)
        .collect();
    let expected = [By::Start, By::Post, By::Holder, By::Holder, By::Meanwhile];
    assert_eq!(by, expected);
    assert_eq!((world.states_of("a"), world.states_of("c")), (5, 0));
}

#[test]
fn rotated_token_is_admitted_and_the_old_one_is_not() {
    let mut world = world("");
    let with = |token: &str| format!("/v2/session/webhook?instance_id=a&access_token={token}");
    assert!(world.rotate_token("t", "u"));
    let mut asked = |token| gist(&send(&mut world, Verb::Get, &with(token), "").outcome);
    assert_eq!(asked("t"), is(401, "invalid_token"));
    assert_eq!(asked("u"), is(200, "one two"));
    assert_eq!(asked("free"), is(403, "subscription_required"));
}

#[test]
fn request_in_flight_during_rotation_is_rejected() {
    let mut world = world("");
    let arrival = world.arrive(Incoming {
        verb: Verb::Get,
        target: ON_A.to_owned(),
        headers: vec![],
        body: vec![],
    });
    world.rotate_token("t", "u");
    let outcome = world.handle(arrival.ticket).outcome;
    assert_eq!(gist(&outcome), is(401, "invalid_token"));
}

#[test]
fn unknown_or_taken_token_is_not_rotated() {
    let mut world = world("");
    assert!(!world.rotate_token("nobody", "u"));
    assert!(!world.rotate_token("t", "free"));
    assert_eq!(gist(&get(&mut world)), is(200, "one two"));
}
