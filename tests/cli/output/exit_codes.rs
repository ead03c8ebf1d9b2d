//! Which exit code wins when there are several.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

/// Instances that fail to be read, are held, go stale, change, and are in sync.
fn mixed(instances: &[&str]) -> Stage {
    let other = "{ on: get, nth: 2, meanwhile: { webhooks: [{ url: 'https://theirs.example/', events: [] }] } }";
    let world = |id: &str, faults: &str| {
        format!(
            "  - {{ id: {id}, webhooks: [{{ url: 'https://a.example/', events: [message] }}], faults: [{faults}], system: none }}\n"
        )
    };
    let hooks = |id: &str, hooks: &str| format!("  - {{ id: {id}, webhooks: [{hooks}] }}\n");
    let changed = "{ url: 'https://a.example/', events: [message.ack] }";
    let (mut worlds, mut manifest) = (
        String::new(),
        "version: 1\ndefaults: { prune: true }\ninstances:\n".to_owned(),
    );
    for id in instances {
        let (fault, wanted) = match *id {
            "failed" => ("{ on: get, answer: { status: 404 } }", changed),
            "held" => ("", ""),
            "stale" => (other, changed),
            "changed" => ("", changed),
            _ => ("", "{ url: 'https://a.example/', events: [message] }"),
        };
        worlds.push_str(&world(id, fault));
        manifest.push_str(&hooks(id, wanted));
    }
    Stage::new(&worlds, &manifest)
}

#[test]
fn exit_code_of_several_outcomes_is_1_then_3_then_4_then_2() {
    for (instances, plan, apply) in [
        (&["failed", "held", "stale", "changed", "synced"][..], 1, 1),
        (&["failed", "changed"], 1, 1),
        (&["held", "stale", "changed"], 3, 3),
        (&["held", "synced"], 3, 3),
        (&["stale", "changed", "synced"], 2, 4),
        (&["changed", "synced"], 2, 0),
        (&["synced"], 0, 0),
    ] {
        let code = |args: &[&str]| mixed(instances).run(args).code;
        // A drift can't write, so a guard holds nothing of it.
        let drift = if plan == 3 { 2 } else { plan };
        assert_eq!(code(&["drift", "-q"]), drift, "drift {instances:?}");
        assert_eq!(
            code(&["plan", "--detailed-exitcode", "--format", "json"]),
            plan,
            "plan {instances:?}"
        );
        let without = if plan == 2 { 0 } else { plan };
        assert_eq!(code(&["plan"]), without, "plan {instances:?}");
        assert_eq!(
            code(&["apply", "--auto-approve"]),
            apply,
            "apply {instances:?}"
        );
        assert_eq!(
            code(&["apply", "--auto-approve", "--format", "json"]),
            apply,
            "apply {instances:?}"
        );
    }
}

#[test]
fn every_kind_of_outcome_is_reported_in_one_run() {
    let stage = mixed(&["failed", "held", "stale", "changed", "synced"]);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
failed failed: not_found 404 the API answered 404 Not Found: Session Does Not Exist (session_not_found)
held blocked: guard null guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass
stale stale: stale null nothing was written: live state has changed since the plan
changed applied, verified
synced unchanged

"#]]
    );
    let sums = json!({ "instances": 5, "applied": 1, "unchanged": 1, "failed": 1, "stale": 1, "blocked": 1, "skipped": 0 });
    assert_eq!(run.json()["summary"], sums);
    assert_eq!(stage.requests().1, 1);
}
