//! The manifest's JSON Schema, for editors and validators.

use schemars::{Schema, generate::SchemaSettings, transform::RestrictFormats};

use super::shape::Manifest;

/// Generates the schema of one manifest file (JSON Schema draft 2020-12). It allows `null` nowhere.
pub fn manifest_schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(RestrictFormats::default());
    let mut schema = settings
        .with_transform(NoNull)
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
