//! `--deadline`: nothing new begins after it, what was written is read back, and the report tells what is left.

use snapbox::{assert_data_eq, str};

use crate::apply::prompt::QUESTION;
use crate::harness::running::runs;
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
