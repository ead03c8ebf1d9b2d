//! The cause of a mistake is told where it stands, and nothing beside it: on the lines above the one where the parser
//! stops, in brackets, in a template, and in characters of other scripts.

use std::fmt::Write as _;

use super::{list, one, v1};

const HEAD: &str = "version: 1\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n";

/// Asserts that each manifest has exactly one finding, which says so.
fn told(cases: &[(String, &str)]) {
    let mut wrong = String::new();
    for (manifest, expected) in cases {
        let said = list(&one(manifest));
        if said != format!("m.yaml:{expected}\n") {
            writeln!(wrong, "{manifest:?}\n said {said} not m.yaml:{expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A webhook after the manifest's first four lines, in these lines.
fn webhook(lines: &str) -> String {
    format!("{HEAD}{lines}\n        events: [message]\n")
}

/// An instance with this line.
fn instance(line: &str) -> String {
    format!("version: 1\ninstances:\n  - id: 8D30ABB1E6DA\n    {line}\n")
}

#[test]
fn the_cause_is_told_on_the_line_above_the_one_where_the_parser_stops() {
    const URL: &str = "https://a.example/x";
    let nbsp = "U+00A0 NO-BREAK SPACE is no space to YAML; write a space";
    let colon = "is the space behind the colon missing?";
    let dash = "is the space behind the `-` missing?";
    told(&[
        (
            "version: 1\ninstances:\n\u{a0}\u{a0}- id: X\n    name: x\n".to_owned(),
            &format!("3:1 syntax: {nbsp}"),
        ),
        (
            webhook(&format!("      -\u{a0}url: {URL}")),
            &format!("5:8 syntax: {nbsp}"),
        ),
        (
            webhook(&format!("      - url:\u{a0}{URL}")),
            &format!("5:13 syntax: {nbsp}"),
        ),
        (
            webhook(&format!("      - url:\u{3000}{URL}")),
            "5:13 syntax: U+3000 IDEOGRAPHIC SPACE is no space to YAML; write a space",
        ),
        (
            "version:\u{a0}1\ninstances: []\n".to_owned(),
            &format!("1:9 syntax: {nbsp}"),
        ),
        (
            "version:\u{a0}1\n\n# a comment\ninstances: []\n".to_owned(),
            &format!("1:9 syntax: {nbsp}"),
        ),
        (
            webhook(&format!("      - url:{URL}")),
            &format!("5:9 syntax: {colon}"),
        ),
        (
            "version: 1\ninstances:\n  - id:8D30ABB1E6DA\n    name: x\n".to_owned(),
            &format!("3:5 syntax: {colon}"),
        ),
        (
            "version:1\ninstances: []\n".to_owned(),
            &format!("1:1 syntax: {colon}"),
        ),
        (
            webhook(&format!("      -url: {URL}")),
            &format!("5:7 syntax: {dash}"),
        ),
        (
            "version: 1\ninstances:\n  -id: 8D30ABB1E6DA\n    name: x\n".to_owned(),
            &format!("3:3 syntax: {dash}"),
        ),
        (
            webhook(&format!("      \u{2013} url: {URL}")),
            "5:7 syntax: `\u{2013}` (U+2013 EN DASH) begins no list item in YAML; write `- `",
        ),
        (
            webhook(&format!("      \u{2014} url: {URL}")),
            "5:7 syntax: `\u{2014}` (U+2014 EM DASH) begins no list item in YAML; write `- `",
        ),
        (
            webhook(&format!("      \u{2022} url: {URL}")),
            "5:7 syntax: `\u{2022}` (U+2022 BULLET) begins no list item in YAML; write `- `",
        ),
        (
            webhook(&format!("      \u{ff0d} url: {URL}")),
            "5:7 syntax: `\u{ff0d}` (U+FF0D FULLWIDTH HYPHEN-MINUS) begins no list item in YAML; write `- `",
        ),
        (
            webhook(&format!("      \u{2212} url: {URL}")),
            "5:7 syntax: `\u{2212}` (U+2212 MINUS SIGN) begins no list item in YAML; write `- `",
        ),
        (
            webhook(&format!("      - url\u{ff1a} {URL}")),
            "5:12 syntax: `\u{ff1a}` (U+FF1A FULLWIDTH COLON) is no colon to YAML; write `: `",
        ),
    ]);
}

#[test]
fn a_key_without_its_colon_is_told_on_its_own_line() {
    let colon = "is the colon, or the space behind it, missing?";
    let equals = "write `: ` for `=`";
    told(&[
        (
            "version 1\ninstances: []\n".to_owned(),
            &format!("1:1 syntax: {colon}"),
        ),
        (
            "# a comment\nversion; 1\n\ninstances: []\n".to_owned(),
            &format!("2:1 syntax: {colon}"),
        ),
        (
            "version = 1\ninstances: []\n".to_owned(),
            &format!("1:1 syntax: {equals}"),
        ),
        (
            "version=1\ninstances: []\n".to_owned(),
            &format!("1:1 syntax: {equals}"),
        ),
        (
            "version: 1\ninstances:\n  - id 8D30ABB1E6DA\n    name: x\n".to_owned(),
            &format!("3:5 syntax: {colon}"),
        ),
        (
            "version: 1\ninstances:\n  + id: 8D30ABB1E6DA\n    name: x\n".to_owned(),
            "3:3 syntax: `+` (U+002B) begins no list item in YAML; write `- `",
        ),
        (
            "version: 1\ninstances:\n  * id: 8D30ABB1E6DA\n    name: x\n".to_owned(),
            "3:3 syntax: `*` (U+002A) begins no list item in YAML; write `- `",
        ),
        (
            instance("name: a\n    reason: see\n      the list\n      below: x"),
            "7:12 syntax: mapping values are not allowed in this context; is the line indented too far, or a key's colon without a space behind it?",
        ),
    ]);
}

#[test]
fn a_url_in_typographic_quotes_has_one_finding_that_names_them() {
    told(&[
        (
            webhook("      - url: \u{201c}https://a.example/x\u{201d}"),
            "5:14 invalid-url: url begins with `\u{201c}` (U+201C LEFT DOUBLE QUOTATION MARK): typographic quotes belong to the value in YAML; write `\"` or `'`",
        ),
        (
            webhook("      - url: \u{ab}https://a.example/x\u{bb}"),
            "5:14 invalid-url: url begins with `\u{ab}` (U+00AB LEFT-POINTING DOUBLE ANGLE QUOTATION MARK): typographic quotes belong to the value in YAML; write `\"` or `'`",
        ),
    ]);
}

#[test]
fn a_section_without_a_value_is_not_blamed_for_the_line_below_that_is_none_of_its_items() {
    told(&[
        (
            "version: 1\ninstances:\n\u{a0}\u{a0}- id: X\n".to_owned(),
            "3:1 unknown-key: unknown key `\u{a0}\u{a0}- id` in the manifest; it is indented with U+00A0 NO-BREAK SPACE, indent with spaces",
        ),
        (
            "version: 1\ninstances:\n\u{2013} id: X\n".to_owned(),
            "3:1 unknown-key: unknown key `\u{2013} id` in the manifest; `\u{2013}` (U+2013 EN DASH) begins no list item in YAML; write `- `",
        ),
        (
            "version: 1\ninstances:\n-id: X\n".to_owned(),
            "3:1 unknown-key: unknown key `-id` in the manifest; is the space behind the `-` missing?",
        ),
    ]);
}

#[test]
fn a_sign_of_another_script_in_place_of_yamls_is_named() {
    let event =
        |list: &str| format!("{HEAD}      - url: https://a.example/x\n        events: {list}\n");
    told(&[
        (
            event("[message\u{ff0c}message.ack]"),
            "6:18 unknown-event: unknown event `message,message.ack`; `\u{ff0c}` (U+FF0C FULLWIDTH COMMA) is no comma to YAML; write `, `",
        ),
        (
            event("[message\u{3001}message.ack]"),
            "6:18 unknown-event: unknown event `message,message.ack`; `\u{3001}` (U+3001 IDEOGRAPHIC COMMA) is no comma to YAML; write `, `",
        ),
        (
            event("[message\u{ff1b} call.received]"),
            "6:18 unknown-event: unknown event `message\u{ff1b} call.received`; `\u{ff1b}` (U+FF1B FULLWIDTH SEMICOLON) is no comma to YAML; write `, `",
        ),
        (
            event("\u{ff3b}message\u{ff3d}"),
            "6:17 wrong-type: events must be a list, not a string; `\u{ff3b}` (U+FF3B FULLWIDTH LEFT SQUARE BRACKET) is no bracket to YAML; write `[`",
        ),
        (
            event("\u{3010}message\u{3011}"),
            "6:17 wrong-type: events must be a list, not a string; `\u{3010}` (U+3010 LEFT BLACK LENTICULAR BRACKET) is no bracket to YAML; write `[`",
        ),
        (
            event("[message\u{ff3d}"),
            "6:25 syntax: `\u{ff3d}` (U+FF3D FULLWIDTH RIGHT SQUARE BRACKET) is no bracket to YAML; write `]`",
        ),
        (
            instance("labels: \u{ff5b}a: b\u{ff5d}"),
            "4:13 syntax: `\u{ff5b}` (U+FF5B FULLWIDTH LEFT CURLY BRACKET) is no brace to YAML; write `{`",
        ),
        (
            instance("labels: {a: b\u{ff0c}c: d}"),
            "4:18 syntax: `\u{ff0c}` (U+FF0C FULLWIDTH COMMA) is no comma to YAML; write `, `",
        ),
        (
            instance("labels: {a: b\u{ff5d}"),
            "4:18 syntax: `\u{ff5d}` (U+FF5D FULLWIDTH RIGHT CURLY BRACKET) is no brace to YAML; write `}`",
        ),
    ]);
    // A text may hold any of them.
    assert_eq!(
        list(&v1(
            "instances: [{id: 8D30ABB1E6DA, name: '\u{ff3b}a\u{ff0c}b\u{ff3d}', labels: {a: x\u{ff0c}y}}]\n"
        )),
        ""
    );
}

#[test]
fn in_brackets_a_value_that_needs_quotes_is_told_so_and_a_missing_comma_where_it_is_missing() {
    let brace = "inside brackets or braces a `{` begins a mapping; quote the value";
    let bracket = "inside brackets or braces a `[` begins a list; quote the value";
    let comma = "a comma is missing before this";
    let item = |item: &str| format!("{HEAD}      - {item}\n");
    told(&[
        (
            item("{ url: https://x.example/{id}, events: [message] }"),
            &format!("5:16 syntax: {brace}"),
        ),
        (
            item("{ url: https://x.example/?a[]=1, events: [message] }"),
            &format!("5:16 syntax: {bracket}"),
        ),
        (
            item("{ url: https://[2001:db8::1]/x, events: [message] }"),
            &format!("5:16 syntax: {bracket}"),
        ),
        (
            instance("ignore: [https://x.example/{a,b}/**]"),
            &format!("4:14 syntax: {brace}"),
        ),
        (
            instance("ignore: ['https://x.example/', https://[ab].example/**]"),
            &format!("4:36 syntax: {bracket}"),
        ),
        (
            item("{ url: https://x.example/a,b, events: [message] }"),
            "5:36 unknown-key: unknown key `b` in a webhook; inside braces a comma ends a value; quote the value before it",
        ),
        (
            item("{ url: \"https://x/a\" events: [message] }"),
            &format!("5:30 syntax: {comma}"),
        ),
        (
            item("{ url: 'https://x/a' events: [message] }"),
            &format!("5:30 syntax: {comma}"),
        ),
        (
            item("{ url: https://x/a events: [message] }"),
            &format!("5:28 syntax: {comma}"),
        ),
        (
            item("{ url: https://x/a, events: [\"message\" \"message.ack\"] }"),
            &format!("5:48 syntax: {comma}"),
        ),
        (
            "{\"version\":1 \"instances\":[]}".to_owned(),
            &format!("1:14 syntax: {comma}"),
        ),
        (
            "{\"version\":1\n \"instances\":[]}".to_owned(),
            &format!("2:2 syntax: {comma}"),
        ),
        (
            "{\"version\":1, \"api\":{\"auth\":\"query\" \"write\":\"body\"}}".to_owned(),
            &format!("1:37 syntax: {comma}"),
        ),
        (
            instance("name: \"a\" b"),
            "4:15 syntax: text follows the closing quote; quote the whole value, and write `\\\"` for a quote inside",
        ),
    ]);
}

#[test]
fn a_template_or_a_markdown_fence_is_called_so() {
    let template =
        "this line is a template's; render the template, and give hookfleet what comes out of it";
    let fence = "this is a fence of Markdown; leave it out";
    told(&[
        (
            "{{- if .Values.x }}\nversion: 1\n{{- end }}\n".to_owned(),
            &format!("1:1 syntax: {template}"),
        ),
        (
            "version: 1\n{{- if .Values.x }}\ninstances: []\n{{- end }}\n".to_owned(),
            &format!("2:1 syntax: {template}"),
        ),
        (
            "{{ if .Values.x }}\nversion: 1\n{{ end }}\n".to_owned(),
            &format!("1:1 syntax: {template}"),
        ),
        (
            "version: 1\ninstances:\n  {{ if .x }}\n  - id: 8D30ABB1E6DA\n  {{ end }}\n".to_owned(),
            &format!("3:3 syntax: {template}"),
        ),
        (
            "version: 1\n{{ include \"x\" . | indent 2 }}\n".to_owned(),
            &format!("2:1 syntax: {template}"),
        ),
        (
            "{% if x %}\nversion: 1\n{% endif %}\n".to_owned(),
            &format!("1:1 syntax: {template}"),
        ),
        (
            "version: 1\n{# a comment #}\ninstances: []\n".to_owned(),
            &format!("2:1 syntax: {template}"),
        ),
        (
            "<% if x %>\nversion: 1\n".to_owned(),
            &format!("1:1 syntax: {template}"),
        ),
        (
            "```yaml\nversion: 1\n```\n".to_owned(),
            &format!("1:1 syntax: {fence}"),
        ),
        (
            "version: 1\ninstances: []\n```\n".to_owned(),
            &format!("3:1 syntax: {fence}"),
        ),
        (
            "~~~\nversion: 1\n~~~\n".to_owned(),
            &format!("1:1 syntax: {fence}"),
        ),
    ]);
}

#[test]
fn a_null_that_is_required_or_the_whole_file_is_not_told_to_be_left_out() {
    let begins = "a manifest starts with `version: 1`";
    told(&[
        (
            "---\n".to_owned(),
            &format!("1:1 syntax: the file is empty; {begins}"),
        ),
        (
            "null\n".to_owned(),
            &format!("1:1 null-value: the manifest is null; {begins}"),
        ),
        (
            "version: null\n".to_owned(),
            "1:10 null-value: version is null, and the manifest needs it; write its value",
        ),
        (
            "version: 1\ninstances:\n  - id: ~\n".to_owned(),
            "3:9 null-value: id is null, and an instance needs it; write its value",
        ),
        (
            format!("{HEAD}      - url: https://a.example/x\n        events:\n"),
            "6:15 null-value: events is null, and a webhook needs it; write its value",
        ),
        (
            instance("name: null"),
            "4:11 null-value: name is null; write text, or leave the key out",
        ),
    ]);
}

#[test]
fn every_comment_that_may_be_the_fragment_of_a_url_is_told() {
    let comment = "5:14 odd-text: what follows ` #` is a comment; quote the URL if it is its fragment, or write `# `";
    let cases = ["#/route", "#!/x", "#frag", "#?x=1", "#:~:text=a", "#\u{e9}"];
    told(&cases.map(|fragment| {
        let lines = format!("      - url: https://a.example/ {fragment}");
        (webhook(&lines), comment)
    }));
    for comment in ["# route", "#", "##### the rest", "#----", "#\ttop"] {
        let lines = format!("      - url: https://a.example/ {comment}");
        assert_eq!(list(&one(webhook(&lines))), "", "{comment}");
    }
}

#[test]
fn a_url_that_goes_on_over_lines_is_told_so() {
    let ends = "url is a block of text that ends with a line break; write `>-` for `>` or `|`, or the URL on one line";
    let lines = "url goes on over several lines; write it on one line";
    told(&[
        (
            webhook("      - url: >\n          https://a.example/x"),
            &format!("6:11 invalid-url: {ends}"),
        ),
        (
            webhook("      - url: |\n          https://a.example/x"),
            &format!("6:11 invalid-url: {ends}"),
        ),
        (
            webhook("      - url: |+\n          https://a.example/x\n\n"),
            &format!("6:11 invalid-url: {ends}"),
        ),
        (
            webhook("      - url: >-\n          https://a.example/\n          x"),
            &format!("6:11 invalid-url: {lines}"),
        ),
        (
            webhook("      - url: |\n          https://a.example/\n          x"),
            &format!("6:11 invalid-url: {lines}"),
        ),
        (
            webhook("      - url: https://a.example/\n          x"),
            &format!("5:14 invalid-url: {lines}"),
        ),
        (
            webhook("      - url: \"https://a.example/\n          x\""),
            &format!("5:14 invalid-url: {lines}"),
        ),
        (
            webhook("      - url: \"https://a.example/ x\""),
            "5:14 invalid-url: not a URL to deliver to: it holds U+0020 SPACE; remove it, or write it as %20",
        ),
    ]);
    // An escaped line break joins what it parts.
    let joined = webhook("      - url: \"https://a.example/\\\n          x\"");
    assert_eq!(list(&one(joined)), "");
}

#[test]
fn a_word_that_only_looks_like_a_known_one_is_told_with_the_character_that_differs() {
    let ie = "it holds `\u{435}` (U+0435 CYRILLIC SMALL LETTER IE)";
    let a = "it holds `\u{430}` (U+0430 CYRILLIC SMALL LETTER A)";
    let es = "it holds `\u{441}` (U+0441 CYRILLIC SMALL LETTER ES)";
    let key = |events: &str| format!("{HEAD}      - url: https://a.example/x\n        {events}\n");
    told(&[
        (
            key("\u{435}vents: [message]"),
            &format!(
                "6:9 unknown-key: unknown key `\u{435}vents` in a webhook; {ie}; did you mean `events`?"
            ),
        ),
        (
            "version: 1\ninstances:\n  - \u{456}d: 8D30ABB1E6DA\n".to_owned(),
            "3:5 unknown-key: unknown key `\u{456}d` in an instance; it holds `\u{456}` (U+0456 CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I); did you mean `id`?",
        ),
        (
            key("\u{ff45}vents: [message]"),
            "6:9 unknown-key: unknown key `\u{ff45}vents` in a webhook; it holds `\u{ff45}` (U+FF45 FULLWIDTH LATIN SMALL LETTER E); did you mean `events`?",
        ),
        (
            key("\u{ff45}\u{ff56}\u{ff45}\u{ff4e}\u{ff54}\u{ff53}: [message]"),
            "6:9 unknown-key: unknown key `events` in a webhook; it holds `\u{ff45}` (U+FF45 FULLWIDTH LATIN SMALL LETTER E); did you mean `events`?",
        ),
        (
            key("\u{201c}events\u{201d}: [message]"),
            "6:9 unknown-key: unknown key `\u{201c}events\u{201d}` in a webhook; it holds `\u{201c}` (U+201C LEFT DOUBLE QUOTATION MARK); did you mean `events`?",
        ),
        (
            key("events: [mess\u{430}ge]"),
            &format!(
                "6:18 unknown-event: unknown event `mess\u{430}ge`; {a}; did you mean `message`?"
            ),
        ),
        (
            instance("webhooks: k\u{435}ep"),
            &format!(
                "4:15 invalid-value: webhooks must be keep or a list, not `k\u{435}ep`; {ie}; did you mean `keep`?"
            ),
        ),
        (
            instance("suspend: tru\u{435}"),
            &format!(
                "4:14 wrong-type: suspend must be true or false, not a string; {ie}; did you mean `true`?"
            ),
        ),
        (
            "version: \u{ff11}\n".to_owned(),
            "1:10 wrong-type: version must be the number 1, not a string; it holds `\u{ff11}` (U+FF11 FULLWIDTH DIGIT ONE); did you mean `1`?",
        ),
        (
            "version: 1\nsafety: {max_removed_percent: \u{ff15}0}\n".to_owned(),
            "2:31 wrong-type: max_removed_percent must be a whole number from 0 to 100, not a string; it holds `\u{ff15}` (U+FF15 FULLWIDTH DIGIT FIVE); did you mean `50`?",
        ),
        (
            "version: 1\napi: {concurrency: \u{430}uto}\n".to_owned(),
            &format!(
                "2:20 invalid-value: concurrency must be auto or a whole number from 1 to 1024, not `\u{430}uto`; {a}; did you mean `auto`?"
            ),
        ),
        (
            format!(
                "{}webhook_sets: {{crm: []}}\n",
                instance("webhook_sets: [crm, \u{441}rm]")
            ),
            &format!(
                "4:25 unknown-reference: unknown webhook set `\u{441}rm`; {es}; did you mean `crm`?"
            ),
        ),
        (
            instance("credential: d\u{435}fault"),
            &format!(
                "4:17 unknown-reference: unknown credential `d\u{435}fault`; {ie}; did you mean `default`?"
            ),
        ),
        (
            format!(
                "{}secrets: {{crm: {{env: X}}}}\n",
                key("events: [message]").replace("/x", "/${secret.crm}/${secret.\u{441}rm}")
            ),
            &format!(
                "5:14 unknown-reference: unknown secret `\u{441}rm`; {es}; did you mean `crm`?"
            ),
        ),
        (
            key("events: [message]").replace("/x", "/${inst\u{430}nce.id}"),
            &format!(
                "5:14 unknown-reference: unknown variable `${{inst\u{430}nce.id}}`; {a}; did you mean `${{instance.id}}`?"
            ),
        ),
        (
            key("events: [message]\n    labels: {env: x}").replace("/x", "/${label.\u{435}nv}"),
            &format!(
                "5:14 unknown-reference: `${{label.\u{435}nv}}` is used, and the instance has no such label; {ie}; did you mean `env`? (instance `8D30ABB1E6DA`)"
            ),
        ),
    ]);
}
