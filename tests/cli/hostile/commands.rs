//! Every command and format over the hostile world, with and without colours, with stdout a pipe as in a CI log.

use serde_json::Value;

use crate::harness::{Run, Stage, runs_in};
use crate::hostile::check::{run, run_coloured};
use crate::hostile::scene::{id, stage};
use crate::hostile::texts::TEXTS;

/// The names of the recorded runs, oldest first.
pub(crate) fn recorded(stage: &Stage) -> Vec<String> {
    let files = std::fs::read_dir(stage.dir.path().join(".hookfleet")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let all: String = names.map(|name| name + "\n").collect();
    let mut runs: Vec<String> = runs_in(&all).into_iter().map(str::to_owned).collect();
    runs.sort();
    runs
}

/// In text, in text with colours and in JSON, all with every log line; checked. The one in text.
fn in_every_format(stage: &Stage, args: &[&str]) -> Run {
    run_coloured(stage, &[args, &["-vv"]].concat());
    run(stage, &[args, &["--format", "json", "-vv"]].concat());
    run(stage, args)
}

/// The foreign texts of a plan's JSON, instance by instance: id, name, label, removed event, added event.
fn texts_of(plan: &Value) -> Vec<[String; 5]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let instances = plan["instances"].as_array().unwrap().iter();
    let hostile = instances.filter(|instance| instance["id"] != "suspended");
    hostile
        .map(|instance| {
            let update = &instance["webhooks"][0];
            [
                text(&instance["id"]),
                text(&instance["name"]),
                text(&instance["labels"]["hostile"]),
                text(&update["before"]["events"][0]),
                text(&update["after"]["events"][1]),
            ]
        })
        .collect()
}

#[test]
fn in_json_foreign_text_is_the_same_text_in_a_plan_and_in_a_saved_one() {
    let stage = stage();
    let plan = run(&stage, &["plan", "--out", "plan.hfp", "--format", "json"]);
    let shown = run(&stage, &["show", "plan.hfp", "--format", "json"]);
    let expected: Vec<[String; 5]> = TEXTS
        .iter()
        .map(|text| {
            let own = (*text).to_owned();
            let added = format!("{text} ack");
            [id(text).to_owned(), own.clone(), own.clone(), own, added]
        })
        .collect();
    assert_eq!(texts_of(&plan.json()), expected);
    let [shown, plan] = [shown, plan].map(|run| serde_json::from_str::<Value>(&run.out).unwrap());
    assert_eq!(shown, plan);
    let suspended = plan["instances"].as_array().unwrap().last().unwrap();
    assert_eq!(suspended["reason"], TEXTS.concat());
    let saved = std::fs::read_to_string(stage.dir.path().join("plan.hfp")).unwrap();
    crate::hostile::check::is_harmless("the saved plan", &saved);
}

#[test]
fn every_command_prints_a_hostile_world_harmlessly_in_every_format() {
    let stage = stage();
    let code = |args: &[&str]| in_every_format(&stage, args).code;
    assert_eq!(code(&["validate"]), 0);
    assert_eq!(code(&["validate", "--strict"]), 65);
    assert_eq!(code(&["plan"]), 0);
    assert_eq!(code(&["plan", "--detailed-exitcode"]), 2);
    assert_eq!(code(&["drift"]), 2);
    assert_eq!(
        code(&[
            "plan",
            "--instance=--- fold",
            "--instance=<script>alert(1)</script>"
        ]),
        0
    );
    assert_eq!(code(&["plan", "--out", "plan.hfp"]), 0);
    assert_eq!(code(&["show", "plan.hfp"]), 0);
    assert_eq!(code(&["apply"]), 64);
    assert_eq!(code(&["runs"]), 0);
    let world_before = stage.live();
    let applied = in_every_format(&stage, &["apply", "plan.hfp", "--allow", "removals"]);
    // The first of the three has done it, so that the others find what was approved is done.
    assert_eq!(applied.code, 0, "{}", applied.told());
    assert_ne!(stage.live(), world_before);
    let first = recorded(&stage)[0].clone();
    assert_eq!(code(&["runs"]), 0);
    assert_eq!(code(&["show", &first]), 0);
    assert_eq!(code(&["apply", "--resume", &first]), 0);
    assert_eq!(code(&["rollback", &first]), 64);
    assert_eq!(code(&["rollback", &first, "--auto-approve"]), 0);
    assert_eq!(stage.live(), world_before, "byte for byte");
    assert_eq!(code(&["apply", "plan.hfp"]), 4);
    assert_eq!(code(&["apply", "plan.hfp", "--again"]), 0);
    assert_eq!(code(&["apply", "--auto-approve"]), 0);
    assert_eq!(code(&["runs"]), 0);
}

#[test]
fn stale_hostile_instances_are_printed_harmlessly_in_every_format() {
    let stage = stage();
    run(&stage, &["plan", "--out", "plan.hfp"]);
    for text in TEXTS {
        let mut webhooks = stage.world().webhooks(id(text));
        for webhook in &mut webhooks {
            webhook.events.push(format!("{text} moved"));
        }
        assert!(stage.world().set_webhooks(id(text), webhooks));
    }
    let moved = in_every_format(&stage, &["apply", "plan.hfp"]);
    assert_eq!(moved.code, 4, "{}", moved.told());
    assert!(moved.out.contains("\\u{2b}++ open moved"), "{}", moved.out);
}
