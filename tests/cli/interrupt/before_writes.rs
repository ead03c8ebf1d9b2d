//! A signal before anything is written: while the manifest or the API is read, and at the question.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;

use snapbox::{assert_data_eq, str};

use crate::apply::prompt::QUESTION;
use crate::harness::running::{Gate, Running, Signal, told_runs};
use crate::harness::terminal::{Screen, Terminal};
use crate::harness::{Run, Stage, stage};
use crate::interrupt::during_writes::three;

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

failed: 00000000000C: the run was interrupted before the instance was read

Plan: 0 to create, 2 to update, 0 to delete on 2 of 3 instances. 1 failed, 0 blocked.
--- stderr

interrupted: what is in flight is finished; once more leaves at once

the plan is not saved: it was interrupted

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
00000000000C failed: interrupted null the run was interrupted before the instance was read

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
00000000000A failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000B failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000C failed: interrupted null the run was interrupted before the instance was read

"#]]
    );
    assert_eq!((stage.requests(), told_runs(&stage).as_str()), ((2, 0), ""));
}

#[test]
fn a_signal_at_the_question_ends_the_run_at_once() {
    for signal in [Signal::INT, Signal::TERM] {
        let stage = stage(&[("00000000000A", "")]);
        let run = Terminal::start(stage.command(&["apply", "--color", "never"]));
        run.shows(QUESTION);
        run.signal_at_rest(signal);
        let Screen {
            code, text: screen, ..
        } = run.ends();
        let (_, after) = screen.split_once(QUESTION).unwrap();
        assert_eq!(after, "\nerror: interrupted; nothing was written\n");
        assert_eq!(code, 130);
        assert_eq!((stage.requests(), told_runs(&stage).as_str()), ((1, 0), ""));
    }
}

/// Whether processes started from here ignore a signal, as shells have it for SIGINT and what runs in the background.
pub(super) fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
}

#[test]
fn before_anything_begins_a_signal_ends_the_process_as_any_other() {
    let signals = [Signal::INT, Signal::TERM].into_iter();
    for signal in signals.filter(|signal| !is_ignored(*signal)) {
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
