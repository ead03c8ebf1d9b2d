//! What a POST does to the state.

use super::*;

#[test]
fn a_get_answers_the_state_and_changes_nothing() {
    let mut world = world("");
    let expected = concat!(
        r#"{"status":"success","webhooks":["#,
        r#"{"url":"one","events":["message"],"is_active":1,"enabled":true,"hmac":{"key":"x"}},"#,
        r#"{"url":"two","events":["message","message.ack"],"is_active":0,"enabled":false}],"#,
        r#""systemConfig":{"url":"https://app.wawp.net/s","is_active":1,"events":["message"]}}"#
    );
    let ReplyOutcome::Answer(answer) = get(&mut world) else {
        panic!("dropped")
    };
    assert_eq!(
        (
            answer.status,
            String::from_utf8(answer.body).unwrap().as_str()
        ),
        (200, expected)
    );
    assert_eq!(world.history("a").len(), 1);
}

#[test]
fn a_post_replaces_the_whole_list() {
    let mut world = world("");
    assert_eq!(gist(&post(&mut world, THREE)), is(200, "three"));
    assert_eq!(world.webhooks("a"), [three()]);
    assert_eq!(world.system("a"), system(true, &["message"]));
}

#[test]
fn a_post_answers_what_a_get_then_answers() {
    let mut world = world("");
    let posted = post(&mut world, THREE);
    assert_eq!(posted, get(&mut world));
}

#[test]
fn a_merging_post_updates_and_adds_and_leaves_the_rest() {
    let mut world = world("    writes: merge\n");
    post(
        &mut world,
        r#"[{"url":"three","events":[]},{"url":"two","events":[]}]"#,
    );
    assert_eq!(
        world.webhooks("a"),
        [one(), hook("two", &[], true), three()]
    );
}

#[test]
fn an_unknown_field_is_kept_when_sent_back_and_lost_when_not() {
    let mut world = world("");
    post(
        &mut world,
        r#"[{"url":"one","events":["message"],"hmac":{"key":"x"}}]"#,
    );
    assert_eq!(world.webhooks("a"), [one()]);
    post(&mut world, r#"[{"url":"one","events":["message"]}]"#);
    assert_eq!(world.webhooks("a"), [hook("one", &["message"], true)]);
}

#[test]
fn an_entry_of_the_system_url_is_the_system_webhook() {
    let mut world = world("    omitted_system: disable\n");
    post(
        &mut world,
        &format!(r#"[{{"url":"{SYSTEM}","events":["message.ack"],"is_active":true}}]"#),
    );
    assert_eq!(
        (world.webhooks("a"), world.system("a")),
        (vec![], system(true, &["message.ack"]))
    );
    post(
        &mut world,
        &format!(r#"[{{"url":"{SYSTEM}","events":[],"is_active":0}}]"#),
    );
    assert_eq!(world.system("a"), system(false, &[]));
}

#[test]
fn an_omitted_system_webhook_is_kept_or_disabled() {
    for (setting, is_active) in [
        ("", true),
        ("    omitted_system: keep\n", true),
        ("    omitted_system: disable\n", false),
    ] {
        let mut world = world(setting);
        post(&mut world, "[]");
        assert_eq!(
            world.system("a"),
            system(is_active, &["message"]),
            "{setting}"
        );
    }
}

#[test]
fn a_malformed_post_changes_nothing() {
    let mut world = world("");
    assert_eq!(
        gist(&post(&mut world, r#"[{"url":"three"}]"#)),
        is(400, "missing_parameters")
    );
    assert_eq!(
        gist(&send(&mut world, Verb::Post, ON_A, "").outcome),
        is(400, "missing_parameters")
    );
    assert_eq!(world.history("a").len(), 1);
}
