//! Types of the JSON Schema that stand for texts and flags with rules of their own.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::wawp::events::KNOWN_EVENTS;

/// A scalar's own text, quoted or not.
#[derive(JsonSchema)]
#[schemars(inline, extend("type" = ["string", "number", "boolean"], "minLength" = 1))]
pub(super) struct OwnText;

/// A flag as the API answers it: true, false, 1 or 0.
#[derive(JsonSchema)]
#[schemars(inline, extend("type" = ["boolean", "integer"], "enum" = [true, false, 1, 0]))]
pub(super) struct Flag;

/// The name of an environment variable.
#[derive(JsonSchema)]
#[schemars(inline, extend("type" = "string", "pattern" = "^[A-Za-z_][A-Za-z0-9_]*$"))]
pub(super) struct EnvName;

/// A host that a secret may go to.
#[derive(JsonSchema)]
#[schemars(inline, extend(
    "type" = "string",
    "minLength" = 1,
    "pattern" = r#"^([Hh][Tt][Tt][Pp][Ss]?://)?([*][.])?[^\s<>"\\^`|{}/?#@*%]+$"#,
))]
pub(super) struct HostText;

/// A URL of a webhook, which may hold variables. A variable's name may hold anything.
///
/// It is a secret alone; or it begins with a scheme and the first character of a host, or with a variable that may be them.
/// Then follow variables, a literal `${`, encoded characters, of which a variable may be a part, and all that a URL holds.
#[derive(JsonSchema)]
#[schemars(inline, extend(
    "type" = "string",
    "pattern" = concat!(
        r"^([$][{]secret[.][^}]*[}]|(",
        r#"[Hh][Tt][Tt][Pp][Ss]?://([$][{][^}]*[}]|[^\s<>"\\^`|{}/?#])"#,
        r"|[$][{](instance|label)[.][^}]*[}])(",
        r"[$][{][^}]*[}]|[$][$][{]|%[0-9A-Fa-f]{2}|%[0-9A-Fa-f]?[$][{][^}]*[}]",
        r#"|[^\s<>"\\^`|{}%])*)$"#,
    ),
))]
pub(super) struct TargetText;

/// An event: a published one, or another that the API may know.
pub(super) struct Event;

impl JsonSchema for Event {
    fn inline_schema() -> bool {
        false
    }

    fn schema_name() -> Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let known: Vec<&str> = KNOWN_EVENTS.iter().map(|event| event.name).collect();
        json_schema!({
            "description": "An event. The published ones are listed; another is a warning.",
            "anyOf": [{ "enum": known }, { "type": "string", "minLength": 1 }],
        })
    }
}

/// The name of a field that hookfleet does not know.
#[derive(JsonSchema)]
#[schemars(inline, extend("type" = "string", "minLength" = 1, "not" = { "enum": ["url", "events", "is_active", "enabled"] }))]
pub(super) struct FieldName;

/// The schema of the names of a mapping: all but the key that merges in YAML 1.1.
pub(super) fn no_merge_key() -> serde_json::Value {
    serde_json::json!({ "not": { "const": "<<" } })
}

/// The pattern of a text that neither begins nor ends with white space.
pub(super) fn trimmed() -> String {
    let space = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
    format!(r"^[^{space}]([\s\S]*[^{space}])?$")
}
