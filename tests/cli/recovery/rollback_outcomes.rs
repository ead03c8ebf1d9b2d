//! `rollback`, whatever became of the run's writes, and of the manifest since.

use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, rollback};
use crate::harness::{Stage, stage};
use crate::recovery::rollback::drifted;

#[test]
fn an_instance_that_left_the_manifest_is_put_back_and_a_suspended_one_is_skipped() {
    let stage = stage(&[
        ("00000000000A", ""),
        ("00000000000B", ""),
        ("00000000000C", ""),
    ]);
    let before = stage.live();
    let run = apply(&stage, &[]);
    stage.write(
        "hookfleet.yaml",
        "version: 1\ndefaults: { prune: true }\ninstances: [{ id: 00000000000C, webhooks: keep }, { id: 00000000000B, suspend: true, reason: being ported }]\n",
    );
    let back = stage.run(&["rollback", &run, "--auto-approve"]);
    assert_data_eq!(
        back.told(),
        str![[r#"
exit 4
--- stdout
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again

2 instances:
    00000000000C, 00000000000A
  ~ https://a.example/hook
        events:
          message
      -   message.ack

stale: 00000000000B: the manifest suspends it, so what was written to it stays

Plan: 0 to create, 2 to update, 0 to delete on 2 of 3 instances. 0 failed, 1 blocked.

applied and verified: 2 instances
    00000000000C, 00000000000A
stale: 00000000000B: the manifest suspends it, so what was written to it stays

Apply complete: 2 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: another client has changed it since; to change it all the same, change the manifest, and apply that

"#]]
    );
    let lines = |live: &str| live.lines().map(str::to_owned).collect::<Vec<_>>();
    let (was, is) = (lines(&before), lines(&stage.live()));
    assert_eq!((&was[..3], &was[6..]), (&is[..3], &is[6..]));
    assert_eq!(stage.posts_of("00000000000B"), 1);
}

#[test]
fn rollback_restores_every_write_that_took_effect_however_it_ended() {
    let other = "meanwhile: { webhooks: [{ url: 'https://other.example/', events: [] }] }";
    let in_doubt = format!("{{ on: post, nth: 1, drop: true }}, {{ on: get, nth: 3, {other} }}");
    let stage = stage(&[
        ("00000000000A", "{ on: post, nth: 1, ignore_write: true }"),
        (
            "00000000000B",
            "{ on: post, nth: 1, answer: { status: 502, body: html }, effect: written }",
        ),
        (
            "00000000000C",
            "{ on: post, nth: 1, drop: true, effect: written }",
        ),
        ("00000000000D", "{ on: post, nth: [1, 2], drop: true }"),
        (
            "00000000000E",
            "{ on: get, nth: { from: 3, to: 6 }, drop: true }",
        ),
        (
            "00000000000F",
            "{ on: post, nth: 1, answer: { status: 400, body: json } }",
        ),
        (
            "0000000000A0",
            "{ on: post, nth: 1, drop: true, effect: written }, { on: get, nth: { from: 3, to: 6 }, drop: true }",
        ),
        ("0000000000B0", &in_doubt),
        (
            "0000000000C0",
            "{ on: get, nth: 2, meanwhile: { webhooks: [] } }",
        ),
    ]);
    let before = stage.live();
    let args = [
        "apply",
        "--auto-approve",
        "--retries",
        "1",
        "--format",
        "json",
    ];
    let (done, run) = run_logs::run(&stage, &args);
    assert_data_eq!(
        done.outcomes(),
        str![[r#"
exit 1
00000000000A failed: accepted_but_different null the API accepted the write, and reads still show the state before it: with other events or another switch: https://a.example/hook
00000000000B applied, verified
00000000000C applied, verified
00000000000D failed: network null the connection was closed before an answer; reads show that nothing has changed so far
00000000000E applied: network null the API accepted the write, and it could not be read back: the connection was closed before an answer
00000000000F failed: bad_request 400 the write was refused: the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
0000000000A0 failed: unconfirmed null the write may or may not have taken effect (the connection was closed before an answer), and the connection was closed before an answer
0000000000B0 failed: unconfirmed null the write may or may not have taken effect (the connection was closed before an answer), and live state is neither what it was nor what was wanted: missing: https://a.example/hook; left over: https://other.example/
0000000000C0 stale: stale null nothing was written: live state has changed since the plan

"#]]
    );
    let (back, _) = rollback(&stage, &run.unwrap(), &[]);
    assert_data_eq!(
        back.outcomes(),
        str![[r#"
exit 4
00000000000A unchanged
00000000000B applied, verified
00000000000C applied, verified
00000000000D unchanged
00000000000E applied, verified
00000000000F unchanged
0000000000A0 applied, verified
0000000000B0 stale: stale null live state is neither what the run left nor what it had overwritten

"#]]
    );
    // All but the last: nothing was written there, so it stays as somebody else has left it.
    let all_but_last = |live: &str| live.split("00000000000C0").next().unwrap().to_owned();
    let theirs = before
        .replace(
            "0000000000C0\n  https://a.example/hook message\n",
            "0000000000C0\n",
        )
        .replace(
            "0000000000B0\n  https://a.example/hook message\n",
            "0000000000B0\n  https://other.example/ \n",
        );
    assert_eq!(all_but_last(&stage.live()), all_but_last(&theirs));
}

#[test]
fn a_server_that_merges_does_not_make_a_rollback_lie() {
    let stage = Stage::new(
        "  - id: 00000000000A\n    writes: merge\n    webhooks: [{ url: 'https://old.example/', events: [message] }]\n",
        "version: 1\ndefaults: { prune: true }\ninstances: [{ id: 00000000000A, webhooks: [{ url: 'https://new.example/', events: [message] }] }]\n",
    );
    let run = apply(&stage, &[]);
    let (back, _) = rollback(&stage, &run, &[]);
    assert_data_eq!(
        back.outcomes(),
        str![[r#"
exit 1
00000000000A failed: accepted_but_different null the API accepted the write, and reads still show the state before it: left over: https://new.example/

"#]]
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://old.example/ message
  https://new.example/ message
  system Absent

"#]]
    );
}

#[test]
fn rollback_reports_guards_of_an_apply_and_is_not_held_by_them() {
    let hooks =
        (0..12).map(|number| format!("{{ url: 'https://a.example/{number}', events: [message] }}"));
    let hooks = hooks.collect::<Vec<_>>().join(", ");
    let stage = Stage::new(
        "  - id: 00000000000A\n",
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\nsafety: {{ max_changed_percent: 10 }}\ninstances: [{{ id: 00000000000A, webhooks: [{hooks}] }}]\n"
        ),
    );
    let before = stage.live();
    let run = apply(&stage, &["--allow", "changes"]);
    let back = stage.run(&["rollback", &run, "--auto-approve"]);
    let notices: Vec<&str> = back
        .out
        .lines()
        .filter(|line| line.starts_with("notice"))
        .collect();
    assert_data_eq!(
        notices.join("\n"),
        str![[r#"
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again
notice: guard `removals` would block an apply: 12 of 12 live webhooks would be removed (100%, and at most 30% may)
notice: guard `changes` would block an apply: 1 of 1 instances would change (100%, and at most 10% may)
notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed
notice: 00000000000A: guard `empty` would block an apply: all of its webhooks (12) would be removed
"#]]
    );
    assert_eq!((back.code, stage.live()), (0, before));
}

#[test]
fn a_rollback_of_some_instances_leaves_the_others() {
    let stage = drifted();
    let run = apply(&stage, &[]);
    let after = stage.live();
    let (back, _) = rollback(&stage, &run, &["-i", "support", "-i", "3B42EE63CBD5"]);
    assert_data_eq!(
        back.outcomes(),
        str![[r#"
exit 0
8D30ABB1E6DA applied, verified
3B42EE63CBD5 applied, verified

"#]]
    );
    assert_ne!(stage.live(), after);
    assert_eq!(stage.posts_of("2A31DD52BAC4"), 1);
    let (rest, _) = rollback(&stage, &run, &[]);
    assert_data_eq!(
        rest.outcomes(),
        str![[r#"
exit 0
8D30ABB1E6DA unchanged
2A31DD52BAC4 applied, verified
3B42EE63CBD5 unchanged

"#]]
    );
}

#[test]
fn the_secret_of_a_snapshot_is_put_back_and_never_shown() {
    let stage = drifted();
    let run = apply(&stage, &[]);
    let back = stage.run(&["rollback", &run, "--auto-approve", "-vv"]);
    assert_eq!(back.code, 0);
    for secret in [
        "last-year",
        "hook-secret-1",
        "7f3a9c",
        "theirs",
        crate::harness::TOKEN,
    ] {
        assert!(!back.told().contains(secret), "{secret}: {}", back.told());
    }
    assert!(stage.live().contains("last-year"));
}
