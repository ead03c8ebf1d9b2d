//! The committed schemas are what the binary prints, and the binary prints what they describe.

use super::project;
use crate::harness::{Scratch, Validator};

fn printed(schema: &str) -> String {
    let output = Scratch::new().command(&["schema", schema]).output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

#[test]
fn committed_schemas_are_current() {
    for name in ["manifest", "plan", "report", "runs", "findings", "world"] {
        let committed =
            std::fs::read_to_string(project(&format!("schemas/{name}.v1.json"))).unwrap();
        let hint = format!("run `cargo run -- schema {name} > schemas/{name}.v1.json`");
        assert_eq!(committed, printed(name), "{hint}");
    }
}

#[test]
fn the_schema_of_a_plan_says_whose_exit_code_it_holds() {
    let schema: serde_json::Value = serde_json::from_str(&printed("plan")).unwrap();
    let description = &schema["properties"]["exit_code"]["description"];
    let whose = "The exit code of the run that made the plan, whose process ended with 1 where the run ended better and a stream or
a report could not be written; `show` prints it and exits with a code of its own.";
    assert_eq!(description, whose);
}

#[test]
fn the_manifest_schema_refuses_what_the_manifest_refuses() {
    let schema = serde_json::from_str(&printed("manifest")).unwrap();
    let validator = Validator::of(schema);
    let accepts = |json: serde_json::Value| validator.accepts(&json);
    let webhook = serde_json::json!({ "url": "https://h/", "events": ["message"] });
    let with =
        |instance: serde_json::Value| serde_json::json!({ "version": 1, "instances": [instance] });
    assert!(accepts(with(
        serde_json::json!({ "id": "8D30ABB1E6DA", "webhooks": [webhook], "system": "keep" })
    )));
    assert!(accepts(with(
        serde_json::json!({ "id": 12_345_678, "webhooks": "keep", "prune": false })
    )));
    for refused in [
        serde_json::json!({}),
        serde_json::json!({ "version": 2 }),
        serde_json::json!({ "version": 1, "token": "x" }),
        serde_json::json!({ "version": 1, "api": null }),
        serde_json::json!({ "version": 1, "credentials": { "default": "token" } }),
        serde_json::json!({ "version": 1, "credentials": { "default": { "env": "A", "file": "B" } } }),
        with(serde_json::json!({ "name": "no id" })),
        with(serde_json::json!({ "id": "x", "name": null })),
        with(serde_json::json!({ "id": "x", "webhooks": "all" })),
        with(serde_json::json!({ "id": "x", "webhooks": [{ "url": "https://h/" }] })),
        with(
            serde_json::json!({ "id": "x", "webhooks": [{ "url": "https://h/", "events": [], "is_active": 2 }] }),
        ),
        with(serde_json::json!({ "id": "x", "system": { "url": "https://h/" } })),
    ] {
        assert!(!accepts(refused.clone()), "{refused}");
    }
}
