//! What is said about wrong world files.

use super::*;

fn wrong_instance(text: &str) -> String {
    world(text)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

fn wrong_fault(text: &str) -> String {
    wrong_instance(&format!("  - id: a\n    faults:\n      - {text}\n"))
}

#[test]
fn error_has_line_and_column_if_known() {
    assert_eq!(
        wrong("version: 1\nnonsense: 1\n"),
        "unknown field `nonsense`, expected one of `version`, `arrays`, `flags`, `writes`, `omitted_system`, `urls`, \
         `inactive`, `unknown_fields`, `error_body`, `error_status`, `effect_after_ms`, `connections`, `accounts`, \
         `instances` at line 2 column 1"
    );
}

#[test]
fn invalid_version_is_reported() {
    assert_eq!(
        wrong("version: 2\n"),
        "version: 1 is the only one that there is"
    );
    assert_eq!(wrong("accounts: []\n"), "missing field `version`");
}

#[test]
fn a_value_of_another_type_is_told_in_words_of_yaml() {
    let of_instances = |text: &str| wrong(&format!("version: 1\ninstances: {text}\n"));
    let said = [
        wrong("[]"),
        wrong("null"),
        wrong("text"),
        wrong("version: null"),
        wrong("version: 1\naccounts: [t]"),
        of_instances("{}"),
        of_instances("[null]"),
        of_instances("[{id: a, webhooks: {}}]"),
        of_instances("[{id: a, webhooks: [null]}]"),
        of_instances("[{id: a, faults: [text]}]"),
        of_instances("[{id: a, faults: {}}]"),
    ];
    let foreign = [
        "struct", "enum", "unit", "sequence", "World", "Instance", "variant",
    ];
    for said in &said {
        assert!(!foreign.iter().any(|word| said.contains(word)), "{said}");
    }
    assert_eq!(said[0], "invalid type: a list, expected a mapping");
    assert_eq!(said[1], "invalid type: null, expected a mapping");
}

#[test]
fn duplicates_are_reported_with_their_position() {
    assert_eq!(
        wrong_instance("  - id: a\n  - id: b\n  - id: a\n"),
        "instances[2].id: an instance before it has the id `a` too"
    );
    assert_eq!(
        wrong("version: 1\naccounts: [{token: t}, {token: t}]\n"),
        "accounts[1].token: an account before it has the same"
    );
}

#[test]
fn instance_without_an_account_is_reported() {
    assert_eq!(
        wrong_instance("  - {id: a, token: other}\n"),
        "instances[0].token: no account has this token"
    );
    assert_eq!(
        wrong("version: 1\ninstances: [{id: a}]\n"),
        "instances[0]: there are no accounts"
    );
}

#[test]
fn empty_or_null_id_is_reported() {
    let expected =
        "instances[0]: `id`, `token` and `url` are neither empty nor null at line 4 column 5";
    assert_eq!(wrong_instance("  - id: null\n"), expected);
    assert_eq!(wrong_instance("  - id: ''\n"), expected);
}

#[test]
fn invalid_webhook_is_reported() {
    let wrong = |text: &str| wrong_instance(&format!("  - id: a\n    webhooks: [{text}]\n"));
    assert_eq!(
        wrong("{url: u}"),
        "instances[0].webhooks[0]: missing field `events` at line 5 column 16"
    );
    assert_eq!(
        wrong("{url: u, events: [], is_active: 2}"),
        "instances[0].webhooks[0]: `is_active` is true, false, 1 or 0 at line 5 column 16"
    );
    assert_eq!(
        wrong("{url: u, events: [], extra: {url: v}}"),
        "instances[0].webhooks[0]: `url`, `events`, `is_active` and `enabled` have no place in `extra` at line 5 column 16"
    );
    assert_eq!(
        wrong_instance("  - id: a\n    system: nothing\n"),
        "instances[0].system: invalid value: string \"nothing\", expected a system webhook, `none`, `empty` or `absent` \
         at line 5 column 13"
    );
}

#[test]
fn invalid_nth_is_reported() {
    assert_eq!(
        wrong_fault("nth: 0"),
        "instances[0].faults[0]: `nth` is a number from 1, a list of such numbers, or `from` and `to` at line 6 column 9"
    );
    for empty in ["nth: []", "nth: {from: 3, to: 2}"] {
        assert_eq!(
            wrong_fault(empty),
            "instances[0].faults[0]: `nth` means no request"
        );
    }
}

#[test]
fn contradictory_fault_is_reported() {
    for (fault, expected) in [
        (
            "{answer: {status: 500}, drop: true}",
            "`drop` is given with `answer` or `cut`",
        ),
        (
            "{cut: 1, drop: true}",
            "`drop` is given with `answer` or `cut`",
        ),
        (
            "{effect: written}",
            "`effect` is given with neither `answer` nor `drop`",
        ),
        (
            "{drop: true, effect: written, ignore_write: true}",
            "both `ignore_write` and `effect: written` are given",
        ),
        (
            "{on: post, stale: 1}",
            "`stale` is for reads, and `on` is `post`",
        ),
        (
            "{on: get, ignore_write: true}",
            "`ignore_write` and `effect` are for writes, and `on` is `get`",
        ),
        (
            "{on: get, drop: true, effect: none}",
            "`ignore_write` and `effect` are for writes, and `on` is `get`",
        ),
        (
            "{answer: {status: 99}}",
            "answer.status: 99 is not within 200..=599",
        ),
        (
            "{answer: {status: 600}}",
            "answer.status: 600 is not within 200..=599",
        ),
        (
            "{answer: {status: 500, body: text, raw: x}}",
            "answer: `raw` is given with `body` or `message`",
        ),
        (
            "{answer: {status: 500, message: x, raw: x}}",
            "answer: `raw` is given with `body` or `message`",
        ),
        (
            "{answer: {status: 500, headers: {Content-Length: 1}}}",
            "answer.headers: `Content-Length` is no header, has not the value of one, or is the server's own to set",
        ),
        (
            "{answer: {status: 500, headers: {\"a b\": 1}}}",
            "answer.headers: `a b` is no header, has not the value of one, or is the server's own to set",
        ),
        (
            "{meanwhile: {}}",
            "meanwhile: neither `webhooks` nor `system` is given",
        ),
    ] {
        assert_eq!(
            wrong_fault(fault),
            format!("instances[0].faults[0]: {expected}")
        );
    }
}
