//! A manifest that changed since a plan was saved: what is wanted is not what was approved.

use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage, TOKEN};
use crate::saved_plan::{A, B, apply, save};

pub(crate) const MANIFEST: &str = "
version: 1
secrets: { hook: { env: HOOK } }
instances:
  - { id: 00000000000A, name: one, webhooks: [{ url: 'https://a.example/in?key=${secret.hook}', events: [message] }] }
  - { id: 00000000000B, webhooks: [{ url: 'https://b.example/in', events: [message] }] }
";

/// Two instances with the webhook of A's as it was last year; one has no secret in it.
pub(crate) fn two(token: &str) -> Stage {
    let world = format!(
        "version: 1\naccounts: [{{ token: {TOKEN} }}, {{ token: first-other }}, {{ token: second-other }}]\ninstances:\n  \
         - {{ id: {A}, webhooks: [{{ url: 'https://a.example/in?key=last-year', events: [message] }}] }}\n  \
         - {{ id: {B}, token: {token}, webhooks: [{{ url: 'https://b.example/in', events: [] }}] }}\n"
    );
    Stage::of_world(&world, MANIFEST).env("HOOK", "first-hook-secret")
}

/// Saves a plan, changes the manifest, and applies what was saved.
fn changed(from: &str, to: &str) -> (Stage, Run) {
    let stage = two(TOKEN);
    assert_eq!(save(&stage, &[]).code, 0);
    let manifest = MANIFEST.replace(from, to);
    assert_ne!(manifest, MANIFEST);
    stage.write("hookfleet.yaml", &manifest);
    let run = apply(&stage, &[]);
    (stage, run)
}

#[test]
fn a_manifest_that_changed_is_a_move_of_what_is_wanted_where_it_changed() {
    let (stage, run) = changed(
        "b.example/in', events: [message]",
        "b.example/in', events: [message, message.ack]",
    );
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: 00000000000B is not what was approved (-) but this (+)
      ~ https://b.example/in
            events:
          +   message
  +       +   message.ack

notice: secret `hook` goes to a.example, where its value is not live yet, on 1 instance
notice: one (00000000000A): the answer does not mention a system webhook; a write sends back only what is listed

one (00000000000A)
  ~ https://a.example/in?key=${secret.hook}
      - url: https://a.example/in?key=***<FP>
      + url: https://a.example/in?key=***<FP>

stale: 00000000000B: what is wanted is not what was approved with the plan: the manifest or a secret has changed

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

applied and verified: one (00000000000A)
stale: 00000000000B: what is wanted is not what was approved with the plan: the manifest or a secret has changed

Apply complete: 1 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (1, 0));
}

#[test]
fn a_manifest_that_is_only_written_in_another_way_is_the_same() {
    let (stage, run) = changed(
        "  - { id: 00000000000A, name: one, webhooks:",
        "  # Said in other words.\n  - { name: renamed, id: \"00000000000A\", labels: { a: b }, webhooks:",
    );
    assert_eq!(run.code, 0, "{}", run.told());
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (1, 1));
}

#[test]
fn an_instance_that_is_gone_from_the_manifest_is_said_to_be_and_not_written() {
    let gone = "  - { id: 00000000000A, name: one, webhooks: [{ url: 'https://a.example/in?key=${secret.hook}', events: [message] }] }\n";
    let (stage, run) = changed(gone, "");
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: one (00000000000A) is not what was approved (-) but this (+)
  -   ~ https://a.example/in?key=${secret.hook}
  -       - url: https://a.example/in?key=***<FP>
  -       + url: https://a.example/in?key=***<FP>
  +   nothing can be written

notice: 00000000000B: the answer does not mention a system webhook; a write sends back only what is listed

00000000000B
  ~ https://b.example/in
        events:
      +   message

stale: one (00000000000A): it was approved, and the manifest does not have it any more

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

applied and verified: 00000000000B
stale: one (00000000000A): it was approved, and the manifest does not have it any more

Apply complete: 1 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr
warning[unused]: secret `hook` is used nowhere; remove it, or use it
 --> hookfleet.yaml:3:12
  |
3 | secrets: { hook: { env: … } }
  |            ^^^^


Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn an_instance_that_is_suspended_since_is_skipped() {
    let (stage, run) = changed(
        "{ id: 00000000000A, name: one, webhooks:",
        "{ id: 00000000000A, name: one, suspend: true, reason: being ported, webhooks:",
    );
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
notice: 00000000000B: the answer does not mention a system webhook; a write sends back only what is listed

00000000000B
  ~ https://b.example/in
        events:
      +   message

skipped: one (00000000000A) is suspended: being ported

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances.

skipped: one (00000000000A): being ported
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn another_manifest_is_held_against_what_was_approved_as_well() {
    let stage = two(TOKEN);
    assert_eq!(save(&stage, &[]).code, 0);
    stage.write("elsewhere.yaml", MANIFEST);
    let other = MANIFEST.replace("https://b.example/in", "https://c.example/in");
    stage.write("other.yaml", &other);
    let run = apply(&stage, &["-f", "other.yaml", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 4
00000000000A applied, verified
00000000000B stale: stale null what is wanted is not what was approved with the plan: the manifest or a secret has changed

"#]]
    );
    let run = apply(&stage, &["-f", "elsewhere.yaml", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
00000000000A unchanged
00000000000B applied, verified

"#]]
    );
}

#[test]
fn difference_is_printed_under_the_name_of_its_instance() {
    let (_, run) = changed("a.example/in?key", "c.example/in?key");
    let head = "stale: one (00000000000A) is not what was approved";
    assert!(run.out.starts_with(head), "{}", run.told());
}
