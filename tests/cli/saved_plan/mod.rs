//! `plan --out FILE` and `apply FILE`: the file is there and whole, and exactly what it approves is done, unasked.

mod file;
pub(crate) mod forged;
mod guards;
mod live_drift;
mod manifest_drift;
mod no_drift;
mod once;
mod pinned;
mod refused;
mod removed;
mod scope;
mod secrets;
mod show;
mod sources;
mod unapproved;

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::apply::guards::one_of_two;
use crate::harness::{Run, Stage, masked, stage};

pub(crate) const A: &str = "00000000000A";
pub(crate) const B: &str = "00000000000B";
/// Where plans are saved here.
pub(crate) const FILE: &str = "plan.hfp";

/// What `--out` says on stderr.
const SAVED: &str = "\nSaved to plan.hfp: `hookfleet apply plan.hfp` applies what it approves, without prompting.\n";

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
    assert_data_eq!(
        run.told(),
        str![[r#"
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

"#]]
    );
    assert!(run.out.starts_with(&plan.out));
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message
00000000000B
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
    // Read, rechecked and verified.
    assert_eq!(stage.requests(), (before.0 + 6, 2));
    let again = apply(&stage, &[]);
    assert_data_eq!(
        again.told(),
        str![[r#"
exit 0
--- stdout
No changes. 2 instances match the manifest.

Apply complete: 0 applied, 2 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

"#]]
    );
    let again = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        again.outcomes(),
        str![[r#"
exit 0
00000000000A unchanged
00000000000B unchanged

"#]]
    );
    assert_eq!((again.err.as_str(), stage.requests().1), ("", 2));
}

#[test]
fn in_json_the_document_of_an_apply_has_nothing_that_differs_from_what_was_approved() {
    let stage = stage(&[(A, "")]);
    let plan = save(&stage, &["--format", "json"]);
    assert_eq!(plan.err, SAVED);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
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

"#]]
    );
}

#[test]
fn saved_plan_is_the_document_that_is_printed() {
    let world = "  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/in?key=7f3a9c', events: [message] }] }\n";
    let manifest = "version: 1\ndefaults: { prune: true }\ninstances:\n  - { id: 00000000000A, name: one, labels: { env: prod }, webhooks: [{ url: 'https://a.example/in?key=new', events: [message.ack] }] }\n  - { id: 00000000000B, suspend: true, reason: later }\n";
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
        [
            "allow", "created", "limits", "plan", "planner", "salt", "scope", "tool"
        ]
    );
    assert_eq!(members(&document["digests"]), [A]);
    assert_eq!(
        members(&document["digests"][A]),
        ["live", "token", "wanted"]
    );
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
}

#[test]
fn unreadable_instance_is_saved_as_failed_and_the_rest_is_applied() {
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
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
00000000000B applied, verified

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}
