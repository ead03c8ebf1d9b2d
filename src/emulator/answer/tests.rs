//! What success looks like, byte for byte.

use super::*;
use crate::emulator::Extra;

fn hook(url: &str, events: &[&str], is_active: bool, extra: &str) -> WebhookState {
    WebhookState {
        url: url.to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        is_active,
        extra: Extra::from_json(extra).unwrap(),
    }
}

fn body(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

fn success(state: &InstanceState, arrays: Arrays, flags: Flags, list_system: bool) -> String {
    let habits = Habits {
        arrays,
        flags,
        list_system,
        ..Habits::default()
    };
    let answer = Answer::success(state, habits);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.headers,
        [("content-type".to_owned(), "application/json".to_owned())]
    );
    body(&answer).to_owned()
}

#[test]
fn the_default_shape_is_the_vendors_example() {
    let system = hook(
        "https://app.wawp.net/x",
        &["message", "message.ack"],
        true,
        "{}",
    );
    let state = InstanceState {
        webhooks: vec![hook(
            "https://my-app.com/webhook",
            &["message", "message.ack"],
            true,
            "{}",
        )],
        system: SystemState::Set(system),
    };
    assert_eq!(
        success(&state, Arrays::Index, Flags::Number, false),
        concat!(
            r#"{"status":"success","webhooks":{"0":{"url":"https://my-app.com/webhook","#,
            r#""events":{"0":"message","1":"message.ack"},"is_active":1,"enabled":true}},"#,
            r#""systemConfig":{"url":"https://app.wawp.net/x","is_active":1,"events":{"0":"message","1":"message.ack"}}}"#
        )
    );
}

#[test]
fn lists_bools_texts_and_extra_fields_are_answered() {
    let extra = r#"{"hmac":{"key":"x", "n":12345678901234567890123},"a":[]}"#;
    let state = InstanceState {
        webhooks: vec![hook("u", &["e"], false, extra)],
        system: SystemState::Absent,
    };
    let entry = |flag: &str| {
        format!(
            r#"{{"status":"success","webhooks":[{{"url":"u","events":["e"],"is_active":{flag},"enabled":false,{}]}}"#,
            &extra[1..]
        )
    };
    assert_eq!(
        success(&state, Arrays::List, Flags::Bool, false),
        entry("false")
    );
    assert_eq!(
        success(&state, Arrays::List, Flags::Text, false),
        entry(r#""0""#)
    );
}

#[test]
fn empty_arrays_are_lists_in_both_shapes() {
    let state = InstanceState {
        webhooks: vec![],
        system: SystemState::Empty,
    };
    let expected = r#"{"status":"success","webhooks":[],"systemConfig":[]}"#;
    assert_eq!(
        success(&state, Arrays::Index, Flags::Number, false),
        expected
    );
    assert_eq!(
        success(&state, Arrays::List, Flags::Number, false),
        expected
    );
}

#[test]
fn a_null_system_is_answered_and_an_absent_one_is_not() {
    let body = |system| {
        success(
            &InstanceState {
                webhooks: vec![],
                system,
            },
            Arrays::Index,
            Flags::Number,
            true,
        )
    };
    assert_eq!(
        body(SystemState::Null),
        r#"{"status":"success","webhooks":[],"systemConfig":null}"#
    );
    assert_eq!(
        body(SystemState::Absent),
        r#"{"status":"success","webhooks":[]}"#
    );
}

#[test]
fn a_listed_system_webhook_stands_last_and_once() {
    let system = hook("s", &[], true, "{}");
    let listed = |webhooks| {
        let state = InstanceState {
            webhooks,
            system: SystemState::Set(system.clone()),
        };
        success(&state, Arrays::List, Flags::Number, true)
    };
    let config = r#""systemConfig":{"url":"s","is_active":1,"events":[]}"#;
    let entry = |url: &str, flag: u8, enabled| {
        format!(r#"{{"url":"{url}","events":[],"is_active":{flag},"enabled":{enabled}}}"#)
    };
    assert_eq!(
        listed(vec![hook("u", &[], true, "{}")]),
        format!(
            r#"{{"status":"success","webhooks":[{},{}],{config}}}"#,
            entry("u", 1, true),
            entry("s", 1, true)
        )
    );
    assert_eq!(
        listed(vec![hook("s", &[], false, "{}")]),
        format!(
            r#"{{"status":"success","webhooks":[{}],{config}}}"#,
            entry("s", 0, false)
        )
    );
}
