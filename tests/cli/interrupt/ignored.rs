//! Signals that whoever started the run ignores do not end it, and what a run says is true of its verb.

use std::process::Command;

use hookfleet::emulator::Verb;
use serde_json::Value;

use crate::harness::running::{Gate, Running, Signal};
use crate::harness::{Stage, stage};

const A: &str = "00000000000A";
const REPORTS: [&str; 4] = ["--report", "json=r.json", "--report", "text=r.txt"];

/// A command that a shell starts with signals ignored.
fn ignoring(stage: &Stage, args: &[&str], signals: &str) -> Command {
    let run = stage.command(args);
    let mut command = Command::new("sh");
    let script = format!("trap '' {signals}; exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(run.get_program());
    command.args(run.get_args()).current_dir(stage.dir.path());
    command.env_clear().stdin(std::process::Stdio::null());
    for (name, value) in run.get_envs() {
        command.env(name, value.unwrap());
    }
    command
}

#[test]
fn a_signal_that_was_ignored_at_the_start_is_ignored() {
    for (name, signal) in [
        ("INT", Signal::INT),
        ("TERM", Signal::TERM),
        ("HUP", Signal::HUP),
    ] {
        for names in [name, "INT TERM HUP"] {
            let stage = stage(&[(A, "")]);
            let gate = Gate::keeps(&stage, |request| request.verb == Verb::Get);
            let running = Running::of(&mut ignoring(&stage, &["apply", "--auto-approve"], names));
            gate.is_reached();
            running.signal(signal);
            running.signal(signal);
            gate.opens();
            let (_, run) = running.ends();
            assert_eq!(
                (run.code, stage.requests().1),
                (0, 1),
                "{names} {}",
                run.told()
            );
            assert!(!run.err.contains("interrupted"), "{}", run.told());
        }
    }
}

fn report(stage: &Stage) -> (Value, String) {
    let json = std::fs::read(stage.path("r.json")).unwrap();
    let text = std::fs::read_to_string(stage.path("r.txt")).unwrap();
    (serde_json::from_slice(&json).unwrap(), text)
}

#[test]
fn a_verb_that_cannot_write_says_that_nothing_was_written() {
    for verb in ["plan", "drift"] {
        let stage = stage(&[(A, "")]);
        let gate = Gate::keeps(&stage, |_| true);
        let running = Running::start(&stage, &[&[verb], &REPORTS[..]].concat());
        gate.is_reached();
        running.interrupt(Signal::INT);
        running.signal(Signal::INT);
        let (_, run) = running.ends();
        assert_eq!(
            run.err,
            "\ninterrupted: what is in flight is finished; once more leaves at once\n\
             \nerror: left at once; nothing was written\n"
        );
        let (json, text) = report(&stage);
        let message = "the run was interrupted; nothing was written";
        assert_eq!(json["error"]["message"], message);
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn a_run_that_may_have_written_says_where_that_is_listed_and_one_that_waits_for_input_does_not() {
    let stage = stage(&[(A, "")]);
    let gate = Gate::keeps(&stage, |request| request.verb == Verb::Post);
    let args = [&["apply", "--auto-approve"], &REPORTS[..]].concat();
    let running = Running::start(&stage, &args);
    gate.is_reached();
    running.interrupt(Signal::INT);
    running.signal(Signal::INT);
    assert!(running.ends().1.err.contains("what was written read back"));
    let message =
        "the run was interrupted and left at once; `hookfleet runs` lists what was written";
    assert_eq!(report(&stage).0["error"]["message"], message);
    for verb in [&["plan"][..], &["apply", "--auto-approve"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        let args = [verb, &["-f", "-"], &REPORTS[..]].concat();
        let running = Running::of(stage.command(&args).stdin(reader));
        running.rests();
        running.signal(Signal::INT);
        let (_, run) = running.ends();
        assert_eq!(run.code, 130, "{}", run.told());
        assert_eq!(run.err, "\nerror: interrupted; nothing was written\n");
        let message = "the run was interrupted; nothing was written";
        assert_eq!(report(&stage).0["error"]["message"], message);
        drop(writer);
    }
}

#[test]
fn a_plan_that_is_interrupted_in_its_last_read_says_so_in_its_report() {
    let stage = stage(&[(A, "")]);
    let gate = Gate::keeps(&stage, |_| true);
    let running = Running::start(&stage, &[&["plan"], &REPORTS[..]].concat());
    gate.is_reached();
    running.interrupt(Signal::INT);
    gate.opens();
    let (_, run) = running.ends();
    assert_eq!(run.code, 130, "{}", run.told());
    let (json, text) = report(&stage);
    assert_eq!(json["exit_code"], 130);
    assert!(text.contains("The run was interrupted"), "{text}");
}
