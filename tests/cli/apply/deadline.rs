//! `--deadline`: nothing new begins after it, what was written is read back, and the report tells what is left.

use snapbox::{assert_data_eq, str};

use crate::apply::prompt::QUESTION;
use crate::harness::running::{Running, runs};
use crate::harness::stage;
use crate::harness::terminal::{Screen, Terminal};

const LONG: &str = "delay_ms: 3600000";

#[test]
fn instance_not_read_before_the_deadline_fails_and_the_rest_is_reported() {
    let slow = format!("{{ on: get, {LONG} }}");
    let stage = stage(&[("00000000000A", ""), ("00000000000B", &slow)]);
    let run = stage.run(&["plan", "--deadline", "1s"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

failed: 00000000000B: the run's deadline came before the instance was read

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 1 failed, 0 blocked.
--- stderr

hint: give the run more time with --deadline, or a smaller part with -l or --shard

"#]]
    );
}

#[test]
fn write_before_the_deadline_is_verified_and_the_rest_is_not_written() {
    let slow = format!("{{ on: get, nth: 2, {LONG} }}");
    let stage = stage(&[
        ("00000000000A", ""),
        ("00000000000B", &slow),
        ("00000000000C", ""),
    ]);
    let args = [
        "apply",
        "--auto-approve",
        "--deadline",
        "2s",
        "--concurrency",
        "1",
    ];
    let run = stage.run(&[&args[..], &["--format", "json"]].concat());
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A applied, verified
00000000000B failed: deadline null the run's deadline came before its turn: nothing was written
00000000000C failed: deadline null the run's deadline came before its turn: nothing was written

"#]]
    );
    assert_eq!(stage.requests().1, 1);
}

#[test]
fn a_deadline_that_is_not_reached_changes_nothing() {
    let stage = stage(&[("00000000000A", "")]);
    assert_eq!(
        stage.run(&["plan", "--deadline", "24h"]),
        stage.run(&["plan"])
    );
    assert_eq!(stage.run(&["plan", "--deadline", "0s"]).code, 64);
}

#[test]
fn the_question_ends_with_the_deadline_and_a_late_yes_writes_nothing() {
    let stage = stage(&[("00000000000A", "")]);
    let args = [
        "apply",
        "--color",
        "never",
        "--deadline",
        "2s",
        "--report",
        "json=a.json",
    ];
    let mut run = Terminal::start(stage.command(&args));
    run.shows(QUESTION);
    run.shows("\nerror: ");
    run.types(b"yes\n");
    let Screen { code, text, .. } = run.ends();
    let (_, after) = text.split_once(QUESTION).unwrap();
    let error = "error: the run's deadline came before an answer; nothing was written\n";
    assert!(after.starts_with(&format!("\n{error}")), "{after}");
    assert_eq!((code, stage.requests().1), (1, 0));
    let report = std::fs::read_to_string(stage.path("a.json")).unwrap();
    assert!(report.contains("\"kind\": \"deadline\""), "{report}");
    assert!(runs(&stage).is_empty());
}

#[test]
fn the_deadline_ends_a_wait_for_input() {
    let stage = stage(&[("00000000000A", "")]);
    let made = std::process::Command::new("mkfifo")
        .arg(stage.path("fifo"))
        .status();
    assert!(made.unwrap().success());
    // A pipe with a writer that writes nothing.
    let fifo = std::fs::File::options()
        .read(true)
        .write(true)
        .open(stage.path("fifo"))
        .unwrap();
    assert_eq!(stage.run(&["plan", "--report", "json=r.json"]).code, 0);
    for args in [
        &["plan", "-f", "-"][..],
        &["drift", "-f", "-", "--format", "json"],
        &["apply", "-f", "-", "--auto-approve"],
        &["apply", "-"],
        &["plan", "--ca-cert", "fifo"],
        &["plan", "-f", "fifo"],
        &["rollback", "R", "--auto-approve", "-f", "-"],
    ] {
        let is_rollback = args[0] == "rollback";
        let (reader, writer) = std::io::pipe().unwrap();
        let more = ["--deadline", "300ms", "--report", "json=r.json"];
        let running = Running::of(stage.command(&[args, &more].concat()).stdin(reader));
        let (_, run) = running.ends();
        drop(writer);
        if is_rollback {
            // There is no such run, which is found first.
            assert_eq!(run.code, 64, "{}", run.told());
            continue;
        }
        let message = "the run's deadline came before its input was read; nothing was written";
        assert_eq!(run.code, 1, "{args:?} {}", run.told());
        if args.contains(&"json") {
            assert_eq!(run.json()["error"]["message"], message);
        } else {
            let said = format!("error: {message}\n\nhint: give the run more time with --deadline");
            assert!(run.err.starts_with(&said), "{}", run.told());
        }
        let report = std::fs::read(stage.path("r.json")).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        assert_eq!(report["error"]["kind"], "deadline", "{report:#}");
        assert_eq!(report["exit_code"], 1);
    }
    drop(fifo);
    assert_eq!(stage.requests(), (1, 0));
}
