//! The manifest's JSON Schema, for editors and validators.

use schemars::{Schema, generate::SchemaSettings, transform::RestrictFormats};

use super::shape::Manifest;

/// Generates the schema of one manifest file (JSON Schema draft 2020-12). It allows `null` nowhere.
pub fn manifest_schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(RestrictFormats::default());
    let mut schema = settings
        .with_transform(NoNull)
        .with_transform(PropertiesSpeak)
        .into_generator()
        .into_root_schema_for::<Manifest>();
    schema.insert("$id".to_owned(), "manifest.v1.json".into());
    schema
}

/// The transform that removes `null`: an optional key may be left out, but not be null.
#[derive(Debug, Clone)]
struct NoNull;

impl schemars::transform::Transform for NoNull {
    fn transform(&mut self, schema: &mut Schema) {
        schemars::transform::transform_subschemas(self, schema);
        if let Some(serde_json::Value::Array(types)) = schema.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".to_owned(), only);
            }
        }
        if let Some(serde_json::Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
        let Some(serde_json::Value::Array(options)) = schema.get_mut("anyOf") else {
            return;
        };
        options.retain(|option| option.get("type").is_none_or(|name| name != "null"));
        if let [only] = options.as_slice()
            && let Some(object) = only.as_object().cloned()
        {
            schema.remove("anyOf");
            for (key, value) in object {
                schema.insert(key, value);
            }
        }
    }
}

/// The transform that leaves descriptions to properties: an editor shows an alternative's instead of the property's own.
#[derive(Debug, Clone)]
struct PropertiesSpeak;

impl schemars::transform::Transform for PropertiesSpeak {
    fn transform(&mut self, schema: &mut Schema) {
        schemars::transform::transform_subschemas(self, schema);
        if let Some(serde_json::Value::Object(definitions)) = schema.get_mut("$defs") {
            for (name, definition) in definitions {
                if let Some(definition) = definition.as_object_mut() {
                    definition.insert("title".to_owned(), name.clone().into());
                }
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(serde_json::Value::Object(of_each)) = schema.get_mut(key) {
                of_each.remove("description");
            }
        }
        let all_are_words = |options: &[serde_json::Value]| {
            let words = options.iter().map(|option| option.get("const"));
            words.collect::<Option<Vec<_>>>().is_some()
        };
        for key in ["anyOf", "oneOf"] {
            let Some(serde_json::Value::Array(options)) = schema.get_mut(key) else {
                continue;
            };
            for option in options
                .iter_mut()
                .filter_map(serde_json::Value::as_object_mut)
            {
                option.remove("description");
            }
            if all_are_words(options) {
                let words = options
                    .iter()
                    .filter_map(|option| option.get("const").cloned());
                let words: Vec<_> = words.collect();
                schema.remove(key);
                schema.insert("type".to_owned(), "string".into());
                schema.insert("enum".to_owned(), words.into());
            }
        }
    }
}
