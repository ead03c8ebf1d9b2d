//! Whether a body says that its request failed, whatever the status of its answer says.

use serde_json::Value;

use super::markup::element;

/// The members that say how a request went.
const OUTCOMES: [&str; 4] = ["status", "result", "outcome", "type"];
/// What they say where it failed; `false` and its like say so too.
const FAILED: [&str; 7] = ["error", "err", "fail", "failed", "failure", "ko", "nok"];
/// The members that say whether it went well.
const SUCCESSES: [&str; 4] = ["success", "succeeded", "successful", "ok"];
/// The members that say whether, or why, it failed.
const ERRORS: [&str; 7] = [
    "error",
    "errors",
    "isError",
    "is_error",
    "hasError",
    "hasErrors",
    "failed",
];
/// The members that others wrap an answer in.
pub(super) const WRAPPERS: [&str; 2] = ["response", "result"];

/// Whether JSON says so.
pub(super) fn json(body: &Value) -> bool {
    let is_failed = |body: &Value| {
        OUTCOMES.iter().any(|key| is_failure(&body[key]))
            || SUCCESSES.iter().any(|key| is_no(&body[key]))
            || (body["webhooks"].is_null() && ERRORS.iter().any(|key| is_something(&body[key])))
    };
    is_failed(body) || WRAPPERS.iter().any(|key| is_failed(&body[key]))
}

/// Whether XML says so: by its root, or by an element that says how the request went. A page does not.
pub(super) fn markup(body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body);
    let lower = body.to_ascii_lowercase();
    let mut tags = lower.split('<').map(str::trim_start);
    let root = tags.find(|tag| !tag.is_empty() && !tag.starts_with(['?', '!', '\u{feff}']));
    let name = root.and_then(|root| root.split(|c: char| !c.is_alphanumeric()).next());
    let text = |key: &str| {
        let key = key.to_ascii_lowercase();
        Value::String(element(&body, &lower, &key).unwrap_or_default())
    };
    match name {
        None | Some("html") => false,
        Some("error" | "errors") => true,
        Some(_) => {
            OUTCOMES.iter().any(|key| is_failure(&text(key)))
                || SUCCESSES.iter().any(|key| is_no(&text(key)))
                || ERRORS.iter().any(|key| is_something(&text(key)))
        }
    }
}

/// Whether an outcome is a failure. A number is none: it is a status, or a code whose meaning is not known.
fn is_failure(outcome: &Value) -> bool {
    let is_word = |text: &str| FAILED.contains(&lower(text).as_str()) || lower(text) == "false";
    *outcome == false || outcome.as_str().is_some_and(is_word)
}

/// Whether a value is `false`, however it is written.
fn is_no(value: &Value) -> bool {
    match value {
        Value::Bool(is) => !is,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => matches!(lower(text).as_str(), "false" | "no" | "0"),
        _ => false,
    }
}

/// Whether a value is neither `false` nor nothing, however it is written.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::String(text) => {
            !matches!(lower(text).as_str(), "" | "none" | "null") && !is_no(value)
        }
        value => !is_no(value),
    }
}

fn lower(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}
