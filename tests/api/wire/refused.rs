//! Every form of answer that is refused, and why: the place and the reason, never the content.

use super::{fixture, read};

#[rustfmt::skip]
pub(crate) const REFUSALS: &[(&str, &str)] = &[
    ("status_error", "`status` is not `success`"),
    ("status_true", "`status` is not `success`"),
    ("status_null", "`status` is not `success`"),
    ("webhooks_missing", "`webhooks` is missing"),
    ("webhooks_null", "`webhooks` is null"),
    ("webhooks_a_string", "`webhooks` is not a list"),
    ("webhooks_a_number", "`webhooks` is not a list"),
    ("webhooks_false", "`webhooks` is not a list"),
    ("webhooks_one_entry_unwrapped", "`webhooks` is neither a list nor keyed by numbers"),
    ("webhooks_keyed_by_words", "`webhooks` is neither a list nor keyed by numbers"),
    ("webhooks_keyed_by_a_negative_number", "`webhooks` is neither a list nor keyed by numbers"),
    ("webhooks_keyed_twice_by_a_number", "`webhooks` has the same number twice"),
    ("webhooks_keyed_beyond_numbers", "`webhooks` is neither a list nor keyed by numbers"),
    ("entry_null", "`webhooks.0` is not an object"),
    ("entry_a_string", "`webhooks.0` is not an object"),
    ("entry_empty", "`webhooks.1.url` is missing"),
    ("url_missing", "`webhooks.0.url` is missing"),
    ("url_null", "`webhooks.0.url` is not a URL"),
    ("url_empty", "`webhooks.0.url` is not a URL"),
    ("url_a_number", "`webhooks.0.url` is not a URL"),
    ("events_missing", "`webhooks.4.events` is missing"),
    ("events_null", "`webhooks.0.events` is null"),
    ("events_a_string", "`webhooks.0.events` is not a list"),
    ("events_keyed_by_words", "`webhooks.0.events` is neither a list nor keyed by numbers"),
    ("event_a_number", "`webhooks.0.events.1` is not a string"),
    ("event_null", "`webhooks.0.events.2` is not a string"),
    ("is_active_missing", "`webhooks.0.is_active` is missing"),
    ("is_active_null", "`webhooks.0.is_active` is neither on nor off"),
    ("is_active_two", "`webhooks.0.is_active` is neither on nor off"),
    ("is_active_yes", "`webhooks.0.is_active` is neither on nor off"),
    ("is_active_word_true", "`webhooks.0.is_active` is neither on nor off"),
    ("is_active_list", "`webhooks.0.is_active` is neither on nor off"),
    ("is_active_float", "`webhooks.0.is_active` is neither on nor off"),
    ("is_active_empty_text", "`webhooks.0.is_active` is neither on nor off"),
    ("system_a_string", "`systemConfig` is not an object"),
    ("system_false", "`systemConfig` is not an object"),
    ("system_a_list_of_one", "`systemConfig` is not an object"),
    ("system_without_url", "`systemConfig.url` is missing"),
    ("system_without_switch", "`systemConfig.is_active` is missing"),
    ("system_events_null", "`systemConfig.events` is null"),
    ("key_twice", "the answer has a key twice"),
    ("entry_key_twice", "`webhooks.0` has a key twice"),
    ("entry_unknown_key_twice", "`webhooks.0` has a key twice"),
    ("entry_key_twice_escaped", "`webhooks.0` has a key twice"),
    ("html", "the answer is HTML or XML"),
    ("xml", "the answer is HTML or XML"),
    ("empty", "the answer is empty"),
    ("spaces", "the answer is empty"),
    ("text", "the answer is not JSON"),
    ("json_null", "the answer is not an object"),
    ("json_list", "the answer is not an object"),
    ("json_string", "the answer is not an object"),
    ("cut", "the answer ends in the middle"),
    ("cut_in_a_string", "the answer ends in the middle"),
    ("not_utf8", "the answer is not UTF-8"),
    ("trailing_garbage", "the answer is not JSON"),
    ("two_answers", "the answer is not JSON"),
    ("leading_warning", "the answer is not JSON"),
    ("lone_surrogate", "`webhooks.0.url` is not a URL"),
];

#[test]
fn invalid_answer_is_refused_with_place_and_reason() {
    let actual: Vec<(&str, String)> = REFUSALS
        .iter()
        .map(|(name, _)| (*name, read(&fixture(&format!("refused_{name}")))))
        .collect();
    let expected: Vec<(&str, String)> = REFUSALS
        .iter()
        .map(|(name, why)| (*name, format!("refused: {why}\n")))
        .collect();
    assert_eq!(actual, expected);
}

#[test]
fn a_refusal_never_quotes_the_answer() {
    let body = |inner: &str| {
        format!(
            "{{\"status\":\"success\",\"webhooks\":[{{\"url\":\"https://h.example/?s=tok_9f8e7d6c\",{inner}}}]}}"
        )
    };
    for inner in [
        "\"events\":[],\"is_active\":\"tok_9f8e7d6c\"",
        "\"events\":\"tok_9f8e7d6c\",\"is_active\":1",
        "\"events\":[[\"tok_9f8e7d6c\"]],\"is_active\":1",
        "\"events\":{\"tok_9f8e7d6c\":1},\"is_active\":1",
        "\"events\":[],\"is_active\":1,\"tok_9f8e7d6c\":1,\"tok_9f8e7d6c\":1",
        "\"events\":[],tok_9f8e7d6c",
    ] {
        let why = read(body(inner).as_bytes());
        assert!(why.starts_with("refused: "), "{inner}: {why}");
        assert!(!why.contains("9f8e7d6c"), "{inner}: {why}");
    }
}
