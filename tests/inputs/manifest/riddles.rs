//! YAML that means something else than it seems to: each is told at its place, with the character and what to write.

use std::fmt::Write as _;

use snapbox::str;

use super::{list, one, same, v1};

/// What is said of manifests, each with what follows `version: 1`.
fn told(manifests: &[&str]) -> String {
    let mut text = String::new();
    for manifest in manifests {
        let said = visible(&list(&v1(manifest)));
        writeln!(text, "{}\n{said}", manifest.escape_debug()).unwrap();
    }
    text
}

/// A text with its characters beyond ASCII as escapes.
fn visible(text: &str) -> String {
    let escaped = |c: char| match c {
        _ if c.is_ascii() => c.to_string(),
        c => c.escape_unicode().to_string(),
    };
    text.chars().map(escaped).collect()
}

/// The same of instances, each with what follows its id.
fn of_an_instance(rests: &[&str]) -> String {
    let mut text = String::new();
    for rest in rests {
        let files = v1(&format!("instances:\n  - id: 8D30ABB1E6DA\n    {rest}\n"));
        writeln!(text, "{}\n{}", rest.escape_debug(), list(&files)).unwrap();
    }
    text
}

#[test]
fn events_have_no_wildcard_however_one_is_written() {
    let said: Vec<String> = ["[*]", "[message, *]", "*", "*all", "[*all]", "['*']", "[message.*]", "all", "'*'", "[any]"]
        .iter()
        .map(|events| {
            let files = v1(&format!(
                "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: https://h.example/\n        events: {events}\n"
            ));
            let said = list(&files);
            assert!(said.contains("name `message.any`") || said.contains("name [message.any]"), "{said}");
            said
        })
        .collect();
    same(
        said.concat(),
        str![[r#"
m.yaml:6:18 syntax: `*` begins an alias in YAML, and events have no wildcard: name `message.any`, or list the events
m.yaml:6:27 syntax: `*` begins an alias in YAML, and events have no wildcard: name `message.any`, or list the events
m.yaml:6:17 syntax: `*` begins an alias in YAML, and events have no wildcard: name `message.any`, or list the events
m.yaml:6:17 syntax: `*` begins an alias in YAML, and events have no wildcard: name `message.any`, or list the events
m.yaml:6:18 syntax: `*` begins an alias in YAML, and events have no wildcard: name `message.any`, or list the events
m.yaml:6:18 unknown-event: unknown event `*`; events have no wildcard: name `message.any`, or list the events
m.yaml:6:18 unknown-event: unknown event `message.*`; events have no wildcard: name `message.any`, or list the events
m.yaml:6:17 wrong-type: events must be a list, and events have no wildcard: name [message.any], or list the events
m.yaml:6:17 wrong-type: events must be a list, and events have no wildcard: name [message.any], or list the events
m.yaml:6:18 unknown-event: unknown event `any`; events have no wildcard: name `message.any`, or list the events

"#]],
    );
}

#[test]
fn a_value_that_begins_with_a_sign_of_yaml_is_told_to_be_quoted() {
    same(
        of_an_instance(&[
            "name: *",
            "name: *foo",
            "name: &",
            "name: &foo",
            "name: !important",
            "name: !important x",
            "name: !!int 42",
            "name: @foo",
            "name: `foo`",
            "name: %foo",
            "name: {{ x }}",
            "name: {{ x }}/in",
            "reason: - a",
            "reason: ? a",
            "reason: |x",
            "reason: >= 5",
            "reason: because: it is",
            "reason: \"a\" b",
            "reason: 'it's'",
            "ignore: [*]",
        ]),
        str![[r#"
name: *
m.yaml:4:11 syntax: `*` begins an alias in YAML; quote the value

name: *foo
m.yaml:4:11 syntax: no `&` anchor has this name; quote a value that begins with `*`, or name the anchor that it repeats

name: &
m.yaml:4:11 syntax: `&` begins an anchor in YAML; quote the value

name: &foo
m.yaml:4:15 syntax: `&` begins an anchor in YAML, and nothing follows it; quote a value that begins with `&`
m.yaml:4:15 null-value: name is null; write text, or leave the key out

name: !important
m.yaml:4:11 wrong-type: tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`
m.yaml:4:21 invalid-value: name is empty

name: !important x
m.yaml:4:11 wrong-type: tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`

name: !!int 42
m.yaml:4:11 wrong-type: tags such as `!name` mean nothing in a manifest; remove it, or quote a value that begins with `!`

name: @foo
m.yaml:4:11 syntax: a value may not begin with `@` (U+0040); quote the value

name: `foo`
m.yaml:4:11 syntax: a value may not begin with U+0060 GRAVE ACCENT; quote the value

name: %foo
m.yaml:4:11 syntax: a value may not begin with `%` (U+0025); quote the value

name: {{ x }}
m.yaml:4:11 wrong-type: name must be text, not a mapping
m.yaml:4:12 wrong-type: a key must be plain text, and not a mapping; quote a value such as `{{ x }}`

name: {{ x }}/in
m.yaml:4:12 wrong-type: a key must be plain text, and not a mapping; quote a value such as `{{ x }}`
m.yaml:4:18 syntax: `{{` begins a mapping here; quote the whole value

reason: - a
m.yaml:4:13 syntax: `- ` begins a list, and a list begins on a line of its own; quote a value that begins with it

reason: ? a
m.yaml:4:13 syntax: `? ` begins a key; quote a value that begins with it

reason: |x
m.yaml:4:13 syntax: `|` and `>` begin a block of text, which follows on the next line; quote a value that begins with one

reason: >= 5
m.yaml:4:13 syntax: `|` and `>` begin a block of text, which follows on the next line; quote a value that begins with one

reason: because: it is
m.yaml:4:20 syntax: the value holds a `:`, which begins another one; quote the value

reason: \"a\" b
m.yaml:4:17 syntax: text follows the closing quote; quote the whole value, and write `\"` for a quote inside

reason: \'it\'s\'
m.yaml:4:17 syntax: invalid trailing content after single-quoted scalar; inside single quotes a quote is written twice; or use double quotes

ignore: [*]
m.yaml:4:14 syntax: `*` begins an alias in YAML; quote the value


"#]],
    );
}

#[test]
fn a_template_in_braces_is_told_to_be_quoted_where_it_begins() {
    same(
        of_an_instance(&[
            "webhooks: [{ url: https://x.example/${instance.name}, events: [message] }]",
            "webhooks: [{url: https://x.example/${secret.s}?a=b, events: [message]}]",
            "ignore: [https://x.example/${instance.id}]",
            "labels: {a: b c: d}",
        ]),
        str![[r#"
webhooks: [{ url: https://x.example/${instance.name}, events: [message] }]
m.yaml:4:23 syntax: inside brackets or braces a `{` begins a mapping; quote the value that holds `${…}`

webhooks: [{url: https://x.example/${secret.s}?a=b, events: [message]}]
m.yaml:4:22 syntax: inside brackets or braces a `{` begins a mapping; quote the value that holds `${…}`

ignore: [https://x.example/${instance.id}]
m.yaml:4:14 syntax: inside brackets or braces a `{` begins a mapping; quote the value that holds `${…}`

labels: {a: b c: d}
m.yaml:4:19 syntax: a comma is missing before this


"#]],
    );
}

#[test]
fn white_space_that_is_none_to_yaml_is_told_at_its_own_place() {
    same(
        told(&[
            "api:\n\tauth: query\n",
            "api:\r\n\tauth: query\r\n",
            "api:\n  auth: query\n\twrite: body\n",
            "api:\n  auth: query\n  \twrite: body\n",
            "instances:\n\t- id: 8D30ABB1E6DA\n",
            "api:\n\u{a0}\u{a0}auth: query\n",
            "instances:\n\u{3000}- id: 8D30ABB1E6DA\n",
            "api:\n  auth:\u{a0}query\n",
            "api:\n  au\u{200b}th: query\n",
            "max_changed_\u{200b}percent: 1\n",
            "instances:\n\u{feff}  - id: 8D30ABB1E6DA\n",
        ]),
        str![[r#"
api:\n\tauth: query\n
m.yaml:3:1 syntax: a tab is no indentation in YAML; indent with spaces

api:\r\n\tauth: query\r\n
m.yaml:3:1 syntax: a tab is no indentation in YAML; indent with spaces

api:\n  auth: query\n\twrite: body\n
m.yaml:4:1 syntax: a tab is no indentation in YAML; indent with spaces

api:\n  auth: query\n  \twrite: body\n
m.yaml:4:3 syntax: a tab is no indentation in YAML; indent with spaces

instances:\n\t- id: 8D30ABB1E6DA\n
m.yaml:3:1 syntax: a tab is no indentation in YAML; indent with spaces

api:\n\u{a0}\u{a0}auth: query\n
m.yaml:3:1 unknown-key: unknown key `\u{a0}\u{a0}auth` in the manifest; it is indented with U+00A0 NO-BREAK SPACE, indent with spaces

instances:\n\u{3000}- id: 8D30ABB1E6DA\n
m.yaml:3:1 unknown-key: unknown key `\u{3000}- id` in the manifest; it is indented with U+3000 IDEOGRAPHIC SPACE, indent with spaces

api:\n  auth:\u{a0}query\n
m.yaml:3:3 wrong-type: api must be a mapping, not a string; it holds U+00A0 NO-BREAK SPACE, which is no space to YAML

api:\n  au\u{200b}th: query\n
m.yaml:3:3 unknown-key: unknown key `au\u{200b}th` in api; it holds U+200B ZERO WIDTH SPACE, remove it

max_changed_\u{200b}percent: 1\n
m.yaml:2:1 unknown-key: unknown key `max_changed_percent` in the manifest; it holds U+200B ZERO WIDTH SPACE, remove it

instances:\n\u{feff}  - id: 8D30ABB1E6DA\n
m.yaml:3:1 syntax: U+FEFF ZERO WIDTH NO-BREAK SPACE (a byte-order mark) stands inside the file; remove it


"#]],
    );
    same(
        [
            "  version: 1\ninstances: []\n",
            "# c\n\n version: 1\ninstances: []\n",
        ]
        .map(|text| list(&one(text)))
        .concat(),
        str![[r#"
m.yaml:1:1 syntax: the first line is indented, and a line below it is not; begin both at the same column
m.yaml:3:1 syntax: the first line is indented, and a line below it is not; begin both at the same column

"#]],
    );
}

#[test]
fn an_escape_that_does_not_exist_is_told_at_its_own_place() {
    same(
        of_an_instance(&[
            "reason: \"C:\\qtmp\"",
            "reason: \"C:\\Users\\me\"",
            "reason: \"abc\\xZZ\"",
            "reason: \"abc\n      def \\q\"",
            "reason: \"\\ud800x\"",
            "reason: \"\\UFFFFFFFF\"",
            "reason: \"\\é\"",
        ]),
        str![[r#"
reason: \"C:\\qtmp\"
m.yaml:4:16 syntax: the escape `\q` does not exist; write `\\` for a backslash, or use single quotes

reason: \"C:\\Users\\me\"
m.yaml:4:16 syntax: the escape `\U` takes 8 hex digits; write `\\` for a backslash, or use single quotes

reason: \"abc\\xZZ\"
m.yaml:4:17 syntax: the escape `\x` takes 2 hex digits; write `\\` for a backslash, or use single quotes

reason: \"abc\n      def \\q\"
m.yaml:5:11 syntax: the escape `\q` does not exist; write `\\` for a backslash, or use single quotes

reason: \"\\ud800x\"
m.yaml:4:14 syntax: the escape `\u` is half a character; write `\\` for a backslash, or use single quotes

reason: \"\\UFFFFFFFF\"
m.yaml:4:14 syntax: the escape `\U` names no character; write `\\` for a backslash, or use single quotes

reason: \"\\é\"
m.yaml:4:14 syntax: the escape `\` before `é` (U+00E9) does not exist; write `\\` for a backslash, or use single quotes


"#]],
    );
}

#[test]
fn a_character_that_nobody_sees_is_named_by_its_code() {
    same(
        of_an_instance(&[
            "name: \"a\u{7}b\"",
            "name: ab\u{7}",
            "name: \"\\e[31mred\"",
            "name: a\u{200b}",
            "labels: {\"a\\u202eb\": c}",
            "labels: {a: \"b\\0\"}",
            "credential: \u{2018}eu\u{2019}",
            "credential: \u{201c}eu-west-production\u{201d}",
            "webhooks: [{url: \u{201c}https://u:pw@h.example/\u{201d}, events: [message]}]",
            "ignore: [\u{201e}https://h.example/**\u{201c}]",
        ]),
        str![[r#"
name: \"a\u{7}b\"
m.yaml:4:13 syntax: U+0007 BELL may not stand in a file; remove it, or write it as `\x07` in double quotes

name: ab\u{7}
m.yaml:4:13 syntax: U+0007 BELL may not stand in a file; remove it, or write it as `\x07` in double quotes

name: \"\\e[31mred\"
m.yaml:4:11 odd-text: name holds U+001B ESCAPE; remove it

name: a\u{200b}
m.yaml:4:11 odd-text: name holds U+200B ZERO WIDTH SPACE; remove it

labels: {\"a\\u202eb\": c}
m.yaml:4:14 odd-text: a key holds U+202E RIGHT-TO-LEFT OVERRIDE; remove it

labels: {a: \"b\\0\"}
m.yaml:4:17 odd-text: a label holds U+0000 NULL; remove it

credential: ‘eu’
m.yaml:4:17 unknown-reference: unknown credential `‘eu’`; only `default` exists; add it under `credentials`
m.yaml:4:17 odd-text: credential begins with `‘` (U+2018 LEFT SINGLE QUOTATION MARK): typographic quotes belong to the value in YAML; write `"` or `'`

credential: “eu-west-production”
m.yaml:4:17 unknown-reference: unknown credential `“eu-west-production”`; only `default` exists; add it under `credentials`
m.yaml:4:17 odd-text: credential begins with `“` (U+201C LEFT DOUBLE QUOTATION MARK): typographic quotes belong to the value in YAML; write `"` or `'`

webhooks: [{url: “https://u:pw@h.example/”, events: [message]}]
m.yaml:4:22 invalid-url: url begins with `“` (U+201C LEFT DOUBLE QUOTATION MARK): typographic quotes belong to the value in YAML; write `"` or `'`

ignore: [„https://h.example/**“]
m.yaml:4:14 odd-pattern: this pattern matches no URL: one begins with https:// or http://, and `*` does not cross a `/`; write the scheme, or `**/`
m.yaml:4:14 odd-text: a pattern begins with `„` (U+201E DOUBLE LOW-9 QUOTATION MARK): typographic quotes belong to the value in YAML; write `"` or `'`


"#]],
    );
}

#[test]
fn a_null_key_and_a_merge_key_are_errors_in_every_mapping() {
    same(
        of_an_instance(&[
            "labels: { ? : v }",
            "labels: { : v }",
            "labels: { ~: v }",
            "labels: { null: v }",
            "~: v",
            "labels: {a: &l {b: c}, <<: *l}",
        ]),
        str![[r#"
labels: { ? : v }
m.yaml:4:17 null-value: a key is null; write a name, or quote it where it is one

labels: { : v }
m.yaml:4:15 null-value: a key is null; write a name, or quote it where it is one

labels: { ~: v }
m.yaml:4:15 null-value: a key is null; write a name, or quote it where it is one

labels: { null: v }
m.yaml:4:15 null-value: a key is null; write a name, or quote it where it is one

~: v
m.yaml:4:5 null-value: a key is null; write a name, or quote it where it is one

labels: {a: &l {b: c}, <<: *l}
m.yaml:4:20 wrong-type: a label must be text, not a mapping
m.yaml:4:28 unknown-key: unknown key `<<` in labels; merge keys are not supported; write the keys out


"#]],
    );
    assert_eq!(
        list(&v1(
            "instances: [{id: 8D30ABB1E6DA, labels: {'~': v, \"null\": w}}]\n"
        )),
        ""
    );
    same(
        told(&[
            "secrets:\n  a: &s {env: A}\n  <<: {b: *s}\n",
            "webhook_sets: {<<: {a: []}}\n",
        ]),
        str![[r#"
secrets:\n  a: &s {env: A}\n  <<: {b: *s}\n
m.yaml:4:3 unknown-key: unknown key `<<` in secrets; merge keys are not supported; write the keys out

webhook_sets: {<<: {a: []}}\n
m.yaml:2:16 unknown-key: unknown key `<<` in webhook_sets; merge keys are not supported; write the keys out


"#]],
    );
}

#[test]
fn signs_of_other_scripts_and_word_processors_are_named() {
    same(
        told(&[
            "instances\u{ff1a} []\n",
            "api:\n  auth\u{ff1a} query\n",
            "api:\n  auth\u{ff1a} query\n  write: body\n",
            "instances:\n  \u{2013} id: 8D30ABB1E6DA\n",
            "instances:\n\u{2022} id: 8D30ABB1E6DA\n",
            "safety: {max_removed_percent: 30\u{200b}}\n",
            "x:\u{85}y: *a\n",
            "!!str \u{85}instances: *a\n",
        ]),
        str![[r#"
instances： []\n
m.yaml:2:10 syntax: `\u{ff1a}` (U+FF1A FULLWIDTH COLON) is no colon to YAML; write `: `

api:\n  auth： query\n
m.yaml:3:3 wrong-type: api must be a mapping, not a string; `\u{ff1a}` (U+FF1A FULLWIDTH COLON) is no colon to YAML; write `: `

api:\n  auth： query\n  write: body\n
m.yaml:3:7 syntax: `\u{ff1a}` (U+FF1A FULLWIDTH COLON) is no colon to YAML; write `: `

instances:\n  – id: 8D30ABB1E6DA\n
m.yaml:3:3 wrong-type: instances must be a list, not a mapping; `\u{2013}` (U+2013 EN DASH) begins no list item in YAML; write `- `

instances:\n• id: 8D30ABB1E6DA\n
m.yaml:3:1 unknown-key: unknown key `\u{2022} id` in the manifest; `\u{2022}` (U+2022 BULLET) begins no list item in YAML; write `- `

safety: {max_removed_percent: 30\u{200b}}\n
m.yaml:2:31 wrong-type: max_removed_percent must be a whole number from 0 to 100, not a string; it holds U+200B ZERO WIDTH SPACE, which is no space to YAML

x:\u{85}y: *a\n
m.yaml:2:3 syntax: U+0085 NEXT LINE is no space to YAML; write a space

!!str \u{85}instances: *a\n
m.yaml:2:19 syntax: no `&` anchor has this name; quote a value that begins with `*`, or name the anchor that it repeats


"#]],
    );
}

#[test]
fn a_fragment_that_is_a_comment_is_told() {
    same(
        of_an_instance(&[
            "webhooks:\n      - url: https://h.example/ #top\n        events: [message]",
            "ignore:\n      - https://h.example/** #top",
            "webhooks:\n      - url: https://h.example/ # the top\n        events: [message] #all",
        ]),
        str![[r#"
webhooks:\n      - url: https://h.example/ #top\n        events: [message]
m.yaml:5:14 odd-text: what follows ` #` is a comment; quote the URL if it is its fragment, or write `# `

ignore:\n      - https://h.example/** #top
m.yaml:5:9 odd-text: what follows ` #` is a comment; quote the URL if it is its fragment, or write `# `

webhooks:\n      - url: https://h.example/ # the top\n        events: [message] #all


"#]],
    );
}

#[test]
fn a_sign_that_is_missing_or_another_languages_is_told() {
    same(
        told(&[
            "instances: [{id:8D30ABB1E6DA}]\n",
            "instances:\n  - id:8D30ABB1E6DA\n",
            "instances: [{id: 8D30ABB1E6DA, labels: {env:prod}}]\n",
            "api = 1\n",
            "api: auth=query\n",
            "// c\ninstances: []\n",
            "/* c */\ninstances: []\n",
            "instances:\n  -id: 8D30ABB1E6DA\n",
        ]),
        str![[r#"
instances: [{id:8D30ABB1E6DA}]\n
m.yaml:2:14 unknown-key: unknown key (not shown: it looks like a token) in an instance; is the space behind the colon missing?
m.yaml:2:14 missing-key: an instance has no `id`, which is required

instances:\n  - id:8D30ABB1E6DA\n
m.yaml:3:5 wrong-type: an instance must be a mapping, not a string; is the space behind the colon missing?

instances: [{id: 8D30ABB1E6DA, labels: {env:prod}}]\n
m.yaml:2:41 null-value: key `env:prod` has no value; is the space behind the colon missing?

api = 1\n
m.yaml:2:1 syntax: write `: ` for `=`

api: auth=query\n
m.yaml:2:6 wrong-type: api must be a mapping, not a string; write `: ` for `=`

// c\ninstances: []\n
m.yaml:2:1 syntax: a comment begins with `#` in YAML

/* c */\ninstances: []\n
m.yaml:2:1 syntax: a comment begins with `#` in YAML

instances:\n  -id: 8D30ABB1E6DA\n
m.yaml:3:3 wrong-type: instances must be a list, not a mapping; is the space behind the `-` missing?


"#]],
    );
    same(
        of_an_instance(&[
            "webhooks: [{url: 'https://h.example/', events: [message message.ack]}]",
            "webhooks: [{url: 'https://h.example/', events: ['message, message.ack']}]",
            "webhooks: [{url: 'https://h.example/', events: message}]",
            "webhooks: {url: 'https://h.example/', events: [message]}",
            "webhooks: ['https://h.example/']",
        ]),
        str![[r#"
webhooks: [{url: \'https://h.example/\', events: [message message.ack]}]
m.yaml:4:53 unknown-event: unknown event `message message.ack`; these are several; write a comma between them, each in quotes of its own or in none

webhooks: [{url: \'https://h.example/\', events: [\'message, message.ack\']}]
m.yaml:4:53 unknown-event: unknown event `message, message.ack`; these are several; write a comma between them, each in quotes of its own or in none

webhooks: [{url: \'https://h.example/\', events: message}]
m.yaml:4:52 wrong-type: events must be a list, not a string; put it in [brackets], or behind a `- ` on a line of its own

webhooks: {url: \'https://h.example/\', events: [message]}
m.yaml:4:15 wrong-type: webhooks must be a list, not a mapping; put it in [brackets], or `- ` in front of its first key

webhooks: [\'https://h.example/\']
m.yaml:4:16 wrong-type: a webhook must be a mapping, not a string


"#]],
    );
}
