//! `--report FORMAT=FILE`: what is printed goes to files too, each in a form of its own, whatever becomes of the run.

use serde_json::Value;

use crate::harness::running::{Running, until};
use crate::harness::{Stage, masked, stage};

fn read(stage: &Stage, name: &str) -> String {
    std::fs::read_to_string(stage.dir.path().join(name)).unwrap()
}

/// The first line of a report in text, by which it is known.
const MARK: &str = "# report of hookfleet; the next run that reports here replaces it\n";

/// A report in text, without its mark.
fn text(stage: &Stage, name: &str) -> String {
    let report = read(stage, name);
    report.strip_prefix(MARK).expect(&report).to_owned()
}

fn json(stage: &Stage, name: &str) -> Value {
    serde_json::from_str(&masked(&read(stage, name))).unwrap()
}

/// The files of the stage.
fn names(stage: &Stage) -> Vec<String> {
    let files = std::fs::read_dir(stage.dir.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

const A: &str = "00000000000A";

#[test]
fn every_file_has_what_its_format_prints() {
    let stage = stage(&[(A, "")]);
    let (printed, document) = (
        stage.run(&["plan"]),
        stage.run(&["plan", "--format", "json"]),
    );
    let args = ["--report", "json=a.json", "--report", "text=b.txt"];
    let run = stage.run(&[&["plan", "--color", "always"][..], &args].concat());
    assert!(run.out.contains('\u{1b}'));
    assert_eq!(json(&stage, "a.json"), document.json());
    assert_eq!(text(&stage, "b.txt"), printed.out);
    let run = stage.run(&[&["apply", "--auto-approve", "-q"][..], &args].concat());
    assert_eq!(run.code, 0);
    assert_eq!(json(&stage, "a.json")["summary"]["applied"], 1);
    assert_eq!(text(&stage, "b.txt"), run.out);
    let run = stage.run(&["drift", "--format", "json", "--report", "text=b.txt"]);
    assert_eq!((run.code, &run.json()["exit_code"]), (0, &0.into()));
    assert_eq!(text(&stage, "b.txt"), stage.run(&["drift"]).out);
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
            text(&stage, "b.txt").trim()[7..]
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
        ("json=-", 64),
        ("text=-", 64),
        ("json=/dev/stdout", 64),
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
fn a_report_is_kept_until_its_successor_is_whole() {
    let stage = stage(&[(A, "{ on: get, delay_ms: 3600000 }")]);
    for report in ["json=a.json", "text=b.txt"] {
        let (_, name) = report.split_once('=').unwrap();
        assert_eq!(
            stage
                .run(&["plan", "-i", "nobody", "--report", report])
                .code,
            64
        );
        let earlier = read(&stage, name);
        let before = stage.requests();
        let args = ["plan", "--timeout", "1h", "--report", report];
        let running = Running::start(&stage, &args);
        until(
            || stage.requests() > before,
            || "nothing was asked".to_owned(),
        );
        // It is killed.
        drop(running);
        assert_eq!(read(&stage, name), earlier);
    }
    assert_eq!(names(&stage), ["a.json", "b.txt", "hookfleet.yaml"]);
}

#[test]
fn a_run_that_ends_early_leaves_its_own_failure_and_no_earlier_report() {
    let stage = stage(&[(A, "")]);
    stage.write("invalid.yaml", "version: 2\n");
    let reports = ["--report", "json=a.json", "--report", "text=b.txt"];
    for (args, code, kind) in [
        (
            &["plan", "-f", "missing.yaml"][..],
            65,
            "unreadable_manifest",
        ),
        (&["drift", "-f", "invalid.yaml"], 65, "invalid_manifest"),
        (&["plan", "--base-url", "http://a.example"], 64, "usage"),
        (&["apply"], 64, "usage"),
        (&["apply", "missing.plan"], 65, "invalid_plan"),
        (&["rollback", "x", "--auto-approve"], 64, "state"),
    ] {
        assert_eq!(stage.run(&[&["plan"], &reports[..]].concat()).code, 0);
        let run = stage.run(&[args, &reports[..]].concat());
        assert_eq!(run.code, code, "{}", run.told());
        let document = json(&stage, "a.json");
        assert_eq!(
            (&document["error"]["kind"], &document["exit_code"]),
            (&kind.into(), &code.into())
        );
        assert!(text(&stage, "b.txt").contains("error: "), "{args:?}");
    }
    assert_eq!(
        names(&stage),
        ["a.json", "b.txt", "hookfleet.yaml", "invalid.yaml"]
    );
}

#[test]
fn report_does_not_overwrite_a_file_that_is_no_report() {
    let stage = stage(&[(A, "")]);
    assert_eq!(stage.run(&["plan", "--out", "plan.hfp"]).code, 0);
    for (name, notes) in [
        ("plan.txt", "notes\nPlan: buy milk\n"),
        ("error.txt", "error: none\n"),
        ("none.txt", "No changes. All is well.\n"),
        ("apply.txt", "Apply complete: 1 applied\n"),
        (
            "a.json",
            "{\n  \"format_version\": \"1\",\n  \"mine\": true\n}\n",
        ),
        ("b.json", "{\n  \"format_version\": \"1\", cut off"),
        (
            "marked.txt",
            "notes\n# report of hookfleet; the next run that reports here replaces it\n",
        ),
    ] {
        stage.write(name, notes);
    }
    let runs = stage.run(&["runs", "--format", "json"]).out;
    stage.write("runs.json", runs);
    let document = stage.run(&["plan", "--format", "json"]).out;
    let annotated = document.replacen("{\n", "{\n  \"approved_by\": \"alice\",\n", 1);
    stage.write("first.json", annotated);
    let annotated = document.replacen("\",\n", "\",\n  \"approved_by\": \"alice\",\n", 1);
    stage.write("annotated.json", annotated);
    let compact =
        r#"{"format_version":"1","summary":{},"instances":[],"notices":[],"exit_code":0}"#;
    stage.write("compact.json", compact);
    let before = stage.requests();
    for name in [
        "plan.hfp",
        "plan.txt",
        "error.txt",
        "none.txt",
        "apply.txt",
        "a.json",
        "b.json",
        "marked.txt",
        "runs.json",
        "first.json",
        "annotated.json",
        "compact.json",
    ] {
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

#[test]
fn a_report_replaces_one_of_another_format_and_an_empty_file() {
    let stage = stage(&[(A, "")]);
    stage.write("a", "");
    for format in ["json", "text", "text", "json", "json"] {
        let run = stage.run(&["plan", "--report", &format!("{format}=a")]);
        assert_eq!(run.code, 0, "{}", run.told());
        assert_eq!(read(&stage, "a").starts_with('{'), format == "json");
    }
    assert_eq!(names(&stage), ["a", "hookfleet.yaml"]);
}
