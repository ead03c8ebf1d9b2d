//! What is said of values of a wrong type and of `null`.

use snapbox::str;

use super::{one, same, says, v1};

#[test]
fn another_version_is_not_known() {
    same(
        says(&one("version: 2\n")),
        str![[r#"
error[unsupported-version]: version 2 is not known; this hookfleet reads version 1
 --> m.yaml:1:10
  |
1 | version: 2
  |          ^


"#]],
    );
}

#[test]
fn a_version_in_quotes_is_no_number() {
    same(
        says(&one("version: \"1\"\n")),
        str![[r#"
error[wrong-type]: version must be the number 1, not a string
 --> m.yaml:1:10
  |
1 | version: "1"
  |          ^^^


"#]],
    );
}

#[test]
fn a_version_1_0_is_not_version_1() {
    same(
        says(&one("version: 1.0\n")),
        str![[r#"
error[unsupported-version]: version 1.0 is not known; this hookfleet reads version 1
 --> m.yaml:1:10
  |
1 | version: 1.0
  |          ^^^


"#]],
    );
}

#[test]
fn null_is_an_error_in_every_place_that_takes_something() {
    same(
        says(&v1(
            "api:\ninstances:\n  - id: 8D30ABB1E6DA\n    name: ~\n    webhooks: null\n    system: {events: [message, null]}\n",
        )),
        str![[r#"
error[null-value]: api is null; write a mapping, or leave the key out
 --> m.yaml:2:4
  |
2 | api:
  |    ^

error[null-value]: name is null; write text, or leave the key out
 --> m.yaml:5:11
  |
5 |     name: ~
  |           ^

error[null-value]: webhooks is null; write a list, or leave the key out
 --> m.yaml:6:15
  |
6 |     webhooks: null
  |               ^^^^

error[null-value]: an event is null; write a string, or remove it
 --> m.yaml:7:32
  |
7 |     system: {events: [message, null]}
  |                                ^^^^


"#]],
    );
}

#[test]
fn a_mapping_for_a_list_and_a_list_for_a_mapping_are_wrong_types() {
    same(
        says(&v1("instances:\n  id: 8D30ABB1E6DA\napi: [auth]\n")),
        str![[r#"
error[wrong-type]: instances must be a list, not a mapping; put it in [brackets], or `- ` in front of its first key
 --> m.yaml:3:3
  |
3 |   id: 8D30ABB1E6DA
  |   ^^^^^^^^^^^^^^^^

error[wrong-type]: api must be a mapping, not a list
 --> m.yaml:4:6
  |
4 | api: […]
  |      ^^


"#]],
    );
}

#[test]
fn a_string_for_a_list_of_events_is_a_wrong_type() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: https://h.example/\n        events: message\n",
        )),
        str![[r#"
error[wrong-type]: events must be a list, not a string; put it in [brackets], or behind a `- ` on a line of its own
 --> m.yaml:6:17
  |
6 |         events: message
  |                 ^^^^^^^


"#]],
    );
}

#[test]
fn a_number_for_a_url_is_a_wrong_type() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - {url: 12, events: [7, true]}\n",
        )),
        str![[r#"
error[wrong-type]: url must be a string, not a number
 --> m.yaml:5:15
  |
5 |       - {url: …, events: […, true]}
  |               ^

error[wrong-type]: an event must be a string, not a number
 --> m.yaml:5:28
  |
5 |       - {url: …, events: […, true]}
  |                           ^

error[wrong-type]: an event must be a string, not a boolean
 --> m.yaml:5:31
  |
5 |       - {url: …, events: […, true]}
  |                              ^^^^


"#]],
    );
}

#[test]
fn a_word_for_a_switch_is_a_wrong_type() {
    same(
        says(&v1(
            "safety: {allow_empty: yes}\ninstances:\n  - id: 8D30ABB1E6DA\n    suspend: 1\n    system: {is_active: \"true\"}\n",
        )),
        str![[r#"
error[wrong-type]: allow_empty must be true or false, not a string; YAML 1.2 reads that as text, write true
 --> m.yaml:2:23
  |
2 | safety: {allow_empty: …}
  |                       ^

error[wrong-type]: suspend must be true or false, not a number
 --> m.yaml:5:14
  |
5 |     suspend: 1
  |              ^

error[wrong-type]: is_active must be true, false, 1 or 0, not a string
 --> m.yaml:6:25
  |
6 |     system: {is_active: "true"}
  |                         ^^^^^^


"#]],
    );
}
