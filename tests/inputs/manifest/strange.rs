//! What is said of YAML that a manifest has no use for, and of bytes that are no text.

use snapbox::str;

use super::{one, same, says, v1};

#[test]
fn an_unquoted_brace_expression_as_a_value_is_explained() {
    same(
        says(&v1("instances:\n  - id: {{ id }}\n")),
        str![[r#"
error[wrong-type]: id must be text, not a mapping
 --> m.yaml:3:9
  |
3 |   - id: {{ … }}
  |         ^^^^^^

error[wrong-type]: a key must be plain text, and not a mapping; quote a value such as `{{ x }}`
 --> m.yaml:3:10
  |
3 |   - id: {{ … }}
  |          ^^^^


"#]],
    );
}

#[test]
fn a_complex_key_is_refused_in_words() {
    same(
        says(&v1("? [a, b]\n: 1\n")),
        str![[r#"
error[wrong-type]: a key must be plain text, and not a list; is a quote missing?
 --> m.yaml:2:3
  |
2 | … […, …]
  |   ^^^^^


"#]],
    );
}

#[test]
fn an_alias_to_nothing_names_it() {
    same(
        says(&v1("instances: *nothing\n")),
        str![[r#"
error[syntax]: no `&` anchor has this name; quote a value that begins with `*`, or name the anchor that it repeats
 --> m.yaml:2:12
  |
2 | instances: …
  |            ^


"#]],
    );
}

#[test]
fn an_alias_inside_what_it_repeats_is_refused() {
    same(
        says(&v1("instances: &a [*a]\n")),
        str![[r#"
error[syntax]: the alias stands inside what it repeats
 --> m.yaml:2:16
  |
2 | instances: … […]
  |               ^


"#]],
    );
}

#[test]
fn a_merge_key_names_what_to_use_instead() {
    same(
        says(&v1(
            "instances:\n  - &a {id: 8D30ABB1E6DA}\n  - <<: *a\n    id: 1F20CC41A9B3\n",
        )),
        str![[r#"
error[unknown-key]: unknown key `<<` in an instance; merge keys are not supported; use webhook_sets or defaults
 --> m.yaml:4:5
  |
4 |   - <<: …
  |     ^^


"#]],
    );
}

#[test]
fn a_tag_of_ones_own_is_refused() {
    same(
        says(&v1("instances:\n  - id: !foo 8D30ABB1E6DA\n")),
        str![[r#"
error[wrong-type]: tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`
 --> m.yaml:3:9
  |
3 |   - id: … …
  |         ^


"#]],
    );
}

#[test]
fn a_binary_value_is_refused() {
    same(
        says(&v1("instances:\n  - id: !!binary OEQzMEFCQjFFNkRB\n")),
        str![[r#"
error[wrong-type]: tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`
 --> m.yaml:3:9
  |
3 |   - id: … …
  |         ^

warning[id-length]: id `OEQzMEFCQjFFNkRB` has 16 characters; the vendor documents 12
 --> m.yaml:3:18
  |
3 |   - id: … OEQzMEFCQjFFNkRB
  |           ^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_tag_on_a_list_or_mapping_is_refused() {
    same(
        says(&v1("api: !a {auth: query}\ninstances: !b []\n")),
        str![[r#"
error[wrong-type]: tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`
 --> m.yaml:2:6
  |
2 | api: … {auth: query}
  |      ^

error[wrong-type]: tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`
 --> m.yaml:3:12
  |
3 | instances: … []
  |            ^


"#]],
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_named_with_line_and_column() {
    same(
        says(&one(b"version: 1\n# \xc3\xa9t\xc3\xa9 \xe9t\xe9\n")),
        str![[r#"
error[syntax]: the file is not UTF-8: byte 0xe9; save it as UTF-8
 --> m.yaml:2:7


"#]],
    );
}

#[test]
fn a_file_in_utf_16_is_not_utf_8() {
    same(
        says(&one(b"\xff\xfev\0e\0r\0s\0i\0o\0n\0:\0 \x001\0")),
        str![[r#"
error[syntax]: the file is not UTF-8: byte 0xff; save it as UTF-8
 --> m.yaml:1:1


"#]],
    );
}

#[test]
fn a_null_byte_is_refused_where_it_stands() {
    same(
        says(&v1("instances:\n  - id: 8D30\0ABB1E6D\n")),
        str![[r#"
error[syntax]: U+0000 NULL may not stand in a file; remove it, or write it as `\x00` in double quotes
 --> m.yaml:3:13
  |
3 |   - id: 8D30…
  |             ^


"#]],
    );
}

#[test]
fn a_control_character_is_refused_and_not_printed() {
    same(
        says(&v1("instances:\n  - id: 8D30\u{1b}[31mE6D\n")),
        str![[r#"
error[syntax]: U+001B ESCAPE may not stand in a file; remove it, or write it as `\x1b` in double quotes
 --> m.yaml:3:13
  |
3 |   - id: 8D30…[…
  |             ^


"#]],
    );
}

#[test]
fn a_lone_carriage_return_ends_a_line_in_snippets_too() {
    same(
        says(&one("version: 1\rinstances: []\rfoo: 1\r")),
        str![[r#"
error[unknown-key]: unknown key `foo` in the manifest; the manifest takes version, api, credentials, secrets, webhook_sets, defaults, safety, instances
 --> m.yaml:3:1
  |
3 | foo: 1
  | ^^^


"#]],
    );
}

#[test]
fn the_manifest_must_be_a_mapping() {
    same(
        says(&one("- version: 1\n")),
        str![[r#"
error[wrong-type]: the manifest must be a mapping, not a list
 --> m.yaml:1:1
  |
1 | - version: 1
  | ^^^^^^^^^^^^


"#]],
    );
    same(
        says(&one("version 1\n")),
        str![[r#"
error[wrong-type]: the manifest must be a mapping, not a string
 --> m.yaml:1:1
  |
1 | … 1
  | ^^^


"#]],
    );
}
