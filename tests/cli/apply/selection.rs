//! `-i`, `-l` and `--shard`: what is not selected is not read, no source of it is opened, and guards do not weigh it.

use std::fmt::Write;

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::harness::Stage;
use crate::harness::run_logs;

/// Twelve instances, of which four are `env: prod`; every one of them changes.
fn fleet() -> Stage {
    let (mut world, mut manifest) = (
        String::new(),
        String::from("version: 1\ndefaults: { prune: true }\ninstances:\n"),
    );
    for number in 0..12 {
        let env = if number % 3 == 0 { "prod" } else { "test" };
        writeln!(
            world,
            "  - {{ id: 0000000000{number:02}, webhooks: [{{ url: 'https://a.example/', events: [message] }}] }}"
        )
        .unwrap();
        writeln!(
            manifest,
            "  - {{ id: 0000000000{number:02}, name: i{number}, labels: {{ env: {env} }}, webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}"
        )
        .unwrap();
    }
    Stage::new(&world, &manifest)
}

/// The ids that a plan lists.
fn planned(stage: &Stage, args: &[&str]) -> Vec<String> {
    let args: Vec<&str> = ["plan", "--format", "json"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let document = stage.run(&args).json();
    let instances = document["instances"].as_array().unwrap();
    instances
        .iter()
        .map(|instance| instance["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn labels_select_before_anything_is_read_and_the_plan_says_so() {
    let stage = fleet();
    let run = stage.run(&["plan", "-l", "env in (prod), !legacy"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
notice: 4 instances: the answer does not mention a system webhook; a write sends back only what is listed
    i0 (000000000000), i3 (000000000003), i6 (000000000006), i9 (000000000009)

4 instances:
    i0 (000000000000), i3 (000000000003), i6 (000000000006), i9 (000000000009)
  ~ https://a.example/
        events:
      -   message
      +   message.ack

Selected by -l env in (prod), !legacy: 4 of 12 instances; the guards weigh these alone.

Plan: 0 to create, 4 to update, 0 to delete on 4 of 4 instances.
--- stderr

"#]]
    );
    assert_eq!(stage.requests(), (4, 0));
}

#[test]
fn shards_are_disjoint_and_together_the_whole() {
    let stage = fleet();
    let shards: Vec<Vec<String>> = (1..=3)
        .map(|index| planned(&stage, &["--shard", &format!("{index}/3")]))
        .collect();
    assert_eq!(stage.requests(), (12, 0));
    let mut together: Vec<String> = shards.iter().flatten().cloned().collect();
    together.sort();
    assert_eq!(together, planned(&stage, &[]));
    assert!(shards.iter().all(|shard| shard.len() < 12));
}

#[test]
fn selectors_are_combined_and_named_in_documents() {
    let stage = fleet();
    let args = ["-i", "i0", "-i", "i1", "-l", "env=prod", "--shard", "1/1"];
    let plan: Vec<&str> = ["plan", "--format", "json"]
        .iter()
        .chain(&args)
        .copied()
        .collect();
    let selection = json!({
        "instances": ["i0", "i1"],
        "selector": "env=prod",
        "shard": { "index": 1, "count": 1 },
        "of": 12
    });
    let document = stage.run(&plan).json();
    assert_eq!(document["selection"], selection);
    assert_eq!(document["summary"]["instances"], 1);
    let apply = ["apply", "--auto-approve", "--format", "json"];
    let apply: Vec<&str> = apply.iter().chain(&args).copied().collect();
    let document = stage.run(&apply).json();
    assert_eq!(document["selection"], selection);
    assert_eq!(
        (document["summary"]["applied"].clone(), stage.requests().1),
        (json!(1), 1)
    );
    assert!(
        stage
            .run(&["plan", "--format", "json"])
            .json()
            .get("selection")
            .is_none()
    );
}

#[test]
fn guards_weigh_the_selection_alone() {
    let live = "webhooks: [{ url: 'https://a.example/', events: [message] }, { url: 'https://b.example/', events: [message] }]";
    let world = (0..12).map(|number| format!("  - {{ id: 0000000000{number:02}, {live} }}\n"));
    let manifest = (0..12).map(|number| {
            // 6 of all 24 live webhooks may go, and 6 of 12 may not.
            let (part, b) = if number < 6 {
                ("some", "")
            } else {
                ("others", ", { url: 'https://b.example/', events: [message] }")
            };
            format!("  - {{ id: 0000000000{number:02}, labels: {{ part: {part} }}, webhooks: [{{ url: 'https://a.example/', events: [message] }}{b}] }}\n")
        });
    let world: Vec<String> = world.collect();
    let manifest: Vec<String> = manifest.collect();
    let stage = Stage::new(
        &world.concat(),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\ninstances:\n{}",
            manifest.concat()
        ),
    );
    assert_eq!(stage.run(&["plan"]).code, 0);
    let run = stage.run(&["plan", "-l", "part=some"]);
    assert_eq!(run.code, 3);
    assert_data_eq!(
        run.out,
        str![[r#"
notice: 6 instances: the answer does not mention a system webhook; a write sends back only what is listed
    000000000000, 000000000001, 000000000002, 000000000003, 000000000004, 000000000005

6 instances:
    000000000000, 000000000001, 000000000002, 000000000003, 000000000004, 000000000005
  - https://b.example/

blocked: the whole run: guard `removals`: 6 of 12 live webhooks would be removed (50%, and at most 30% may); --allow removals=6 lets it pass

Selected by -l part=some: 6 of 12 instances; the guards weigh these alone.

Plan: 0 to create, 0 to update, 6 to delete on 6 of 6 instances.

"#]]
    );
}

#[test]
fn a_source_that_only_others_need_is_not_opened() {
    let stage = Stage::new(
        "  - { id: 00000000000A, webhooks: [] }\n",
        "version: 1\ndefaults: { prune: true }\nsecrets: { unset: { env: HOOKFLEET_TEST_UNSET } }\ninstances:\n  - { id: 00000000000A, labels: { env: prod }, webhooks: [] }\n  - { id: 00000000000B, webhooks: [{ url: 'https://a.example/?s=${secret.unset}', events: [message] }] }\n",
    );
    assert_eq!(stage.run(&["plan"]).code, 1);
    assert_eq!(stage.run(&["plan", "-l", "env"]).code, 0);
}

#[test]
fn an_empty_selection_is_fine_and_warned_of() {
    let stage = fleet();
    let run = stage.run(&["plan", "-l", "envv!=prod,env=prdo", "--shard", "1/1"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
Selected by -l envv!=prod,env=prdo, shard 1/1: 0 of 12 instances; the guards weigh these alone.

No changes. 0 instances match the manifest.
--- stderr
warning: no instance has a label `envv`; did you mean `env`?
warning: no instance has a label `env=prdo`; did you mean `env=prod`?
warning: -l envv!=prod,env=prdo, shard 1/1: none of 12 instances is selected

"#]]
    );
    let run = stage.run(&["apply", "--auto-approve", "-i", "i1", "-l", "env=prod"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
Selected by -i i1, -l env=prod: 0 of 12 instances; the guards weigh these alone.

No changes. 0 instances match the manifest.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr
warning: -i i1, -l env=prod: none of 12 instances is selected

"#]]
    );
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn a_selection_that_makes_no_sense_is_a_usage_error() {
    let stage = fleet();
    for args in [
        ["-l", "env=prod*"],
        ["-l", ""],
        ["--shard", "0/3"],
        ["--shard", "4/3"],
    ] {
        let run = stage.run(&["plan", args[0], args[1]]);
        assert_eq!((run.code, &*run.out), (64, ""), "{args:?}");
    }
    assert_data_eq!(
        stage.run(&["drift", "--shard", "0/3"]).err,
        str![[r#"
error: invalid value '0/3' for '--shard <K/N>': a shard is K/N, such as 2/8: the second of 8, of at most 4096; K counts from 1

hint: `hookfleet drift --help` says what `--shard` takes

"#]]
    );
    assert_data_eq!(
        stage.run(&["drift", "-l", "env=prod region=eu"]).err,
        str![[r#"
error: invalid value 'env=prod region=eu' for '--selector <SELECTOR>': `region` stands where a comma belongs; a selector is written as `env=prod,tier!=free,region in (eu, us),!legacy`

hint: `hookfleet drift --help` says what `--selector` takes

"#]]
    );
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn a_saved_plan_of_a_shard_is_applied_to_that_shard() {
    let stage = fleet();
    let shard = planned(&stage, &["--shard", "2/3"]);
    let run = stage.run(&["plan", "--shard", "2/3", "--out", "plan.hfp"]);
    assert_eq!(run.code, 0);
    let before = stage.requests().0;
    let run = stage.run(&["apply", "plan.hfp", "--format", "json"]);
    let document = run.json();
    let applied = document["instances"].as_array().unwrap().iter();
    let applied: Vec<&str> = applied
        .map(|instance| instance["id"].as_str().unwrap())
        .collect();
    assert_eq!(applied, shard);
    assert_eq!(
        document["selection"],
        json!({ "shard": { "index": 2, "count": 3 }, "of": 12 })
    );
    let size = shard.len() as u64;
    assert_eq!(
        (stage.requests().0 - before, stage.requests().1),
        (3 * size, size)
    );
    let shown = stage.run(&["show", "plan.hfp"]);
    assert!(
        shown.out.contains("\nSelected by shard 2/3: "),
        "{}",
        shown.out
    );
}

#[test]
fn a_rollback_can_be_narrowed_too() {
    let stage = fleet();
    let run = run_logs::apply(&stage, &[]);
    let (back, _) = run_logs::rollback(&stage, &run, &["-l", "env=prod"]);
    let document = back.json();
    assert_eq!(document["summary"]["applied"], 4, "{}", back.told());
    assert_eq!(
        document["selection"],
        json!({ "selector": "env=prod", "of": 12 })
    );
}

#[test]
fn a_rollback_by_labels_leaves_out_what_has_no_labels_any_more() {
    let stage = fleet();
    let run = run_logs::apply(&stage, &["-i", "i0", "-i", "i1"]);
    let manifest = std::fs::read_to_string(stage.dir.path().join("hookfleet.yaml")).unwrap();
    let without = manifest
        .lines()
        .filter(|line| !line.contains("name: i0,"))
        .collect::<Vec<_>>();
    stage.write("hookfleet.yaml", &(without.join("\n") + "\n"));
    let (back, _) = run_logs::rollback(&stage, &run, &["-l", "env!=staging"]);
    assert_eq!(
        back.err.lines().next(),
        Some(
            "warning: 1 instance left out: the manifest no longer lists it, so the labels are unknown; -i selects one"
        )
    );
    assert_eq!(back.outcomes(), "exit 0\n000000000001 applied, verified\n");
    let (back, _) = run_logs::rollback(&stage, &run, &["-i", "i0"]);
    assert_eq!(back.outcomes(), "exit 0\n000000000000 applied, verified\n");
}

#[test]
fn a_label_that_no_instance_has_is_told_with_the_nearest() {
    let told = |selector: &str| {
        let run = fleet().run(&["plan", "-l", selector]);
        let warnings = run.err.lines().filter(|line| line.starts_with("warning"));
        warnings.collect::<Vec<_>>().join("\n")
    };
    assert_data_eq!(
        [
            "env=prd",
            "env in (prod, tset)",
            "env!=prodd",
            "env notin (staging)",
            "envv=prod",
            "!evn",
            "!legacy",
            "env=prod",
        ]
        .map(|selector| format!("{selector}\n{}\n", told(selector)))
        .join("\n"),
        str![[r#"
env=prd
warning: no instance has a label `env=prd`; did you mean `env=prod`?
warning: -l env=prd: none of 12 instances is selected

env in (prod, tset)
warning: no instance has a label `env=tset`; did you mean `env=test`?

env!=prodd
warning: no instance has a label `env=prodd`; did you mean `env=prod`?

env notin (staging)
warning: no instance has a label `env=staging`

envv=prod
warning: no instance has a label `envv`; did you mean `env`?
warning: -l envv=prod: none of 12 instances is selected

!evn
warning: no instance has a label `evn`; did you mean `env`?

!legacy


env=prod


"#]]
    );
}
