//! What is said of values of the right type that are none of the possible ones.

use snapbox::str;

use super::{same, says, v1};

#[test]
fn a_number_out_of_its_range_names_the_range() {
    same(
        says(&v1(
            "api: {concurrency: 0, max_requests_per_second: 1.5}\nsafety: {max_removed_percent: 101, max_changed_percent: -1}\n",
        )),
        str![[r#"
error[invalid-value]: concurrency must be a whole number from 1 to 1024
 --> m.yaml:2:20
  |
2 | api: {concurrency: 0, max_requests_per_second: …}
  |                    ^

error[invalid-value]: max_requests_per_second must be a whole number from 1 to 100000
 --> m.yaml:2:48
  |
2 | api: {concurrency: 0, max_requests_per_second: 1.5}
  |                                                ^^^

error[invalid-value]: max_removed_percent must be a whole number from 0 to 100
 --> m.yaml:3:31
  |
3 | safety: {max_removed_percent: 101, max_changed_percent: …}
  |                               ^^^

error[invalid-value]: max_changed_percent must be a whole number from 0 to 100
 --> m.yaml:3:57
  |
3 | safety: {max_removed_percent: …, max_changed_percent: -1}
  |                                                       ^^


"#]],
    );
}

#[test]
fn a_word_that_is_none_of_the_possible_ones_names_them() {
    same(
        says(&v1(
            "api: {auth: bearer, write: Body, concurrency: many}\ndefaults: {system: kep, webhooks: none, prune: some}\n",
        )),
        str![[r#"
error[invalid-value]: auth must be query or header, not `bearer`
 --> m.yaml:2:13
  |
2 | api: {auth: bearer, write: …, concurrency: …}
  |             ^^^^^^

error[invalid-value]: write must be body or query, not `Body`
 --> m.yaml:2:28
  |
2 | api: {auth: …, write: Body, concurrency: …}
  |                       ^^^^

error[invalid-value]: concurrency must be auto or a whole number from 1 to 1024, not `many`
 --> m.yaml:2:47
  |
2 | api: {auth: …, write: …, concurrency: many}
  |                                       ^^^^

error[invalid-value]: system must be keep or a mapping such as { is_active: false }, not `kep`
 --> m.yaml:3:20
  |
3 | defaults: {system: kep, webhooks: …, prune: …}
  |                    ^^^

error[invalid-value]: webhooks must be keep or a list, not `none`
 --> m.yaml:3:35
  |
3 | defaults: {system: …, webhooks: none, prune: …}
  |                                 ^^^^

error[wrong-type]: prune must be true, false or a list of patterns, not a string
 --> m.yaml:3:48
  |
3 | defaults: {system: …, webhooks: …, prune: …}
  |                                           ^


"#]],
    );
}

#[test]
fn an_empty_text_is_an_invalid_value() {
    same(
        says(&v1(
            "instances:\n  - id: \"\"\n  - id: 8D30ABB1E6DA\n    name: ''\n    labels: {env: \"\"}\n",
        )),
        str![[r#"
error[invalid-value]: id is empty
 --> m.yaml:3:9
  |
3 |   - id: ""
  |         ^^

error[invalid-value]: name is empty
 --> m.yaml:5:11
  |
5 |     name: ''
  |           ^^

error[invalid-value]: a label is empty
 --> m.yaml:6:19
  |
6 |     labels: {env: ""}
  |                   ^^


"#]],
    );
}

#[test]
fn a_source_has_exactly_one_kind() {
    same(
        says(&v1(
            "secrets:\n  a: {}\n  b: {env: A, file: b}\n  c: {command: []}\n",
        )),
        str![[r#"
error[invalid-value]: a source has exactly one of env, file and command; this has none
 --> m.yaml:3:6
  |
3 |   a: {}
  |      ^

error[invalid-value]: a source has exactly one of env, file and command; this has several
 --> m.yaml:4:6
  |
4 |   b: {env: …, file: …}
  |      ^^^^^^^^^^^^^^^^

error[invalid-value]: command is empty; write [PROGRAM, ARGUMENT, …]
 --> m.yaml:5:16
  |
5 |   c: {command: []}
  |                ^


"#]],
    );
}
