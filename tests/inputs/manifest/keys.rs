//! What is said of keys: twice, unknown, missing.

use snapbox::str;

use super::{one, same, says, v1};

#[test]
fn a_key_that_stands_twice_names_both_lines() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    name: a\n    id: 1F20CC41A9B3\n",
        )),
        str![[r#"
error[duplicate-key]: key `id` stands twice in this mapping, first on line 3; remove one, or is a `- ` missing before it?
 --> m.yaml:5:5
  |
5 |     id: …
  |     ^^


"#]],
    );
}

#[test]
fn a_key_that_stands_twice_under_a_free_section_names_both_lines() {
    same(
        says(&v1("secrets:\n  n8n: {env: A}\n  n8n: {env: B}\n")),
        str![[r#"
error[duplicate-key]: key `n8n` stands twice in this mapping, first on line 3; remove one, or is a `- ` missing before it?
 --> m.yaml:4:3
  |
4 |   n8n: {env: …}
  |   ^^^


"#]],
    );
}

#[test]
fn an_unknown_key_near_a_known_one_asks_whether_that_was_meant() {
    same(
        says(&v1("instance:\n  - id: 8D30ABB1E6DA\n")),
        str![[r#"
error[unknown-key]: unknown key `instance` in the manifest; did you mean `instances`?
 --> m.yaml:2:1
  |
2 | instance:
  | ^^^^^^^^


"#]],
    );
}

#[test]
fn an_unknown_key_far_from_all_others_lists_what_is_taken() {
    same(
        says(&v1("instances:\n  - id: 8D30ABB1E6DA\n    token: x\n")),
        str![[r#"
error[unknown-key]: unknown key `token` in an instance; an instance takes id, name, labels, suspend, reason, credential, prune, ignore, drop_fields, system, webhook_sets, webhooks
 --> m.yaml:4:5
  |
4 |     token: …
  |     ^^^^^


"#]],
    );
}

#[test]
fn an_unknown_key_deep_in_a_flow_mapping_is_underlined_alone() {
    same(
        says(&v1(
            "instances:\n  - {id: 8D30ABB1E6DA, webhooks: [{url: https://h.example/, event: [message]}]}\n",
        )),
        str![[r#"
error[unknown-key]: unknown key `event` in a webhook; did you mean `events`?
 --> m.yaml:3:61
  |
3 |   - {id: 8D30ABB1E6DA, webhooks: [{url: …, event: [message]}]}
  |                                            ^^^^^


"#]],
    );
}

#[test]
fn a_missing_version_is_an_error() {
    same(
        says(&one("instances: []\n")),
        str![[r#"
error[missing-key]: the manifest has no `version`, which is required
 --> m.yaml:1:1
  |
1 | instances: []
  | ^^^^^^^^^


"#]],
    );
}

#[test]
fn a_webhook_without_url_and_events_lacks_both() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - is_active: true\n",
        )),
        str![[r#"
error[missing-key]: a webhook has no `events`, which is required
 --> m.yaml:5:9
  |
5 |       - is_active: true
  |         ^^^^^^^^^

error[missing-key]: a webhook has no `url`, which is required
 --> m.yaml:5:9
  |
5 |       - is_active: true
  |         ^^^^^^^^^


"#]],
    );
}

#[test]
fn an_empty_mapping_lacks_its_required_keys_where_it_stands() {
    same(
        says(&v1("instances: [{}]\n")),
        str![[r#"
error[missing-key]: an instance has no `id`, which is required
 --> m.yaml:2:13
  |
2 | instances: [{}]
  |             ^


"#]],
    );
}

#[test]
fn an_instance_without_id_is_an_error() {
    same(
        says(&v1("instances:\n  - name: a\n")),
        str![[r#"
error[missing-key]: an instance has no `id`, which is required
 --> m.yaml:3:5
  |
3 |   - name: …
  |     ^^^^


"#]],
    );
}
