//! Input that is too large, too deep or too repetitive ends in a clear finding, and never in a panic.

use std::fmt::Write as _;

use snapbox::str;

use super::{check, list, means, one, same, says, v1};

const DEEP: usize = 100_000;

#[test]
fn a_hundred_thousand_open_brackets_are_too_deep() {
    same(
        list(&v1(&format!("a: {}", "[".repeat(DEEP)))),
        str![[r#"
m.yaml:2:68 limit: nested deeper than 64 levels

"#]],
    );
}

#[test]
fn a_hundred_thousand_closed_brackets_are_too_deep() {
    let text = format!("a: {}{}", "[".repeat(DEEP), "]".repeat(DEEP));
    same(
        list(&v1(&text)),
        str![[r#"
m.yaml:2:68 limit: nested deeper than 64 levels

"#]],
    );
}

#[test]
fn a_hundred_thousand_nested_flow_mappings_are_too_deep() {
    same(
        list(&v1(&format!("a: {}", "{a: ".repeat(DEEP)))),
        str![[r#"
m.yaml:2:256 limit: nested deeper than 64 levels

"#]],
    );
}

#[test]
fn a_hundred_thousand_nested_dashes_are_too_deep() {
    same(
        list(&one("- ".repeat(DEEP))),
        str![[r#"
m.yaml:1:129 limit: nested deeper than 64 levels

"#]],
    );
}

#[test]
fn a_hundred_thousand_nested_key_marks_are_too_deep() {
    same(
        list(&one("? ".repeat(DEEP))),
        str![[r#"
m.yaml:1:129 limit: nested deeper than 64 levels

"#]],
    );
}

#[test]
fn a_thousand_levels_of_block_mappings_are_too_deep() {
    let lines: Vec<String> = (0..1000)
        .map(|n| format!("{}a:\n", " ".repeat(n)))
        .collect();
    same(
        list(&one(lines.concat())),
        str![[r#"
m.yaml:65:65 limit: nested deeper than 64 levels

"#]],
    );
}

#[test]
fn sixty_levels_are_not_too_deep_and_still_no_manifest() {
    let text = format!("instances: {}{}\n", "[".repeat(60), "]".repeat(60));
    same(
        list(&v1(&text)),
        str![[r#"
m.yaml:2:13 wrong-type: an instance must be a mapping, not a list

"#]],
    );
}

#[test]
fn a_too_deep_place_shows_its_line_in_short() {
    same(
        says(&v1(&format!("a: {}", "[".repeat(DEEP)))),
        str![[r#"
error[limit]: nested deeper than 64 levels
 --> m.yaml:2:68
  |
2 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
  |                                                               ^


"#]],
    );
}

#[test]
fn aliases_of_aliases_are_counted_by_what_they_come_to() {
    // 10 * 10 * … = a million values, twice what aliases may add.
    let mut text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..6 {
        let list = vec![format!("*a{}", n - 1); 10].join(", ");
        writeln!(text, "a{n}: &a{n} [{list}]").unwrap();
    }
    same(
        list(&one(text)),
        str![[r#"
m.yaml:7:20 limit: anchors and aliases repeat more than 500000 values; use webhook_sets or defaults

"#]],
    );
}

#[test]
fn one_alias_given_often_is_counted_too() {
    let list_of = |item: &str, count| vec![item; count].join(", ");
    let text = format!(
        "a: &a [{}]\nb: [{}]\n",
        list_of("x", 1000),
        list_of("*a", 600)
    );
    same(
        list(&v1(&text)),
        str![[r#"
m.yaml:3:1997 limit: anchors and aliases repeat more than 500000 values; use webhook_sets or defaults

"#]],
    );
}

#[test]
fn the_same_anchor_may_be_given_again_and_again() {
    let text = format!("a: [{}]\n", vec!["&a x"; 10_000].join(", "));
    assert_eq!(list(&v1(&text)).lines().count(), 1);
}

#[test]
fn a_file_beyond_32_mib_is_refused_unread() {
    let text = format!("version: 1\n#{}", "x".repeat(32 << 20));
    same(
        says(&one(text)),
        str![[r#"
error[limit]: the file is larger than 32 MiB; split it and give several files or a directory
 --> m.yaml:1:1
  |
1 | version: 1
  | ^


"#]],
    );
}

#[test]
fn a_file_of_just_32_mib_is_read() {
    let start = "version: 1\n#";
    let text = format!("{start}{}", "x".repeat((32 << 20) - start.len()));
    assert_eq!(means(&one(text)), "");
}

#[test]
fn a_line_of_megabytes_is_cut_around_what_is_wrong() {
    let long = "x".repeat(2 << 20);
    same(
        says(&v1(&format!(
            "instances: [{{id: 8D30ABB1E6DA, reason: {long}, nam: a, labels: {{a: {long}}}}}]\n"
        ))),
        str![[r#"
error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?
 --> m.yaml:2:2097194
  |
2 | …, nam: …, labels: {a: …
  |    ^^^


"#]],
    );
}

#[test]
fn more_values_than_a_manifest_may_hold_are_refused() {
    let text = format!("instances: [{}]\n", "1,".repeat(4_000_000));
    same(
        list(&v1(&text)),
        str![[r#"
m.yaml:2:6000003 limit: the file holds more than 3000000 values; split it

"#]],
    );
}

#[test]
fn a_url_may_have_8192_bytes_and_no_more() {
    let with = |length: usize| {
        let url = format!("https://h.example/{}", "a".repeat(length - 18));
        let files = v1(&format!(
            "instances: [{{id: 8D30ABB1E6DA, webhooks: [{{url: '{url}', events: [message]}}]}}]\n"
        ));
        let (desired, findings) = check(&files);
        (
            findings.errors(),
            desired.instances[0].webhooks.as_ref().map(Vec::len),
        )
    };
    assert_eq!((with(8192), with(8193)), ((0, Some(1)), (1, Some(0))));
}

#[test]
fn a_wrong_url_of_a_mebibyte_is_shown_in_short() {
    let url = format!("ftp://h.example/{}", "a".repeat(1 << 20));
    same(
        says(&v1(&format!(
            "instances: [{{id: 8D30ABB1E6DA, webhooks: [{{url: '{url}', events: [message]}}]}}]\n"
        ))),
        str![[r#"
error[invalid-url]: not a URL to deliver to: it is longer than 8192 bytes
 --> m.yaml:2:49
  |
2 | instances: [{id: 8D30ABB1E6DA, webhooks: [{url: 'ftp://…
  |                                                 ^^^^^^^^


"#]],
    );
}

#[test]
fn an_unknown_event_of_kilobytes_is_shown_in_short() {
    let text = says(&v1(&format!(
        "instances: [{{id: 8D30ABB1E6DA, webhooks: [{{url: 'https://h.example/', events: [{}]}}]}}]\n",
        "a".repeat(1 << 14)
    )));
    assert!(text.len() < 2000, "{} bytes are printed", text.len());
}

#[test]
fn an_unknown_key_of_kilobytes_is_shown_in_short() {
    let text = says(&v1(&format!("{}: 1\n", "a".repeat(1000))));
    assert!(
        text.len() < 2000,
        "{} bytes are printed:\n{text}",
        text.len()
    );
}

#[test]
fn ten_thousand_findings_are_cut_to_a_hundred_and_a_count() {
    let instances: Vec<String> = (0..10_000)
        .map(|n| format!("  - {{id: {n:012}, nam: x}}\n"))
        .collect();
    let files = v1(&format!("instances:\n{}", instances.concat()));
    let (_, findings) = check(&files);
    assert_eq!(findings.errors(), 10_000);
    let text = says(&files);
    let shown: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("error["))
        .collect();
    assert_eq!(
        shown,
        ["error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?"; 100]
    );
    assert_eq!(
        text.lines().rfind(|line| !line.is_empty()),
        Some("and 9900 more; `--format json` lists them")
    );
}

#[test]
fn errors_are_not_cut_away_behind_a_hundred_warnings() {
    let warnings: Vec<String> = (0..200).map(|n| format!("  - {{id: a{n}}}\n")).collect();
    let text = says(&v1(&format!(
        "instances:\n{}  - {{nam: x}}\n",
        warnings.concat()
    )));
    let errors = text.lines().filter(|line| line.starts_with("error["));
    assert_eq!(
        errors.collect::<Vec<_>>(),
        [
            "error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?",
            "error[missing-key]: an instance has no `id`, which is required",
        ]
    );
}
