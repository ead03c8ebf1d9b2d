//! What was not to be written when a plan was saved is not written, whatever it is now.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};
use crate::saved_plan::live_drift::{HOOK, set, webhook};
use crate::saved_plan::{A, B, apply, save};

/// Both of a stage are to be written, and this is what the manifest says of the second.
const SECOND: &str = "  - id: 00000000000B\n";

fn manifest(stage: &Stage) -> String {
    std::fs::read_to_string(stage.dir.path().join("hookfleet.yaml")).unwrap()
}

#[test]
fn instance_unchanged_at_plan_time_is_not_written_after_it_drifted() {
    let stage = stage(&[(A, ""), (B, "")]);
    set(&stage, A, &[webhook(HOOK, &["message", "message.ack"])]);
    assert_eq!(save(&stage, &[]).code, 0);
    set(&stage, A, &[webhook(HOOK, &["message.ack"])]);
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: 00000000000A is not what was approved (-) but this (+)
  -   no changes
  +   ~ https://a.example/hook
  +         events:
  +           message.ack
  +       +   message

00000000000B
  ~ https://a.example/hook
        events:
          message
      +   message.ack

stale: 00000000000A: there was nothing to do on it when the plan was approved

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

stale: 00000000000A: there was nothing to do on it when the plan was approved
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn instance_unreadable_at_plan_time_is_not_written_by_the_saved_plan() {
    let failing = "{ on: get, nth: 1, answer: { status: 400 } }";
    let stage = stage(&[(A, failing), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 1);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 4
00000000000A stale: stale null it could not be read when the plan was approved
00000000000B applied, verified

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn instance_unreadable_at_plan_time_is_not_reported_as_unchanged() {
    let failing = "{ on: get, nth: 1, answer: { status: 400 } }";
    let stage = stage(&[(A, failing)]);
    assert_eq!(save(&stage, &[]).code, 1);
    let run = apply(&stage, &[]);
    assert!(!run.out.contains("no changes"), "{}", run.told());
}

#[test]
fn an_instance_that_was_suspended_was_not_approved() {
    let stage = stage(&[(A, ""), (B, "")]);
    let whole = manifest(&stage);
    let suspended = format!("{SECOND}    suspend: true\n");
    stage.write("hookfleet.yaml", whole.replace(SECOND, &suspended));
    assert_eq!(save(&stage, &[]).code, 0);
    stage.write("hookfleet.yaml", &whole);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 4
00000000000A applied, verified
00000000000B stale: stale null it was suspended when the plan was approved

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (1, 0));
}

#[test]
fn an_instance_that_is_new_in_the_manifest_was_not_approved() {
    let stage = stage(&[(A, ""), (B, "")]);
    let whole = manifest(&stage);
    stage.write("hookfleet.yaml", whole.replace(SECOND, ""));
    assert_eq!(save(&stage, &[]).code, 0);
    stage.write("hookfleet.yaml", &whole);
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: 00000000000B is not what was approved (-) but this (+)
  +   ~ https://a.example/hook
  +         events:
  +           message
  +       +   message.ack
  +     system webhook stays: message

00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

stale: 00000000000B: it is not in the plan that was approved

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

applied and verified: 00000000000A
stale: 00000000000B: it is not in the plan that was approved

Apply complete: 1 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (1, 0));
}
