//! What each fault does to a request.

use super::*;

#[test]
fn error_response_writes_only_with_effect_written() {
    let answer = "{on: post, answer: {status: 502, body: text}";
    let mut refusing = faulty(&format!("{answer}}}"));
    assert_eq!(
        gist(&post(&mut refusing, THREE)),
        is(502, "Connection Failed to Upstream")
    );
    assert_eq!(refusing.webhooks("a"), [one(), two()]);
    let mut lying = faulty(&format!("{answer}, effect: written}}"));
    assert_eq!(
        gist(&post(&mut lying, THREE)),
        is(502, "Connection Failed to Upstream")
    );
    assert_eq!(lying.webhooks("a"), [three()]);
}

#[test]
fn drop_writes_only_with_effect_written() {
    let mut dropping = faulty("{on: post, drop: true}");
    assert_eq!(post(&mut dropping, THREE), ReplyOutcome::Drop);
    assert_eq!(dropping.webhooks("a"), [one(), two()]);
    let mut lying = faulty("{on: post, drop: true, effect: written}");
    assert_eq!(post(&mut lying, THREE), ReplyOutcome::Drop);
    assert_eq!(lying.webhooks("a"), [three()]);
}

#[test]
fn an_ignored_write_is_answered_as_a_success() {
    let mut world = faulty("{on: post, ignore_write: true}");
    assert_eq!(gist(&post(&mut world, THREE)), is(200, "three"));
    assert_eq!(gist(&get(&mut world)), is(200, "one two"));
    assert_eq!(world.history("a").len(), 1);
}

#[test]
fn a_stale_get_answers_the_state_from_before_the_last_writes() {
    let mut world = faulty("{on: get, nth: [1, 2], stale: 1}, {on: get, nth: 3, stale: 9}");
    assert_eq!(gist(&get(&mut world)), is(200, "one two"));
    post(&mut world, "[]");
    post(&mut world, THREE);
    assert_eq!(gist(&get(&mut world)), is(200, ""));
    assert_eq!(gist(&get(&mut world)), is(200, "one two"));
    assert_eq!(gist(&get(&mut world)), is(200, "three"));
}

#[test]
fn other_writer_writes_once_just_before_the_request() {
    let mut world = faulty(
        "{on: get, nth: 2, meanwhile: {webhooks: [{url: three, events: []}], system: none}}",
    );
    assert_eq!(gist(&get(&mut world)), is(200, "one two"));
    assert_eq!(gist(&get(&mut world)), is(200, "three"));
    let before = InstanceState {
        webhooks: vec![one(), two()],
        system: system(true, &["message"]),
    };
    let after = InstanceState {
        webhooks: vec![three()],
        system: SystemState::Null,
    };
    let versions = [(before, By::Start), (after, By::Meanwhile)];
    assert_eq!(
        world.history("a"),
        versions.map(|(state, by)| Version { state, by })
    );
}

#[test]
fn other_writer_keeps_fields_that_it_leaves_out() {
    let mut world = faulty("{meanwhile: {webhooks: []}}");
    get(&mut world);
    assert_eq!(
        (world.webhooks("a"), world.system("a")),
        (vec![], system(true, &["message"]))
    );
}

#[test]
fn delays_are_returned_and_not_slept() {
    let mut world = faulty("{delay_ms: 5, answer_delay_ms: 7}");
    let arrival = world.arrive(Incoming {
        verb: Verb::Get,
        target: ON_A.to_owned(),
        headers: vec![],
        body: vec![],
    });
    assert_eq!(arrival.delay, Duration::from_millis(5));
    assert_eq!(world.handle(arrival.ticket).delay, Duration::from_millis(7));
}

#[test]
fn a_cut_is_never_longer_than_the_body() {
    let mut world = faulty("{nth: 1, cut: 3}, {nth: 2, cut: 9, answer: {status: 200, raw: body}}");
    let cut = |outcome| match outcome {
        ReplyOutcome::Answer(answer) => answer.cut,
        ReplyOutcome::Drop => None,
    };
    assert_eq!(
        [
            cut(get(&mut world)),
            cut(get(&mut world)),
            cut(get(&mut world))
        ],
        [Some(3), Some(4), None]
    );
}

#[test]
fn faults_apply_only_to_their_instance() {
    let mut world = faulty("{drop: true}");
    let on_b = "/v2/session/webhook?instance_id=b&access_token=t";
    assert_eq!(
        gist(&send(&mut world, Verb::Get, on_b, "").outcome),
        is(200, "")
    );
}

#[test]
fn rejected_request_has_no_fault_but_is_counted() {
    let mut world = faulty("{nth: 2, drop: true}");
    let unpaid = "/v2/session/webhook?instance_id=a&access_token=free";
    assert_eq!(
        gist(&send(&mut world, Verb::Get, unpaid, "").outcome),
        is(403, "subscription_required")
    );
    assert_eq!(get(&mut world), ReplyOutcome::Drop);
}
