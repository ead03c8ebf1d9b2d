//! `apply --resume`: what a run was approved for and did not come to, and nothing else.

use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, bytes, lines, put, rollback};
use crate::harness::{Run, Stage, stage};

/// Resumes, in JSON.
fn resume(stage: &Stage, run: &str) -> Run {
    stage.run(&["apply", "--resume", run, "--format", "json"])
}

#[test]
fn a_run_that_was_finished_has_nothing_left_to_do() {
    let stage = stage(&[("00000000000A", ""), ("00000000000B", "")]);
    let run = apply(&stage, &[]);
    let requests = stage.requests();
    let (again, log) = run_logs::run(&stage, &["apply", "--resume", &run]);
    assert_data_eq!(
        again.told(),
        str![[r#"
exit 0
--- stdout
No changes. Nothing is left to do.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

"#]]
    );
    assert_eq!((stage.requests(), log), (requests, None));
    // Also where live state has moved since: it is not for this run to say.
    assert!(stage.world().set_webhooks("00000000000A", Vec::new()));
    assert_eq!(resume(&stage, &run).code, 0);
    assert_eq!(stage.requests(), requests);
}

#[test]
fn resume_retries_failed_instances_and_does_not_read_verified_ones() {
    let stage = stage(&[
        ("00000000000A", ""),
        ("00000000000B", "{ on: post, nth: 1, ignore_write: true }"),
        (
            "00000000000C",
            "{ on: post, nth: 1, answer: { status: 400, body: json } }",
        ),
        ("00000000000D", "{ on: get, nth: [2, 3], drop: true }"),
        ("00000000000E", "{ on: get, nth: [1, 2], drop: true }"),
    ]);
    let run = apply(&stage, &["--retries", "0"]);
    let resumed = stage.run(&["apply", "--resume", &run]);
    assert_data_eq!(
        resumed.told(),
        str![[r#"
exit 0
--- stdout
3 instances:
    00000000000B, 00000000000C, 00000000000D
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 3 to update, 0 to delete on 3 of 3 instances.

applied and verified: 3 instances
    00000000000B, 00000000000C, 00000000000D

Apply complete: 3 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!(stage.log_of("00000000000A").len(), 4);
    // It could not be planned, so it was never approved.
    assert_eq!(stage.posts_of("00000000000E"), 0);
}

#[test]
fn a_rollback_is_not_resumed_but_run_again() {
    let stage = stage(&[("00000000000A", "")]);
    let run = apply(&stage, &[]);
    let (_, back) = rollback(&stage, &run, &[]);
    let requests = stage.requests();
    let refused = stage.run(&["apply", "--resume", &back.unwrap()]);
    assert_data_eq!(
        refused.told(),
        str![[r#"
exit 64
--- stdout
--- stderr
error: run <RUN> is a rollback, which is not resumed

hint: run `hookfleet rollback <RUN>` again: what is back already is left alone

"#]]
    );
    assert_eq!(stage.requests(), requests);
}

#[test]
fn a_resume_that_was_cut_off_is_resumed_itself_and_so_is_what_it_resumed() {
    let ids = ["00000000000A", "00000000000B", "00000000000C"];
    let faults = [
        "",
        "{ on: post, nth: 1, ignore_write: true }",
        "{ on: post, nth: [1, 2], ignore_write: true }",
    ];
    let pairs: Vec<(&str, &str)> = ids.into_iter().zip(faults).collect();
    let stage = stage(&pairs);
    let first = apply(&stage, &[]);
    let args = ["apply", "--resume", &first, "--concurrency", "1"];
    let second = run_logs::run(&stage, &args).1.unwrap();
    let log = bytes(&stage, &second);
    assert_eq!(run_logs::payloads(&log)[0]["of"], first);
    assert_data_eq!(
        run_logs::told(&log),
        str![[r#"
"resume", 2 to write, allow []
approved 00000000000B 00000000000C
intent 00000000000B
outcome 00000000000B applied, verified: true, sent: true, trouble: null
intent 00000000000C
outcome 00000000000C failed, verified: false, sent: true, trouble: "accepted_but_different"
close, 1 tokens
end, exit 1, 1 done

"#]]
    );
    // As if it had been killed after its first intent.
    put(&stage, &second, &lines(&log)[..3].concat());
    let (third, _) = run_logs::run(&stage, &["apply", "--resume", &second, "--format", "json"]);
    assert_eq!(
        third.outcomes(),
        "exit 0\n00000000000B unchanged\n00000000000C applied, verified\n"
    );
    assert_eq!(
        resume(&stage, &first).outcomes(),
        "exit 0\n00000000000B unchanged\n",
        "the third run has done the other one"
    );
    let (back, _) = rollback(&stage, &first, &[]);
    assert_eq!(
        back.outcomes(),
        "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n00000000000C applied, verified\n"
    );
}

#[test]
fn a_run_of_a_saved_plan_is_resumed_as_what_was_approved() {
    let stage = stage(&[
        ("00000000000A", ""),
        ("00000000000B", "{ on: post, nth: 1, ignore_write: true }"),
    ]);
    assert_eq!(stage.run(&["plan", "--out", "p"]).code, 0);
    let (_, run) = run_logs::run(&stage, &["apply", "p"]);
    std::fs::remove_file(stage.dir.path().join("p")).unwrap();
    assert_eq!(
        resume(&stage, &run.unwrap()).outcomes(),
        "exit 0\n00000000000B applied, verified\n"
    );
}

#[test]
fn a_resume_takes_no_plan_and_no_selection() {
    let stage = stage(&[("00000000000A", "")]);
    apply(&stage, &[]);
    let requests = stage.requests();
    for args in [
        &["apply", "--resume", "x", "p"][..],
        &["apply", "--resume", "x", "-i", "00000000000A"],
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, stage.requests()), (64, requests), "{}", run.err);
    }
    let run = stage.run(&["apply", "--resume", "20240101"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 64
--- stdout
--- stderr
error: there is no run `20240101` in `.hookfleet`

hint: `hookfleet runs` lists them; --state-dir says where they are

"#]]
    );
}

#[test]
fn a_killed_run_is_finished_by_a_resume() {
    let slow = "{ on: post, nth: 1, answer_delay_ms: 60000 }";
    let stage = stage(&[
        ("00000000000A", ""),
        ("00000000000B", slow),
        ("00000000000C", ""),
    ]);
    let mut command = stage.command(&["apply", "--auto-approve", "--concurrency", "1"]);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = child.spawn().unwrap();
    run_logs::until_written(&stage, "00000000000B");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(stage.requests().1, 2);
    let run = stage.run(&["runs"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("cut-off  1/3"), "{}", run.out);
    let names = run_logs::names(&stage);
    let finished = resume(&stage, names.first().unwrap());
    assert_eq!(
        finished.outcomes(),
        "exit 0\n00000000000B unchanged\n00000000000C applied, verified\n"
    );
    assert_eq!(stage.requests().1, 3);
}
