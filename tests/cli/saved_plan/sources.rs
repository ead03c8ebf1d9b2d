//! A secret or a token that changed since a plan was saved: what is wanted is not what was approved.

use snapbox::{assert_data_eq, str};

use crate::harness::TOKEN;
use crate::saved_plan::manifest_drift::{MANIFEST, two};
use crate::saved_plan::{A, B, FILE, apply, save};

#[test]
fn a_secret_that_changed_is_a_move_of_what_is_wanted() {
    let stage = two(TOKEN);
    assert_eq!(save(&stage, &[]).code, 0);
    let stage = stage.env("HOOK", "second-hook-secret");
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: one (00000000000A) is not what was approved (-) but this (+)
      ~ https://a.example/in?key=${secret.hook}
          - url: https://a.example/in?key=***<FP>
  -       + url: https://a.example/in?key=***<FP>
  +       + url: https://a.example/in?key=***<FP>

notice: 00000000000B: the answer does not mention a system webhook; a write sends back only what is listed

00000000000B
  ~ https://b.example/in
        events:
      +   message

stale: one (00000000000A): what is wanted is not what was approved with the plan: the manifest or a secret has changed

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

stale: one (00000000000A): what is wanted is not what was approved with the plan: the manifest or a secret has changed
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    let json = apply(&stage, &["--format", "json"]);
    let said = "stale: stale null what is wanted is not what was approved with the plan: the manifest or a secret has changed";
    assert_eq!(
        json.outcomes(),
        format!(
            "exit 4
{A} {said}
{B} unchanged
"
        )
    );
    let differences = json.json()["instances"][0]["differences"].to_string();
    assert_eq!(
        differences.matches("?key=***<FP>").count(),
        3,
        "{differences}"
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn a_token_that_was_rotated_is_a_move_of_its_instance_alone() {
    let manifest = MANIFEST
        .replace(
            "{ id: 00000000000B,",
            "{ id: 00000000000B, credential: other,",
        )
        .replace(
            "secrets:",
            "credentials: { other: { env: OTHER } }\nsecrets:",
        );
    let first = two("first-other").env("OTHER", "first-other");
    first.write("hookfleet.yaml", &manifest);
    assert_eq!(save(&first, &[]).code, 0);
    let second = two("second-other").env("OTHER", "second-other");
    second.write("hookfleet.yaml", &manifest);
    second.write(FILE, crate::saved_plan::text(&first));
    let run = apply(&second, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
notice: secret `hook` goes to a.example, where its value is not live yet, on 1 instance
notice: one (00000000000A): the answer does not mention a system webhook; a write sends back only what is listed

one (00000000000A)
  ~ https://a.example/in?key=${secret.hook}
      - url: https://a.example/in?key=***<FP>
      + url: https://a.example/in?key=***<FP>

stale: 00000000000B: nothing can be compared with what was approved: the token is another than for the plan, or what was approved has been altered

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

applied and verified: one (00000000000A)
stale: 00000000000B: nothing can be compared with what was approved: the token is another than for the plan, or what was approved has been altered

Apply complete: 1 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!((second.posts_of(A), second.posts_of(B)), (1, 0));
}

#[test]
fn a_secret_that_is_unset_since_is_an_error_and_nothing_is_sent() {
    let stage = two(TOKEN);
    assert_eq!(save(&stage, &[]).code, 0);
    let before = stage.requests();
    let mut stage = stage;
    stage.environment.retain(|(name, _)| name != "HOOK");
    let run = apply(&stage, &[]);
    let told = run.told();
    let (said, _) = told.split_once("\nhint: ").unwrap();
    assert_data_eq!(
        said,
        str![[r#"
exit 1
--- stdout
--- stderr
error[unset-source]: secret `hook`: environment variable `HOOK` is not set
 --> hookfleet.yaml:3:25
  |
3 | secrets: { hook: { env: HOOK } }
  |                         ^^^^

error: 1 source gave no value, so nothing was sent

"#]]
    );
    assert_eq!(stage.requests(), before);
}

#[test]
fn a_hint_for_a_saved_plan_has_no_option_that_it_does_not_take() {
    let mut stage = two(TOKEN);
    assert_eq!(save(&stage, &[]).code, 0);
    stage.environment.retain(|(name, _)| name != "HOOK");
    let run = apply(&stage, &[]);
    assert!(!run.err.contains("-i"), "{}", run.told());
}
