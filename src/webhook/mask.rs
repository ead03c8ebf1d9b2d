//! Masks: what a server shows in place of a secret. Written back, a mask would be the secret from then on.

use serde_json::Value;
use serde_json::value::RawValue;

/// The length of the shortest mask.
const SHORTEST: usize = 4;
/// Words that stand for a secret, in brackets or not.
const WORDS: [&str; 6] = [
    "redacted",
    "masked",
    "hidden",
    "secret hidden",
    "filtered",
    "removed",
];

/// Whether a text is a mask, or holds one: four or more `*`, `•` or `x` alone, a run of four `*` or `•` inside, `[REDACTED]`
/// and its like. `Accept: *` is none.
pub(crate) fn is_masked(text: &str) -> bool {
    let text = text.trim();
    let is_all = |sign: char| text.chars().count() >= SHORTEST && text.chars().all(|c| c == sign);
    let has_run = |sign: char| text.contains(&sign.to_string().repeat(SHORTEST));
    let bracketed = [('[', ']'), ('<', '>'), ('(', ')'), ('{', '}')]
        .into_iter()
        .any(|(open, close)| {
            let inner = text
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close));
            inner.is_some_and(|inner| WORDS.contains(&&*inner.trim().to_lowercase()))
        });
    is_all('x') || is_all('X') || has_run('*') || has_run('•') || bracketed
}

/// Whether a JSON value holds a masked text anywhere in it.
pub(crate) fn holds_a_mask(value: &RawValue) -> bool {
    fn holds(value: &Value) -> bool {
        match value {
            Value::String(text) => is_masked(text),
            Value::Array(items) => items.iter().any(holds),
            Value::Object(fields) => fields.values().any(holds),
            _ => false,
        }
    }
    serde_json::from_str(value.get()).is_ok_and(|value| holds(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_secret_is_a_mask() {
        for mask in [
            "****",
            "********",
            "••••••",
            "xxxx",
            "XXXXXXXX",
            "sk-••••1234",
            "sk-****1234",
            "[REDACTED]",
            "<hidden>",
            "(filtered)",
            " **** ",
        ] {
            assert!(is_masked(mask), "{mask}");
        }
        for text in [
            "",
            "*",
            "***",
            "xxx",
            "*/*",
            "Accept: *",
            "x",
            "redacted",
            "xxxy",
            "a**b",
            "key",
        ] {
            assert!(!is_masked(text), "{text}");
        }
        for (json, is_mask) in [
            (r#""****""#, true),
            (r#"{"key":"sk-••••1234"}"#, true),
            (r#"[{"name":"X","value":"[REDACTED]"}]"#, true),
            (r#"{"key":"k","n":1}"#, false),
            ("4", false),
        ] {
            let raw = RawValue::from_string(json.to_owned()).unwrap();
            assert_eq!(holds_a_mask(&raw), is_mask, "{json}");
        }
    }
}
