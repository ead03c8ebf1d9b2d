//! Another writer between plan and write: what moved is left alone.

use snapbox::{assert_data_eq, str};

use crate::harness::stage;

const OTHER: &str = "meanwhile: { webhooks: [{ url: 'https://someone-else.example/in?key=theirs', events: [message] }] }";

#[test]
fn live_state_that_moved_between_plan_and_write_is_left_alone_and_exits_4() {
    let stage = stage(&[
        ("00000000000A", &format!("{{ on: get, nth: 2, {OTHER} }}")),
        (
            "00000000000B",
            "{ on: get, nth: 2, meanwhile: { system: { url: 'https://app.wawp.net/api/webhook/k', events: [], is_active: 0 } } }",
        ),
        (
            "00000000000C",
            "{ on: get, nth: 2, meanwhile: { webhooks: [] } }",
        ),
        ("00000000000D", ""),
    ]);
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
4 instances:
    00000000000A, 00000000000B, 00000000000C, 00000000000D
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 4 to update, 0 to delete on 4 of 4 instances.

stale: 3 instances: nothing was written: live state has changed since the plan
    00000000000A, 00000000000B, 00000000000C
applied and verified: 00000000000D

Apply complete: 1 applied, 0 unchanged, 0 failed, 3 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: run `hookfleet plan` to see what it is now, then apply again

"#]]
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://someone-else.example/in?key=theirs message
  system https://app.wawp.net/api/webhook/k message
00000000000B
  https://a.example/hook message
  system https://app.wawp.net/api/webhook/k  (off)
00000000000C
  system https://app.wawp.net/api/webhook/k message
00000000000D
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
    assert_eq!((stage.requests().1, stage.posts_of("00000000000D")), (1, 1));
}

#[test]
fn stale_is_a_status_of_its_own_in_json() {
    let stage = stage(&[("00000000000A", &format!("{{ on: get, nth: 2, {OTHER} }}"))]);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 4
00000000000A stale: stale null nothing was written: live state has changed since the plan

"#]]
    );
    assert_eq!(
        run.json()["summary"],
        serde_json::json!({ "instances": 1, "applied": 0, "unchanged": 0, "failed": 0, "stale": 1, "blocked": 0, "skipped": 0 })
    );
    assert_eq!(stage.log_of("00000000000A"), ["GET 200", "GET 200"]);
}

#[test]
fn instance_another_writer_already_fixed_is_not_written() {
    let done = "meanwhile: { webhooks: [{ url: 'https://a.example/hook', events: [message.ack, message], extra: { theirs: 1 } }] }";
    let stage = stage(&[("00000000000A", &format!("{{ on: get, nth: 2, {done} }}"))]);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000A unchanged\n");
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/hook message.ack,message theirs=1
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
    assert_eq!(stage.requests(), (2, 0));
}

#[test]
fn unknown_fields_that_changed_since_the_plan_are_no_move_and_are_written_as_they_are_now() {
    let theirs = "meanwhile: { webhooks: [{ url: 'https://a.example/hook', events: [message], extra: { retries: 5 } }] }";
    let stage = stage(&[("00000000000A", &format!("{{ on: get, nth: 2, {theirs} }}"))]);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/hook message,message.ack retries=5
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
}

#[test]
fn another_writer_after_a_write_in_doubt_is_not_overwritten() {
    let stage = stage(&[
        (
            "00000000000A",
            &format!("{{ on: post, drop: true }}, {{ on: get, nth: 3, {OTHER} }}"),
        ),
        (
            "00000000000B",
            &format!(
                "{{ on: post, answer: {{ status: 502, body: html }}, effect: written }}, {{ on: get, nth: 3, {OTHER} }}"
            ),
        ),
    ]);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A failed: unconfirmed null the write may or may not have taken effect (the connection was closed before an answer), and live state is neither what it was nor what was wanted: missing: https://a.example/hook; left over: https://someone-else.example/in?key=***<FP>
00000000000B failed: unconfirmed 502 the write may or may not have taken effect (the API answered 502 Bad Gateway: Connection Failed to Upstream), and live state is neither what it was nor what was wanted: missing: https://a.example/hook; left over: https://someone-else.example/in?key=***<FP>

"#]]
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://someone-else.example/in?key=theirs message
  system https://app.wawp.net/api/webhook/k message
00000000000B
  https://someone-else.example/in?key=theirs message
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
    assert_eq!(
        (
            stage.posts_of("00000000000A"),
            stage.posts_of("00000000000B")
        ),
        (1, 1)
    );
}

#[test]
fn a_recheck_that_a_cache_answers_with_an_older_state_is_refused() {
    // Another writer came before the plan, which saw it; the recheck is answered from before that.
    let stage = stage(&[(
        "00000000000A",
        "{ on: get, nth: 1, meanwhile: { webhooks: [{ url: 'https://a.example/hook', events: [] }] } }, { on: get, nth: 2, stale: 1 }",
    )]);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 4
00000000000A stale: stale null nothing was written: live state has changed since the plan

"#]]
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/hook 
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
    assert_eq!(stage.requests(), (2, 0));
}
