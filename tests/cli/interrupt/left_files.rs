//! However a run is ended, no half-made file is left beside its reports, and they say that it was interrupted.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use hookfleet::emulator::Verb;
use serde_json::Value;

use crate::apply::prompt::QUESTION;
use crate::harness::running::{Gate, Running, Signal};
use crate::harness::terminal::{Screen, Terminal};
use crate::harness::{Run, Stage, stage};

const A: &str = "00000000000A";
const REPORTS: [&str; 4] = ["--report", "json=a.json", "--report", "text=b.txt"];
const SIGNALS: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];

/// A stage whose reports are those of an earlier run.
fn reported() -> Stage {
    let stage = stage(&[(A, "")]);
    assert_eq!(stage.run(&[&["plan"], &REPORTS[..]].concat()).code, 0);
    stage
}

fn names(stage: &Stage) -> Vec<String> {
    let files = std::fs::read_dir(stage.dir.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != ".hookfleet").collect();
    names.sort();
    names
}

/// Checks that the reports are of an interrupted run that sent nothing more, and alone.
fn are_interrupted(stage: &Stage) {
    let report = std::fs::read(stage.path("a.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(
        (&report["error"]["kind"], &report["exit_code"]),
        (&"interrupted".into(), &130.into()),
        "{report:#}"
    );
    let text = std::fs::read_to_string(stage.path("b.txt")).unwrap();
    assert!(
        text.contains("\nerror: ") && text.contains("interrupted"),
        "{text}"
    );
    assert_eq!(names(stage), ["a.json", "b.txt", "hookfleet.yaml"]);
}

#[test]
fn a_signal_at_the_question_is_in_the_reports() {
    for signal in SIGNALS {
        let stage = reported();
        let args = [&["apply", "--color", "never"], &REPORTS[..]].concat();
        let run = Terminal::start(stage.command(&args));
        run.shows(QUESTION);
        run.signal_at_rest(signal);
        let Screen { code, text, .. } = run.ends();
        let (_, after) = text.split_once(QUESTION).unwrap();
        assert_eq!(
            (code, after),
            (130, "\nerror: interrupted; nothing was written\n")
        );
        are_interrupted(&stage);
    }
}

#[test]
fn a_second_signal_is_in_the_reports_and_leaves_no_older_plan() {
    for signal in SIGNALS {
        let stage = reported();
        assert_eq!(stage.run(&["plan", "--out", "c.plan"]).code, 0);
        let gate = Gate::keeps(&stage, |_| true);
        let args = [&["plan", "--out", "c.plan"], &REPORTS[..]].concat();
        let running = Running::start(&stage, &args);
        gate.is_reached();
        running.interrupt(signal);
        running.signal(signal);
        let (_, run) = running.ends();
        gate.opens();
        assert_eq!(run.code, 130, "{}", run.told());
        assert!(
            run.err
                .ends_with("\nerror: left at once; nothing was written\n")
        );
        are_interrupted(&stage);
    }
}

#[test]
fn a_signal_while_the_manifest_is_read_is_in_the_reports() {
    for signal in SIGNALS {
        let stage = reported();
        let (reader, mut writer) = std::io::pipe().unwrap();
        let args = [&["plan", "-f", "-"], &REPORTS[..]].concat();
        let running = Running::of(stage.command(&args).stdin(reader));
        // More than a pipe holds, so that it is being read.
        writer.write_all(&b"# on and on\n".repeat(20_000)).unwrap();
        running.signal(signal);
        let (_, run) = running.ends();
        assert_eq!(
            (run.code, &*run.err),
            (130, "\nerror: interrupted; nothing was written\n")
        );
        are_interrupted(&stage);
    }
}

#[test]
fn hanging_up_is_an_interrupt_unless_the_run_was_started_to_outlive_its_terminal() {
    for (ignored, code) in [(false, 130), (true, 0)] {
        let stage = stage(&[(A, "")]);
        let gate = Gate::keeps(&stage, |request| request.verb == Verb::Post);
        let run = stage.command(&["apply", "--auto-approve"]);
        let trap = if ignored { "trap '' HUP; " } else { "" };
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{trap}exec \"$0\" \"$@\"")])
            .arg(run.get_program())
            .args(run.get_args())
            .current_dir(stage.dir.path())
            .env_clear()
            .process_group(0);
        for (name, value) in run.get_envs() {
            command.env(name, value.unwrap());
        }
        let running = Running::of(&mut command);
        gate.is_reached();
        if ignored {
            running.signal(Signal::HUP);
        } else {
            running.interrupt(Signal::HUP);
        }
        gate.opens();
        let (_, run): (_, Run) = running.ends();
        // The write is finished and read back either way.
        assert_eq!(run.code, code, "{}", run.told());
        assert!(
            run.out.contains("applied and verified: 00000000000A"),
            "{}",
            run.told()
        );
    }
}
