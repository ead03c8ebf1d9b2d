//! Rendering documents as JSON. It must not know what a document says.

use serde::Serialize;

use crate::escape::sanitize;

/// Renders a document as JSON with a final line break.
pub fn to_json(document: &impl Serialize) -> String {
    // These documents are made of strings, numbers, lists and maps with string keys, so this can't fail.
    let document = serde_json::to_string_pretty(document).unwrap_or_default();
    sanitize::json(&document).into_owned() + "\n"
}
