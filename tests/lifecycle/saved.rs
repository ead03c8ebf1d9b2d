//! `plan --out FILE` and `apply FILE`: the file is there and whole, and exactly what it approves is done, unasked.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::guards::one_of_two;
use crate::harness::{Run, Stage, masked, stage};

pub(crate) const A: &str = "00000000000A";
pub(crate) const B: &str = "00000000000B";
/// Where plans are saved here.
pub(crate) const FILE: &str = "plan.hfp";

/// What `--out` says on stderr.
const SAVED: &str = "\nSaved to plan.hfp; `hookfleet apply plan.hfp` does exactly this, unasked.\n";

/// `plan --out` with more arguments.
pub(crate) fn save(stage: &Stage, args: &[&str]) -> Run {
    let args: Vec<&str> = ["plan", "--out", FILE, "--retries", "0"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    stage.run(&args)
}

/// `apply FILE` with more arguments.
pub(crate) fn apply(stage: &Stage, args: &[&str]) -> Run {
    let args: Vec<&str> = ["apply", FILE, "--retries", "0"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    stage.run(&args)
}

/// The text of the saved plan.
pub(crate) fn text(stage: &Stage) -> String {
    std::fs::read_to_string(stage.dir.path().join(FILE)).unwrap()
}

/// The saved plan as JSON.
pub(crate) fn document(stage: &Stage) -> Value {
    serde_json::from_str(&text(stage)).unwrap()
}

/// The names in the stage's directory, sorted.
pub(crate) fn names(stage: &Stage) -> Vec<String> {
    let entries = std::fs::read_dir(stage.dir.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_plan_is_saved_and_then_carried_out_unasked_and_once() {
    let stage = stage(&[(A, ""), (B, "")]);
    let plan = stage.run(&["plan"]);
    assert_eq!(
        save(&stage, &[]),
        Run {
            err: SAVED.to_owned(),
            ..plan.clone()
        }
    );
    let before = stage.requests();
    let run = apply(&stage, &[]);
    assert_data_eq!(run.told(), str![[r#"
exit 0
--- stdout
2 instances:
    00000000000A, 00000000000B
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 2 to update, 0 to delete on 2 of 2 instances.

applied and verified: 2 instances
    00000000000A, 00000000000B

Apply complete: 2 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]);
    assert!(run.out.starts_with(&plan.out));
    assert_data_eq!(stage.live(), str![[r#"
00000000000A
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message
00000000000B
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message

"#]]);
    // Read, rechecked and verified.
    assert_eq!(stage.requests(), (before.0 + 6, 2));
    let again = apply(&stage, &[]);
    assert_data_eq!(again.told(), str![[r#"
exit 0
--- stdout
No changes. 2 instances match the manifest.

Apply complete: 0 applied, 2 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

"#]]);
    let again = apply(&stage, &["--format", "json"]);
    assert_data_eq!(again.outcomes(), str![[r#"
exit 0
00000000000A unchanged
00000000000B unchanged

"#]]);
    assert_eq!((again.err.as_str(), stage.requests().1), ("", 2));
}

#[test]
fn in_json_the_document_of_an_apply_has_nothing_that_differs_from_what_was_approved() {
    let stage = stage(&[(A, "")]);
    let plan = save(&stage, &["--format", "json"]);
    assert_eq!(plan.err, SAVED);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(run.told(), str![[r#"
exit 0
--- stdout
{
  "format_version": "1",
  "summary": {
    "instances": 1,
    "applied": 1,
    "unchanged": 0,
    "failed": 0,
    "stale": 0,
    "blocked": 0,
    "skipped": 0
  },
  "instances": [
    {
      "id": "00000000000A",
      "name": null,
      "labels": {},
      "status": "applied",
      "verified": true,
      "error": null
    }
  ],
  "notices": [],
  "guards": [],
  "run": "<RUN>",
  "exit_code": 0
}
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]);
}

#[test]
fn what_is_saved_is_the_document_that_is_printed() {
    let world = "  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/in?key=7f3a9c', events: [message] }] }\n";
    let manifest = "version: 1\ninstances:\n  - { id: 00000000000A, name: one, labels: { env: prod }, webhooks: [{ url: 'https://a.example/in?key=new', events: [message.ack] }] }\n  - { id: 00000000000B, suspend: true, reason: later }\n";
    let stage = Stage::new(world, manifest);
    let run = save(&stage, &["--format", "json"]);
    let document = document(&stage);
    let saved = masked(&document["approved"]["plan"].to_string());
    assert_eq!(serde_json::from_str::<Value>(&saved).unwrap(), run.json());
    let members = |value: &Value| -> Vec<String> {
        let members = value.as_object().unwrap();
        members.keys().cloned().collect()
    };
    assert_eq!(
        members(&document),
        ["approved", "checksum", "digests", "hookfleet_plan"]
    );
    assert_eq!(
        members(&document["approved"]),
        ["allow", "created", "plan", "salt", "scope", "tool"]
    );
    assert_eq!(members(&document["digests"]), [A]);
    assert_eq!(members(&document["digests"][A]), ["live", "wanted"]);
}

#[test]
fn a_plan_is_saved_however_the_plan_ends() {
    let with_a_failure = || stage(&[(A, "{ on: get, answer: { status: 401 } }"), (B, "")]);
    let cases: [(Stage, &[&str], i32); 5] = [
        (stage(&[(A, "")]), &["--detailed-exitcode"], 2),
        (with_a_failure(), &[], 1),
        (with_a_failure(), &["--detailed-exitcode"], 1),
        (one_of_two("webhooks: []", ""), &[], 3),
        (one_of_two("webhooks: []", ""), &["--detailed-exitcode"], 3),
    ];
    for (stage, args, code) in cases {
        let run = save(&stage, args);
        assert_eq!(run.code, code, "{}", run.told());
        assert!(run.err.contains(SAVED), "{}", run.told());
        assert_eq!(document(&stage)["approved"]["plan"]["exit_code"], code);
        assert_eq!(names(&stage), ["hookfleet.yaml", FILE]);
    }
    let nothing = stage(&[]);
    assert_eq!(save(&nothing, &[]).code, 0);
    assert_eq!(apply(&nothing, &[]).code, 0);
}

#[test]
fn what_could_not_be_read_is_saved_as_failed_and_the_rest_is_carried_out() {
    let stage = stage(&[(A, "{ on: get, answer: { status: 401 } }"), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 1);
    let document = document(&stage);
    let statuses = document["approved"]["plan"]["instances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|instance| instance["status"].as_str().unwrap());
    assert_eq!(statuses.collect::<Vec<_>>(), ["failed", "changed"]);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(run.outcomes(), str![[r#"
exit 1
00000000000A failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
00000000000B applied, verified

"#]]);
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn an_existing_file_is_replaced() {
    let stage = stage(&[(A, "")]);
    stage.write(FILE, &"x".repeat(100_000));
    assert_eq!(save(&stage, &[]).code, 0);
    assert_eq!(document(&stage)["hookfleet_plan"], 1);
    assert_eq!(names(&stage), ["hookfleet.yaml", FILE]);
}

#[test]
fn the_umask_says_who_reads_a_saved_plan() {
    let stage = stage(&[(A, "")]);
    for (umask, mode) in [("022", 0o644), ("027", 0o640), ("077", 0o600)] {
        let plan = stage.command(&[]);
        let mut command = Command::new("sh");
        let script = format!("umask {umask}; exec \"$0\" plan --out {FILE}");
        command.args(["-c", &script]).arg(plan.get_program());
        command.current_dir(stage.dir.path()).env_clear();
        for (name, value) in plan.get_envs() {
            command.env(name, value.unwrap());
        }
        assert!(command.output().unwrap().status.success());
        let file = std::fs::metadata(stage.dir.path().join(FILE)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, mode, "umask {umask}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_before_any_request() {
    let stage = stage(&[(A, "")]);
    std::fs::create_dir(stage.dir.path().join("directory")).unwrap();
    let mut told = String::new();
    for place in [
        "directory",
        ".",
        "missing/plan.hfp",
        "hookfleet.yaml/plan.hfp",
    ] {
        told.push_str(&stage.run(&["plan", "--out", place]).told());
    }
    assert_data_eq!(told, str![[r#"
exit 1
--- stdout
--- stderr
error: cannot save the plan to `directory`: is a directory
exit 1
--- stdout
--- stderr
error: cannot save the plan to `.`: is a directory
exit 1
--- stdout
--- stderr
error: cannot save the plan to `missing/plan.hfp`: No such file or directory (os error 2) at path "/tmp/.tmpeklJ0C/missing/.tmpQhD2PS"
exit 1
--- stdout
--- stderr
error: cannot save the plan to `hookfleet.yaml/plan.hfp`: Not a directory (os error 20) at path "/tmp/.tmpeklJ0C/hookfleet.yaml/.tmpeeRrnm"

"#]]);
    let json = stage.run(&["plan", "--format", "json", "--out", "directory"]);
    assert_data_eq!(json.told(), str![[r#"
exit 1
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "unwritable_plan",
    "message": "cannot save the plan to `directory`: is a directory",
    "hint": null
  },
  "findings": [],
  "exit_code": 1
}
--- stderr

"#]]);
    assert_eq!(stage.requests(), (0, 0));
    assert_eq!(names(&stage), ["directory", "hookfleet.yaml"]);
}

#[test]
fn a_place_that_is_no_file_is_an_error_before_any_request() {
    let stage = stage(&[(A, "")]);
    let _socket = std::os::unix::net::UnixListener::bind(stage.dir.path().join("socket")).unwrap();
    for place in ["", "new/", "socket"] {
        let run = stage.run(&["plan", "--out", place]);
        assert_ne!(run.code, 0, "`{place}`: {}", run.told());
        assert_eq!((&*run.out, stage.requests()), ("", (0, 0)), "`{place}`");
        assert_eq!(names(&stage), ["hookfleet.yaml", "socket"]);
    }
}

#[test]
fn a_plan_that_comes_to_nothing_leaves_the_file_as_it_was() {
    let stage = stage(&[(A, "")]);
    stage.write(FILE, "mine");
    for args in [
        &["-i", "nobody"][..],
        &["-f", "missing.yaml"],
        &["--base-url", "http://a.example"],
    ] {
        assert_ne!(save(&stage, args).code, 0, "{args:?}");
        assert_eq!(text(&stage), "mine", "{args:?}");
        assert_eq!(names(&stage), ["hookfleet.yaml", FILE]);
    }
}

#[test]
fn a_closed_stdout_neither_stops_the_saving_nor_the_apply() {
    let stage = stage(&[(A, "")]);
    for (args, code) in [
        (&["plan", "--detailed-exitcode", "--out", FILE][..], 2),
        (&["apply", FILE], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = stage.command(args);
        command.stdout(writer).stdin(Stdio::null());
        let run = Run::of(&command.output().unwrap());
        assert_eq!(run.code, code, "{}", run.told());
        assert!(!run.err.contains("pipe"), "{}", run.told());
    }
    assert_data_eq!(stage.live(), str![[r#"
00000000000A
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message

"#]]);
}

#[test]
fn an_interrupted_plan_is_not_saved_and_leaves_the_file_as_it_was() {
    let stage = stage(&[(A, ""), (B, "{ on: get, delay: 3s }")]);
    stage.write(FILE, "mine");
    let mut command = stage.command(&["plan", "--out", FILE]);
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while stage.world().counts_of(B).gets == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let pid = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(killed.success());
    let run = Run::of(&child.wait_with_output().unwrap());
    assert_data_eq!(run.told(), str![]);
    assert_eq!(text(&stage), "mine");
    assert_eq!(names(&stage), ["hookfleet.yaml", FILE]);
}
