//! What a world file says, and what is wrong with wrong ones.

mod wrong;

use super::*;
use crate::emulator::webhook::{Extra, SystemState, WebhookState};

const EXAMPLE: &str = include_str!("../../../examples/emulator/world.yaml");

fn world(instances: &str) -> Result<World, WorldFileError> {
    World::from_yaml(&format!(
        "version: 1\naccounts: [{{token: t}}]\ninstances:\n{instances}"
    ))
}

fn wrong(text: &str) -> String {
    World::from_yaml(text)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

fn hook(url: &str, events: &[&str], is_active: bool, extra: &str) -> WebhookState {
    WebhookState {
        url: url.to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        is_active,
        extra: Extra::from_json(extra).unwrap(),
    }
}

#[test]
fn the_example_is_a_world() {
    let world = World::from_yaml(EXAMPLE).unwrap();
    assert_eq!(
        world.webhooks("8D30ABB1E6DA"),
        [hook(
            "https://my-app.com/webhook",
            &["message", "message.ack"],
            true,
            r#"{"hmac":{"key":"x"},"retries":{"attempts":3,"policy":"linear"}}"#
        )]
    );
    let system = hook(
        "https://app.wawp.net/api/webhook/xxxxxxxxx",
        &["message"],
        true,
        "{}",
    );
    assert_eq!(world.system("8D30ABB1E6DA"), SystemState::Set(system));
    assert_eq!(
        world.instances().collect::<Vec<_>>(),
        [
            "012345678901",
            "12345678E901",
            "1F20CC41A9B3",
            "2A31DD52BAC4",
            "3B42EE63CBD5",
            "4C53FF74DCE6",
            "8D30ABB1E6DA"
        ]
    );
}

#[test]
fn the_example_names_every_setting() {
    let schema = schemars::schema_for!(WorldFile);
    let mut keys = Vec::new();
    gather_keys(schema.as_value(), &mut keys);
    let missing: Vec<_> = keys
        .into_iter()
        .filter(|key| !EXAMPLE.contains(&format!("{key}:")))
        .collect();
    assert_eq!(missing, [""; 0]);
}

fn gather_keys(value: &serde_json::Value, keys: &mut Vec<String>) {
    if let Some(properties) = value
        .get("properties")
        .and_then(serde_json::Value::as_object)
    {
        keys.extend(properties.keys().cloned());
    }
    match value {
        serde_json::Value::Object(fields) => {
            fields.values().for_each(|field| gather_keys(field, keys));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| gather_keys(item, keys)),
        _ => {}
    }
}

#[test]
fn the_schema_accepts_the_example_and_refuses_what_the_parser_refuses() {
    let schema = schemars::schema_for!(WorldFile).to_value();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("world.json", schema).unwrap();
    let index = compiler.compile("world.json", &mut schemas).unwrap();
    let valid = |text: &str| {
        let world: serde_json::Value = serde_yaml::from_str(text).unwrap();
        schemas.validate(&world, index).is_ok()
    };
    assert!(valid(EXAMPLE));
    for text in [
        "{}",
        "{version: 2}",
        "{version: 1, array: list}",
        "{version: 1, instances: [{id: ''}]}",
        "{version: 1, instances: [{id: a, system: nothing}]}",
        "{version: 1, instances: [{id: a, webhooks: [{url: u, events: [], is_active: 2}]}]}",
        "{version: 1, instances: [{id: a, faults: [{nth: 0}]}]}",
        "{version: 1, instances: [{id: a, faults: [{nth: []}]}]}",
        "{version: 1, instances: [{id: a, faults: [{stale: 0}]}]}",
        "{version: 1, instances: [{id: a, faults: [{answer: {status: 99}}]}]}",
    ] {
        assert!(!valid(text), "schema: {text}");
        assert_ne!(wrong(text), "", "parser: {text}");
    }
}

#[test]
fn byte_order_mark_is_ignored() {
    assert!(World::from_yaml("\u{feff}version: 1\n").is_ok());
}

#[test]
fn an_id_is_its_own_text() {
    let world =
        world("  - id: 012345678901\n  - id: 12345678E901\n  - id: 0x1F\n  - id: true\n").unwrap();
    assert_eq!(
        world.instances().collect::<Vec<_>>(),
        ["012345678901", "0x1F", "12345678E901", "true"]
    );
}

#[test]
fn extra_fields_keep_their_order_and_large_numbers() {
    let text = "  - id: a\n    webhooks: [{url: u, events: [], is_active: 0, extra: \
                {z: 12345678901234567890123, y: {b: [1, 1.5, -2], a: null}, x: true}}]\n";
    let extra = r#"{"z":12345678901234567890123,"y":{"b":[1,1.5,-2],"a":null},"x":true}"#;
    assert_eq!(
        world(text).unwrap().webhooks("a"),
        [hook("u", &[], false, extra)]
    );
}

#[test]
fn missing_system_webhook_has_three_forms() {
    let world = world(
        "  - {id: a, system: none}\n  - {id: b, system: empty}\n  - {id: c, system: absent}\n  - {id: d}\n",
    );
    let world = world.unwrap();
    assert_eq!(
        ["a", "b", "c", "d"].map(|id| world.system(id)),
        [
            SystemState::Null,
            SystemState::Empty,
            SystemState::Absent,
            SystemState::Absent
        ]
    );
}
