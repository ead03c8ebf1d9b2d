//! Every form of answer that is understood, and all that is kept of it.

use snapbox::str;

use super::{fixture, read, same};

pub(crate) const NAMES: &[&str] = &[
    "vendor_example",
    "lists",
    "keys_out_of_order",
    "keys_with_gaps",
    "empty_list",
    "empty_object",
    "empty_events",
    "flags",
    "enabled_alone",
    "enabled_disagrees",
    "unknown_fields",
    "unknown_top_level",
    "no_status",
    "system_null",
    "system_empty_object",
    "system_empty_list",
    "system_absent",
    "system_listed_with_a_field_of_its_own",
    "system_listed_disagreeing_in_events",
    "system_listed_disagreeing_in_switch",
    "system_listed_with_events_in_another_order",
    "system_listed_twice",
    "system_url_almost_listed",
    "system_with_own_unknown_fields_listed_without",
    "duplicate_urls",
    "repeated_events",
    "url_of_another_kind",
    "escapes",
    "escaped_keys",
    "odd_spacing",
    "byte_order_mark",
    "deep_unknown_field",
];

#[test]
fn vendor_example() {
    same(
        read(&fixture("vendor_example")),
        str![[r#"
custom "https://my-app.com/webhook" on ["message", "message.ack"]
system "https://app.wawp.net/api/webhook/xxxxxxxxx" on ["message", "message.ack", "message.edited"]

"#]],
    );
}

#[test]
fn lists() {
    same(
        read(&fixture("lists")),
        str![[r#"
custom "https://h.example/" on ["message"]
system "https://app.wawp.net/api/webhook/x" on ["message"]

"#]],
    );
}

#[test]
fn keys_out_of_order() {
    same(
        read(&fixture("keys_out_of_order")),
        str![[r#"
custom "https://h.example/" on ["message"]
custom "https://nine.example/" on []
custom "https://ten.example/" on ["message", "message.edited", "poll.vote"]
no system webhook

"#]],
    );
}

#[test]
fn keys_with_gaps() {
    same(
        read(&fixture("keys_with_gaps")),
        str![[r#"
custom "https://h.example/" on ["message"]
custom "https://b.example/" off ["message"]
no system webhook

"#]],
    );
}

#[test]
fn empty_list() {
    same(
        read(&fixture("empty_list")),
        str![[r#"
no system webhook

"#]],
    );
}

#[test]
fn empty_object() {
    same(
        read(&fixture("empty_object")),
        str![[r#"
no system webhook

"#]],
    );
}

#[test]
fn empty_events() {
    same(
        read(&fixture("empty_events")),
        str![[r#"
custom "https://a.example/" on []
custom "https://b.example/" on []
no system webhook

"#]],
    );
}

#[test]
fn flags() {
    same(
        read(&fixture("flags")),
        str![[r#"
custom "https://h0.example/" on []
custom "https://h1.example/" off []
custom "https://h2.example/" on []
custom "https://h3.example/" off []
custom "https://h4.example/" on []
custom "https://h5.example/" off []
system "https://s.example/" off []

"#]],
    );
}

#[test]
fn enabled_alone() {
    same(
        read(&fixture("enabled_alone")),
        str![[r#"
custom "https://h.example/" off []
no system webhook

"#]],
    );
}

#[test]
fn enabled_disagrees() {
    same(
        read(&fixture("enabled_disagrees")),
        str![[r#"
custom "https://h.example/" on []
no system webhook

"#]],
    );
}

#[test]
fn unknown_fields() {
    same(
        read(&fixture("unknown_fields")),
        str![[r#"
custom "https://h.example/" on ["message"]
  hmac: {"key" : "k\u00e9y", "n":[1 , 2.50,  {"a":null}]}
  retries: 12345678901234567890123
  delay: 1.0e+2
  customHeaders: [ {"name":"X-A","value":"b"} ]
  note: "a\/b"
  empty: { }
  no: null
system "https://s.example/" on ["message"]
  plan: {"b":1,"a":2}
  id: 18446744073709551616

"#]],
    );
}

#[test]
fn unknown_top_level() {
    same(
        read(&fixture("unknown_top_level")),
        str![[r#"
no system webhook
unknown root fields: message
there may be more: count

"#]],
    );
}

#[test]
fn no_status() {
    same(
        read(&fixture("no_status")),
        str![[r#"
no system webhook

"#]],
    );
}
