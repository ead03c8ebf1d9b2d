//! Guards, scope and age of a saved plan: what was let pass is recorded, and everything else is evaluated again.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::guards::one_of_two;
use crate::harness::{Stage, stage};
use crate::saved::{A, B, FILE, apply, document, save};

fn posts(stage: &Stage) -> (u64, u64) {
    (stage.posts_of(A), stage.posts_of(B))
}

/// Twelve webhooks, of which a saved plan removes three, within the limit as it is and beyond that of `safety`.
fn pruned() -> (Stage, String) {
    let hooks = |count: usize| {
        let hook = |n| format!("{{ url: 'https://a.example/{n}', events: [message] }}");
        (0..count).map(hook).collect::<Vec<_>>().join(", ")
    };
    let world = format!("  - {{ id: {A}, webhooks: [{}] }}\n", hooks(12));
    let manifest = format!(
        "version: 1\ninstances: [{{ id: {A}, webhooks: [{}] }}]\n",
        hooks(9)
    );
    (Stage::new(&world, &manifest), manifest)
}

#[test]
fn a_plan_that_was_saved_while_an_instance_was_held_is_held_there_again() {
    let stage = one_of_two("webhooks: []", "");
    assert_eq!(save(&stage, &[]).code, 3);
    let run = apply(&stage, &[]);
    assert_data_eq!(run.told(), str![[r#"
exit 3
--- stdout
00000000000A (held, see below)
  - https://a.example/

00000000000B
  ~ https://a.example/
        events:
      -   message
      +   message.ack

held: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty lets it pass

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty lets it pass
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]);
    assert_eq!(posts(&stage), (0, 1));
}

#[test]
fn a_plan_that_was_saved_while_all_of_it_was_held_writes_nothing() {
    let (stage, manifest) = pruned();
    let tight = manifest.replace(
        "instances:",
        "safety: { max_removed_percent: 10 }\ninstances:",
    );
    stage.write("hookfleet.yaml", &tight);
    assert_eq!(save(&stage, &[]).code, 3);
    let run = apply(&stage, &["--auto-approve"]);
    assert_data_eq!(run.told(), str![[r#"
exit 3
--- stdout
notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed

00000000000A
  - https://a.example/9
  - https://a.example/10
  - https://a.example/11

held: the whole run: guard `removals`: 3 of 12 live webhooks would be removed (25%, and at most 10% may); --allow removals lets it pass

Plan: 0 to create, 0 to update, 3 to delete on 1 of 1 instances.

blocked: 00000000000A: guard `removals`: 3 of 12 live webhooks would be removed (25%, and at most 10% may); --allow removals lets it pass

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

"#]]);
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn what_was_let_pass_is_recorded_and_passes_when_it_is_applied() {
    let stage = one_of_two("webhooks: []", "");
    let run = save(&stage, &["--allow", "empty"]);
    assert_eq!(run.code, 0, "{}", run.told());
    assert_eq!(document(&stage)["approved"]["allow"], json!(["empty"]));
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(run.outcomes(), str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified

"#]]);
    assert_eq!(posts(&stage), (1, 1));
}

#[test]
fn letting_one_guard_pass_lets_no_other_one_pass() {
    let stage = one_of_two("webhooks: [], system: { is_active: false }", "");
    let run = save(&stage, &["--allow", "empty", "--allow", "changes"]);
    assert_eq!(run.code, 3, "{}", run.told());
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(run.outcomes(), str![[r#"
exit 3
00000000000A blocked: guard null guard `system-off`: its system webhook, which feeds the chat inbox, would be switched off; --allow system-off lets it pass
00000000000B applied, verified

"#]]);
    assert_eq!(posts(&stage), (0, 1));
}

#[test]
fn safety_that_got_tighter_since_holds_what_was_approved() {
    let (stage, manifest) = pruned();
    assert_eq!(save(&stage, &[]).code, 0);
    let tight = manifest.replace(
        "instances:",
        "safety: { max_removed_percent: 10 }\ninstances:",
    );
    stage.write("hookfleet.yaml", &tight);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(run.outcomes(), str![[r#"
exit 3
00000000000A blocked: guard null guard `removals`: 3 of 12 live webhooks would be removed (25%, and at most 10% may); --allow removals lets it pass

"#]]);
    assert_eq!(stage.requests().1, 0);
    stage.write("hookfleet.yaml", &manifest);
    assert_eq!(apply(&stage, &[]).code, 0);
    assert_eq!(stage.requests().1, 1);
}

#[test]
fn what_is_not_in_the_scope_of_a_saved_plan_is_neither_read_nor_written() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &["-i", B]).code, 0);
    assert_eq!(
        document(&stage)["approved"]["scope"],
        json!({ "instances": [B] })
    );
    let run = apply(&stage, &["--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000B applied, verified\n");
    assert!(stage.log_of(A).is_empty());
}

#[test]
fn a_name_in_the_scope_that_another_instance_has_now_approves_nothing_of_it() {
    let stage = stage(&[(A, ""), (B, "")]);
    let path = stage.dir.path().join("hookfleet.yaml");
    let manifest = std::fs::read_to_string(path).unwrap();
    let named = |id: &str| manifest.replace(id, &format!("{id}\n    name: shop"));
    stage.write("hookfleet.yaml", &named(A));
    assert_eq!(save(&stage, &["-i", "shop"]).code, 0);
    stage.write("hookfleet.yaml", &named(B));
    let run = apply(&stage, &[]);
    assert_data_eq!(run.told(), str![[r#"
exit 4
--- stdout
stale: 00000000000A is not what was approved (-) but this (+), and is left alone
  -   ~ https://a.example/hook
  -         events:
  -           message
  -       +   message.ack
  +   no changes

stale: 00000000000B is not what was approved (-) but this (+), and is left alone
  +   ~ https://a.example/hook
  +         events:
  +           message
  +       +   message.ack

stale: shop (00000000000B): it was not to be written when the plan was approved
stale: shop (00000000000A): it was approved, and the manifest does not have it any more

Plan: 0 to create, 0 to update, 0 to delete on 0 of 2 instances. 0 failed, 2 blocked.

stale: shop (00000000000B): it was not to be written when the plan was approved
stale: shop (00000000000A): it was approved, and the manifest does not have it any more

Apply complete: 0 applied, 0 unchanged, 0 failed, 2 stale, 0 blocked, 0 skipped.
--- stderr

hint: run `hookfleet plan` to see what it is now, then apply again

"#]]);
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn a_scope_is_not_chosen_again() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let before = stage.requests();
    let run = apply(&stage, &["-i", A]);
    assert_data_eq!(run.told(), str![[r#"
exit 64
--- stdout
--- stderr
error: the argument '[FILE]' cannot be used with '--instance <ID|NAME>'

Usage: hookfleet apply --retries <N> --base-url <URL> <FILE>

For more information, try '--help'.

"#]]);
    assert_eq!(stage.requests(), before);
}

#[test]
fn a_saved_plan_that_is_too_old_is_refused_and_nothing_is_sent() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let before = stage.requests();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let created = document(&stage)["approved"]["created"].clone();
    let timeless = |text: &str| text.replace(created.as_str().unwrap(), "<TIME>");
    let run = apply(&stage, &["--max-age", "0s"]);
    assert_data_eq!(timeless(&run.told()), str![[r#"
exit 65
--- stdout
--- stderr
error: the saved plan `plan.hfp` was made at <TIME>, which is longer ago than --max-age allows

hint: plan again, and have that approved; nothing was read or written

"#]]);
    let run = apply(&stage, &["--max-age", "0s", "--format", "json"]);
    assert_data_eq!(timeless(&run.told()), str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "expired_plan",
    "message": "the saved plan `plan.hfp` was made at <TIME>, which is longer ago than --max-age allows",
    "hint": "plan again, and have that approved; nothing was read or written"
  },
  "findings": [],
  "exit_code": 65
}
--- stderr

"#]]);
    assert_eq!(stage.requests(), before);
    assert_eq!(apply(&stage, &["--max-age", "1h"]).code, 0);
    assert_eq!(stage.requests().1, 1);
}

#[test]
fn an_age_is_asked_of_saved_plans_only() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let mut told = String::new();
    for args in [
        &["apply", "--auto-approve", "--max-age", "1h"][..],
        &["apply", FILE, "--max-age", "soon"],
        &["apply", FILE, "--resume", "20260101-000000-abcdef"],
    ] {
        told.push_str(&stage.run(args).told());
    }
    assert_data_eq!(told, str![[r#"
exit 64
--- stdout
--- stderr
error: the following required arguments were not provided:
  <FILE>

Usage: hookfleet apply --auto-approve --max-age <TIME> --base-url <URL> <FILE>

For more information, try '--help'.
exit 64
--- stdout
--- stderr
error: invalid value 'soon' for '--max-age <TIME>': takes an age such as 45s, 30m, 12h or 7d

For more information, try '--help'.
exit 64
--- stdout
--- stderr
error: the argument '[FILE]' cannot be used with '--resume <RUN>'

Usage: hookfleet apply --base-url <URL> <FILE>

For more information, try '--help'.

"#]]);
    assert_eq!(stage.requests().1, 0);
}
