//! Every form of the system webhook in an answer, and of odd JSON around it.

use snapbox::str;

use super::{fixture, read, same};

#[test]
fn system_null() {
    same(
        read(&fixture("system_null")),
        str![[r#"
custom "https://h.example/" on ["message"]
no system webhook

"#]],
    );
}

#[test]
fn system_empty_object() {
    same(
        read(&fixture("system_empty_object")),
        str![[r#"
custom "https://h.example/" on ["message"]
no system webhook

"#]],
    );
}

#[test]
fn system_empty_list() {
    same(
        read(&fixture("system_empty_list")),
        str![[r#"
custom "https://h.example/" on ["message"]
no system webhook

"#]],
    );
}

#[test]
fn system_absent() {
    same(
        read(&fixture("system_absent")),
        str![[r#"
custom "https://h.example/" on ["message"]
system webhook not stated

"#]],
    );
}

#[test]
fn system_listed_with_a_field_of_its_own() {
    same(
        read(&fixture("system_listed_with_a_field_of_its_own")),
        str![[r#"
custom "https://h.example/" on ["message"]
system "https://app.wawp.net/api/webhook/x" on ["message"]
  hmac: 1
the listed system webhook disagrees

"#]],
    );
}

#[test]
fn system_listed_disagreeing_in_events() {
    same(
        read(&fixture("system_listed_disagreeing_in_events")),
        str![[r#"
custom "https://h.example/" on ["message"]
system "https://app.wawp.net/api/webhook/x" on ["message"]
  retries: 3
the listed system webhook disagrees

"#]],
    );
}

#[test]
fn system_listed_disagreeing_in_switch() {
    same(
        read(&fixture("system_listed_disagreeing_in_switch")),
        str![[r#"
system "https://app.wawp.net/api/webhook/x" on ["message"]
the listed system webhook disagrees

"#]],
    );
}

#[test]
fn system_listed_with_events_in_another_order() {
    same(
        read(&fixture("system_listed_with_events_in_another_order")),
        str![[r#"
system "https://s.example/" on ["a", "b"]

"#]],
    );
}

#[test]
fn system_listed_twice() {
    same(
        read(&fixture("system_listed_twice")),
        str![[r#"
system "https://app.wawp.net/api/webhook/x" on ["message"]
the listed system webhook disagrees

"#]],
    );
}

#[test]
fn system_url_almost_listed() {
    same(
        read(&fixture("system_url_almost_listed")),
        str![[r#"
custom "https://app.wawp.net/api/webhook/x/" on ["message"]
system "https://app.wawp.net/api/webhook/x" on ["message"]

"#]],
    );
}

#[test]
fn system_with_own_unknown_fields_listed_without() {
    same(
        read(&fixture("system_with_own_unknown_fields_listed_without")),
        str![[r#"
system "https://app.wawp.net/api/webhook/x" on ["message"]
  retries: 5
the listed system webhook disagrees

"#]],
    );
}

#[test]
fn duplicate_urls() {
    same(
        read(&fixture("duplicate_urls")),
        str![[r#"
custom "https://h.example/" on ["message"]
custom "https://h.example/" off ["message.ack"]
  hmac: "x"
no system webhook

"#]],
    );
}

#[test]
fn repeated_events() {
    same(
        read(&fixture("repeated_events")),
        str![[r#"
custom "https://h.example/" on ["message", "message.ack", "message"]
no system webhook

"#]],
    );
}

#[test]
fn url_of_another_kind() {
    same(
        read(&fixture("url_of_another_kind")),
        str![[r#"
custom "not a url \u{1b}[31m" on ["message"]
no system webhook

"#]],
    );
}

#[test]
fn escapes() {
    same(
        read(&fixture("escapes")),
        str![[r#"
custom "https://h.example/é😀?a=\"b\"" on ["message"]
no system webhook

"#]],
    );
}

#[test]
fn escaped_keys() {
    same(
        read(&fixture("escaped_keys")),
        str![[r#"
custom "https://h.example/" on []
no system webhook

"#]],
    );
}

#[test]
fn odd_spacing() {
    same(
        read(&fixture("odd_spacing")),
        str![[r#"
no system webhook

"#]],
    );
}

#[test]
fn byte_order_mark() {
    same(
        read(&fixture("byte_order_mark")),
        str![[r#"
no system webhook

"#]],
    );
}

#[test]
fn deep_unknown_field() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert_eq!(
        read(&fixture("deep_unknown_field")),
        format!("custom \"https://h.example/\" on []\n  x: {deep}\nno system webhook\n")
    );
}

#[test]
fn system_config_counts_with_all_its_fields_and_gets_those_that_only_listed_copies_have() {
    same(
        read(br#"{"webhooks": [
            {"url": "https://s.example/", "events": ["message"], "is_active": 1, "hmac": "other", "listed": 1},
            {"url": "https://s.example/", "events": ["message"], "is_active": 1, "hmac": "third", "again": 2}
        ], "systemConfig": {"url": "https://s.example/", "events": ["message"], "is_active": 1, "hmac": "sk"}}"#),
        str![[r#"
system "https://s.example/" on ["message"]
  hmac: "sk"
  listed: 1
  again: 2
the listed system webhook disagrees

"#]],
    );
}

#[test]
fn root_fields_are_named_and_one_that_speaks_of_more_is_told() {
    same(read(br#"{"webhooks": [], "systemConfig": null, "request_id": "7f", "pagination": {"next": "x"}}"#), str![[r#"
no system webhook
unknown root fields: request_id
there may be more: pagination.next

"#]]);
}

#[test]
fn a_listed_copy_lends_no_mask_and_a_field_that_only_one_has_is_a_difference() {
    let listed = |copy: &str, own: &str| {
        let entry = |extra: &str| {
            format!(
                r#"{{"url": "https://s.example/", "events": ["message"], "is_active": 1{extra}}}"#
            )
        };
        let answer = format!(
            r#"{{"webhooks": [{}], "systemConfig": {}}}"#,
            entry(copy),
            entry(own)
        );
        read(answer.as_bytes())
    };
    same(
        listed(r#", "hmac": "********""#, ""),
        str![[r#"
system "https://s.example/" on ["message"]
the listed system webhook disagrees

"#]],
    );
    same(
        listed(
            r#", "hmac": {"key": "sk-••••1234"}, "n": 1"#,
            r#", "hmac": {"key": "sk"}"#,
        ),
        str![[r#"
system "https://s.example/" on ["message"]
  hmac: {"key": "sk"}
  n: 1
the listed system webhook disagrees

"#]],
    );
    same(
        listed("", r#", "retries": 3"#),
        str![[r#"
system "https://s.example/" on ["message"]
  retries: 3
the listed system webhook disagrees

"#]],
    );
}
