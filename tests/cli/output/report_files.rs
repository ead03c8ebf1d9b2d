//! `--report FORMAT=FILE`: what is printed goes to files too, each in a form of its own, whatever becomes of the run.

use serde_json::Value;

use crate::harness::running::{Running, until};
use crate::harness::{Stage, masked, stage};

fn read(stage: &Stage, name: &str) -> String {
    std::fs::read_to_string(stage.dir.path().join(name)).unwrap()
}

fn json(stage: &Stage, name: &str) -> Value {
    serde_json::from_str(&masked(&read(stage, name))).unwrap()
}

const A: &str = "00000000000A";

#[test]
fn every_file_has_what_its_format_prints() {
    let stage = stage(&[(A, "")]);
    let (text, document) = (
        stage.run(&["plan"]),
        stage.run(&["plan", "--format", "json"]),
    );
    let args = ["--report", "json=a.json", "--report", "text=b.txt"];
    let run = stage.run(&[&["plan", "--color", "always"][..], &args].concat());
    assert!(run.out.contains('\u{1b}'));
    assert_eq!(json(&stage, "a.json"), document.json());
    assert_eq!(read(&stage, "b.txt"), text.out);
    let run = stage.run(&[&["apply", "--auto-approve", "-q"][..], &args].concat());
    assert_eq!(run.code, 0);
    assert_eq!(json(&stage, "a.json")["summary"]["applied"], 1);
    assert_eq!(read(&stage, "b.txt"), run.out);
    let run = stage.run(&["drift", "--format", "json", "--report", "text=b.txt"]);
    assert_eq!((run.code, &run.json()["exit_code"]), (0, &0.into()));
    assert_eq!(read(&stage, "b.txt"), stage.run(&["drift"]).out);
}

#[test]
fn failed_run_writes_the_error_to_its_reports() {
    let stage = stage(&[(A, "")]);
    let args = ["--report", "json=a.json", "--report", "text=b.txt"];
    let failed = |more: &[&str]| {
        let run = stage.run(&[&["plan"], more, &args].concat());
        let document = json(&stage, "a.json");
        assert_eq!(document["exit_code"], run.code, "{}", run.told());
        assert_eq!(
            document["error"]["message"],
            read(&stage, "b.txt").trim()[7..]
        );
        (
            run.code,
            document["error"]["kind"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(failed(&["-i", "nobody"]), (64, "usage".to_owned()));
    assert_eq!(
        failed(&["-f", "nothing.yaml"]),
        (65, "unreadable_manifest".to_owned())
    );
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn without_a_place_for_it_nothing_is_read() {
    let stage = stage(&[(A, "")]);
    for (report, code) in [
        ("json=nowhere/a.json", 1),
        ("json=.", 1),
        ("json=", 64),
        ("yaml=a", 64),
    ] {
        let run = stage.run(&["apply", "--auto-approve", "--report", report]);
        assert_eq!((run.code, &*run.out), (code, ""), "{report}");
    }
    let twice = ["plan", "--report", "json=a", "--report", "text=a"];
    assert_eq!(stage.run(&twice).code, 64);
    assert_eq!(stage.requests(), (0, 0));
    assert!(!stage.dir.path().join("a").exists());
}

#[test]
fn a_report_of_an_earlier_run_is_not_left_for_one_that_dies() {
    let stage = stage(&[(A, "{ on: get, delay_ms: 3600000 }")]);
    stage.write("a.json", "Plan: of an earlier run\n");
    let args = ["plan", "--timeout", "60m", "--report", "json=a.json"];
    let running = Running::start(&stage, &args);
    until(
        || stage.world().peak_in_flight() == 1,
        || "nothing was asked".to_owned(),
    );
    drop(running);
    assert!(!stage.dir.path().join("a.json").exists());
}

#[test]
fn report_does_not_overwrite_a_file_that_is_no_report() {
    let stage = stage(&[(A, "")]);
    assert_eq!(stage.run(&["plan", "--out", "plan.hfp"]).code, 0);
    let before = stage.requests();
    for name in ["hookfleet.yaml", "plan.hfp"] {
        let there = read(&stage, name);
        for format in ["json", "text"] {
            let report = format!("{format}={name}");
            let run = stage.run(&["plan", "--report", &report]);
            assert_eq!((run.code, &*run.out), (1, ""), "{report}");
            let why =
                format!("cannot write the report `{name}`: the file exists and is not a report\n");
            assert!(run.err.contains(&why), "{}", run.err);
        }
        assert_eq!(read(&stage, name), there);
    }
    assert_eq!(stage.requests(), before);
}
