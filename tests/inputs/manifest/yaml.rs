//! YAML itself: JSON pasted in, anchors, byte-order marks, line ends, tags, block scalars.

use snapbox::str;

use super::{check, means, one, same, says, v1};

#[test]
fn the_apis_documented_request_can_be_pasted_in() {
    same(
        means(&one(r#"{
  "version": 1,
  "instances": [
    {
      "id": "8D30ABB1E6DA",
      "webhooks": [
	{
	  "url": "https://my-app.com/webhook",
	  "events": ["message", "message.ack", "message.edited"],
	  "is_active": 1
	},
        { "url": "https:\/\/my-app.com\/b\u00e4r", "events": [], "is_active": true }
      ]
    }
  ]
}
"#
        .replace("[],", "[\"message\"],"))),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://my-app.com/webhook ["message", "message.ack", "message.edited"] on
  https://my-app.com/bär ["message"] on

"#]],
    );
}

#[test]
fn a_pasted_request_inside_a_block_manifest_works_too() {
    same(
        means(&v1(r#"instances:
  - id: 8D30ABB1E6DA
    webhooks: [
      {"url":"https://my-app.com/webhook","events":["message","message.ack"],"is_active":1},
      {"url":"https://my-app.com/other","events":["message"],"is_active":0}
    ]
"#)),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://my-app.com/webhook ["message", "message.ack"] on
  https://my-app.com/other ["message"] off

"#]],
    );
}

#[test]
fn anchors_and_aliases_repeat_what_they_name() {
    same(
        means(&v1(
            "defaults:\n  webhooks: &hooks\n    - url: https://h.example/\n      events: &events [message, message.ack]\ninstances:\n  - id: &id 8D30ABB1E6DA\n    webhooks: *hooks\n    system: {events: *events}\n  - id: 1F20CC41A9B3\n    name: *id\n    webhooks: []\n"
        ).into_iter().map(|mut file| {
            let text = String::from_utf8(file.bytes.to_vec()).unwrap();
            file.bytes = text.replace("    name: *id\n", "").into_bytes().into();
            file
        }).collect::<Vec<_>>()),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system None Some(["message", "message.ack"])
  https://h.example/ ["message", "message.ack"] on
1F20CC41A9B3 by default, prune unwritten, system keep
  none

"#]]
    );
}

#[test]
fn an_anchor_given_again_holds_from_there_on() {
    same(
        means(&v1(
            "instances:\n  - {id: &a 8D30ABB1E6DA, labels: {x: *a}}\n  - {id: &a 1F20CC41A9B3, labels: {x: *a}}\n",
        )),
        str![[r#"
8D30ABB1E6DA x="8D30ABB1E6DA" by default, prune unwritten, system keep
  keep
1F20CC41A9B3 x="1F20CC41A9B3" by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn an_anchor_ends_with_its_document() {
    same(
        says(&one(
            "version: 1\ninstances: [{id: &a 8D30ABB1E6DA}]\n---\nversion: 1\ninstances: [{id: *a}]\n",
        )),
        str![[r#"
error[syntax]: no `&` anchor has this name; quote a value that begins with `*`, or name the anchor that it repeats
 --> m.yaml:5:18
  |
5 | instances: [{id: …}]
  |                  ^


"#]],
    );
}

#[test]
fn a_byte_order_mark_is_skipped_and_counts_in_no_column() {
    same(
        says(&one("\u{feff}versoin: 1\n")),
        str![[r#"
error[unknown-key]: unknown key `versoin` in the manifest; did you mean `version`?
 --> m.yaml:1:1
  |
1 | versoin: 1
  | ^^^^^^^


"#]],
    );
    let (_, findings) = check(&one("\u{feff}versoin: 1\n"));
    let places: Vec<_> = findings
        .iter()
        .map(|finding| {
            (
                finding.place.origin.column,
                finding.place.start,
                finding.place.end,
            )
        })
        .collect();
    assert_eq!(places, [(1, 3, 10)]);
}

#[test]
fn columns_count_characters_and_underlines_count_width() {
    same(
        says(&v1(
            "instances: [{id: 8D30ABB1E6DA, name: 'é日本', nam: x}]\n",
        )),
        str![[r#"
error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?
 --> m.yaml:2:45
  |
2 | instances: [{id: 8D30ABB1E6DA, name: 'é日本', nam: …}]
  |                                               ^^^


"#]],
    );
}

#[test]
fn lines_may_end_as_on_windows() {
    same(
        says(&one(
            "version: 1\r\ninstances:\r\n  - id: 8D30ABB1E6DA\r\n    nam: a\r\n",
        )),
        str![[r#"
error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?
 --> m.yaml:4:5
  |
4 |     nam: …
  |     ^^^


"#]],
    );
}

#[test]
fn a_block_scalar_url_loses_its_line_end_only_where_it_says_so() {
    same(
        means(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: >-\n          https://h.example/a\n        events: [message]\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://h.example/a ["message"] on

"#]],
    );
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: >\n          https://h.example/a\n        events: [message]\n",
        )),
        str![[r#"
error[invalid-url]: url is a block of text that ends with a line break; write `>-` for `>` or `|`, or the URL on one line
 --> m.yaml:6:11
  |
6 |           https://h.example/a
  |           ^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn comments_and_document_marks_are_nothing() {
    same(
        means(&one(
            "# yaml-language-server: $schema=./schemas/manifest.v1.json\n%YAML 1.2\n---\n# c\nversion: 1 # c\ninstances: # c\n- id: 8D30ABB1E6DA # c\n...\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn an_explicit_key_mark_makes_no_difference() {
    same(
        means(&v1("? instances\n: - ? id\n    : 8D30ABB1E6DA\n")),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn a_manifest_without_instances_is_valid() {
    assert_eq!(means(&v1("")), "");
    assert_eq!(means(&v1("instances: []\n")), "");
}
