//! Documents held against a JSON Schema.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// A schema that documents are held against.
pub(crate) struct Validator {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Validator {
    /// Of a schema of this project, such as `plan`.
    pub(crate) fn named(name: &str) -> Self {
        let path = format!("{}/schemas/{name}.v1.json", env!("CARGO_MANIFEST_DIR"));
        Self::of(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    pub(crate) fn of(schema: Value) -> Self {
        const NAME: &str = "schema.json";
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(NAME, schema).unwrap();
        let index = compiler.compile(NAME, &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// What is wrong with a document, each with its place; nothing where it fits.
    pub(crate) fn errors(&self, document: &Value) -> String {
        let result = self.schemas.validate(document, self.index);
        result.map_or_else(|error| error.to_string(), |()| String::new())
    }

    pub(crate) fn accepts(&self, document: &Value) -> bool {
        self.errors(document).is_empty()
    }
}
