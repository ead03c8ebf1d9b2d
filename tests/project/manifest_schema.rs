//! The manifest's schema says what `validate` says, as far as a schema can, and an editor finds words for everything in it.

use std::sync::Arc;

use hookfleet::desired::{SafetyLimits, resolve};
use hookfleet::manifest::schema::manifest_schema;
use hookfleet::manifest::{Code, Findings, Severity, SourceFile, decode};
use hookfleet::wawp::events::KNOWN_EVENTS;
use serde_json::{Value, json};

use crate::harness::Validator;

/// The errors of `validate`.
fn errors(document: &Value) -> Vec<(Code, String)> {
    let file = SourceFile {
        name: Arc::from("m.yaml"),
        bytes: document.to_string().into_bytes().into(),
    };
    let mut findings = Findings::default();
    let manifests = decode(&file, &mut findings);
    resolve(&manifests, &mut findings);
    let errors = findings
        .iter()
        .filter(|finding| finding.code.severity() == Severity::Error);
    errors
        .map(|finding| (finding.code, finding.message.clone()))
        .collect()
}

/// Whether a schema can say why: it sees one value at a time, and no names that others define.
fn can_say(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownKey
            | Code::MissingKey
            | Code::NullValue
            | Code::WrongType
            | Code::InvalidValue
            | Code::UnsupportedVersion
            | Code::LiteralSecret
    )
}

/// Compares both verdicts on a document.
fn compare(validator: &Validator, document: &Value) {
    let (errors, refused) = (errors(document), validator.errors(document));
    assert!(
        refused.is_empty() || !errors.is_empty(),
        "only the schema refuses {document}: {refused}"
    );
    assert!(
        !refused.is_empty() || !errors.iter().any(|(code, _)| can_say(*code)),
        "the schema accepts {document}: {errors:?}"
    );
}

/// A manifest with everything in it.
fn whole() -> Value {
    json!({
        "version": 1,
        "api": { "auth": "query", "write": "body", "concurrency": "auto", "max_requests_per_second": 50 },
        "credentials": { "eu": { "file": "/run/secrets/eu" }, "us": { "command": ["vault", "get", 5] } },
        "secrets": { "n8n": { "env": "N8N_SECRET", "hosts": ["crm.example.com", "*.example.org:8443"] } },
        "webhook_sets": { "crm": [{ "url": "https://crm.example.com/${instance.name}?s=${secret.n8n}", "events": ["message"] }] },
        "defaults": { "credential": "eu", "prune": true, "ignore": ["https://*.ngrok.app/**"], "system": "keep", "webhook_sets": ["crm"] },
        "safety": { "max_removed_percent": 30, "max_changed_percent": 100, "allow_empty": false },
        "instances": [
            {
                "id": "8D30ABB1E6DA", "name": "support", "labels": { "env": "prod" }, "credential": "us",
                "webhooks": [{ "url": "https://a.example/", "events": ["message", "message.ack"], "is_active": 1 }],
                "system": { "is_active": true, "events": ["message"] }, "prune": ["https://old.example/**"],
            },
            { "id": 123_456_789_012_u64, "suspend": true, "reason": "ported", "webhooks": "keep" },
        ],
    })
}

/// Values that are put into every place.
fn values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "a",
        " a",
        "a ",
        "keep",
        "auto",
        "query",
        "all",
        "eu",
        "crm",
        "A_B",
        "a-b",
        "$A",
        "1A",
        "é",
        "\n",
        "https://x.example/",
        "HTTP://x.example",
        "ftp://x.example/",
        "https://x.example/a b",
        "${secret.n8n}",
        "https://x.example/${label.env}",
        "https://x.example/$${a b}",
        "https://x.example/$${a",
        "https://x.example/%4${label.env}",
        "${label.env}://x.example/",
        "${instance.name}",
        "a\u{a0}",
        "\u{2028}a",
        "a\u{b}",
        "\u{c}a",
        "message",
        "unknown.event",
    ];
    let texts = texts.into_iter().map(Value::from);
    let numbers = [-1, 0, 1, 2, 100, 101, 1024, 1025, 100_000, 100_001]
        .into_iter()
        .map(Value::from);
    let others = [
        Value::Null,
        json!(true),
        json!(false),
        json!(0.5),
        json!([]),
        json!([""]),
        json!([" "]),
        json!([1]),
        json!([null]),
        json!([[]]),
        json!(["a"]),
        json!(["crm"]),
        json!(["crm", "crm"]),
        json!({}),
        json!({ "a": 1 }),
        json!({ "": "a" }),
        json!({ "<<": "a" }),
        json!({ "<<": { "env": "A" } }),
        json!({ "<<": [] }),
        json!({ "a": "" }),
        json!({ "a": null }),
        json!({ "env": "A" }),
        json!({ "env": "A", "file": "b" }),
        json!({ "command": [] }),
        json!({ "command": ["a", 5, true] }),
        json!({ "is_active": 0 }),
        json!({ "is_active": 2 }),
        json!({ "events": [] }),
        json!([{ "url": "https://x.example/", "events": [] }]),
        json!([{ "url": "https://x.example/" }]),
    ];
    texts.chain(numbers).chain(others).collect()
}

/// Every place of a document, as JSON pointers.
fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, &format!("{here}/{key}"), all);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{here}/{index}"), all);
            }
        }
        _ => {}
    }
}

#[test]
fn the_schema_and_validate_agree_on_every_value_in_every_place() {
    let validator = Validator::named("manifest");
    let whole = whole();
    assert_eq!(
        (errors(&whole), validator.errors(&whole)),
        (vec![], String::new())
    );
    let mut all = Vec::new();
    places(&whole, "", &mut all);
    for place in &all {
        for value in values() {
            let mut document = whole.clone();
            *document.pointer_mut(place).unwrap() = value;
            compare(&validator, &document);
        }
        // A key more, and each key less.
        let mut more = whole.clone();
        if let Some(Value::Object(map)) = more.pointer_mut(place) {
            map.insert("unknown".to_owned(), json!("a"));
            compare(&validator, &more);
        }
        let (parent, key) = place.rsplit_once('/').unwrap_or_default();
        let mut less = whole.clone();
        if let Some(Value::Object(map)) = less.pointer_mut(parent) {
            map.remove(key);
            compare(&validator, &less);
        }
    }
    assert!(all.len() > 50, "only {} places", all.len());
}

#[test]
fn the_schema_refuses_a_url_that_no_variable_can_make_one() {
    let validator = Validator::named("manifest");
    for url in [
        "https://x.example/{id}",
        "https://x.example/}",
        "https://x.example/%zz",
        "https://x.example/%",
        "https://x.example/?a=%4",
        "https://",
        "https:///x",
        "http://?x",
        "${secret.n8n}x",
        "${secret.n8n}/x",
        "${secret.n8n}${secret.n8n}",
    ] {
        let mut document = whole();
        document["instances"][0]["webhooks"][0]["url"] = url.into();
        assert!(!errors(&document).is_empty(), "validate accepts {url}");
        assert!(!validator.accepts(&document), "the schema accepts {url}");
    }
    for url in [
        "${secret.n8n}",
        "${label.env}://x.example/",
        "https://${label.env}/x",
        "https://x.example/%${label.env}",
        "https://x.example/%4${label.env}",
        "https://x.example/$${a}/$5/$${",
        "https://[2001:db8::1]/%7B",
    ] {
        let mut document = whole();
        document["instances"][0]["labels"]["env"] = "a".into();
        document["instances"][0]["webhooks"][0]["url"] = url.into();
        assert!(validator.accepts(&document), "the schema refuses {url}");
    }
}

#[test]
fn the_schema_refuses_nothing_that_validate_accepts_of_drawn_manifests() {
    let validator = Validator::named("manifest");
    let mut random = fastrand::Rng::with_seed(12);
    let mut accepted = 0;
    for _ in 0..3_000 {
        let mut document = whole();
        for _ in 0..random.usize(..4) {
            let mut all = Vec::new();
            places(&document, "", &mut all);
            let place = &all[random.usize(..all.len())];
            let values = values();
            *document.pointer_mut(place).unwrap() = values[random.usize(..values.len())].clone();
        }
        compare(&validator, &document);
        accepted += usize::from(validator.accepts(&document));
    }
    assert!(
        (500..2_500).contains(&accepted),
        "{accepted} of 3000 are accepted"
    );
}

/// The properties of a schema, each with the path to it.
fn properties(schema: &Value, here: &str, all: &mut Vec<(String, Value)>) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                if let (true, Value::Object(own)) = (key == "properties", value) {
                    all.extend(
                        own.iter()
                            .map(|(name, own)| (format!("{here}/{name}"), own.clone())),
                    );
                }
                properties(value, &format!("{here}/{key}"), all);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| properties(item, here, all)),
        _ => {}
    }
}

#[test]
fn an_editor_shows_each_propertys_own_text() {
    let schema = serde_json::to_value(manifest_schema()).unwrap();
    let mut all = Vec::new();
    properties(&schema, "", &mut all);
    assert!(all.len() >= 40, "only {} properties", all.len());
    for (path, property) in &all {
        assert!(
            property["description"].is_string(),
            "{path} has no description"
        );
    }
    // An alternative's text would be shown instead.
    let text = schema.to_string();
    for alternatives in text.split("Of\":[").skip(1) {
        let alternative = alternatives.split('}').next().unwrap();
        assert!(!alternative.contains("description"), "{alternative}");
    }
    let definitions = schema["$defs"].as_object().unwrap();
    for (name, definition) in definitions {
        assert!(definition["title"].is_string(), "{name} has no title");
    }
}

#[test]
fn an_editor_completes_events_and_the_real_defaults() {
    let schema = serde_json::to_value(manifest_schema()).unwrap();
    let known: Vec<&str> = KNOWN_EVENTS.iter().map(|event| event.name).collect();
    assert_eq!(
        schema["$defs"]["Event"]["anyOf"],
        json!([{ "enum": known }, { "type": "string", "minLength": 1 }])
    );
    assert_eq!(
        schema["$defs"]["Webhook"]["properties"]["events"]["items"],
        json!({ "$ref": "#/$defs/Event" })
    );
    let default = |place: &str| schema.pointer(&format!("/$defs/{place}/default")).cloned();
    let limits = SafetyLimits::default();
    for (place, value) in [
        (
            "Safety/properties/max_removed_percent",
            json!(limits.max_removed_percent),
        ),
        (
            "Safety/properties/max_changed_percent",
            json!(limits.max_changed_percent),
        ),
        ("Safety/properties/allow_empty", json!(limits.allow_empty)),
        ("Api/properties/auth", json!("query")),
        ("Api/properties/write", json!("body")),
        ("Api/properties/concurrency", json!("auto")),
        ("Webhook/properties/is_active", json!(true)),
        ("Instance/properties/credential", json!("default")),
        ("Instance/properties/system", json!("keep")),
        ("Instance/properties/suspend", json!(false)),
    ] {
        assert_eq!(default(place), Some(value), "{place}");
    }
}
