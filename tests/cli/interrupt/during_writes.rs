//! SIGINT and SIGTERM: the first stops new work and finishes what is in flight, the second leaves at once.

use hookfleet::emulator::Verb;
use snapbox::{assert_data_eq, str};

use crate::harness::running::{Gate, Running, Signal, name, runs, told_runs};
use crate::harness::{Run, Stage, stage};

const APPLY: [&str; 4] = ["apply", "--auto-approve", "--concurrency", "1"];

pub(crate) fn three() -> Stage {
    stage(&[
        ("00000000000A", ""),
        ("00000000000B", ""),
        ("00000000000C", ""),
    ])
}

/// A run that was told to end while the first POST was in flight.
fn in_a_post(stage: &Stage, args: &[&str], signal: Signal) -> Run {
    let gate = Gate::keeps(stage, |request| request.verb == Verb::Post);
    let running = Running::start(stage, args);
    gate.is_reached();
    running.interrupt(signal);
    gate.opens();
    running.ends().1
}

/// Resumes the newest run: what was written is only read, and what was not is written once.
fn is_resumed(stage: &Stage) {
    let resumed = runs(stage).pop().unwrap();
    let run = stage.run(&["apply", "--resume", name(&resumed), "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
00000000000B applied, verified
00000000000C applied, verified

"#]]
    );
    let once = ["GET 200", "GET 200", "POST 200", "GET 200"];
    assert_eq!(stage.log_of("00000000000A"), once);
    for id in ["00000000000B", "00000000000C"] {
        assert_eq!(stage.posts_of(id), 1);
    }
    assert_eq!(stage.run(&["drift"]).code, 0);
}

#[test]
fn the_first_sigint_lets_the_post_in_flight_finish_verifies_it_and_begins_no_other() {
    let stage = three();
    let run = in_a_post(&stage, &APPLY, Signal::INT);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 130
--- stdout
3 instances:
    00000000000A, 00000000000B, 00000000000C
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 3 to update, 0 to delete on 3 of 3 instances.

applied and verified: 00000000000A
failed: 2 instances: the run was interrupted before its turn: nothing was written
    00000000000B, 00000000000C

Apply complete: 1 applied, 0 unchanged, 2 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

interrupted: what is in flight is finished, and what was written read back; once more leaves at once

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten; `hookfleet apply --resume <RUN>` finishes the rest.

"#]]
    );
    assert_eq!(stage.requests().1, 1);
    assert_data_eq!(
        told_runs(&stage),
        str![[r#"
apply interrupted, exit 130, 1 of 3

"#]]
    );
    is_resumed(&stage);
}

#[test]
fn sigterm_interrupts_like_sigint() {
    let stage = three();
    let args = [&APPLY[..], &["--format", "json"]].concat();
    let run = in_a_post(&stage, &args, Signal::TERM);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 130
00000000000A applied, verified
00000000000B failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000C failed: interrupted null the run was interrupted before its turn: nothing was written

"#]]
    );
    assert_data_eq!(
        told_runs(&stage),
        str![[r#"
apply interrupted, exit 130, 1 of 3

"#]]
    );
    is_resumed(&stage);
}

#[test]
fn a_verification_that_sees_old_answers_goes_on_for_a_while_after_an_interrupt() {
    let stage = stage(&[
        ("00000000000A", "{ on: get, nth: [3, 4], stale: 1 }"),
        ("00000000000B", ""),
    ]);
    let args = [&APPLY[..], &["--format", "json"]].concat();
    assert_data_eq!(
        in_a_post(&stage, &args, Signal::INT).outcomes(),
        str![[r#"
exit 130
00000000000A applied, verified
00000000000B failed: interrupted null the run was interrupted before its turn: nothing was written

"#]]
    );
    assert_eq!(stage.world().counts_of("00000000000A").gets, 5);
}

#[test]
fn the_second_signal_leaves_at_once_and_the_log_knows_what_was_sent() {
    let stage = three();
    let gate = Gate::keeps(&stage, |request| request.verb == Verb::Post);
    // The POST is never answered as long as the run lives.
    let args = [&APPLY[..], &["--timeout", "10m"]].concat();
    let running = Running::start(&stage, &args);
    gate.is_reached();
    running.interrupt(Signal::TERM);
    running.signal(Signal::INT);
    let (_, run) = running.ends();
    assert_eq!(run.code, 130);
    assert_data_eq!(
        run.err,
        str![[r#"

interrupted: what is in flight is finished, and what was written read back; once more leaves at once

error: left at once; `hookfleet runs` lists what was written

"#]]
    );
    gate.opens();
    assert_data_eq!(
        told_runs(&stage),
        str![[r#"
apply cut_off, exit null, 0 of 3

"#]]
    );
    assert!(stage.run(&["runs"]).out.contains("  cut-off  0/3"));
    let log = format!(".hookfleet/{}.run", name(&runs(&stage)[0]));
    let log = std::fs::read_to_string(stage.dir.path().join(log)).unwrap();
    assert_eq!(log.matches("{\"intent\":").count(), 1);
    assert_eq!(log.matches("{\"outcome\":").count(), 0);
    // The write took effect, which only a read can tell.
    let resumed = name(&runs(&stage)[0]).to_owned();
    let run = stage.run(&["apply", "--resume", &resumed, "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
00000000000A unchanged
00000000000B applied, verified
00000000000C applied, verified

"#]]
    );
    assert_eq!(
        stage.log_of("00000000000A"),
        ["GET 200", "GET 200", "POST 200", "GET 200"]
    );
}

#[test]
fn a_write_that_was_left_and_took_no_effect_is_sent_again_by_the_resume() {
    let stage = stage(&[(
        "00000000000A",
        "{ on: post, nth: 1, answer: { status: 200, raw: '{}' } }",
    )]);
    let gate = Gate::keeps(&stage, |request| request.verb == Verb::Post);
    let args = [&APPLY[..], &["--timeout", "10m"]].concat();
    let running = Running::start(&stage, &args);
    gate.is_reached();
    running.interrupt(Signal::INT);
    running.signal(Signal::TERM);
    assert_eq!(running.ends().1.code, 130);
    gate.opens();
    let resumed = name(&runs(&stage)[0]).to_owned();
    let run = stage.run(&["apply", "--resume", &resumed, "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_eq!(
        stage.log_of("00000000000A"),
        [
            "GET 200", "GET 200", "POST 200", "GET 200", "GET 200", "POST 200", "GET 200"
        ]
    );
}

#[test]
fn a_rollback_is_interrupted_like_an_apply_and_finished_by_another() {
    let stage = three();
    let first = stage.live();
    assert_eq!(stage.run(&APPLY).code, 0);
    let applied = name(&runs(&stage)[0]).to_owned();
    let rollback = ["rollback", &applied, "--auto-approve", "--format", "json"];
    let run = in_a_post(
        &stage,
        &[&rollback[..], &["--concurrency", "1"]].concat(),
        Signal::INT,
    );
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 130
00000000000A applied, verified
00000000000B failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000C failed: interrupted null the run was interrupted before its turn: nothing was written

"#]]
    );
    assert_data_eq!(
        told_runs(&stage),
        str![[r#"
apply finished, exit 0, 3 of 3
rollback interrupted, exit 130, 1 of 3

"#]]
    );
    let run = stage.run(&rollback);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
00000000000A unchanged
00000000000B applied, verified
00000000000C applied, verified

"#]]
    );
    assert_eq!((stage.live(), stage.posts_of("00000000000A")), (first, 2));
}
