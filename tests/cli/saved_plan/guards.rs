//! Guards and saved plans: what was let pass is recorded, and everything else is evaluated again.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::apply::guards::one_of_two;
use crate::harness::Stage;
use crate::saved_plan::{A, B, apply, document, save};

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
        "version: 1\ndefaults: {{ prune: true }}\ninstances: [{{ id: {A}, webhooks: [{}] }}]\n",
        hooks(9)
    );
    (Stage::new(&world, &manifest), manifest)
}

#[test]
fn a_plan_that_was_saved_while_an_instance_was_held_is_held_there_again() {
    let stage = one_of_two("webhooks: []", "");
    assert_eq!(save(&stage, &[]).code, 3);
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 3
--- stdout
00000000000A (blocked, see below)
  - https://a.example/

00000000000B
  ~ https://a.example/
        events:
      -   message
      +   message.ack

blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
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
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 3
--- stdout
notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed

00000000000A
  - https://a.example/***<FP>
  - https://a.example/***<FP>
  - https://a.example/***<FP>

blocked: the whole run: guard `removals`: 3 of 12 live webhooks would be removed (25%, and at most 10% may); --allow removals=3 lets it pass

Plan: 0 to create, 0 to update, 3 to delete on 1 of 1 instances.

blocked: 00000000000A: guard `removals`: 3 of 12 live webhooks would be removed (25%, and at most 10% may); --allow removals=3 lets it pass

Nothing was applied: 1 instance is blocked.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

"#]]
    );
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn allowed_guard_is_recorded_in_the_saved_plan_and_allowed_by_apply() {
    let stage = one_of_two("webhooks: []", "");
    let run = save(&stage, &["--allow", "empty"]);
    assert_eq!(run.code, 0, "{}", run.told());
    assert_eq!(document(&stage)["approved"]["allow"], json!(["empty"]));
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified

"#]]
    );
    assert_eq!(posts(&stage), (1, 1));
}

#[test]
fn letting_one_guard_pass_lets_no_other_one_pass() {
    let stage = one_of_two("webhooks: [], system: { is_active: false }", "");
    let run = save(&stage, &["--allow", "empty", "--allow", "changes"]);
    assert_eq!(run.code, 3, "{}", run.told());
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 3
00000000000A blocked: guard null guard `system-off`: its system webhook, which feeds the chat inbox, would be switched off; --allow system-off=1 lets it pass
00000000000B applied, verified

"#]]
    );
    assert_eq!(posts(&stage), (0, 1));
}

#[test]
fn limits_of_guards_are_those_of_the_approval_whatever_the_manifest_says_since() {
    let (stage, manifest) = pruned();
    assert_eq!(save(&stage, &[]).code, 0);
    let tight = manifest.replace(
        "instances:",
        "safety: { max_removed_percent: 10 }\ninstances:",
    );
    stage.write("hookfleet.yaml", &tight);
    let run = apply(&stage, &["--format", "json"]);
    assert_eq!(run.outcomes(), format!("exit 0\n{A} applied, verified\n"));
    assert_eq!(posts(&stage), (1, 0));
}

#[test]
fn a_guard_can_be_let_pass_when_it_is_applied_too() {
    let stage = one_of_two("webhooks: []", "");
    assert_eq!(save(&stage, &[]).code, 3);
    let run = apply(&stage, &["--allow", "empty", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified

"#]]
    );
    assert_eq!(posts(&stage), (1, 1));
}

/// What is blocked by each guard, the instance's settings, and the settings that lift the guard.
const LIFTED: [(&str, &str, &str); 3] = [
    (
        "empty",
        "prune: true, webhooks: []",
        "safety: { allow_empty: true }\n",
    ),
    (
        "prune",
        "webhooks: [{ url: 'https://other.example/', events: [message] }]",
        "defaults: { prune: true }\n",
    ),
    (
        "changes",
        "prune: true, webhooks: [{ url: 'https://other.example/', events: [message] }]",
        "",
    ),
];

#[test]
fn a_manifest_that_lifts_a_guard_after_the_approval_lifts_nothing() {
    for (guard, settings, lifts) in LIFTED {
        let world = format!(
            "  - {{ id: {A}, webhooks: [{{ url: 'https://a.example/', events: [message] }}] }}\n"
        );
        let limit = "safety: { max_changed_percent: 0 }\n";
        let before = if guard == "changes" { limit } else { "" };
        let manifest =
            |above: &str| format!("version: 1\n{above}instances: [{{ id: {A}, {settings} }}]\n");
        let stage = Stage::new(&world, &manifest(before));
        assert_eq!(save(&stage, &[]).code, 3, "{guard}");
        stage.write("hookfleet.yaml", manifest(lifts));
        let run = apply(&stage, &["--auto-approve"]);
        assert_eq!((run.code, posts(&stage)), (3, (0, 0)), "{}", run.told());
        assert!(
            run.told().contains(&format!("guard `{guard}`")),
            "{}",
            run.told()
        );
        let run = apply(&stage, &["--allow", &format!("{guard}=1")]);
        assert_eq!((run.code, posts(&stage)), (0, (1, 0)), "{}", run.told());
    }
}

#[test]
fn a_prune_that_is_no_longer_written_does_not_hold_what_was_approved() {
    let world = format!(
        "  - {{ id: {A}, webhooks: [{{ url: 'https://a.example/', events: [message] }}] }}\n"
    );
    let manifest = |prune: &str| {
        format!(
            "version: 1\ninstances: [{{ id: {A}, {prune}webhooks: [{{ url: 'https://b.example/', events: [message] }}] }}]\n"
        )
    };
    let stage = Stage::new(&world, &manifest("prune: true, "));
    assert_eq!(save(&stage, &[]).code, 0);
    stage.write("hookfleet.yaml", manifest(""));
    assert_eq!(apply(&stage, &[]).code, 0);
    assert_eq!(posts(&stage), (1, 0));
}

#[test]
fn fields_that_the_manifest_drops_since_the_approval_were_not_approved() {
    let world = format!(
        "  - {{ id: {A}, webhooks: [{{ url: 'https://a.example/', events: [message], extra: {{ hmac: key }} }}] }}\n"
    );
    let manifest = |drop: &str| {
        format!(
            "version: 1\ninstances: [{{ id: {A}, {drop}webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}]\n"
        )
    };
    let stage = Stage::new(&world, &manifest(""));
    assert_eq!(save(&stage, &[]).code, 0);
    stage.write("hookfleet.yaml", manifest("drop_fields: [hmac], "));
    assert_eq!(apply(&stage, &[]).code, 4);
    assert_eq!(posts(&stage), (0, 0));
}
