//! Output that is lost is an error, for every command that prints data: a closed stdout as a full disk. A stdout that
//! was sent to /dev/null is none, however that was opened.

use std::fs::File;
use std::process::{Command, Stdio};

use crate::harness::{Run, Stage, finished, stage};

const A: &str = "00000000000A";

fn prepared() -> Stage {
    let stage = stage(&[(A, "")]);
    assert_eq!(stage.run(&["plan", "--out", "saved.plan"]).code, 0);
    assert_eq!(stage.run(&["apply", "--auto-approve"]).code, 0);
    let shard = stage.run(&["plan", "--shard", "1/1", "--format", "json"]);
    stage.write("shard.json", shard.out);
    stage
}

const PRINTING: [&[&str]; 17] = [
    &["plan"],
    &["plan", "--format", "json"],
    &["plan", "--out", "-"],
    &["drift"],
    &["apply", "--auto-approve"],
    &["show", "saved.plan"],
    &["show", "saved.plan", "--format", "json"],
    &["runs"],
    &["runs", "--format", "json"],
    &["validate"],
    &["validate", "--format", "json"],
    &["report", "merge", "shard.json"],
    &["events"],
    &["schema", "plan"],
    &["demo"],
    &["--help"],
    &["--version"],
];

/// Runs with a redirection of a shell.
fn redirected(stage: &Stage, args: &[&str], to: &str) -> Run {
    let run = stage.command(args);
    let mut command = Command::new("sh");
    let script = format!("exec \"$0\" \"$@\" {to}");
    command
        .args(["-c", &script])
        .arg(run.get_program())
        .args(run.get_args())
        .stdin(Stdio::null())
        .current_dir(stage.dir.path())
        .env_clear();
    for (name, value) in run.get_envs() {
        command.env(name, value.unwrap());
    }
    finished(command)
}

#[test]
fn data_that_is_lost_is_an_error_of_every_command() {
    let stage = prepared();
    for args in PRINTING {
        for to in [">&-", "1</dev/null", ">/dev/full"] {
            let run = redirected(&stage, args, to);
            assert_eq!(run.code, 1, "{args:?} {to} {}", run.told());
            assert!(
                run.err.contains("error: cannot write to stdout: "),
                "{args:?} {to} {}",
                run.err
            );
        }
    }
}

#[test]
fn a_report_knows_that_stdout_was_lost() {
    let stage = prepared();
    let live = stage.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(live.code, 0, "{}", live.told());
    stage.write("invalid.yaml", "version: 2\n");
    let manifest = std::fs::read_to_string(stage.path("hookfleet.yaml")).unwrap();
    let changed = manifest.replace("a.example", "b.example");
    stage.write("changed.yaml", changed);
    for args in [
        &["plan"][..],
        &["drift", "-f", "changed.yaml"],
        &["drift", "-f", "changed.yaml", "--format", "json"],
        &["plan", "--out", "-", "-f", "changed.yaml"],
        &["apply", "--auto-approve"],
        &["plan", "--format", "json", "-f", "missing.yaml"],
        &["drift", "--format", "json", "-f", "invalid.yaml"],
    ] {
        for to in [">&-", ">/dev/full"] {
            let args = [args, &["--report", "json=r.json", "--report", "text=r.txt"]].concat();
            let run = redirected(&stage, &args, to);
            let report = std::fs::read(stage.path("r.json")).unwrap();
            let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
            assert_ne!(run.code, 0, "{args:?} {}", run.told());
            assert_eq!(report["exit_code"], run.code, "{args:?} {}", run.told());
            assert!(!run.err.contains("Saved to stdout"), "{}", run.told());
        }
    }
}

#[test]
fn stdout_that_was_sent_to_dev_null_is_no_error() {
    let stage = prepared();
    for args in PRINTING {
        for to in [">/dev/null", "1<>/dev/null"] {
            let run = redirected(&stage, args, to);
            assert_eq!(run.code, 0, "{args:?} {to} {}", run.told());
        }
        // As Python's subprocess.DEVNULL.
        let null = File::options()
            .read(true)
            .write(true)
            .open("/dev/null")
            .unwrap();
        let mut command = stage.command(args);
        command.stdout(null).stderr(Stdio::null());
        assert_eq!(command.status().unwrap().code(), Some(0), "{args:?}");
    }
}

#[test]
fn closed_stdin_and_stderr_are_as_if_they_were_empty() {
    let stage = prepared();
    for to in ["<&-", "2>&-", "<&- 2>&-"] {
        let run = redirected(&stage, &["events"], to);
        assert_eq!(
            (run.code, run.out.lines().count() > 10),
            (0, true),
            "{to} {}",
            run.told()
        );
    }
    assert_eq!(redirected(&stage, &["validate", "-f", "-"], "<&-").code, 65);
}
