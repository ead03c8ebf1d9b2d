//! What a manifest's `safety` lifts is said first, and ignored where its author is not trusted.

use serde_json::json;

use super::guards::one_of_two;
use crate::harness::run_logs;

const LIFTS: &str = "safety: { max_removed_percent: 100, allow_empty: true }\n";
const LIFTED: &str = "the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30) and `allow_empty: true` (the default is false)";
const IGNORED: &str = "the manifest's `safety` would lift guards by `max_removed_percent: 100` (the default is 30) and `allow_empty: true` (the default is false), which --untrusted ignores";

#[test]
fn lifted_guards_are_the_first_notice_of_every_plan() {
    let stage = one_of_two(
        "webhooks: [{ url: 'https://new.example/', events: [message] }]",
        LIFTS,
    );
    for verb in ["plan", "drift"] {
        let run = stage.run(&[verb]);
        assert_eq!(
            run.out.lines().next(),
            Some(&*format!("notice: {LIFTED}")),
            "{}",
            run.out
        );
        let json = stage.run(&[verb, "--format", "json"]).json();
        assert_eq!(
            json["notices"][0],
            json!({ "kind": "lifted_guards", "message": LIFTED, "instances": [] })
        );
        assert_eq!(json["notices"][1]["kind"], "new_host");
    }
    let run = run_logs::apply(&stage, &[]);
    let (back, _) = run_logs::rollback(&stage, &run, &[]);
    assert_eq!(back.json()["notices"][0]["kind"], "lifted_guards");
    let valid = stage.run(&["validate"]);
    assert_eq!(
        (valid.code, &*valid.err),
        (0, &*format!("note: {LIFTED}\n"))
    );
    let strict = stage.run(&["validate", "--strict", "--untrusted"]);
    assert_eq!(
        (strict.code, &*strict.err),
        (0, &*format!("note: {IGNORED}\n"))
    );
}

#[test]
fn untrusted_ignores_what_safety_lifts_and_keeps_what_it_tightens() {
    let stage = one_of_two("webhooks: []", LIFTS);
    assert_eq!(stage.run(&["plan", "-q"]).code, 0);
    let plan = stage
        .run(&["plan", "--untrusted", "--format", "json"])
        .json();
    assert_eq!(
        (
            &plan["exit_code"],
            &plan["guards"][0]["guard"],
            &plan["notices"][0]
        ),
        (
            &json!(3),
            &json!("empty"),
            &json!({ "kind": "ignored_safety", "message": IGNORED, "instances": [] })
        )
    );
    let run = stage.run(&["apply", "--auto-approve", "--untrusted", "-q"]);
    assert_eq!(
        (run.code, stage.posts_of("00000000000A")),
        (3, 0),
        "{}",
        run.out
    );
    // The other instance is written, so nothing but the first differs now.
    let tight = one_of_two(
        "webhooks: []",
        "safety: { max_changed_percent: 49, allow_empty: true }\n",
    );
    let plan = tight
        .run(&["plan", "--untrusted", "--format", "json"])
        .json();
    let guards = plan["guards"].as_array().unwrap();
    let guards: Vec<_> = guards.iter().map(|guard| &guard["guard"]).collect();
    assert_eq!(guards, ["changes", "empty"]);
}

#[test]
fn limits_that_lift_nothing_are_not_told() {
    let stage = one_of_two(
        "webhooks: []",
        "safety: { max_removed_percent: 30, max_changed_percent: 100, allow_empty: false }\n",
    );
    assert!(
        !stage
            .run(&["plan", "--untrusted"])
            .told()
            .contains("safety")
    );
    assert_eq!(stage.run(&["validate"]).err, "");
}

/// Lifted limits that no trusted run approved are not in its saved plan.
#[test]
fn a_saved_plan_keeps_the_limits_that_were_in_force() {
    let stage = one_of_two("webhooks: []", LIFTS);
    let save = |flags: &[&str]| {
        stage
            .run(&[&["plan", "--out", "plan.json", "-q"], flags].concat())
            .code
    };
    assert_eq!(save(&["--untrusted"]), 3);
    assert_eq!(stage.run(&["apply", "plan.json", "-q"]).code, 3);
    assert_eq!(stage.posts_of("00000000000A"), 0);
    assert_eq!(save(&[]), 0);
    assert_eq!(stage.run(&["apply", "plan.json", "-q"]).code, 0);
    assert_eq!(stage.posts_of("00000000000A"), 1);
}
