//! What a selector selects, in the documentation's own examples and at the edges of its grammar.

use super::*;

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<Arc<str>, Arc<str>> {
    pairs
        .iter()
        .map(|(key, value)| (Arc::from(*key), Arc::from(*value)))
        .collect()
}

/// Of five instances, those that a selector selects.
fn selected(selector: &str) -> Vec<&'static str> {
    let selector: Selector = selector.parse().unwrap();
    let all = [
        (
            "prod-eu",
            labels(&[("env", "prod"), ("region", "eu"), ("cpu", "8")]),
        ),
        (
            "prod-us",
            labels(&[("env", "prod"), ("region", "us"), ("cpu", "16")]),
        ),
        (
            "test-eu",
            labels(&[("env", "test"), ("region", "eu"), ("cpu", "many")]),
        ),
        (
            "empty",
            labels(&[("env", ""), ("example.com/tier", "gold")]),
        ),
        ("bare", labels(&[])),
    ];
    let is = |labels| selector.matches(labels);
    all.iter()
        .filter(|(_, labels)| is(labels))
        .map(|(name, _)| *name)
        .collect()
}

#[test]
fn equality_sets_existence_and_order_select_as_kubernetes_documents_them() {
    for (selector, wanted) in [
        ("env=prod", &["prod-eu", "prod-us"][..]),
        ("env==prod", &["prod-eu", "prod-us"]),
        (" env = prod ", &["prod-eu", "prod-us"]),
        ("env!=prod", &["test-eu", "empty", "bare"]),
        ("env=", &["empty"]),
        ("env!=", &["prod-eu", "prod-us", "test-eu", "bare"]),
        ("env in (prod)", &["prod-eu", "prod-us"]),
        ("env in (prod,test),region=eu", &["prod-eu", "test-eu"]),
        ("env in(prod , test ),region notin(eu)", &["prod-us"]),
        ("env in (prod,)", &["prod-eu", "prod-us", "empty"]),
        ("env in ()", &["empty"]),
        ("env notin (prod,test)", &["empty", "bare"]),
        ("region", &["prod-eu", "prod-us", "test-eu"]),
        ("!region", &["empty", "bare"]),
        ("! region , env", &["empty"]),
        ("cpu>8", &["prod-us"]),
        ("cpu < 16", &["prod-eu"]),
        ("example.com/tier=gold", &["empty"]),
        ("env=prod,env=test", &[]),
        ("in in (in)", &[]),
    ] {
        assert_eq!(selected(selector), wanted, "{selector}");
    }
}

#[test]
fn invalid_selector_is_reported_with_its_reason() {
    let why = |selector: &str| selector.parse::<Selector>().unwrap_err().what;
    let long = "a".repeat(64);
    for (selector, wanted) in [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("env=prod,", "it ends where a label's key belongs"),
        ("!", "it ends where a label's key belongs"),
        (
            "env=prod region=eu",
            "`region` stands where a comma belongs",
        ),
        (
            "env prod",
            "`prod` follows `env`, and =, ==, !=, in, notin, < or > can",
        ),
        ("env in prod", "in and notin take values in parentheses"),
        ("env in (prod", "a parenthesis is not closed"),
        ("env in (a b)", "`b` stands where a comma or `)` belongs"),
        (
            "env=(prod)",
            "`(` is no label value: up to 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends",
        ),
        (
            "env=prod*",
            "`prod*` is no label value: up to 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends",
        ),
        ("cpu>many", "< and > take a whole number, and not `many`"),
        ("cpu>", "< and > take a whole number, and not ``"),
        (
            "env===prod",
            "`=` is no label value: up to 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends",
        ),
    ] {
        assert_eq!(why(selector), wanted, "{selector}");
    }
    for key in [
        "-env",
        "env-",
        "é",
        "/env",
        "a/b/c",
        "A.com/env",
        "a..b/env",
        &long,
    ] {
        assert!(why(key).contains("is no label key"), "{key}");
    }
}

#[test]
fn a_selector_survives_json_as_it_was_written() {
    let selector: Selector = " env in (prod, test)".parse().unwrap();
    let json = serde_json::to_string(&selector).unwrap();
    assert_eq!(json, r#""env in (prod, test)""#);
    assert_eq!(serde_json::from_str::<Selector>(&json).unwrap(), selector);
    assert!(serde_json::from_str::<Selector>(r#""env=,,""#).is_err());
}
