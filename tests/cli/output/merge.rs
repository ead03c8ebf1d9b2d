//! `report merge`: what several shards printed, as one document with one exit code, which never looks whole when it is not.

use std::str::FromStr;

use hookfleet::desired::Shard;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage, fleet, stage};

/// What a shard printed as JSON, kept as its file.
pub(crate) fn keep(stage: &Stage, args: &[&str], shard: &str) {
    let args = [args, &["--format", "json", "--shard", shard]].concat();
    let output = stage.command(&args).output().unwrap();
    std::fs::write(stage.dir.path().join(of(shard)), output.stdout).unwrap();
}

pub(crate) fn apply(stage: &Stage, shard: &str) {
    keep(stage, &["apply", "--auto-approve"], shard);
}

/// The file of a shard.
fn of(shard: &str) -> &'static str {
    let index: usize = shard.split_once('/').unwrap().0.parse().unwrap();
    FILES[index - 1]
}

pub(crate) fn read(stage: &Stage, file: &str) -> Value {
    let text = std::fs::read(stage.dir.path().join(file)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

pub(crate) fn merge(stage: &Stage, args: &[&str]) -> Run {
    stage.run(&[&["report", "merge"], args].concat())
}

pub(crate) const FILES: [&str; 3] = ["report-1.json", "report-2.json", "report-3.json"];
/// The first of two shards, and of three.
pub(crate) const A: &str = "000000000008";
/// The second of two shards, and of three.
pub(crate) const B: &str = "000000000001";
/// The third of three shards.
const C: &str = "000000000000";

#[test]
fn the_instances_of_these_tests_are_in_the_shards_that_they_are_named_for() {
    let shards = |id, count| {
        (1..=count).find(|index| {
            Shard::from_str(&format!("{index}/{count}"))
                .unwrap()
                .has(id)
        })
    };
    assert_eq!(
        [A, B, C].map(|id| shards(id, 3)),
        [Some(1), Some(2), Some(3)]
    );
    assert_eq!([A, B].map(|id| shards(id, 2)), [Some(1), Some(2)]);
}

#[test]
fn reports_of_all_shards_are_one_report_with_one_exit_code() {
    let stage = stage(&[
        (A, ""),
        (B, "{ on: get, answer: { status: 401 } }"),
        (C, ""),
    ]);
    for shard in ["1/3", "2/3", "3/3"] {
        apply(&stage, shard);
    }
    let before = stage.requests();
    let run = merge(&stage, &[FILES[2], FILES[0], FILES[1]]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
applied and verified: 2 instances
    000000000008, 000000000000
failed: 000000000001: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)

Apply complete: 2 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as <RUN> (shard 1), <RUN> (shard 3); `hookfleet rollback RUN`, with the --state-dir of that shard, puts back what it has overwritten.

"#]]
    );
    let run = merge(&stage, &[&FILES[..], &["--format", "json"]].concat());
    let document = run.json();
    assert_eq!(
        run.outcomes(),
        "exit 1\n000000000008 applied, verified\n000000000001 failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)\n000000000000 applied, verified\n"
    );
    assert_eq!(document.get("selection"), None);
    let runs = json!([{ "shard": 1, "run": "<RUN>" }, { "shard": 3, "run": "<RUN>" }]);
    assert_eq!(document["joined"], json!({ "shards": 3, "runs": runs }));
    assert_eq!(stage.requests(), before, "it sends nothing");
}

#[test]
fn a_shard_that_died_is_missed_whatever_it_left() {
    let stage = stage(&[(A, ""), (B, ""), (C, "")]);
    apply(&stage, "1/3");
    apply(&stage, "3/3");
    let whole = std::fs::read_to_string(stage.dir.path().join(FILES[2])).unwrap();
    let told = |run: Run| {
        let said = run
            .out
            .split("missing: shard 2 of 3, with 1 instance of 3")
            .next()
            .unwrap()
            .to_owned();
        assert!(run.out.ends_with("\n\nApply complete: 2 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped. 1 of 3 shards is missing.\n"), "{}", run.told());
        assert_eq!(run.code, 1, "{}", run.told());
        said
    };
    // What a glob finds when nothing was left.
    assert_data_eq!(
        merge(&stage, &[FILES[0], FILES[2]]).told(),
        str![[r#"
exit 1
--- stdout
applied and verified: 2 instances
    000000000008, 000000000000

missing: shard 2 of 3, with 1 instance of 3

Apply complete: 2 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped. 1 of 3 shards is missing.
--- stderr

Recorded as <RUN> (shard 1), <RUN> (shard 3); `hookfleet rollback RUN`, with the --state-dir of that shard, puts back what it has overwritten.

hint: run that shard again with the options of the others, and join anew: `hookfleet apply --shard 2/3`

"#]]
    );
    let all = |stage: &Stage| told(merge(stage, &FILES));
    let nothing = format!("applied and verified: 2 instances\n    {A}, {C}\n\n");
    assert_eq!(
        all(&stage),
        format!(
            "{nothing}no instances: report-2.json: cannot be read: No such file or directory (os error 2)\n"
        )
    );
    stage.write(FILES[1], "");
    assert_eq!(
        all(&stage),
        format!("{nothing}no instances: report-2.json: the file is empty\n")
    );
    stage.write(FILES[1], &whole[..whole.len() / 2]);
    assert_eq!(
        all(&stage),
        format!(
            "{nothing}no instances: report-2.json: the file ends in the middle of a document\n"
        )
    );
    let run = stage.env("WAWP_ACCESS_TOKEN", "");
    let failed = run.run(&["apply", "--auto-approve", "--format", "json"]);
    run.write(FILES[1], &failed.out);
    assert_eq!(
        all(&run),
        format!(
            "{nothing}no instances: report-2.json: there is no token: environment variable `WAWP_ACCESS_TOKEN` is empty, so nothing was sent\n"
        )
    );
    let json = merge(&run, &[&FILES[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["joined"]["missing_shards"], json!([2]));
    assert_eq!(
        json["joined"]["failed_parts"][0]["error"]["kind"],
        "unset_source"
    );
}

#[test]
fn plans_with_nothing_to_change_do_not_say_so_while_a_shard_is_missing() {
    let (world, manifest) = fleet(&[(A, ""), (B, "")]);
    let stage = Stage::new(
        &world.replace("[message]", "[message, message.ack]"),
        &manifest,
    );
    for shard in ["1/2", "2/2"] {
        keep(&stage, &["drift"], shard);
    }
    assert_data_eq!(
        merge(&stage, &FILES[..2]).told(),
        str![[r#"
exit 0
--- stdout
No changes. 2 instances match the manifest.
--- stderr

"#]]
    );
    assert_data_eq!(
        merge(&stage, &FILES[..1]).told(),
        str![[r#"
exit 1
--- stdout
missing: shard 2 of 2, with 1 instance of 2

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 of 2 shards is missing.
--- stderr

hint: run that shard again with the options of the others, and join anew: `hookfleet plan --shard 2/2`

"#]]
    );
    // All are there, and a file besides tells of a run that came to nothing.
    stage.write(FILES[2], "");
    assert_data_eq!(
        merge(&stage, &FILES).told(),
        str![[r#"
exit 1
--- stdout
no instances: report-3.json: the file is empty

Plan: 0 to create, 0 to update, 0 to delete on 0 of 2 instances. 1 file held no instances.
--- stderr

"#]]
    );
}

#[test]
fn merged_report_shows_suspend_reasons_and_selector_labels() {
    let (world, manifest) = fleet(&[(A, ""), (B, "")]);
    let suspended =
        format!("{B}\n    labels: {{ env: prod }}\n    suspend: true\n    reason: ported");
    let stage = Stage::new(&world, &manifest.replace(B, &suspended));
    for shard in ["1/2", "2/2"] {
        keep(&stage, &["apply", "--auto-approve", "-l", "env"], shard);
    }
    assert_data_eq!(
        merge(&stage, &FILES[..2]).told(),
        str![[r#"
exit 0
--- stdout
skipped: 000000000001: ported

Selected by -l env: 1 of 2 instances; the guards weigh each shard alone.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped.
--- stderr

"#]]
    );
    assert_data_eq!(
        merge(&stage, &FILES[1..2]).told(),
        str![[r#"
exit 1
--- stdout
skipped: 000000000001: ported

missing: shard 1 of 2

Selected by -l env: 1 of 2 instances; the guards weigh each shard alone.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped. 1 of 2 shards is missing.
--- stderr

hint: run that shard again with the options of the others, and join anew: `hookfleet apply --shard 1/2`

"#]]
    );
}

#[test]
fn drift_and_guards_of_shards_are_told_with_their_numbers() {
    let (world, manifest) = fleet(&[(A, ""), (B, "")]);
    let manifest = manifest.replace(
        "version: 1\n",
        "version: 1\nsafety: { max_changed_percent: 50 }\n",
    );
    let stage = Stage::new(&world, &manifest);
    for shard in ["1/2", "2/2"] {
        keep(&stage, &["plan"], shard);
    }
    assert_data_eq!(
        merge(&stage, &FILES[..2]).told(),
        str![[r#"
exit 3
--- stdout
2 instances:
    000000000008, 000000000001
  ~ https://a.example/hook
        events:
          message
      +   message.ack

blocked: the whole run: shards 1 and 2 of 2, each: guard `changes`: 1 of 1 instances would change (100%, and at most 50% may); --allow changes=1 lets it pass

Plan: 0 to create, 2 to update, 0 to delete on 2 of 2 instances.
--- stderr

"#]]
    );
}
