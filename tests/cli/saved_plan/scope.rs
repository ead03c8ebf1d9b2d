//! Scope and age of a saved plan: what `-i` named is recorded, and `--max-age` refuses what is too old.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::harness::stage;
use crate::saved_plan::forged::sealed;
use crate::saved_plan::{A, B, FILE, apply, document, save, text};

#[test]
fn instance_outside_the_scope_of_a_saved_plan_is_neither_read_nor_written() {
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
fn a_name_in_the_scope_that_another_instance_has_now_approves_nothing_of_that() {
    let stage = stage(&[(A, ""), (B, "")]);
    let path = stage.dir.path().join("hookfleet.yaml");
    let manifest = std::fs::read_to_string(path).unwrap();
    let named = |id: &str| manifest.replace(id, &format!("{id}\n    name: shop"));
    stage.write("hookfleet.yaml", named(A));
    assert_eq!(save(&stage, &["-i", "shop"]).code, 0);
    stage.write("hookfleet.yaml", named(B));
    let run = apply(&stage, &["--format", "json"]);
    assert_eq!(run.code, 4, "{}", run.told());
    let document = run.json();
    let instances = document["instances"].as_array().unwrap().iter();
    let left: Vec<Value> = instances
        .map(|instance| json!([instance["id"], instance["status"]]))
        .collect();
    assert_eq!(left, [json!([A, "applied"]), json!([B, "stale"])]);
    assert_eq!(stage.posts_of(B), 0);
}

#[test]
fn a_scope_is_not_chosen_again() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let before = stage.requests();
    let run = apply(&stage, &["-i", A]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 64
--- stdout
--- stderr
error: the argument '[FILE]' cannot be used with '--instance <ID|NAME>'

Usage: hookfleet apply --retries <N> --base-url <URL> <FILE>

hint: a saved plan says which instances it is for; narrow it when it is made, with `hookfleet plan --out FILE`

"#]]
    );
    assert_eq!(stage.requests(), before);
}

#[test]
fn an_instance_that_was_approved_under_another_name_is_still_the_approved_one() {
    let stage = stage(&[(A, "")]);
    let path = stage.dir.path().join("hookfleet.yaml");
    let manifest = std::fs::read_to_string(path).unwrap();
    let named = |name: &str| manifest.replace(A, &format!("{A}\n    name: {name}"));
    stage.write("hookfleet.yaml", named("shop"));
    assert_eq!(save(&stage, &["-i", "shop"]).code, 0);
    stage.write("hookfleet.yaml", named("store"));
    let run = apply(&stage, &["--format", "json"]);
    assert_eq!((run.code, stage.posts_of(A)), (0, 1), "{}", run.told());
}

#[test]
fn a_saved_plan_that_is_too_old_is_refused_and_nothing_is_sent() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let before = stage.requests();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let created = document(&stage)["approved"]["created"].clone();
    let timeless = |text: &str| text.replace(created.as_str().unwrap(), "<TIME>");
    let run = apply(&stage, &["--max-age", "1ms"]);
    assert_data_eq!(
        timeless(&run.told()),
        str![[r#"
exit 65
--- stdout
--- stderr
error: the saved plan `plan.hfp` was made at <TIME>, which is longer ago than --max-age allows

hint: plan again, and have that approved; nothing was read or written

"#]]
    );
    let run = apply(&stage, &["--max-age", "1ms", "--format", "json"]);
    assert_data_eq!(
        timeless(&run.told()),
        str![[r#"
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

"#]]
    );
    assert_eq!(stage.requests(), before);
    assert_eq!(apply(&stage, &["--max-age", "1h"]).code, 0);
    assert_eq!(stage.requests().1, 1);
}

#[test]
fn a_saved_plan_that_is_dated_ahead_is_refused_under_max_age_and_nothing_is_sent() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let before = stage.requests();
    let own = text(&stage);
    let created = document(&stage)["approved"]["created"].clone();
    let ahead = own.replace(created.as_str().unwrap(), "2999-01-01T00:00:00Z");
    stage.write(FILE, sealed(&ahead));
    let run = apply(&stage, &["--max-age", "1h"]);
    let (told, clock) = (run.told(), run.err.split("clock says ").nth(1).unwrap());
    let now = clock.split(": this").next().unwrap();
    assert_data_eq!(
        told.replace(now, "<TIME>"),
        str![[r#"
exit 65
--- stdout
--- stderr
error: the saved plan `plan.hfp` was made at 2999-01-01T00:00:00Z, and this machine's clock says <TIME>: this clock is slow, or the clock of the machine that made the plan was fast

hint: set the clock that is wrong, and plan again if it is the one of the plan; nothing was read or written

"#]]
    );
    assert_eq!(stage.requests(), before);
}

#[test]
fn an_age_is_asked_of_saved_plans_only() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let mut told = String::new();
    for args in [
        &["apply", "--auto-approve", "--max-age", "1h"][..],
        &["apply", FILE, "--max-age", "soon"],
        &["apply", FILE, "--resume", "20260101-000000.000-abcd"],
    ] {
        told.push_str(&stage.run(args).told());
    }
    assert_data_eq!(
        told,
        str![[r#"
exit 64
--- stdout
--- stderr
error: the following required arguments were not provided:
  <FILE>

Usage: hookfleet apply --auto-approve --max-age <TIME> --base-url <URL> <FILE>

hint: `--max-age` is about a saved plan, which `hookfleet apply FILE` names
exit 64
--- stdout
--- stderr
error: invalid value 'soon' for '--max-age <TIME>': a number comes before each unit

hint: a time is written like 500ms, 30s, 5m, 2h, 7d or 1h30m
exit 64
--- stdout
--- stderr
error: the argument '[FILE]' cannot be used with '--resume <RUN>'

Usage: hookfleet apply --base-url <URL> <FILE>

hint: a saved plan and the rest of a run are applied one at a time

"#]]
    );
    assert_eq!(stage.requests().1, 0);
}
