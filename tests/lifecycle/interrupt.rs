//! SIGINT and SIGTERM: the first stops new work and finishes what is in flight, the second leaves at once.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use hookfleet::emulator::Verb;
use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage, masked, stage};
use crate::prompt::{QUESTION, screen_of};
use crate::running::{Gate, Running, Signal, name, runs, told_runs, until};

const APPLY: [&str; 4] = ["apply", "--auto-approve", "--concurrency", "1"];

fn three() -> Stage {
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
failed: 2 instances: nothing was written: the run was interrupted before its turn
    00000000000B, 00000000000C

Apply complete: 1 applied, 0 unchanged, 2 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

interrupted: what is in flight is finished and read back; once more leaves at once

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

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
fn sigterm_is_a_sigint() {
    let stage = three();
    let args = [&APPLY[..], &["--format", "json"]].concat();
    let run = in_a_post(&stage, &args, Signal::TERM);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 130
00000000000A applied, verified
00000000000B failed: interrupted null nothing was written: the run was interrupted before its turn
00000000000C failed: interrupted null nothing was written: the run was interrupted before its turn

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

interrupted: what is in flight is finished and read back; once more leaves at once

error: left at once; what was sent and not read back is in the run log

"#]]
    );
    gate.opens();
    assert_data_eq!(
        told_runs(&stage),
        str![[r#"
apply cut_off, exit null, 0 of 3

"#]]
    );
    assert!(stage.run(&["runs"]).out.contains("  cut off  0 of 3"));
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

/// Runs a verb that reads, and tells it to end while the second read is in flight.
fn in_a_read(stage: &Stage, args: &[&str]) -> Run {
    let gate = Gate::keeps(stage, |request| {
        request.instance.as_deref() == Some("00000000000B")
    });
    let running = Running::start(stage, &[args, &["--concurrency", "1"]].concat());
    gate.is_reached();
    running.interrupt(Signal::INT);
    gate.opens();
    running.ends().1
}

#[test]
fn reads_that_are_interrupted_leave_what_is_known_and_what_was_not_read() {
    let stage = three();
    let run = in_a_read(&stage, &["plan", "--out", "saved.plan"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 130
--- stdout
2 instances:
    00000000000A, 00000000000B
  ~ https://a.example/hook
        events:
          message
      +   message.ack

failed: 00000000000C: interrupted before it was read

Plan: 0 to create, 2 to update, 0 to delete on 2 of 3 instances. 1 failed, 0 blocked.
--- stderr

interrupted: what is in flight is finished and read back; once more leaves at once

the plan is not saved: it was interrupted before all of it was read

"#]]
    );
    // Neither the plan nor anything that was to become it.
    let files = std::fs::read_dir(stage.dir.path()).unwrap();
    assert_eq!(files.count(), 1);
    for args in [
        &["plan", "--format", "json"][..],
        &["drift", "--format", "json"],
    ] {
        let stage = three();
        let run = in_a_read(&stage, args);
        assert_data_eq!(
            run.outcomes(),
            str![[r#"
exit 130
00000000000A changed
00000000000B changed
00000000000C failed: interrupted null interrupted before it was read

"#]]
        );
        assert_eq!(stage.requests(), (2, 0));
    }
}

#[test]
fn an_apply_that_is_interrupted_while_it_plans_writes_nothing_and_keeps_no_log() {
    let stage = three();
    let run = in_a_read(&stage, &["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 130
00000000000A failed: interrupted null nothing was written: the run was interrupted before its turn
00000000000B failed: interrupted null nothing was written: the run was interrupted before its turn
00000000000C failed: interrupted null interrupted before it was read

"#]]
    );
    assert_eq!((stage.requests(), told_runs(&stage).as_str()), ((2, 0), ""));
}

#[test]
fn a_signal_at_the_question_ends_the_run_at_once() {
    for signal in [Signal::INT, Signal::TERM] {
        let stage = stage(&[("00000000000A", "")]);
        let pty = rustix_openpty::openpty(None, None).unwrap();
        let end = || Stdio::from(pty.user.try_clone().unwrap());
        let mut command = stage.command(&["apply", "--color", "never"]);
        command.stdin(end()).stdout(end()).stderr(end());
        let mut child = command.spawn().unwrap();
        drop((command, pty.user));
        let received = screen_of(pty.controller);
        let mut screen = String::new();
        let hear = |screen: &mut String| {
            screen.extend(
                received
                    .try_iter()
                    .map(|part| String::from_utf8(part).unwrap()),
            );
        };
        until(
            || {
                hear(&mut screen);
                screen.contains(QUESTION)
            },
            || "nobody is asked".to_owned(),
        );
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
        let mut status = None;
        until(
            || {
                status = child.try_wait().unwrap();
                status.is_some()
            },
            || "it goes on asking".to_owned(),
        );
        while let Ok(part) = received.recv() {
            screen.push_str(&String::from_utf8(part).unwrap());
        }
        let screen = masked(&screen.replace("\r\n", "\n"));
        let (_, after) = screen.split_once(QUESTION).unwrap();
        assert_eq!(after, "\nerror: interrupted; nothing was written\n");
        assert_eq!(status.unwrap().code(), Some(130));
        assert_eq!((stage.requests(), told_runs(&stage).as_str()), ((1, 0), ""));
    }
}

#[test]
fn before_anything_begins_a_signal_ends_the_process_as_any_other() {
    for signal in [Signal::INT, Signal::TERM] {
        let stage = three();
        let (reader, mut writer) = std::io::pipe().unwrap();
        let running = Running::of(stage.command(&["plan", "-f", "-"]).stdin(reader));
        // More than a pipe holds, so somebody reads.
        writer.write_all(&b"# on and on\n".repeat(20_000)).unwrap();
        running.signal(signal);
        let (status, run) = running.ends();
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert_eq!((&*run.out, &*run.err, stage.requests()), ("", "", (0, 0)));
    }
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
00000000000B failed: interrupted null nothing was written: the run was interrupted before its turn
00000000000C failed: interrupted null nothing was written: the run was interrupted before its turn

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
