//! Writes that go wrong without an error status: dropped, delayed, cut, garbage, never repeated blind.

use snapbox::{assert_data_eq, str};

use crate::harness::stage;

const BEFORE: &str = "https://a.example/hook message";
const AFTER: &str = "https://a.example/hook message,message.ack";

fn webhook_of(stage: &crate::harness::Stage, id: &str) -> String {
    let live = stage.live();
    let mut lines = live.lines().skip_while(|line| *line != id);
    lines.nth(1).unwrap_or_default().trim().to_owned()
}

#[test]
fn a_write_that_took_effect_without_a_usable_answer_is_verified_and_not_repeated() {
    let faults = [
        ("00000000000A", "{ on: post, drop: true, effect: written }"),
        ("00000000000B", "{ on: post, cut: 10 }"),
        ("00000000000C", "{ on: post, answer_delay_ms: 30000 }"),
        (
            "00000000000D",
            "{ on: post, answer: { status: 200, raw: '<p>done' }, effect: written }",
        ),
        (
            "00000000000E",
            "{ on: post, answer: { status: 204, body: empty }, effect: written }",
        ),
        (
            "00000000000F",
            "{ on: post, answer: { status: 302, body: empty, headers: { location: 'http://127.0.0.1:9/' } }, effect: written }",
        ),
        (
            "0000000000A0",
            "{ on: post, answer: { status: 408, body: empty }, effect: written }",
        ),
        ("0000000000B0", ""),
    ];
    let stage = stage(&faults);
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--timeout",
        "2s",
    ]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified
00000000000C applied, verified
00000000000D applied, verified
00000000000E applied, verified
00000000000F applied, verified
0000000000A0 applied, verified
0000000000B0 applied, verified

"#]]
    );
    for (id, _) in faults {
        assert_eq!(
            (stage.posts_of(id), &*webhook_of(&stage, id)),
            (1, AFTER),
            "{id}"
        );
    }
}

#[test]
fn a_write_that_changed_nothing_is_sent_again_only_after_reads_and_gives_up_truthfully() {
    let faults = [
        ("00000000000A", "{ on: post, nth: 1, drop: true }", 2),
        (
            "00000000000B",
            "{ on: post, nth: 1, answer: { status: 502, body: xml } }",
            2,
        ),
        (
            "00000000000C",
            "{ on: post, nth: { from: 1 }, drop: true }",
            2,
        ),
        (
            "00000000000D",
            "{ on: post, nth: { from: 1 }, answer: { status: 503, body: html } }",
            2,
        ),
    ];
    let stage = stage(&faults.map(|(id, fault, _)| (id, fault)));
    let run = stage.run(&["apply", "--auto-approve", "--retries", "1"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
4 instances:
    00000000000A, 00000000000B, 00000000000C, 00000000000D
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 4 to update, 0 to delete on 4 of 4 instances.

applied and verified: 2 instances
    00000000000A, 00000000000B
failed: 00000000000C: the connection was closed before an answer; reads show that nothing has changed so far
failed: 00000000000D: the API answered 503 Service Unavailable; reads show that nothing has changed so far

Apply complete: 2 applied, 0 unchanged, 2 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: run it again in a while: it reads before it writes, so nothing is done twice
hint: is the API reachable? run it again: it reads before it writes, so nothing is done twice

"#]]
    );
    for (id, _, posts) in faults {
        assert_eq!(stage.posts_of(id), posts, "{id}");
        let log = stage.log_of(id);
        let blind = log
            .windows(2)
            .any(|pair| pair.iter().all(|line| line.starts_with("POST")));
        assert!(!blind, "{log:?}");
    }
    assert_eq!(
        [
            "00000000000A",
            "00000000000B",
            "00000000000C",
            "00000000000D"
        ]
        .map(|id| webhook_of(&stage, id)),
        [AFTER, AFTER, BEFORE, BEFORE]
    );
}

#[test]
fn a_write_in_doubt_that_cannot_be_looked_after_is_unconfirmed_and_not_repeated() {
    let faults = [
        (
            "00000000000A",
            "{ on: post, drop: true, effect: written }, { on: get, nth: { from: 3 }, answer: { status: 502 } }",
            AFTER,
        ),
        (
            "00000000000B",
            "{ on: post, answer: { status: 500, body: html } }, { on: get, nth: { from: 3 }, drop: true }",
            BEFORE,
        ),
        (
            "00000000000C",
            "{ on: post, answer: { status: 504, body: text } }, { on: get, nth: { from: 3 }, answer: { status: 200, raw: x } }",
            BEFORE,
        ),
    ];
    let stage = stage(&faults.map(|(id, fault, _)| (id, fault)));
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "0",
    ]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A failed: unconfirmed null the write may or may not have taken effect (the connection was closed before an answer), and the API answered 502 Bad Gateway: Connection Failed to Upstream (upstream_failure)
00000000000B failed: unconfirmed 500 the write may or may not have taken effect (the API answered 500 Internal Server Error: Unexpected Failure), and the connection was closed before an answer
00000000000C failed: unconfirmed 504 the write may or may not have taken effect (the API answered 504 Gateway Timeout), and the answer is not understood: the answer is not JSON

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: run `hookfleet plan` in a moment: the API may answer reads from a cache

"#]]
    );
    for (id, _, live) in faults {
        assert_eq!(
            (stage.posts_of(id), &*webhook_of(&stage, id)),
            (1, live),
            "{id}"
        );
    }
}

#[test]
fn a_write_that_takes_effect_after_its_time_is_up_is_seen_and_not_repeated() {
    let stage = stage(&[("00000000000A", "{ on: post, delay_ms: 2500 }")]);
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--timeout",
        "1s",
    ]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_eq!(
        (
            stage.posts_of("00000000000A"),
            &*webhook_of(&stage, "00000000000A")
        ),
        (1, AFTER)
    );
}
